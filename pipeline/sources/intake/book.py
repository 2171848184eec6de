"""The workbook that a template is written in: its formats, its lists, and values written without loss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.schema import Table
from pipeline.sources.intake import layout
from pipeline.sources.intake.entry_checks import DropDown, drop_down
from pipeline.sources.intake.layout import Kind
from pipeline.sources.intake.senders import PlanSender
from pipeline.sources.vocabulary import Words

_NUMBER_FORMATS: dict[Kind, str] = {
    "month": "mmm yyyy",
    "date": "dd/mm/yyyy",
    "whole": "#,##0",
    "number": "#,##0.00",
    "share": "General",
}
_HELP_FILL = "#E8EDEE"
OPTIONS = {
    "in_memory": True,
    # A row can be deleted from a protected sheet only where all its cells are open, to the last column of the sheet.
    "default_format_properties": {"font_name": "Arial", "font_size": 10, "locked": False},
}
"""How XlsxWriter makes a template."""
LINE_POINTS = 13.5
"""Height of a line of text."""
_A4 = 9
"""Excel's number of the paper."""


class Exact(float):
    """A number written with all the digits it takes to read the same number back: XlsxWriter writes sixteen."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


@dataclass
class Book:
    """A workbook being written for one sender, the formats its sheets share, and the lists its drop-downs use."""

    made: Workbook
    sender: PlanSender
    words: Words
    lists: dict[str, DropDown] = field(default_factory=dict)
    formats: dict[str, Format] = field(default_factory=dict)

    def style(self, **properties: Any) -> Format:
        """A format with these properties."""
        key = repr(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.made.add_format({"locked": True, **properties})
        return self.formats[key]

    def entry(self, kind: Kind) -> Format:
        """The format of cells that a sender fills in."""
        side = {} if kind in ("whole", "number", "share") else {"align": "left"}
        form = _NUMBER_FORMATS.get(kind, "@")
        return self.style(locked=False, valign="top", num_format=form, text_wrap=kind == "text", **side)

    def help(self, **properties: Any) -> Format:
        """The format of the rows of help above the headings."""
        return self.style(**{"text_wrap": True, "valign": "top", "bg_color": _HELP_FILL, **properties})

    def heading(self) -> Format:
        """The format of headings."""
        colours = {"bg_color": f"#{layout.HEADING_FILL}", "font_color": f"#{layout.HEADING_TEXT}"}
        return self.style(bold=True, text_wrap=True, valign="vcenter", **colours)

    def choice(self, table: Table, column: str) -> DropDown | None:
        """The drop-down of a column; its words are kept for the sheet of lists."""
        found = drop_down(table, column, self.sender, self.words)
        if found is not None and found.words:
            self.lists.setdefault(found.name, found)
        return found


def put(sheet: Worksheet, row: int, column: int, value: Any, style: Format) -> None:
    """Write one value (row and column counted from 1), a missing one as an empty cell. Text is never a formula."""
    at = (row - 1, column - 1)
    if pd.isna(value):
        sheet.write_blank(*at, None, style)
    elif isinstance(value, str):
        sheet.write_string(*at, value, style)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(*at, value.to_pydatetime(), style)
    elif isinstance(value, bool):
        sheet.write_string(*at, "yes" if value else "no", style)
    else:
        sheet.write_number(*at, Exact(value), style)


def put_row(sheet: Worksheet, row: int, column: int, values: Iterable[Any], style: Format) -> None:
    """Write values along a row."""
    for place, value in enumerate(values, start=column):
        put(sheet, row, place, value, style)


def print_wide(sheet: Worksheet) -> None:
    """Print a sheet on A4 on its side, one page wide."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column of a width (in letters), since words move to the next line whole."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
    return lines
