"""Seeded chance."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.synthetic.chance import apportion, count, spread, stream, whole

pytestmark = pytest.mark.unit

WEIGHTS = st.lists(st.floats(min_value=0.001, max_value=1000), min_size=1, max_size=20)


@settings(deadline=None)
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


def test_a_whole_number_has_the_amount_as_its_mean() -> None:
    rng = stream(1, "whole")

    drawn = [whole(rng, 2.3) for _ in range(20_000)]

    assert set(drawn) == {2, 3}
    assert statistics.fmean(drawn) == pytest.approx(2.3, abs=0.02)


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
