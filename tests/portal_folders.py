"""Folders of reports, runs and tries as runs leave them, of invented plans: what the list of all plans is made from."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from pipeline.months import month_name
from pipeline.run.past_runs import PastRuns
from pipeline.run.portal import Rooms
from pipeline.store import Store

NAMES = (
    "Northvale", "Eastmere", "Larkmere and Thessick", "Westmarch", "Dunmoor", "Hallow Coast", "Brackenshire",
    "Upper Tarn Valley, Lower Tarn Valley and the Isle of Marram Health and Care Partnership", "Ostrey", "Fenwick Edge",
)  # fmt: skip
PILLARS = ("endoscopy", "imaging", "labs", "physiological")
FILES = {
    "html": "strategy.html",
    "pdf": "strategy.pdf",
    "beside": {"summary": "summary.pdf", "slides": "board.pptx", "workbook": "strategy.xlsx"},
}
SIGNED = {"by": "A. Chair", "role": "Chair of the Diagnostics Board", "minute": "DB-2026-31", "date": "2026-03-12"}


def run_id(number: int, month: int = 6) -> str:
    return f"2026{month:02}01T09{number % 60:02}00Z-{number:06x}"


def headlines(gap: float | None, staff: float = 3400.0) -> list[dict[str, Any]]:
    """Headline figures as a run writes them; without a gap where none is given."""
    rows = [
        ("staff_in_post", "WTE of diagnostic staff in post in May 2026", staff, None, None, "WTE"),
        (
            "waiting",
            "patients waiting for a key diagnostic test at the end of May 2026",
            81740.0,
            None,
            None,
            "patients",
        ),
        ("waiting_6_plus_share", "of patients waiting had waited six weeks or more", 0.3026, None, None, "share"),
        ("placeholders", "assumptions still standing in for a figure", 62.0, None, None, "assumptions"),
    ]
    if gap is not None:
        label = "WTE missing in May 2031 if present trends go on, gross"
        rows += [("gap_gross_horizon", label, gap, gap * 0.6, gap * 1.6, "WTE")]
        label = "WTE needed beyond the operational plan by May 2031 if the largest growth comes about, gross"
        rows += [("beyond_plan_gross", label, gap * 2, gap * 1.5, gap * 3, "WTE")]
    return [dict(zip(("key", "label", "value", "low", "high", "unit"), row, strict=True)) for row in rows]


def published(name: str, gap: float | None = 340.0, **more: Any) -> dict[str, Any]:
    """What a record says of its report at a glance."""
    shares = (0.08, 0.4, 0.35, 0.17)
    told: dict[str, Any] = {
        "name": name,
        "status": "DRAFT",
        "version": "0.1",
        "base_month": "2026-05",
        "horizon_months": 60,
        "latest_month": "2026-05",
        "chance_short": 0.994,
        "pillars": [
            {"pillar": pillar, "in_post": 850.0, "p10": gap * share - 40, "p50": gap * share, "p90": gap * share + 60}
            for pillar, share in zip(PILLARS, shares, strict=True)
        ]
        if gap is not None
        else [],
        "changes": None,
    }
    return told | more


def report(number: int, name: str, gap: float | None = 340.0, **more: Any) -> dict[str, Any]:
    """The record of a report."""
    told = {
        "run_id": run_id(number),
        "plan": name,
        "started": "2026-06-01T09:00:00+01:00",
        "made": "1 June 2026",
        "headlines": headlines(gap),
        "approval": [],
        "last_approved": None,
        "stages": [{"name": "ingest", "status": "built", "seconds": 3.0, "why": ""}],
        "document": FILES,
        "published": published(name, gap),
    }
    return told | more


def changes(then: float, now: float) -> dict[str, Any]:
    """A move of the gap as the record of a report has it."""
    move = {"key": "gap_gross_horizon", "unit": "WTE", "label": "WTE missing", "then": then, "now": now}
    parts = {"change": now - then, "data": now - then - 5, "assumptions": 5.0, "model": 0.0}
    return {"since": {"run_id": run_id(1, 3), "made": "1 March 2026", "version": "0.1"}, "headlines": [move | parts]}


def write_json(path: Path, facts: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts), encoding="utf-8")


def write_report(rooms: Rooms, folder: str, record: dict[str, Any], root: str = ".") -> Path:
    """A report of a plan with all its files."""
    made = rooms.reports / root / folder
    write_json(made / "run.json", record)
    for name in (FILES["html"], FILES["pdf"], *FILES["beside"].values()):  # type: ignore[attr-defined]
        (made / str(name)).write_text(f"<title>{folder}</title>", encoding="utf-8")
    return made


def write_failure(rooms: Rooms, folder: str, number: int, why: str) -> None:
    """The record of a try that failed in July."""
    stages = [{"name": "ingest", "status": "failed", "seconds": 0.0, "why": why}]
    facts = {"run_id": run_id(number, 7), "started": "2026-07-01T09:00:00+01:00", "stages": stages}
    write_json(rooms.processed / folder / "run.json", facts)


def write_plan(rooms: Rooms, folder: str, name: str) -> Path:
    """A plan that can be read."""
    made = rooms.raw / folder
    made.mkdir(parents=True, exist_ok=True)
    (made / "numbers.csv").write_text("employer,wte", encoding="utf-8")
    facts = {"name": name, "ics": ["QZZ"], "employers": {"RZ1": "Hospitals"}, "base_month": "2025-10"}
    write_json(made / "plan.yaml", facts | {"sources": [{"reader": "pay_afc", "path": "numbers.csv"}]})
    return made


def keep(rooms: Rooms, folder: str, name: str, number: int, gaps: list[float]) -> None:
    """Kept runs of a plan, one a month up to June, of these gaps."""
    for month, gap in enumerate(gaps, 7 - len(gaps)):
        basis = {
            "model": "m",
            "assumptions": f"a{month // 2}",
            "files": f"f{month}",
            "tables": f"t{month}",
            "settings": "s",
        }
        day = dt.date(2026, month, 1)
        facts = {
            "run_id": run_id(number, month),
            "made": f"1 {month_name(day)}",
            "started": f"{day}T09:00:00+00:00",
            "version": "0.1",
            "basis": basis,
            "headlines": headlines(gap),
            "settings": {"name": name},
            "inputs": [],
            "assumptions": [],
            "scenarios": [],
            "tables": {},
        }
        PastRuns(rooms.kept / folder).keep(facts, Store(rooms.processed / "none"), [], 99)


def plan_number(rooms: Rooms, number: int) -> None:
    """One of many plans: most with a report, some approved, some whose last try failed, some of an older form."""
    folder, name = f"plan-{number:02}", f"{NAMES[number % len(NAMES)]} ICS {number}"
    gap = None if number % 20 == 13 else 60.0 + (number * 37) % 620
    record = report(number, name, gap)
    if number % 5 == 0:
        record |= {"approval": [SIGNED | {"version": "1.0", "run_id": run_id(number), "placeholders": []}]}
        record["published"]["status"] = "APPROVED"
    if number % 4 == 1 and gap:
        record["published"]["changes"] = changes(gap - 20 + number, gap)
    if number % 11 == 6:
        del record["published"]
    if number % 14 == 9:
        write_failure(rooms, folder, number, "staff.csv, row 3, column “wte”: a number is expected. Found: J. Bloggs")
    if number == 9:
        write_plan(rooms, folder, name)
    else:
        write_report(rooms, folder, record)
        write_report(rooms, folder, record | {"made": "1 March 2026"}, ".previous")
    if gap and number % 3:
        keep(
            rooms, folder, name, number, [gap * (0.9 + 0.02 * ((number + at) % 6)) for at in range(number % 6)] + [gap]
        )


def many_plans(root: Path, number: int = 42) -> Rooms:
    """A workspace of many invented plans; one of them has a record that is damaged."""
    rooms = Rooms.of(root)
    rooms.reports.mkdir(parents=True)
    for each in range(number):
        plan_number(rooms, each)
    if number > 1:
        broken = write_report(rooms, "plan-17", {})
        (broken / "run.json").write_text('{"run_id": "2026', encoding="utf-8")
    return rooms
