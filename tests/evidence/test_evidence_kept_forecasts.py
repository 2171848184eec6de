"""Forecasts that are kept, and what came of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from small_settings import ALDER, BIRCH, PEOPLE, RADIOGRAPHERS, counts, setting, staff

from pipeline.evidence.kept_forecasts import STAFF, TESTS, come_due, forecasts, latest_of_each, track_record
from pipeline.model.ahead import start
from pipeline.model.base_year import annual_activity
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE

pytestmark = pytest.mark.unit
A_YEAR_ON = "2026-09-30"


@cache
def made() -> tuple[Setting, Outcome, pd.DataFrame]:
    of = setting()
    base = draw_assumptions(of.assumptions, 40, 3)
    found = outcome(of, BASELINE, base, start(of, base), 3, keep_staff=True)
    return of, found, forecasts(of, found, base)


def a_year_on(people: dict[tuple[str, str, str], int], times: int = 1) -> Setting:
    """The same plan with its base month a year later, these people there and so many times the tests."""
    of, _, _ = made()
    months = [f"{month:%Y-%m-%d}" for month in pd.date_range("2025-10-31", A_YEAR_ON, freq="ME")]
    activity = counts({(ALDER, "CT"): 1000 * times, (BIRCH, "CT"): 600 * times}, months)["activity"]
    annual = annual_activity(activity, of.scope.employers, of.scope.pillars)
    tables = {**of.tables, "staff": staff(people, (A_YEAR_ON,))["staff"]}
    return replace(of, tables=tables, base_month=dt.date(2026, 9, 30), annual=annual)


def due_of(now: Setting) -> pd.DataFrame:
    return come_due(latest_of_each(kept(), now.base_month), now)


def kept(made_on: str = "2025-11-01") -> pd.DataFrame:
    return made()[2].assign(made=made_on, run_id="a-run")


def test_ranges_are_of_the_draws_added_up() -> None:
    _, found, told = made()
    whole = told[(told["level"] == "all staff") & (told["quantity"] == STAFF)].set_index("month")
    assert len(whole) == 24
    wte = found.in_post.wte[:, 12].sum(axis=1, dtype=np.float64)
    row = whole.loc[A_YEAR_ON]
    assert [row["p10"], row["p50"], row["p90"]] == pytest.approx(np.percentile(wte, [10, 50, 90]))


def test_tests_are_told_from_a_year_on_and_grow_as_the_rate_does() -> None:
    _, _, told = made()
    ct = told[(told["quantity"] == TESTS) & (told["item"] == "CT")]
    assert ct["month"].min() == pd.Timestamp(A_YEAR_ON)
    assert ct["p50"].iat[0] == pytest.approx(12 * 1600, rel=0.05)


def test_an_outcome_that_kept_no_staff_makes_no_forecast() -> None:
    of, found, _ = made()
    with pytest.raises(ValueError, match="not kept"):
        forecasts(of, replace(found, in_post=None), {})


def test_what_came_is_added_up_over_the_cells_of_the_forecast() -> None:
    due = due_of(a_year_on(PEOPLE))
    whole = due[due["level"] == "all staff"]
    assert whole["came"].tolist() == pytest.approx([0.9 * sum(PEOPLE.values())])
    assert whole["months_ahead"].tolist() == [12]
    ct = due[due["quantity"] == TESTS].set_index("item")["came"]
    assert ct.to_dict() == {"CT": 12 * 1600}


def test_a_profession_that_is_gone_came_to_nothing() -> None:
    gone = {key: heads for key, heads in PEOPLE.items() if key[:2] != (ALDER, RADIOGRAPHERS)}
    due = due_of(a_year_on(gone))
    cell = due[(due["employer"] == ALDER) & (due["item"] == RADIOGRAPHERS)]
    assert cell["came"].tolist() == [0.0]


def test_an_employer_without_staff_on_file_tells_nothing() -> None:
    due = due_of(a_year_on({key: heads for key, heads in PEOPLE.items() if key[0] == ALDER}))
    assert set(due.loc[due["level"] == "employer and profession", "employer"]) == {ALDER}
    assert due[due["level"] == "all staff"].empty


def test_the_last_run_of_a_base_month_is_judged_and_none_of_this_month() -> None:
    both = pd.concat([kept("2025-11-01"), kept("2025-12-01").assign(p50=0.0)])
    assert set(latest_of_each(both, dt.date(2026, 9, 30))["p50"]) == {0.0}
    assert latest_of_each(both, dt.date(2025, 9, 30)).empty


def test_the_record_counts_what_came_within_the_range() -> None:
    exact = track_record(due_of(a_year_on(PEOPLE)))
    double = track_record(due_of(a_year_on({key: 2 * heads for key, heads in PEOPLE.items()}, times=2)))
    level = "profession"
    told, off = (record.set_index("level").loc[level] for record in (exact, double))
    assert (told["forecasts"], off["forecasts"]) == (5, 5)
    assert told["inside"] > off["inside"] == 0
    assert told["mape"] < off["mape"]
    assert off["bias"] < -40


def test_nothing_due_is_an_empty_record() -> None:
    of, _, _ = made()
    assert track_record(come_due(latest_of_each(kept(), of.base_month), of)).empty
