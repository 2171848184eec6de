"""Monthly Diagnostics Waiting Times and Activity (DM01), provider workbook: waits and tests done for 15 key tests.

NHS England, one .xls a month. Read from the sheet “Provider by Test”, a row for each provider and test. Traps:
column A is blank and everything stands one column to the right; each provider ends in a pseudo-test “Total” (ID 16),
and a row “Total” without a provider code above the table holds England, all tests together; both are checked against
the rows they add up and left out, so that nothing is counted twice. The hidden sheet “Notes” lists the providers that
made no return: they go to `missing_returns`, because no return is not nobody waiting. The percentage column and the
regions are not read.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.months import month_name
from pipeline.problems import InputRefused, Problem
from pipeline.sources._named_months import months_named
from pipeline.sources._workbook import Sheet, Workbook, open_workbook
from pipeline.sources._workbook_cells import clean, month_of
from pipeline.sources._workbook_table import Header, find_header, holds, numbers, period_problems, repeated
from pipeline.sources.mapping import Mapping
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import WEEK_BANDS, empty, validate

SHEET = "Provider by Test"
NOTES = "Notes"
CODE, NAME, TEST = "Provider Code", "Provider Name", "Diagnostic Test Name"
TOTAL = "total"
WAITS = {
    "Total Waiting List": "waiting",
    "Number waiting 6+ Weeks": "waiting_6_plus",
    "Number waiting 13+ Weeks": "waiting_13_plus",
    "0 <01 weeks": "weeks_00",
    **{f"{week:02} <{week + 1:02} weeks": f"weeks_{week:02}" for week in range(1, 13)},
    "13+ weeks": "weeks_13",
}
ACTIVITY = {
    "Planned tests / procedures": "planned",
    "Unscheduled tests / procedures": "unscheduled",
    "Waiting list tests / procedures (excluding planned)": "waiting_list",
}
COUNTS = WAITS | ACTIVITY
PARTS = {"waiting": WEEK_BANDS, "waiting_6_plus": WEEK_BANDS[6:], "waiting_13_plus": WEEK_BANDS[13:]}
"""The week bands that each wait is the sum of."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """Activity, waiting and missing returns of one month, every provider of England.

    Raises InputRefused with every cell that is no count, every row without a provider or test, and every total that
    is not the sum of its rows.
    """
    book = open_workbook(path)
    sheet = book.sheet(options.sheet or SHEET)
    month, problems = _month(sheet)
    header, missing = find_header(sheet, [CODE, NAME, TEST, *COUNTS])
    problems += missing
    if header is None or missing:
        raise InputRefused(problems)
    rows, wrong = _rows(header)
    late, unclear = _missing_returns(book, month)
    problems += wrong + unclear
    if problems or month is None:
        raise InputRefused(problems)
    return {**_tables(rows.assign(month=month, file=path.name, sheet=sheet.name), options.mapping), **late}


def recognise(path: Path) -> bool:
    """Whether the file is a workbook with DM01's sheet of providers by test."""
    try:
        return holds(open_workbook(path).find(SHEET), [CODE, TEST, *ACTIVITY])
    except InputRefused:
        return False


def _month(sheet: Sheet) -> tuple[dt.date | None, list[Problem]]:
    row, period = sheet.beside("Period:")
    month = month_of(period)
    if month is None:
        rule = "the month should stand beside “Period:” above the table, as August 2024"
        return None, [sheet.problem(rule, row, "Period:", str(period))]
    named = {month_name(named) for named in months_named(sheet.path.name)}
    return month, period_problems(sheet, row, month_name(month), named)


def _rows(header: Header) -> tuple[pd.DataFrame, list[Problem]]:
    """A row for each provider and test with its counts; `row` is the row of the sheet, from 1."""
    lines = header.body(header.at.values())
    labels = pd.DataFrame(
        {label: [header.text(line, label) for line in lines] for label in (CODE, NAME, TEST)}, dtype="str"
    )
    counts, problems = numbers(header, lines, [header.at[label] for label in COUNTS], {}, whole=True)
    frame = pd.concat([labels, pd.DataFrame(counts, columns=list(COUNTS.values()))], axis=1)
    frame = frame.assign(row=[line + 1 for line in lines])
    england = (frame[CODE] == "") & (frame[TEST] == "") & frame[NAME].str.casefold().isin([TOTAL, "england"])
    providers = frame[~england]
    problems += _unlabelled(header, providers)
    keys = list(providers[[CODE, TEST]].itertuples(index=False, name=None))
    problems += repeated(header, [row - 1 for row in providers["row"]], keys)
    # One wrong number would fail every total above it too, so each check waits for the one before.
    problems = problems or ([] if len(providers) else [header.no_rows()])
    problems = problems or _band_problems(header, frame) or _total_problems(header, frame[england], providers)
    return providers[providers[TEST].str.casefold() != TOTAL], problems


def _unlabelled(header: Header, rows: pd.DataFrame) -> list[Problem]:
    rules = {CODE: "this row has no provider code; add it", TEST: "this row does not say which test it is for; add it"}
    return [
        header.sheet.problem(rule, row - 1, header.name(header.at[label]), value=name)
        for label, rule in rules.items()
        for row, name in rows.loc[rows[label] == "", ["row", NAME]].itertuples(index=False)
    ]


def _band_problems(header: Header, rows: pd.DataFrame) -> list[Problem]:
    """Rows whose waits are not the sum of their week bands."""
    problems = []
    for label, wait in WAITS.items():
        if wait in PARTS:
            total = rows[PARTS[wait]].sum(axis=1)
            for row, stated, added in zip(rows["row"], rows[wait], total, strict=True):
                if stated != added:
                    rule = f"the week bands that make up this number add up to {added:.0f}; correct the row"
                    problems.append(header.sheet.problem(rule, row - 1, header.name(header.at[label]), f"{stated:.0f}"))
    return problems


def _total_problems(header: Header, england: pd.DataFrame, providers: pd.DataFrame) -> list[Problem]:
    """Totals, of a provider and of England, that are not the sum of the tests they stand for."""
    is_total = providers[TEST].str.casefold() == TOTAL
    tests, totals = providers[~is_total], providers[is_total]
    counts = list(COUNTS.values())
    added = tests.groupby(CODE)[counts].sum().reindex(totals[CODE], fill_value=0)
    problems = _differences(header, totals, added.to_numpy(), "the tests of this provider")
    whole = np.tile(tests[counts].sum().to_numpy(), (len(england), 1))
    return problems + _differences(header, england, whole, "all providers")


def _differences(header: Header, stated: pd.DataFrame, added: np.ndarray, of: str) -> list[Problem]:
    values = stated[list(COUNTS.values())].to_numpy()
    problems = []
    for line, place in zip(*np.nonzero(values != added), strict=True):
        rule = f"{of} add up to {added[line, place]:.0f}, so rows are missing or one of them is wrong"
        column = header.name(header.at[list(COUNTS)[place]])
        shown = f"{values[line, place]:.0f}"
        problems.append(header.sheet.problem(rule, int(stated["row"].iloc[line]) - 1, column, shown))
    return problems


def _missing_returns(book: Workbook, month: dt.date | None) -> tuple[Tables, list[Problem]]:
    sheet = book.find(NOTES)
    header, _ = find_header(sheet, ["Code", "Name"]) if sheet else (None, [])
    if sheet is None or header is None:
        return {"missing_returns": empty("missing_returns")}, _unlisted(sheet)
    lines = header.body(header.at.values())
    listed = [(header.text(line, "Code"), header.text(line, "Name"), line + 1) for line in lines]
    rule = "a provider that made no return should be listed with both its code and its name"
    problems = [sheet.problem(rule, row - 1, value=code or name) for code, name, row in listed if not (code and name)]
    if not listed or problems or month is None:
        return {"missing_returns": empty("missing_returns")}, problems
    frame = pd.DataFrame(listed, columns=["provider", "name", "row"])
    frame = frame.assign(month=month, dataset="dm01", file=book.path.name, sheet=sheet.name)
    return {"missing_returns": validate("missing_returns", frame)}, []


def _unlisted(notes: Sheet | None) -> list[Problem]:
    rule = "the providers that did not submit should be listed under the headings Code and Name"
    rows = [] if notes is None else notes.rows
    places = [row for row, cells in enumerate(rows) if any("did not submit" in clean(cell) for cell in cells)]
    return [notes.problem(rule, row) for row in places] if notes else []


def _tables(rows: pd.DataFrame, mapping: Mapping) -> Tables:
    found = {label: mapping.find("dm01_test", label) for label in rows[TEST].unique()}
    rows = rows.assign(
        provider=rows[CODE],
        pillar=rows[TEST].map({label: mapped.pillar for label, mapped in found.items()}),
        test=rows[TEST].map({label: mapped.name for label, mapped in found.items()}),
    )
    identity = ["month", "provider", "pillar", "test"]
    lineage = ["file", "sheet", "row"]
    activity = rows[identity + lineage + list(ACTIVITY.values())].melt(
        id_vars=identity + lineage, var_name="type", value_name="tests"
    )
    return {
        "activity": validate("activity", activity.assign(dataset="dm01")),
        "waiting": validate("waiting", rows[identity + list(WAITS.values()) + lineage]),
    }
