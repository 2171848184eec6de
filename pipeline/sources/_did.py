"""What the tables of the Diagnostic Imaging Dataset have in common: title, period, key of marks, and provider rows.

Traps of the dataset, all years: published counts are rounded to the nearest 5, so sums never agree exactly and are
not checked to the unit; the header row moves; a Key at the foot of each sheet says what its marks mean that year
(“-” is zero in some and no data in others); independent providers have a row for each region in which they work,
and a trust that changed its name in the year has a row for each name: rows of one code and modality are put together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd

from pipeline.months import month_end
from pipeline.problems import InputRefused, Problem
from pipeline.sources._workbook import Sheet, Workbook, open_workbook
from pipeline.sources._workbook_cells import MISSING, clean, financial_years_named, meanings
from pipeline.sources._workbook_table import Header, period_problems, repeated
from pipeline.sources.mapping import Mapping

REGION, NAME, MODALITY = "Region", "Provider name", "Modality"
ENGLAND = "ENG"
USUAL_MARKS = {"*": MISSING, ".": MISSING, "": MISSING}
"""Suppressed, not submitted, and not submitted; the key of a sheet adds to these or overrides them."""
ROUNDING = 2.5
"""A published count is within this of the true one."""
MOST_SUPPRESSED = 2
"""Counts of less than 3 are suppressed."""

FIRST_SHEETS = 3
"""A table's first sheet follows the title page."""

_TABLE = re.compile(r"Table\s+(\d+)\s+DID\b", re.IGNORECASE)
_REGION_CODE = r"Y\d\d"


def table_number(sheet: Sheet) -> int | None:
    """The number of the table on a sheet, by its title: 11 of “Table 11 DID - Count of …”."""
    match = _TABLE.match(clean(sheet.beside("Title:")[1]))
    return int(match.group(1)) if match else None


def holds_table(path: Path, number: int) -> bool:
    """Whether a file is a workbook with this table of the dataset."""
    try:
        numbers = [table_number(sheet) for sheet in islice(open_workbook(path).sheets(), FIRST_SHEETS)]
    except InputRefused:
        return False
    return number in numbers


def table_sheets(book: Workbook, number: int, sheet: str | None) -> list[Sheet]:
    """The sheets that hold a table, or the one that the plan names. Raises InputRefused where there is none.

    Sheets without a title are passed over: some years carry hidden templates that were never filled in.
    """
    if sheet is not None:
        return [book.sheet(sheet)]
    found = [(candidate, table_number(candidate)) for candidate in book.sheets()]
    wanted = [candidate for candidate, table in found if table == number]
    if not wanted:
        others = sorted({f"table {table}" for _, table in found if table is not None})
        held = f"it holds {', '.join(others)}" if others else book.listing()
        rule = f"no sheet has the title “Table {number} DID …”; {held}"
        raise InputRefused([Problem(file=str(book.path), rule=rule)])
    return wanted


def year_end(sheet: Sheet) -> tuple[dt.date | None, list[Problem]]:
    """The last month of the financial year beside “Period:”, and whether the file's name says another."""
    row, period = sheet.beside("Period:")
    years = financial_years_named(clean(period))
    if len(years) != 1:
        rule = "the financial year should stand beside “Period:” above the table, as 2024/25"
        return None, [sheet.problem(rule, row, "Period:", clean(period))]
    year = years.pop()
    named = {_shown(named) for named in financial_years_named(sheet.path.name)}
    return month_end(year, 3), period_problems(sheet, row, _shown(year), named)


def marks_of(sheet: Sheet) -> dict[str, float]:
    """What the marks on a sheet mean, by the key at its foot and the dataset's usual ones."""
    lines = [next((text for text in map(clean, row) if text), "") for row in sheet.rows]
    key = next((place for place, line in enumerate(lines) if line.rstrip(":").casefold() == "key"), len(lines))
    return USUAL_MARKS | meanings(lines[key + 1 :])


def provider_rows(
    header: Header, code: str, counts: list[int], *, regions_above: bool = False
) -> tuple[pd.DataFrame, list[Problem]]:
    """The table's rows: region, provider, name, modality and row (from 0). England's rows have the code ENG.

    `code` is the heading of the column of provider codes. With `regions_above`, the rows above the providers that have
    a region's code and name but no provider's are the regions' own, and left out. A problem for every other row without
    a code or a modality, and for every repeated row.
    """
    labels = {"region": REGION, "provider": code, "name": NAME, "modality": MODALITY}
    lines = header.body([*(header.at[label] for label in (code, NAME, MODALITY)), *counts])
    cells = {column: [header.text(line, label) for line in lines] for column, label in labels.items()}
    frame = pd.DataFrame(cells, dtype="str").assign(row=lines)
    uncoded = frame["provider"].isin(["", "-"])
    england = uncoded & (frame["name"].str.casefold() == "england")
    above = uncoded & ~england & uncoded.cummin() & frame["region"].str.fullmatch(_REGION_CODE)
    regions = above & regions_above & (frame["name"] == frame.groupby(["region", above])["name"].transform("first"))
    frame.loc[england, "provider"] = ENGLAND
    rows = frame[~regions]
    problems = list(_gaps(header, rows, code))
    keys = list(rows[["region", "provider", "name", "modality"]].itertuples(index=False, name=None))
    return rows, problems + repeated(header, list(rows["row"]), keys)


def mapped(frame: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The frame with the pillar and test of its modalities."""
    found = {label: mapping.find("did_modality", label) for label in frame["modality"].unique()}
    return frame.assign(
        pillar=frame["modality"].map({label: place.pillar for label, place in found.items()}),
        test=frame["modality"].map({label: place.name for label, place in found.items()}),
    )


def lineage(frame: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """The frame with its file and sheet, and its rows counted as Excel does."""
    return frame.assign(file=sheet.path.name, sheet=sheet.name, row=frame["row"] + 1)


def together(rows: pd.DataFrame, sums: list[str]) -> pd.DataFrame:
    """One row for each provider and modality, its numbers added up; `row` is the first of the rows put together.

    A missing part does not make the sum missing: under that region or name the count was suppressed, so at most 2, or
    nothing was submitted.
    """
    grouped = rows.groupby(["provider", "modality"], sort=False)
    return grouped[sums].sum(min_count=1).assign(row=grouped["row"].first()).reset_index()


def _gaps(header: Header, rows: pd.DataFrame, code: str) -> Iterator[Problem]:
    for line in rows[rows["provider"].isin(["", "-"])].itertuples(index=False):
        rule = "this row has a provider's name but no code; add the code"
        yield header.sheet.problem(rule, line.row, header.name(header.at[code]), line.name)
    for line in rows[rows["modality"] == ""].itertuples(index=False):
        yield header.sheet.problem("this row does not say which modality it is for", line.row, MODALITY, line.name)


def _shown(year: int) -> str:
    return f"{year - 1}/{year % 100:02}"
