"""The workforce statistics workbook (England and Organisation): region and system stand on rows of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from pipeline.months import month_name
from pipeline.synthetic.files import WARNING, Book, Value, put, put_column, workbook
from pipeline.synthetic.places import Ics, Region, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.totals import (
    Employer,
    added,
    employer_totals,
    employers_of,
    series_months,
    shown_name,
    workbook_months,
)

HEADCOUNT, FTE = 0, 1
MEASURES = {HEADCOUNT: "headcount", FTE: "full time equivalent"}
TITLE = "NHS Hospital & Community Health Service (HCHS) monthly workforce statistics"
STAFF = "Staff in NHS Trusts and other core organisations"
PLACE_NAMES = [
    "NHS England region code",
    "NHS England region name",
    "ICS code",
    "ICS name",
    "Organisation name",
    "Organisation code",
]
# The published order of columns; the England table says HCHS doctors and leaves blank rows at the gaps.
GROUP_ORDER = [
    "Total",
    "",
    "Professionally qualified clinical staff",
    "",
    "HCHS doctors",
    "Consultant",
    "Associate Specialist",
    "Specialty Doctor",
    "Staff Grade",
    "Specialty Registrar",
    "Core Training",
    "Foundation Doctor Year 2",
    "Foundation Doctor Year 1",
    "Hospital Practitioner / Clinical Assistant",
    "Other HCHS Doctor Grades",
    "",
    "Nurses & health visitors",
    "Midwives",
    "Ambulance staff",
    "Scientific, therapeutic & technical staff",
    "",
    "Support to clinical staff",
    "Support to doctors, nurses & midwives",
    "Support to ambulance staff",
    "Support to ST&T staff",
    "",
    "NHS infrastructure support",
    "Central functions",
    "Hotel, property & estates",
    "Senior managers",
    "Managers",
    "",
    "Other staff or those with unknown classification",
]
COLUMN_ORDER = [name for name in GROUP_ORDER if name]
FOOT = [
    f"Source: {WARNING}",
    None,
    "Notes:",
    "Headcount totals are less than the sum of their parts where people have more than one role.",
    "Full Time Equivalent (FTE) is the share of full-time contracted hours that the post holder is contracted to work.",
    " ' - ' denotes zero",
    " ' 0 ' denotes more than zero and less than 0.5",
    " ' . ' denotes not applicable",
]
Totals = dict[str, tuple[int, float]]


def write_hchs(folder: Path, recipe: Recipe) -> None:
    """One workbook for each month chosen."""
    for day in workbook_months():
        path = folder / "workforce" / f"hchs_england_org_{day:%Y-%m}.xlsx"
        with workbook(path, f"{TITLE}, {month_name(day)}") as book:
            _title(book)
            _england(book, recipe, day)
            _month(book, "2. NHSE, Org & SG - HC", recipe, day, HEADCOUNT)
            _month(book, "3. NHSE, Org & SG - FTE", recipe, day, FTE)
            _series(book, "4. All Staff, NHSE & Org - HC", recipe, day, HEADCOUNT)
            _series(book, "5. All Staff, NHSE & Org - FTE", recipe, day, FTE)


def _title(book: Book) -> None:
    lines = [f"{TITLE} - {STAFF}", "England and Organisation level - main staff group tables", None, "Contents", None]
    tables = [
        "Table 1 - HCHS staff for England by main staff groups - Headcount and Full Time Equivalent",
        "Table 2 - HCHS staff by region, ICS, Organisation and main staff group - Headcount",
        "Table 3 - HCHS staff by region, ICS, Organisation and main staff group - Full Time Equivalent",
        "Table 4 - Timeseries of total HCHS staff by region, ICS and Organisation - Headcount",
        "Table 5 - Timeseries of total HCHS staff by region, ICS and Organisation - Full Time Equivalent",
    ]
    put_column(book.sheet("Title sheet"), 8, 1, [*lines, *tables, None, WARNING])


def _everyone(recipe: Recipe, day: dt.date) -> list[Employer]:
    return [employer for _, _, employer in _lines(recipe, day) if employer is not None]


def _england_totals(recipe: Recipe, day: dt.date, shown: dt.date) -> Totals:
    return added(employer_totals(recipe, employer, day) for employer in _everyone(recipe, shown))


def _england(book: Book, recipe: Recipe, last: dt.date) -> None:
    sheet, months = book.sheet("1. England"), series_months(last)
    put(
        sheet,
        1,
        1,
        [f"Table 1: {TITLE}: HCHS staff for England by main staff groups - Headcount and Full Time Equivalent"],
    )
    put_column(sheet, 2, 1, [STAFF, None, "JUMP TO HEADCOUNT", "JUMP TO FULL TIME EQUIVALENT", "Return to Contents"])
    put(sheet, 8, 1, ["England"], book.bold)
    put(sheet, 9, 3, months, book.month)
    columns = [_england_totals(recipe, day, last) for day in months]
    for first, measure, name in ((10, HEADCOUNT, "HEADCOUNT"), (45, FTE, "FULL TIME EQUIVALENT (FTE)")):
        put(sheet, first, 1, [name], book.bold)
        for line, group in enumerate(GROUP_ORDER, start=first + 1):
            if group:
                put(sheet, line, 2, [group, *(column[group][measure] for column in columns)], book.count)
    put_column(sheet, 80, 1, FOOT)


def _lines(recipe: Recipe, day: dt.date) -> Iterator[tuple[Region, Ics | None, Employer | None]]:
    """The rows in the order shown: a region, then each of its systems, then each employer of the system."""
    for region in sorted(places(recipe).regions, key=lambda each: each.code):
        yield region, None, None
        for system in (each for each in places(recipe).systems_on(day) if each.region == region.code):
            yield region, system, None
            for employer in employers_of(recipe, system, day):
                yield region, system, employer


def _under(
    recipe: Recipe, day: dt.date, region: Region, system: Ics | None, employer: Employer | None
) -> list[Employer]:
    if employer is not None:
        return [employer]
    return [
        one
        for its_region, its_system, one in _lines(recipe, day)
        if one is not None and (its_system == system if system else its_region == region)
    ]


def _place(region: Region, system: Ics | None, employer: Employer | None) -> list[Value]:
    if employer is not None:
        return [None, None, None, None, shown_name(employer), employer.code]
    if system is not None:
        return [None, None, system.code, system.name, None, None]
    return [region.code, region.name, None, None, None, None]


def _month(book: Book, name: str, recipe: Recipe, day: dt.date, measure: int) -> None:
    sheet = book.sheet(name)
    put_column(
        sheet,
        1,
        1,
        [f"Table {name[0]}: {TITLE}: by main staff group - {MEASURES[measure]}", STAFF, "Return to Contents"],
    )
    put(sheet, 5, 1, [f"{month_name(day)} monthly data"], book.bold)
    put(sheet, 5, 6 + len(COLUMN_ORDER), [MEASURES[measure]], book.bold)
    shown = [name.replace("HCHS doctors", "HCHS Doctors") for name in COLUMN_ORDER]
    put(sheet, 6, 1, [*PLACE_NAMES, *shown], book.head)
    put(
        sheet,
        8,
        1,
        [None, "England", None, None, None, None, *_row(_england_totals(recipe, day, day), measure)],
        book.count,
    )
    line = 10
    for region, system, employer in _lines(recipe, day):
        totals = added(employer_totals(recipe, one, day) for one in _under(recipe, day, region, system, employer))
        if totals["Total"][FTE]:
            put(sheet, line, 1, [*_place(region, system, employer), *_row(totals, measure)], book.count)
            line += 1
    put_column(sheet, line + 1, 1, FOOT)


def _row(totals: Totals, measure: int) -> list[Value]:
    return [totals[name][measure] for name in COLUMN_ORDER]


def _series(book: Book, name: str, recipe: Recipe, last: dt.date, measure: int) -> None:
    sheet, months = book.sheet(name), series_months(last)
    put_column(
        sheet,
        1,
        1,
        [
            f"Table {name[0]}: {TITLE}: Timeseries of total HCHS staff - {MEASURES[measure]}",
            STAFF,
            "Return to Contents",
        ],
    )
    put(sheet, 5, 1, PLACE_NAMES, book.head)
    put(sheet, 5, 7, months, book.month)
    _series_line(book, sheet, 7, [None, "England", *[None] * 4], recipe, _everyone(recipe, last), months, measure)
    line = 9
    for region, system, employer in _lines(recipe, last):
        under = _under(recipe, last, region, system, employer)
        _series_line(book, sheet, line, _place(region, system, employer), recipe, under, months, measure)
        line += 1
    put_column(sheet, line + 1, 1, FOOT)


def _series_line(
    book: Book,
    sheet: Worksheet,
    line: int,
    place: list[Value],
    recipe: Recipe,
    under: list[Employer],
    months: list[dt.date],
    measure: int,
) -> None:
    totals = [added(employer_totals(recipe, one, day) for one in under)["Total"][measure] for day in months]
    put(sheet, line, 1, [*place, *totals], book.count)
