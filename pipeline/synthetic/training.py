"""Training of the fictional system: routes into the professions, and who has begun each, year by year."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import pandas as pd

from pipeline.months import add_months, month_end, months_between
from pipeline.schema import Sender
from pipeline.synthetic.chance import apportion, stream
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.workforce_returns import Frames
from pipeline.tables import TABLES

ROUTES, INTAKES = "training_routes", "training_intakes"
Row = dict[str, Any]


@dataclass(frozen=True)
class Intake:
    """Those who begin a route together with one education provider. `starters` is None while still to come."""

    route: str
    education_provider: str
    starts_on: dt.date
    ends_on: dt.date
    places: int
    starters: int | None


def training_returns(recipe: Recipe) -> dict[tuple[Sender, str], Frames]:
    """Frames by sender: the board sends every route and the intakes of the regional school, universities their own."""
    frame = intakes(recipe)
    by_board = parameters("training")["board_sends"]
    boards = frame["education_provider"].isin(by_board)
    own = {
        code: frame[frame["education_provider"] == code].reset_index(drop=True)
        for code in sorted(set(frame.loc[~boards, "education_provider"]))
    }
    sent: Frames = {ROUTES: routes(recipe), INTAKES: frame[boards].reset_index(drop=True)}
    senders: dict[tuple[Sender, str], Frames] = {("icb", places(recipe).plan_ics): sent}
    return {**senders, **{("education_provider", code): {INTAKES: rows} for code, rows in own.items()}}


def routes(recipe: Recipe) -> pd.DataFrame:
    """The table of routes, with the placement cap for as many people as the system serves."""
    rows = [{**row, "placement_cap": _cap(recipe, row)} for row in _routes()]
    frame = pd.DataFrame(rows, columns=TABLES[ROUTES].own_columns)
    return frame.astype({"placement_cap": "Int64"})


def _cap(recipe: Recipe, row: Row) -> int | None:
    return max(1, round(row["cap_per_million"] * millions(recipe))) if "cap_per_million" in row else None


def intakes(recipe: Recipe) -> pd.DataFrame:
    """The table of intakes, in the order of its key."""
    table = TABLES[INTAKES]
    frame = pd.DataFrame([asdict(intake) for intake in every_intake(recipe)], columns=table.own_columns)
    days = {name: pd.to_datetime(frame[name]) for name in ("starts_on", "ends_on")}
    return frame.assign(**days).astype({"starters": "Int64"}).sort_values(list(table.key), ignore_index=True)


@cache
def every_intake(recipe: Recipe) -> tuple[Intake, ...]:
    """Every intake of every route."""
    first, last = parameters("training")["years"]
    return tuple(
        intake
        for row in _routes()
        for year in range(max(first, row.get("first_year", first)), last + 1)
        for intake in _intakes_of(recipe, row, year)
    )


def _intakes_of(recipe: Recipe, row: Row, year: int) -> Iterator[Intake]:
    starts = month_end(year, row["begins"])
    ends = add_months(starts, row["length_months"])
    shared = apportion(places_of(recipe, row, year), list(row["by"].values()))
    for provider, number in zip(row["by"], shared, strict=True):
        if number:
            took = _starters(recipe, row, provider, starts, number)
            yield Intake(row["route"], provider, starts, ends, number, took)


def places_of(recipe: Recipe, row: Row, year: int) -> int:
    """Places of a route in a year, over all education providers: at least one."""
    growth = math.exp(row["growth"] * (year - base_month().year))
    times = row.get("times", {}).get(year, 1.0)
    number: float = row["places_per_million"] * millions(recipe) * growth * times
    return max(1, round(number))


def _starters(recipe: Recipe, row: Row, provider: str, starts: dt.date, number: int) -> int | None:
    """How many of the places are taken up: each with the route's chance, and not known before the base month."""
    if starts > base_month():
        return None
    rng, filled = stream(recipe.seed, "training", row["route"], provider, starts.year), float(row["filled"])
    return sum(rng.random() < filled for _ in range(number))


def millions(recipe: Recipe) -> float:
    """Millions of people whom the plan's employers serve."""
    return sum(trust.population for trust in places(recipe).employers) / 1000


def training_truth(recipe: Recipe) -> list[Row]:
    """For each route its true chance that a place is taken, the yield of a starter, and what came of past intakes."""
    return [_true_route(recipe, row) for row in _routes()]


def _true_route(recipe: Recipe, row: Row) -> Row:
    mine = [intake for intake in every_intake(recipe) if intake.route == row["route"]]
    begun = [intake for intake in mine if intake.starters is not None]
    people = row["completes"] * row["joins_nhs"] * row["stays_local"]
    starters = sum(intake.starters or 0 for intake in begun)
    return {
        "route": row["route"],
        "filled": row["filled"],
        "people_a_starter": round(people, 4),
        "wte_a_starter": round(people * row["participation"], 4),
        "places_begun": sum(intake.places for intake in begun),
        "starters": starters,
        "people_expected": round(people * starters, 1),
        "people_expected_by_base_month": round(people * sum(_there(row, intake) for intake in begun), 1),
    }


def _there(row: Row, intake: Intake) -> int:
    """Starters of an intake who would be in post by the base month."""
    arrived = months_between(intake.ends_on, base_month()) >= row["lag_months"]
    return intake.starters or 0 if arrived else 0


def _routes() -> list[Row]:
    rows: list[Row] = parameters("training")["routes"]
    return rows
