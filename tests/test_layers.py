"""The layers of docs/architecture.md hold: each module imports only from those before it; what is heavy waits."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import watcher

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(watcher.__file__).parent
LAYERS = (
    {"errors", "models", "told", "markup"},
    {"works", "terms", "digest", "article", "proposal", "cron", "toml_lines"},
    {"settings", "document", "addresses", "config_mail", "config_digest", "config", "secrets", "proposed_file", "disk"},
    {"sources", "store", "mail"},
    {"pipeline", "sample"},
    {"schedule"},
    {"cli", "__main__"},
)
# In one layer: what may see another, besides the modules of one package, and the single modules of a layer.
BESIDES = {("digest", "works"), ("article", "works"), ("proposal", "article"), ("proposal", "terms")}
APART = {
    "works",
    "terms",
    "digest",
    "article",
    "proposal",
    "cron",
    "toml_lines",
    "sources",
    "store",
    "mail",
    "pipeline",
    "sample",
}
DATA_ONLY = {"demo", "__init__"}
# Who alone may import what, as a prefix of the module's name.
ONLY = {
    "requests": "sources.http",
    "Bio": "sources.eutils",
    "feedparser": "sources.feeds",
    "smtplib": "mail.smtp_session",
    "apscheduler": "schedule",
    "search_query": "terms.",
    "sqlite_utils": "store.",
    "sqlite3": "store.",
}
HEAVY = ("requests", "sqlite_utils", "Bio", "feedparser", "lxml", "jinja2", "apscheduler", "search_query")


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__" or len(parts) == 1)] = path
    return found


@cache
def imports(path: Path) -> tuple[tuple[str, int], ...]:
    """Every module that a file imports anywhere in it, also for types alone or within a function, and the line."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def layer(unit: str) -> int:
    return next(number for number, units in enumerate(LAYERS) if unit in units)


def allowed(importer: str, imported: str) -> bool:
    here, there = importer.partition(".")[0], imported.partition(".")[0]
    if there in {here, "__version__"} | DATA_ONLY:
        return True
    if layer(here) == layer(there):
        return (here, there) in BESIDES or not {here, there} & APART
    return layer(there) < layer(here)


def test_every_module_has_its_layer() -> None:
    units = {name.partition(".")[0] for name in modules()} - DATA_ONLY
    assert units == set().union(*LAYERS)


def test_no_module_imports_from_a_later_layer_or_across_its_own() -> None:
    wrong = [
        f"{name}:{line} imports {target}"
        for name, path in modules().items()
        if name.partition(".")[0] not in DATA_ONLY
        for target, line in imports(path)
        if target.startswith("watcher.") and not allowed(name, target.removeprefix("watcher."))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported", "right"),
    [
        ("digest.compose", "works.identifiers", True),
        ("works.identity", "digest.compose", False),
        ("terms.parse", "works.identifiers", False),
        ("store.works", "mail.outbox", False),
        ("config", "settings", True),
        ("errors", "config", False),
        ("pipeline.work", "store.store", True),
        ("sources.http", "pipeline.work", False),
        ("sample", "pipeline.work", False),
    ],
)
def test_the_arrows_are_those_of_the_design(importer: str, imported: str, right: bool) -> None:
    assert allowed(importer, imported) is right


def test_each_door_to_the_outside_has_one_keeper() -> None:
    wrong = [
        f"{name}:{line} imports {target}"
        for (name, path), (library, keeper) in product(modules().items(), ONLY.items())
        for target, line in imports(path)
        if target.partition(".")[0] == library and not name.startswith(keeper)
    ]
    assert wrong == []
    seen = {target.partition(".")[0] for path in modules().values() for target, _ in imports(path)}
    assert seen >= set(ONLY)  # a keeper that imports nothing would make this test one that cannot fail


def test_help_loads_nothing_heavy() -> None:
    script = f"import sys, watcher.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert done.stdout == "[]\n"
