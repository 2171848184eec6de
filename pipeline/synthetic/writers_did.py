"""The imaging workbooks: table 1 (modality by month), table 11 (source setting) and table 13 (report turnaround)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from pipeline.synthetic.files import WARNING, Book, Value, put, put_column, put_figures, workbook
from pipeline.synthetic.imaging import ELECTIVE, EMERGENCY, Bands, Year, did, modalities, pooled, quarter, years
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe

MONTHS = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
QUARTERS = ["Apr-Jun", "Jul-Sep", "Oct-Dec", "Jan-Mar"]
PLACE_NAMES = ["Region", "Org Code", "Provider name", "Modality"]
SUPPRESSED, NOT_SUBMITTED = "*", "."
EMERGENCY_BANDS = ["Same day", "By next day", "> 28 days", "Not known"]
ELECTIVE_BANDS = ["By next day", "By 7 days", "By 14 days", "> 28 days", "Not known"]
QUARTER_NOTES = [
    "Notes:",
    "1. England and Region totals may differ from the sum of providers due to rounding",
    None,
    "Key",
    "*= suppression: values based on fewer than 3 cases are suppressed",
    "- = no data has been submitted",
]


def write_did(folder: Path, recipe: Recipe) -> None:
    """Table 1 for every year; tables 11 and 13 for the last."""
    for starting in did()["years"]:
        _activity(folder, recipe, starting)
    last = did()["years"][-1]
    _setting(folder, recipe, last)
    _turnaround(folder, recipe, last)


def label(starting: int, mark: str) -> str:
    """A financial year as 2024/25 or 2024-25."""
    return f"{starting}{mark}{(starting + 1) % 100:02d}"


def rounded(exams: int) -> Value:
    """A count as published: rounded to 5, and a small one suppressed."""
    if 0 < exams < did()["suppress_below"]:
        return SUPPRESSED
    step: int = did()["round_to"]
    return step * int(exams / step + 0.5)


def _title(book: Book, starting: int, table: str) -> None:
    period = f"April {starting} to March {starting + 1}"
    put_column(book.sheet("Title page"), 4, 1, ["Diagnostic Imaging Dataset statistics", table, period, None, WARNING])


def _about(book: Book, sheet: Worksheet, first: int, title: str, summary: str, period: str) -> None:
    about = {
        "Title:": title,
        "Summary:": summary,
        "Period:": period,
        "Source:": WARNING,
        "Basis:": "Provider",
        "Published:": "13th November 2025",
        "Revised:": "-",
        "Status:": "Fictional sample",
        "Contact:": "None: the sample is made by code",
    }
    put_column(sheet, first, 2, about, book.bold)
    put_column(sheet, first, 3, about.values())


def _provider_sheet(book: Book, starting: int, title: str, summary: str, columns: Sequence[str]) -> Worksheet:
    sheet = book.sheet("Provider")
    _about(book, sheet, 2, title, summary, label(starting, "/"))
    put(sheet, 12, 2, ["Provider Level Data", None, None, None, label(starting, "/")], book.bold)
    put(sheet, 13, 2, [*PLACE_NAMES, *columns], book.head)
    return sheet


def _fill(book: Book, sheet: Worksheet, england: Iterable[Sequence[Value]], rows: Sequence[Sequence[Value]]) -> int:
    """England from row 14, a blank row, then the providers; gives the first row of the notes."""
    whole = [["-", "-", "ENGLAND", *values] for values in england]
    for line, values in enumerate([*whole, [], *rows], start=14):
        put(sheet, line, 2, values, book.count)
    return 14 + len(whole) + 1 + len(rows) + 1


def _in_order(recipe: Recipe, starting: int) -> list[Year]:
    def place(year: Year) -> tuple[str, str]:
        return _region(recipe, year), year.provider.name

    return sorted(years(recipe, starting), key=place)


def _region(recipe: Recipe, year: Year) -> str:
    return places(recipe).region_of(_trust(recipe, year)).code


def _trust(recipe: Recipe, year: Year) -> Trust:
    return next(trust for trust in places(recipe).trusts if trust.code == year.provider.code)


def _activity(folder: Path, recipe: Recipe, starting: int) -> None:
    title = "Table 1 DID - Count of Imaging Activity by Modality"
    with workbook(folder / "did" / f"did_t1_{label(starting, '-')}.xlsx", title) as book:
        _title(book, starting, "Table 1: Count of Imaging Activity by Modality ")
        summary = "Monthly total counts of imaging events by modality (exam type)"
        sheet = _provider_sheet(book, starting, title, summary, [*MONTHS, "Year"])
        made = _in_order(recipe, starting)
        england = [[name, *_months(of)] for name, of in _by_modality(made)]
        rows = [[*_place(recipe, one), *_months([one])] for one in made]
        notes = _fill(book, sheet, england, rows)
        key = [
            "Notes:",
            "1. England and Year totals may differ from the sum of providers and months due to rounding",
            None,
            "Key",
        ]
        marks = [
            f"{SUPPRESSED} = suppression: values of less than 3 are suppressed",
            f"{NOT_SUBMITTED} = no data has been submitted",
        ]
        put_column(sheet, notes, 2, [*key, *marks])


def _by_modality(made: Sequence[Year]) -> list[tuple[str, list[Year]]]:
    return [(modality.name, [one for one in made if one.modality == modality]) for modality in modalities()]


def _place(recipe: Recipe, one: Year) -> list[Value]:
    return [_region(recipe, one), one.provider.code, one.provider.name, one.modality.name]


def _months(of: Sequence[Year]) -> list[Value]:
    months: list[Value] = []
    for at in range(12):
        submitted = [exams for exams in (one.exams[at] for one in of) if exams is not None]
        # The publication has no nought here: a month without exams is a month without data.
        months.append(rounded(sum(submitted)) if sum(submitted) else NOT_SUBMITTED)
    return [*months, rounded(sum(one.total for one in of))]


def _setting(folder: Path, recipe: Recipe, starting: int) -> None:
    title = "Table 11 DID - Count of Imaging Activity by Modality and Patient source setting"
    with workbook(folder / "did" / f"did_t11_{label(starting, '-')}.xlsx", title) as book:
        _title(book, starting, "Table 11: Count of Imaging Activity by Modality and Patient source setting")
        summary = "Total imaging events by modality (exam type), by Provider and Patient source setting"
        sheet = _provider_sheet(book, starting, title, summary, [*did()["settings"], "Total"])
        made = _in_order(recipe, starting)
        england = [[name, *_settings(of)] for name, of in _by_modality(made)]
        notes = _fill(book, sheet, england, [[*_place(recipe, one), *_settings([one])] for one in made])
        key = ["Notes:", "1. Totals may be different from sum of providers or settings due to rounding", None, "Key"]
        marks = ["- = zero activity submitted", f"{SUPPRESSED} = suppression: values of less than 3 are suppressed"]
        put_column(sheet, notes, 2, [*key, *marks])


def _settings(of: Sequence[Year]) -> list[Value]:
    columns = [sum(exams) for exams in zip(*(one.by_setting for one in of), strict=True)]
    return [rounded(exams) for exams in [*columns, sum(columns)]]


def _turnaround(folder: Path, recipe: Recipe, starting: int) -> None:
    title = "Table 13 DID - Report turnaround bands by modality and broad patient source setting"
    with workbook(folder / "did" / f"did_t13_{label(starting, '-')}.xlsx", title) as book:
        _title(book, starting, "Table 13: Report turnaround bands by Modality and broad Patient Source setting")
        for number in range(4):
            _quarter(book, recipe, starting, number, title)
        # The published workbook carries hidden sheets of an older year.
        stale = book.sheet("CT Q3", hidden=True)
        put_column(stale, 2, 1, ["Diagnostic Imaging Dataset: Report turnaround bands", "Period: 2022/23 Oct - Dec"])
        put(stale, 7, 2, ["Code", "Region", "Same day", "By next day", "Not known", "Total cases"])


def _quarter(book: Book, recipe: Recipe, starting: int, number: int, title: str) -> None:
    sheet = book.sheet(f"{label(starting, '-')} Q{number + 1}")
    summary = "Quarterly counts of imaging events by modality with period between test and report date"
    _about(book, sheet, 1, title, summary, f"{label(starting, '/')} {QUARTERS[number]}")
    put(sheet, 9, 8, ["A&E / Admitted", *[None] * 5, "OP / GP direct access"], book.bold)
    put(sheet, 10, 8, ["Report turnaround time band", *[None] * 5, "Report turnaround time band"], book.bold)
    names = ["Region", "ICB", "Network", "Code", "Provider name", "Modality"]
    bands = [*EMERGENCY_BANDS, "Total cases", None, *ELECTIVE_BANDS, "Total cases"]
    put(sheet, 11, 2, [*names, *bands], book.head)
    rows = list(_quarter_rows(recipe, starting, number))
    for line, values in enumerate(rows, start=12):
        put_figures(book, sheet, line, 2, values)
    put_column(sheet, 12 + len(rows) + 1, 2, QUARTER_NOTES)


def _quarter_rows(recipe: Recipe, starting: int, number: int) -> Iterator[list[Value]]:
    """England, a blank row, the regions, a blank row, the trusts."""
    made = [one for one in _in_order(recipe, starting) if one.modality.turnaround]
    yield from _by_band(recipe, number, [None] * 4, "England", made)
    yield []
    for region in sorted(places(recipe).regions, key=lambda each: each.code):
        there = [one for one in made if _region(recipe, one) == region.code]
        yield from _by_band(recipe, number, [region.code, None, None, None], region.name, there)
    yield []
    for trust in dict.fromkeys(_trust(recipe, one) for one in made):
        place: list[Value] = [places(recipe).region_of(trust).code, trust.ics, trust.network, trust.code]
        own = [one for one in made if one.provider.code == trust.code]
        yield from _by_band(recipe, number, place, trust.name, own)


def _by_band(recipe: Recipe, number: int, place: list[Value], name: str, made: Sequence[Year]) -> Iterator[list[Value]]:
    for modality, of in _by_modality(made):
        if of:
            emergency = pooled([quarter(recipe, one, number, EMERGENCY) for one in of])
            elective = pooled([quarter(recipe, one, number, ELECTIVE) for one in of])
            bands = [*_bands(emergency, len(EMERGENCY_BANDS)), None, *_bands(elective, len(ELECTIVE_BANDS))]
            yield [*place, name, modality.capitalize(), *bands]


def _bands(bands: Bands, columns: int) -> list[Value]:
    if not bands.cases:
        return [*[None] * columns, 0]
    cases = rounded(bands.cases)
    shares = [None] * columns if cases == SUPPRESSED else [round(share, 3) for share in bands.shares]
    return [*shares, cases]
