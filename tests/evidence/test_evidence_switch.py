"""The value of an assumption at which an answer changes its sign."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from small_settings import ALDER, counts, cover, figure, setting, vacancies

from pipeline.assumptions import Assumption, Assumptions
from pipeline.evidence.expected_gap import gap_then, net
from pipeline.evidence.groups import number
from pipeline.evidence.switch import ALL, gap_switches, switch_values, value_at
from pipeline.model.draws import Draws, central
from pipeline.model.scenarios import BASELINE

pytestmark = pytest.mark.unit

Array = NDArray[np.float64]


def assumption(kind: str, value: float, low: float | None, high: float | None, **more: object) -> Assumption:
    words = {"label": kind, "unit": "x", "grade": "published", "source": "made up", "from": "2025-01-01"}
    return Assumption.model_validate({"kind": kind, "value": value, "low": low, "high": high, **words, **more})


SLOPE = assumption("productivity_growth", 2.0, 1.0, 4.0)
LEVEL = assumption("hours_growth", 3.0, 2.5, 3.5)
SHARE = assumption("avoided", 0.5, 0.3, 0.8, scale="logit")
BOOK: Assumptions = {each.key: each for each in (SLOPE, LEVEL, SHARE)}


def found(answer: Callable[[Draws], Array], *keys: str, **others: Callable[[Draws], Array]) -> pd.DataFrame:
    answers = {"y": answer, **others}
    return switch_values(
        lambda sets: {name: each(sets) for name, each in answers.items()}, BOOK, keys or list(BOOK)
    ).set_index(["key", "answer"])


def straight(sets: Draws) -> Array:
    """2a - b, which is 1 as things are, and 0 at a = 1.5 or b = 4."""
    return np.asarray(2 * sets[SLOPE.key] - sets[LEVEL.key])


class TestSwitchValues:
    def test_are_where_the_answer_is_none(self) -> None:
        each = found(straight)
        close = number("switch_within")
        assert each.loc[(SLOPE.key, "y"), "switch"] == pytest.approx(1.5, abs=close)
        assert each.loc[(LEVEL.key, "y"), "switch"] == pytest.approx(4.0, abs=close)
        assert (each["at_value"] == 1.0).all()

    def test_say_whether_they_lie_between_p10_and_p90(self) -> None:
        each = found(straight)
        assert list(each["inside"]) == [True, False, False]

    def test_are_missing_where_the_sign_stays_and_the_nearest_is_told(self) -> None:
        row = found(lambda sets: 100 + sets[SHARE.key]).loc[(SHARE.key, "y")]
        assert np.isnan(row["switch"])
        assert not row["inside"]
        assert row["nearest"] == pytest.approx(row["searched_from"])
        assert row["at_nearest"] == pytest.approx(100 + row["searched_from"])

    def test_are_looked_for_no_further_than_is_plausible(self) -> None:
        row = found(lambda sets: sets[LEVEL.key] - 1.0).loc[(LEVEL.key, "y")]
        assert (row["searched_from"], row["searched_to"]) == pytest.approx((1.5, 4.5))
        assert np.isnan(row["switch"])

    def test_are_looked_for_within_what_the_lever_allows(self) -> None:
        early = assumption("time_to_hire", 2.0, 0.5, 3.0)
        assert value_at(early, -3.0) == 0.0
        assert value_at(early, 3.0) == pytest.approx(5.0)

    def test_are_found_on_a_curve_and_on_a_step(self) -> None:
        curve = found(lambda sets: sets[SHARE.key] ** 3 - 0.064, SHARE.key)
        assert curve["switch"].to_numpy() == pytest.approx(0.4, abs=1e-3)
        step = found(lambda sets: np.where(sets[SHARE.key] > 0.62, 1.0, -1.0), SHARE.key)
        assert step["switch"].to_numpy() == pytest.approx(0.62, abs=2e-3)

    def test_of_several_are_the_nearest(self) -> None:
        # Signs change at 1 below the middle, at 0.4 above it, and at 1.4 above that.
        row = found(lambda sets: (sets[LEVEL.key] - 2) * (sets[LEVEL.key] - 3.2) * (sets[LEVEL.key] - 4.4), LEVEL.key)
        assert row["switch"].to_numpy() == pytest.approx(3.2, abs=5e-3)

    def test_of_every_answer_are_found_together_in_few_calls(self) -> None:
        calls: list[int] = []

        def counting(sets: Draws) -> Array:
            calls.append(len(sets[SLOPE.key]))
            return straight(sets)

        each = found(counting, z=lambda sets: sets[SLOPE.key] - 2.5, never=lambda sets: sets[SLOPE.key] * 0 + 1)
        assert each.loc[(SLOPE.key, "z"), "switch"] == pytest.approx(2.5, abs=0.01)
        assert each.xs("never", level="answer")["switch"].isna().all()
        assert len(calls) <= 10

    def test_where_the_answer_is_none_already_it_is_the_value_itself(self) -> None:
        row = found(lambda sets: sets[SLOPE.key] - 2.0, SLOPE.key)
        assert row["switch"].to_numpy() == pytest.approx(2.0, abs=0.01)

    def test_without_a_range_are_refused(self) -> None:
        with pytest.raises(ValueError, match="has no range"):
            value_at(assumption("productivity_growth", 1.0, None, None), 1.0)


def test_the_net_gap_closes_at_the_switch_value_of_the_gap() -> None:
    growth = figure("activity_growth", 0.01, test="CT", low=-0.09, high=0.11)
    of = setting(counts({(ALDER, "CT"): 4000}), cover(), vacancies(), standards=[growth])
    each = gap_switches(of, BASELINE, ["activity_growth / CT", "productivity_growth"])
    assert set(each["answer"]) == {ALL, "imaging", "endoscopy"}
    row = each[(each["key"] == "activity_growth / CT") & (each["answer"] == ALL)].iloc[0]
    draws = central(of.assumptions, 3)
    draws["activity_growth / CT"] += [0.0, row["switch"] - 0.01 - 0.002, row["switch"] - 0.01 + 0.002]
    now, below, above = net(gap_then(of, BASELINE, draws))
    assert row["at_value"] == pytest.approx(now)
    assert below < 0 < above
