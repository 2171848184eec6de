"""What a plan's own files say of the assumptions about staff over time (docs/method.md, sections 5 and 14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.model.posterior import Fitted, Measured, fitted, from_year_to_year, spread_of
from pipeline.model.supply.exposure import History
from pipeline.model.supply.joining import Pace
from pipeline.model.supply.recency import Memory
from pipeline.model.supply.system import RISKS, TRANSFER
from pipeline.months import month_name
from pipeline.reference import engine

Array = NDArray[np.float64]
SAME_WORK = ["employer", "profession", "band", "age_band"]
"""People of whom hours are compared, so that hours do not seem to change when who is there does."""


def exits_fitted(
    assumptions: Assumptions, past: History, measured: dict[str, float], within: float | None, memory: Memory
) -> list[Fitted]:
    """Yearly chances of each risk, and the share of transfers within the system, before and after the plan's history.

    `measured` are the chances among the staff in post by the history alone. A chance is a Gamma whose range before is
    worth so many leavers; those of the history count for as many as their chance and their years are alike. Risks of
    which no leaver was seen are told by how long nobody left. No history, no fit.
    """
    if past.at_risk.empty or past.left.empty:
        return []
    last = past.at_risk["month"].max()
    shows = f"Joiners and leavers of the plan's employers, {past.months} months to {month_name(last.date())}"
    counted = f"{shows}; {memory.name}" if memory != Memory() else shows
    found = [_chance(assumptions[f"exit_rate / {name}"], name, past, measured[name], memory, counted) for name in RISKS]
    moved = past.left[past.left["risk"] == RISKS[TRANSFER]]
    if within is not None and 0 < within < 1:
        spread = float(np.sqrt(1.0 / (moved["heads"].sum() * within * (1.0 - within))))
        stays = Measured(within, spread, 0.0, shows, moved["month"].min().date())
        found.append(fitted(assumptions["transfers_within"], stays))
    return found


def _chance(before: Assumption, risk: str, past: History, chance: float, memory: Memory, shows: str) -> Fitted:
    left = past.left[past.left["risk"] == risk]
    last = past.at_risk["month"].max()
    weights = memory.weights(months_back(left["month"], last))
    seen, square = (float((weights**power * left["heads"]).sum()) for power in (1, 2))
    at_risk = memory.weights(months_back(past.at_risk["month"], last)) * past.at_risk["heads"]
    years = float(memory.weights(np.arange(past.months)).sum()) / MONTHS_IN_YEAR
    yearly = _of_rates(left, past.at_risk)
    since = last - pd.offsets.MonthEnd(int((memory.window or past.months) - 1))
    if seen == 0:
        # `chance` is then what was thought before at the ages of the plan's staff, of whom some may never leave by it.
        fewer = float(np.log1p(-chance) / np.log1p(-before.value))
        exposure = fewer * float(at_risk.sum()) / MONTHS_IN_YEAR
        none = Measured(0.0, float("inf"), yearly, shows, since.date(), 0.0, exposure)
        return fitted(before, none)
    variance = square / seen**2 + yearly**2 / max(years, 1.0 / MONTHS_IN_YEAR)
    worth = 1.0 / variance
    exposure = worth / float(-np.log1p(-chance))
    spread = float(np.sqrt(variance))
    return fitted(before, Measured(chance, spread, yearly, shows, since.date(), worth, exposure))


def _of_rates(left: pd.DataFrame, at_risk: pd.DataFrame) -> float:
    """Standard deviation of the logarithm of a rate from year to year, over the whole years of a history."""
    last = at_risk["month"].max()

    def by_year(rows: pd.DataFrame) -> pd.Series:
        summed: pd.Series = rows.groupby(months_back(rows["month"], last) // MONTHS_IN_YEAR)["heads"].sum()
        return summed

    people = by_year(at_risk)
    whole = at_risk.groupby(months_back(at_risk["month"], last) // MONTHS_IN_YEAR)["month"].nunique() == MONTHS_IN_YEAR
    events = by_year(left).reindex(people.index, fill_value=0.0)[whole]
    some = events[events > 0]
    usual = engine("usual_year_to_year")
    if len(some) < 2 or len(some) < len(events):
        return usual
    rates = np.log(events / people[whole]).to_numpy(dtype=np.float64)
    return from_year_to_year(rates, float((1.0 / events).mean()), usual)


def hiring_fitted(assumptions: Assumptions, pace: Pace) -> list[Fitted]:
    """The ranges of the pace of hiring and of recruitment abroad, against that of the files, which is 1 by definition.

    Nothing was thought before of what the files show, so their weight is 1; the usual range counts as so many years in
    how much years differ. Of less than a whole year nothing is said.
    """
    years = pace.by_year
    if years.empty or years["hires"].sum() == 0:
        return []
    shows = f"Hires and vacancies of the plan's employers, {pace.months} months"
    found = [_ratio(assumptions["hiring_pace"], years["hires"], years["pace"], shows)]
    if years["abroad"].sum() > 0:
        shows = f"People recruited abroad by the plan's employers, {len(years)} years"
        found.append(_ratio(assumptions["recruits_abroad"], years["abroad"], years["abroad"], shows))
    return found


def _ratio(before: Assumption, events: pd.Series, rates: pd.Series, shows: str) -> Fitted:
    some = rates[events > 0]
    changes = np.log(some.to_numpy(dtype=np.float64))
    yearly = from_year_to_year(changes, float((1.0 / events[events > 0]).mean()), spread_of(before))
    spread = float(np.sqrt(1.0 / events.sum() + yearly**2 / len(some)))
    unknown = before.model_copy(update={"low": None, "high": None, "range": "none"})
    measured = Measured(1.0, spread, yearly, shows, before.from_date)
    found = fitted(unknown, measured)
    return Fitted(before, found.alone, found.after, found.weight, shows)


def hours_fitted(assumptions: Assumptions, staff: pd.DataFrame, months: int) -> list[Fitted]:
    """Growth of the hours that each person works, among people of one employer, profession, band and age.

    Takes the result of known_staff. A random walk with drift over whole years to the latest month: the mean yearly
    change, with the variance of that mean and of the changes of the `months` ahead (Hyndman and Athanasopoulos,
    Forecasting: Principles and Practice, section 5.2). Fewer than two changes say nothing.
    """
    known = staff[staff["headcount"].notna() & (staff["headcount"].astype("float64") > 0)]
    changes = np.array(list(_yearly_changes(known, SAME_WORK, _hours_change)))
    shows = "Hours of the plan's staff of one employer, profession, band and age"
    return _drift(assumptions["hours_growth"], changes, known, shows, months)


def net_change_fitted(assumptions: Assumptions, staff: pd.DataFrame, months: int) -> list[Fitted]:
    """Growth of posts where no file gives any: the net change of staff in post, which is all that stocks can tell.

    As hours_fitted, of WTE in post of employers that are on file in both of two years. Whoever filled or left those
    posts is not known, so rates of leaving and hiring keep the ranges they had.
    """
    changes = np.array(list(_yearly_changes(staff, ["employer"], _net_change)))
    return _drift(assumptions["posts_growth"], changes, staff, "Net change of staff in post, without flows", months)


def _drift(before: Assumption, changes: Array, staff: pd.DataFrame, shows: str, months: int) -> list[Fitted]:
    if len(changes) < 2:
        return []
    yearly = from_year_to_year(changes, 0.0, spread_of(before))
    ahead = yearly / np.sqrt(max(months / MONTHS_IN_YEAR, 1.0))
    last = staff["month"].max()
    told = f"{shows}, {len(changes)} years to {month_name(last.date())}"
    since = last - pd.DateOffset(years=len(changes))
    measured = Measured(float(changes.mean()), yearly / float(np.sqrt(len(changes))), ahead, told, since.date())
    return [fitted(before, measured)]


def _yearly_changes(staff: pd.DataFrame, keys: list[str], change: Callable[[pd.DataFrame], float]) -> Iterator[float]:
    """The change of each year, counted back from the latest month, over those on file at its beginning and its end."""
    if staff.empty:
        return
    last = staff["month"].max()
    back = months_back(staff["month"], last)
    at = [_sums(staff[back == months], keys) for months in range(0, int(back.max()) + 1, MONTHS_IN_YEAR)]
    for now, then in pairwise(at):
        found = change(now.merge(then, left_index=True, right_index=True, suffixes=("_now", "_then")))
        if np.isfinite(found):
            yield found


def _sums(staff: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return staff.astype({"headcount": "float64", "wte": "float64"}).groupby(keys)[["headcount", "wte"]].sum()


def _hours_change(both: pd.DataFrame) -> float:
    """Hours of those there now over what they would be at the hours of a year before, as a logarithm."""
    then = (both["headcount_now"] * both["wte_then"] / both["headcount_then"]).sum()
    return float(np.log(both["wte_now"].sum() / then)) if then > 0 and both["wte_now"].sum() > 0 else float("nan")


def _net_change(both: pd.DataFrame) -> float:
    now, then = both["wte_now"].sum(), both["wte_then"].sum()
    return float(np.log(now / then)) if now > 0 and then > 0 else float("nan")
