"""Drop-downs and data validation of an intake workbook: what Excel offers, says and refuses while somebody types."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pipeline.reference import limit
from pipeline.schema import Table
from pipeline.sources._workbook_cells import column_letter
from pipeline.sources.intake.layout import DEFINED_IN, FIRST_ENTRY, kind_of, template_column
from pipeline.sources.intake.senders import PlanSender, own_column, sheets_of
from pipeline.sources.intake.wording import hint, unit_words, what_to_write
from pipeline.sources.vocabulary import Words
from pipeline.tables import TABLES

YES_NO = ["yes", "no"]
LARGEST = 10**12
"""Excel asks for a range where any number will do."""
_TITLE, _MESSAGE = 32, 255
"""The most letters that Excel shows of a title and of a message."""


@dataclass(frozen=True)
class DropDown:
    """A drop-down: the name under which the workbook keeps its words, and the words; none if another sheet has them."""

    name: str
    words: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The name as the workbook defines it. A name, since Excel keeps plain references to other sheets apart."""
        return f"list_{self.name}"


def drop_down(table: Table, column: str, sender: PlanSender, words: Words) -> DropDown | None:
    """The drop-down of a column, or nothing where it has none or there are no words for it."""
    allowed, vocabulary = table.allowed(column), table.vocabulary(column)
    if kind_of(table, column) == "flag":
        return DropDown("yes_no", tuple(YES_NO))
    if column == own_column(sender.kind, table):
        return DropDown("own_code", (sender.code,))
    if allowed:
        return DropDown(f"{table.name}_{column}", tuple(allowed))
    if vocabulary is None:
        return None
    if vocabulary in DEFINED_IN and TABLES[DEFINED_IN[vocabulary]] in sheets_of(sender.kind):
        return DropDown(vocabulary)
    return DropDown(vocabulary, tuple(words.get(vocabulary, ()))) if words.get(vocabulary) else None


def entries_range(table: Table, column: str, last: int) -> str:
    """The filled cells of a column on its own sheet, as a formula that grows with them."""
    letter = column_letter(template_column(table, column) - 1)
    cells = f"'{table.title}'!${letter}${FIRST_ENTRY}:${letter}${last}"
    return f"='{table.title}'!${letter}${FIRST_ENTRY}:INDEX({cells},MAX(1,COUNTA({cells})))"


def validation(table: Table, column: str, sender: PlanSender, choice: DropDown | None) -> dict[str, Any]:
    """The data validation of a column, as XlsxWriter takes it: what is allowed, and the words beside the cell."""
    label = table.labels()[column]
    return {
        **_allowed(table, column, choice),
        "input_title": label[:_TITLE],
        "input_message": f"{what_to_write(table, column, sender)}. Unit: {unit_words(table, column)}."[:_MESSAGE],
        "error_title": f"{label}: please check"[:_TITLE],
        "error_message": _refusal(table, column, choice)[:_MESSAGE],
    }


def _allowed(table: Table, column: str, choice: DropDown | None) -> dict[str, Any]:
    if choice is not None:
        # A route may stand on the board's sheet, which this workbook does not have; a centre may not.
        stop = "warning" if choice.name == "route" else "stop"
        return {"validate": "list", "source": f"={choice.reference}", "error_type": stop, "ignore_blank": False}
    kind = kind_of(table, column)
    if kind in ("month", "date"):
        first, last = dt.date(int(limit("first_year")), 1, 1), dt.date(int(limit("last_year")), 12, 31)
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    if kind in ("whole", "number", "share"):
        low, high = table.bounds(column)
        return {
            "validate": "integer" if kind == "whole" else "decimal",
            "criteria": "between",
            "minimum": -LARGEST if low is None else low,
            "maximum": LARGEST if high is None else high,
        }
    return {"validate": "any"}


def _refusal(table: Table, column: str, choice: DropDown | None) -> str:
    if choice is not None and choice.name in DEFINED_IN:
        return f"This is not on the sheet {TABLES[DEFINED_IN[choice.name]].title}. Add it there, then choose it here."
    if choice is not None:
        return "Please choose one of the words in the list: click the small arrow beside the cell."
    wanted = hint(table, column)
    empty = "" if table.required(column) else " If there is no figure, leave the cell empty."
    return f"Here goes {wanted}, without words.{empty}"
