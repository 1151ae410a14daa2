"""PMID, PMCID, DOI, URL and title: parsed and normalised, so that equal things compare equal. Pure text, no network."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from watcher.markup import plain
from watcher.models import Doi, Pmcid, Pmid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.models import CitedWork, Record

_LONGEST_DOI = 300
_LONGEST_URL = 2048

# A registrant may write anything after the slash; what is accepted here is printable ASCII. Old Wiley and BioOne names
# (SICI) hold "<151::AID-ACP380>3.0.CO;2-U", so an angle bracket ends a DOI only where it begins a tag or ends one.
_DOI = re.compile(
    r"""10\.\d{4,9}(?:\.\d+)*(?:/|%(?:25)*2f)
        (?: [a-z0-9._()/:-]++ | (?![,;|](?:doi:|https?:|10\.\d{4,9}/)) (?!\#[a-z]) (?!&[a-z_]+=) [!#-;=@-\[\]-~]
          | <(?=[\d:]) | >(?=\d) )+""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# The bulk of them at a glance: nothing to trim, by those registrants whose addresses append figures to none.
_PLAIN_DOI = re.compile(r"10\.(?!1093/|1101/|64898/|48550/)\d{4,9}/[a-z0-9._()/:-]*\d", re.ASCII)
_DOI_START = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:dx\.)?doi\.org/|(?:info:|urn:)?doi\b[:/=]?|\s+)*", re.IGNORECASE | re.ASCII
)
_DOI_REST = re.compile(r"\s*(?:[?&#<>\"\\].*|\[(?:doi|pii)\].*)?", re.IGNORECASE | re.DOTALL | re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""))
# What publishers' addresses and careless reference lists append to a DOI. (Cochrane registers "…/cn-01234567/full".)
_DOI_TAIL = re.compile(
    r"(?:(?<!/central/cn-\d{8})/(?:full|full-text|fulltext|abstract|abs|pdf|epdf|pdfdirect|epub|html|meta|summary|references|figures)"
    r"|\.(?:full|full-text|abstract|short|long|pdf|article-info|article-metrics|supplementary-material)"
    r"|[\[(](?:published|epub|in ?press|doi|pii)[^\])]*[\])]"
    r"|[.,;:!?'\"*|=&/([{]+)$"
)
_OXFORD_NUMBER = re.compile(r"(10\.1093/[a-z]+/[a-z]+\d+)/\d{4,}")  # academic.oup.com/…/doi/DOI/a number of theirs
_COLD_SPRING_PREPRINT = r"10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.\d{5,}|\d{6})"
# bioRxiv, medRxiv and arXiv register one DOI for all versions: there, a version belongs to the address only.
_UNREGISTERED_VERSION = re.compile(rf"({_COLD_SPRING_PREPRINT}|10\.48550/arxiv\.\d{{4}}\.\d{{4,5}})v\d+(?:-\d+)?")
# Research Square, Preprints.org, ChemRxiv, PeerJ, ScienceOpen, Authorea, F1000 and eLife register each by itself.
_REGISTERED_VERSION = re.compile(
    r"(10\.21203/rs\.[^/]+|10\.20944/preprints\d+\.\d+|10\.26434/chemrxiv[^/]*?|10\.7287/peerj\.preprints\.\d+"
    r"|10\.14293/[^/]*sor-\.[^/]+?|10\.12688/[a-z0-9]+\.\d+|10\.22541/[^/]+"
    r"|10\.7554/elife\.\d+)(?:/v\d+|[.-]v\d+|v\d+|(?<=\d)\.\d{1,2})$"
)
# By the part after the slash, too, where the registrant also has journals (10.1101 is Genome Research's as well).
_PREPRINT = re.compile(
    rf"{_COLD_SPRING_PREPRINT}$|10\.(?:21203/rs\.|20944/preprints|26434/chemrxiv|48550/arxiv\.|2139/ssrn\.|36227/techrxiv)"
    r"|10\.(?:31219|3122\d|3123\d|35542|37044)/osf\.io/|10\.(?:31223|32942|33774|32388|22541|12074)/"
    r"|10\.(?:7287/peerj\.preprints|1002/essoar\.|1590/scielopreprints\.|2196/preprints\.|14293/.*\bsor-|5194/egusphere-)"
)

_PMID = re.compile(r"\s*(?:pubmed|pmid|info:pmid/)?[:\s]*0*([1-9]\d{0,7})(?:\.\d+)?[\s.;]*", re.IGNORECASE | re.ASCII)
_PMCID = re.compile(r"\s*(?:pmc-?id)?[:\s]*PMC0*([1-9]\d{0,8})(?:\.\d+)?[\s.;]*(?:;.*)?", re.IGNORECASE | re.ASCII)
_PMID_WITHIN = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov/(?:\?term=)?|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?|[?&](?:list_uids|pmid)="
    r"|europepmc\.org/(?:article|abstract)/med/|\bpubmed:\s*|\bpmid:?\s*|info:pmid/)0*([1-9]\d{0,7})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_PMCID_WITHIN = re.compile(r"(?<![a-z0-9])PMC([1-9]\d{3,8})(?!\d)", re.IGNORECASE | re.ASCII)
# Publishers whose addresses hold the DOI without its prefix (bioRxiv's was another from the end of 2025 on).
_UNPREFIXED = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), prefix)
    for pattern, prefix in (
        (r"\bnature\.com/articles/([a-z][a-z0-9.-]*\d[a-z0-9-]*)", "10.1038/"),
        (r"\belifesciences\.org/(?:articles|reviewed-preprints)/(\d{5,6})(?!\d)", "10.7554/elife."),
        (r"\barxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})", "10.48550/arxiv."),
        (r"rxiv\.org/(?:content/early/[\d/]+/|cgi/content/\w+/)(20(?:1\d|2[0-4])\.\d\d\.\d\d\.\d{5,})", "10.1101/"),
    )
)

_UNPRINTABLE = re.compile(r"[\s\x00-\x20\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]*:[0-9a-f:.]+\])", re.ASCII)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})?")
_TRACKING = re.compile(
    r"(?:utm_|mc_|pk_|mtm_|matomo_|piwik_|at_|hsa_|_hs).*|[fgdy]clid|fbclid|gbraid|wbraid|msclkid|igshid|mkt_tok"
    r"|_g[al]|vero_id|wt_mc|cmpid|rss|track|af|rft_dat",
    re.IGNORECASE,
)
_PUBMED_FEED = frozenset({"fc", "ff", "v"})  # when PubMed's feed was fetched, and the version of its program

_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|inf|small|span|font|scp|br|p|(?:jats|mml):[a-z]+)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)
_ACCENTS = re.compile("[\u0300-\u036f]")
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
)
_LETTERS = str.maketrans(
    dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True))
    | {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}  # which do not decompose
)
_MOJIBAKE = re.compile("[ÂÃÄÅâÎÏ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def normal_doi(text: str) -> Doi | None:
    """The DOI that the whole text is, in lower case, as it is registered; None where it is none.

    Its resolver's address, percent-encoding, closing punctuation and what publishers append (/full, .pdf) go. A version
    goes where it is no part of the name (bioRxiv, medRxiv, arXiv). Where each version is registered by itself it stays,
    for without it the link would lead nowhere: compare such by `versionless`.
    """
    lower = text.lower()
    if _PLAIN_DOI.fullmatch(lower) and len(lower) <= _LONGEST_DOI:
        return Doi(lower)
    while (trimmed := _trimmed_doi(text)) is not None and trimmed != text.lower():
        text = trimmed
    return None if trimmed is None else Doi(trimmed)


def _trimmed_doi(text: str) -> str | None:
    """One round of trimming, which never lengthens; None where there is no DOI, or more than one."""
    if not text.isascii():
        text = text.translate(_DASHES)
    if not text.startswith("10."):
        text = _DOI_START.sub("", text, count=1)
    found = _DOI.match(text)
    if found is None or not (found.end() == len(text) or _DOI_REST.fullmatch(text, found.end())):
        return None
    doi = (unquote(found[0]) if "%" in found[0] else found[0]).strip().lower()
    if not doi[-1:].isdigit():  # as no tail ends
        doi = _DOI_TAIL.sub("", doi)
        for opening, closing in ("()", "[]", "{}", "<>"):
            if doi.endswith(closing) and doi.count(closing) > doi.count(opening):
                doi = doi[:-1]
    elif appended := _OXFORD_NUMBER.fullmatch(doi) or _UNREGISTERED_VERSION.fullmatch(doi):
        doi = appended[1]
    return doi if len(doi) <= _LONGEST_DOI else None


def versionless(doi: Doi) -> Doi:
    """What the DOIs of one preprint's versions have in common: for comparison, for it need not resolve."""
    found = _REGISTERED_VERSION.fullmatch(doi)
    return Doi(found[1]) if found else doi


def doi_version(doi: Doi) -> int:
    """Which version of a work a DOI names; 0 where it does not say."""
    return int(re.findall(r"\d+", doi)[-1]) if versionless(doi) != doi else 0


def is_preprint_doi(doi: Doi) -> bool:
    """Whether a (normal) DOI is that of a preprint server, as far as the name tells."""
    return _PREPRINT.match(doi) is not None


def normal_pmid(text: str) -> Pmid | None:
    """The PMID that the whole text is ("123", "PMID: 123", "pubmed:123", "123.2"), its version off."""
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 9:
        return Pmid(text)
    found = _PMID.fullmatch(text)
    return Pmid(found[1]) if found else None


def normal_pmcid(text: str) -> Pmcid | None:
    """The PMCID that the whole text is, as "PMC123", its version off. Without those letters a number is none."""
    found = _PMCID.fullmatch(text)
    return Pmcid(f"PMC{found[1]}") if found else None


def find_dois(text: str) -> Iterator[Doi]:
    """The DOIs in an address, free text or HTML, in order, each once; those that addresses hold unprefixed last."""
    text = html.unescape(text).translate(_DASHES)
    named = (match[0] for match in _DOI.finditer(text) if text[match.start() - 1 : match.start()] not in _DOI_BREAKERS)
    implied = (prefix + match[1] for pattern, prefix in _UNPREFIXED for match in pattern.finditer(text))
    seen: set[Doi] = set()
    for source in (named, implied):
        for found in source:
            doi = normal_doi(found)
            if doi is not None and doi not in seen:
                seen.add(doi)
                yield doi


_DOI_BREAKERS = frozenset("0123456789.")  # in front of "10." they make it the end of another number


def find_pmids(text: str) -> Iterator[Pmid]:
    """The PMIDs in an address, free text or HTML, in order, each once; a bare number is none."""
    return iter(dict.fromkeys(Pmid(match[1]) for match in _PMID_WITHIN.finditer(html.unescape(text))))


def find_ids(text: str) -> tuple[Pmid | None, Doi | None, Pmcid | None]:
    """The first PMID, DOI and PMCID in an address, free text or HTML.

    A text may name several works: whoever reads one asks `find_dois` whether it does.
    """
    text = html.unescape(text)
    pmcid = _PMCID_WITHIN.search(text)
    return (
        next(find_pmids(text), None),
        next(find_dois(text), None),
        Pmcid(f"PMC{pmcid[1]}") if pmcid else None,
    )


def identifier_keys(named: Record | CitedWork) -> tuple[str, ...]:
    """What it is identified by, the surest first: "pmid:…", "doi:…", "pmcid:…"."""
    known = (("pmid", named.pmid), ("doi", named.doi), ("pmcid", named.pmcid))
    return tuple(f"{name}:{value}" for name, value in known if value)


def doi_link(doi: Doi) -> str:
    """Where a DOI leads, with what an address cannot hold percent-encoded."""
    return "https://doi.org/" + quote(doi, safe="/:;()._-~")


def pubmed_link(pmid: Pmid) -> str:
    """PubMed's page of a record."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def safe_url(text: str) -> str | None:
    """An address that may be shown as a link: http or https, printable ASCII, the host as punycode; else None.

    One with user or password, with white space or control characters within, or over 2,048 characters is refused.
    """
    text = text.strip()
    if len(text) > _LONGEST_URL or _UNPRINTABLE.search(text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host.rstrip(".").encode("idna").decode().lower()
    except ValueError:  # brackets, port or labels that are none; UnicodeError is one, too
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    rest = parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    address = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"
    url = address + quote(rest, safe="/:;?#[]@!$&'()*+,=%~")
    return url if len(url) <= _LONGEST_URL else None


def canonical_url(text: str) -> str | None:
    """An address reduced for comparison; it is no link. None where `safe_url` refuses it.

    http counts as https; "www.", default ports, fragments, closing slashes and tracking parameters go. The order of the
    other parameters stays.
    """
    url = safe_url(text)
    if url is None:
        return None
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    from_pubmed = host == "pubmed.ncbi.nlm.nih.gov"
    query = "&".join(
        parameter
        for parameter in parts.query.split("&")
        if parameter and not _is_tracking(parameter.partition("=")[0], from_pubmed=from_pubmed)
    )
    path = _ESCAPE.sub(_least_escape, parts.path).rstrip("/")
    return f"https://{host}{port}{path}" + (f"?{query}" if query else "")


def _is_tracking(name: str, *, from_pubmed: bool) -> bool:
    return _TRACKING.fullmatch(name) is not None or (from_pubmed and name in _PUBMED_FEED)


def _least_escape(match: re.Match[str]) -> str:
    """A percent-escape as RFC 3986 (6.2.2) would have it: none for unreserved characters, else in capitals."""
    if match[1] is None:
        return "%25"
    character = chr(int(match[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else match[0].upper()


def normal_title(title: str) -> str:
    """A title, rich or plain, reduced for comparison: lower-case letters and digits, single spaces, Greek spelled out.

    The brackets of a translated title and the closing period go with all other punctuation. UTF-8 that was taken for
    another encoding is read as such.
    """
    text = _MARKUP.sub("", plain(title)) if "<" in title or "&" in title else title
    if text.isascii():
        return text.lower() if text.isalnum() else " ".join(text.encode().translate(_ASCII_WORDS).decode().split())
    text = unicodedata.normalize("NFKD", _read_again(text) if _MOJIBAKE.search(text) else text)
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_LETTERS)
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text).split())


normal_name = lru_cache(maxsize=5_000)(normal_title)  # for names: most families and nearly all given names recur


def _read_again(text: str) -> str:
    """UTF-8 that was read as Windows-1252 or Latin-1."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text
