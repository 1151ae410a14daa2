"""export: stored works for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.shell import Shell
    from tests.pipeline.world import World


def titles(out: str) -> list[str]:
    return [json.loads(line)["title"] for line in out.splitlines()]


def test_all_that_queries_matched_or_what_one_did_or_what_came_since(polled: World, shell: Shell) -> None:
    everything = titles(shell("export", config=polled.path).out)
    assert everything
    by_query = [titles(shell("export", "--query", name, config=polled.path).out) for name in ("wounds", "skin")]
    assert all(by_query)
    assert set(everything) == set().union(*by_query)
    assert shell("export", "--since", "2999-01-01", config=polled.path).err == "nothing stored is like that\n"


@pytest.mark.parametrize(("form", "begins"), [("ris", "TY  - "), ("bibtex", "@"), ("csv", "id,kind,title")])
def test_a_work_that_is_named_in_each_form(polled: World, shell: Shell, form: str, begins: str) -> None:
    said = shell("export", "11", "--as", form, config=polled.path)
    assert said.status == 0
    assert said.out.startswith(begins)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--query", "nothing"], "there is no query 'nothing'"),
        (["999999"], "no stored work is '999999'"),
        (["11", "--query", "skin"], "not both"),
    ],
)
def test_what_is_asked_wrongly_is_said(polled: World, shell: Shell, given: list[str], why: str) -> None:
    said = shell("export", *given, config=polled.path)
    assert said.status == 2
    assert why in said.err
