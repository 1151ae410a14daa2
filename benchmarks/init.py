"""What the queries that `init` proposes find in NLM's files, beside a hand-made queries.toml and judgements by title.

By hand: `python benchmarks/init.py --article ../shared/article/do-stem-cells-regenerate-skin.txt pubmed21n1298.xml.gz`.
The invented articles of the tests are measured, too. The terms are those from the article alone, evaluated here, so
that neither MeSH's narrower headings nor PubMed's counts have a part in it. `init_judged.json` holds PMIDs of the
update file of 8 June 2021, judged by their titles: the finds of the proposals, of the hand-made file, and of a broad
search.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from watcher.article.reading import read_article
from watcher.config import read_settings
from watcher.markup import plain
from watcher.proposal.drafts import drafts_of
from watcher.proposal.terms import term_of
from watcher.sources.pubmed_files import opened
from watcher.sources.pubmed_xml import DeletedRecord, read_records
from watcher.terms.term import Searchable, Term

HERE = Path(__file__).parent
INVENTED = HERE.parent / "tests" / "article" / "articles"
OWN = "queries.toml"


def held(
    files: list[Path], terms: dict[str, dict[str, Term]]
) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """For each set of terms, the PMIDs found and by which queries; and the titles of all of them."""
    found: dict[str, dict[str, list[str]]] = {name: {} for name in terms}
    titles: dict[str, str] = {}
    for path in files:
        with opened(path) as file:
            for record in read_records(file.stream, where=path.name):
                if isinstance(record, DeletedRecord):
                    continue
                searched = Searchable(record)
                for name, queries in terms.items():
                    if by := [query for query, term in queries.items() if term.evaluate(searched).matched]:
                        found[name][record.source_id] = by
                        titles[record.source_id] = plain(record.title)
    return found, titles


def main() -> int:
    parser = argparse.ArgumentParser(description="Recall and precision of what `init` proposes.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="NLM's PubMed XML, .gz too")
    parser.add_argument("--article", type=Path, help="the article of --queries")
    parser.add_argument("--queries", type=Path, default=HERE.parent / OWN, help="made by hand, to be held beside it")
    parser.add_argument("--titles", action="store_true", help="print what was found")
    options = parser.parse_args()
    articles = [*([options.article] if options.article else []), *sorted(INVENTED.iterdir())]
    terms = {
        path.name: {
            draft.name: Term.parse(term_of(draft.blocks)) for draft in drafts_of(read_article(path.read_bytes()))[1]
        }
        for path in articles
    }
    terms[OWN] = {query.name: Term.parse(query.term) for query in read_settings(options.queries).queries}
    found, titles = held(options.files, terms)
    judged = json.loads((HERE / "init_judged.json").read_text(encoding="utf-8"))
    print(f"{'article':34}{'queries':>8}{'found':>7}{'judged':>8}{'belong':>8}{'precision':>11}{'recall':>8}")
    for path in articles:
        finds, relevant = set(found[path.name]), set(judged.get(path.name, {}).get("relevant", []))
        known = finds & (relevant | set(judged.get(path.name, {}).get("not", [])))
        good = finds & relevant
        shares = f"{len(good) / len(known):11.2f}{len(good) / len(relevant):8.2f}" if known else ""
        print(f"{path.name:34}{len(terms[path.name]):8}{len(finds):7}{len(known):8}{len(good):8}{shares}")
    if options.article:
        relevant = set(judged.get(options.article.name, {}).get("relevant", []))
        by_hand, proposed = set(found[OWN]), set(found[options.article.name])
        wanted = by_hand & relevant if relevant else by_hand
        print(
            f"of the {len(wanted)} works that {OWN} finds and that belong ({len(by_hand)} found), the proposal finds "
            f"{len(wanted & proposed)}: {len(wanted & proposed) / max(len(wanted), 1):.2f}"
        )
    if options.titles:
        for name, finds_of in found.items():
            print(f"\n{name}")
            for pmid, by in sorted(finds_of.items(), key=lambda one: int(one[0])):
                verdict = judged.get(options.article.name if name == OWN and options.article else name, {})
                mark = "+" if pmid in verdict.get("relevant", []) else "-" if pmid in verdict.get("not", []) else "?"
                print(f"{mark} {pmid} {titles[pmid][:110]} ({', '.join(by)})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
