"""The tables of the operational plan, of community diagnostic centres and of the population to come."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline import schema
from pipeline.reference import limit
from pipeline.schema import RowRule

BASELINE, PLANNED, OUTTURN = "baseline", "planned", "outturn"
KINDS = [BASELINE, PLANNED, OUTTURN]


def adds_up_to_one(share: str, of: tuple[str, ...]) -> RowRule:
    """The shares of each group of rows add up to 1, but for the rounding of each."""

    def holds(rows: pd.DataFrame) -> pd.Series:
        groups = rows.groupby(list(of), dropna=False)[share]
        spare = groups.transform("size") * limit("skill_mix_rounding")
        return pd.Series(np.abs(groups.transform("sum") - 1) <= spare + 1e-9, index=rows.index)

    return RowRule((share,), holds, f"the shares of one {' and '.join(of)} should add up to 1", once_per=of)


PLANNING = [
    schema.table(
        "planned_wte",
        "The operational plan's staff: where it began (baseline), what was planned, and what came of it (outturn).",
        ["cycle", "kind", "month", "employer", "profession"],
        held_by="the ICB's and employers' planning teams (operational plan workforce return)",
        sent_by=["employer"],
        example={
            "cycle": "2025/26",
            "kind": PLANNED,
            "month": "2025-09-30",
            "employer": "ZZ1",
            "pillar": "imaging",
            "profession": "Diagnostic radiographers",
            "wte": 212.5,
        },
        columns={
            "cycle": schema.financial_year("planning cycle, as 2025/26"),
            "kind": schema.one_of("baseline, planned or outturn", KINDS),
            "month": schema.month(),
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "profession": schema.profession(),
            "wte": schema.amount("whole-time equivalents in post", "WTE"),
        },
    ),
    schema.table(
        "planned_activity",
        "The operational plan's tests: where it began (baseline), what was planned, and what came of it (outturn).",
        ["cycle", "kind", "month", "provider", "test"],
        held_by="the ICB's and providers' planning teams (operational plan activity return)",
        sent_by=["employer"],
        example={
            "cycle": "2025/26",
            "kind": PLANNED,
            "month": "2025-09-30",
            "provider": "ZZ1",
            "pillar": "imaging",
            "test": "CT",
            "tests": 8240,
        },
        columns={
            "cycle": schema.financial_year("planning cycle, as 2025/26"),
            "kind": schema.one_of("baseline, planned or outturn", KINDS),
            "month": schema.month(),
            "provider": schema.code("providing organisation", vocabulary="provider"),
            "pillar": schema.own_pillar(),
            "test": schema.counted_test(),
            "tests": schema.count("tests", "tests"),
        },
    ),
    schema.table(
        "cdc_plans",
        "Each community diagnostic centre's plan: who runs it, since when, and how long it is open.",
        ["site"],
        held_by="the trust that hosts the centre",
        sent_by=["cdc_host"],
        example={
            "site": "Larkmere Gateway CDC",
            "host": "ZZ1",
            "status": "open",
            "planned_opening": "2022-03-31",
            "opening": "2022-03-31",
            "hours_week": 84.0,
            "utilisation": 0.85,
            "ramp_months": 9,
        },
        rules=[
            RowRule(
                ("opening", "planned_opening"),
                lambda rows: rows["opening"] >= rows["planned_opening"] - pd.DateOffset(years=1),
                "a centre does not open a year before it was planned to; check both months",
            )
        ],
        columns={
            "site": schema.text("name of the centre"),
            "host": schema.employer("employer that runs the centre"),
            "status": schema.one_of("where it stands", ["open", "ramping up", "planned"]),
            "planned_opening": schema.month("month in which it was first planned to open, as its last day"),
            "opening": schema.month("month in which it opened or is now expected to open, as its last day"),
            "hours_week": schema.between("hours open a week", "hours a week", 0, limit("hours_a_week")),
            "utilisation": schema.share("share of open room time to be filled once it runs in full", "room time"),
            "ramp_months": schema.count("months from opening to running in full", "months"),
        },
    ),
    schema.table(
        "cdc_rooms",
        "Rooms of each community diagnostic centre, and its mix of tests.",
        ["site", "test"],
        held_by="the trust that hosts the centre",
        sent_by=["cdc_host"],
        example={
            "site": "Larkmere Gateway CDC",
            "pillar": "imaging",
            "test": "CT",
            "rooms": 1,
            "slot_minutes": 20.0,
            "share_of_tests": 0.18,
            "share_new": 0.6,
        },
        rules=[adds_up_to_one("share_of_tests", ("site",))],
        columns={
            "site": schema.text("name of the centre", vocabulary="site"),
            "pillar": schema.own_pillar(),
            "test": schema.counted_test(),
            "rooms": schema.count("rooms for this test", "rooms"),
            "slot_minutes": schema.between("length of an appointment", "minutes", 1, 600),
            "share_of_tests": schema.share("share of the centre's tests that are of this kind", "the centre's tests"),
            "share_new": schema.share("share of these tests that are new and not shifted from hospital", "these tests"),
        },
    ),
    schema.table(
        "cdc_staffing",
        "Staff of each community diagnostic centre for each room that is open.",
        ["site", "test", "profession", "band"],
        held_by="the trust that hosts the centre",
        sent_by=["cdc_host"],
        example={
            "site": "Larkmere Gateway CDC",
            "pillar": "imaging",
            "test": "CT",
            "profession": "Diagnostic radiographers",
            "band": "6",
            "staff_per_room_hour": 2.0,
            "share_recruited": 0.7,
            "redeployed_from": "ZZ1",
        },
        rules=[
            RowRule(
                ("redeployed_from", "share_recruited"),
                lambda rows: (rows["share_recruited"] == 1) | rows["redeployed_from"].notna(),
                "where some staff are redeployed, say from which employer",
            )
        ],
        columns={
            "site": schema.text("name of the centre", vocabulary="site"),
            "pillar": schema.own_pillar(),
            "test": schema.counted_test(),
            "profession": schema.profession(),
            "band": schema.band(),
            "staff_per_room_hour": schema.between("staff at work for each open room", "people", 0, 20),
            "share_recruited": schema.share("share recruited; the rest are redeployed", "these staff"),
            "redeployed_from": schema.employer("employer that the others come from", nullable=True),
        },
    ),
    schema.table(
        "cdc_activity",
        "Tests done at each community diagnostic centre. They are part of the host's tests: never add them to those.",
        ["month", "site", "test"],
        held_by="the trust that hosts the centre (monthly CDC return)",
        sent_by=["cdc_host"],
        example={
            "month": "2025-09-30",
            "site": "Larkmere Gateway CDC",
            "pillar": "imaging",
            "test": "CT",
            "tests": 1120,
        },
        columns={
            "month": schema.month(),
            "site": schema.text("name of the centre", vocabulary="site"),
            "pillar": schema.own_pillar(),
            "test": schema.counted_test(),
            "tests": schema.count("tests done", "tests"),
        },
    ),
    schema.table(
        "population_projection",
        "Population expected in each year, by age and sex.",
        ["year", "area", "sex", "age_band"],
        held_by="the Office for National Statistics, or the ICB's population health team",
        sent_by=["icb"],
        example={"year": 2030, "area": "Q4W", "sex": "female", "age_band": "75-79", "persons": 41200},
        columns={
            "year": schema.between_whole("calendar year, at mid-year", "year", 2000, 2100),
            "area": schema.code("integrated care board or sub-location"),
            "sex": schema.one_of("sex", ["female", "male"]),
            "age_band": schema.text("age band, as 00-04 … 90-94, 95+"),
            "persons": schema.count("people", "people"),
        },
    ),
]
