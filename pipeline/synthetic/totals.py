"""All staff by organisation and main staff group, month by month, and sickness absence.

Leaf groups are shares of an organisation's whole-time equivalents; every total is the sum of its leaves.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.months import add_months, months_between
from pipeline.synthetic.chance import spread, stream
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.places import ACUTE, Ics, Trust, base_month, places
from pipeline.synthetic.recipe import Recipe

Employer = Trust | Ics
SUBTOTALS = {
    "HCHS doctors": ("doctors",),
    "Professionally qualified clinical staff": ("doctors", "clinical"),
    "Support to clinical staff": ("support",),
    "NHS infrastructure support": ("infrastructure",),
    "Total": ("doctors", "clinical", "support", "infrastructure", "other"),
}
# Staff in more than one role count once in a total of people, so that totals fall short of the sum of their parts.
TWO_ROLES = 0.004


@dataclass(frozen=True)
class Group:
    """A main staff group that has no parts."""

    name: str
    of: str
    acute: float
    community: float
    icb: float
    people_per_wte: float


@cache
def groups() -> tuple[Group, ...]:
    """The main staff groups without parts, in the order of the published workbook."""
    return tuple(Group(**row) for row in _all_staff()["groups"])


def _all_staff() -> dict[str, Any]:
    section: dict[str, Any] = parameters("all_staff")["all_staff"]
    return section


def series_months(last: dt.date) -> list[dt.date]:
    """The months of the time series up to a month."""
    first = month(_all_staff()["first_month"])
    return [add_months(first, step) for step in range(months_between(first, last) + 1)]


def workbook_months() -> list[dt.date]:
    """The months for which there is an organisation workbook."""
    return [month(written) for written in _all_staff()["months"]]


def employers_of(recipe: Recipe, system: Ics, day: dt.date) -> list[Employer]:
    """Everyone shown under a system of the day: its trusts and boards, past and present."""
    trusts = [trust for trust in places(recipe).all_trusts if places(recipe).system_of(trust, day) == system]
    boards = [board for board in places(recipe).systems if board == system or board.successor == system.code]
    everyone: list[Employer] = [*trusts, *boards]
    return sorted(everyone, key=shown_name)


def shown_name(employer: Employer) -> str:
    """An employer's name as the workbook shows it."""
    return employer.board if isinstance(employer, Ics) else employer.name


def wte(recipe: Recipe, employer: Employer, day: dt.date) -> float:
    """All staff of an employer in a month; none before it opened or after it closed."""
    if isinstance(employer, Trust):
        total = _own_wte(recipe, employer, day)
        merged = [trust for trust in places(recipe).all_trusts if trust.successor == employer.code]
        absorbed = sum(trust.wte for trust in merged) if employer.wte else 0.0
        gone = any(trust.closed is not None and trust.closed < day for trust in merged)
        # The successor's figure at the base month includes the staff it took over.
        return total if gone or not merged else total * (1 - absorbed / employer.wte)
    return _own_wte(recipe, employer, day) if employer.existed(day) else 0.0


def _own_wte(recipe: Recipe, employer: Employer, day: dt.date) -> float:
    if isinstance(employer, Trust) and employer.closed is not None and day > employer.closed:
        return 0.0
    years = months_between(base_month(), day) / 12
    rng = stream(recipe.seed, "all staff", employer.code, day)
    return employer.wte * math.exp(_all_staff()["growth"] * years) * spread(rng, _all_staff()["month_sd"])


def by_group(recipe: Recipe, employer: Employer, day: dt.date) -> dict[str, tuple[int, float]]:
    """People and whole-time equivalents of every leaf group."""
    total = wte(recipe, employer, day)
    kind = "icb" if isinstance(employer, Ics) else "acute" if employer.kind == ACUTE else "community"
    shares = {group.name: getattr(group, kind) for group in groups()}
    whole = sum(shares.values())
    parts = {name: round(total * share / whole, 5) for name, share in shares.items()}
    return {group.name: (round(parts[group.name] * group.people_per_wte), parts[group.name]) for group in groups()}


def with_totals(leaves: dict[str, tuple[int, float]]) -> dict[str, tuple[int, float]]:
    """The leaf groups with their subtotals and the total."""
    result = dict(leaves)
    for name, parts in SUBTOTALS.items():
        named = [leaves[group.name] for group in groups() if group.of in parts]
        people = sum(count for count, _ in named)
        several = len(parts) > 1
        result[name] = (people - round(people * TWO_ROLES) if several else people, round(sum(w for _, w in named), 5))
    return result


def added(many: Iterable[dict[str, tuple[int, float]]]) -> dict[str, tuple[int, float]]:
    """Several organisations together."""
    rows = list(many)
    return {name: (sum(row[name][0] for row in rows), round(sum(row[name][1] for row in rows), 5)) for name in rows[0]}


@cache
def employer_totals(recipe: Recipe, employer: Employer, day: dt.date) -> dict[str, tuple[int, float]]:
    """People and whole-time equivalents of every group, subtotal and total of an employer."""
    return with_totals(by_group(recipe, employer, day))


def sickness_months() -> list[dt.date]:
    """The months of the absence files."""
    months: int = parameters("all_staff")["sickness"]["months"]
    return [add_months(base_month(), step - months + 1) for step in range(months)]


def sickness_days(recipe: Recipe, employer: Employer, day: dt.date) -> tuple[float, float]:
    """Days lost to sickness and days available, in full-time equivalents."""
    chosen = parameters("all_staff")["sickness"]
    available = round(wte(recipe, employer, day) * calendar.monthrange(day.year, day.month)[1], 5)
    if not available:
        return 0.0, 0.0
    rng = stream(recipe.seed, "sickness", employer.code, day)
    factor = chosen["icb_factor"] if isinstance(employer, Ics) else chosen["factor"][employer.code]
    rate = chosen["season"][day.month - 1] * factor * spread(rng, chosen["month_sd"])
    return round(available * rate, 5), available
