"""The canonical tables: one schema each, with units. The contract every room shares.

All tables are tidy. Months are month ends. WTE and headcount are separate columns and never mix.
Every row carries its lineage: the file, sheet and row it was read from.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.plan import PILLARS
from pipeline.problems import InputRefused, Problem

OUTSIDE = "outside"
"""Pillar of a row that is known and deliberately not in the four diagnostic pillars."""
UNMAPPED = "unmapped"
"""Pillar of a row whose published label the mapping does not know."""
PILLAR_VALUES = [*PILLARS, OUTSIDE, UNMAPPED]
WEEK_BANDS = [f"weeks_{week:02d}" for week in range(14)]
"""weeks_00 is under one week, weeks_13 is thirteen weeks or more."""
LINEAGE = ["file", "sheet", "row"]


@dataclass(frozen=True)
class Table:
    """A canonical table: its name, what it holds, its key and its schema."""

    name: str
    holds: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema

    @property
    def columns(self) -> list[str]:
        """The table's columns, in order."""
        return list(self.schema.columns)

    def units(self) -> dict[str, str]:
        """Unit of every column."""
        return {name: (column.metadata or {})["unit"] for name, column in self.schema.columns.items()}


def _column(dtype: str, unit: str, holds: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(
        dtype, checks=list(checks), nullable=nullable, coerce=True, description=holds, metadata={"unit": unit}
    )


def _rule(test: Callable[[pd.Series], pd.Series], says: str) -> pa.Check:
    return pa.Check(test, ignore_na=True, error=says)


def _month(holds: str = "month, as its last day") -> pa.Column:
    says = "a month is written as its last day"
    return _column("datetime64[us]", "month end", holds, _rule(lambda days: days.dt.is_month_end, says))


def _day(holds: str, nullable: bool = False) -> pa.Column:
    return _column("datetime64[us]", "date", holds, nullable=nullable)


def _text(holds: str, nullable: bool = False) -> pa.Column:
    says = "the cell should not be empty"
    return _column("str", "text", holds, _rule(lambda words: words.str.strip().str.len() > 0, says), nullable=nullable)


def _code(holds: str, nullable: bool = False) -> pa.Column:
    says = "an organisation code is 3 to 9 capital letters and digits"
    # Workforce statistics write RYK-X for the first of two bodies that were given the code RYK.
    pattern = r"[A-Z0-9]{3,9}(-X)?"
    return _column("str", "code", holds, _rule(lambda codes: codes.str.fullmatch(pattern), says), nullable=nullable)


def _one_of(holds: str, values: Iterable[str]) -> pa.Column:
    allowed = list(values)
    says = f"should be one of {', '.join(allowed)}"
    return _column("str", "category", holds, _rule(lambda words: words.isin(allowed), says))


def _count(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    says = "a count cannot be negative"
    return _column("Int64", unit, holds, _rule(lambda numbers: numbers >= 0, says), nullable=nullable)


def _amount(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    says = "an amount cannot be negative"
    return _column("float64", unit, holds, _rule(lambda numbers: numbers >= 0, says), nullable=nullable)


def _flag(holds: str) -> pa.Column:
    return _column("boolean", "yes/no", holds, nullable=True)


def _pillar() -> pa.Column:
    return _one_of("diagnostic pillar, or outside, or unmapped", PILLAR_VALUES)


def _table(name: str, holds: str, key: Iterable[str], /, **columns: pa.Column) -> Table:
    lineage = {
        "file": _text("name of the file the row was read from"),
        "sheet": _column("str", "text", "sheet of the file; empty for a text file"),
        "row": _count("row of the file, counted from 1", "row number"),
    }
    schema = pa.DataFrameSchema({**columns, **lineage}, name=name, strict=True, ordered=False)
    return Table(name, holds, tuple(key), schema)


_ALL = [
    _table(
        "staff",
        "Staff in post by employer, profession and band.",
        ["month", "employer", "staff_group", "profession", "discipline", "level", "band", "age_band", "contract"],
        month=_month(),
        employer=_code("employing organisation"),
        pillar=_pillar(),
        staff_group=_text("staff group as published, for example Allied health professionals"),
        profession=_text("profession of the mapping, for example Diagnostic radiographers"),
        discipline=_text("care setting or specialty as published, for example Blood Sciences"),
        level=_text("level or grade title as published, for example Specialist Biomedical Scientist"),
        band=_text("Agenda for Change band (2 to 9, 8a to 8d), medical grade, or All"),
        age_band=_text("age band such as 45-49, or All"),
        contract=_text("contract type, or All"),
        headcount=_count("people", "people", nullable=True),
        wte=_amount("whole-time equivalents", "WTE"),
    ),
    _table(
        "staff_groups",
        "Staff in post by employer and main staff group. Groups are nested: never add them up.",
        ["month", "employer", "staff_group"],
        month=_month(),
        employer=_code("employing organisation, or ENG for England"),
        staff_group=_text("main staff group as published"),
        headcount=_count("people", "people", nullable=True),
        wte=_amount("whole-time equivalents", "WTE", nullable=True),
    ),
    _table(
        "activity",
        "Diagnostic tests done, by provider, test and month. Data sets overlap: never add them up.",
        ["month", "provider", "dataset", "test", "type"],
        month=_month(),
        provider=_code("providing organisation, or ENG for England"),
        dataset=_one_of("data set the count comes from", ["dm01", "did"]),
        pillar=_pillar(),
        test=_text("test or modality, by the mapping's name"),
        type=_one_of("how the test came about", ["waiting_list", "planned", "unscheduled", "all"]),
        tests=_count("tests done", "tests", nullable=True),
    ),
    _table(
        "activity_by_setting",
        "Imaging tests done in a financial year, by where the patient came from.",
        ["year_end", "provider", "test", "setting"],
        year_end=_month("last month of the financial year"),
        provider=_code("providing organisation, or ENG for England"),
        pillar=_pillar(),
        test=_text("modality, by the mapping's name"),
        setting=_text("patient source setting as published"),
        tests=_count("tests done", "tests", nullable=True),
    ),
    _table(
        "turnaround",
        "Imaging reports by time from test to report.",
        ["quarter_end", "provider", "test", "setting", "band"],
        quarter_end=_month("last month of the quarter"),
        provider=_code("providing organisation, or ENG for England"),
        pillar=_pillar(),
        test=_text("modality, by the mapping's name"),
        setting=_text("broad patient source setting as published"),
        band=_text("turnaround band as published, for example By next day"),
        share=_column(
            "float64",
            "share of cases",
            "share of the setting's cases in the band, 0 to 1",
            _rule(lambda shares: shares.between(0, 1), "a share lies between 0 and 1"),
            nullable=True,
        ),
        cases=_count("cases of the setting in the quarter", "reports", nullable=True),
    ),
    _table(
        "waiting",
        "Patients waiting at the month end, by provider and test.",
        ["month", "provider", "test"],
        month=_month(),
        provider=_code("providing organisation, or ENG for England"),
        pillar=_pillar(),
        test=_text("test, by the mapping's name"),
        waiting=_count("patients waiting", "patients"),
        waiting_6_plus=_count("patients waiting 6 weeks or more", "patients"),
        waiting_13_plus=_count("patients waiting 13 weeks or more", "patients"),
        **{
            band: _count(f"patients waiting in week {int(band[-2:])}", "patients", nullable=True) for band in WEEK_BANDS
        },
    ),
    _table(
        "missing_returns",
        "Providers that made no return for a month.",
        ["month", "provider", "dataset"],
        month=_month(),
        provider=_code("providing organisation"),
        name=_text("its name"),
        dataset=_text("data set"),
    ),
    _table(
        "absence",
        "Days lost to sickness and days available, all staff.",
        ["month", "employer"],
        month=_month(),
        employer=_code("employing organisation"),
        days_lost=_amount("full-time-equivalent days lost", "FTE days"),
        days_available=_amount("full-time-equivalent days available", "FTE days"),
    ),
    _table(
        "cdc_sites",
        "Community diagnostic centres.",
        ["site", "list"],
        site=_text("name of the centre"),
        list=_one_of("which published list", ["map", "operational"]),
        as_of=_day("date of the list", nullable=True),
        icb=_text("integrated care board as the list gives it (ONS code), empty if it does not", nullable=True),
        region=_text("region as the list gives it", nullable=True),
        address=_text("address or area", nullable=True),
        opened=_day("date the centre opened", nullable=True),
        open_12_7=_flag("open 12 hours a day, 7 days a week"),
        imaging=_flag("offers imaging"),
        endoscopy=_flag("offers endoscopy"),
        labs=_flag("offers pathology"),
        physiological=_flag("offers physiological sciences"),
        other=_flag("offers other tests"),
    ),
    _table(
        "population",
        "Registered population by age and sex.",
        ["as_of", "area", "sex", "age_band"],
        as_of=_day("date of the count"),
        area=_code("region, integrated care board or sub-location"),
        area_kind=_one_of("what the area is", ["region", "icb", "sub_icb"]),
        sex=_one_of("sex", ["female", "male"]),
        age_band=_text("age band, as 00-04 … 90-94, 95+"),
        persons=_count("registered patients", "people"),
    ),
    _table(
        "pay",
        "Annual full-time pay by scale point.",
        ["from_date", "nation", "scheme", "grade", "point", "scale"],
        from_date=_day("first day on which the point applies"),
        nation=_one_of("nation", ["england", "scotland", "wales", "northern-ireland"]),
        scheme=_one_of("pay scheme", ["afc", "medical"]),
        grade=_text("band or medical grade"),
        point=_text("point on the scale"),
        scale=_text("pay table as the file gives it, or All"),
        salary=_amount("full-time salary", "£ a year"),
    ),
    _table(
        "organisations",
        "Organisations with the dates between which each code was valid.",
        ["code", "valid_from"],
        code=_text("organisation code"),
        name=_text("name"),
        kind=_one_of("what it is", ["region", "icb", "sub_icb", "ccg", "trust", "practice", "other"]),
        parent=_text("code of the organisation above", nullable=True),
        region=_text("region code", nullable=True),
        ons_code=_text("ONS code", nullable=True),
        valid_from=_day("first day known", nullable=True),
        valid_to=_day("last day known; empty while current", nullable=True),
        successor=_text("code that took over", nullable=True),
    ),
]

TABLES: dict[str, Table] = {table.name: table for table in _ALL}


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the table's column order and types.

    Raises InputRefused naming file, sheet, row, column, value and rule of every failure,
    including rows that repeat the table's key.
    """
    table = TABLES[name]
    try:
        checked = table.schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise InputRefused(_failures(frame, error.failure_cases)) from error
    problems = list(_repeated_keys(table, checked))
    if problems:
        raise InputRefused(problems)
    return checked[table.columns].reset_index(drop=True)


def empty(name: str) -> pd.DataFrame:
    """The table with no rows."""
    table = TABLES[name]
    return table.schema.validate(pd.DataFrame({column: [] for column in table.columns}))


_KINDS = {"Int64": "a whole number", "float64": "a number", "datetime64[us]": "a date", "boolean": "yes or no"}
_RULES = {
    "not_nullable": "the cell should not be empty",
    "column_in_dataframe": "the column is missing",
    "column_in_schema": "the table has no such column",
}


def _failures(frame: pd.DataFrame, cases: pd.DataFrame) -> list[Problem]:
    failed = cases.to_dict("records")
    wrong_type = {case["column"] for case in failed if _is_type_check(case)}
    return [
        _failure(frame, case)
        for case in failed
        # A column of the wrong type fails its other checks too, with Python's words and not ours.
        if _is_type_check(case) or case["column"] not in wrong_type
    ]


def _is_type_check(case: dict[Hashable, Any]) -> bool:
    return str(case["check"]).startswith(("coerce_dtype", "dtype"))


def _rule_of(case: dict[Hashable, Any]) -> str:
    check = str(case["check"])
    if _is_type_check(case):
        wanted = check.partition("(")[2].strip("')")
        return f"the cell should hold {_KINDS.get(wanted, 'another kind of value')}"
    return _RULES.get(check, check)


def _failure(frame: pd.DataFrame, case: dict[Hashable, Any]) -> Problem:
    column, value = str(case["column"] or ""), case["failure_case"]
    if case["check"] in ("column_in_dataframe", "column_in_schema"):
        column, value = str(value), None
    shown = "" if pd.isna(value) else _shown(value)
    index = case["index"]
    if index is None or pd.isna(index) or not set(LINEAGE) <= set(frame.columns):
        files = ", ".join(sorted({str(file) for file in frame.get("file", [])}))
        return Problem(file=files, column=column, value=shown, rule=_rule_of(case))
    row = frame.loc[index]
    return Problem(
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        row=int(row["row"]),
        column=column,
        value=shown,
        rule=_rule_of(case),
    )


def _shown(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


MANY_REPEATS = 5
"""Repeats of one file's rows in another beyond which one problem names the pair of files and not every row."""


def _repeated_keys(table: Table, frame: pd.DataFrame) -> Iterable[Problem]:
    key = list(table.key)
    repeats = frame[frame.duplicated(key)]
    if repeats.empty:
        return
    firsts = frame.drop_duplicates(key)[[*key, *LINEAGE]]
    pairs = repeats.merge(firsts, on=key, suffixes=("", "_first")).sort_values(["file", "sheet", "row"])
    for _, rows in pairs.groupby(["file", "file_first"], sort=False):
        shown = rows if len(rows) <= MANY_REPEATS else rows.head(1)
        for row in shown.to_dict("records"):
            yield _repeat(key, row, len(rows) if len(rows) > MANY_REPEATS else 1)


def _repeat(key: list[str], row: dict[Hashable, Any], repeats: int) -> Problem:
    sheet = f" sheet {row['sheet_first']}" if row["sheet_first"] else ""
    first = f"{row['file_first']}{sheet} row {row['row_first']}"
    rule = f"this row repeats {', '.join(key)} of {first}; keep one of them"
    if repeats > 1:
        rule = f"this row and {repeats - 1:,} more repeat rows of {row['file_first']}; keep one of the two files"
        if row["file"] == row["file_first"]:
            rule = f"this row and {repeats - 1:,} more repeat earlier rows of the same file; keep each row once"
    return Problem(
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        row=int(row["row"]),
        value=", ".join(_shown(row[column]) for column in key),
        rule=rule,
    )
