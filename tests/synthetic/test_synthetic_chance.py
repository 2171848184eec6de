"""Seeded chance."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.synthetic.chance import apportion, count, key, numbered, spread, stream, uniforms

pytestmark = pytest.mark.unit

UNIFORM = [0.29577858057254347, 0.9253564082995457, 0.9371823588240779]
WEIGHTS = st.lists(st.floats(min_value=0.001, max_value=1000), min_size=1, max_size=20)


@given(total=st.integers(min_value=0, max_value=100_000), weights=WEIGHTS)
def test_shares_add_up_to_the_total_and_are_within_one_of_the_exact_share(total: int, weights: list[float]) -> None:
    shares = apportion(total, weights)

    assert sum(shares) == total
    assert all(abs(share - total * weight / sum(weights)) < 1 for share, weight in zip(shares, weights, strict=True))


def test_largest_remainders_take_what_is_left_over() -> None:
    assert apportion(10, [5.5, 3.3, 1.2]) == [6, 3, 1]


def test_a_stream_depends_on_its_words_and_the_seed() -> None:
    first = stream(1, "list", "ZZ1").random()

    assert stream(1, "list", "ZZ1").random() == first
    assert stream(1, "list", "ZZ2").random() != first
    assert stream(2, "list", "ZZ1").random() != first


def test_small_counts_are_poisson() -> None:
    rng = stream(1, "count")

    drawn = [count(rng, 4.0) for _ in range(20_000)]

    assert statistics.fmean(drawn) == pytest.approx(4.0, abs=0.06)
    assert statistics.variance(drawn) == pytest.approx(4.0, abs=0.2)


def test_large_counts_are_rounded() -> None:
    assert count(stream(1, "count"), 512.4) == 512


def test_a_spread_has_mean_one() -> None:
    rng = stream(1, "spread")

    drawn = [spread(rng, 0.2) for _ in range(20_000)]

    assert statistics.fmean(drawn) == pytest.approx(1.0, abs=0.006)
    assert spread(rng, 0.0) == 1.0


def test_uniform_numbers_are_the_same_on_every_machine() -> None:
    drawn = uniforms(numbered(key(1, "team", "ZZ1"), np.arange(3)), "leave", 7)

    assert drawn.tolist() == UNIFORM


def test_uniform_numbers_fill_the_interval_evenly_and_do_not_hang_together() -> None:
    keys = numbered(key(1, "even"), np.arange(40_000))
    first, second = uniforms(keys, "leave", 1), uniforms(keys, "leave", 2)

    for drawn in (first, second):
        assert 0 <= drawn.min() < drawn.max() < 1
        assert np.histogram(drawn, bins=10, range=(0, 1))[0] == pytest.approx(4000, abs=250)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.02


def test_the_chance_of_one_thing_does_not_hang_on_how_many_others_there_are() -> None:
    few, many = (uniforms(numbered(key(1, "posts"), np.arange(size)), "join", 3) for size in (5, 500))

    assert few.tolist() == many[:5].tolist()
