"""The tables that a plan's own people supply, small enough to work out by hand, for the tiny plan `full`.

They are written where ingest would leave them, so that the chapters can be tested whatever file supplies them. RZ1
keeps records of every month; RZ2 sends nothing but what is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from notebook_plans import SCRIPT

from pipeline.store import Store
from pipeline.tables import validate
from pipeline.tables.governance import THEMES

RADIOGRAPHERS = "Diagnostic radiographers"
LINEAGE = {"file": "made up.xlsx", "sheet": "Sheet", "row": 2}
MONTHS = pd.date_range("2023-08-31", "2024-08-31", freq="ME")
LAST = MONTHS[-1]
BLOOD = "Healthcare scientists: blood sciences"
NURSES = "Endoscopy nurses and support staff"
GREAT_RISK = f"Great {SCRIPT} *bold*"
SITE, PLANNED_SITE = "Northvale CDC", f"=cmd() {SCRIPT} *CDC*"


def write_tables(store: Store, names: Iterable[str] | None = None) -> None:
    """Write these tables into a store, or only some of them."""
    for name, rows in tables().items():
        if names is None or name in names:
            store.write(name, table(name, rows))


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as a valid canonical table; what a row leaves out is empty."""
    from pipeline.tables import TABLES

    frame = pd.DataFrame([{**LINEAGE, **row, "row": number} for number, row in enumerate(rows, start=2)])
    return validate(name, frame.reindex(columns=TABLES[name].columns))


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every table that is written here, by name."""
    return {
        "establishment": _establishment(),
        "movements": _movements(),
        "temporary_staff": _temporary(),
        "planned_wte": _planned(),
        "planned_activity": _planned_activity(),
        "cdc_plans": _centres(),
        "cdc_rooms": [_room(SITE, "CT", 30.0, 0.75, 0.6), _room(SITE, "MRI", 40.0, 0.25, 0.2)],
        "cdc_staffing": [_at_centre(0.75)],
        "cdc_activity": [
            {"month": month, "site": SITE, "pillar": "imaging", "test": "CT", "tests": 400 + 10 * number}
            for number, month in enumerate(MONTHS)
        ],
        "training_routes": [_route()],
        "training_intakes": _intakes(),
        "reporting": _reporting(),
        "rooms": [_own("imaging", RADIOGRAPHERS, test="CT", rooms=2, open_hours_week=84.0, staff_per_room=2.0)],
        "rota_posts": [_own("labs", BLOOD, rota="Nights", posts=2, hours_week=128.0)],
        "skill_mix": [
            {"pillar": "imaging", "work": "CT scanning", "profession": RADIOGRAPHERS, "band": band, "share": share}
            for band, share in (("5", 0.25), ("6", 0.75))
        ],
        "population_projection": [
            {"year": year, "area": "QZ1", "sex": "female", "age_band": band, "persons": persons}
            for year, band, persons in (
                (2024, "00-04", 1000),
                (2029, "00-04", 900),
                (2024, "85-89", 100),
                (2029, "85-89", 150),
            )
        ],
        "risks": _risks(),
        "governance": [
            _meeting("2024-07-04", "note"),
            _meeting("2024-09-12", "discuss"),
            _meeting("2024-10-10", "decide"),
        ],
        "practices": [
            {
                "as_of": LAST,
                "practice": "Z90001",
                "practice_name": "High Street Surgery",
                "sub_icb": "99Z",
                "patients": 9000,
            }
            | {"gp_wte": 4.5, "nurse_wte": 2.0, "direct_care_wte": 3.0, "admin_wte": 8.0}
        ],
    }


def staff_records() -> pd.DataFrame:
    """Staff of RZ1 by month from its records: 20 radiographers of two ages, 5 endoscopy nurses, 3 scientists."""
    group = {"staff_group": "Allied health professionals"}
    rows = [
        {**_own(pillar, profession, month=month, **group), "age_band": age, "headcount": people, "wte": wte}
        for month in MONTHS
        for pillar, profession, age, people, wte in (
            ("imaging", RADIOGRAPHERS, "25-29", 15, 13.0),
            ("imaging", RADIOGRAPHERS, "55-59", 5, 4.0),
            ("endoscopy", NURSES, "40-44", 5, 4.5),
            ("labs", BLOOD, "60-64", 3, 3.0),
        )
    ]
    every = {"dataset": "esr", "discipline": "All", "level": "All", "band": "6", "contract": "All"}
    return table("staff", [{**row, **every} for row in rows])


def _own(pillar: str, profession: str, **more: Any) -> dict[str, Any]:
    return {"employer": "RZ1", "pillar": pillar, "profession": profession, **more}


def _establishment() -> list[dict[str, Any]]:
    funded = (("imaging", RADIOGRAPHERS, 20.0), ("endoscopy", NURSES, 4.0), ("labs", "Histopathologists", 2.0))
    return [
        {**_own(pillar, profession, month=LAST), "band": "6", "funded_wte": wte} for pillar, profession, wte in funded
    ]


def _movements() -> list[dict[str, Any]]:
    """Twelve months of RZ1: 4 of the 20 radiographers leave, one of them within the system, and 3 join."""
    radiographers = [
        (MONTHS[1], "leaver", "retirement", 1),
        (MONTHS[4], "leaver", "resignation", 1),
        (MONTHS[7], "leaver", "transfer within the system", 1),
        (MONTHS[9], "leaver", "not known", 1),
        (MONTHS[10], "joiner", "newly qualified", 2),
        (MONTHS[12], "joiner", "transfer within the system", 1),
    ]
    return [
        {**_own("imaging", RADIOGRAPHERS, month=month), "band": "6", "age_band": "All"}
        | {"kind": kind, "reason": reason, "headcount": people, "wte": float(people)}
        for month, kind, reason, people in radiographers
    ]


def _temporary() -> list[dict[str, Any]]:
    return [
        {**_own("imaging", RADIOGRAPHERS, month=month), "kind": kind, "wte": wte, "cost": cost}
        for month in MONTHS[1:]
        for kind, wte, cost in (("bank", 2.0, 8000.0), ("agency", 1.0, 9000.0))
    ]


def _planned() -> list[dict[str, Any]]:
    """The cycle before promised ten and brought four; this one has come from 18 to 17 against 19 planned."""
    values = [
        ("2023/24", "baseline", "2023-03-31", 14.0),
        ("2023/24", "planned", "2024-03-31", 24.0),
        ("2023/24", "outturn", "2024-03-31", 18.0),
        ("2024/25", "baseline", "2024-03-31", 18.0),
        *(("2024/25", "planned", month, wte) for month, wte in (("2024-07-31", 18.5), ("2024-08-31", 19.0))),
        ("2024/25", "planned", "2025-03-31", 21.0),
        *(("2024/25", "outturn", month, wte) for month, wte in (("2024-07-31", 17.5), ("2024-08-31", 17.0))),
    ]
    return [
        {**_own("imaging", RADIOGRAPHERS), "cycle": cycle, "kind": kind, "month": pd.Timestamp(month), "wte": wte}
        for cycle, kind, month, wte in values
    ]


def _planned_activity() -> list[dict[str, Any]]:
    return [
        {"cycle": "2024/25", "kind": kind, "month": month, "provider": "RZ1", "pillar": "imaging"}
        | {"test": "CT", "tests": tests}
        for month in MONTHS[-2:]
        for kind, tests in (("planned", 2000), ("outturn", 1900))
    ]


def _centres() -> list[dict[str, Any]]:
    base = {"host": "RZ1", "hours_week": 84.0, "utilisation": 0.85, "ramp_months": 9}
    return [
        {"site": SITE, "status": "open", "planned_opening": MONTHS[0], "opening": MONTHS[3], **base},
        {
            "site": PLANNED_SITE,
            "status": "planned",
            "planned_opening": pd.Timestamp("2025-03-31"),
            "opening": pd.Timestamp("2025-03-31"),
            **base,
        },
    ]


def _room(site: str, test: str, minutes: float, share: float, new: float) -> dict[str, Any]:
    return {"site": site, "pillar": "imaging", "test": test, "rooms": 1, "slot_minutes": minutes} | {
        "share_of_tests": share,
        "share_new": new,
    }


def _at_centre(recruited: float) -> dict[str, Any]:
    return {"site": SITE, "pillar": "imaging", "test": "CT", "profession": RADIOGRAPHERS, "band": "6"} | {
        "staff_per_room_hour": 2.0,
        "share_recruited": recruited,
        "redeployed_from": "RZ1",
    }


def _route() -> dict[str, Any]:
    return {"route": "Radiography degree", "pillar": "imaging", "profession": RADIOGRAPHERS, "length_months": 36} | {
        "completes": 0.8,
        "joins_nhs": 0.75,
        "stays_local": 0.5,
        "participation": 0.9,
        "lag_months": 2,
        "supervision_hours_week": 4.0,
        "placement_cap": 20,
    }


def _intakes() -> list[dict[str, Any]]:
    dates = (("2022-09-30", "2025-08-31", 30, 25), ("2024-09-30", "2027-08-31", 40, None))
    return [
        {"route": "Radiography degree", "education_provider": "ZZU1", "starts_on": pd.Timestamp(start)}
        | {"ends_on": pd.Timestamp(end), "places": places, "starters": starters}
        for start, end, places, starters in dates
    ]


def _reporting() -> list[dict[str, Any]]:
    base = {"month": LAST, "employer": "RZ1", "pillar": "imaging", "test": "CT"}
    return [
        {**base, "reporter": "consultant", "reports": 600, "minutes_each": 15.0}
        | {"pas_week": 20.0, "rvus": 1200.0, "median_days": 4.0, "over_28_days": 30},
        {**base, "reporter": "outsourced", "reports": 200, "minutes_each": 15.0, "over_28_days": 50},
    ]


def _risks() -> list[dict[str, Any]]:
    words = {"pillars": "imaging", "cause": "Few train", "effect": "Lists are lost", "owner": "Director"}
    words |= {"trigger": "Two posts vacant", "response": "Train more"}
    return [
        {**words, "id": "R1", "title": "Small", "likelihood": 1, "impact": 2, "review_on": pd.Timestamp("2024-12-01")},
        {
            **words,
            "id": "R2",
            "title": GREAT_RISK,
            "likelihood": 4,
            "impact": 5,
            "review_on": pd.Timestamp("2024-08-01"),
        },
    ]


def _meeting(day: str, purpose: str) -> dict[str, Any]:
    return {"date": pd.Timestamp(day), "body": "Programme Board", "item": "Strategy", "purpose": purpose} | {
        "owner": "Director"
    }


def many_actions(number: int) -> list[dict[str, Any]]:
    """As many actions as one likes, spread over themes, levels and terms, as actions.yaml has them."""
    return [
        {
            "id": f"A{each}",
            "title": f"Action number {each}",
            "theme": THEMES[each % len(THEMES)],
            "level": ("ICS", "employer")[each % 2],
            "employer": ("", "RZ1")[each % 2],
            "pillars": ["imaging"],
            "owner": "Lead",
            "start": "2025-01",
            "lead_months": (6, 24, 48)[each % 3],
            "cost": {"recurrent": 1000 * each, "capital": 0},
            "wte": {"low": 0.5, "central": 1, "high": 2},
            "profession": RADIOGRAPHERS,
            "measure": "Posts filled",
        }
        for each in range(1, number + 1)
    ]
