"""The tables that published files fill. An employer's own extract and returns fill staff and activity too."""

from __future__ import annotations

import pandas as pd

from pipeline import schema
from pipeline.reference import limit
from pipeline.schema import RowRule

WEEK_BANDS = [f"weeks_{week:02d}" for week in range(14)]
"""weeks_00 is under one week, weeks_13 is thirteen weeks or more."""
HCHS, ESR, RETURN = "hchs", "esr", "return"
"""Data sets of staff: published workforce statistics, an extract of staff records, an employer's return."""
DM01, DID, LOCAL = "dm01", "did", "local"
"""Data sets of tests: key diagnostic tests, all imaging, and what employers counted themselves."""

ENGLAND_TOO = "providing organisation, or ENG for England"


def wte_fits_headcount(says_who: str = "") -> RowRule:
    """WTE is not more than people could work, and nobody is nobody's WTE."""
    most = limit("wte_a_head")

    def holds(rows: pd.DataFrame) -> pd.Series:
        fits = rows["headcount"].isna() | (rows["wte"] <= rows["headcount"].astype("float64") * most)
        # A person with two roles counts once, and the WTE of the second may stand in a group where nobody is counted.
        return fits | rows["dataset"].isin([HCHS, ESR]) if "dataset" in rows else fits

    return RowRule(("wte", "headcount"), holds, f"WTE is more than {most:g} for each person{says_who}; check both")


PUBLISHED = [
    schema.table(
        "staff",
        "Staff in post by employer, profession and band. Data sets overlap: never add them up.",
        [
            *("month", "employer", "dataset", "staff_group", "profession", "discipline"),
            *("level", "band", "age_band", "contract"),
        ],
        held_by="the employer's workforce information team (electronic staff record); NHS England publishes all trusts",
        sent_by=["employer"],
        fixed={"dataset": RETURN, "discipline": "All", "level": "All"},
        example={
            "month": "2025-09-30",
            "employer": "ZZ1",
            "dataset": RETURN,
            "pillar": "imaging",
            "staff_group": "Allied health professionals",
            "profession": "Diagnostic radiographers",
            "discipline": "All",
            "level": "All",
            "band": "6",
            "age_band": "35-39",
            "contract": "Permanent",
            "headcount": 42,
            "wte": 36.4,
        },
        rules=[wte_fits_headcount()],
        columns={
            "month": schema.month(),
            "employer": schema.employer(),
            "dataset": schema.one_of("data set the row comes from", [HCHS, ESR, RETURN]),
            "pillar": schema.pillar(),
            "staff_group": schema.text("staff group as published, for example Allied health professionals"),
            "profession": schema.profession("profession of the mapping, for example Diagnostic radiographers"),
            "discipline": schema.text("care setting or specialty as published, for example Blood Sciences, or All"),
            "level": schema.text("level or grade title as published, for example Specialist Practitioner, or All"),
            "band": schema.band(),
            "age_band": schema.text("age band such as 45-49, or All"),
            "contract": schema.text("contract type, or All"),
            "headcount": schema.count("people", "people", nullable=True),
            "wte": schema.amount("whole-time equivalents", "WTE"),
        },
    ),
    schema.table(
        "staff_groups",
        "Staff in post by employer and main staff group. Groups are nested: never add them up.",
        ["month", "employer", "staff_group"],
        held_by="NHS England (published)",
        example={
            "month": "2025-09-30",
            "employer": "ZZ1",
            "staff_group": "Support to ST&T staff",
            "headcount": 512,
            "wte": 437.2,
        },
        columns={
            "month": schema.month(),
            "employer": schema.code("employing organisation, or ENG for England"),
            "staff_group": schema.text("main staff group as published"),
            "headcount": schema.count("people", "people", nullable=True),
            "wte": schema.amount("whole-time equivalents", "WTE", nullable=True),
        },
    ),
    schema.table(
        "activity",
        "Diagnostic tests done, by provider, test and month. Data sets overlap: never add them up.",
        ["month", "provider", "dataset", "test", "type"],
        held_by="the provider's performance team; NHS England publishes all but laboratory tests, "
        "which the pathology network holds",
        sent_by=["employer"],
        fixed={"dataset": LOCAL, "type": "all"},
        example={
            "month": "2025-09-30",
            "provider": "ZZ1",
            "dataset": LOCAL,
            "pillar": "labs",
            "test": "Histopathology",
            "type": "all",
            "tests": 4210,
        },
        columns={
            "month": schema.month(),
            "provider": schema.code(ENGLAND_TOO, vocabulary="provider"),
            "dataset": schema.one_of("data set the count comes from", [DM01, DID, LOCAL]),
            "pillar": schema.pillar(),
            "test": schema.counted_test("test or modality, by the mapping's name"),
            "type": schema.one_of("how the test came about", ["waiting_list", "planned", "unscheduled", "all"]),
            "tests": schema.count("tests done", "tests", nullable=True),
        },
    ),
    schema.table(
        "activity_by_setting",
        "Imaging tests done in a financial year, by where the patient came from.",
        ["year_end", "provider", "test", "setting"],
        held_by="NHS England (published)",
        example={
            "year_end": "2025-03-31",
            "provider": "ZZ1",
            "pillar": "imaging",
            "test": "CT",
            "setting": "GP Direct Access",
            "tests": 6105,
        },
        columns={
            "year_end": schema.month("last month of the financial year"),
            "provider": schema.code(ENGLAND_TOO),
            "pillar": schema.pillar(),
            "test": schema.text("modality, by the mapping's name"),
            "setting": schema.text("patient source setting as published"),
            "tests": schema.count("tests done", "tests", nullable=True),
        },
    ),
    schema.table(
        "turnaround",
        "Imaging reports by time from test to report.",
        ["quarter_end", "provider", "test", "setting", "band"],
        held_by="NHS England (published)",
        example={
            "quarter_end": "2025-03-31",
            "provider": "ZZ1",
            "pillar": "imaging",
            "test": "MRI",
            "setting": "Elective",
            "band": "By next day",
            "share": 0.41,
            "cases": 5210,
        },
        columns={
            "quarter_end": schema.month("last month of the quarter"),
            "provider": schema.code(ENGLAND_TOO),
            "pillar": schema.pillar(),
            "test": schema.text("modality, by the mapping's name"),
            "setting": schema.text("broad patient source setting as published"),
            "band": schema.text("turnaround band as published, for example By next day"),
            "share": schema.share("share of the setting's cases in the band, 0 to 1", "cases", nullable=True),
            "cases": schema.count("cases of the setting in the quarter", "reports", nullable=True),
        },
    ),
    schema.table(
        "waiting",
        "Patients waiting at the month end, by provider and test.",
        ["month", "provider", "test"],
        held_by="NHS England (published)",
        example={
            "month": "2025-09-30",
            "provider": "ZZ1",
            "pillar": "endoscopy",
            "test": "Colonoscopy",
            "waiting": 812,
            "waiting_6_plus": 240,
            "waiting_13_plus": 61,
            **dict.fromkeys(WEEK_BANDS, 58),
        },
        columns={
            "month": schema.month(),
            "provider": schema.code(ENGLAND_TOO),
            "pillar": schema.pillar(),
            "test": schema.text("test, by the mapping's name"),
            "waiting": schema.count("patients waiting", "patients"),
            "waiting_6_plus": schema.count("patients waiting 6 weeks or more", "patients"),
            "waiting_13_plus": schema.count("patients waiting 13 weeks or more", "patients"),
            **{
                band: schema.count(f"patients waiting in week {int(band[-2:])}", "patients", nullable=True)
                for band in WEEK_BANDS
            },
        },
    ),
    schema.table(
        "missing_returns",
        "Providers that made no return for a month.",
        ["month", "provider", "dataset"],
        held_by="NHS England (published)",
        example={"month": "2025-01-31", "provider": "ZZ3", "name": "Vale of Corvane Hospitals", "dataset": "dm01"},
        columns={
            "month": schema.month(),
            "provider": schema.code("providing organisation"),
            "name": schema.text("its name"),
            "dataset": schema.text("data set"),
        },
    ),
    schema.table(
        "absence",
        "Days lost to sickness and days available, all staff.",
        ["month", "employer"],
        held_by="NHS England (published)",
        example={"month": "2025-09-30", "employer": "ZZ1", "days_lost": 11830.5, "days_available": 236100.0},
        columns={
            "month": schema.month(),
            "employer": schema.code("employing organisation"),
            "days_lost": schema.amount("full-time-equivalent days lost", "FTE days"),
            "days_available": schema.amount("full-time-equivalent days available", "FTE days"),
        },
    ),
    schema.table(
        "cdc_sites",
        "Community diagnostic centres.",
        ["site", "list"],
        held_by="Department of Health and Social Care (published)",
        example={
            "site": "Larkmere Gateway CDC",
            "list": "map",
            "as_of": "2025-06-30",
            "icb": "E54000991",
            "region": "Western Reach",
            "address": "Larkmere",
            "opened": "2022-03-14",
            "open_12_7": True,
            "imaging": True,
            "endoscopy": True,
            "labs": True,
            "physiological": True,
            "other": False,
        },
        columns={
            "site": schema.text("name of the centre"),
            "list": schema.one_of("which published list", ["map", "operational"]),
            "as_of": schema.day("date of the list", nullable=True),
            "icb": schema.text(
                "integrated care board as the list gives it (ONS code), empty if it does not", nullable=True
            ),
            "region": schema.text("region as the list gives it", nullable=True),
            "address": schema.text("address or area", nullable=True),
            "opened": schema.day("date the centre opened", nullable=True),
            "open_12_7": schema.flag("open 12 hours a day, 7 days a week"),
            "imaging": schema.flag("offers imaging"),
            "endoscopy": schema.flag("offers endoscopy"),
            "labs": schema.flag("offers pathology"),
            "physiological": schema.flag("offers physiological sciences"),
            "other": schema.flag("offers other tests"),
        },
    ),
    schema.table(
        "population",
        "Registered population by age and sex.",
        ["as_of", "area", "sex", "age_band"],
        held_by="NHS England (published)",
        example={
            "as_of": "2025-10-01",
            "area": "Q4W",
            "area_kind": "icb",
            "sex": "female",
            "age_band": "60-64",
            "persons": 35120,
        },
        columns={
            "as_of": schema.day("date of the count"),
            "area": schema.code("region, integrated care board or sub-location"),
            "area_kind": schema.one_of("what the area is", ["region", "icb", "sub_icb"]),
            "sex": schema.one_of("sex", ["female", "male"]),
            "age_band": schema.text("age band, as 00-04 … 90-94, 95+"),
            "persons": schema.count("registered patients", "people"),
        },
    ),
    schema.table(
        "pay",
        "Annual full-time pay by scale point.",
        ["from_date", "nation", "scheme", "grade", "point", "scale"],
        held_by="NHS Employers (published)",
        example={
            "from_date": "2025-04-01",
            "nation": "england",
            "scheme": "afc",
            "grade": "6",
            "point": "Year 1",
            "scale": "All",
            "salary": 38682.0,
        },
        columns={
            "from_date": schema.day("first day on which the point applies"),
            "nation": schema.one_of("nation", ["england", "scotland", "wales", "northern-ireland"]),
            "scheme": schema.one_of("pay scheme", ["afc", "medical"]),
            "grade": schema.text("band or medical grade"),
            "point": schema.text("point on the scale"),
            "scale": schema.text("pay table as the file gives it, or All"),
            "salary": schema.amount("full-time salary", "£ a year"),
        },
    ),
    schema.table(
        "organisations",
        "Organisations with the dates between which each code was valid.",
        ["code", "valid_from"],
        held_by="NHS England (published)",
        example={
            "code": "ZZ1",
            "name": "Larkmere University Hospitals NHS Foundation Trust",
            "kind": "trust",
            "parent": "Q4W",
            "region": "Y91",
            "ons_code": None,
            "valid_from": "2004-04-01",
            "valid_to": None,
            "successor": None,
        },
        columns={
            "code": schema.text("organisation code"),
            "name": schema.text("name"),
            "kind": schema.one_of("what it is", ["region", "icb", "sub_icb", "ccg", "trust", "practice", "other"]),
            "parent": schema.text("code of the organisation above", nullable=True),
            "region": schema.text("region code", nullable=True),
            "ons_code": schema.text("ONS code", nullable=True),
            "valid_from": schema.day("first day known", nullable=True),
            "valid_to": schema.day("last day known; empty while current", nullable=True),
            "successor": schema.text("code that took over", nullable=True),
        },
    ),
]
