"""Reporting ahead: its output in hours and units, and the queue of what is not reported (docs/method.md, section 16).

All of it in the baseline with every assumption at its value: who reports stays as in the latest year, and a report
takes the minutes that employers state, less what output per WTE grows by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.reporting import latest_year
from pipeline.model.draws import central
from pipeline.model.need import output_factor
from pipeline.model.paths import Paths, paths
from pipeline.model.plan_setting import Setting
from pipeline.model.reporting_need import BOUGHT_IN, CONSULTANT, KEYS, consultant_wte, work_a_test, work_a_year
from pipeline.model.reporting_queue import (
    capacity_within_limit,
    mean_days,
    months_of_weeks,
    share_later,
    spread_of_days,
    turnaround,
)
from pipeline.model.reports import reported_tests
from pipeline.model.scenarios import BASELINE
from pipeline.model.tests_ahead import TestsAhead, tests_ahead
from pipeline.model.work import tests_at_base, wte_of_hours
from pipeline.months import add_months
from pipeline.reference import engine

Array = NDArray[np.float64]
NOW, THEN = "", "_then"
AMOUNTS = ("reports", "hours", "rvus")
DAYS_IN_WEEK = 7


@dataclass(frozen=True)
class _Baseline:
    """Every assumption at its value: `output` is what work takes against the base month, by month."""

    tests: TestsAhead
    output: Array
    paths: Paths

    def grown(self, tests: pd.Series) -> Array:
        """Tests against the base month, by month and row."""
        return np.stack([self.tests.whole[test][:, 0] for test in tests], axis=1)


def _baseline(setting: Setting) -> _Baseline:
    of = paths(BASELINE, central(setting.assumptions), setting.assumptions, setting.months)
    tests = tests_ahead(sorted(set(setting.annual["test"])), setting.people, of, setting.base_month)
    return _Baseline(tests, output_factor(of)[:, 0], of)


def output_ahead(setting: Setting) -> pd.DataFrame:
    """Reports, hours and units of a year and PAs a week, at the pace of the base month and of the horizon (`_then`).

    A row for each employer, pillar, test and reporter, with profession (empty where none of the employer's staff do
    it). Hours and units are missing where no minutes or units are stated; PAs, the average of the year's months, follow
    hours, so that what a session yields stays. Empty where nobody says who reports.
    """
    shares, ratio = _reported(setting)
    if shares.empty:
        return pd.DataFrame(columns=[*KEYS, "reporter", "profession", *AMOUNTS, "pas_week", "hours_then"])
    base = _baseline(setting)
    now = work_a_year(work_a_test(shares, ratio), _tests_now(setting, base))
    more, worked = base.grown(now["test"])[-1], {"reports": 1.0, "hours": base.output[-1], "rvus": 1.0}
    then = {f"{name}{THEN}": now[name] * more * times for name, times in worked.items()}
    whole = now.assign(**then).merge(_sessions(setting), on=[*KEYS, "reporter"], how="left")
    whole = whole.assign(pas_week_then=whole["pas_week"] * more * worked["hours"])
    professions = setting.reports[[*KEYS, "reporter", "profession"]]
    return whole.merge(professions, on=[*KEYS, "reporter"], how="left").fillna({"profession": ""})


def _reported(setting: Setting) -> tuple[pd.DataFrame, pd.DataFrame]:
    return reported_tests(setting.tables["reporting"], setting.annual, setting.scope, setting.base_month)


def _tests_now(setting: Setting, base: _Baseline) -> pd.DataFrame:
    """Tests a year at the pace of the base month: employer, pillar, test, tests."""
    still = {**base.paths.base, "productivity_growth": np.zeros(1)}
    tests = tests_at_base(setting.annual, still, setting.base_month)[:, 0]
    return setting.annual.rename(columns={"provider": "employer"})[KEYS].assign(tests=tests)


def _sessions(setting: Setting) -> pd.DataFrame:
    """Reporting PAs a week of each employer, test and reporter: the average of the months that state them."""
    year = _year(setting).dropna(subset=["pas_week"])
    return year.astype({"pas_week": "float64"}).groupby([*KEYS, "reporter"], as_index=False)["pas_week"].mean()


def _year(setting: Setting) -> pd.DataFrame:
    return latest_year(up_to(setting.tables["reporting"], setting.base_month), setting.scope)


def sessions_needed(output: pd.DataFrame) -> pd.DataFrame:
    """What consultants' reports need in PAs a week, now and at the horizon. Takes the result of output_ahead.

    Returns pillar, pas_week (stated), pas_filled (those that the hours of their reports fill) and pas_week_then (at
    what a session yields today), over the employers and tests that state PAs and minutes.
    """
    own = output[(output["reporter"] == CONSULTANT) & output[["pas_week", "hours"]].notna().all(axis=1)]
    summed = own.groupby("pillar", as_index=False)[["pas_week", "hours", "pas_week_then"]].sum()
    # Whoever has one PA a week is as many people as there are PAs.
    filled = consultant_wte(summed["hours"].to_numpy(dtype=np.float64), 1.0)
    return summed.assign(pas_filled=filled)[["pillar", "pas_week", "pas_filled", "pas_week_then"]]


def bought_in(output: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Consultants who would make the reports that are bought in, by pillar. Takes the result of output_ahead.

    Returns pillar, profession (of whoever makes most of the pillar's consultant reports), hours (of the reports bought
    in, a year at the pace of the base month), hours_each (that a WTE of the profession has for reports: at work, less
    what is not spent reporting) and wte = hours / hours_each. A pillar of which some report bought in has no minutes,
    or in which no consultant is known to report, is left out: a part would be taken for the whole.
    """
    own = output[(output["reporter"] == CONSULTANT) & (output["profession"] != "")]
    by = own.groupby(["pillar", "profession"], as_index=False)["reports"].sum().sort_values("reports", ascending=False)
    bought = output[output["reporter"].isin(BOUGHT_IN)].groupby("pillar")["hours"].sum(min_count=1, skipna=False)
    found = by.drop_duplicates("pillar").drop(columns="reports").merge(bought.dropna().reset_index(), on="pillar")
    values = central(setting.assumptions)
    each = [1 / float(wte_of_hours(np.ones(1), who, values, setting.assumptions)[0]) for who in found["profession"]]
    whole = found.assign(hours_each=np.asarray(each, dtype=np.float64))
    return whole.assign(wte=whole["hours"] / whole["hours_each"])


@dataclass(frozen=True)
class Queue:
    """The queue of reports at each employer and test (the rows of `tests`), with reporters as they are today.

    `tests` has employer, pillar, test, pace (reports a month today), days (mean, today), over_from (the month from
    which the mean is longer than the limit, if any), more (reports a month beyond today's, from now on, that keep all
    within the limit to the horizon) and wte (consultants whom these take). By month, 0 the base month, and row:
    `examined`, the reports asked for in a month, `unreported`, and `late`, the share of those asked for that come after
    the limit.
    """

    tests: pd.DataFrame
    months: list[pd.Timestamp]
    examined: Array
    unreported: Array
    late: Array


def queue_ahead(setting: Setting) -> Queue | None:
    """The queue month by month, in expected values; None where no employer states how long its reports take.

    No table counts the queue of today, so it is reports a day x mean days to a report (Little's law), the mean being
    that of log-normal days with the median and the share over 28 days that employers state. What comes beyond today's
    pace adds to it; it is not taken to become shorter than today where reporters have time to spare. Days keep their
    spread, so that the share of today is the one stated. Capacity to keep all within the limit is that of
    reporting_queue.capacity_within_limit, first come, first reported.
    """
    rows = _waits(setting)
    if rows.empty:
        return None
    base = _baseline(setting)
    day = months_of_weeks(1 / DAYS_IN_WEEK, float(base.paths.base["weeks_year"][0]))
    limit = engine("reporting_limit_weeks") * DAYS_IN_WEEK
    grown, output = base.grown(rows["test"]), base.output[:, np.newaxis]
    pace, days, spread = (rows[name].to_numpy(dtype=np.float64) for name in ("pace", "days", "spread"))
    # In reports that take as much work as today's, so that today's capacity is the same in every month.
    asked, stock = (pace * grown * output)[1:], pace * days * day
    beyond = turnaround(asked, pace, np.zeros(len(rows)), limit * day).unreported
    mean = days + beyond / pace / day
    more = np.maximum(0.0, capacity_within_limit(asked, stock, limit * day) - pace)
    months = [pd.Timestamp(add_months(setting.base_month, month)) for month in range(setting.months + 1)]
    tests = rows.drop(columns="spread").assign(over_from=_first(mean > limit, months), more=more)
    return Queue(
        tests.assign(wte=_consultants(setting, tests, base)),
        months,
        pace * grown,
        stock * grown + beyond / output,
        share_later(mean, spread, limit),
    )


def _first(over: NDArray[np.bool_], months: list[pd.Timestamp]) -> list[pd.Timestamp]:
    """The first month of each row (months x rows) in which it is so; missing where there is none."""
    return [months[int(row.argmax())] if row.any() else pd.NaT for row in over.T]


def _waits(setting: Setting) -> pd.DataFrame:
    """Reports a month at the pace of the base month, mean days and their spread, by employer, pillar and test."""
    _, ratio = _reported(setting)
    tests = ratio.merge(_tests_now(setting, _baseline(setting)), on=KEYS)
    pace = tests.assign(pace=tests["tests"] * tests["reports_a_test"] / MONTHS_IN_YEAR)[[*KEYS, "pace"]]
    stated = _year(setting).dropna(subset=["median_days"]).astype(dict.fromkeys(("reports", "over_28_days"), "float64"))
    timed = stated["reports"].where(stated["over_28_days"].notna(), 0.0)
    sums = stated.assign(days=stated["reports"] * stated["median_days"], timed=timed).groupby(KEYS, as_index=False)
    waits = sums[["reports", "days", "over_28_days", "timed"]].sum().merge(pace[pace["pace"] > 0], on=KEYS)
    waits = waits[waits["reports"] > 0]
    median, late = waits["days"] / waits["reports"], waits["over_28_days"] / waits["timed"].where(waits["timed"] > 0)
    limit = engine("reporting_limit_weeks") * DAYS_IN_WEEK
    spread = spread_of_days(median.to_numpy(), late.to_numpy(), limit, engine("report_days_spread_most"))
    found = waits[[*KEYS, "pace"]].assign(days=mean_days(median.to_numpy(), spread), spread=spread)
    return found.reset_index(drop=True)


def _consultants(setting: Setting, tests: pd.DataFrame, base: _Baseline) -> list[float]:
    """WTE of consultants whom so many more reports a month take, in minutes of their own, where these are known."""
    consultants = setting.reports[setting.reports["reporter"] == CONSULTANT]
    own = tests[[*KEYS, "more"]].merge(consultants, on=KEYS, how="left").fillna({"profession": ""})
    hours = own["more"] * MONTHS_IN_YEAR * own["minutes_each"] / 60
    return [
        float(wte_of_hours(np.array([each]), who, base.paths.base, setting.assumptions)[0])
        for each, who in zip(hours, own["profession"], strict=True)
    ]


def queue_by(queue: Queue, by: list[str]) -> pd.DataFrame:
    """The queue by month, added up by columns of its tests (all together where there are none).

    Returns `by`, month, examined, unreported and late, the share of the reports asked for in a month, pooled.
    """
    frames = [
        queue.tests[by].assign(month=month, examined=examined, unreported=unreported, late=examined * late)
        for month, examined, unreported, late in zip(
            queue.months, queue.examined, queue.unreported, queue.late, strict=True
        )
    ]
    summed = pd.concat(frames).groupby([*by, "month"], as_index=False)[["examined", "unreported", "late"]].sum()
    return summed.assign(late=summed["late"] / summed["examined"])
