"""PMCIDs → PMIDs and DOIs, by the ID converter of PubMed Central.

https://pmc.ncbi.nlm.nih.gov/tools/id-converter-api/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from watcher.sources.http import PassingError
from watcher.works.identifiers import normal_doi, normal_pmcid, normal_pmid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.models import Doi, Pmcid, Pmid
    from watcher.sources.http import Answer, Client

CONVERTER = "https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/"
MOST = 200  # ids of one request

Known = dict["Pmcid", tuple["Pmid | None", "Doi | None"]]


def convert(client: Client, pmcids: Sequence[Pmcid], *, email: str) -> Known:
    """The PMID and DOI of each PMCID, as far as it has one. Raises SourceError."""
    found: Known = {}
    for start in range(0, len(pmcids), MOST):
        ids = ",".join(pmcids[start : start + MOST])
        asked = {"ids": ids, "format": "json", "tool": "watcher", "email": email}
        found |= client.get(f"{CONVERTER}?{urlencode(asked)}", _read)
    return found


def _read(answer: Answer) -> Known:
    try:
        records = json.loads(answer.body)["records"]
        found: Known = {}
        for record in records:
            pmcid = normal_pmcid(str(record.get("pmcid", "")))
            if pmcid is not None:
                found[pmcid] = (normal_pmid(str(record.get("pmid", ""))), normal_doi(str(record.get("doi", ""))))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PassingError("PubMed Central's ID converter: the answer is not what it promises") from None
    return found
