"""The tiny plans that the notebooks are run on: one that has everything, and several that each lack something."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from notebook_files import (
    AUGUST,
    CARDIAC,
    COLONOSCOPY,
    CT,
    CYSTOSCOPY,
    ECHO,
    JULY,
    MRI,
    RADIOGRAPHY,
    REGISTERED,
    SCIENTIST,
    SUPPORT,
    Counted,
    core5_line,
    sickness,
    write_centres,
    write_core3,
    write_core5,
    write_did,
    write_dm01,
    write_pay,
    write_population,
    write_yaml,
)
from small_files import (
    TRUSTS,
    write_did_turnaround,
    write_practice_map,
    write_sickness,
    write_text,
    write_trusts,
)

Sources = dict[str, str]
"""Path (or pattern) and reader of each of a plan's files."""

SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "RZ1": f'=cmd() {SCRIPT} "quoted" & *bold* {{{{ x }}}} [link](javascript:alert(1)) $\\frac{{$',
    "RZ2": "A very long name of an employer that goes on and on " * 6 + "W" * 120,
}
HOSTILE_BOARD = f"NHS *Old* {SCRIPT} Board"
HOSTILE_SETTING, HOSTILE_TEST = f"Basket weaving {SCRIPT} *bold*", "@SUM(1+1) <b>Crystal gazing</b> {{ x }}"
DOUBLING = math.log(2) / 5
"""Yearly growth, on the log scale, with which tests double in five years."""


@dataclass(frozen=True)
class TinyPlan:
    """How the files of a plan are written, and what its plan.yaml says beside them."""

    write: Callable[[Path], Sources]
    keys: dict[str, Any] = field(default_factory=dict)


def _full(folder: Path) -> Sources:
    """Every kind of file that a chapter asks for, two months of DM01 and two years of imaging."""
    write_trusts(folder / "etr.csv")
    write_practice_map(folder / "map.csv")
    write_core5(
        folder / "core5.csv",
        core5_line("RZ1", REGISTERED, RADIOGRAPHY, "Band 6", 18, 20),
        core5_line("RZ1", REGISTERED, RADIOGRAPHY, "Band 7", 7, 8),
        core5_line("RZ2", REGISTERED, RADIOGRAPHY, "Band 6", 6, 6),
        core5_line("RZ1", SUPPORT, RADIOGRAPHY, "Band 3", 5, 6),
        core5_line("RZ1", SCIENTIST, CARDIAC, "Band 6", 3.5, 4),
        core5_line("RZ2", SCIENTIST, "Medical Physics", "Band 7", 2, 2),
    )
    write_core3(folder / "core3.csv", {"Clinical radiology": (12, 13)})
    for number, month, mri, ct in ((7, JULY, 950, 1900), (8, AUGUST, 1000, 2000)):
        write_dm01(folder / f"dm01_2024-0{number}.xlsx", month, _two_trusts(mri, ct))
    for year, scans in (("2022/23", 1000), ("2023/24", 1100)):
        done = {("RZ1", "Magnetic Resonance Imaging"): scans, ("RZ2", "Plain Radiography"): 2 * scans}
        write_did(folder / f"did_t1_{year.replace('/', '-')}.xlsx", year, done)
    write_did_turnaround(folder / "did_t13_2024-25.xlsx")
    _write_sickness(folder)
    people = {("FEMALE", "0_4"): 300, ("FEMALE", "65_69"): 120, ("MALE", "0_4"): 310, ("MALE", "85_89"): 70}
    write_population(folder / "patients.zip", people)
    write_centres(folder / "map.geojson", {"Northvale CDC": ("E54999991", "Yes"), "Elsewhere CDC": ("E54000001", "No")})
    opened = "Highmoor\tNorthvale\tNorthvale CDC\t31 Jul 2021"
    write_text(folder / "centres.tsv", "region\tarea\tcdc_title\tlive_date", opened)
    write_pay(folder / "pay.csv")
    return {
        "etr.csv": "ods_trusts",
        "map.csv": "gp_practice_map",
        "core5.csv": "hchs_core5",
        "core3.csv": "hchs_core3",
        "dm01_*.xlsx": "dm01_provider",
        "did_t1_*.xlsx": "did_modality",
        "did_t13_*.xlsx": "did_turnaround",
        "sickness_*.csv": "sickness_absence",
        "patients.zip": "gp_registered_patients",
        "map.geojson": "cdc_map",
        "centres.tsv": "cdc_operational",
        "pay.csv": "pay_afc",
    }


def _two_trusts(mri: int, ct: int) -> list[Counted]:
    """The first trust does twice the scans of the second."""
    return [
        ("RZ1", MRI, 90, 10, mri),
        ("RZ1", CT, 190, 10, ct),
        ("RZ1", ECHO, 40, 10, 300),
        ("RZ2", MRI, 45, 5, mri // 2),
        ("RZ2", CT, 95, 5, ct // 2),
        ("RZ2", COLONOSCOPY, 20, 30, 50),
        ("RZ2", CYSTOSCOPY, 10, 0, 40),
    ]


def _write_sickness(folder: Path) -> None:
    for number, first, second in ((7, 400, 600), (8, 480, 560)):
        day = f"31/0{number}/2024"
        rows = [sickness(day, "RZ1", first), sickness(day, "RZ2", second)]
        write_sickness(folder / f"sickness_2024-0{number}.csv", *rows)


def _only_pay(folder: Path) -> Sources:
    write_pay(folder / "pay.csv")
    return {"pay.csv": "pay_afc"}


def _only_dm01(folder: Path) -> Sources:
    for number, month in ((7, JULY), (8, AUGUST)):
        write_dm01(folder / f"dm01_2024-0{number}.xlsx", month, _two_trusts(950, 1900))
    return {"dm01_*.xlsx": "dm01_provider"}


def _only_staff(folder: Path) -> Sources:
    lines = [core5_line(trust, REGISTERED, RADIOGRAPHY, "Band 6", 6, 6) for trust in TRUSTS]
    write_core5(folder / "core5.csv", *lines)
    return {"core5.csv": "hchs_core5"}


def _single(folder: Path) -> Sources:
    """One of everything, and standards without ranges that make hours easy to work out by hand.

    A WTE has 40 x 50 x (1 - 0.25) = 1,500 hours; radiographers spend a fifth of them beside tests; an MRI scan takes
    them an hour; and scans double in five years.
    """
    write_core5(folder / "core5.csv", core5_line("RZ1", REGISTERED, RADIOGRAPHY, "Band 6", 10, 11))
    write_dm01(folder / "dm01_2024-08.xlsx", AUGUST, [("RZ1", MRI, 1, 0, 1200)])
    write_population(folder / "patients.zip", {("FEMALE", "0_4"): 300, ("MALE", "85_89"): 70})
    write_centres(folder / "map.geojson", {"Elsewhere CDC": ("E54000001", "No")})
    write_yaml(folder / "standards.yaml", _standards())
    change = {"kind": "activity_growth", "test": "MRI", "add": -DOUBLING}
    write_yaml(
        folder / "level.yaml",
        {"name": "level", "label": f"No growth {SCRIPT}", "why": "*Nothing* grows.", "changes": [change]},
    )
    write_yaml(folder / "actions.yaml", [_action()])
    return {
        "core5.csv": "hchs_core5",
        "dm01_2024-08.xlsx": "dm01_provider",
        "patients.zip": "gp_registered_patients",
        "map.geojson": "cdc_map",
    }


def _standards() -> list[dict[str, Any]]:
    away = {"annual leave and bank holidays": 0.175, "sickness": 0.04, "study leave": 0.02}
    away |= {"maternity and parental leave": 0.01, "other leave": 0.005}
    values = [
        *({"kind": "unavailable", "item": item, "value": share} for item, share in away.items()),
        {"kind": "contract_hours_week", "value": 40},
        {"kind": "weeks_year", "value": 50},
        {"kind": "productivity_growth", "value": 0},
        {"kind": "category_allowance", "profession": "Diagnostic radiographers", "value": 0.2},
        {"kind": "minutes", "test": "MRI", "profession": "Diagnostic radiographers", "value": 60},
        {"kind": "activity_growth", "test": "MRI", "value": DOUBLING},
        {"kind": "activity_swing", "test": "MRI", "value": 0},
        {"kind": "other_work_growth", "value": 0},
    ]
    same = {"unit": "as the default", "grade": "derived", "source": "A test", "from": "2024-01-01"}
    return [{**value, "label": f"Our {value['kind']} {value.get('item', '')}".strip(), **same} for value in values]


def _action() -> dict[str, Any]:
    return {
        "id": "A1",
        "title": f"Train {SCRIPT}",
        "theme": "Education and supply",
        "level": "ICS",
        "pillars": ["imaging"],
        "owner": "=cmd()",
        "start": "2025-01",
        "lead_months": 6,
        "cost": {"recurrent": 1000, "capital": 0},
        "wte": {"low": 0.5, "central": 1, "high": 2},
        "profession": "Diagnostic radiographers",
        "measure": "Posts *filled*",
    }


def _hostile(folder: Path) -> Sources:
    """Names and labels that are code in HTML, Markdown, a spreadsheet, a template or a formula."""
    write_core5(
        folder / "core5.csv",
        core5_line("RZ1", REGISTERED, RADIOGRAPHY, "Band 6", 6, 6),
        core5_line("RZ1", REGISTERED, HOSTILE_SETTING, "Band 6", 5, 5),
        core5_line("RZ2", REGISTERED, RADIOGRAPHY, "Band 6", 6, 6),
    )
    for number, month in ((7, JULY), (8, AUGUST)):
        counted = [("RZ1", MRI, 90, 10, 100), ("RZ1", HOSTILE_TEST, 5, 5, 10), ("RZ2", MRI, 90, 10, 100)]
        write_dm01(folder / f"dm01_2024-0{number}.xlsx", month, counted)
    write_did(folder / "did_t1_2023-24.xlsx", "2023/24", {("RZ1", "Magnetic Resonance Imaging"): 100})
    _write_sickness(folder)
    write_practice_map(folder / "map_2024.csv", "QZ9", "01Jul2024", HOSTILE_BOARD)
    newer = write_practice_map(folder / "map_2026.csv")
    newer.write_text(newer.read_text(encoding="utf-8").replace("99Z", "98Z"), encoding="utf-8")
    return {
        "core5.csv": "hchs_core5",
        "dm01_*.xlsx": "dm01_provider",
        "did_t1_*.xlsx": "did_modality",
        "sickness_*.csv": "sickness_absence",
        "map_*.csv": "gp_practice_map",
    }


def _unmapped(folder: Path) -> Sources:
    """Files in which nothing belongs to a pillar, and nobody waits for the one test that does."""
    write_core5(folder / "core5.csv", core5_line("RZ1", REGISTERED, "Basket weaving", "Band 6", 5, 5))
    for number, month in ((7, JULY), (8, AUGUST)):
        write_dm01(
            folder / f"dm01_2024-0{number}.xlsx", month, [("RZ1", "Crystal gazing", 2, 2, 9), ("RZ1", MRI, 0, 0, 9)]
        )
    return {"core5.csv": "hchs_core5", "dm01_*.xlsx": "dm01_provider"}


ONE = {"RZ1": TRUSTS["RZ1"]}
PLANS = {
    "full": TinyPlan(_full),
    "only_pay": TinyPlan(_only_pay),
    "only_dm01": TinyPlan(_only_dm01),
    "only_staff": TinyPlan(_only_staff),
    "single": TinyPlan(
        _single,
        {
            "employers": ONE,
            "pillars": ["imaging"],
            "standards": "standards.yaml",
            "scenarios": ["level.yaml"],
            "actions": "actions.yaml",
        },
    ),
    "hostile": TinyPlan(
        _hostile,
        {
            "name": f"{SCRIPT} & =cmd() *bold* {{{{ x }}}}",
            "employers": HOSTILE,
            "governance": {"decision": f"Approve *all* {SCRIPT} {{{{ x }}}}", "owner": "=cmd() <b>owner</b>"},
        },
    ),
    "unmapped": TinyPlan(_unmapped, {"employers": ONE}),
}
