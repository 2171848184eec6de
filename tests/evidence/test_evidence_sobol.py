"""Sobol indices of models whose indices are known in closed form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from pipeline.evidence.sobol import Inputs, sobol

pytestmark = pytest.mark.unit

Array = NDArray[np.float64]
Model = Callable[[Inputs], Array]
TWO = {"first": ["a"], "second": ["b"]}


def indices(model: Model, groups: Mapping[str, list[str]], points: int = 1024, **more: Any) -> pd.DataFrame:
    found = sobol(lambda inputs: {"y": model(inputs)}, groups, points=points, **more)
    return found.set_index("group")


def straight(inputs: Inputs) -> Array:
    """Variances 4/12 and 1/12."""
    return np.asarray(2 * inputs["a"] + inputs["b"])


def product(inputs: Inputs) -> Array:
    """Variance 1/9 - 1/16 = 7/144, of which that of E(ab | a) = a/2 is 3/144, twice; 1/144 comes from both together."""
    return np.asarray(inputs["a"] * inputs["b"])


class TestIndices:
    def test_of_a_sum_are_the_shares_of_its_parts_alone_and_with_others(self) -> None:
        found = indices(straight, TWO)
        for name in ("first", "total"):
            assert found[name].to_numpy() == pytest.approx([0.8, 0.2], abs=0.01)

    def test_of_a_product_are_more_with_others_than_alone(self) -> None:
        found = indices(product, TWO)
        assert found["first"].to_numpy() == pytest.approx([3 / 7, 3 / 7], abs=0.01)
        assert found["total"].to_numpy() == pytest.approx([4 / 7, 4 / 7], abs=0.01)

    def test_inputs_of_a_group_move_together(self) -> None:
        found = indices(lambda inputs: inputs["a"] + inputs["b"] + inputs["c"], {"both": ["a", "b"], "one": ["c"]})
        assert found["first"].to_numpy() == pytest.approx([2 / 3, 1 / 3], abs=0.01)
        alone = indices(lambda inputs: inputs["a"] * inputs["b"] + 0 * inputs["c"], {"both": ["a", "b"], "one": ["c"]})
        assert alone.loc["both", ["first", "total"]].to_numpy(dtype=float) == pytest.approx([1, 1], abs=0.02)
        assert alone.loc["one", ["first", "total"]].to_numpy(dtype=float) == pytest.approx([0, 0], abs=1e-12)

    def test_of_what_does_not_vary_are_none(self) -> None:
        found = indices(lambda inputs: 0 * inputs["a"] + 3.0, TWO, points=8)
        assert not found.drop(columns="answer").to_numpy(dtype=float).any()

    def test_hardly_change_where_dear_inputs_have_few_values_that_meet_many_others(self) -> None:
        found = indices(product, TWO, points=64, repeats=16, dear=["a"])
        assert found["first"].to_numpy() == pytest.approx([3 / 7, 3 / 7], abs=0.05)
        assert found["total"].to_numpy() == pytest.approx([4 / 7, 4 / 7], abs=0.05)

    def test_each_answer_has_its_own(self) -> None:
        found = sobol(lambda inputs: {"y": straight(inputs), "z": product(inputs)}, TWO, points=256)
        assert list(found["answer"]) == ["y", "y", "z", "z"]
        apart = sobol(lambda inputs: {"z": product(inputs)}, TWO, points=256)
        pd.testing.assert_frame_equal(found[found["answer"] == "z"].reset_index(drop=True), apart)


class TestInputs:
    def test_dear_ones_have_few_values_and_each_meets_different_others(self) -> None:
        seen: dict[str, Array] = {}

        def model(inputs: Inputs) -> Array:
            seen.update(inputs)
            return straight(inputs)

        indices(model, TWO, points=8, repeats=4, dear=["a"])
        assert len(seen["a"]) == (2 + 2) * 8 * 4
        assert len(set(seen["a"])) == 2 * 8
        assert len(set(seen["b"])) == 2 * 8 * 4
        assert len(set(zip(seen["a"][:32], seen["b"][:32], strict=True))) == 32

    def test_are_even_and_never_at_an_end(self) -> None:
        def model(inputs: Inputs) -> Array:
            first = np.sort(inputs["a"][:64])
            assert (np.floor(first * 64) == np.arange(64)).all()
            assert first[0] > 0
            assert first[-1] < 1
            return straight(inputs)

        indices(model, TWO, points=64)

    @pytest.mark.parametrize("size", [{"points": 48}, {"points": 16, "repeats": 3}])
    def test_are_refused_where_they_would_not_be_even(self, size: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="powers of two"):
            indices(straight, TWO, **size)


class TestIntervals:
    def test_hold_the_truth_and_the_index(self) -> None:
        found = indices(product, TWO, points=256)
        for name, truth in (("first", 3 / 7), ("total", 4 / 7)):
            assert (found[f"{name}_low"] < truth).all()
            assert (truth < found[f"{name}_high"]).all()
            assert found[name].between(found[f"{name}_low"], found[f"{name}_high"]).all()

    def test_narrow_with_more_points(self) -> None:
        few, many = (indices(product, TWO, points=points) for points in (64, 1024))
        width = [(found["first_high"] - found["first_low"]).max() for found in (few, many)]
        assert width[1] == pytest.approx(width[0] / 4, rel=0.35)

    def test_hold_the_truth_about_as_often_as_they_say_or_more(self) -> None:
        held = [
            indices(product, TWO, points=16, repeats=4, dear=["a"], seed=seed, resamples=200, confidence=0.8)
            for seed in range(60)
        ]
        inside = [each["first_low"] <= 3 / 7 for each in held], [each["first_high"] >= 3 / 7 for each in held]
        share = float(np.mean(np.logical_and(*inside)))
        assert share >= 0.7

    def test_are_the_same_each_time(self) -> None:
        pd.testing.assert_frame_equal(indices(product, TWO, points=32), indices(product, TWO, points=32))
