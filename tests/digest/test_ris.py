"""Works as RIS: what a reference manager reads of them. All works are invented."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.policy import default
from typing import TYPE_CHECKING

from tests.digest import invented
from watcher.digest.envelope import Envelope
from watcher.digest.render import body_of, render
from watcher.digest.ris import ris
from watcher.mail.outbox import freeze
from watcher.models import Author, Kind

if TYPE_CHECKING:
    from watcher.told import Digest


def lines(digest: Digest) -> list[str]:
    return ris(entry.work for entry in digest.entries).split("\r\n")


def test_a_work_has_its_fields_each_on_a_line() -> None:
    entry = invented.entry(
        3,
        title="Vesicles raise CD34<sup>+</sup> cells &amp; more.",
        authors=(Author("Ibáñez", given="Ana", initials="A"), Author("Skin Group", collective=True)),
        journal="Imaginary Wound Letters",
        volume="12",
        pages="100-107",
        published="2021-06-02",
        keywords=("exosomes",),
    )
    found = lines(invented.digest(entry))
    assert found[0] == "TY  - JOUR"
    assert found[-3:] == ["ER  - ", "", ""]
    for line in (
        "TI  - Vesicles raise CD34⁺ cells & more",
        "AU  - Ibáñez, Ana",
        "AU  - Skin Group,",
        "T2  - Imaginary Wound Letters",
        "PY  - 2021",
        "DA  - 2021/06/02",
        "VL  - 12",
        "SP  - 100",
        "EP  - 107",
        "DO  - 10.5555/invented.2021.000003",
        "AN  - 90000003",
        "C2  - PMC7000003",
        "KW  - exosomes",
        "UR  - https://doi.org/10.5555/invented.2021.000003",
    ):
        assert line in found
    assert any(line.startswith("AB  - Background: Wounds after irradiation heal slowly") for line in found)


def test_preprints_and_news_have_types_of_their_own() -> None:
    kinds = (Kind.ARTICLE, Kind.PREPRINT, Kind.NEWS, Kind.NOTICE)
    digest = invented.digest(*(invented.entry(n, kind=kind) for n, kind in enumerate(kinds)), sections=1)
    types = [line for line in lines(digest) if line.startswith("TY")]
    assert types == ["TY  - JOUR", "TY  - UNPB", "TY  - NEWS", "TY  - JOUR"]


def test_no_source_can_begin_a_line_or_a_record() -> None:
    digest = invented.hostile()
    told = sum(len(section.entries) for section in digest.sections)
    found = lines(digest)
    assert sum(line.startswith("TY  - ") for line in found) == found.count("ER  - ") == told
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in found if line)
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\u202e]", "".join(found))
    assert "javascript:" not in "".join(line for line in found if line.startswith("UR"))


def test_it_is_attached_where_that_is_asked_for_and_the_bytes_stay_the_same() -> None:
    digest = replace(invented.of(12), name="Haut & Zellen")

    def sent(*attach: str) -> bytes:
        return freeze(render(body_of(digest, attach), Envelope("w@example.org", "r@example.org", "<1@x.org>")))

    assert sent("ris") == sent("ris")
    message = email.message_from_bytes(sent("ris"), policy=default)
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "haut-zellen-2021-06-03.ris"
    assert attachment.get_content_type() == "application/x-research-info-systems"
    assert attachment.get_content().decode() == ris(entry.work for entry in digest.entries)
    assert message.get_body(("html",)) is not None
    assert b".ris" not in sent()
