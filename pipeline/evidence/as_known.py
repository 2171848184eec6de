"""A plan as it was known at an earlier month: nothing that came later stands in it (docs/method.md, section 17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from pipeline.assumptions import Assumptions, default_assumptions, plan_assumptions
from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.model.plan_setting import used
from pipeline.model.posterior import with_fitted
from pipeline.model.supply.plan_staff import PlanStaff, plan_staff
from pipeline.plan import Plan

Tables = Mapping[str, pd.DataFrame]
KNOWN_FROM = {
    "staff": "month",
    "establishment": "month",
    "movements": "month",
    "training_intakes": "starts_on",
}
"""The tables that staff over time are worked out from, and the column that says when a row became known.

An intake is known once it has begun: how many places later ones would have is not taken from today's file, but as the
engine goes on from the last that had begun.
"""
UNDATED = ("training_routes",)
"""Tables without a date: what share of a route's people complete and stay is taken as it is said today."""
NO_TESTS = pd.DataFrame({name: pd.Series(dtype="str") for name in ("provider", "test")})


def known_then(tables: Tables, origin: dt.date) -> dict[str, pd.DataFrame]:
    """The tables of KNOWN_FROM with what was known at the end of a month, and those without a date as they are.

    Operational plans, diagnostic centres to come and every other table are left out: the staff go on as they did.
    """
    dated = {name: up_to(tables[name], origin, column) for name, column in KNOWN_FROM.items()}
    return {**dated, **{name: tables[name] for name in UNDATED}}


def assumptions_then(plan: Plan, origin: dt.date) -> Assumptions:
    """The plan's assumptions, with the shipped default in place of each that the plan dates after the origin.

    The defaults themselves are those of today, whenever their sources were published: they describe no plan's own
    course. Raises InputRefused as plan_assumptions does.
    """
    shipped = default_assumptions()
    every = plan_assumptions(plan)
    return {key: each if each.from_date <= origin else shipped.get(key, each) for key, each in every.items()}


def staff_then(plan: Plan, tables: Tables, scope: Scope, origin: dt.date, months: int) -> tuple[PlanStaff, Assumptions]:
    """The staff of a plan at an earlier month, and the assumptions that the engine would have called on then."""
    known = known_then(tables, origin)
    every = assumptions_then(plan, origin)
    staff = plan_staff(known, scope, origin, every, months)
    return staff, used(with_fitted(every, staff.fitted), NO_TESTS, staff)
