"""Employers and providers compared as if each had the same mix of tests or of ages (docs/method.md, section 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from pipeline.metrics.ages import age_from
from pipeline.metrics.scope import Scope
from pipeline.metrics.turnover import average_headcount, covered, flows_of, latest_year
from pipeline.metrics.workforce import best_staff
from pipeline.statistics.standardised import direct_rate, indirect_ratio

ENGLAND = "ENG"
"""The code under which some files hold the whole of England, which is no organisation."""
PER = 100
WAITS = ["provider", "waiting", "observed", "expected", "ratio", "low", "high", "reason"]
LEAVERS = ["employer", "headcount", "leavers", "rate", "low", "high", "left_out", "reason"]


def waits_ratio(waiting: pd.DataFrame, providers: Sequence[str], month: pd.Timestamp) -> pd.DataFrame:
    """Patients waiting 6+ weeks over those expected had each test the share of all organisations on file, at a month.

    A row a provider, in the order given: provider, waiting (patients), observed and expected (patients waiting 6+
    weeks), ratio (1 is as expected), low and high (95 %), reason (why there is no ratio, else ""). Indirect
    standardisation by test. The limits are of chance alone: waits come in queues, so they are rather too narrow.
    """
    own = waiting[(waiting["month"] == month) & (waiting["provider"] != ENGLAND)]
    by_test = own.groupby("test")[["waiting", "waiting_6_plus"]].sum().astype("float64")
    shares = by_test["waiting_6_plus"] / by_test["waiting"].where(by_test["waiting"] > 0)
    rows = [_waits_of(own[own["provider"] == code], code, shares) for code in providers]
    return pd.DataFrame(rows, columns=WAITS)


def _waits_of(rows: pd.DataFrame, provider: str, shares: pd.Series) -> dict[str, object]:
    lists = rows.groupby("test")[["waiting", "waiting_6_plus"]].sum()
    ratio = indirect_ratio(lists["waiting_6_plus"], lists["waiting"], shares.reindex(lists.index))
    waiting = int(lists["waiting"].sum())
    return {
        **asdict(ratio),
        "provider": provider,
        "waiting": waiting,
        "ratio": ratio.value,
        "reason": ratio.reason if waiting else "nobody waiting on file",
    }


def leaver_rates_by_age(movements: pd.DataFrame, staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Leavers of the latest year for each 100 staff, had each employer the ages of all the plan's employers together.

    A row an employer, in the plan's order: employer, headcount (average of the year) and leavers whose age band is
    known, rate, low and high (95 %, Dobson), left_out (leavers whose age is not known or in whose band the employer has
    no staff on file) and reason (why there is no rate, else ""). Moves within the system count, as in the NHS rate.
    Bands are told apart by their first age. Employers whose movements do not cover the year have no rate.
    """
    year = latest_year(movements, scope)
    average = average_by_age(staff, scope, year["month"].max())
    left = flows_of(year).merge(average[["employer", "pillar"]].drop_duplicates(), on=["employer", "pillar"])
    leavers = left.assign(from_age=age_from(left["age_band"]).fillna(-1.0)).groupby(["employer", "from_age"])["leavers"]
    standard = average.groupby("from_age")["average"].sum()
    people = average.groupby(["employer", "from_age"])["average"].sum()
    complete = covered(year, average)
    rows = [
        _leavers_of(code, _part(leavers.sum(), code), _part(people, code), standard, code in complete)
        for code in scope.employers
    ]
    return pd.DataFrame(rows, columns=LEAVERS)


def average_by_age(staff: pd.DataFrame, scope: Scope, last: pd.Timestamp) -> pd.DataFrame:
    """Average headcount of the year to `last`, by employer, pillar and first age of the age band."""
    return average_headcount(_aged(best_staff(staff)), scope, last, "from_age")


def counted_by_age(year: pd.DataFrame, average: pd.DataFrame) -> pd.Series:
    """Whether each movement is of an age band in which its employer has staff, so that leaver_rates_by_age counts it.

    Takes latest_year and average_by_age.
    """
    there = average.groupby(["employer", "from_age"])["average"].sum()
    bands = pd.MultiIndex.from_arrays([year["employer"], age_from(year["age_band"]).fillna(-1.0)])
    pairs = pd.MultiIndex.from_frame(average[["employer", "pillar"]].drop_duplicates())
    own = pd.MultiIndex.from_frame(year[["employer", "pillar"]]).isin(pairs)
    return pd.Series(bands.isin(there[there > 0].index) & own, index=year.index)


def _aged(staff: pd.DataFrame) -> pd.DataFrame:
    """The rows whose age band tells an age, with the first age of it."""
    rows = staff.assign(from_age=age_from(staff["age_band"]))
    return rows[rows["from_age"].notna()]


def _part(numbers: pd.Series, employer: str) -> pd.Series:
    """One employer's numbers by first age."""
    return numbers[numbers.index.get_level_values("employer") == employer].droplevel("employer").astype("float64")


def _leavers_of(
    employer: str, leavers: pd.Series, people: pd.Series, standard: pd.Series, complete: bool
) -> dict[str, object]:
    there = people[people > 0]
    counted = leavers.reindex(there.index, fill_value=0.0)
    found = {
        "employer": employer,
        "headcount": float(there.sum()),
        "leavers": int(counted.sum()),
        "left_out": int(leavers.sum() - counted.sum()),
    }
    if not complete:
        return {**found, "rate": np.nan, "low": np.nan, "high": np.nan, "reason": "no year of movements and ages"}
    rate = direct_rate(counted, there, standard, scale=PER)
    return {**found, "rate": rate.value, "low": rate.low, "high": rate.high, "reason": rate.reason}
