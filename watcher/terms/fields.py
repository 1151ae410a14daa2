"""PubMed's search fields and the tags that name them (https://pubmed.ncbi.nlm.nih.gov/help/#search-tags)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What a tag can ask for; the value is PubMed's short tag. NOT_HELD: PubMed has it, and a record here does not."""

    TITLE = "ti"
    ABSTRACT = "ab"
    TITLE_ABSTRACT = "tiab"
    TEXT_WORD = "tw"
    ALL = "all"
    KEYWORD = "ot"
    VERNACULAR_TITLE = "tt"
    AUTHOR = "au"
    FIRST_AUTHOR = "1au"
    LAST_AUTHOR = "lastau"
    FULL_AUTHOR = "fau"
    CORPORATE_AUTHOR = "cn"
    MESH = "mh"
    MESH_MAJOR = "majr"
    SUBHEADING = "sh"
    SUBSTANCE = "nm"
    TYPE = "pt"
    LANGUAGE = "la"
    JOURNAL = "ta"
    VOLUME = "vi"
    ISSUE = "ip"
    PAGE = "pg"
    PUBLISHED = "dp"
    CREATED = "crdt"
    ENTERED = "edat"
    INDEXED = "mhda"
    REVISED = "lr"
    PMID = "pmid"
    IDENTIFIER = "aid"
    NOT_HELD = "not held"


WORDS = frozenset(
    {
        Field.TITLE,
        Field.ABSTRACT,
        Field.TITLE_ABSTRACT,
        Field.TEXT_WORD,
        Field.ALL,
        Field.KEYWORD,
        Field.VERNACULAR_TITLE,
    }
)
HEADINGS = frozenset({Field.MESH, Field.MESH_MAJOR, Field.SUBSTANCE})
DATES = frozenset({Field.PUBLISHED, Field.CREATED, Field.ENTERED, Field.INDEXED, Field.REVISED})
# Fields that narrow a search and say nothing to a reader about why a work is there.
LIMITS = DATES | {Field.LANGUAGE, Field.NOT_HELD}
NEAR_TAGS = frozenset({"ti", "title", "tiab", "title/abstract", "ad", "affiliation"})

# How a reader would write the field beside a phrase; text fields need no word for it.
READERS_WORD = {
    Field.AUTHOR: "author",
    Field.FIRST_AUTHOR: "first author",
    Field.LAST_AUTHOR: "last author",
    Field.FULL_AUTHOR: "author",
    Field.CORPORATE_AUTHOR: "group author",
    Field.MESH: "MeSH",
    Field.MESH_MAJOR: "MeSH major topic",
    Field.SUBHEADING: "MeSH subheading",
    Field.SUBSTANCE: "substance",
    Field.TYPE: "publication type",
    Field.LANGUAGE: "language",
    Field.JOURNAL: "journal",
    Field.VOLUME: "volume",
    Field.ISSUE: "issue",
    Field.PAGE: "page",
    Field.PUBLISHED: "published",
    Field.CREATED: "created in PubMed",
    Field.ENTERED: "entered in PubMed",
    Field.INDEXED: "indexed for MeSH",
    Field.REVISED: "revised",
    Field.PMID: "PMID",
    Field.IDENTIFIER: "identifier",
}

_TAGS = {
    Field.TITLE: "ti, title, titl",
    Field.ABSTRACT: "ab, abstract",
    Field.TITLE_ABSTRACT: "tiab, title/abstract",
    Field.TEXT_WORD: "tw, text word, text words, word, text",
    Field.ALL: "all, all fields",
    Field.KEYWORD: "ot, other term, other terms, keyword",
    Field.VERNACULAR_TITLE: "tt, transliterated title",
    Field.AUTHOR: "au, author, auth",
    Field.FIRST_AUTHOR: "1au, first author, first author name, author - first",
    Field.LAST_AUTHOR: "lastau, last author, last author name, author - last",
    Field.FULL_AUTHOR: "fau, full author name, author - full",
    Field.CORPORATE_AUTHOR: "cn, corporate author, author - corporate",
    Field.MESH: "mh, mesh, mesh terms, mesh term",
    Field.MESH_MAJOR: "majr, mj, mesh major topic",
    Field.SUBHEADING: "sh, subheading, mesh subheading, mesh subheadings",
    Field.SUBSTANCE: "nm, supplementary concept, substance name",
    Field.TYPE: "pt, publication type, ptyp",
    Field.LANGUAGE: "la, language, lang",
    Field.JOURNAL: "ta, journal, jour",
    Field.VOLUME: "vi, volume",
    Field.ISSUE: "ip, issue",
    Field.PAGE: "pg, pagination, page",
    Field.PUBLISHED: "dp, publication date, pdat, date - publication",
    Field.CREATED: "crdt, create date, date - create",
    Field.ENTERED: "edat, entry date, entrez date, date - entry, date - entrez",
    Field.INDEXED: "mhda, mesh date, date - mesh",
    Field.REVISED: "lr, modification date, date - modification",
    Field.PMID: "pmid, uid",
    Field.IDENTIFIER: "aid, article identifier, doi, lid, location id, pmc, pmcid",
    Field.NOT_HELD: (
        "ad, affiliation, affl, auid, author identifier, author - identifier, book, cois, "
        "conflict of interest statement, conflict of interest statements, dcom, completion date, date - completion, "
        "ed, editor, epdat, electronic publication date, filter, filt, fir, full investigator name, gr, grant number, "
        "grants and funding, ir, investigator, isbn, jid, nlm unique id, own, owner, pa, pharmacological action, "
        "pl, place of publication, ppdat, print publication date, ps, personal name as subject, pubn, publisher, "
        "rn, ec/rn number, sb, subset, si, secondary source id, version"
    ),
}
_FIELD_OF = {name.strip(): field for field, names in _TAGS.items() for name in names.split(",")}
_EXPLODABLE = frozenset({Field.MESH, Field.MESH_MAJOR, Field.SUBHEADING, Field.TYPE})
_NEAR = re.compile(r"(.+):~(\d+)")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as written in a term, without its brackets; `distance` is N of "[tiab:~N]", a proximity search."""

    field: Field
    written: str
    exploded: bool = True
    distance: int | None = None


UNTAGGED = Tag(Field.ALL, "")


def read_tag(written: str) -> Tag | None:
    """The tag inside a pair of brackets; None where PubMed's help knows no such tag. Case and spacing do not matter."""
    name = re.sub(r"\s*([/:])\s*", r"\1", " ".join(written.lower().split()))
    near = _NEAR.fullmatch(name)
    if near:
        inner = near.group(1)
        return Tag(_FIELD_OF[inner], written, distance=int(near.group(2))) if inner in NEAR_TAGS else None
    bare = name.removesuffix(":noexp")
    field = _FIELD_OF.get(bare)
    if field is None or (bare != name and field not in _EXPLODABLE):
        return None
    return Tag(field, written, exploded=bare == name)


def tags_like(written: str) -> list[str]:
    """Up to three known tags that look like a mistyped one, nearest first."""
    return difflib.get_close_matches(" ".join(written.lower().split()), _FIELD_OF, n=3, cutoff=0.5)
