"""Operational plan workbook: planned staff and tests with a column for each month, as planning teams keep them.

The sheet “Workforce” has the headings Cycle, Measure, Organisation code, Pillar, Profession and one for each month; the
sheet “Activity” has Test in place of Profession. Either may be missing. The heading row may stand anywhere near the
top, the columns in any order. Measure is Baseline, Plan or Outturn. Months are dates or text (Apr-25, April 2025).

Traps: titles in merged cells above and notes below the table; months of two financial years side by side, or one month
twice; hidden columns, which count like any other; a row whose Organisation code or Profession says Total, which is
left out but must be the sum of its rows; a cycle typed 2025-26; pillars and professions in other spellings. A cell of a
month may be empty where nothing was planned; a dash or a word may not stand for that, since a nought would look alike.
A column under another heading is left out, unless it holds numbers: then its heading may be a month mistyped.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.problems import InputRefused, Problem
from pipeline.sources._plan_sheet import PlanSheet, read_sheet
from pipeline.sources._workbook import Workbook, open_workbook, whole_workbook
from pipeline.sources._workbook_table import holds
from pipeline.sources.mapping import STAFF_SCHEMES, TEST_SCHEMES
from pipeline.sources.reading import ReadOptions, Tables

SHEETS = (
    PlanSheet("Workforce", "planned_wte", "Profession", "employer", "profession", "wte", STAFF_SCHEMES, whole=False),
    PlanSheet("Activity", "planned_activity", "Test", "provider", "test", "tests", TEST_SCHEMES, whole=True),
)


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """Planned WTE and planned activity: baselines, plans and outturns by month, each where its sheet holds any.

    Raises InputRefused with every problem of both sheets.
    """
    book = whole_workbook(path, options.sheet)
    tables: Tables = {}
    problems: list[Problem] = []
    for plan in SHEETS:
        sheet = book.find(plan.sheet)
        try:
            if sheet is not None:
                tables |= read_sheet(sheet, plan, options.mapping)
        except InputRefused as refused:
            problems += refused.problems
    if not problems and not tables:
        problems.append(_nothing(book))
    if problems:
        raise InputRefused(problems)
    return tables


def recognise(path: Path) -> bool:
    """Whether the file is a workbook with a sheet of an operational plan."""
    try:
        book = open_workbook(path)
        return any(holds(book.find(plan.sheet), plan.headings) for plan in SHEETS)
    except InputRefused:
        return False


def _nothing(book: Workbook) -> Problem:
    wanted = " or ".join(f"“{plan.sheet}”" for plan in SHEETS)
    rule = f"no figure stands in a sheet {wanted}; fill one of them in ({book.listing()})"
    return Problem(file=str(book.path), rule=rule)
