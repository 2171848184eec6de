"""Reports by employer, test and reporter: how many, in what time, and how many were late.

Reports follow the examinations of the imaging data set (same level, growth and season). Days to a report are
log-normal: P(more than 28 days) = 1 - Phi(ln(28 / median) / sigma).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from random import Random
from statistics import NormalDist
from typing import Any

from pipeline.months import add_months, months_between
from pipeline.synthetic.activity import WEEKS_A_YEAR, seasonal
from pipeline.synthetic.chance import apportion, count, spread, stream
from pipeline.synthetic.local.frames import Row, local_parameters, pillar_of
from pipeline.synthetic.local.system import Employer
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.places import base_month

OUTSOURCED = "outsourced"
LATE_DAYS = 28
MINUTES, MONTHS = 60, 12
PER_MILLION = 1000
"""Rates are for each 1,000 people: this many thousands in a million."""
Test = dict[str, Any]


def tests_of(employer: Employer) -> dict[str, Test]:
    """The tests that an employer reports."""
    written: dict[str, Test] = local_parameters("reporting")["tests"]
    return {name: test for name, test in written.items() if employer.kind in test["share"]}


def reporting_months() -> list[dt.date]:
    """The months of the returns, the base month last."""
    months: int = local_parameters("reporting")["months"]
    return [add_months(base_month(), step - months + 1) for step in range(months)]


def reporting_rows(seed: int, employer: Employer) -> Iterator[Row]:
    """A row for each month, test and reporter of an employer."""
    for day in reporting_months():
        for name, test in tests_of(employer).items():
            yield from _month(seed, employer, name, test, day)


def _month(seed: int, employer: Employer, name: str, test: Test, day: dt.date) -> Iterator[Row]:
    rng = stream(seed, "reports", employer.code, name, day)
    expected = _expected(seed, employer, name, test, day)
    total = count(rng, expected * seasonal(day) * spread(rng, local_parameters("reporting")["month_sd"]))
    shares = reporters(employer, test, day)
    for (reporter, share), reports in zip(shares.items(), apportion(total, list(shares.values())), strict=True):
        days = median_days(employer, name, test, day) * spread(rng, local_parameters("reporting")["median_sd"])
        yield {
            "month": day,
            "employer": employer.code,
            "pillar": pillar_of(name),
            "test": name,
            "reporter": reporter,
            "reports": reports,
            "minutes_each": _stated_minutes(employer, test, reporter),
            "pas_week": _pas_week(employer, test, reporter, expected * share),
            "rvus": round(reports * test["rvu"], 1) if "rvu" in test else None,
            "median_days": round(days, 1),
            "over_28_days": _late(rng, reports, days, test["sigma"]),
        }


def _expected(seed: int, employer: Employer, name: str, test: Test, day: dt.date) -> float:
    """Reports in a month before season and chance."""
    level, growth, counted_as = examinations(name, test)
    # The stream and spread of the examinations themselves, so that their reports are of the same level.
    usual = spread(stream(seed, "volume", employer.code, counted_as), parameters("activity")["volume_sd"])
    a_year = level * employer.millions * PER_MILLION * test["reported"] * usual
    return float(a_year / MONTHS * math.exp(growth * _years(day)))


def examinations(name: str, test: Test) -> tuple[float, float, str]:
    """Examinations a year for each 1,000 people at the base month, log growth a year, and what they are counted as."""
    if "modality" not in test:
        return test["a_year"], test["growth"], name
    rows = parameters("activity")["did"]["modalities"]
    counted = next(row for row in rows if row["name"] == test["modality"])
    return counted["a_year"], counted["growth"], counted["name"]


def _years(day: dt.date) -> float:
    return months_between(base_month(), day) / MONTHS


def unlike(employer: Employer) -> dict[str, Any]:
    """How an employer differs from the usual."""
    rows = local_parameters("reporting")["employers"]
    return next((row for row in rows if row["place"] == employer.place), {})


def reporters(employer: Employer, test: Test, day: dt.date) -> dict[str, float]:
    """True share of the reports of a month that each kind of reporter makes; outsourcing moves on the logit scale."""
    now: dict[str, float] = test["share"][employer.kind]
    if OUTSOURCED not in now or employer.kind not in test["share"]:
        return now
    months = local_parameters("reporting")["months"]
    back = months_between(day, base_month()) / (months - 1)
    moved = _logit(now[OUTSOURCED]) * (1 - back) + _logit(test["outsourced_then"]) * back
    out = 1 / (1 + math.exp(-(moved + unlike(employer).get(OUTSOURCED, 0.0))))
    rest = (1 - out) / (1 - now[OUTSOURCED])
    return {reporter: out if reporter == OUTSOURCED else share * rest for reporter, share in now.items()}


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def true_minutes(employer: Employer, test: Test, reporter: str) -> float:
    """Minutes that a report really takes."""
    return float(test["minutes"][reporter]["really"] * unlike(employer).get("minutes", 1.0))


def _stated_minutes(employer: Employer, test: Test, reporter: str) -> float | None:
    return None if reporter in unlike(employer).get("unstated", []) else test["minutes"][reporter]["stated"]


def _pas_week(employer: Employer, test: Test, reporter: str, reports: float) -> float | None:
    """Programmed activities that the reports of a usual month take, by their true minutes, as job-planned."""
    own = local_parameters("reporting")
    if reporter in own["without_pas"]:
        return None
    hours_week = reports * true_minutes(employer, test, reporter) / MINUTES * MONTHS / WEEKS_A_YEAR
    return float(round(hours_week / (own["pa_hours"] * own["delivered"]) / own["pa_step"]) * own["pa_step"])


def median_days(employer: Employer, name: str, test: Test, day: dt.date) -> float:
    """True median of the days from test to report."""
    own = unlike(employer)
    drift = test["drift"] + (own.get("drift", 0.0) if name in own.get("slower", {}) else 0.0)
    return float(test["median"] * own.get("slower", {}).get(name, 1.0) * math.exp(drift * _years(day)))


def share_late(days: float, sigma: float) -> float:
    """Share of reports over 28 days, of days that are log-normal around their median."""
    return 1 - NormalDist().cdf(math.log(LATE_DAYS / days) / sigma)


def _late(rng: Random, reports: int, days: float, sigma: float) -> int:
    return min(reports, count(rng, reports * share_late(days, sigma)))


def slow_employers(employers: Sequence[Employer]) -> list[str]:
    """Codes of the employers that were planted as slow."""
    return [employer.code for employer in employers if unlike(employer).get("slower")]
