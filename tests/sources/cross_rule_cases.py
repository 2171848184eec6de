"""For each rule between tables: the smallest tables that keep it, and what breaks it with what is then said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canonical_rows import rows

from pipeline.plan import Plan, PlanFile
from pipeline.sources.reading import Tables

Sent = Mapping[str, Sequence[Mapping[str, Any]]]
"""Tables by name: for each row, what is changed in the table's example."""
SHEET = "Sent"


def plan(**keys: Any) -> Plan:
    """A plan of one employer, from September 2025 for five years."""
    words = {
        "name": "Larkmere",
        "ics": ["Q4W"],
        "employers": {"ZZ1": "Larkmere", "ZZ2": "Thessick"},
        "education_providers": {"ZZU1": "University of Larkmere"},
        "base_month": "2025-09",
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
        **keys,
    }
    return Plan(folder=Path("larkmere"), file=PlanFile.model_validate(words), sources=())


def tables(sent: Sent) -> Tables:
    """The canonical tables, each from a workbook of its name."""
    return {name: rows(name, *changes, file=f"{name}.xlsx", sheet=SHEET) for name, changes in sent.items()}


@dataclass(frozen=True)
class Case:
    """A rule: tables that keep it, the same with something broken, and the problem that is then the only one.

    `at` is table, row and column; `says` are words of the rule and `found` the value shown.
    """

    name: str
    kept: Sent
    broken: Sent
    at: tuple[str, int, str]
    says: tuple[str, ...]
    found: str


ORGANISATIONS = [
    {"code": "Q4W", "kind": "icb", "name": "Larkmere Board", "parent": None},
    {"code": "ZZ1"},
    {"code": "ZZ9", "valid_to": "2024-03-31", "name": "Old Corvane Trust"},
    {"code": "ZS1", "kind": "sub_icb", "name": "Larkmere Place"},
    {"code": "ZZ7", "parent": "QXX", "name": "Farmoor Trust", "kind": "other"},
]
HISTORY = {"month": "2025-08-31"}
LINE = [
    {"kind": "baseline", "month": "2025-03-31"},
    *({"kind": "planned", "month": f"2025-{month:02d}-{day}"} for month, day in ((10, 31), (11, 30), (12, 31))),
    *({"kind": "planned", "month": month} for month in ("2026-01-31", "2026-02-28", "2026-03-31")),
]
"""A line of the operational plan from the month after the base month to the end of its cycle."""
OLD_LINE = [{**row, "cycle": "2024/25", "month": f"{int(row['month'][:4]) - 1}{row['month'][4:]}"} for row in LINE]
"""The same a year before."""
EARLY = [
    {"cycle": "2024/25", "kind": "baseline", "month": "2024-02-29"},
    *({"cycle": "2024/25", "kind": "planned", "month": month} for month in ("2024-03-31", "2024-04-30")),
]
BOTH_SEXES = [
    {"year": year, "sex": sex, "age_band": age_band}
    for year in (2029, 2030)
    for sex in ("female", "male")
    for age_band in ("70-74", "75-79")
]
TEAM = {"month": "2025-08-31", "age_band": "All", "headcount": 40, "wte": 36.0}
ROOM: Sent = {"cdc_plans": [{}], "cdc_rooms": [{}]}

CASES = [
    Case(
        "an employer that is not the plan's",
        {"establishment": [{}], "movements": [{"employer": "ZZ2"}]},
        {"establishment": [{}, {"employer": "ZZ3"}]},
        ("establishment", 3, "employer"),
        ("this is no employer of the plan (ZZ1, ZZ2)", "add it to plan.yaml", "did you mean “ZZ2”?"),
        "ZZ3",
    ),
    Case(
        "a merged employer after the base month",
        {"organisations": ORGANISATIONS, "planned_wte": [{**row, "employer": "ZZ9"} for row in OLD_LINE]},
        {"organisations": ORGANISATIONS, "rota_posts": [{"employer": "ZZ9"}]},
        ("rota_posts", 2, "employer"),
        ("was in the ICS in the past", "use the employer that took over: ZZ1, ZZ2"),
        "ZZ9",
    ),
    Case(
        "an organisation of another ICS",
        {"organisations": ORGANISATIONS, "movements": [{"employer": "ZZ9", **HISTORY}]},
        {"organisations": ORGANISATIONS, "movements": [{"employer": "ZZ7", **HISTORY}]},
        ("movements", 2, "employer"),
        ("this is no employer of the plan",),
        "ZZ7",
    ),
    Case(
        "staff redeployed from elsewhere",
        {
            **ROOM,
            "cdc_staffing": [
                {"redeployed_from": "ZZ2"},
                {"band": "5", "share_recruited": 1.0, "redeployed_from": None},
            ],
        },
        {**ROOM, "cdc_staffing": [{"redeployed_from": "RXX"}]},
        ("cdc_staffing", 2, "redeployed_from"),
        ("this is no employer of the plan",),
        "RXX",
    ),
    Case(
        "a provider that nobody knows",
        {"organisations": ORGANISATIONS, "activity": [{"provider": "ZZ7"}, {"provider": "ZZ2"}]},
        {"organisations": ORGANISATIONS, "activity": [{"provider": "ZZ11"}]},
        ("activity", 2, "provider"),
        ("neither the list of organisations nor plan.yaml knows this provider", "did you mean “ZZ1”?"),
        "ZZ11",
    ),
    Case(
        "a provider whose code ended long before",
        {"organisations": ORGANISATIONS, "activity": [{"provider": "ZZ9", "month": "2025-03-31"}]},
        {"organisations": ORGANISATIONS, "activity": [{"provider": "ZZ9", "month": "2025-04-30"}]},
        ("activity", 2, "provider"),
        ("this provider's code ended in March 2024", "use the code of the organisation that took over"),
        "ZZ9",
    ),
    Case(
        "a profession that the mapping does not know",
        {"temporary_staff": [{}]},
        {"temporary_staff": [{"profession": "Diagnostic radiographer"}]},
        ("temporary_staff", 2, "profession"),
        ("the mapping knows no profession of this name", "did you mean “Diagnostic radiographers”?"),
        "Diagnostic radiographer",
    ),
    Case(
        "a profession in another pillar",
        {"rota_posts": [{}]},
        {"rota_posts": [{"pillar": "imaging"}]},
        ("rota_posts", 2, "pillar"),
        ("the mapping puts Healthcare scientists: blood sciences in labs", "correct the pillar or the profession"),
        "imaging",
    ),
    Case(
        "a test that the mapping does not know",
        {"reporting": [{}], "standards": [{}]},
        {"reporting": [{"test": "Teleradiology"}]},
        ("reporting", 2, "test"),
        ("the mapping knows no test of this name",),
        "Teleradiology",
    ),
    Case(
        "a test in another pillar",
        {"rooms": [{}]},
        {"rooms": [{"test": "Colonoscopy", "profession": "Diagnostic radiographers"}]},
        ("rooms", 2, "pillar"),
        ("the mapping puts Colonoscopy in endoscopy", "correct the pillar or the test"),
        "imaging",
    ),
    Case(
        "a band that nobody is paid on",
        {"pay": [{"grade": "6"}, {"grade": "7"}], "skill_mix": [{"band": "7"}]},
        {"pay": [{"grade": "6"}, {"grade": "7"}], "skill_mix": [{"band": "8a"}]},
        ("skill_mix", 2, "band"),
        ("the pay table has no such band or grade", "6, 7, Consultant"),
        "8a",
    ),
    Case(
        "a medical grade that the pay table does not price",
        {
            "pay": [{"scheme": "medical", "grade": "consultant"}],
            "establishment": [{"band": "Consultant"}, {"band": "8a"}],
        },
        {"pay": [{"scheme": "medical", "grade": "consultant"}], "establishment": [{"band": "Core Training"}]},
        ("establishment", 2, "band"),
        ("the pay table has no such band or grade",),
        "Core Training",
    ),
    Case(
        "a centre that is not planned",
        ROOM,
        {**ROOM, "cdc_activity": [{"site": "Larkmere Gateway"}]},
        ("cdc_activity", 2, "site"),
        ("the table “CDC plans” has no site of this name", "did you mean “Larkmere Gateway CDC”?"),
        "Larkmere Gateway",
    ),
    Case(
        "a route that nobody describes",
        {"training_routes": [{}], "training_intakes": [{}]},
        {"training_routes": [{}], "training_intakes": [{"route": "Apprenticeship"}]},
        ("training_intakes", 2, "route"),
        ("the table “Training routes” has no route of this name (Radiography degree (BSc))",),
        "Apprenticeship",
    ),
    Case(
        "an education provider that the plan does not name",
        {"training_intakes": [{}, {"education_provider": "ZZ1"}, {"education_provider": "Q4W"}]},
        {"training_intakes": [{"education_provider": "ZZU2"}]},
        ("training_intakes", 2, "education_provider"),
        ("plan.yaml does not name this education provider (ZZU1, ZZ1, ZZ2, Q4W)",),
        "ZZU2",
    ),
    Case(
        "an age band that Excel made a date",
        {"movements": [{"age_band": "5-9"}, {"age_band": "65+"}, {"age_band": "Under 25"}]},
        {"movements": [{"age_band": "09-May"}]},
        ("movements", 2, "age_band"),
        ("an age band is written as 45-49, 65+, Under 25 or All",),
        "09-May",
    ),
    Case(
        "all bands beside one of them",
        {"establishment": [{"band": "5"}, {"band": "6"}, {"band": "All", "employer": "ZZ2"}]},
        {"establishment": [{"band": "5"}, {"band": "All"}]},
        ("establishment", 3, "band"),
        ("a row for All stands beside rows for each band", "counted twice"),
        "All",
    ),
    Case(
        "more leavers than staff",
        {"staff": [TEAM], "movements": [{"headcount": 40, "wte": 30.0}]},
        {"staff": [TEAM], "movements": [{"headcount": 30}, {"headcount": 11, "reason": "retirement"}]},
        ("movements", 2, "headcount"),
        ("more people of this employer and profession left in the month than were in post",),
        "41 leavers, 40 in post before, 0 joiners",
    ),
    Case(
        "funded posts in other units",
        {"staff": [TEAM], "establishment": [{"month": "2025-08-31", "funded_wte": 24.0}]},
        {"staff": [TEAM], "establishment": [{"month": "2025-08-31", "funded_wte": 108.1}]},
        ("establishment", 2, "funded_wte"),
        ("more than 3 times the staff in post", "check that both are WTE"),
        "108.1 WTE, 36.0 WTE in post",
    ),
    Case(
        "a baseline in other units",
        {
            "staff": [{**TEAM, "month": "2025-03-31", "wte": 90, "headcount": 90}],
            "planned_wte": [{**row, "wte": 80.0} for row in LINE],
        },
        {
            "staff": [{**TEAM, "month": "2025-03-31", "wte": 90, "headcount": 90}],
            "planned_wte": [{**row, "wte": 29.9} for row in LINE],
        },
        ("planned_wte", 2, "wte"),
        ("more than 3 times the staff in post, or to less than 1/3 of them",),
        "29.9 WTE, 90.0 WTE in post",
    ),
    Case(
        "no baseline",
        {"planned_wte": LINE, "planned_activity": LINE},
        {"planned_wte": LINE, "planned_activity": LINE[1:]},
        ("planned_activity", 2, "kind"),
        ("this line of the plan has no baseline",),
        "2025/26, ZZ1, CT",
    ),
    Case(
        "two baselines",
        {"planned_wte": LINE},
        {"planned_wte": [*LINE, {"kind": "baseline", "month": "2025-02-28"}]},
        ("planned_wte", 2, "month"),
        ("has a baseline of an earlier month as well; keep one of them",),
        "2025-03-31",
    ),
    Case(
        "a baseline after the plan begins",
        {"planned_wte": LINE},
        {"planned_wte": [*LINE[1:], {"kind": "baseline", "month": "2025-10-31"}]},
        ("planned_wte", 8, "month"),
        ("the baseline should be of a month before the first planned one, October 2025",),
        "2025-10-31",
    ),
    Case(
        "a month left out of the plan",
        {"planned_wte": LINE},
        {"planned_wte": [row for row in LINE if row["month"] not in ("2025-11-30", "2025-12-31")]},
        ("planned_wte", 4, "month"),
        ("planned months are missing before this one (November 2025, December 2025)",),
        "2026-01-31",
    ),
    Case(
        "a month before its cycle",
        {"planned_wte": [*LINE, *EARLY[:1], *EARLY[2:]]},
        {"planned_wte": [*LINE, *EARLY]},
        ("planned_wte", 10, "month"),
        ("the cycle 2024/25 begins in April 2024; correct the month or the cycle",),
        "2024-03-31",
    ),
    Case(
        "a newest cycle that begins late",
        {"planned_wte": LINE},
        {"planned_wte": [LINE[0], *LINE[2:]]},
        ("planned_wte", 3, "month"),
        ("the newest cycle should be planned from October 2025",),
        "2025-11-30",
    ),
    Case(
        "a newest cycle that ends early",
        {"planned_activity": [*OLD_LINE[:-1], *LINE]},
        {"planned_activity": LINE[:-1]},
        ("planned_activity", 7, "month"),
        ("the newest cycle should be planned to its end, March 2026",),
        "2026-02-28",
    ),
    Case(
        "an outturn that was not planned",
        {"planned_wte": [*LINE, {"kind": "outturn", "month": "2025-10-31"}]},
        {"planned_wte": [*LINE, {"kind": "outturn", "month": "2025-09-30"}]},
        ("planned_wte", 9, "month"),
        ("there is an outturn but no planned figure for this month",),
        "2025-09-30",
    ),
    Case(
        "centre staff without rooms",
        {**ROOM, "cdc_staffing": [{}]},
        {**ROOM, "cdc_staffing": [{}, {"test": "MRI"}]},
        ("cdc_staffing", 3, "test"),
        ("the table “CDC rooms” has no rooms for this test at this centre",),
        "MRI",
    ),
    Case(
        "tests before a centre opened",
        {**ROOM, "cdc_activity": [{"month": "2022-03-31"}]},
        {**ROOM, "cdc_activity": [{"month": "2022-02-28"}]},
        ("cdc_activity", 2, "month"),
        ("this centre opened in March 2022, and no tests can be done before",),
        "2022-02-28",
    ),
    Case(
        "more tests than rooms can do",
        {**ROOM, "cdc_activity": [{"tests": 3240}]},
        {**ROOM, "cdc_activity": [{"tests": 3241}]},
        ("cdc_activity", 2, "tests"),
        ("could do about 1,080 in the month", "more than 3 times as many"),
        "3241",
    ),
    Case(
        "a planned centre that has opened",
        {"cdc_plans": [{"status": "planned", "opening": "2025-10-31"}]},
        {"cdc_plans": [{"status": "planned", "opening": "2025-09-30"}]},
        ("cdc_plans", 2, "status"),
        ("a centre that is planned opens after the plan's base month, September 2025",),
        "planned, opening 2025-09-30",
    ),
    Case(
        "an open centre that is still to open",
        {"cdc_plans": [{"status": "ramping up", "opening": "2025-09-30"}]},
        {"cdc_plans": [{"status": "ramping up", "opening": "2025-10-31"}]},
        ("cdc_plans", 2, "status"),
        ("a centre that is open has opened by the plan's base month, September 2025",),
        "ramping up, opening 2025-10-31",
    ),
    Case(
        "an intake far shorter than its route",
        {"training_routes": [{}], "training_intakes": [{"ends_on": "2027-09-30"}]},
        {"training_routes": [{}], "training_intakes": [{"ends_on": "2027-08-31"}]},
        ("training_intakes", 2, "ends_on"),
        ("the route takes 36 months, and this intake lasts more than 12 longer or shorter",),
        "23 months",
    ),
    Case(
        "a year left out of the projection",
        {"population_projection": BOTH_SEXES},
        {"population_projection": [{**row, "year": row["year"] + (row["year"] == 2030)} for row in BOTH_SEXES]},
        ("population_projection", 6, "year"),
        ("years are missing before this one",),
        "2031",
    ),
    Case(
        "a projection that ends before the horizon",
        {"population_projection": BOTH_SEXES},
        {"population_projection": BOTH_SEXES[:4]},
        ("population_projection", 2, "year"),
        ("should reach the plan's horizon, 2030",),
        "2029",
    ),
    Case(
        "an age band left out of a year",
        {"population_projection": BOTH_SEXES},
        {"population_projection": BOTH_SEXES[:-1]},
        ("population_projection", 6, "age_band"),
        ("this year of the area lacks male 75-79; add them",),
        "Q4W, 2030",
    ),
    Case(
        "a projection of another board",
        {"organisations": ORGANISATIONS, "population_projection": [{**row, "area": "ZS1"} for row in BOTH_SEXES]},
        {"organisations": ORGANISATIONS, "population_projection": [{**row, "area": "QXX"} for row in BOTH_SEXES]},
        ("population_projection", 2, "area"),
        ("neither a board of the plan nor one of its sub-locations (Q4W, ZS1)", "7 more rows of this sheet are alike"),
        "QXX",
    ),
    Case(
        "an action that waits for one that is not there",
        {"actions": [{}, {"id": "A2", "depends_on": "A1"}]},
        {"actions": [{}, {"id": "A2", "depends_on": "A1, A7"}]},
        ("actions", 3, "depends_on"),
        ("there is no action with this id",),
        "A7",
    ),
    Case(
        "an action that waits for itself",
        {"actions": [{}, {"id": "A2", "depends_on": "A1"}, {"id": "A3", "depends_on": "A1, A2"}]},
        {"actions": [{"depends_on": "A1"}]},
        ("actions", 2, "depends_on"),
        ("these actions wait for one another",),
        "A1 after A1",
    ),
    Case(
        "one risk twice",
        {"risks": [{}, {"id": "R2", "title": "Scanners break"}]},
        {"risks": [{}, {"id": "R2", "title": "corvane riverside  opens without its staff"}]},
        ("risks", 3, "title"),
        ("this risk stands in the register under another id as well",),
        "corvane riverside  opens without its staff",
    ),
    Case(
        "a meeting in another decade",
        {"governance": [{"date": "2035-09-30"}]},
        {"governance": [{"date": "2035-10-01"}]},
        ("governance", 2, "date"),
        ("more than 10 years from the plan's base month, September 2025; check the year",),
        "2035-10-01",
    ),
    Case(
        "a year typed wrongly",
        {"actions": [{"start": "2040-09-30"}], "standards": [{"from_date": "2003-10-31"}]},
        {"actions": [{"start": "2052-01-31"}]},
        ("actions", 2, "start"),
        ("more than 15 years from the plan's base month",),
        "2052-01-31",
    ),
    Case(
        "a month long after everything else",
        {"reporting": [{"month": "2027-09-30"}]},
        {"reporting": [{"month": "2027-10-31"}]},
        ("reporting", 2, "month"),
        ("long after September 2025, which is the newest of everything else in the plan",),
        "2027-10-31",
    ),
]
