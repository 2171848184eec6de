"""Reporting ahead: hours, units and sessions now and at the horizon, and the queue, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_settings import ALDER, CONSULTANT, IMAGING, RADIOLOGISTS, YEAR, counts, figure, setting, table

from pipeline.model.plan_setting import Setting
from pipeline.model.reporting_ahead import Queue, bought_in, output_ahead, queue_ahead, queue_by, sessions_needed
from pipeline.model.reporting_queue import capacity_within_limit, mean_days, spread_of_days
from pipeline.report import reporting_words

pytestmark = pytest.mark.integration

CONSULTANTS = {"reporter": CONSULTANT, "reports": 600, "minutes_each": 15.0, "pas_week": 60.0, "rvus": 1200.0}
SENT_OUT = {"reporter": "outsourced", "reports": 200, "minutes_each": 12.0, "pas_week": None, "rvus": 400.0}
DAYS = {"median_days": 4.0}
BASE, LAST = pd.Timestamp(YEAR[-1]), pd.Timestamp("2027-09-30")


def plan(*reporters: dict[str, Any], growth: float = 0.06, output: float = 0.0, **shared: Any) -> Setting:
    """1,000 CT a month at Alder that grow by so much a year, reported by these."""
    of = {"employer": ALDER, "pillar": IMAGING, "test": "CT", **DAYS, "over_28_days": None, **shared}
    returns = table("reporting", *({**of, "month": month, **each} for each in reporters for month in YEAR))
    figures = [figure("activity_growth", growth, test="CT"), figure("productivity_growth", output)]
    return setting(counts({(ALDER, "CT"): 1000}), returns, standards=figures)


def queue(of: Setting) -> Queue:
    found = queue_ahead(of)
    assert found is not None
    return found


class TestOutput:
    def test_hours_and_units_follow_tests(self) -> None:
        # From the middle of the year of tests to the base month are five months and a half.
        row = output_ahead(plan(CONSULTANTS)).set_index("reporter").loc[CONSULTANT]
        now = 7200 * np.exp(0.06 * 5.5 / 12)
        assert (row["reports"], row["hours"], row["rvus"]) == pytest.approx((now, now / 4, now * 2))
        assert (row["reports_then"], row["hours_then"]) == pytest.approx((now * np.exp(0.12), now * np.exp(0.12) / 4))

    def test_output_per_wte_takes_hours_and_sessions_and_no_units(self) -> None:
        row = output_ahead(plan(CONSULTANTS, output=0.02)).set_index("reporter").loc[CONSULTANT]
        assert row["hours_then"] / row["hours"] == pytest.approx(np.exp(0.12) / 1.02**2)
        assert row["pas_week_then"] == pytest.approx(60 * np.exp(0.12) / 1.02**2)
        assert row["rvus_then"] / row["rvus"] == pytest.approx(np.exp(0.12))

    def test_sessions_are_those_stated_those_filled_and_those_to_come(self) -> None:
        (row,) = sessions_needed(output_ahead(plan(CONSULTANTS, SENT_OUT))).to_dict("records")
        assert row["pas_week"] == 60
        assert row["pas_filled"] == pytest.approx(7200 * np.exp(0.06 * 5.5 / 12) / 4 / (4 * 42))
        assert row["pas_week_then"] == pytest.approx(60 * np.exp(0.12))

    def test_reports_bought_in_stand_for_the_wte_who_have_their_hours(self) -> None:
        # 2,400 reports of 12 minutes; a WTE is at work 40 hours of 52 weeks for 77.5% and reports in 57.5% of that.
        (row,) = bought_in(output_ahead(plan(CONSULTANTS, SENT_OUT, growth=0.0)), setting()).to_dict("records")
        assert (row["hours"], row["hours_each"]) == pytest.approx((480, 40 * 52 * 0.775 * 0.575))
        assert row["wte"] == pytest.approx(480 / 926.9)
        assert row["profession"] == RADIOLOGISTS

    def test_no_wte_are_told_where_minutes_or_consultants_are_not_known(self) -> None:
        untimed = {**SENT_OUT, "reporter": "insourced", "minutes_each": None}
        for reporters in ([CONSULTANTS], [SENT_OUT], [CONSULTANTS, SENT_OUT, untimed]):
            assert bought_in(output_ahead(plan(*reporters)), setting()).empty

    def test_without_a_return_there_is_nothing(self) -> None:
        assert output_ahead(setting()).empty
        assert queue_ahead(setting()) is None


class TestQueue:
    def test_it_starts_at_reports_a_day_times_mean_days(self) -> None:
        found = queue(plan(CONSULTANTS, over_28_days=30))
        spread = spread_of_days(np.array([4.0]), np.array([0.05]), 28, 9)
        pace = 600 * np.exp(0.06 * 5.5 / 12)
        days = float(mean_days(np.array([4.0]), spread)[0])
        assert found.unreported[0] == pytest.approx([pace * days / 7 * 12 / 52])
        assert found.late[0] == pytest.approx([0.05])

    def test_what_comes_beyond_todays_pace_adds_to_it(self) -> None:
        found = queue(plan(CONSULTANTS, over_28_days=30))
        pace = 600 * np.exp(0.06 * 5.5 / 12)
        grown = np.exp(0.06 * np.arange(25) / 12)
        beyond = np.concatenate([[0], np.cumsum(pace * (grown[1:] - 1))])
        assert found.unreported[:, 0] == pytest.approx(found.unreported[0, 0] * grown + beyond)
        assert (np.diff(found.late[:, 0]) > 0).all()

    def test_it_does_not_get_shorter_where_reporters_have_time_to_spare(self) -> None:
        found = queue(plan(CONSULTANTS, growth=-0.06, over_28_days=30))
        assert found.late[:, 0] == pytest.approx(0.05)
        assert found.tests["more"].tolist() == [0]
        assert found.tests["over_from"].isna().all()

    def test_more_output_keeps_up_with_more_tests(self) -> None:
        found = queue(plan(CONSULTANTS, output=float(np.expm1(0.06)), over_28_days=30))
        assert found.late[:, 0] == pytest.approx(0.05)

    def test_more_reports_a_month_keep_it_within_four_weeks(self) -> None:
        found = queue(plan(CONSULTANTS, over_28_days=30))
        (row,) = found.tests.to_dict("records")
        least = capacity_within_limit(found.examined[1:, 0], found.unreported[0, 0], 12 / 13)
        assert row["more"] == pytest.approx(float(least) - row["pace"])
        assert row["wte"] == pytest.approx(row["more"] * 12 * 15 / 60 / (40 * 52 * 0.775 * 0.575))

    def test_without_a_share_late_all_wait_as_long_as_the_median(self) -> None:
        found = queue(plan(CONSULTANTS))
        assert found.tests["days"].tolist() == [4]
        first = found.months.index(found.tests["over_from"].iloc[0])
        assert (found.late[:first] == 0).all()
        assert (found.late[first:] == 1).all()

    def test_where_no_days_are_stated_there_is_none(self) -> None:
        assert queue_ahead(plan(CONSULTANTS, median_days=None)) is None

    def test_lateness_is_pooled_over_tests(self) -> None:
        months = [BASE, LAST]
        tests = pd.DataFrame({"test": ["CT", "MRI"]})
        many, late = np.array([[300.0, 100], [300, 100]]), np.array([[0.0, 1], [0.5, 0.5]])
        whole = queue_by(Queue(tests, months, many, many / 10, late), [])
        assert whole[["examined", "unreported", "late"]].to_numpy().tolist() == [[400, 40, 0.25], [400, 40, 0.5]]


class TestWords:
    def test_output_is_told_in_both_currencies_by_who_reports(self) -> None:
        output = output_ahead(plan(CONSULTANTS, SENT_OUT))
        (told,) = reporting_words.output_sentences(output, BASE, LAST)
        assert told.startswith(
            "As many tests as at the pace of September 2025, and of September 2027, reported by whom"
        )
        assert "9,868 reports a year (consultant 75.0% and outsourced 25.0%)" in told
        assert "Their hours go up from 2,344 to 2,642 (12.7%)" in told
        assert "Relative value units go up" in told
        shown = reporting_words.output_table(output, BASE, LAST)
        assert shown["reporter"].tolist() == ["Consultant", "Outsourced"]
        assert shown["share_of_reports"].tolist() == pytest.approx([0.75, 0.25])
        assert "Hours, September 2027" in shown.columns

    def test_units_not_stated_for_all_are_not_told(self) -> None:
        output = output_ahead(plan(CONSULTANTS, {**SENT_OUT, "rvus": None}))
        assert "Relative value units" not in reporting_words.output_sentences(output, BASE, LAST)[0]

    def test_sessions_are_told_where_they_are_stated(self) -> None:
        needed = sessions_needed(output_ahead(plan(CONSULTANTS)))
        (told,) = reporting_words.sessions_sentences(needed, LAST)
        assert "they have 60 programmed activities (PAs) a week" in told
        assert "need 68 in September 2027" in told
        unknown = sessions_needed(output_ahead(plan(SENT_OUT)))
        assert reporting_words.sessions_sentences(unknown, LAST) == []

    def test_reports_bought_in_are_told_in_hours_and_wte(self) -> None:
        bought = bought_in(output_ahead(plan(CONSULTANTS, SENT_OUT, growth=0.0)), setting())
        (told,) = reporting_words.bought_in_sentences(bought)
        assert "480 hours a year" in told
        assert "927 hours a year" in told
        assert "0.5 WTE" in told
        assert reporting_words.bought_in_sentences(bought.iloc[:0]) == []

    def test_the_queue_is_told_with_what_keeps_it_short(self) -> None:
        of = plan(CONSULTANTS, over_28_days=30)
        first, second = reporting_words.queue_sentences(queue(of), of.scope.names)
        assert "from 5.0% of those asked for" in first
        assert "more reports a month** would do" in second
        assert "first for CT at Alder" in second
        shown = reporting_words.queue_table(queue(of))
        assert set(reporting_words.queue_formats(shown)) == set(shown.columns) - {"pillar", "test"}
        assert len(reporting_words.queue_lines(queue(of))) == 25

    def test_a_queue_that_needs_nothing_more_says_so(self) -> None:
        of = plan(CONSULTANTS, growth=-0.06, over_28_days=30)
        assert "are enough" in reporting_words.queue_sentences(queue(of), of.scope.names)[1]
