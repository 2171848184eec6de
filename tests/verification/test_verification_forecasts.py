"""Scores and indices of forecasts that are known in closed form."""

from __future__ import annotations

import pytest

from pipeline.evidence.scores import crps_normal

pytestmark = pytest.mark.unit


def test_the_score_of_a_standard_normal_distribution_at_its_middle() -> None:
    assert crps_normal(0.0, 1.0, 0.0) == pytest.approx(0.2336949773, rel=1e-9)
