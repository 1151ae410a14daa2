"""queries.toml is read, or refused with everything that is wrong in it, each thing at its line."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.addresses import is_loopback, is_recipient
from watcher.config import parse_settings, read_settings, warnings
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.settings import Settings

PATH = Path("folder/queries.toml")
GOOD = """\
timezone = "Europe/Berlin"
[[cited]]
url = "https://pmc.ncbi.nlm.nih.gov/articles/PMC12730715/"
[pubmed]
email = "reader@example.net"
[[query]]
name = "wounds"
cites = [1]
term = '''
wound*[tiab]
  AND skin[tiab]
'''
[[feed]]
name = "News"
url = "https://news.example.org/feed"
[[digest]]
name = "all"
to = ["reader@example.net"]
"""


def read(text: str) -> Settings:
    return parse_settings(text, PATH)


def test_a_query_asks_by_the_day_of_indexing_only_where_it_says_so() -> None:
    assert not read(GOOD).queries[0].when_indexed
    assert read(GOOD.replace("cites = [1]", "when_indexed = true")).queries[0].when_indexed


def test_a_query_may_ask_for_relatedness() -> None:
    assert read(GOOD).queries[0].min_relatedness == 0
    assert read(GOOD.replace("cites = [1]", "min_relatedness = 20")).queries[0].min_relatedness == 20


def test_a_digest_may_attach_its_works() -> None:
    assert read(GOOD).digests[0].attach == ()
    assert read(GOOD.replace('name = "all"', 'name = "all"\nattach = ["ris"]')).digests[0].attach == ("ris",)


def problems(text: str) -> list[str]:
    """What a user is shown, without the file's name."""
    with pytest.raises(ConfigError) as raised:
        read(text)
    return [str(problem) for problem in raised.value.problems]


def only_problem(text: str) -> str:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def with_mail(more: str = "", *, host: str = "smtp.example.org") -> str:
    return f'{GOOD}[mail]\nfrom = "Watcher <watcher@example.org>"\nhost = "{host}"\n{more}'


# -- what is read ---------------------------------------------------------------------------------------------------


def test_a_cited_work_may_have_nothing_but_a_title_and_not_nothing() -> None:
    book = GOOD.replace('url = "https://pmc.ncbi.nlm.nih.gov/articles/PMC12730715/"', 'title = "A book"')
    assert [(work.number, work.title) for work in read(book).cited] == [(1, "A book")]
    assert "or at least a title" in only_problem(book.replace('title = "A book"\n', ""))


def test_a_short_file_is_enough_and_the_rest_is_filled_in() -> None:
    found = read(GOOD)
    assert found.zone.key == "Europe/Berlin"
    assert found.cited[0].pmcid == "PMC12730715"
    assert found.watched == found.cited
    assert found.queries[0].title == "wounds"
    assert found.queries[0].term == "wound*[tiab] AND skin[tiab]"
    assert found.feeds[0].queries == found.digests[0].queries == ("wounds",)
    assert (found.pubmed.lookback, found.pubmed.overlap) == (30, 7)
    assert found.mail is None
    assert found.store == Path("folder/db/watcher.db")
    assert warnings(found) == []


def test_paths_are_relative_to_the_file_and_may_begin_at_home_or_at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    text = GOOD.replace("[pubmed]", '[pubmed]\napi_key_file = "~/key"') + '[store]\npath = "deep/w.db"\n'
    found = read(text)
    assert found.store == Path("folder/deep/w.db")
    assert found.pubmed.api_key_file == Path("/home/reader/key")
    assert read(GOOD + '[store]\npath = "/srv/w.db"').store == Path("/srv/w.db")


@pytest.mark.parametrize(
    "term",
    [
        'term = "wound*[tiab] AND skin[tiab]"',
        "term = 'wound*[tiab] AND skin[tiab]'",
        'term = """wound*[tiab]\n AND skin[tiab]"""',
        'term = """wound*[tiab] \\\n   AND skin[tiab]"""',
    ],
)
def test_a_term_may_be_written_in_each_of_toml_s_ways(term: str) -> None:
    start, _, rest = GOOD.partition("term = '''")
    assert read(start + term + rest.partition("'''")[2]).queries[0].term == "wound*[tiab] AND skin[tiab]"


def test_dotted_keys_and_inline_tables_are_the_same_to_it() -> None:
    text = """
        article.title = "T"
        pubmed = {email = "reader@example.net"}
        query = [{name = "wounds", term = "wound*[tiab]"}]
        digest = [{name = "all", to = ["reader@example.net"]}]
    """
    found = read(text)
    assert (found.article, found.pubmed.email, found.queries[0].name) == ("T", "reader@example.net", "wounds")


@pytest.mark.parametrize("change", [lambda b: b.replace(b"\n", b"\r\n"), lambda b: b"\xef\xbb\xbf" + b])
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "queries.toml"
    path.write_bytes(change(GOOD.encode()))
    found = read_settings(path)
    assert found.queries == read(GOOD).queries
    path.write_bytes(change((GOOD + "x = 1\n").encode()))
    with pytest.raises(ConfigError, match="line 19: unknown key 'x'"):
        read_settings(path)


def test_empty_lists_where_nothing_is_needed() -> None:
    found = read(GOOD.replace("cites = [1]", "cites = []").replace("[[feed]]", "[[digest]]", 0))
    assert found.queries[0].cites == ()
    assert read("feed = []\ncited = []\n" + GOOD[GOOD.index("[pubmed]") :].partition("[[feed]]")[0].replace(
        "cites = [1]", "") + "[[digest]]" + GOOD.partition("[[digest]]")[2]).feeds == ()  # fmt: skip


# -- files that cannot be read ----------------------------------------------------------------------------------------


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: no such file: name one with --config"):
        read_settings(tmp_path / "missing.toml")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_settings(tmp_path)


def test_what_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "queries.toml"
    path.write_bytes(GOOD.encode() + '\n# Müller\n[article]\ntitle = "Ü"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="line 20: not UTF-8 text"):
        read_settings(path)
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ConfigError, match="line 1: not UTF-8 text"):
        read_settings(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a = 1\nb = "x\n', "line 2, column 7: not valid TOML: Illegal character"),
        ("[pubmed]\n[pubmed]\n", "line 2, column 8: not valid TOML: Cannot declare ('pubmed',) twice"),
        ('[[query]]\nterm = """\nx\n', "line 3: not valid TOML: Unterminated string"),
        ("name wounds", "line 1, column 6: not valid TOML: Expected '='"),
        ("a = " + "[" * 100_000, "brackets are nested too deeply"),
        ("a = " + "9" * 5_000, "not valid TOML: Exceeds the limit"),
    ],
)
def test_broken_toml_is_one_problem_with_its_place(text: str, said: str) -> None:
    assert said in only_problem(text)


# -- every problem at once --------------------------------------------------------------------------------------------


def test_a_cited_work_may_be_left_unwatched() -> None:
    found = read(GOOD.replace('PMC12730715/"\n', 'PMC12730715/"\nwatch = false\n'))
    assert [cited.watch for cited in found.cited] == [False]
    assert found.watched == ()


def test_everything_that_is_wrong_is_said_at_once_and_in_the_file_s_order() -> None:
    text = """\
timezone = "Europe/Berln"
colour = 3
[artcle]
title = "x"
[[cited]]
doi = "nonsense"
[[query]]
name = "a"
term = '''
("stem cell"[tiab] OR
  skin[tiabb]
'''
cites = [1, 2]
[query.deep]
x = 1
[[query]]
name = "a"
term = "(\\"x y\\"[tiab] OR z[tiabb])"
[[feed]]
name = "f"
url = "ftp://x"
queries = ["b"]
poll = "60 * * * *"
schedule = "x"
[[digest]]
name = "d"
to = [
  "a@b.org",
  "nobody",
]
port = 3
[mail]
host = "smtp://x"
port = 70000
security = "ssl"
"""
    found = problems(text)
    starts = [
        "line 1: unknown timezone 'Europe/Berln'",
        "line 2: unknown key 'colour'",
        "line 3: unknown table [artcle]; did you mean 'article'?",
        "line 6: 'nonsense' is no DOI",
        "line 10, column 1: query 'a': a parenthesis is opened and not closed",
        "line 11, column 7: query 'a': PubMed has no tag [tiabb]",
        "line 13: cites 2: there is [[cited]] 1 to 1",
        "line 14: unknown key 'deep' in [[query]]",
        "line 17: there are two [[query]] named 'a'",
        "line 18, column 28: query 'a': PubMed has no tag [tiabb]: did you mean [tiab]",
        "line 21: feed 'f' needs a url that begins with https://",
        "line 22: no query is named 'b'",
        "line 23: '60 * * * *' is no cron line (bad minute)",
        "line 24: unknown key 'schedule' in [[feed]]; it belongs in [[digest]]",
        "line 29: 'nobody' is no mail address",
        "line 31: unknown key 'port' in [[digest]]; it belongs in [mail]",
        "line 32: [mail] needs from",
        "line 33: 'smtp://x' is no host's name",
        "line 34: 70000 is no port",
        "line 35: security is starttls, tls or none, not 'ssl'",
    ]
    assert len(found) == len(starts)
    assert [line[: len(start)] for line, start in zip(found, starts, strict=True)] == starts


def test_an_empty_file_says_what_is_missing() -> None:
    assert problems("") == [
        "there is no [[query]]: nothing would be watched",
        "there is no [[digest]]: nobody would be told",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('pol = "0 * * * *"', "unknown key 'pol' in [[digest]]; it belongs in"),
        ('shedule = "0 7 * * *"', "did you mean 'schedule'?"),
        ('timezone = "UTC"', "unknown key 'timezone' in [[digest]]; it stands above the first table"),
        ('term = "x"', "it belongs in [[query]]"),
        ('frobnicate = "x"', "unknown key 'frobnicate' in [[digest]]"),
        ("[[querys]]", "unknown table [querys]; did you mean 'query'?"),
        ("[smtp]", "unknown table [smtp]"),
        ('[smtp]\nhost = "mail.example.net"\nport = 25', "unknown table [smtp]; its keys are those of [mail]"),
        ('[[rss]]\nname = "News"\nurl = "https://n.example/"\n', "unknown table [rss]; its keys are those of [[feed]]"),
        ('queries = ["wouns"]', "no query is named 'wouns'; did you mean 'wounds'?"),
        ('queries = ["*", "wouns"]', "no query is named 'wouns'"),
        ("queries = []", "queries is empty"),
    ],
)
def test_what_is_unknown_is_named_with_what_may_be_meant(line: str, said: str) -> None:
    if line.startswith("pol "):
        said = "unknown key 'pol' in [[digest]]"
    found = only_problem(f"{GOOD}{line}\n")
    assert said in found
    assert found.startswith("line 19: ")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Europe/Berlin"', "5", "line 1: timezone must be a text in quotes, not 5"),
        ('name = "wounds"', "name = 5", "line 7: name must be a text in quotes, not 5"),
        ("cites = [1]", 'cites = ["1"]', "line 8: cites must be a list of whole numbers, not ['1']"),
        ("cites = [1]", "min_relatedness = 100", "line 8: min_relatedness is a number from 0 to 99, not 100"),
        ("cites = [1]", "min_relatedness = -1", "line 8: min_relatedness is a number from 0 to 99, not -1"),
        ("cites = [1]", "when_indexed = 1", "line 8: when_indexed must be true or false, not 1"),
        ("cites = [1]", "cites = 1", "line 8: cites must be a list of whole numbers, not 1"),
        ("cites = [1]", "cites = [true]", "line 8: cites must be a list of whole numbers, not [True]"),
        ("cites = [1]", "cites = [\n  1,\n  0,\n]", "line 10: cites 0: there is [[cited]] 1 to 1"),
        ("cites = [1]", "cites = [-1]", "line 8: cites -1: there is [[cited]] 1 to 1"),
        ('to = ["reader@example.net"]', 'to = "reader@example.net"', "line 18: to must be a list of texts"),
        ('to = ["reader@example.net"]', "to = []", "line 18: digest 'all' has no recipient"),
        ('to = ["reader@example.net"]', "", "line 16: digest 'all' has no recipient"),
        ('name = "all"', 'name = "all"\nattach = ["pdf"]', "line 18: attach is a list of \"ris\", not of 'pdf'"),
        ('name = "all"', 'name = "all"\nlanguage = "xx"', "line 18: language is that of the dates: en, de, es, fr"),
        ('name = "all"', "", "line 16: a [[digest]] needs a name"),
        ('name = "all"', 'name = "all"\npause_until = "2026-12-24"', "line 18: pause_until must be a day"),
        ('name = "all"', 'name = "all"\npause_until = 2026-12-24T07:00:00', "line 18: pause_until must be a day"),
        ('name = "all"', 'name = "all"\npause_until = 9999-12-31', "line 18: pause_until: 9999-12-31 is not of these"),
        ('name = "all"', 'name = "all"\nwhen_empty = "never"', 'line 18: when_empty is "skip" or "send", not '),
        ('name = "all"', 'name = "*"', "line 17: a [[digest]] needs a name"),
        ('name = "News"', 'name = " "', "line 14: a [[feed]] needs a name"),
        ("https://news.example.org/feed", "news.example.org/feed", "line 15: feed 'News' needs a url"),
        ("https://news.example.org/feed", "http://[", "line 15: feed 'News' needs a url"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC12730715/", "javascript:x", "line 3: 'javascript:x' is no http(s)"),
        ("reader@example.net", "Reader <reader@example.net>", "line 5: 'Reader <reader@example.net>' is no mail"),
        ("[pubmed]", "[[pubmed]]", "line 4: [pubmed] is a table that occurs once"),
        ("[[query]]", "[query]", "line 6: write [[query]], with double brackets"),
        ("[[feed]]", "[feed]", "line 13: write [[feed]], with double brackets"),
        ("[[query]]", "[[query]]\nname = 1", "line 8, column 16: not valid TOML: Cannot overwrite a value"),
        ("[pubmed]", '[pubmed]\nbase_url = "http://eutils.example.org/"', "line 5: base_url must be https://"),
        ("[pubmed]", '[pubmed]\nbase_url = "http://["', "line 5: base_url must be https://"),
        ("[pubmed]", "[pubmed]\nlookback = 0", "line 5: lookback must be a number of days, from 1 to 36525"),
        ("[pubmed]", "[pubmed]\noverlap = true", "line 5: overlap must be a whole number, not True"),
        ("[pubmed]", '[pubmed]\napi_key_file = ""', "line 5: api_key_file must be the name of a file"),
        ("[pubmed]", '[pubmed]\napi_key_file = "~no-such-user/key"', "line 5: api_key_file: '~no-such-user/key'"),
        ("[pubmed]", '[pubmed]\npoll = "hourly"', "line 5: 'hourly' is no cron line"),
        ("[pubmed]", "[store]\npath = 'a\tb'\n[pubmed]", "line 5: path must be the name of a file"),
        ("'''\nwound*[tiab]\n  AND skin[tiab]\n'''", '" "', "line 9: query 'wounds' has no term"),
        ("wound*[tiab]", "wound*[tiab", "line 10, column 7: query 'wounds': "),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_problem_at_its_line(old: str, new: str, said: str) -> None:
    found = only_problem(GOOD.replace(old, new, 1))
    assert found.startswith(said)


@pytest.mark.parametrize("name", ["../etc/passwd", "Europe", "", "localtime\\u0000", "Mars/Olympus", "x" * 300, "/UTC"])
def test_a_timezone_is_an_iana_name(name: str) -> None:
    assert only_problem(GOOD.replace("Europe/Berlin", name)).startswith("line 1: unknown timezone")


@pytest.mark.parametrize("value", ["5", '"x"', "[1]"])
def test_a_value_in_place_of_a_table_is_one_problem(value: str) -> None:
    assert "[mail] is a table" in only_problem(f"mail = {value}\n{GOOD}")
    assert any("write [[query]]" in each for each in problems(f"query = {value}\n{GOOD.partition('[[query]]')[0]}"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("port = 0", "line 22: 0 is no port"),
        ("port = 65536", "line 22: 65536 is no port"),
        (f"port = 0x{'f' * 5000}", "line 22: a number of very many digits is no port"),
        ('port = "587"', "line 22: port must be a whole number, not '587'"),
        ('security = "STARTTLS"', "line 22: security is starttls, tls or none, not 'STARTTLS'"),
        ('security = "none"', 'line 22: security = "none" sends mail unencrypted'),
        ('security = "none"\nallow_plaintext = true\nuser = "w"', "would send the password unencrypted"),
        ('rate_to = "Rate <rate@example.org>"', "is no mail address, such as rate@example.org"),
        ('user = ""', "line 22: user must be a name"),
        ("keyring = true", "line 22: keyring has the password of a user: write user, too"),
        ('unsubscribe = "Me <me@example.net>"', "line 22: 'Me <me@example.net>' is no mail address"),
    ],
)
def test_the_mail_server_s_settings_are_checked(more: str, said: str) -> None:
    assert said in only_problem(with_mail(more))


@pytest.mark.parametrize(
    "host", ["https://smtp.example.org", "smtp.example.org:587", "me@smtp.example.org", "a b", "a\\u0000b", ""]
)
def test_a_host_is_a_name_and_nothing_else(host: str) -> None:
    assert "is no host's name" in only_problem(with_mail(host=host))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "::1"])
def test_plain_mail_stays_on_this_machine(host: str) -> None:
    mail = read(with_mail('security = "none"', host=host)).mail
    assert mail is not None
    assert mail.port == 25
    assert is_loopback(host)


def test_ports_follow_from_security() -> None:
    ports = [read(with_mail(f'security = "{each}"')).mail for each in ("starttls", "tls")]
    assert [mail and mail.port for mail in ports] == [587, 465]


@pytest.mark.parametrize(
    "text",
    ["nobody", "a@b, c@d", "a@b@c", "a b@c", "<a@b", "Müller, Hans <a@b.de>", "a@b\r\nBcc: c@d", "a@bücher.de", "",
     "=?utf-8?q?x?= <a@b.de>", "a@b.de (Hans)", ". <a@b.de>", "Hans M.<a@b.de>", "a..b@c.de", "@b.de", "a@"],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(text: str) -> None:
    assert not is_recipient(text)


@given(st.from_regex(r"[A-Za-zäé \".,()\\<>=?-]{0,12}<?a@b\.de>?", fullmatch=True) | st.text(max_size=12))
@settings(deadline=None)
def test_every_address_that_is_taken_goes_into_a_message_as_one_address(text: str) -> None:
    if is_recipient(text):
        message = EmailMessage()
        message["To"] = text
        assert len(message["To"].addresses) == 1
        assert b"@" in message.as_bytes()


# -- places in terms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "place"),
    [
        ("'skin[tiabb]'", (3, 13)),
        ('"\\"skin\\"[tiabb]"', (3, 17)),
        ("'''skin[tiab]\n  OR hair[tiabb]'''", (4, 10)),
        ("'''\nskin[tiab]\n  OR hair[tiabb]'''", (5, 10)),
        ('"""\nskin[tiab] \\\n  OR hair[tiabb]"""', (5, 10)),
    ],
)
def test_a_fault_in_a_term_is_placed_at_its_character_in_the_file(term: str, place: tuple[int, int]) -> None:
    text = f'[[query]]\nname = "a"\nterm = {term}\n[[digest]]\nname = "all"\nto = ["a@b.de"]\n'
    assert only_problem(text).startswith(f"line {place[0]}, column {place[1]}: query 'a': PubMed has no tag [tiabb]")


def test_what_is_doubtful_is_a_warning_with_its_place() -> None:
    second = "[[query]]\nname = \"mesh\"\nterm = '''\nskin[mh]\n'''\n[[query]]\nname = \"mesh 2\"\nterm = 'hair[mh]'\n"
    text = GOOD.replace("reader@example.net", "you@example.org", 1).replace("[[feed]]", f"{second}[[feed]]")
    found = [str(warning) for warning in warnings(read(text + 'queries = ["wounds"]'))]
    assert sum("a term of MeSH alone" in warning for warning in found) == 2  # each by its place
    assert sum("headings that are narrower" in warning for warning in found) == 1  # so of all
    assert any(warning.startswith("line 16, column 1: query 'mesh': a term of MeSH alone") for warning in found)
    assert any("email is still the example's" in warning for warning in found)
    assert "query 'mesh' is in no digest: nobody is told" in found


def test_an_error_hides_no_warning_elsewhere() -> None:
    second = "[[query]]\nname = \"mesh\"\nterm = 'skin[mh]'\n"
    with pytest.raises(ConfigError) as caught:
        read(GOOD.replace("wound*[tiab]", "wound*[tiabb]").replace("[[feed]]", f"{second}[[feed]]"))
    assert len(caught.value.problems) == 1
    assert any("query 'mesh': a term of MeSH alone" in str(warning) for warning in caught.value.warnings)


def test_a_term_of_any_length_is_read_quickly_or_refused() -> None:
    long = " OR ".join(f"word{number}[tiab]" for number in range(5_000))
    assert "20,000 characters at most" in only_problem(GOOD.replace("wound*[tiab]", long))
    assert "nested" in only_problem(GOOD.replace("wound*[tiab]", "(" * 5_000 + "x[tiab]" + ")" * 5_000))


# -- whatever is in it ------------------------------------------------------------------------------------------------


def settings_or_problems(text: str) -> None:
    try:
        found = read(text)
    except ConfigError as error:
        lines = [problem.line or 0 for problem in error.problems]
    else:
        lines = [1]
        assert found.queries
        assert datetime.now(UTC).astimezone(found.zone)
    assert lines == sorted(lines)
    assert max(lines) <= text.count("\n") + 1


PIECES = st.sampled_from([
    *GOOD.splitlines(keepends=True), "[mail]\n", 'host = "h"\n', "port = 5\n", "[query]\n", "[[pubmed]]\n", "[store]\n",
    "x = 1\n", "name = 1\n", "[query.x]\n", "cites = [9]\n", "to = []\n", "queries = []\n", 'path = "~x"\n', "# x\n",
    "a.b = {c = [1]}\n", 'url = "http://["\n', 'term = """("""\n', 'schedule = "x"\n', "mail = 1\n", "query = [1]\n",
])  # fmt: skip


@given(st.text(max_size=200) | st.lists(PIECES, max_size=12).map("".join))
@settings(deadline=None, max_examples=150)
def test_any_text_gives_settings_or_problems(text: str) -> None:
    settings_or_problems(text)


@given(st.integers(0, len(GOOD)), st.integers(0, 12), st.text("[]\"'=.\n#{}\\,x1 é\x00", max_size=6))
@settings(deadline=None, max_examples=150)
def test_any_slip_of_the_keyboard_gives_settings_or_problems(start: int, length: int, slip: str) -> None:
    settings_or_problems(GOOD[:start] + slip + GOOD[start + length :])


def test_a_megabyte_of_nonsense_is_refused() -> None:
    noise = random.Random(1)
    settings_or_problems("".join(noise.choices("ab =[]\"'\n#.,{}", k=1_000_000)))
    settings_or_problems("x" * 1_000_000)
    assert len(problems("".join(f"key{number} = 1\n" for number in range(2_000)))) == 2_002
    assert len(problems("[[query]]\n" * 2_000)) == 4_001
