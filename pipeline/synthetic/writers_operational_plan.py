"""The operational plan as one wide workbook: a row for each cycle, measure, organisation and profession or test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from pipeline.synthetic.files import WARNING, Book, put, workbook
from pipeline.synthetic.places import places
from pipeline.synthetic.planning import cycles, planned_activity, planned_wte
from pipeline.synthetic.recipe import Recipe
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED

HEADING_ROW = 4
MEASURES = {BASELINE: "Baseline", PLANNED: "Plan", OUTTURN: "Outturn"}
MONTH_FORMAT = "mmm-yy"
Columns = dict[str, str]
STAFF: Columns = {"employer": "Organisation code", "pillar": "Pillar", "profession": "Profession"}
TESTS: Columns = {"provider": "Organisation code", "pillar": "Pillar", "test": "Test"}


def write_operational_plan(folder: Path, recipe: Recipe) -> None:
    """The workbook of the current cycle, with the cycles before it."""
    current = cycles()[-1].name.replace("/", "-")
    system = places(recipe).system(places(recipe).plan_ics).name
    title = f"{system}: operational plan {cycles()[-1].name}"
    with workbook(folder / "plan" / f"operational_plan_{current}.xlsx", title) as book:
        _sheet(book, "Workforce", f"{title} - workforce (WTE at month end)", planned_wte(recipe), STAFF, "wte")
        _sheet(book, "Activity", f"{title} - activity (tests in the month)", planned_activity(recipe), TESTS, "tests")


def _sheet(book: Book, name: str, title: str, rows: pd.DataFrame, columns: Columns, value: str) -> None:
    sheet = book.sheet(name)
    put(sheet, 1, 1, [title], book.bold)
    put(sheet, 2, 1, [WARNING])
    months = _months()
    put(sheet, HEADING_ROW, 1, ["Cycle", "Measure", *columns.values()], book.head)
    put(sheet, HEADING_ROW, 3 + len(columns), months, book.made.add_format({"bold": True, "num_format": MONTH_FORMAT}))
    wide = rows.pivot_table(index=["cycle", "kind", *columns], columns="month", values=value, sort=False)
    for line, (named, figures) in enumerate(wide.reindex(columns=months).iterrows(), start=HEADING_ROW + 1):
        cycle, kind, *place = named
        amounts = [None if pd.isna(figure) else float(figure) for figure in figures]
        put(sheet, line, 1, [cycle, MEASURES[kind], *place, *amounts])
    sheet.freeze_panes(HEADING_ROW, 2 + len(columns))


def _months() -> list[dt.date]:
    """Every month of a baseline or a plan."""
    return sorted({day for cycle in cycles() for day in (cycle.baseline, *cycle.planned)})
