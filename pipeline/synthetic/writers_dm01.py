"""The monthly waiting times workbook (DM01, provider): England in row 15, data from row 17, column A blank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from pipeline.months import add_months, month_name
from pipeline.synthetic.activity import BANDS, Provider, Return, no_return, returns
from pipeline.synthetic.files import WARNING, Book, Value, put, put_column, put_figures, workbook
from pipeline.synthetic.places import Region, Trust, places
from pipeline.synthetic.recipe import Recipe

TOTAL_ID, TOTAL_NAME = 16, "Total"
BAND_NAMES = ["0 <01 weeks", *(f"{week:02d} <{week + 1:02d} weeks" for week in range(1, BANDS - 1)), "13+ weeks"]
WAITING_NAMES = [
    "Total Waiting List",
    "Number waiting 6+ Weeks",
    "Number waiting 13+ Weeks",
    "Percentage waiting 6+ weeks",
    *BAND_NAMES,
]
ACTIVITY_NAMES = [
    "Planned tests / procedures",
    "Unscheduled tests / procedures",
    "Waiting list tests / procedures (excluding planned)",
]
PLACE_NAMES = ["Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name"]
TEST_NAMES = ["Diagnostic ID", "Diagnostic Test Name"]
NOTES = ["Notes", None, "The following organisation did not submit Diagnostics (DM01) data this month:", None]


def write_dm01(folder: Path, recipe: Recipe) -> None:
    """One workbook a month."""
    for day, rows in returns(recipe).items():
        path = folder / "dm01" / f"dm01_provider_{day:%Y-%m}.xlsx"
        with workbook(path, f"Monthly Diagnostics, {month_name(day)}") as book:
            _sheet(book, recipe, "Provider", day, rows, by_test=False)
            _sheet(book, recipe, "Provider by Test", day, rows, by_test=True)
            # The published workbook keeps an old text here; it says nothing about the month.
            put_column(book.sheet("Guidance & Definitions"), 5, 3, ["31st January 2013", None, None, "6th March 2013"])
            _notes(book, recipe, day)


def _sheet(book: Book, recipe: Recipe, name: str, day: dt.date, rows: Sequence[Return], by_test: bool) -> None:
    sheet = book.sheet(name)
    _heading(book, sheet, day, TEST_NAMES if by_test else [])
    put_figures(book, sheet, 15, 5, [TOTAL_NAME, *([None, None] if by_test else []), *_figures(rows)])
    line = 17
    for provider, made in _by_provider(recipe, rows):
        tests: list[tuple[list[Value], Sequence[Return]]] = [
            ([one.test.id, one.test.name], [one]) for one in made if by_test
        ]
        total: list[Value] = [TOTAL_ID, TOTAL_NAME] if by_test else []
        for label, of in [*tests, (total, made)]:
            put_figures(book, sheet, line, 2, [*_place(recipe, provider), *label, *_figures(of)])
            line += 1


def _heading(book: Book, sheet: Worksheet, day: dt.date, test_names: list[str]) -> None:
    published = add_months(day, 2).replace(day=13)
    about = {
        "Title:": "Monthly Diagnostics",
        "Summary:": "Waiting times and activity for Diagnostic tests and procedures",
        "": None,
        "Period:": month_name(day),
        "Source:": WARNING,
        "Basis:": "Provider",
        "Published:": f"{published:%d %B %Y}",
        "Revised:": None,
        "Status:": "Fictional sample",
        "Contact:": "None: the sample is made by code",
    }
    put_column(sheet, 2, 2, [key or None for key in about], book.bold)
    put_column(sheet, 2, 3, about.values())
    first = 2 + len(PLACE_NAMES) + len(test_names)
    after = first + len(WAITING_NAMES)
    put(sheet, 13, 2, ["Provider level data"], book.bold)
    put(sheet, 13, first + 4, ["Number of Patients Waiting at Month End"], book.bold)
    put(sheet, 13, after - 1, ["Timebands \n Waiting", "Activity during month", None, None, "Activity"], book.bold)
    put(sheet, 14, 2, [*PLACE_NAMES, *test_names, *WAITING_NAMES, None, *ACTIVITY_NAMES], book.head)


def _figures(rows: Sequence[Return]) -> list[Value]:
    bands = [sum(one.bands[band] for one in rows) for band in range(BANDS)]
    waiting, six, thirteen = sum(bands), sum(bands[6:]), bands[13]
    done = [sum(getattr(one, kind) for one in rows) for kind in ("planned", "unscheduled", "waiting_list")]
    return [waiting, six, thirteen, six / waiting if waiting else 0, *bands, None, *done]


def _by_provider(recipe: Recipe, rows: Sequence[Return]) -> list[tuple[Provider, list[Return]]]:
    found = sorted({one.provider for one in rows}, key=lambda provider: (_region(recipe, provider).code, provider.name))
    return [(provider, [one for one in rows if one.provider == provider]) for provider in found]


def _region(recipe: Recipe, provider: Provider) -> Region:
    return places(recipe).region_of(provider) if isinstance(provider, Trust) else places(recipe).region(provider.region)


def _place(recipe: Recipe, provider: Provider) -> list[Value]:
    region = _region(recipe, provider)
    return [region.code, f"{region.name} Commissioning Region", provider.code, provider.name]


def _notes(book: Book, recipe: Recipe, day: dt.date) -> None:
    sheet = book.sheet("Notes", hidden=True)
    put_column(sheet, 2, 2, NOTES)
    put(sheet, 6, 2, ["Code", "Name"], book.bold)
    for line, provider in enumerate(no_return(recipe, day), start=7):
        put(sheet, line, 2, [provider.code, provider.name])
