"""What the board's programme office sends: actions, risks and the calendar, the same for every recipe."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from pipeline.schema import Sender
from pipeline.synthetic.parameters import month, register
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.workforce_returns import Frames
from pipeline.tables import TABLES
from pipeline.tables.governance import CAPACITIES


def board_returns(recipe: Recipe) -> dict[tuple[Sender, str], Frames]:
    """The frames of the plan's board: actions, risks and governance."""
    return {("icb", places(recipe).plan_ics): _registers(recipe)}


def _registers(recipe: Recipe) -> Frames:
    employers = {trust.code for trust in places(recipe).employers}
    return {
        "actions": actions(employers),
        "action_effects": action_effects(employers),
        "action_costs": action_costs(),
        "risks": risks(employers),
        "governance": governance(),
    }


def actions(employers: Collection[str]) -> pd.DataFrame:
    """The library of actions, one row each; an employer that the recipe has not got is nobody in particular."""
    return _frame("actions", [_action(row, employers) for row in register("actions")])


def action_effects(employers: Collection[str]) -> pd.DataFrame:
    """What actions change in the model, one row each."""
    rows = [
        {**effect, "action": row["id"], "grade": "placeholder", "employer": _among(effect.get("employer"), employers)}
        for row in register("actions")
        for effect in row.get("effects", [])
    ]
    return _frame("action_effects", rows)


def action_costs() -> pd.DataFrame:
    """What actions cost in each financial year, where that is not the same each year."""
    rows = [
        {"action": row["id"], "year": year, **cost}
        for row in register("actions")
        for year, cost in row.get("costs", {}).items()
    ]
    return _frame("action_costs", rows)


def _of_employer(row: dict[str, Any], employers: Collection[str]) -> str | None:
    """The employer that acts; the first of the recipe where it has not got the one that the library names."""
    if row["level"] != "employer":
        return None
    return _among(row["employer"], employers) or min(employers)


def _among(employer: str | None, employers: Collection[str]) -> str | None:
    return employer if employer in employers else None


def risks(employers: Collection[str]) -> pd.DataFrame:
    """The register of risks, one row each."""
    rows = [
        {
            **row,
            "pillars": _with_commas(row["pillars"]),
            "employer": _among(row.get("employer"), employers),
            "threatens": _with_commas(row.get("threatens", [])) or None,
        }
        for row in register("risks")
    ]
    return _frame("risks", rows, "review_on", "by_month")


def governance() -> pd.DataFrame:
    """The calendar, one row for each item of a meeting."""
    rows = [{**row, "about": _with_commas(row.get("about", [])) or None} for row in register("governance")]
    return _frame("governance", rows, "date")


def _action(row: dict[str, Any], employers: Collection[str]) -> dict[str, Any]:
    effect = row["wte"]
    return {
        **{"status": "proposed", "done": 0.0, **dict.fromkeys(CAPACITIES, 0.0)},
        **row,
        "employer": _of_employer(row, employers),
        **row["cost"],
        "pillars": _with_commas(row["pillars"]),
        "start": pd.Timestamp(month(row["start"])),
        "wte_low": effect["low"],
        "wte": effect["central"],
        "wte_high": effect["high"],
        "depends_on": _with_commas(row["depends_on"]) or None,
    }


def _with_commas(words: list[str]) -> str:
    return ", ".join(words)


def _frame(table: str, rows: list[dict[str, Any]], *days: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=TABLES[table].own_columns)
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})
