"""Bank and agency staff over the latest twelve months: WTE worked and what it cost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months, months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars


def latest_year(temporary: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Rows of the plan's employers and pillars in the 12 months to the latest month that any employer sent.

    `months` is how many months each employer's rows span: average WTE is taken over these.
    """
    own = in_pillars(temporary[temporary["employer"].isin(scope.employers)], scope)
    year = last_months(own, MONTHS_IN_YEAR)
    ends = year.groupby("employer")["month"].agg(["min", "max"])
    spans = pd.Series(months_back(ends["min"], ends["max"]) + 1, index=ends.index, dtype="int64")
    return year.assign(months=year["employer"].map(spans).astype("float64"))


def temporary_by(year: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Average WTE, cost (£ over the months on file), and cost of a WTE for a year, by the columns of `by`.

    Takes the result of latest_year. The cost of a WTE is pooled over the rows that state a cost: £ over WTE-months,
    times 12. Cost is missing where no row states one.
    """
    costed = year["wte"].where(year["cost"].notna(), 0.0)
    shares = year.assign(average_wte=year["wte"] / year["months"], costed=costed)
    summed = shares.groupby(list(by), as_index=False).agg(
        average_wte=("average_wte", "sum"),
        cost=("cost", lambda costs: costs.sum(min_count=1)),
        costed=("costed", "sum"),
    )
    yearly = summed["cost"] * MONTHS_IN_YEAR / summed["costed"].where(summed["costed"] > 0)
    ordered = summed.assign(cost_of_a_wte_year=yearly).drop(columns="costed")
    return ordered.sort_values("average_wte", ascending=False).reset_index(drop=True)
