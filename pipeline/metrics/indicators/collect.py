"""Every indicator of a plan in one tidy table: by organisation and for the system, by pillar and for all, by month."""

from __future__ import annotations

from collections import abc

import pandas as pd

from pipeline.metrics.indicators import flows, services, staff
from pipeline.metrics.indicators.parts import (
    ALL_PILLARS,
    CELL,
    COLUMNS,
    SYSTEM,
    kept_apart,
    together,
    total_over,
    valued,
)
from pipeline.metrics.scope import Scope
from pipeline.sources.mapping import Mapping

Tables = abc.Mapping[str, pd.DataFrame]


def indicator_table(
    tables: Tables, scope: Scope, incomplete: pd.DataFrame, mapping: Mapping, of_system: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Numerator, denominator and value of every indicator that the tables supply (docs/method.md, section 12).

    `incomplete` is the result of incomplete_returns, `mapping` that of the plan, and `of_system` holds the parts of
    indicators that only the system has (model.system_indicators). Returns indicator, organisation (code, or `system`
    for the plan's employers together), pillar (or `all`), month, numerator, denominator, value, and for totals
    `counted` of how many members (`of`) there are. Organisations beyond the plan are in it where a file has them.
    """
    found = indicator_parts(tables, scope, incomplete, mapping)
    own = found[found["pillar"].isin([*scope.pillars, ALL_PILLARS])]
    systems = total_over(own[own["organisation"].isin(scope.employers)], "organisation", SYSTEM)
    each = together([own, systems])
    split = each[(each["pillar"] != ALL_PILLARS) & ~each["indicator"].isin(kept_apart())]
    whole = _employers_of(total_over(split[COLUMNS], "pillar", ALL_PILLARS), systems)
    only = together([]) if of_system is None else of_system
    return valued(together([each, whole, only])).sort_values([*CELL, "month"], ignore_index=True)


def _employers_of(totals: pd.DataFrame, systems: pd.DataFrame) -> pd.DataFrame:
    """The totals over pillars, with employers counted (of how many) where they are the system's and not pillars."""
    gaps = (
        systems.assign(absent=systems["of"] - systems["counted"])
        .groupby("indicator")
        .agg(of=("of", "max"), absent=("absent", "max"))
    )
    of, absent = (totals["indicator"].map(gaps[name]).astype("float64") for name in ("of", "absent"))
    whole = of.where(totals["organisation"] == SYSTEM)
    return totals.assign(of=whole, counted=whole - absent)


def indicator_parts(tables: Tables, scope: Scope, incomplete: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The parts of every indicator, of every organisation on file, by pillar and month."""
    steady = staff.steady_staff(tables["staff"])
    in_post = staff.staff_parts(steady)
    wte, people = (in_post[in_post["indicator"] == name] for name in ("staff_wte", "staff_headcount"))
    return together(
        [
            in_post,
            staff.age_parts(steady),
            staff.vacancy_parts(tables["establishment"], steady),
            staff.retirement_parts(steady),
            staff.discipline_parts(tables["staff"], mapping, scope),
            staff.pay_parts(tables["staff"], tables["pay"], scope),
            flows.turnover_parts(tables["movements"], people),
            flows.temporary_parts(tables["temporary_staff"], wte),
            services.absence_parts(tables["absence"]),
            services.waiting_parts(tables["waiting"]),
            services.activity_parts(tables["activity"], wte, incomplete),
            services.reporting_parts(tables["reporting"]),
        ]
    )
