"""The last check before a strategy is published: no file of it has a number that a rule hides.

Everything is read again as it was written: pages with their tables and descriptions of figures, the workbook, the
slides, and the headline figures of the run record. The printed pages are made from pages that are read here. A number
is found where it stands in the row and column of its group, or in a sentence bound to the group's name; the same number
of something else (posts, plans, costs, another team) is none. `unsaid` says which numbers those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.plan import Plan
from pipeline.report.cells import DocumentRefused
from pipeline.report.read_back import Grid, Sentence, of_page, of_slides, of_workbook
from pipeline.report.said import Tellers, told_in_grid, told_in_sentence
from pipeline.report.unsaid import Unsaid, unsaid
from pipeline.store import Store

MOST_NAMED = 20
"""Places that the message names; of more it says how many."""


def check(plan: Plan, store: Store, files: Iterable[Path], pages: Mapping[str, str], facts: Mapping[str, Any]) -> None:
    """Stop where anything published tells the number of a group too small to show.

    `files` are those of the report; `pages` the HTML that printed files are made from, by their names; `facts` those of
    the run record. Raises DocumentRefused, naming file, table or sentence and group, and never the number.
    """
    found = unsaid(plan, store)
    if not found:
        return
    names = {name for each in found for part in each.names for name in part} | _other_names(store)
    told = list(told_by(found, names, published(files, pages, facts)))
    if told:
        more = f"\nand in {len(told) - MOST_NAMED} other places" if len(told) > MOST_NAMED else ""
        raise DocumentRefused(
            "The strategy is not published: it would tell numbers of people that a disclosure rule hides.\n"
            + "\n".join(told[:MOST_NAMED])
            + more
        )


def published(files: Iterable[Path], pages: Mapping[str, str], facts: Mapping[str, Any]) -> Iterator[Grid | Sentence]:
    """Every table and sentence of what is published."""
    for path in files:
        if path.suffix == ".html":
            yield from of_page(path.name, path.read_text(encoding="utf-8"))
        elif path.suffix == ".xlsx":
            yield from of_workbook(path)
        elif path.suffix == ".pptx":
            yield from of_slides(path)
    for name, page in pages.items():
        yield from of_page(name, page)
    for row in facts.get("headlines") or []:
        yield Sentence("run.json, headlines", f"{row['value']:.1f} {row['label']}")


def told_by(found: Sequence[Unsaid], names: Iterable[str], shown: Iterable[Grid | Sentence]) -> Iterator[str]:
    """Where numbers of `found` are told, in words. `names` are all by which groups go, small or not."""
    tellers = Tellers.of(found, names)
    for each in shown:
        told = told_in_grid(each, tellers) if isinstance(each, Grid) else told_in_sentence(each, tellers)
        yield from dict.fromkeys(told)


def _other_names(store: Store) -> set[str]:
    """Professions of all staff, beside which a number of a sentence may stand."""
    if not store.has("staff"):
        return set()
    return {str(name).casefold() for name in store.read("staff")["profession"].dropna().unique()}
