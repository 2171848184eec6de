"""The canonical tables: one schema each, with units. The contract every room shares.

All tables are tidy. Months are month ends. WTE and headcount are separate columns and never mix.
Every row carries its lineage: the file, sheet and row it was read from.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from pipeline import schema
from pipeline.problems import InputRefused
from pipeline.schema import LINEAGE, OUTSIDE, PILLAR_VALUES, UNMAPPED, Table
from pipeline.table_problems import failures, repeated_keys

__all__ = ["LINEAGE", "OUTSIDE", "PILLAR_VALUES", "TABLES", "UNMAPPED", "WEEK_BANDS", "Table", "empty", "validate"]

WEEK_BANDS = [f"weeks_{week:02d}" for week in range(14)]
"""weeks_00 is under one week, weeks_13 is thirteen weeks or more."""

_ALL = [
    schema.table(
        "staff",
        "Staff in post by employer, profession and band.",
        ["month", "employer", "staff_group", "profession", "discipline", "level", "band", "age_band", "contract"],
        month=schema.month(),
        employer=schema.code("employing organisation"),
        pillar=schema.pillar(),
        staff_group=schema.text("staff group as published, for example Allied health professionals"),
        profession=schema.text("profession of the mapping, for example Diagnostic radiographers"),
        discipline=schema.text("care setting or specialty as published, for example Blood Sciences"),
        level=schema.text("level or grade title as published, for example Specialist Biomedical Scientist"),
        band=schema.text("Agenda for Change band (2 to 9, 8a to 8d), medical grade, or All"),
        age_band=schema.text("age band such as 45-49, or All"),
        contract=schema.text("contract type, or All"),
        headcount=schema.count("people", "people", nullable=True),
        wte=schema.amount("whole-time equivalents", "WTE"),
    ),
    schema.table(
        "staff_groups",
        "Staff in post by employer and main staff group. Groups are nested: never add them up.",
        ["month", "employer", "staff_group"],
        month=schema.month(),
        employer=schema.code("employing organisation, or ENG for England"),
        staff_group=schema.text("main staff group as published"),
        headcount=schema.count("people", "people", nullable=True),
        wte=schema.amount("whole-time equivalents", "WTE", nullable=True),
    ),
    schema.table(
        "activity",
        "Diagnostic tests done, by provider, test and month. Data sets overlap: never add them up.",
        ["month", "provider", "dataset", "test", "type"],
        month=schema.month(),
        provider=schema.code("providing organisation, or ENG for England"),
        dataset=schema.one_of("data set the count comes from", ["dm01", "did"]),
        pillar=schema.pillar(),
        test=schema.text("test or modality, by the mapping's name"),
        type=schema.one_of("how the test came about", ["waiting_list", "planned", "unscheduled", "all"]),
        tests=schema.count("tests done", "tests", nullable=True),
    ),
    schema.table(
        "activity_by_setting",
        "Imaging tests done in a financial year, by where the patient came from.",
        ["year_end", "provider", "test", "setting"],
        year_end=schema.month("last month of the financial year"),
        provider=schema.code("providing organisation, or ENG for England"),
        pillar=schema.pillar(),
        test=schema.text("modality, by the mapping's name"),
        setting=schema.text("patient source setting as published"),
        tests=schema.count("tests done", "tests", nullable=True),
    ),
    schema.table(
        "turnaround",
        "Imaging reports by time from test to report.",
        ["quarter_end", "provider", "test", "setting", "band"],
        quarter_end=schema.month("last month of the quarter"),
        provider=schema.code("providing organisation, or ENG for England"),
        pillar=schema.pillar(),
        test=schema.text("modality, by the mapping's name"),
        setting=schema.text("broad patient source setting as published"),
        band=schema.text("turnaround band as published, for example By next day"),
        share=schema.column(
            "float64",
            "share of cases",
            "share of the setting's cases in the band, 0 to 1",
            schema.rule(lambda shares: shares.between(0, 1), "a share lies between 0 and 1"),
            nullable=True,
        ),
        cases=schema.count("cases of the setting in the quarter", "reports", nullable=True),
    ),
    schema.table(
        "waiting",
        "Patients waiting at the month end, by provider and test.",
        ["month", "provider", "test"],
        month=schema.month(),
        provider=schema.code("providing organisation, or ENG for England"),
        pillar=schema.pillar(),
        test=schema.text("test, by the mapping's name"),
        waiting=schema.count("patients waiting", "patients"),
        waiting_6_plus=schema.count("patients waiting 6 weeks or more", "patients"),
        waiting_13_plus=schema.count("patients waiting 13 weeks or more", "patients"),
        **{
            band: schema.count(f"patients waiting in week {int(band[-2:])}", "patients", nullable=True)
            for band in WEEK_BANDS
        },
    ),
    schema.table(
        "missing_returns",
        "Providers that made no return for a month.",
        ["month", "provider", "dataset"],
        month=schema.month(),
        provider=schema.code("providing organisation"),
        name=schema.text("its name"),
        dataset=schema.text("data set"),
    ),
    schema.table(
        "absence",
        "Days lost to sickness and days available, all staff.",
        ["month", "employer"],
        month=schema.month(),
        employer=schema.code("employing organisation"),
        days_lost=schema.amount("full-time-equivalent days lost", "FTE days"),
        days_available=schema.amount("full-time-equivalent days available", "FTE days"),
    ),
    schema.table(
        "cdc_sites",
        "Community diagnostic centres.",
        ["site", "list"],
        site=schema.text("name of the centre"),
        list=schema.one_of("which published list", ["map", "operational"]),
        as_of=schema.day("date of the list", nullable=True),
        icb=schema.text("integrated care board as the list gives it (ONS code), empty if it does not", nullable=True),
        region=schema.text("region as the list gives it", nullable=True),
        address=schema.text("address or area", nullable=True),
        opened=schema.day("date the centre opened", nullable=True),
        open_12_7=schema.flag("open 12 hours a day, 7 days a week"),
        imaging=schema.flag("offers imaging"),
        endoscopy=schema.flag("offers endoscopy"),
        labs=schema.flag("offers pathology"),
        physiological=schema.flag("offers physiological sciences"),
        other=schema.flag("offers other tests"),
    ),
    schema.table(
        "population",
        "Registered population by age and sex.",
        ["as_of", "area", "sex", "age_band"],
        as_of=schema.day("date of the count"),
        area=schema.code("region, integrated care board or sub-location"),
        area_kind=schema.one_of("what the area is", ["region", "icb", "sub_icb"]),
        sex=schema.one_of("sex", ["female", "male"]),
        age_band=schema.text("age band, as 00-04 … 90-94, 95+"),
        persons=schema.count("registered patients", "people"),
    ),
    schema.table(
        "pay",
        "Annual full-time pay by scale point.",
        ["from_date", "nation", "scheme", "grade", "point", "scale"],
        from_date=schema.day("first day on which the point applies"),
        nation=schema.one_of("nation", ["england", "scotland", "wales", "northern-ireland"]),
        scheme=schema.one_of("pay scheme", ["afc", "medical"]),
        grade=schema.text("band or medical grade"),
        point=schema.text("point on the scale"),
        scale=schema.text("pay table as the file gives it, or All"),
        salary=schema.amount("full-time salary", "£ a year"),
    ),
    schema.table(
        "organisations",
        "Organisations with the dates between which each code was valid.",
        ["code", "valid_from"],
        code=schema.text("organisation code"),
        name=schema.text("name"),
        kind=schema.one_of("what it is", ["region", "icb", "sub_icb", "ccg", "trust", "practice", "other"]),
        parent=schema.text("code of the organisation above", nullable=True),
        region=schema.text("region code", nullable=True),
        ons_code=schema.text("ONS code", nullable=True),
        valid_from=schema.day("first day known", nullable=True),
        valid_to=schema.day("last day known; empty while current", nullable=True),
        successor=schema.text("code that took over", nullable=True),
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
        raise InputRefused(failures(frame, error.failure_cases)) from error
    problems = list(repeated_keys(table, checked))
    if problems:
        raise InputRefused(problems)
    return checked[table.columns].reset_index(drop=True)


def empty(name: str) -> pd.DataFrame:
    """The table with no rows."""
    table = TABLES[name]
    return table.schema.validate(pd.DataFrame({column: [] for column in table.columns}))
