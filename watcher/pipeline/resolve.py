"""The sources of an article → works with identifiers, and PubMed's records of them.

By what the entry itself says, PubMed Central's ID converter, the page's meta tags, and at last the title. A hit is
taken where it bears the identifier, or where its title is the same by the rules of `watcher.works.titles`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import TYPE_CHECKING

from watcher.errors import SourceError
from watcher.markup import plain
from watcher.models import CitedWork, Record
from watcher.sources import pubmed
from watcher.sources.pages import may_be_read
from watcher.sources.pmc_ids import convert
from watcher.sources.publisher_pages import page_of
from watcher.sources.pubmed_lookup import MOST_KEYS, look_up
from watcher.works import titles
from watcher.works.identifiers import find_ids, identifier_keys
from watcher.works.titles import LONG, Likeness, compared_form, likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.article.reading import Source
    from watcher.models import Doi, Pmid
    from watcher.sources.eutils import Eutils
    from watcher.sources.http import Client

_MOST_HITS = 20  # of a title: more are of its words, not of the work
_LONGEST_TITLE = 250
_SHOWN = 100  # characters of a title, where it is said that it was not found
_NOT_YET = "not looked up"
_NO_WORK = "its page names no work"
_NOT_FOR_PROGRAMS = "its page is not for programs to read, and its address has no identifier"
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_URL = re.compile(r"https?://\S+")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
# Where a part of an entry ends: a sentence, in quotes or not, and a year: "(2015)", "2015," or "2015.".
_PART_END = re.compile(r"[.?!][\"”»]?\s|\((?:19|20)\d\d[a-z]?\)[.,:]?\s|\b(?:19|20)\d\d[a-z]?[.,:]\s")
_PERSON = r"(?:(?:[a-z]{2,3}\s)?[A-Z][\w’'-]*\.?(?:\s[A-Z]{1,3}\b\.?)*|et al\.?)"
_NAMES = re.compile(rf"^{_PERSON}(?:(?:,?\s(?:and|&)\s|,?\s(?=et al)|[,;]\s){_PERSON})+:\s")  # "Muster, Beispiel: …"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A source as a cited work, PubMed's record of it where there is one, and else why not."""

    cited: CitedWork
    record: Record | None = None
    why_not: str = ""


def by_text(sources: Sequence[Source]) -> list[Resolved]:
    """What the entries themselves say, without a network."""
    found = []
    for source in sources:
        pmid, doi, pmcid = find_ids(source.url or source.text)
        title = "" if source.url or doi or pmid or pmcid else source.text
        found.append(Resolved(CitedWork(source.number, source.url, doi, pmid, pmcid, title), None, _NOT_YET))
    return found


def resolve(
    sources: Sequence[Source], eutils: Eutils, client: Client, email: str, progress: Callable[[str], None]
) -> list[Resolved]:
    """The sources in their order. What cannot be asked, or is not found, stays by its address, and it is said why."""
    found = by_text(sources)
    found = _with_converted(found, client, email, progress)
    found = [_with_page(each, client, progress) for each in found]
    found = _with_records(found, eutils, progress)
    return [_with_title(each, source.text, eutils, progress) for each, source in zip(found, sources, strict=True)]


def _with_converted(
    found: list[Resolved], client: Client, email: str, progress: Callable[[str], None]
) -> list[Resolved]:
    asked = [each.cited.pmcid for each in found if each.cited.pmcid and not each.cited.pmid]
    if not asked:
        return found
    progress("asking PubMed Central which works its numbers are")
    try:
        known = convert(client, asked, email=email)
    except SourceError as error:
        return [replace(each, why_not=str(error)) if each.cited.pmcid in asked else each for each in found]
    return [_named(each, *known.get(each.cited.pmcid, (None, None))) if each.cited.pmcid else each for each in found]


def _named(each: Resolved, pmid: Pmid | None, doi: Doi | None) -> Resolved:
    cited = each.cited
    return replace(each, cited=replace(cited, pmid=cited.pmid or pmid, doi=cited.doi or doi))


def _with_page(each: Resolved, client: Client, progress: Callable[[str], None]) -> Resolved:
    """What the page says, where the address does not say which work it is."""
    cited = each.cited
    if not cited.url or identifier_keys(cited):
        return each
    if not may_be_read(cited.url):
        return replace(each, why_not=_NOT_FOR_PROGRAMS)
    progress(f"reading {cited.url}")
    try:
        page = page_of(client, cited.url)
    except SourceError as error:
        return replace(each, why_not=str(error))
    cited = replace(
        cited, doi=page.doi, pmid=page.pmid, pmcid=cited.pmcid or page.pmcid, title=cited.title or page.title
    )
    return Resolved(cited, None, "" if page.of_work else _NO_WORK)


def _with_records(found: list[Resolved], eutils: Eutils, progress: Callable[[str], None]) -> list[Resolved]:
    """PubMed's records, those alone that bear the identifier."""
    keys = [f"pmid:{c.pmid}" if c.pmid else f"doi:{c.doi}" for c in (each.cited for each in found) if c.pmid or c.doi]
    records: dict[str, Record] = {}
    for start in range(0, len(keys), MOST_KEYS):
        progress("asking PubMed for the cited works")
        for record in look_up(eutils, keys[start : start + MOST_KEYS]):
            records |= dict.fromkeys(identifier_keys(record), record)
    done = []
    for each in found:
        c = each.cited
        if not (c.pmid or c.doi):
            done.append(each)
        elif (held := records.get(f"pmid:{c.pmid}" if c.pmid else f"doi:{c.doi}")) is not None:
            done.append(_by_record(each, held))
        else:
            done.append(replace(each, why_not="PubMed does not have it"))
    return done


def _by_record(each: Resolved, record: Record) -> Resolved:
    cited = each.cited
    cited = replace(
        cited, pmid=record.pmid, doi=record.doi or cited.doi, pmcid=record.pmcid or cited.pmcid,
        title=plain(record.title).removesuffix("."),
    )  # fmt: skip
    return Resolved(cited, record)


def _with_title(each: Resolved, entry: str, eutils: Eutils, progress: Callable[[str], None]) -> Resolved:
    """By the title of the page or, of an entry without address, by the one that it names."""
    if each.record is not None or each.cited.pmid or each.why_not == _NO_WORK:
        return each
    wanted = each.cited.title if each.cited.url else title_in(entry)
    if len(compared_form(wanted)) < LONG:
        return (
            each
            if each.why_not not in {"", _NOT_YET}
            else replace(each, why_not="it names no title long enough to be looked for")
        )
    progress(f"looking for “{wanted[:60]}”")
    try:
        record = _titled(eutils, wanted, entry)
    except SourceError as error:
        return replace(each, why_not=str(error))
    if record is not None:
        return _by_record(each, record)
    return replace(each, why_not=f"PubMed has no one work of the title “{shorten(wanted, _SHOWN, placeholder='…')}”")


def title_in(entry: str) -> str:
    """What is most likely the title in an entry of a list of sources: what it quotes, or else its longest part."""
    text = _URL.sub("", entry)
    quoted = max(_QUOTED.findall(text), key=len, default="")
    if len(compared_form(quoted)) >= LONG:
        return quoted.strip(" .,;")
    return max((_NAMES.sub("", part.strip()) for part in _PART_END.split(text)), key=len).strip(" .,;")


def _titled(eutils: Eutils, wanted: str, entry: str) -> Record | None:
    """The one record of that title; none where there are several, or where the entry names another year."""
    words = compared_form(wanted)
    answer = eutils.esearch('"{}"[ti]'.format(wanted[:_LONGEST_TITLE].replace('"', "").strip(" .")))
    if not answer.count:
        answer = eutils.esearch(" AND ".join(f"{word}[ti]" for word in sorted(set(words.split()), key=len)[-8:]))
    if not 0 < answer.count <= _MOST_HITS:
        return None
    years = {int(year) for year in _YEAR.findall(_URL.sub("", entry))}
    fit = []
    for record in pubmed.fetch(eutils, answer.pmids).records:
        title = compared_form(plain(record.title))
        year = int(record.published[:4]) if record.published else None
        near = not years or year is None or any(abs(year - named) <= 1 for named in years)
        if near and likeness(words, title) >= Likeness.NEAR and not titles.clash(words, title):
            fit.append(record)
    return fit[0] if len(fit) == 1 else None
