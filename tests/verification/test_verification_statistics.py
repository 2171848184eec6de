"""Known answers that the intervals and funnel limits reproduce.

Intervals: values that the tests of the public health agency's own R package PHEindicatormethods publish. Funnel: the
normal approximation of Spiegelhalter (Statistics in Medicine 2005, 24:1185-1202) about a baseline of 80.642448 %.
"""

from __future__ import annotations

import pytest

from pipeline.statistics.funnel import limits
from pipeline.statistics.intervals import byar, exact_poisson, poisson, wilson

pytestmark = pytest.mark.unit
BASELINE = 0.80642448


def test_byars_interval_of_65_events() -> None:
    low, high = byar(65)
    assert (float(low), float(high)) == pytest.approx((50.163187710459454, 82.84913854593984), rel=1e-9)


def test_byars_interval_of_ten_events_at_998() -> None:
    low, high = byar(10, 0.998)
    assert (float(low), float(high)) == pytest.approx((2.916318374695686, 24.193724927880535), rel=1e-9)


def test_wilsons_interval_of_65_of_100() -> None:
    low, high = wilson(65, 100)
    assert (float(low), float(high)) == pytest.approx((0.5525444329688797, 0.7363575176), rel=1e-9)


def test_the_exact_interval_of_five_events() -> None:
    for interval in (exact_poisson, poisson):
        low, high = interval(5)
        assert (float(low), float(high)) == pytest.approx((1.62348639, 11.66833208), rel=1e-8)


def test_funnel_limits_of_fifty_patients() -> None:
    """Of 50: 69.691035 to 91.593861 % at 95 %, and 63.375595 to 97.909301 % at 99.8 %."""
    low, high = limits(BASELINE, 50, 0.95)
    assert (100 * float(low), 100 * float(high)) == pytest.approx((69.691035, 91.593861), abs=1e-5)
    low, high = limits(BASELINE, 50, 0.998)
    assert (100 * float(low), 100 * float(high)) == pytest.approx((63.375595, 97.909301), abs=1e-5)
