"""What a board is told of a small fictional plan: whole, with hostile names, or with nothing in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.metrics.registers import meetings_after, ranked_risks
from pipeline.plan import Plan, load_plan
from pipeline.report.board import Board, Told
from pipeline.report.disclosure import Disclosed
from pipeline.report.display import callout, say
from pipeline.report.document import RunFacts, status_of
from pipeline.report.headlines import COLUMNS

HOSTILE = "=cmd|' /C calc'!A1 <script>alert(1)</script> @SUM(1) \x07"
ENDLESS = "=word " * 8000
"""40,000 letters and more."""
HORIZON = pd.Timestamp("2030-10-31")
RUN = RunFacts("20251121T091500Z-a1b2c3", "0.1.0 (0123456789)", "", "21 November 2025", "2025-11-21T09:15:00+00:00")
PLAN = """
name: "{name}"
ics: [QZZ]
employers: {{RZ1: "{name}"}}
base_month: 2025-10
sources: [{{reader: hchs_core5, path: staff.csv}}]
governance: {{board: Diagnostic delivery board, decision: "{decision}"}}
"""


def write_plan(folder: Path, name: str = "Westmarch ICS", decision: str = "Approve the plan.") -> Plan:
    """A plan of one employer."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "staff.csv").write_text("staff", encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN.format(name=name, decision=decision), encoding="utf-8")
    return load_plan(folder)


def empty_board(plan: Plan) -> Board:
    """A board that no file tells anything."""
    return Board(plan, status_of(plan, {}), RUN, pd.DataFrame(columns=COLUMNS), shown(pd.DataFrame()))


def full_board(plan: Plan, name: str = "") -> Board:
    """A board that is told everything; `name` takes the place of every name that a file can hold."""
    return replace(
        empty_board(plan),
        headlines=headlines(name),
        pillars=shown(pillars(name)),
        told=Told(
            sentences=(say("About **169 WTE** will be missing.", "Endoscopy waits longest.").html,),
            decisions=(callout("Decision asked of the board", "Approve the action plan.").html,),
        ),
        scenarios=scenarios(name),
        actions=owners_actions(name),
        risks=ranked_risks(risks(name), plan.base_month),
        meetings=meetings_after(calendar(name), plan.base_month),
    )


def shown(frame: pd.DataFrame, *hidden: tuple[int, str]) -> Disclosed:
    """A frame as the disclosure door leaves it, with some cells hidden but, wrongly, still in the frame."""
    marks = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    for row, column in hidden:
        marks.loc[row, column] = True
    return Disclosed(frame, marks, "* stands for a small count." if hidden else "")


def headlines(name: str = "") -> pd.DataFrame:
    """Five headline figures, two of them with a range."""
    when = f"in October 2030 if {name or 'present trends go on'}"
    rows: list[list[Any]] = [
        ["staff_in_post", "WTE of diagnostic staff in post in October 2025", 1111.2, None, None, "WTE"],
        ["waiting_6_plus_share", "of patients waiting had waited six weeks or more", 0.214, None, None, "share"],
        ["gap_gross_horizon", f"WTE missing {when}, gross", 169.4, 120.1, 231.0, "WTE"],
        ["gap_net_horizon", f"WTE missing {when}, net of those with more than they need", 150.0, 99.0, 210.0, "WTE"],
        ["placeholders", "assumptions still standing in for a figure", 4.0, None, None, "assumptions"],
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def pillars(name: str = "") -> pd.DataFrame:
    """Two pillars: 777.125 WTE in post and a gap of 96.2, 334.075 and 4.25."""
    rows = [
        [name or "Imaging", 777.125, 880.0, 783.8, 70.0, 96.2, 130.5],
        [f"{name} 2" if name else "Laboratories", 334.075, 340.0, 335.75, -3.0, 4.25, 12.0],
    ]
    return pd.DataFrame(rows, columns=["pillar", "in_post", "needed", "there", "p10", "p50", "p90"])


def scenarios(name: str = "") -> pd.DataFrame:
    """Two scenarios at the horizon."""
    rows = [
        [name or "Present trends go on", HORIZON, 120.1, 169.4, 231.0, 99.0, 150.0, 210.0],
        [f"{name} 2" if name else "Demand is high", HORIZON, 300.0, 400.0, 500.0, 290.0, 390.0, 490.0],
    ]
    ends = [f"{kind}_{part}" for kind in ("gross", "net") for part in ("p10", "p50", "p90")]
    return pd.DataFrame(rows, columns=["scenario", "month", *ends])


def gaps(name: str = "") -> pd.DataFrame:
    """Gaps by profession at the horizon, the smaller first."""
    return pd.DataFrame(
        {
            "profession": [name or "Histopathologists", "Diagnostic radiographers"],
            "pillar": ["labs", "imaging"],
            "in_post": [20.0, 300.0],
            "p10": [1.0, -8.0],
            "p50": [4.0, 41.0],
            "p90": [9.0, 95.0],
        }
    )


def seen_risks(name: str = "") -> pd.DataFrame:
    """A risk that the model itself sees."""
    row = {"id": "M1", "kind": "short", "pillar": "imaging", "profession": "", "employer": "", "route": ""}
    measured = {"month": dt.date(2030, 10, 31), "likelihood": 0.35, "wte": 41.0, "of_staff": 0.12, "score": 15}
    classes = {"likelihood_class": 3, "impact_class": 5, "watch": "empty_posts"}
    return pd.DataFrame([{**row, **measured, **classes, "title": name or "Imaging: more than 10% is missing"}])


def owners_actions(name: str = "", number: int = 3) -> pd.DataFrame:
    """Actions as their owners listed them: the later, the larger."""
    rows = [
        {
            "id": f"A{place}",
            "title": name or f"Train {place} radiographers",
            "owner": name or "Head of imaging",
            "start": pd.Timestamp("2026-04-30"),
            "recurrent": 20000.0 * place,
            "capital": 5000.0 if place == 1 else 0.0,
            "wte_low": 1.0,
            "wte": 1.5 + place,
            "wte_high": 4.0 + place,
        }
        for place in range(1, number + 1)
    ]
    return pd.DataFrame(rows)


def weighed_actions(name: str = "") -> pd.DataFrame:
    """Actions as the model weighed them: two chosen and one not."""
    kept = owners_actions(name).drop(columns=["wte_low", "wte", "wte_high"])
    return kept.assign(
        cost=[100000.0, 200000.0, 300000.0],
        relief_p10=[1.0, 2.0, 3.0],
        relief=[2.5, 4.5, 9.5],
        relief_p90=[4.0, 6.0, 12.0],
        chosen=[True, True, False],
        reason=["", "", "budget"],
        status="proposed",
    )


def portfolio() -> pd.DataFrame:
    """The portfolio of the two chosen actions."""
    row = {"chosen": 2, "cost": 300000.0, "relief_p10": 3.0, "relief": 6.6, "relief_p90": 9.4, "gap_before": 169.4}
    row |= {"gap_after": 162.8, "realised_ratio": 0.94, "solver_status": "optimal", "solver_gap": 0.0}
    return pd.DataFrame([row])


def risks(name: str = "", number: int = 2) -> pd.DataFrame:
    """Risks, the first the worst."""
    rows = [
        {
            "id": f"R{place}",
            "title": name or f"Room {place} opens without staff",
            "likelihood": 4,
            "impact": max(5 - place, 1),
            "owner": name or "Director of diagnostics",
            "response": "Open room by room",
            "review_on": pd.Timestamp("2025-12-11"),
        }
        for place in range(1, number + 1)
    ]
    return pd.DataFrame(rows)


def calendar(name: str = "") -> pd.DataFrame:
    """A meeting before the base month's end, one that discusses and one that decides."""
    rows = [
        [pd.Timestamp("2025-10-02"), "Board of the past", "Nothing", "decide", "Chair"],
        [pd.Timestamp("2025-11-20"), name or "Workforce group", name or "Returns", "discuss", "Chair"],
        [pd.Timestamp("2026-01-22"), name or "Diagnostic delivery board", name or "The strategy", "decide", "Chair"],
    ]
    return pd.DataFrame(rows, columns=["date", "body", "item", "purpose", "owner"])
