"""The parts of indicators: numerators and denominators by organisation, pillar and month, and their sums.

Parts are summed before they are divided, so a rate of several employers or months is pooled and never averaged
(docs/method.md, section 12).
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.reference import indicator
from pipeline.statistics.standardised import LEAST_EVENTS

SYSTEM = "system"
"""Stands for all of the plan's employers together, where an organisation's code would stand."""
ALL_PILLARS = "all"
CELL = ["indicator", "organisation", "pillar"]
COLUMNS = [*CELL, "month", "numerator", "denominator"]


def parts(name: str, frame: pd.DataFrame, numerator: pd.Series, denominator: pd.Series | float = 1.0) -> pd.DataFrame:
    """Rows of one indicator from a frame with organisation, pillar and month, which need not be summed yet.

    Returns COLUMNS. A row in which either part is missing is left out: half a ratio is none.
    """
    made = frame[["organisation", "pillar", "month"]].assign(
        indicator=name,
        numerator=pd.to_numeric(numerator).astype("float64"),
        denominator=denominator if isinstance(denominator, float) else pd.to_numeric(denominator).astype("float64"),
    )
    return made.dropna(subset=["numerator", "denominator"])[COLUMNS]


def empty_parts() -> pd.DataFrame:
    """No parts: the columns without a row."""
    kinds = dict.fromkeys(CELL, "str") | {"month": "datetime64[ns]", "numerator": "float64", "denominator": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def together(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Several frames of parts as one; those without rows add nothing."""
    kept = [frame for frame in found if len(frame)]
    return pd.concat(kept, ignore_index=True) if kept else empty_parts()


def total_over(rows: pd.DataFrame, over: str, name: str) -> pd.DataFrame:
    """Parts summed over one column (organisation or pillar), which is then `name`, the same members in every month.

    Members are those with at least half as many months as the one with most; months are those that all members have.
    Adds `counted`, how many members each sum holds, and `of`, how many there are.
    """
    keys = [column for column in CELL if column != over]
    if rows.empty:
        return empty_parts().assign(counted=pd.Series(dtype="int64"), of=pd.Series(dtype="int64"))
    months = rows.groupby([*keys, over])["month"].transform("nunique")
    longest = months.groupby([rows[key] for key in keys]).transform("max")
    members = rows.groupby(keys)[over].transform("nunique")
    kept = rows.assign(of=members)[months >= indicator("series_from_share") * longest]
    there = kept.groupby(keys)[over].transform("nunique")
    summed = (
        kept.assign(there=there)
        .groupby([*keys, "month", "there", "of"], as_index=False)
        .agg(numerator=("numerator", "sum"), denominator=("denominator", "sum"), counted=(over, "nunique"))
    )
    whole = summed[summed["counted"] == summed["there"]].assign(**{over: name})
    return _levels_undivided(whole)[[*COLUMNS, "counted", "of"]].reset_index(drop=True)


def _levels_undivided(rows: pd.DataFrame) -> pd.DataFrame:
    """An amount of several members is their sum: nothing divides it."""
    return rows.assign(denominator=rows["denominator"].mask(rows["indicator"].isin(_levels()), 1.0))


def _levels() -> list[str]:
    return [name for name, card in cards().items() if card.is_level]


def _flows() -> list[str]:
    return [name for name, card in cards().items() if card.period == "year"]


def valued(rows: pd.DataFrame) -> pd.DataFrame:
    """The parts with `value` = scale x numerator / denominator; missing at 0 and under the card's least denominator.

    Where `months` says that several were summed, the least is asked of their average.
    """
    scale, least = (
        rows["indicator"].map({name: getattr(card, field) for name, card in cards().items()}).astype("float64")
        for field in ("scale", "least")
    )
    average = rows["denominator"] / rows.get("months", 1)
    bottom = rows["denominator"].where((rows["denominator"] > 0) & (average >= least))
    return rows.assign(value=(scale * rows["numerator"] / bottom).astype("float64"))


def few_events(values: pd.DataFrame) -> pd.Series:
    """Which values are rates of people who joined or left, of whom there are too few to give or judge a rate.

    The same number of events as under a rate standardised for age (statistics.standardised.LEAST_EVENTS).
    """
    of_events = values["indicator"].isin([name for name, card in cards().items() if card.events])
    found: pd.Series = of_events & (values["numerator"] < LEAST_EVENTS)
    return found


def with_enough_events(values: pd.DataFrame) -> pd.DataFrame:
    """The values without those of few events, for what judges them. Takes values of a year, with their numerator."""
    return values.assign(value=values["value"].mask(few_events(values)))


def latest_values(rows: pd.DataFrame, employers: Collection[str]) -> pd.DataFrame:
    """The latest value of each indicator, organisation and pillar, with the system's from all its employers.

    Takes the table of indicators. A stock is that of each organisation's latest month. A flow is pooled over the twelve
    calendar months to the latest that anybody has of the indicator and pillar; an organisation with few of those on
    file is left out, since seasons would tell it apart. Returns CELL, month (the last), months (how many), numerator,
    denominator, value, `counted` (employers in the system's value) and `of` (employers that have staff in the pillar).
    """
    known = rows[(rows["organisation"] != SYSTEM) & rows["pillar"].notna()]
    newest = _newest(known[_is_part(known)])
    own = newest[newest["organisation"].isin(employers)]
    found = together([newest, _summed(own, "organisation", SYSTEM), _system_only(rows)])
    found = found.reindex(columns=[*COLUMNS, "months"])
    split = found[found["pillar"].ne(ALL_PILLARS) & ~found["indicator"].isin([*kept_apart(), *system_indicators()])]
    every = together([found, _summed(split, "pillar", ALL_PILLARS)]).reindex(columns=[*COLUMNS, "months"])
    return _counted(valued(every), employers)


def rolling_values(rows: pd.DataFrame) -> pd.DataFrame:
    """The value of every month as a table of that month would have shown it: a flow pooled over the year to it.

    Takes the table of indicators; returns CELL, month and value, missing where it rests on few events (few_events). A
    year needs ten of its twelve months.
    """
    yearly = rows["indicator"].isin(_flows())
    pooled = [rolled_year(of_one) for _, of_one in rows[yearly].groupby("indicator")]
    found = valued(together([rows[~yearly][COLUMNS].assign(months=1), *pooled]))
    return with_enough_events(found)[[*CELL, "month", "value"]]


def rolled_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Parts of flows summed over the twelve months to each month, with `months`, how many were on file."""
    wide = rows.set_index(["month", *CELL])[["numerator", "denominator"]].unstack(CELL)
    every = wide.reindex(pd.date_range(wide.index.min(), wide.index.max(), freq="ME"))
    year = every.rolling(MONTHS_IN_YEAR, min_periods=LEAST_OF_YEAR)
    long = year.sum().rename_axis("month").stack(CELL, future_stack=True)
    months = year.count()["numerator"].rename_axis("month").stack(CELL, future_stack=True).rename("months")
    return _amounts_averaged(long.join(months).dropna().reset_index()[[*COLUMNS, "months"]])


LEAST_OF_YEAR = 10
"""Months of twelve without which a month's year is not given: over time, seasons would come and go."""


def _system_only(rows: pd.DataFrame) -> pd.DataFrame:
    """The latest rows of what only the system has, which come with their total over pillars."""
    own = rows[rows["indicator"].isin(system_indicators())]
    return own[own["month"] == own.groupby(CELL)["month"].transform("max")][COLUMNS].assign(months=1)


def _is_part(rows: pd.DataFrame) -> pd.Series:
    """Rows of a pillar, and those of an indicator that knows no pillars: the others are totals of them."""
    splits = rows["pillar"].ne(ALL_PILLARS).groupby(rows["indicator"]).transform("any")
    return rows["pillar"].ne(ALL_PILLARS) | ~splits


def _newest(known: pd.DataFrame) -> pd.DataFrame:
    yearly = known["indicator"].isin(_flows())
    stock = known[~yearly]
    stock = stock[stock["month"] == stock.groupby(CELL)["month"].transform("max")].assign(months=1)
    flow = known[yearly]
    last = flow.groupby(["indicator", "pillar"])["month"].transform("max")
    year = flow[months_back(flow["month"], last) < MONTHS_IN_YEAR]
    on_file = year.groupby(["indicator", "pillar"])["month"].transform("nunique")
    pooled = (
        year.assign(on_file=on_file)
        .groupby([*CELL, "on_file"], as_index=False)
        .agg(months=("month", "nunique"), **_SUMS)
    )
    least = np.maximum(indicator("year_from_share") * pooled["on_file"], indicator("year_from_months"))
    enough = pooled[pooled["months"] >= least]
    return _amounts_averaged(together([stock, enough]).reindex(columns=[*COLUMNS, "months"]))


_SUMS = {"month": ("month", "max"), "numerator": ("numerator", "sum"), "denominator": ("denominator", "sum")}


def _amounts_averaged(rows: pd.DataFrame) -> pd.DataFrame:
    """Amounts as the average of their months, so that employers with more months do not count for more."""
    level = rows["indicator"].isin(_levels())
    average = rows["numerator"] / rows["denominator"]
    return rows.assign(numerator=rows["numerator"].mask(level, average), denominator=rows["denominator"].mask(level, 1))


def _summed(rows: pd.DataFrame, over: str, name: str) -> pd.DataFrame:
    keys = [column for column in CELL if column != over]
    summed = rows.groupby(keys, as_index=False).agg(months=("months", "max"), **_SUMS)
    return _levels_undivided(summed.assign(**{over: name}))


def system_indicators() -> list[str]:
    """Indicators of the system as a whole, which no employer has."""
    return [name for name, card in cards().items() if card.system_only]


def kept_apart() -> list[str]:
    """Indicators that are never summed over pillars, which would add up unlike things."""
    return [name for name, card in cards().items() if not card.all_pillars]


def _counted(values: pd.DataFrame, employers: Collection[str]) -> pd.DataFrame:
    """How many employers each of the system's values holds, of how many that have staff in the pillar."""
    own = values[values["organisation"].isin(employers) & values["value"].notna()]
    counted = own.groupby(["indicator", "pillar"])["organisation"].nunique().rename("counted")
    staffed = own[own["indicator"] == "staff_wte"].groupby("pillar")["organisation"].nunique().rename("of")
    joined = values.join(counted, on=["indicator", "pillar"]).join(staffed, on="pillar")
    return joined.assign(of=joined["of"].fillna(joined["counted"])).reset_index(drop=True)
