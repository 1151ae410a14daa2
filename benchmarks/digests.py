"""How large digests of invented works are, and what they cost: composed, rendered, and put into mails.

    python benchmarks/digests.py [--out DIR]

For 0 to 1,000 works: bytes of the HTML part (Gmail clips at about 102 KB), how many works stand in it in full, by
linked title and by title alone, bytes of the whole message, and seconds of CPU time, the best of three:
for what all readers get (the whole, and titles alone), and for the messages of each. With --out, each mail is written
there as .eml, beside hostile ones and ones of other scripts, for other programs to judge.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.digest import invented
from watcher.digest.compose import compose
from watcher.digest.envelope import Envelope
from watcher.digest.render import body_of, render, render_brief
from watcher.mail.outbox import freeze
from watcher.models import Match, Query
from watcher.told import Rank, Why

if TYPE_CHECKING:
    from email.message import EmailMessage

    from watcher.told import Digest

COUNTS = (0, 1, 12, 60, 500, 1000)
ENVELOPE = Envelope("Watcher <watcher@example.org>", "reader@example.org", "<20210603.1.reader@example.org>")
QUERIES = tuple(Query(name, title, "term", cites) for name, title, cites in invented.SECTIONS)


def composed(count: int) -> Digest:
    """A digest of so many works, the best of them first, each with its reasons."""
    entries = [invented.entry(number) for number in range(count)]
    return compose(
        name="skin-stem-cells",
        article="Do Stem Cells Regenerate Skin?",
        zone="Europe/Berlin",
        now=invented.COMPOSED_AT,
        queries=QUERIES,
        cited=invented.CITED,
        untold=[(e.work, [Match(e.work.id, QUERIES[e.work.id % 6].name, ("exosome*", "wound*"))]) for e in entries],
        receipt=invented.of(0).receipt,
        ranks={e.work.id: Rank(1 / (1 + e.work.id), 50, Why((1, 4), ("exosome", "wound"), (5,))) for e in entries},
    )


def mail(digest: Digest) -> EmailMessage:
    """The message to one recipient."""
    return render(body_of(digest), ENVELOPE)


def main() -> None:
    """Print the table, and write the mails where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, metavar="DIR")
    out = parser.parse_args().out
    mail(composed(12))  # what is read once, as templates are, is no part of the cost of a digest
    print(f"{'works':>6} {'HTML':>8} {'full':>6} {'linked':>6} {'titles':>6} {'message':>9} {'CPU s':>6} {'reader':>7}")
    for count in COUNTS:
        costs: list[float] = []
        each: list[float] = []
        for _ in range(3):
            begun = time.process_time()
            made = body_of(composed(count))
            costs.append(time.process_time() - begun)
            begun = time.process_time()
            message, brief = render(made, ENVELOPE), render_brief(made, ENVELOPE)
            whole, _ = len(freeze(message)), freeze(brief)
            each.append(time.process_time() - begun)
        body = message.get_body(("html",))
        if body is None:
            raise AssertionError(count)
        page = body.get_content().rstrip("\n").replace("\n", "\r\n")
        listed, linked = page.count("<li"), len(re.findall(r"<li[^>]*><a ", page))
        size = len(page.encode())
        full = page.count("<h3")
        works = f"{full:6} {linked:6} {listed - linked:6}"
        print(f"{count:6,} {size:8,} {works} {whole:9,} {min(costs):6.2f} {min(each):7.2f}")
    if out is not None:
        write(out)


def write(out: Path) -> None:
    """Each digest as .eml."""
    out.mkdir(parents=True, exist_ok=True)
    scripts = (invented.HEBREW, invented.ARABIC, invented.CHINESE, "Emoji 🧪👩‍🔬 in a title.")
    digests = {f"{count:04}-works": composed(count) for count in COUNTS}
    digests["hostile"] = invented.hostile()
    digests["scripts"] = invented.digest(*(invented.entry(n, title=title) for n, title in enumerate(scripts, 20)))
    digests["updates"] = invented.with_updates()
    for name, digest in digests.items():
        (out / f"{name}.eml").write_bytes(freeze(mail(digest)))


if __name__ == "__main__":
    main()
