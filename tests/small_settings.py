"""Small plans that the engine can start from, made of rows of the canonical tables; all of it is invented.

Alder (AAA) and Birch (BBB) have radiographers, radiologists, imaging support staff, endoscopists and endoscopy nurses,
and count CT, MRI and colonoscopies. What a test does not name is not on file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from canonical_rows import rows

from pipeline.metrics.scope import Scope
from pipeline.model.ahead import Ahead, Start, ahead, start
from pipeline.model.draws import Draws, central, draw_assumptions
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting, plan_setting
from pipeline.model.scenarios import BASELINE, Change, Scenario
from pipeline.plan import Plan, PlanFile
from pipeline.tables import TABLES, empty

ALDER, BIRCH = "AAA", "BBB"
EMPLOYERS = (ALDER, BIRCH)
IMAGING, ENDOSCOPY = "imaging", "endoscopy"
RADIOGRAPHERS, RADIOLOGISTS = "Diagnostic radiographers", "Clinical radiologists"
SUPPORT, ENDOSCOPISTS, NURSES = "Imaging support staff", "Endoscopists", "Endoscopy nurses and support staff"
PILLAR = {RADIOGRAPHERS: IMAGING, RADIOLOGISTS: IMAGING, SUPPORT: IMAGING, ENDOSCOPISTS: ENDOSCOPY, NURSES: ENDOSCOPY}
BASE = "2025-09-30"
YEAR = [f"{month:%Y-%m-%d}" for month in pd.date_range("2024-10-31", BASE, freq="ME")]
SCOPE = Scope({ALDER: "Alder", BIRCH: "Birch"}, frozenset({"Q1X"}), frozenset(EMPLOYERS), (IMAGING, ENDOSCOPY))
PEOPLE = {
    (ALDER, RADIOGRAPHERS, "5"): 8,
    (ALDER, RADIOGRAPHERS, "6"): 10,
    (BIRCH, RADIOGRAPHERS, "5"): 5,
    (BIRCH, RADIOGRAPHERS, "6"): 6,
    (ALDER, RADIOLOGISTS, "Consultant"): 9,
    (BIRCH, RADIOLOGISTS, "Consultant"): 5,
    (ALDER, SUPPORT, "3"): 8,
    (BIRCH, SUPPORT, "3"): 6,
    (ALDER, ENDOSCOPISTS, "Consultant"): 4,
    (ALDER, NURSES, "5"): 12,
    (BIRCH, NURSES, "5"): 6,
}
"""People in post by employer, profession and band, three quarters of them 30 to 34 years old and the rest 55 to 59."""
TESTS = {(ALDER, "CT"): 1000, (ALDER, "MRI"): 500, (BIRCH, "CT"): 600, (BIRCH, "MRI"): 200, (ALDER, "Colonoscopy"): 300}
"""Tests a month."""
PROJECTED = {2024: 1000, 2025: 1020, 2026: 1050, 2027: 1090}
Tables = dict[str, pd.DataFrame]


def table(name: str, *changes: Mapping[str, Any], **shared: Any) -> Tables:
    """A table of rows that share some cells."""
    return {name: rows(name, *({**shared, **change} for change in changes))}


def figure(kind: str, value: float, **more: Any) -> dict[str, Any]:
    """A row of the table of standards, without a range unless one is given."""
    held = dict.fromkeys(("item", "test", "profession", "low", "high", "owner", "signed_off_by", "signed_off_on"))
    return {**held, "label": f"{kind} {more}", "scale": "linear", "kind": kind, "value": value, **more}


def staff(people: Mapping[tuple[str, str, str], int] = PEOPLE, months: Sequence[str] = (BASE,)) -> Tables:
    """Everybody works 0.9 WTE."""
    return table(
        "staff",
        *(
            {"employer": employer, "profession": who, "pillar": PILLAR[who], "band": band, "age_band": age}
            | {"month": month, "headcount": heads, "wte": 0.9 * heads}
            for (employer, who, band), all_ in people.items()
            for age, heads in (("30-34", all_ - all_ // 4), ("55-59", all_ // 4))
            for month in months
            if heads
        ),
    )


def counts(tests: Mapping[tuple[str, str], int] = TESTS, months: Sequence[str] = YEAR) -> Tables:
    return table(
        "activity",
        *(
            {"provider": employer, "test": test, "tests": each, "month": month, "dataset": "dm01"}
            | {"pillar": ENDOSCOPY if test == "Colonoscopy" else IMAGING}
            for (employer, test), each in tests.items()
            for month in months
        ),
    )


def vacancies(over: float = 1.15) -> Tables:
    """Funded posts: so many times the WTE in post."""
    return table(
        "establishment",
        *(
            {"employer": employer, "profession": who, "pillar": PILLAR[who], "band": band, "month": month}
            | {"funded_wte": 0.9 * heads * over}
            for (employer, who, band), heads in PEOPLE.items()
            for month in YEAR
        ),
    )


def cover() -> Tables:
    """Bank 1 and agency 0.5 WTE of radiographers at each, and bank nurses at Alder."""
    each = [(e, RADIOGRAPHERS, k, w) for e in EMPLOYERS for k, w in (("bank", 1.0), ("agency", 0.5))]
    return table(
        "temporary_staff",
        *(
            {"employer": employer, "profession": who, "pillar": PILLAR[who], "kind": kind, "wte": wte, "month": month}
            for employer, who, kind, wte in [*each, (ALDER, NURSES, "bank", 0.7)]
            for month in YEAR
        ),
    )


def people_to_come() -> Tables:
    return table(
        "population_projection",
        *({"year": year, "persons": persons} for year, persons in PROJECTED.items()),
        area="Q1X",
        sex="female",
        age_band="60-64",
    )


def waiting(change: int = 120) -> Tables:
    """Alder: 2,000 wait for a CT, `change` more than a year ago; Birch: 500 for an MRI, as many as then."""
    before = "2024-09-30"
    counts = [(ALDER, "CT", BASE, 2000), (ALDER, "CT", before, 2000 - change)]
    counts += [(BIRCH, "MRI", BASE, 500), (BIRCH, "MRI", before, 500)]
    return table(
        "waiting",
        *({"provider": who, "test": test, "month": month, "waiting": n} for who, test, month, n in counts),
        pillar=IMAGING,
        waiting_6_plus=200,
    )


def routes(**change: Any) -> Tables:
    """A degree of three years that feeds radiographers: 8 begin a year and a half ago, 12 are to begin in a year."""
    route = {"route": "Degree", "profession": RADIOGRAPHERS, "supervision_hours_week": 6.0, "completes": 0.8}
    intakes = [
        {"starts_on": "2024-03-31", "ends_on": "2026-12-31", "places": 10, "starters": 8},
        {"starts_on": "2025-11-30", "ends_on": "2027-03-31", "places": 12, "starters": None},
    ]
    return table("training_routes", {**route, **change}) | table("training_intakes", *intakes, route="Degree")


def centres(opening: str = "2026-03-31", **change: Any) -> Tables:
    """Alder's centre, to come by default, takes some of Birch's radiographers and tests; another has been open long."""
    old = {"site": "Old", "host": ALDER, "status": "open", "planned_opening": "2020-03-31", "opening": "2020-03-31"}
    new = {"site": "North", "host": ALDER, "status": "planned", "planned_opening": opening, "opening": opening}
    width = {"hours_week": 50.0, "utilisation": 0.8, "ramp_months": 4}
    room = {"test": "CT", "rooms": 1, "slot_minutes": 20.0, "share_new": 0.6, **change}
    of_room = {"test": "CT", "profession": RADIOGRAPHERS, "band": "6", "redeployed_from": BIRCH}
    sites = [{"site": "North"}, {"site": "Old"}]
    return (
        table("cdc_plans", new, old, **width)
        | table("cdc_rooms", *sites, **room)
        | table("cdc_staffing", *sites, **of_room, staff_per_room_hour=2.0, share_recruited=0.7)
    )


def rooms() -> Tables:
    """A scanner at Birch that is open for longer than its tests need, and a rota of radiologists at Alder."""
    shared = {"profession": RADIOGRAPHERS, "test": "MRI", "pillar": IMAGING}
    return table(
        "rooms", {"employer": BIRCH, "rooms": 2, "open_hours_week": 84.0, "staff_per_room": 2.0, **shared}
    ) | table(
        "rota_posts",
        {"employer": ALDER, "pillar": IMAGING, "profession": RADIOLOGISTS, "rota": "Nights", "posts": 2},
        hours_week=168.0,
    )


MIX = [
    ("CT scanning", RADIOGRAPHERS, "5", 0.2),
    ("CT scanning", RADIOGRAPHERS, "6", 0.6),
    ("CT scanning", SUPPORT, "3", 0.2),
    ("Magnetic resonance", RADIOLOGISTS, "Consultant", 0.7),
    ("Magnetic resonance", RADIOGRAPHERS, "6", 0.3),
    ("Scopes", ENDOSCOPISTS, "Consultant", 0.4),
    ("Scopes", NURSES, "5", 0.6),
]


def skill_mix(mix: Sequence[tuple[str, str, str, float]] = MIX) -> Tables:
    """Work, profession, band and share of each row."""
    return table(
        "skill_mix",
        *(
            {"work": work, "profession": who, "band": band, "share": share, "pillar": PILLAR[who]}
            for work, who, band, share in mix
        ),
    )


CONSULTANT, RADIOGRAPHER = "consultant", "reporting radiographer"
REPORTS = {
    (ALDER, "CT", CONSULTANT): (600, 15.0),
    (ALDER, "CT", RADIOGRAPHER): (100, 18.0),
    (ALDER, "CT", "outsourced"): (200, None),
    (ALDER, "CT", "insourced"): (50, 12.0),
    (ALDER, "MRI", CONSULTANT): (450, None),
    (BIRCH, "CT", CONSULTANT): (500, 12.0),
}
"""Reports a month and minutes of each, by employer, test and reporter; nobody states minutes of an MRI."""


def reporting(
    made: Mapping[tuple[str, str, str], tuple[int, float | None]] = REPORTS, months: Sequence[str] = YEAR
) -> Tables:
    """Who reports what, the same in every month; a median of four days, and one in twenty later than 28."""
    return table(
        "reporting",
        *(
            {"employer": employer, "test": test, "reporter": reporter, "month": month, "reports": many}
            | {"minutes_each": minutes, "over_28_days": many // 20}
            for (employer, test, reporter), (many, minutes) in made.items()
            for month in months
        ),
        pillar=IMAGING,
        pas_week=None,
        rvus=None,
        median_days=4.0,
    )


def planned() -> Tables:
    """An operational plan of the year after the base year: a tenth more tests, a twentieth more staff."""
    ahead_of = [f"{month:%Y-%m-%d}" for month in pd.date_range("2025-10-31", "2026-09-30", freq="ME")]
    tests, wte = (
        [({**each, "month": month}, kind, times) for each in many for month, kind, times in when]
        for many, when in (
            (
                [
                    {"provider": p, "test": t, "n": n, "pillar": ENDOSCOPY if t == "Colonoscopy" else IMAGING}
                    for (p, t), n in TESTS.items()
                ],
                [*((m, "outturn", 1.0) for m in YEAR), *((m, "planned", 1.1) for m in ahead_of)],
            ),
            (
                [{"employer": e, "profession": w, "n": 0.9 * n, "pillar": PILLAR[w]} for e, w, n in _by_cell()],
                [*((m, "outturn", 1.0) for m in YEAR), *((m, "planned", 1.05) for m in ahead_of)],
            ),
        )
    )
    of_cycle = {"outturn": "2024/25", "planned": "2025/26"}
    return table(
        "planned_activity",
        *(
            {**{k: v for k, v in each.items() if k != "n"}, "tests": round(times * each["n"])}
            | {"kind": kind, "cycle": of_cycle[kind]}
            for each, kind, times in tests
        ),
    ) | table(
        "planned_wte",
        *(
            {**{k: v for k, v in each.items() if k != "n"}, "wte": times * each["n"]}
            | {"kind": kind, "cycle": of_cycle[kind]}
            for each, kind, times in wte
        ),
    )


def _by_cell() -> list[tuple[str, str, int]]:
    cells = dict.fromkeys((employer, who) for employer, who, _ in PEOPLE)
    return [
        (*cell, sum(heads for (employer, who, _), heads in PEOPLE.items() if (employer, who) == cell)) for cell in cells
    ]


def moves() -> Tables:
    """A year in which radiographers left and came for every reason, and their posts of band 6 filled from within."""
    out = [("retirement", "55-59"), ("resignation", "30-34"), ("transfer within the system", "30-34")]
    out += [("ill health", "30-34"), ("career break", "30-34"), ("resignation", "30-34")]
    came = ["newly qualified", "international recruitment", "other", "other", "newly qualified", "other", "other"]
    each = [("leaver", reason, age) for reason, age in out] + [("joiner", reason, "30-34") for reason in came]
    movements = table(
        "movements",
        *(
            {"month": month, "employer": employer, "band": "5", "kind": kind, "reason": reason, "age_band": age}
            for employer in EMPLOYERS
            for month, (kind, reason, age) in zip(YEAR + YEAR[:1], each, strict=True)
        ),
        pillar=IMAGING,
        profession=RADIOGRAPHERS,
        headcount=1,
        wte=0.9,
    )
    fewer = {key: heads - 1 if key[2] == "6" else heads for key, heads in PEOPLE.items()}
    before, after = staff(fewer, ["2024-09-30"])["staff"], staff(months=YEAR)["staff"]
    return movements | {"staff": pd.concat([before, after], ignore_index=True)}


def everything() -> Tables:
    """Every table at once."""
    parts = [cover(), people_to_come(), waiting(), routes(), centres(), rooms(), planned(), vacancies(2), moves()]
    parts.append(skill_mix())
    parts.append(reporting())
    return {name: rows_ for part in parts for name, rows_ in part.items()}


def setting(
    *given: Tables, months: int = 24, standards: Sequence[Mapping[str, Any]] = (), scope: Scope = SCOPE
) -> Setting:
    """The setting of staff, tests and these tables; those named later take the place of the same named before."""
    tables = {name: empty(name) for name in TABLES} | staff() | counts()
    for each in given:
        tables |= each
    if standards:
        tables["standards"] = rows("standards", *standards)
    return plan_setting(plan(months), tables, scope)


def plan(months: int = 24) -> Plan:
    """A plan without files."""
    file = {"name": "Alder and Birch", "ics": ["Q1X"], "employers": SCOPE.names, "base_month": BASE[:7]}
    return Plan(
        Path("nowhere"),
        PlanFile.model_validate(
            {**file, "horizon_months": months, "sources": [{"reader": "pay_afc", "path": "pay.csv"}]}
        ),
        (),
    )


@cache
def rich(months: int = 24) -> Setting:
    """The setting of every table at once."""
    return setting(everything(), months=months)


def scenario(*changes: Mapping[str, Any], name: str = "other") -> Scenario:
    return Scenario(
        name=name, label=f"Scenario {name}", why="It may.", changes=[Change.model_validate(each) for each in changes]
    )


def expected(of: Setting, what_if: Scenario = BASELINE, draws: Draws | None = None) -> tuple[Ahead, Start]:
    """A scenario with every assumption at its value, or in these draws, and staff in expected values."""
    base = central(of.assumptions) if draws is None else draws
    begin = start(of, base)
    return ahead(of, begin, paths(what_if, base, of.assumptions, of.months, of.implied), None), begin


def drawn(of: Setting, what_if: Scenario = BASELINE, draws: int = 20, seed: int = 7) -> Outcome:
    """A scenario in so many draws, with staff by chance."""
    base = draw_assumptions(of.assumptions, draws, seed)
    return outcome(of, what_if, base, start(of, base), seed)


def cell(of: Setting, employer: str, profession: str) -> int:
    """The place of a cell."""
    return of.keys.index((employer, profession))


def same_arrays(one: object, other: object) -> bool:
    """Whether two bundles of arrays are the same bit for bit."""
    mine, yours = vars(one), vars(other)
    return all(np.array_equal(mine[name], yours[name]) for name in mine)
