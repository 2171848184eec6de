"""The first sheet of an intake workbook: plain steps for somebody who has never seen one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.schema import Table
from pipeline.sources.intake.senders import PlanSender

STEPS = (
    "Open each sheet listed below, by the tabs at the bottom. Fill in those you have figures for; leave the others.",
    "Type your figures in the rows under the dark blue headings, one row for each line of figures. "
    "The grey rows above the headings say what to write, in which unit, and show an example. The example is not read.",
    "Figures that you sent last time are there already. Put right what has changed, and add rows for what is new.",
    "Where a cell has a small arrow, choose from the list.",
    "Save the workbook as it is, as an Excel workbook (.xlsx), and send it back to whoever sent it to you.",
)
GOOD_TO_KNOW = (
    "Months: each row counts for a whole month, which is kept as its last day. Any date in the month will do: "
    "1 September 2025 and 30 September 2025 both mean September 2025.",
    "WTE means whole-time equivalents: 1 is one person working full time. Headcount means people.",
    "Numbers: type the number alone, without words or units. Not 12 wte, not approx 12. Nought is 0.",
    "Not known: leave the cell empty where its unit says (optional). Otherwise leave the whole row out.",
    "Shares: 0.55 or 55%.",
    "Copying from another workbook: use Paste Special, Values, so that the lists and checks here stay.",
    "You may sort, filter, add and delete rows. Please do not add, move or rename columns or sheets.",
    "Nothing about a person: no names of staff, employee numbers, dates of birth or anything else about one person. "
    "Only totals. A workbook that holds such things is refused.",
)


@dataclass(frozen=True)
class Line:
    """A line of the sheet: how it looks, and its cells from left to right."""

    style: str
    cells: tuple[str | int, ...]


def read_me(
    sender: PlanSender, plan_name: str, sheets: Sequence[Table], carried: Mapping[str, int], written: dt.datetime
) -> Iterator[Line]:
    """The lines of the sheet. `carried`: how many rows each sheet carries from last time."""
    yield Line("title", (f"Figures for {plan_name}",))
    yield Line("subtitle", (f"From: {sender.shown}",))
    yield Line("small", (f"Made on {written.day} {written:%B %Y}. Nothing here needs any other program than Excel.",))
    yield Line("gap", ())
    yield Line("heading", ("What to do",))
    yield from (Line("step", (f"{number}.  {step}",)) for number, step in enumerate(STEPS, start=1))
    yield Line("gap", ())
    yield Line("heading", ("The sheets",))
    yield Line("columns", ("Sheet", "What it holds", "Who usually has it", "Rows from last time"))
    for table in sheets:
        yield Line("sheet", (table.title, table.holds, _capital(table.held_by), carried.get(table.name, 0)))
    yield Line("gap", ())
    yield Line("heading", ("Good to know",))
    yield from (Line("step", (f"•  {point}",)) for point in GOOD_TO_KNOW)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
