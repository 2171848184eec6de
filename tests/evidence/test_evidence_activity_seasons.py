"""The time of year in a plan's tests, from made-up counts and from the sample with its known truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from small_settings import ALDER, BIRCH, EMPLOYERS, IMAGING, SCOPE, everything, setting, table

from pipeline.evidence.activity_seasons import PillarSeason, activity_seasons, work_by_test
from pipeline.evidence.monthly_tests import whole_months
from pipeline.metrics.scope import plan_scope
from pipeline.model.counted_today import counted_today
from pipeline.model.working_days import working_day_factor
from pipeline.plan import Plan
from pipeline.synthetic.parameters import parameters

BASE = dt.date(2025, 9, 30)
TRUE = np.array([1.08, 0.94, 1.02, 0.97, 1.00, 1.01, 1.03, 0.90, 0.99, 1.09, 1.05, 0.92])
NO_WORK = pd.DataFrame(columns=["pillar", "test", "wte"])
LEVELS = {"CT": 4000.0, "MRI": 2500.0, "X-ray": 9000.0}


def counted(
    years: int,
    season: NDArray[np.float64] = TRUE,
    *,
    noise: float = 0.01,
    growth: float = 0.04,
    day_share: float = 0.0,
    levels: Mapping[str, float] = LEVELS,
) -> pd.DataFrame:
    """Tests at two employers to September 2025 that grow, have a season, follow working days so far, and chance."""
    rng = np.random.default_rng(5)
    months = pd.date_range(end=BASE, periods=12 * years, freq="ME")
    days = working_day_factor([month.date() for month in months]) ** day_share
    usual = season[months.month - 1] * days * np.exp(growth * np.arange(len(months)) / 12)
    return table(
        "activity",
        *(
            {"provider": who, "test": test, "tests": round(level * each), "month": f"{month:%Y-%m-%d}"}
            for test, level in levels.items()
            for who in EMPLOYERS
            for month, each in zip(months, usual * np.exp(rng.normal(0, noise, len(months))), strict=True)
        ),
        dataset="dm01",
        pillar=IMAGING,
    )["activity"]


def imaging(activity: pd.DataFrame, work: pd.DataFrame = NO_WORK) -> PillarSeason:
    (found,) = activity_seasons(activity, SCOPE, BASE, work)
    return found


@pytest.mark.unit
class TestMadeUpCounts:
    def test_a_true_season_is_found_within_a_hundredth_and_relied_on(self) -> None:
        found = imaging(counted(6))
        assert np.abs(found.factors - TRUE / TRUE.mean()).max() < 0.01
        assert found.used
        assert (found.busiest, found.quietest, found.origins, found.years) == (10, 8, 4, (6, 6))
        assert found.seasonal < found.plain / 2

    def test_factors_have_a_mean_of_one(self) -> None:
        found = imaging(counted(3))
        assert found.factors.mean() == pytest.approx(1.0)
        assert all(each.factors.mean() == pytest.approx(1.0) for each in found.tests)

    def test_chance_alone_is_drawn_to_no_season_and_not_relied_on(self) -> None:
        found = imaging(counted(6, np.ones(12), noise=0.05))
        assert not found.used
        assert found.origins == 4
        assert np.abs(found.factors - 1).max() < 0.03

    def test_two_years_are_drawn_by_half_to_no_season_and_more_years_hardly(self) -> None:
        kept = [np.polyfit(TRUE - 1, imaging(counted(years, noise=0.03)).factors - 1, 1)[0] for years in (2, 4, 8)]
        assert kept[0] < 0.6
        assert min(kept[1:]) > 0.9

    def test_three_years_are_too_few_to_try_a_season(self) -> None:
        found = imaging(counted(3))
        assert (found.used, found.origins) == (False, 0)
        assert np.isnan(found.plain)
        assert imaging(counted(4)).used

    def test_less_than_two_years_give_none(self) -> None:
        known = counted(2)
        assert activity_seasons(known[known["month"] > known["month"].min()], SCOPE, BASE, NO_WORK) == []

    def test_one_year_unlike_the_others_hardly_moves_a_month(self) -> None:
        known = counted(6)
        shut = known["month"].isin(pd.to_datetime(["2021-04-30", "2021-05-31"]))
        closed = known.assign(tests=known["tests"].where(~shut, known["tests"] // 4))
        assert np.abs(imaging(closed).factors - TRUE / TRUE.mean()).max() < 0.015

    def test_an_easter_that_moves_is_not_taken_for_a_season(self) -> None:
        found = imaging(counted(6, np.ones(12), noise=0.001, day_share=1.0))
        months = pd.date_range(end=BASE, periods=72, freq="ME")
        days = pd.Series(working_day_factor([month.date() for month in months])).groupby(months.month).mean()
        assert np.abs(found.factors - days.to_numpy() / days.mean()).max() < 0.01
        assert found.seasonal < 0.01

    def test_months_after_the_base_month_are_not_looked_at(self) -> None:
        known = counted(4)
        later = known.assign(tests=known["tests"].where(known["month"] <= "2024-09-30", 1))
        early = [activity_seasons(each, SCOPE, dt.date(2024, 9, 30), NO_WORK)[0] for each in (known, later)]
        assert np.array_equal(early[0].factors, early[1].factors)

    def test_tests_weigh_by_the_staff_that_they_need(self) -> None:
        flat = counted(6, np.ones(12), levels={"CT": 4000.0})
        both = pd.concat([flat, counted(6, levels={"MRI": 4000.0})], ignore_index=True)
        work = pd.DataFrame({"pillar": IMAGING, "test": ["CT", "MRI"], "wte": [90.0, 30.0]})
        found = imaging(both, work)
        ct, mri = found.tests
        assert (ct.test, mri.test, found.wte) == ("CT", "MRI", 120.0)
        assert found.factors == pytest.approx(0.75 * ct.factors + 0.25 * mri.factors)
        assert found.extra_wte == pytest.approx(120.0 * (found.factors.max() - 1))

    def test_without_a_time_for_any_test_no_work_is_given(self) -> None:
        assert np.isnan(imaging(counted(3)).extra_wte)

    def test_the_work_of_tests_is_what_the_counted_tests_need_today(self) -> None:
        small = setting(everything())
        assert work_by_test(small)["wte"].sum() == pytest.approx(counted_today(small)["counted"].sum())


@pytest.mark.unit
class TestHoles:
    def test_a_return_that_was_not_made_is_no_quiet_month(self) -> None:
        known = counted(4)
        hole = known[~((known["provider"] == BIRCH) & (known["month"] == pd.Timestamp("2024-12-31")))]
        assert len(hole) == len(known) - len(LEVELS)
        assert np.abs(imaging(hole).factors - imaging(known).factors).max() < 0.005

    def test_what_is_missing_is_the_usual_share_of_the_others(self) -> None:
        known = counted(3, np.ones(12), noise=0.0, growth=0.0)
        hole = known[~((known["provider"] == ALDER) & (known["month"] == pd.Timestamp("2024-12-31")))]
        filled = whole_months(hole, SCOPE, BASE)
        assert set(filled.loc[filled["test"] == "CT", "tests"]) == {8000.0}

    def test_months_run_from_the_last_that_nobody_counted(self) -> None:
        known = counted(4)
        hole = known[known["month"] != pd.Timestamp("2023-01-31")]
        assert set(whole_months(hole, SCOPE, BASE)["first"]) == {pd.Timestamp("2023-02-28")}

    def test_a_latest_month_that_is_not_whole_costs_that_month_only(self) -> None:
        known = counted(4)
        alone = known[known["provider"] == ALDER]
        late = alone.assign(tests=alone["tests"].where(alone["month"] < pd.Timestamp(BASE), 100))
        found = whole_months(late, SCOPE.only(ALDER), BASE)
        assert set(found["last"]) == {pd.Timestamp("2025-08-31")}
        assert set(found["first"]) == {known["month"].min()}

    def test_a_plan_without_tests_has_none(self) -> None:
        assert activity_seasons(counted(2)[:0], SCOPE, BASE, NO_WORK) == []

    def test_of_two_data_sets_the_one_of_more_months_is_used(self) -> None:
        both = pd.concat([counted(2), counted(4).assign(dataset="did")], ignore_index=True)
        assert set(whole_months(both, SCOPE, BASE)["dataset"]) == {"did"}

    def test_tests_of_a_handful_a_month_are_left_out(self) -> None:
        assert whole_months(counted(3, levels={"SPECT": 9.0}), SCOPE, BASE).empty


@pytest.mark.integration
@pytest.mark.slow
def test_the_true_season_of_the_sample_is_found(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]) -> None:
    true = np.array(parameters("activity")["season"])
    scope = plan_scope(sample_plan, sample_tables["organisations"])
    found = activity_seasons(sample_tables["activity"], scope, sample_plan.base_month, NO_WORK)
    by = {each.pillar: each for each in found}
    assert set(by) == set(scope.pillars)
    # Four years of imaging and three of laboratories; two years of the others are drawn by half towards no season.
    assert np.abs(by["imaging"].factors - true).max() < 0.015
    assert np.abs(by["labs"].factors - true).max() < 0.02
    assert np.abs(by["endoscopy"].factors - true).max() < 0.04
    assert by["imaging"].used
    assert not any(each.used for name, each in by.items() if name != "imaging")
