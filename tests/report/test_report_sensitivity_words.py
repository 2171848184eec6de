"""What the chapter on how sure the answer is says of sensitivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import Assumption
from pipeline.charts.heat_map import heat_map, heat_map_height
from pipeline.charts.ranges import ranges
from pipeline.charts.theme import figure as canvas
from pipeline.evidence.groups import groups
from pipeline.evidence.switch import ALL
from pipeline.report import words
from pipeline.report.sensitivity_words import (
    INTERVAL,
    NONE,
    SHARES,
    figure,
    in_words,
    switch_sentences,
    switch_table,
    two_way_sentences,
    two_way_table,
    uncertainty_bars,
    uncertainty_sentences,
    uncertainty_table,
)

pytestmark = pytest.mark.unit

HORIZON = pd.Timestamp("2030-09-30")


def indices(**first: float) -> pd.DataFrame:
    """Indices of three groups, the same for every answer but where a pillar is given its own."""
    names = {"growth": "Growth of tests", "productivity": "Productivity", "retirement": "Retirement"}
    rows = [
        {"answer": answer, "group": names[key], "first": share, "first_low": share - 0.03, "first_high": share + 0.03}
        | {"total": share + 0.01, "total_low": share, "total_high": share + 0.02}
        for answer in ("gross", "net", "imaging")
        for key, share in first.items()
    ]
    return pd.DataFrame(rows)


def assumption(kind: str, unit: str, value: float, low: float, high: float, **more: Any) -> Assumption:
    about = {"label": f"Pace of {kind}", "grade": "placeholder", "from": "2025-01-01"}
    return Assumption.model_validate(
        {"kind": kind, "unit": unit, "value": value, "low": low, "high": high, **about, **more}
    )


GROWTH = assumption("activity_growth", "log growth a year", 0.03, 0.01, 0.05, test="CT")
PACE = assumption("hiring_pace", "ratio", 1.0, 0.8, 1.25)
BOOK = {GROWTH.key: GROWTH, PACE.key: PACE}


def switches(whole: float | None, imaging: float | None, gap: float = 40.0) -> pd.DataFrame:
    """Growth closes the gap of all pillars, or of imaging, at these values; the pace of hiring closes neither."""
    rows = [
        {"key": each.key, "assumption": each.label, "answer": answer, "at_value": gap, "switch": at}
        | {"inside": at == at and each.low <= at <= each.high, "nearest": each.low, "at_nearest": near}
        for each, answer, value, near in (
            (GROWTH, ALL, whole, 5.0),
            (GROWTH, "imaging", imaging, 5.0),
            (PACE, ALL, None, 30.0),
            (PACE, "imaging", None, 30.0),
        )
        for at in [np.nan if value is None else value]
    ]
    return pd.DataFrame(rows)


class TestUncertainty:
    @pytest.mark.parametrize(
        ("share", "said"),
        [
            *((0.01, "hardly any"), (0.11, "about a tenth"), (0.34, "about a third"), (0.49, "about half")),
            *((0.68, "about two thirds"), (0.99, "nearly all")),
        ],
    )
    def test_a_share_is_said_as_a_board_would(self, share: float, said: str) -> None:
        assert in_words(share) == said

    def test_the_largest_groups_are_told_first_and_the_rest_together(self) -> None:
        told = uncertainty_sentences(indices(growth=0.52, productivity=0.26, retirement=0.1))
        assert told[0].startswith(
            "Of what is not known about the gap, **about half comes from how fast tests grow and about a quarter from "
            "how much more each member of staff gets done from year to year**. About a fifth comes from everything "
            "else."
        )
        assert "12.0% of it comes from several groups acting together" in told[0]
        assert "off by up to 3.0% of the whole" in told[0]
        assert told[1] == "In imaging most of it comes from how fast tests grow (52.0%)."

    def test_where_groups_act_alone_that_is_said(self) -> None:
        told = uncertainty_sentences(indices(growth=0.7, productivity=0.3, retirement=0.02))[0]
        assert "Hardly any of it comes from several" in told

    def test_where_nothing_is_unsure_that_is_said(self) -> None:
        none = indices(growth=0.0)
        none[["total", "total_low", "total_high"]] = 0.0
        assert uncertainty_sentences(none) == ["No assumption with a range moves the gap."]

    def test_every_group_has_words_of_its_own(self) -> None:
        for group in groups():
            alone = indices(growth=0.9).assign(group=group.name)
            assert group.says in uncertainty_sentences(alone)[0]

    def test_a_share_a_little_below_none_is_shown_as_none_with_its_interval(self) -> None:
        shown = uncertainty_table(indices(growth=0.9, retirement=-0.01)).set_index("group")
        assert shown.loc["Retirement", "by_itself"] == 0
        assert shown.loc["Retirement", "by_itself_interval"] == "0.0% to 2.0%"
        assert list(shown.index) == ["Growth of tests", "Retirement"]
        assert (shown[list(SHARES)] >= 0).all(axis=None)

    def test_the_chart_has_the_groups_that_may_matter(self) -> None:
        bars = uncertainty_bars(indices(growth=0.9, retirement=-0.028))
        assert list(bars["group"]) == ["Growth of tests"]
        _, axes = canvas()
        chart = ranges(axes, bars, "group", words.percent, "share", INTERVAL)
        assert "Growth of tests, 90.0% (95% interval 87.0% to 93.0%)" in chart.alt


class TestSwitches:
    def test_the_assumption_that_closes_the_gap_is_named_with_its_value(self) -> None:
        told = switch_sentences(switches(0.02, 0.02), BOOK, HORIZON)
        assert told[0] == (
            "With every assumption at its middle the system, net, is 40 WTE short in September 2030. That would come "
            "to nothing with pace of activity\\_growth at 2.0% a year rather than 3.0% a year (within its P10 to P90)."
        )
        assert "the gap in imaging would close with pace of activity" in told[1]

    def test_where_there_are_more_than_needed_need_grows_to_them(self) -> None:
        spare = switches(0.04, 0.04).assign(at_value=-24.0)
        (told, _) = switch_sentences(spare, BOOK, HORIZON)
        assert "net, has 24 WTE more than it needs in September 2030. What is needed would grow to the staff" in told

    def test_of_many_those_that_need_move_least_are_named_and_the_others_counted(self) -> None:
        book = {
            each.key: each
            for each in (
                assumption("activity_growth", "log growth a year", 0.03, 0.01, 0.05, test=test)
                for test in ("CT", "MRI", "X-ray", "DEXA", "Ultrasound")
            )
        }
        ends = [0.045, 0.031, 0.04, 0.035, 0.05]
        rows = [
            {"key": key, "assumption": each.label, "answer": answer, "at_value": 9.0, "switch": at, "inside": True}
            for (key, each), at in zip(book.items(), ends, strict=True)
            for answer in (ALL, "imaging")
        ]
        told = switch_sentences(pd.DataFrame(rows), book, HORIZON)
        places = [told[0].index(f"at {each}% a year") for each in ("3.1", "3.6", "4.1")]
        assert places == sorted(places)
        assert told[0].endswith("(the table has 2 others).")
        assert told[1].count("rather than") == 1
        assert told[1].endswith("(the table has 4 others).")

    def test_where_none_closes_it_the_nearest_is_named(self) -> None:
        told = switch_sentences(switches(None, None), BOOK, HORIZON)
        assert "No single one of the 2 assumptions that matter most" in told[0]
        assert "activity\\_growth comes nearest: at 1.0% a year the net gap would be 5.0 WTE" in told[0]
        assert told[1] == "For imaging no assumption changes by itself, within its range, whether staff are short."

    def test_beyond_its_range_a_pillar_does_not_hang_on_it(self) -> None:
        told = switch_sentences(switches(None, -0.02), BOOK, HORIZON)
        assert told[1].startswith("For imaging no assumption")
        row = switch_table(switches(None, -0.02), BOOK).iloc[0]
        assert row["Imaging"] == "−2.0% a year (outside)"
        assert row["All pillars"] == NONE

    def test_a_surplus_is_not_called_a_shortage(self) -> None:
        assert "has 7.0 WTE more than it needs" in switch_sentences(switches(0.04, None, -7.0), BOOK, HORIZON)[0]

    def test_where_nothing_moves_the_gap_that_is_said(self) -> None:
        assert "none can close it" in switch_sentences(switches(None, None).head(0), BOOK, HORIZON)[0]

    @pytest.mark.parametrize(
        ("unit", "said"),
        [
            ("share of staff a year", "4.0% to 5.0% of staff a year"),
            ("log growth a year", "4.1% to 5.1% a year"),
            ("minutes of an audiologist for each test", "0.04 to 0.05 minutes of an audiologist for each test"),
            ("ratio", "0.04 to 0.05 times"),
        ],
    )
    def test_values_are_told_in_their_own_unit(self, unit: str, said: str) -> None:
        assert figure(assumption("hours_growth", unit, 0.04, 0.04, 0.05), 0.04, 0.05) == said


class TestTwoWay:
    SQUARES = pd.DataFrame(
        [
            {"productivity": level, "leaving": change, "gross": 100 - 2000 * level + 50 * change, "net": 0.0}
            for level in (0.0, 0.01, 0.02)
            for change in (-0.3, 0.0, 0.3)
        ]
    )

    def test_the_best_and_the_worst_square_are_told_and_what_each_is_worth(self) -> None:
        assert two_way_sentences(self.SQUARES) == [
            "With productivity growing 2.0% a year and 30% fewer leaving the gross gap would be 45 WTE; with "
            "productivity growing 0.0% a year and 30% more leaving it would be 115. With as many leaving, going from "
            "0.0% to 2.0% of productivity a year takes 40 WTE off the gap; with productivity at 1.0%, 30% fewer "
            "leaving takes off 15."
        ]

    def test_rows_and_columns_of_the_map_have_words(self) -> None:
        wide = two_way_table(self.SQUARES)
        assert list(wide.columns) == ["30% fewer leave", "As many leave", "30% more leave"]
        assert wide.loc["Productivity 1.0% a year", "As many leave"] == 80
        _, axes = canvas(height=heat_map_height(3))
        assert "30% more leave" in heat_map(axes, wide, words.wte, unit="WTE", centre=84.0).alt
