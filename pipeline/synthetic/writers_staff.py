"""The published staff files: Core 5 (care setting, band), Core 3 (doctors by specialty, grade) and sickness absence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from pipeline.synthetic.files import Value, csv_text, write_text
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import step_of
from pipeline.synthetic.settings import CORE3, CORE5, Cell, group
from pipeline.synthetic.teams import Team
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


def snapshot_months() -> list[dt.date]:
    """The months of the published staff files."""
    return [month(written) for written in parameters("teams")["snapshots"]]


def write_staff(folder: Path, recipe: Recipe) -> None:
    """Core 5 and Core 3 for each snapshot."""
    for day in snapshot_months():
        core5 = [_core5(recipe, *row, day) for row in staff_rows(recipe, CORE5, day)]
        core3 = [_core3(recipe, *row, day) for row in staff_rows(recipe, CORE3, day)]
        write_text(folder / "workforce" / f"hchs_core5_{day:%Y-%m}.csv", csv_text([CORE5_NAMES, *core5]))
        write_text(folder / "workforce" / f"hchs_core3_{day:%Y-%m}.csv", csv_text([CORE3_NAMES, *core3]))


def staff_rows(recipe: Recipe, source: str, day: dt.date) -> Iterator[tuple[Team, Cell, float, int]]:
    """Team, cell, whole-time equivalents and people of every filled cell in a month, of every trust."""
    made = history(recipe)
    now = made.in_post[made.in_post["step"] == step_of(recipe, day)]
    for slot, wte, people in now.groupby("slot")["worked"].agg(["sum", "size"]).itertuples():
        team = made.slots.teams[made.slots.team[slot]]
        if team.setting.source == source:
            yield team, made.slots.cells[slot], round(float(wte), 5), int(people)


def _place(recipe: Recipe, trust: Trust, day: dt.date) -> list[Value]:
    here = places(recipe)
    region, system = here.region_of(trust), here.system_of(trust, day)
    return [region.code, region.name, system.code, system.name, trust.code, trust.name]


def _core5(recipe: Recipe, team: Team, cell: Cell, wte: float, people: int, day: dt.date) -> list[Value]:
    named = group(team.setting.group)
    groups = [named["main"], named["first"], named["second"], team.setting.setting]
    place = _place(recipe, team.trust, day)
    return [day.isoformat(), "Organisation", *place, *groups, cell.level, cell.band, wte, people]


def _core3(recipe: Recipe, team: Team, cell: Cell, wte: float, people: int, day: dt.date) -> list[Value]:
    specialty = [team.setting.group, team.setting.setting, f"HCHS doctors - {cell.band}", cell.band]
    return [day.isoformat(), "Organisation", *_place(recipe, team.trust, day), *specialty, wte, people]


def write_sickness(folder: Path, recipe: Recipe) -> None:
    """One file a month, every employer of the day."""
    for day in sickness_months():
        rows = [
            _absence(recipe, employer, day)
            for system in places(recipe).systems_on(day)
            for employer in employers_of(recipe, system, day)
        ]
        path = folder / "sickness" / f"nhs_sickness_absence_{day:%Y-%m}.csv"
        write_text(path, csv_text([SICKNESS_NAMES, *(row for row in rows if row)]))


def _absence(recipe: Recipe, employer: Employer, day: dt.date) -> list[Value]:
    lost, available = sickness_days(recipe, employer, day)
    if not available:
        return []
    if isinstance(employer, Trust):
        place, kind = _place(recipe, employer, day), employer.kind
    else:
        region = places(recipe).region(employer.region)
        place = [region.code, region.name, employer.code, employer.name, employer.code, shown_name(employer)]
        kind = "Integrated Care Board"
    return [f"{day:%d/%m/%Y}", *place, kind, lost, available, round(100 * lost / available, 2)]
