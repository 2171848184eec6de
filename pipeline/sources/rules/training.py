"""Training: an intake lasts about as long as its route says."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.problems import Problem
from pipeline.reference import limit
from pipeline.sources.rules.kit import CrossRule, Known, Row, problems

MONTHS_A_YEAR = 12


def _as_long_as_the_route(known: Known) -> Iterator[Problem]:
    routes = known.rows("training_routes")[["route", "length_months"]].drop_duplicates("route")
    intakes = known.rows("training_intakes").merge(routes, on="route")
    starts, ends = intakes["starts_on"].dt, intakes["ends_on"].dt
    intakes["span"] = (ends.year - starts.year) * MONTHS_A_YEAR + ends.month - starts.month
    off = (intakes["span"] - intakes["length_months"].astype("int64")).abs() > limit("intake_months_off_route")
    yield from problems(intakes[off], "ends_on", _rule, lambda row: f"{row['span']} months")


def _rule(row: Row) -> str:
    return (
        f"the route takes {row['length_months']} months, and this intake lasts more than "
        f"{limit('intake_months_off_route'):g} longer or shorter; check both dates and the route"
    )


RULES = (
    CrossRule(
        ("training_intakes",),
        f"An intake lasts as long as its route, give or take {limit('intake_months_off_route'):g} months.",
        _as_long_as_the_route,
    ),
)
