"""The staff files: Core 5 (care setting, level, band), Core 3 (doctors by specialty, grade) and sickness absence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.synthetic.files import Value, csv_text, write_text
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.people import CORE3, CORE5, Team, snapshot_months, staff_rows
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.totals import Employer, employers_of, shown_name, sickness_days, sickness_months

PLACE_NAMES = ["NHSE_REGION_CODE", "NHSE_REGION_NAME", "ICS_CODE", "ICS_NAME", "ORG_CODE", "ORG_NAME"]
CORE5_NAMES = [
    "DATA_MONTH",
    "DATA_LEVEL",
    *PLACE_NAMES,
    "MAIN_STAFF_GROUP",
    "STAFF_GROUP_1",
    "STAFF_GROUP_2",
    "CARE_SETTING",
    "LEVEL",
    "GRADE",
    "FTE",
    "HEADCOUNT",
]
CORE3_NAMES = [
    "DATA_MONTH",
    "DATA_LEVEL",
    *PLACE_NAMES,
    "SPECIALTY_GROUP",
    "SPECIALTY",
    "STAFF_GROUP_1",
    "GRADE",
    "FTE",
    "HEADCOUNT",
]
SICKNESS_NAMES = [
    "DATE",
    *PLACE_NAMES,
    "ORG_TYPE",
    "FTE_DAYS_LOST",
    "FTE_DAYS_AVAILABLE",
    "SICKNESS_ABSENCE_RATE_PERCENT",
]


def write_staff(folder: Path, seed: int) -> None:
    """Core 5 and Core 3 for each snapshot."""
    for day in snapshot_months():
        core5 = [_core5(team, cell, wte, people, day) for team, cell, wte, people in staff_rows(seed, CORE5, day)]
        core3 = [_core3(team, cell, wte, people, day) for team, cell, wte, people in staff_rows(seed, CORE3, day)]
        write_text(folder / "workforce" / f"hchs_core5_{day:%Y-%m}.csv", csv_text([CORE5_NAMES, *core5]))
        write_text(folder / "workforce" / f"hchs_core3_{day:%Y-%m}.csv", csv_text([CORE3_NAMES, *core3]))


def _place(trust: Trust, day: dt.date) -> list[Value]:
    region, system = places().region_of(trust), places().system_of(trust, day)
    return [region.code, region.name, system.code, system.name, trust.code, trust.name]


def _core5(team: Team, cell: str, wte: float, people: int, day: dt.date) -> list[Value]:
    group = parameters("people")[CORE5]["groups"][team.setting.group]
    level, band = cell.split("|")
    groups = [group["main"], group["first"], group["second"], team.setting.setting]
    return [day.isoformat(), "Organisation", *_place(team.trust, day), *groups, level, band, wte, people]


def _core3(team: Team, grade: str, wte: float, people: int, day: dt.date) -> list[Value]:
    specialty = [team.setting.group, team.setting.setting, f"HCHS doctors - {grade}", grade]
    return [day.isoformat(), "Organisation", *_place(team.trust, day), *specialty, wte, people]


def write_sickness(folder: Path, seed: int) -> None:
    """One file a month, every employer of the day."""
    for day in sickness_months():
        rows = [
            _absence(seed, employer, day)
            for system in places().systems_on(day)
            for employer in employers_of(system, day)
        ]
        path = folder / "sickness" / f"nhs_sickness_absence_{day:%Y-%m}.csv"
        write_text(path, csv_text([SICKNESS_NAMES, *(row for row in rows if row)]))


def _absence(seed: int, employer: Employer, day: dt.date) -> list[Value]:
    lost, available = sickness_days(seed, employer, day)
    if not available:
        return []
    if isinstance(employer, Trust):
        place, kind = _place(employer, day), employer.kind
    else:
        region = places().region(employer.region)
        place = [region.code, region.name, employer.code, employer.name, employer.code, shown_name(employer)]
        kind = "Integrated Care Board"
    return [f"{day:%d/%m/%Y}", *place, kind, lost, available, round(100 * lost / available, 2)]
