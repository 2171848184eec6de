"""Control charts by structure: limits, shapes of states, target, key and what the alternative text says."""

from __future__ import annotations

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes

from pipeline.charts.theme import panels
from pipeline.charts.xmr import STATES, TOO_FEW, xmr_panels

pytestmark = pytest.mark.unit

NAN = float("nan")


def says(value: float) -> str:
    return f"{value:.0f}%"


def series(
    name: str,
    values: list[float],
    states: list[str],
    limits: tuple[float, float, float] | None = (40.0, 50.0, 60.0),
    phase: list[int] | None = None,
) -> pd.DataFrame:
    lower, mean, upper = limits or (NAN, NAN, NAN)
    return pd.DataFrame(
        {
            "indicator": name,
            "month": pd.date_range("2024-01-31", periods=len(values), freq="ME"),
            "value": values,
            "mean": mean,
            "lower": lower,
            "upper": upper,
            "phase": phase or [0] * len(values),
            "state": states,
        }
    )


def styles(axes: Axes) -> list[str]:
    return [line.get_linestyle() for line in axes.lines if line.get_linestyle() != "None"]


def marks(axes: Axes) -> dict[str, tuple[str, str, int]]:
    """Shape, colour and number of the points of each state."""
    return {
        line.get_label(): (line.get_marker(), line.get_color(), len(line.get_xdata()))
        for line in axes.lines
        if line.get_linestyle() == "None"
    }


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def key(axes: Axes) -> list[str]:
    return [text.get_text() for legend in axes.figure.legends for text in legend.get_texts()]


def test_values_have_a_mean_two_dashed_limits_and_the_latest_value_written() -> None:
    _, (axes,) = panels(1)
    chart = xmr_panels([axes], series("Imaging", [48.0, 52.0, 55.0], ["common"] * 3), "indicator", says)
    assert styles(axes) == ["-", "-", "--", "--"]
    assert words(axes) == ["55%"]
    assert chart.alt == (
        "Control chart of Imaging from January 2024 to March 2024: the latest value, 55% in March 2024, shows no "
        "signal of change. Values began at 48% and ran from 48% to 55%."
    )


def test_each_state_has_its_own_shape_and_colour() -> None:
    assert len({state.marker for state in STATES.values()}) == len(STATES)
    assert len({state.colour for state in STATES.values()}) == len(STATES)
    _, (axes,) = panels(1)
    states = ["common", "common", "concerning", "improving"]
    xmr_panels([axes], series("Imaging", [48.0, 52.0, 70.0, 30.0], states), "indicator", says)
    assert {name: (mark[0], mark[2]) for name, mark in marks(axes).items()} == {
        "common": ("o", 2),
        "concerning": ("s", 1),
        "improving": ("D", 1),
    }


def test_the_key_is_drawn_once_and_names_only_the_states_that_occur() -> None:
    _, axes = panels(2)
    frame = pd.concat([series("A", [48.0, 70.0], ["common", "high"]), series("B", [48.0, 50.0], ["common"] * 2)])
    xmr_panels(axes, frame, "indicator", says)
    assert key(axes[0]) == ["usual variation", "unusually high", "mean", "process limits"]
    assert all(one.get_legend() is None for one in axes)


def test_too_few_months_have_a_plain_line_without_limits_and_say_so() -> None:
    _, (axes,) = panels(1)
    chart = xmr_panels([axes], series("Imaging", [48.0, 52.0], ["", ""], limits=None), "indicator", says)
    assert styles(axes) == ["-"]
    assert TOO_FEW in words(axes)
    assert key(axes) == []
    assert chart.alt.startswith(
        "Control chart of Imaging from January 2024 to February 2024: the latest value is 52% in February 2024, with "
        "too few months for limits."
    )


def test_a_new_phase_begins_new_lines() -> None:
    frame = series("A", [48.0, 52.0, 70.0, 72.0], ["common"] * 4, phase=[0, 0, 1, 1])
    frame.loc[2:, ["lower", "mean", "upper"]] = [60.0, 70.0, 80.0]
    _, (axes,) = panels(1)
    xmr_panels([axes], frame, "indicator", says)
    assert styles(axes) == ["-", "-", "--", "--", "-", "--", "--"]
    assert axes.get_ylim()[0] < 40
    assert axes.get_ylim()[1] > 80


def test_the_target_is_dotted_named_and_inside_the_axes() -> None:
    _, axes = panels(2)
    frame = pd.concat([series("A", [48.0, 52.0], ["common"] * 2), series("B", [48.0, 50.0], ["common"] * 2)])
    xmr_panels(axes, frame, "indicator", says, targets={"A": 90.0}, target_name="standard")
    assert styles(axes[0]).count(":") == 1
    assert "standard\n90%" in words(axes[0])
    assert axes[0].get_ylim()[1] > 90
    assert ":" not in styles(axes[1])


@pytest.mark.parametrize("target", [20.0, 50.0, 52.0, 54.0, 90.0])
def test_words_on_a_target_near_the_latest_value_stand_clear_of_it(target: float) -> None:
    _, (axes,) = panels(1)
    xmr_panels([axes], series("A", [48.0, 52.0], ["common"] * 2), "indicator", says, targets={"A": target})
    latest, named = (text.xy[1] for text in axes.texts)
    low, high = axes.get_ylim()
    assert abs(latest - named) >= 0.2 * (high - low)
    assert low < named < high


def test_a_single_month_has_a_point_and_a_target_line_of_some_length() -> None:
    _, (axes,) = panels(1)
    chart = xmr_panels([axes], series("A", [48.0], [""], limits=None), "indicator", says, targets={"A": 50.0})
    (dotted,) = [line for line in axes.lines if line.get_linestyle() == ":"]
    assert dotted.get_xdata()[0] < dotted.get_xdata()[1]
    assert chart.alt.count("48%") == 1


def test_shares_have_no_axis_below_nothing_or_far_above_all() -> None:
    _, (axes,) = panels(1)
    xmr_panels([axes], series("A", [1.0, 99.0], ["common"] * 2, (-60.0, 50.0, 160.0)), "indicator", says)
    low, high = axes.get_ylim()
    assert low == 0
    assert 100 < high < 105


def test_values_below_zero_are_held_by_the_axis() -> None:
    _, (axes,) = panels(1)
    xmr_panels([axes], series("A", [-5.0, 3.0], ["common"] * 2, (-20.0, 0.0, 20.0)), "indicator", says)
    assert axes.get_ylim()[0] < -20


def test_values_that_are_all_the_same_or_missing_are_drawn() -> None:
    figure, axes = panels(3)
    frame = pd.concat(
        [
            series("A", [0.0, 0.0], ["common"] * 2, (0.0, 0.0, 0.0)),
            series("B", [48.0, NAN], ["common", ""]),
            series("C", [NAN, NAN], ["", ""], limits=None),
        ]
    )
    chart = xmr_panels(axes, frame, "indicator", says)
    figure.draw_without_rendering()
    assert words(axes[1]) == ["48%"]
    assert words(axes[2]) == [TOO_FEW]
    assert chart.alt == (
        "Control charts of 3 series from January 2024 to February 2024: in the latest month of each, 2 show no signal "
        "of change; 1 has no value. Values run from 0% (A) to 48% (B); from first to last month 0 rose and 0 fell."
    )


def test_many_panels_name_the_signals_and_count_the_others() -> None:
    _, axes = panels(5)
    frame = pd.concat(
        [
            series("A", [48.0, 70.0], ["common", "concerning"]),
            series("B", [48.0, 71.0], ["common", "concerning"]),
            series("C", [48.0, 30.0], ["common", "improving"]),
            series("D", [48.0, 49.0], ["common", "common"]),
            series("E", [48.0, 47.0], ["", ""], limits=None),
        ]
    )
    assert xmr_panels(axes, frame, "indicator", says).alt == (
        "Control charts of 5 series from January 2024 to February 2024: in the latest month of each, C (30%) shows a "
        "signal of improvement; A (70%) and B (71%) show a signal of concern; 1 shows no signal of change; 1 has too "
        "few months for limits. Values run from 30% (C) to 71% (B); from first to last month 3 rose and 2 fell."
    )


def test_the_table_is_in_the_order_of_panels_and_months() -> None:
    frame = pd.concat([series("B", [48.0, 52.0], ["common"] * 2), series("A", [48.0, 50.0], ["common"] * 2)])
    _, axes = panels(2)
    chart = xmr_panels(axes, frame.iloc[[1, 0, 3, 2]], "indicator", says)
    assert [one.get_title(loc="left") for one in axes] == ["B", "A"]
    assert chart.data["indicator"].tolist() == ["B", "B", "A", "A"]
    assert chart.data["month"].is_monotonic_increasing is False
    assert chart.data["value"].tolist() == [48.0, 52.0, 48.0, 50.0]


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    _, axes = panels(1)
    good = series("A", [48.0], ["common"])
    with pytest.raises(ValueError, match="no rows to draw"):
        xmr_panels(axes, good.iloc[:0], "indicator", says)
    with pytest.raises(ValueError, match="needs the columns mean and phase"):
        xmr_panels(axes, good.drop(columns=["mean", "phase"]), "indicator", says)
    with pytest.raises(ValueError, match="does not know the state odd"):
        xmr_panels(axes, good.assign(state="odd"), "indicator", says)
    with pytest.raises(ValueError, match="1 series, 2 panels"):
        xmr_panels([*axes, *axes], good, "indicator", says)


@pytest.mark.parametrize("latest", [41.0, 50.0, 59.0])
@pytest.mark.parametrize("target", [30.0, 41.0, 59.0, 70.0])
def test_values_targets_and_titles_do_not_touch_on_a_page_of_three_columns(latest: float, target: float) -> None:
    figure, axes = panels(6, columns=3)
    name = "Healthcare scientists: cardiac and respiratory"
    frames = [series(f"{name} {number}", [48.0] * 23 + [latest], ["common"] * 24) for number in range(6)]
    xmr_panels(axes, pd.concat(frames), "indicator", says, targets={f"{name} {number}": target for number in range(6)})
    labels = [text for one in axes for text in [*one.texts, one._left_title]]
    assert touching(figure, labels) == []
    assert outside(figure, labels) == []
