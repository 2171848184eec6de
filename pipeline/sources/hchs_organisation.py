"""NHS Workforce Statistics, “England and Organisation” workbook: staff in post by main staff group for every trust.

NHS England, one .xlsx a month. Sheets 2 and 3 give the month's headcount and full time equivalent (FTE, here WTE) by
organisation and main staff group; sheet 1 England by staff group and sheets 4 and 5 the total of every organisation,
each month since 2009. Traps:
- The header row differs by sheet; a region and an ICS are named on their own rows only. Those rows are subtotals: they
  are left out of `staff_groups`, as are the columns of change on sheet 1. England is employer ENG.
- Staff groups are nested, and headcounts do not add up because one person can work in two roles.
- “-” is zero; the text 0 is more than none and less than half a post, so not known; “.” is not applicable. Most cells
  hold a number that Excel only shows as a mark, and then the number counts.
- The series also lists bodies that no longer exist, or did not yet: months before an organisation's first staff and
  after its last are left out. A code that was given to a second body ends in -X for the first (RYK-X).
- One figure can stand on several sheets; they must agree, and it is kept once. Spellings of a staff group differ
  between sheets (HCHS Doctors, HCHS doctors); sheet 3's is kept.
- An integrated care board is both an ICS and an employer under one code: in `organisations` it is the ICS.
A row's sheet and row are those of its FTE.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.months import month_name
from pipeline.problems import InputRefused, Problem
from pipeline.sources import _hchs_sheets as sheets
from pipeline.sources._hchs_sheets import Block, EnglandSeries
from pipeline.sources._named_months import months_named
from pipeline.sources._workbook import Sheet, open_workbook, whole_workbook
from pipeline.sources._workbook_cells import heading
from pipeline.sources._workbook_table import holds, period_problems
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import validate

TOTAL = "Total"
KEY = ["month", "employer", "staff_group"]
WTE_DECIMALS = 5
"""Decimals of a published FTE."""
KEPT = ["organisation", "england"]
"""Rows that go to staff_groups; those of regions and ICSs are subtotals."""
KINDS = {"CCG": "ccg", "ICB": "icb", "Trust": "trust"}
"""What an organisation is, by a word of its name."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """Staff groups of the month and since 2009, and the organisations with their ICS and region as the month had them.

    Raises InputRefused with every cell that is no number or mark, every row without a code, every figure that differs
    between two sheets, and every FTE of England that its organisations do not add up to.
    """
    found = sheets.table_sheets(whole_workbook(path, options.sheet))
    month, problems = _month(found[2], found[3])
    england, wrong = sheets.england_series(found[1])
    problems += wrong
    blocks: dict[int, Block] = {}
    for number, reader in {
        2: sheets.group_block,
        3: sheets.group_block,
        4: sheets.month_block,
        5: sheets.month_block,
    }.items():
        block, wrong = reader(found[number], wte=number in (3, 5))
        problems += wrong
        blocks |= {} if block is None else {number: block}
    if problems or month is None or england is None:
        raise InputRefused(problems)
    problems = [*_unpaired(blocks[2], blocks[3]), *_unpaired(blocks[4], blocks[5])]
    problems += [*_sum_problems(blocks[3]), *_sum_problems(blocks[5])]
    if problems:
        raise InputRefused(problems)
    staff, problems = _once(_staff_groups(blocks, england, month).assign(file=path.name), path)
    if problems:
        raise InputRefused(problems)
    open_now = _organisations(blocks[3], month)
    closed = _closed(blocks[5], set(open_now["code"]))
    organisations = pd.concat([open_now, closed], ignore_index=True).assign(file=path.name)
    return {
        "staff_groups": validate("staff_groups", staff),
        "organisations": validate("organisations", organisations),
    }


def recognise(path: Path) -> bool:
    """Whether the file is the workbook with organisations by main staff group, headcount and FTE apart."""
    try:
        book = open_workbook(path)
        named = [name for name in book.names if name.strip().startswith(("2.", "3."))]
        return len(named) > 1 and all(holds(book.find(name), [*sheets.PLACES, TOTAL]) for name in named[:2])
    except InputRefused:
        return False


def _month(headcount: Sheet, wte: Sheet) -> tuple[dt.date | None, list[Problem]]:
    stated = {sheet.name: (sheet, *sheets.month_stated(sheet)) for sheet in (headcount, wte)}
    problems = []
    for sheet, row, month in stated.values():
        if month is None:
            rule = "the month should stand above the table, as “August 2024 monthly data”"
            problems.append(sheet.problem(rule, row))
        else:
            named = {month_name(named) for named in months_named(sheet.path.name)}
            problems += period_problems(sheet, row, month_name(month), named)
    months = [month for _, _, month in stated.values() if month]
    if len(set(months)) > 1:
        rule = f"this sheet is for {month_name(months[1])}, but “{headcount.name}” is for {month_name(months[0])}"
        problems.append(wte.problem(rule, stated[wte.name][1]))
    return (months[0] if months else None), problems


def _unpaired(headcount: Block, wte: Block) -> Iterator[Problem]:
    """Organisations and columns that are on only one of the two sheets."""
    for here, other in ((headcount, wte), (wte, headcount)):
        rows, theirs = (block.rows[block.rows["kind"].isin(KEPT)] for block in (here, other))
        for row in rows[~rows["code"].isin(theirs["code"])].itertuples(index=False):
            rule = f"{row.name} is on this sheet but not on “{other.sheet.name}”; add it there or delete it here"
            yield here.sheet.problem(rule, row.row, sheets.CODE, row.code)
        there = {heading(str(label)) for label in other.labels}
        for label in here.labels:
            if heading(str(label)) not in there:
                rule = f"this column is not on “{other.sheet.name}”; both sheets should have the same columns"
                yield here.sheet.problem(rule, here.header.row, _label(label))


def _label(label: object) -> str:
    return month_name(label.date()) if isinstance(label, pd.Timestamp) else str(label)


def _sum_problems(block: Block) -> Iterator[Problem]:
    """Columns of FTE in which the organisations do not add up to England: rows have been lost or changed."""
    kind = block.rows["kind"].to_numpy()
    organisations = np.nansum(block.values[kind == "organisation"], axis=0)
    allowed = 10.0**-WTE_DECIMALS * (kind == "organisation").sum()
    for place in np.flatnonzero(kind == "england"):
        for column in np.flatnonzero(np.abs(block.values[place] - organisations) > allowed):
            rule = (
                f"the organisations add up to {organisations[column]:,.5f}, so rows are missing or one of them is wrong"
            )
            shown = f"{block.values[place][column]:,.5f}"
            yield block.sheet.problem(rule, int(block.rows["row"].iloc[place]), _label(block.labels[column]), shown)


def _staff_groups(blocks: dict[int, Block], england: EnglandSeries, month: dt.date) -> pd.DataFrame:
    """The rows of all sheets, the month's own sheets first."""
    by_group = _long(_wide(blocks[2]), _wide(blocks[3]), "employer", "staff_group")
    by_month = _long(_wide(blocks[4]), _wide(blocks[5]), "employer", "month", staffed_only=True)
    of_england = _long(england.headcount, england.wte, "staff_group", "month")
    parts = [
        by_group.assign(month=np.datetime64(month, "us"), **_lineage(blocks[3], by_group)),
        of_england.assign(
            employer=sheets.ENGLAND, sheet=england.sheet.name, row=of_england["staff_group"].map(england.rows)
        ),
        by_month.assign(staff_group=TOTAL, **_lineage(blocks[5], by_month)),
    ]
    staff = pd.concat(parts, ignore_index=True)
    spelling = {heading(str(label)): str(label) for label in blocks[3].labels}
    groups = {group: spelling.get(heading(group), group) for group in staff["staff_group"].unique()}
    return staff.assign(staff_group=staff["staff_group"].map(groups), row=staff["row"] + 1)


def _wide(block: Block) -> pd.DataFrame:
    """Organisations and England by column label."""
    kept = block.rows["kind"].isin(KEPT).to_numpy()
    return pd.DataFrame(block.values[kept], index=list(block.rows.loc[kept, "code"]), columns=block.labels)


def _lineage(block: Block, rows: pd.DataFrame) -> dict[str, object]:
    lines = dict(zip(block.rows["code"], block.rows["row"], strict=True))
    # An ICS and its board share a code; the board, an organisation, stands below it and is the one that counts.
    return {"sheet": block.sheet.name, "row": rows["employer"].map(lines)}


def _long(
    people: pd.DataFrame, posts: pd.DataFrame, down: str, across: str, *, staffed_only: bool = False
) -> pd.DataFrame:
    """A row for each cell of two tables of the same rows and columns: headcount of the one, wte of the other.

    With `staffed_only`, the columns before the first of a row that is above zero and after the last are left out.
    """
    spelling = {heading(str(label)): label for label in posts.columns}
    people = people.rename(columns=lambda label: spelling.get(heading(str(label)), label))
    counts, amounts = people.reindex(index=posts.index, columns=posts.columns).to_numpy(), posts.to_numpy()
    kept = _span((counts != 0) | (amounts != 0)) if staffed_only else np.full(counts.shape, True)
    line, column = np.nonzero(kept)
    labels = posts.columns.to_numpy()
    labels = labels.astype("datetime64[us]") if labels.dtype.kind == "M" else labels
    columns = {down: posts.index.to_numpy()[line], across: labels[column]}
    return pd.DataFrame({**columns, "headcount": counts[line, column], "wte": amounts[line, column]})


def _span(staffed: np.ndarray) -> np.ndarray:
    """True from the first True of each row to its last."""
    begun = np.logical_or.accumulate(staffed, axis=1)
    unfinished = np.logical_or.accumulate(staffed[:, ::-1], axis=1)[:, ::-1]
    return begun & unfinished


def _once(staff: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Each figure once, and a problem for every figure that another sheet contradicts."""
    again = staff.duplicated(KEY, keep="first")
    first = staff[~again]
    both = staff[again].merge(first, on=KEY, suffixes=("", "_first"))
    differs = _unlike(both["headcount"], both["headcount_first"]) | _unlike(both["wte"], both["wte_first"])
    problems = [
        Problem(
            file=str(path),
            sheet=row.sheet,
            row=int(row.row),
            column=f"{row.staff_group}, {month_name(row.month.date())}",
            value=f"{row.headcount:,.0f} people, {row.wte:,.5f} FTE",
            rule=f"the sheet “{row.sheet_first}”, row {row.row_first:.0f}, says {row.headcount_first:,.0f} people, "
            f"{row.wte_first:,.5f} FTE for {row.employer}; they should agree",
        )
        for row in both[differs].itertuples(index=False)
    ]
    return first, problems


def _unlike(here: pd.Series, there: pd.Series) -> pd.Series:
    return (here.isna() != there.isna()) | ((here - there).abs() > 10.0**-WTE_DECIMALS)


def _organisations(block: Block, month: dt.date) -> pd.DataFrame:
    rows = block.rows[block.rows["kind"] != "england"]
    boards = set(rows.loc[rows["kind"] == "icb", "code"])
    rows = rows[(rows["kind"] != "organisation") | ~rows["code"].isin(boards)]
    return _as_organisations(block, rows).assign(valid_from=pd.Timestamp(month), valid_to=pd.NaT)


def _closed(series: Block, open_now: set[str]) -> pd.DataFrame:
    """Organisations of the series that the month no longer has, from their first month with staff to their last.

    They let what a merged trust did before its end be counted with the system it stood in.
    """
    staffed = np.nan_to_num(series.values) > 0
    gone = (series.rows["kind"] == "organisation") & ~series.rows["code"].isin(open_now) & staffed.any(axis=1)
    months = pd.DatetimeIndex(pd.to_datetime(pd.Series(series.labels)))
    first, last = staffed.argmax(axis=1), staffed.shape[1] - 1 - staffed[:, ::-1].argmax(axis=1)
    place = np.flatnonzero(gone.to_numpy())
    found = _as_organisations(series, series.rows[gone])
    return found.assign(valid_from=months[first[place]], valid_to=months[last[place]])


def _as_organisations(block: Block, rows: pd.DataFrame) -> pd.DataFrame:
    kind = rows["kind"].where(rows["kind"] != "organisation", rows["name"].map(_kind))
    parent = np.select([rows["kind"] == "region", rows["kind"] == "icb"], ["", rows["region"]], rows["ics"])
    return pd.DataFrame(
        {
            "code": rows["code"],
            "name": rows["name"],
            "kind": kind,
            "parent": pd.Series(parent, index=rows.index).replace("", None),
            "region": rows["region"].replace("", None),
            "ons_code": None,
            "successor": None,
            "sheet": block.sheet.name,
            "row": rows["row"] + 1,
        }
    )


def _kind(name: str) -> str:
    return next((kind for word, kind in KINDS.items() if word in name.split()), "other")
