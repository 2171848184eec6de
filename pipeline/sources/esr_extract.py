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

from pathlib import Path

import duckdb
import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.reference import limit
from pipeline.sources import _esr_people, _esr_values
from pipeline.sources._esr_file import (
    COLUMNS,
    Extract,
    distinct_in_sample,
    distinct_values,
    engine,
    headings,
    is_packed,
    rows_where,
)
from pipeline.sources.mapping import STAFF_SCHEMES, Mapping
from pipeline.sources.person_level import shown_headings
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.sources.vocabulary import ALL
from pipeline.tables import TABLES, validate
from pipeline.tables.published import ESR

NAMES = tuple(COLUMNS.values())
FREE_TEXT = ("area", "role")
GROUPED = ("effective_date", "employer", "staff_group", "area", "pay_band", "age_band", "category")
WTE_DECIMALS = 5
"""As published statistics give WTE; sums of binary fractions are rounded to it."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The canonical `staff` table (data set `esr`): people and WTE by month, employer, profession, band, age, contract.

    `row` is the first row of the file that went into a sum. Raises InputRefused with every problem of the file.
    """
    extract = _looked_at(path)
    with engine(extract) as connection:
        _refuse_what_tells_rows_apart(extract, distinct_in_sample(connection, NAMES))
        values = distinct_values(connection, NAMES)
        if values["employer"].empty:
            raise InputRefused(
                [Problem(str(path), "the file has a header and no rows; export the extract again", row=1)]
            )
        problems = [*_broken_values(extract, connection, values), *_personal(extract, values, options.mapping)]
        problems += _months_given_twice(extract, connection)
        if problems:
            raise InputRefused(problems)
        sums = _sums(connection)
    staff = _named(sums, options.mapping).assign(dataset=ESR, level=ALL, file=path.name, sheet="")
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
    problems = [
        Problem(str(path), f"this column is missing; the columns are {', '.join(COLUMNS)}", row=1, column=heading)
        for heading, name in COLUMNS.items()
        if name not in names
    ]
    for place, (shown, name) in enumerate(zip(shown_headings(found), names, strict=True)):
        if name is None:
            rule = (
                "an extract holds the ten columns of the data guide and no others, so that nothing about a person can "
                "come in under another name; take this column out and delete this copy of the file"
            )
            problems.append(Problem(str(path), rule, row=1, column=shown or f"column {place + 1}"))
        elif name in names[:place]:
            problems.append(Problem(str(path), "this column stands twice; keep one of them", row=1, column=shown))
    if problems:
        raise InputRefused(problems)
    return Extract(path, tuple(name for name in names if name), is_packed(path))


def _refuse_what_tells_rows_apart(extract: Extract, sample: pd.Series) -> None:
    most = limit("values_of_free_text")
    held = _esr_people.HELD.format(which=f"more than {most:,.0f} different values")
    apart = [name for name in NAMES if sample[name] > most]
    if apart:
        raise InputRefused([Problem(str(extract.path), held, column=extract.label(name)) for name in apart])


def _broken_values(
    extract: Extract, connection: duckdb.DuckDBPyConnection, values: dict[str, pd.DataFrame]
) -> list[Problem]:
    """A problem for each value that breaks its column's rule, with the first rows that hold it and how many do."""
    problems = []
    for name, read_value in _esr_values.READINGS.items():
        rules = values[name]["value"].map(lambda text, read_value=read_value: read_value(text).rule)
        for rule, broken in values[name][rules != ""].groupby(rules[rules != ""], sort=False):
            problems += _broken(extract, connection, name, str(rule), broken)
    for name in FREE_TEXT:
        empty = values[name][values[name]["value"] == ""]
        problems += _broken(extract, connection, name, "the cell should not be empty", empty)
    return problems


def _broken(
    extract: Extract, connection: duckdb.DuckDBPyConnection, name: str, rule: str, broken: pd.DataFrame
) -> list[Problem]:
    if broken.empty:
        return []
    total, most = int(broken["rows"].sum()), int(limit("rows_named"))
    rows = rows_where(connection, name, broken["value"].tolist(), most)
    more = f" ({total:,} rows in all: {', '.join(f'{row:,}' for row in rows)}{' …' * (total > len(rows))})"
    value = str(broken["value"].iloc[0])
    shown = value if _esr_people.may_be_shown(value) else ""
    empty = "the cell should not be empty" if value == "" and len(broken) == 1 else rule
    said = empty + more * (total > 1)
    return [Problem(str(extract.path), said, row=rows[0], column=extract.label(name), value=shown)]


def _personal(extract: Extract, values: dict[str, pd.DataFrame], mapping: Mapping) -> list[Problem]:
    labels = frozenset(label for scheme in STAFF_SCHEMES for label in mapping.labels(scheme))
    problems = []
    for name in FREE_TEXT:
        known = labels if name == "area" else frozenset()
        found = _esr_people.personal(values[name], known)
        if len(found):
            which = (
                f"{len(found):,} of its {len(values[name]):,} values, first in row {int(found['first_row'].min()):,}"
            )
        elif _esr_people.tells_people_apart(values[name], known):
            which = "most of its values belong to one assignment each"
        else:
            continue
        rule = _esr_people.HELD.format(which=which)
        problems.append(Problem(str(extract.path), rule, column=extract.label(name)))
    return problems


def _months_given_twice(extract: Extract, connection: duckdb.DuckDBPyConnection) -> list[Problem]:
    """Two dates of one month are two counts of the same people."""
    days = connection.execute(
        "SELECT trim(employer) AS employer, trim(effective_date) AS day, min(row) AS row FROM extract GROUP BY ALL"
    ).df()
    days["month"] = [_esr_values.date(str(day)).value for day in days["day"]]
    days = days.dropna(subset=["month"]).sort_values("row")
    repeated = days[days.duplicated(["employer", "month"])]
    rule = "this employer has another effective date in the same month, so its people would be counted twice; keep one"
    return [
        Problem(str(extract.path), rule, row=int(row), column="Effective Date", value=f"{month:%B %Y}")
        for row, month in zip(repeated["row"], repeated["month"], strict=True)
    ]


def _sums(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """People, WTE and first row of each group, as the file spells it."""
    keys = ", ".join(f"trim({name}) AS {name}" for name in GROUPED)
    return connection.execute(
        f"SELECT {keys}, count(*) FILTER (WHERE upper(left(trim(is_primary), 1)) = 'Y') AS headcount, "
        "sum(CAST(fte AS DOUBLE)) AS wte, min(row) AS row FROM extract GROUP BY ALL"
    ).df()


def _named(sums: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """Groups as the canonical table names them; groups whose spellings mean the same are added up."""
    read_as = {name: _meanings(sums[name], name) for name in GROUPED if name in _esr_values.READINGS}
    contract = read_as["category"].map(lambda held: held[0])
    counted = read_as["category"].map(lambda held: held[1])
    groups = read_as["staff_group"]
    places = [mapping.find(group.scheme, area) for group, area in zip(groups, sums["area"], strict=True)]
    named = pd.DataFrame(
        {
            "month": pd.to_datetime(read_as["effective_date"]),
            "employer": read_as["employer"],
            "pillar": [place.pillar for place in places],
            "staff_group": groups.map(lambda group: group.name),
            "profession": [place.name for place in places],
            "discipline": sums["area"].str.split().str.join(" "),
            "band": read_as["pay_band"],
            "age_band": read_as["age_band"],
            "contract": contract,
        }
    )
    keys = list(named.columns)
    measured = named.assign(headcount=sums["headcount"], wte=sums["wte"], row=sums["row"])[counted.astype(bool)]
    summed = measured.groupby(keys, as_index=False, sort=True).agg(
        headcount=("headcount", "sum"), wte=("wte", "sum"), row=("row", "min")
    )
    return summed.assign(wte=summed["wte"].round(WTE_DECIMALS))


def _meanings(cells: pd.Series, name: str) -> pd.Series:
    meaning = {text: _esr_values.READINGS[name](text).value for text in cells.unique()}
    return cells.map(meaning)
