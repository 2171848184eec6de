"""What the operational plan takes for granted: the growth of tests, and of output per WTE, that it implies.

Like is compared with like. *Before* is the year of tests that the model starts from (base_year.counted_months), *after*
the last twelve calendar months of the current cycle. Each month before is set against the planned month of the same
name, one, two or more years on, and only such pairs count: seasons cancel, and a month that one side lacks is left out
of both. A provider and test with fewer pairs than `year_from_months` (indicators.yaml) says nothing.

Plans do not always count tests as the data set does. Where the plan's own outturn or baseline is on file for months of
the year before, planned tests are multiplied by *tests counted / tests of the plan* in those months.

    growth a year = ln(sum of after / sum of before) / mean years between the pairs, weighted by before
    output per WTE = exp(growth of planned tests - growth of planned WTE) - 1

The growth of all tests is that of the work they are today. WTE before is the plan's own outturn (baseline or planned
where there is none) in the months to the last one counted, over the same employers and pillars.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, between_months, last_months, months_back
from pipeline.metrics.operational_plan import STAFF_CELL, TEST_CELL, current_cycle, own_plan
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.reference import indicator
from pipeline.tables.planning import KINDS, PLANNED

PLACE = ["provider", "pillar"]
SUMS = ["before", "after", "before_years"]


def plan_implied(
    counted: pd.DataFrame,
    planned_activity: pd.DataFrame,
    planned_wte: pd.DataFrame,
    scope: Scope,
    work: pd.Series | None = None,
) -> dict[str, float]:
    """Values that the plan implies for assumptions, by key; empty where the plan says nothing.

    `activity_growth / <test>` is log growth a year, `productivity_growth` a share a year, as in standards.yaml. Takes
    the result of base_year.counted_months and the canonical tables; `work` is what each test is of today's work, in any
    one unit, by test: one without has no weight in productivity. Without `work` each single test weighs the same,
    whatever it takes.
    """
    tests = planned_tests(counted, planned_activity, scope)
    if tests.empty:
        return {}
    growth = {f"activity_growth / {test}": value for test, value in yearly_growth(tests, "test").items()}
    output = _output_growth(tests, planned_staff(counted, planned_wte, scope), work)
    return growth if output is None else {**growth, "productivity_growth": output}


def planned_tests(counted: pd.DataFrame, planned_activity: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Tests counted and planned in like months: provider, pillar, test, months, before, after, before_years.

    `after` is in terms of the tests counted; `before_years` is before x years between the pairs.
    """
    plan = in_pillars(planned_activity[planned_activity["provider"].isin(scope.employers)], scope)
    plan = plan.rename(columns={"tests": "value"})
    before = counted.rename(columns={"tests": "value"})
    found = _like_months(before, last_months(_current(plan), MONTHS_IN_YEAR), TEST_CELL)
    factor = _same_count(before, _newest(plan[plan["kind"] != PLANNED], TEST_CELL))
    known = found.merge(factor, on=TEST_CELL, how="left").fillna({"factor": 1.0})
    whole = known.assign(after=known["after"] * known["factor"]).drop(columns="factor")
    return whole[(whole["months"] >= indicator("year_from_months")) & (whole["before"] > 0) & (whole["after"] > 0)]


def planned_staff(counted: pd.DataFrame, planned_wte: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """WTE on file and planned in like months: employer, pillar, profession, months, before, after, before_years.

    Months that the plan skips lie on a straight line between those it has.
    """
    plan = own_plan(planned_wte, scope).rename(columns={"wte": "value"})
    last = counted["month"].max()
    held = _newest(plan[plan["month"] <= last], STAFF_CELL)
    ahead = _current(plan)
    both = pd.concat([held, ahead[ahead["month"] > last]])[[*STAFF_CELL, "month", "value"]]
    filled = between_months(both, STAFF_CELL, "value")
    before = last_months(filled[filled["month"] <= last], MONTHS_IN_YEAR)
    return _like_months(before, last_months(filled[filled["month"] > last], MONTHS_IN_YEAR), STAFF_CELL)


def yearly_growth(pairs: pd.DataFrame, by: str | Sequence[str]) -> pd.Series:
    """Log growth a year of the results of planned_tests or planned_staff, added up by the columns of `by`."""
    summed = pairs.groupby(by)[SUMS].sum()
    growth: pd.Series = np.log(summed["after"] / summed["before"]) * summed["before"] / summed["before_years"]
    return growth


def _output_growth(tests: pd.DataFrame, staff: pd.DataFrame, work: pd.Series | None) -> float | None:
    """Growth of output per WTE, a share a year; None where no employer and pillar has both tests and staff."""
    places = staff.rename(columns={"employer": "provider"})
    weighed = _as_work(tests.merge(places[PLACE].drop_duplicates(), on=PLACE), work)
    own = places.merge(weighed.loc[weighed["before"] > 0, PLACE].drop_duplicates(), on=PLACE)
    if own.empty or own[["before", "after"]].sum().min() <= 0:
        return None
    grown, staffed = (float(yearly_growth(each.assign(all="all"), "all").iloc[0]) for each in (weighed, own))
    return float(np.expm1(grown - staffed))


def _as_work(tests: pd.DataFrame, work: pd.Series | None) -> pd.DataFrame:
    """The tests with each test's sums in proportion to the work that it is today."""
    if work is None:
        return tests
    whole = tests["test"].map(work).fillna(0.0) / tests.groupby("test")["before"].transform("sum")
    return tests.assign(**{name: tests[name] * whole for name in SUMS})


def _like_months(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums over the months of the same name, those after being later than the last before of their keys."""
    sides = [
        side[[*keys, "month"]].assign(name=side["month"].dt.month, value=side["value"].astype("float64"))
        for side in (before, after)
    ]
    last = sides[0].groupby(keys)["month"].transform("max")
    pairs = sides[0].assign(last=last).merge(sides[1], on=[*keys, "name"], suffixes=("_before", "_after"))
    later = pairs[pairs["month_after"] > pairs["last"]]
    years = months_back(later["month_before"], later["month_after"]) / MONTHS_IN_YEAR
    return (
        later.assign(before_years=later["value_before"] * years)
        .groupby(keys, as_index=False)
        .agg(
            months=("name", "size"),
            before=("value_before", "sum"),
            after=("value_after", "sum"),
            before_years=("before_years", "sum"),
        )
    )


def _same_count(before: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Tests counted over tests of the plan in the months that both have: provider, pillar, test, factor."""
    both = before.merge(own, on=[*TEST_CELL, "month"], suffixes=("_counted", "_plan"))
    summed = both.astype({"value_counted": "float64", "value_plan": "float64"}).groupby(TEST_CELL)
    counted, plan = (summed[f"value_{side}"].sum() for side in ("counted", "plan"))
    return (counted / plan).where((counted > 0) & (plan > 0)).rename("factor").reset_index()


def _current(plan: pd.DataFrame) -> pd.DataFrame:
    return plan[(plan["cycle"] == current_cycle(plan)) & (plan["kind"] == PLANNED)]


def _newest(plan: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row a month: outturn before baseline before planned, and of the latest cycle."""
    best = plan.assign(rank=plan["kind"].map([PLANNED, *(kind for kind in KINDS if kind != PLANNED)].index))
    ordered = best.sort_values(["rank", "cycle"])
    return ordered.drop_duplicates([*keys, "month"], keep="last").drop(columns="rank")
