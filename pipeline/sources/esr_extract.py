"""An extract of staff records: a row for each assignment and month, added up on the way in and never held.

The shape of an export from the electronic staff record, without anything that identifies people. CSV, plain or gzip.

Traps of the format:
- It has ten columns and no others. Any further one is refused whatever it is called: a name is as easily put under
  “Ref” as under “Surname”.
- One person may have several assignments: WTE adds up over all of them, people are counted by the primary one.
- Bank and honorary assignments are no staff in post; they are left out and counted in no sum.
- Age bands, areas and roles that only one person has would tell who that is. What such a column holds is refused.
- Staff groups are those of the record, not those of the published statistics: reference/esr_staff_groups.csv.
- An area the mapping does not know is kept as `unmapped` if so many share it that it cannot be about a person.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.reference import limit
from pipeline.sources import _esr_people, _esr_values
from pipeline.sources._esr_file import (
    COLUMNS,
    Extract,
    count_values,
    distinct_in_sample,
    engine,
    headings,
    is_packed,
    refuse_damaged,
    values_of,
)
from pipeline.sources._esr_sums import sums
from pipeline.sources._words import plain
from pipeline.sources.mapping import STAFF_SCHEMES, Mapping
from pipeline.sources.person_level import shown_headings
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.sources.vocabulary import ALL
from pipeline.tables import TABLES, validate
from pipeline.tables.published import ESR

NAMES = tuple(COLUMNS.values())
HEADINGS = {name: heading for heading, name in COLUMNS.items()}
FREE_TEXT = ("area", "role")


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The canonical `staff` table (data set `esr`): people and WTE by month, employer, profession, band, age, contract.

    `row` is the first row of the file that went into a sum. Raises InputRefused with every problem of the file.
    """
    extract = _looked_at(path)
    with engine(extract) as connection:
        _refuse_what_tells_rows_apart(extract, distinct_in_sample(connection))
        _refuse_what_tells_rows_apart(extract, count_values(connection))
        values = {name: values_of(connection, name) for name in NAMES}
        problems = _problems(extract, values, options.mapping)
        if problems:
            raise InputRefused(problems)
        staff = sums(connection, options.mapping)
    staff = staff.assign(dataset=ESR, level=ALL, file=path.name, sheet="")
    return {"staff": validate("staff", staff[TABLES["staff"].columns])}


def recognise(path: Path) -> bool:
    """Whether the header is that of an extract of staff records."""
    try:
        found = {heading.casefold() for heading in headings(path)}
    except (InputRefused, UnicodeError, OSError):
        return False
    return {heading.casefold() for heading in COLUMNS} <= found


def _looked_at(path: Path) -> Extract:
    """The extract, if its header holds the ten columns and no others."""
    found = headings(path)
    known = {heading.casefold(): name for heading, name in COLUMNS.items()}
    names = [known.get(heading.casefold()) for heading in found]
    problems = [*_missing(path, names), *_further_or_twice(path, found, names)]
    if problems:
        raise InputRefused(problems)
    extract = Extract(path, tuple(name for name in names if name), is_packed(path))
    if extract.packed:
        refuse_damaged(path)
    return extract


def _missing(path: Path, names: list[str | None]) -> list[Problem]:
    rule = f"this column is missing; the columns are {', '.join(COLUMNS)}"
    return [Problem(str(path), rule, row=1, column=HEADINGS[name]) for name in NAMES if name not in names]


def _further_or_twice(path: Path, found: list[str], names: list[str | None]) -> list[Problem]:
    further = (
        "an extract holds the ten columns of the data guide and no others, so that nothing about a person can come in "
        "under another name; take this column out and delete this copy of the file"
    )
    twice = "this column stands twice; keep one of them"
    shown = shown_headings(found) if len(set(names) - {None}) >= len(NAMES) / 2 else [""] * len(found)
    return [
        Problem(str(path), twice if name else further, row=1, column=_heading_of(shown[place], place))
        for place, name in enumerate(names)
        if name is None or name in names[:place]
    ]


def _heading_of(heading: str, place: int) -> str:
    """A heading as it may be shown: by its place where it may be a cell about a person, in a file without a header."""
    return (
        heading
        if re.fullmatch(r"[\w ()/.-]{1,40}", heading) and not re.search(r"\d{3}", heading)
        else f"column {place + 1}"
    )


def _refuse_what_tells_rows_apart(extract: Extract, counted: dict[str, int]) -> None:
    most = limit("values_of_free_text")
    held = _esr_people.HELD.format(which=f"more than {most:,.0f} different values")
    apart = [name for name in NAMES if counted[name] > most]
    if apart:
        raise InputRefused([Problem(str(extract.path), held, column=HEADINGS[name]) for name in apart])


def _problems(extract: Extract, values: dict[str, pd.DataFrame], mapping: Mapping) -> list[Problem]:
    """What is wrong with the file, from the distinct values of its columns."""
    if values["employer"].empty:
        return [Problem(str(extract.path), "the file has a header and no rows; export the extract again", row=1)]
    again = _headers_again(extract, values)
    if again:
        return again
    broken = [problem for name in NAMES for problem in _broken_values(extract, name, values[name])]
    return [*broken, *_personal(extract, values, mapping), *_months_given_twice(extract, values["employer"])]


def _headers_again(extract: Extract, values: dict[str, pd.DataFrame]) -> list[Problem]:
    headers = values["effective_date"][
        values["effective_date"]["value"].map(plain) == plain(HEADINGS["effective_date"])
    ]
    rule = "the header stands again in this row, where files were put together; take the row out"
    return [_problem(extract, "", rule, headers)] if len(headers) else []


def _broken_values(extract: Extract, name: str, values: pd.DataFrame) -> list[Problem]:
    """A problem for each rule that values of the column break, with the first row of each value and how many rows."""
    rules = values["value"].map({text: _rule_broken(name, text.strip()) for text in values["value"].unique()})
    return [_problem(extract, name, rule, broken) for rule, broken in values.groupby(rules, sort=False) if rule]


def _rule_broken(name: str, text: str) -> str:
    if not text:
        return "the cell should not be empty"
    return _esr_values.READINGS[name](text).rule if name in _esr_values.READINGS else ""


def _problem(extract: Extract, name: str, rule: str, broken: pd.DataFrame) -> Problem:
    total, most = int(broken["rows"].sum()), int(limit("rows_named"))
    rows = sorted(broken["first_row"])
    others = f", first in rows {', '.join(f'{row:,}' for row in rows[:most])}" * (len(rows) > 1)
    value = str(broken.sort_values("first_row")["value"].iloc[0]).strip()
    return Problem(
        str(extract.path),
        rule + f" ({total:,} rows in all{others})" * (total > 1),
        row=int(rows[0]),
        column=HEADINGS.get(name, ""),
        value=value if name == "fte" and _esr_people.may_be_shown(value) else "",
    )


def _personal(extract: Extract, values: dict[str, pd.DataFrame], mapping: Mapping) -> list[Problem]:
    labels = frozenset(label for scheme in STAFF_SCHEMES for label in mapping.labels(scheme))
    problems = []
    for name in (*FREE_TEXT, "employer"):
        known = labels if name == "area" else frozenset()
        shared = _esr_people.by_value(values[name])
        found = _esr_people.personal(shared, known) if name in FREE_TEXT else shared.head(0)
        if len(found):
            which = f"{len(found):,} of its {len(shared):,} values, first in row {int(found['first_row'].min()):,}"
        elif _esr_people.tells_people_apart(shared, known):
            which = "most of its values belong to one assignment each"
        else:
            continue
        problems.append(Problem(str(extract.path), _esr_people.HELD.format(which=which), column=HEADINGS[name]))
    return problems


def _months_given_twice(extract: Extract, employers: pd.DataFrame) -> list[Problem]:
    """Two dates of one month are two counts of the same people; one date spelled in two ways is one."""
    days = {text: _esr_values.day(text.strip()) for text in employers["day"].unique()}
    dated = employers.assign(employer=employers["value"].str.strip(), day=employers["day"].map(days)).dropna(
        subset="day"
    )
    once = dated.drop_duplicates(["employer", "day"])
    month = pd.to_datetime(once["day"]).dt.to_period("M")
    repeated = once.assign(month=month)[pd.DataFrame({"employer": once["employer"], "month": month}).duplicated()]
    rule = "this employer has another effective date in the same month, so its people would be counted twice; keep one"
    return [
        Problem(str(extract.path), rule, row=int(row), column=HEADINGS["effective_date"], value=f"{month:%B %Y}")
        for row, month in zip(repeated["first_row"], repeated["month"], strict=True)
    ]
