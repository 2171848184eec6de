"""The tables of how work becomes staff: rooms, rotas, skill mix, reporting, and a plan's own standards."""

from __future__ import annotations

import pandas as pd

from pipeline import schema
from pipeline.reference import limit
from pipeline.schema import RowRule
from pipeline.tables.planning import adds_up_to_one

REPORTERS = ["consultant", "reporting radiographer", "advanced scientist", "insourced", "outsourced"]


def _low_value_high(rows: pd.DataFrame) -> pd.Series:
    both = rows["low"].notna() & rows["high"].notna()
    neither = rows["low"].isna() & rows["high"].isna()
    return neither | (both & (rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"]))


CAPACITY = [
    schema.table(
        "rooms",
        "Rooms of each employer outside community diagnostic centres, and who staffs them.",
        ["employer", "test", "profession"],
        held_by="the employer's diagnostic service managers",
        sent_by=["employer"],
        example={
            "employer": "ZZ1",
            "pillar": "imaging",
            "test": "CT",
            "profession": "Diagnostic radiographers",
            "rooms": 4,
            "open_hours_week": 84.0,
            "staff_per_room": 2.0,
        },
        columns={
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "test": schema.counted_test(),
            "profession": schema.profession(),
            "rooms": schema.count("rooms for this test", "rooms"),
            "open_hours_week": schema.between(
                "hours each room is open a week", "hours a week", 0, limit("hours_a_week")
            ),
            "staff_per_room": schema.between("staff of the profession at work in each room", "people", 0, 20),
        },
    ),
    schema.table(
        "rota_posts",
        "Posts that must be covered whatever the work: on call, resident and shift rotas.",
        ["employer", "profession", "rota"],
        held_by="the employer's diagnostic service managers",
        sent_by=["employer"],
        example={
            "employer": "ZZ1",
            "pillar": "labs",
            "profession": "Healthcare scientists: blood sciences",
            "rota": "Blood sciences nights and weekends",
            "posts": 2,
            "hours_week": 128.0,
        },
        columns={
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "profession": schema.profession(),
            "rota": schema.text("name of the rota"),
            "posts": schema.count("people at work at the same time", "people"),
            "hours_week": schema.between("hours covered a week", "hours a week", 0, limit("hours_a_week")),
        },
    ),
    schema.table(
        "skill_mix",
        "Who does each kind of work: shares over professions and bands that add up to 1.",
        ["pillar", "work", "profession", "band"],
        held_by="the ICB's diagnostic networks",
        sent_by=["icb"],
        example={
            "pillar": "imaging",
            "work": "CT scanning",
            "profession": "Diagnostic radiographers",
            "band": "6",
            "share": 0.55,
        },
        rules=[adds_up_to_one("share", ("pillar", "work"))],
        columns={
            "pillar": schema.own_pillar(),
            "work": schema.text("the work that is shared out, for example CT scanning"),
            "profession": schema.profession(),
            "band": schema.band(),
            "share": schema.share("share of the work", "the work"),
        },
    ),
    schema.table(
        "standards",
        "The plan's own standards: minutes, points, leave and the like, each in place of a default (docs/method.md).",
        ["kind", "item", "test", "profession"],
        held_by="the ICB's diagnostic networks and service managers",
        sent_by=["icb"],
        example={
            "kind": "minutes",
            "item": None,
            "test": "CT",
            "profession": "Diagnostic radiographers",
            "label": "Minutes of radiographers for each CT",
            "unit": "minutes",
            "value": 38.0,
            "low": 30.0,
            "high": 50.0,
            "scale": "log",
            "grade": "published",
            "source": "Fictional sample: timed sessions at two employers",
            "link": None,
            "from_date": "2025-04-01",
            "owner": "Imaging Network Director",
            "signed_off_by": "Diagnostics Programme Board",
            "signed_off_on": "2025-05-14",
        },
        rules=[
            RowRule(
                ("value", "low", "high"), _low_value_high, "low and high are given together, and the value lies between"
            ),
            RowRule(
                ("source", "grade"),
                lambda rows: (rows["grade"] == "placeholder") | rows["source"].notna(),
                "a figure that is not a placeholder names its source",
            ),
            RowRule(
                ("signed_off_on", "signed_off_by"),
                lambda rows: rows["signed_off_by"].isna() == rows["signed_off_on"].isna(),
                "a sign-off has a name and a date",
            ),
        ],
        columns={
            "kind": schema.one_of(
                "what it is",
                [
                    *("minutes", "points", "points_per_list", "list_hours", "category_allowance", "unavailable"),
                    *("contract_hours_week", "activity_growth", "productivity_growth"),
                ],
            ),
            "item": schema.text("which part, where there are several: sickness, study leave", nullable=True),
            "test": schema.counted_test("test it is for", nullable=True),
            "profession": schema.text("profession it is for", nullable=True, vocabulary="profession"),
            "label": schema.text("the standard in a few words"),
            "unit": schema.text("unit of the value"),
            "value": schema.number("the value", "as the unit says"),
            "low": schema.number("10th percentile: one in ten would be lower", "as the unit says", nullable=True),
            "high": schema.number("90th percentile: one in ten would be higher", "as the unit says", nullable=True),
            "scale": schema.one_of("scale on which the range is even", ["linear", "log", "logit"]),
            "grade": schema.one_of("how good the figure is", ["published", "derived", "measured", "placeholder"]),
            "source": schema.text("where the figure was read", nullable=True),
            "link": schema.text("address of the source", nullable=True),
            "from_date": schema.day("day from which it holds"),
            "owner": schema.text("who keeps it up to date", nullable=True),
            "signed_off_by": schema.text("who agreed to it", nullable=True),
            "signed_off_on": schema.day("when", nullable=True),
        },
    ),
    schema.table(
        "reporting",
        "Reports made each month, who made them, how long they took, and how many were late.",
        ["month", "employer", "test", "reporter"],
        held_by="the employer's imaging and pathology service managers",
        sent_by=["employer"],
        example={
            "month": "2025-09-30",
            "employer": "ZZ1",
            "pillar": "imaging",
            "test": "CT",
            "reporter": "consultant",
            "reports": 5240,
            "minutes_each": 15.0,
            "pas_week": 62.0,
            "rvus": 9170.0,
            "median_days": 3.0,
            "over_28_days": 112,
        },
        rules=[
            RowRule(
                ("over_28_days", "reports"),
                lambda rows: rows["over_28_days"].isna() | (rows["over_28_days"] <= rows["reports"]),
                "more reports are late than were made",
            )
        ],
        columns={
            "month": schema.month(),
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "test": schema.counted_test("test or specimen that is reported, by the mapping's name"),
            "reporter": schema.one_of("who reported", REPORTERS),
            "reports": schema.count("reports made", "reports"),
            "minutes_each": schema.between("minutes for each report", "minutes", 0, 600, nullable=True),
            "pas_week": schema.amount(
                "programmed activities for reporting, all reporters together", "PAs a week", nullable=True
            ),
            "rvus": schema.amount("relative value units of the reports", "RVUs", nullable=True),
            "median_days": schema.amount("middle of the days from test to report", "days", nullable=True),
            "over_28_days": schema.count("reports that took more than 28 days", "reports", nullable=True),
        },
    ),
]
