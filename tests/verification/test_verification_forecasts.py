"""Scores and indices of forecasts that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.evidence.scores import crps_normal
from pipeline.evidence.sobol import Inputs, sobol

pytestmark = pytest.mark.unit


def test_the_score_of_a_standard_normal_distribution_at_its_middle() -> None:
    assert crps_normal(0.0, 1.0, 0.0) == pytest.approx(0.2336949773, rel=1e-9)


def _ishigami(inputs: Inputs) -> NDArray[np.float64]:
    x1, x2, x3 = (np.pi * (2 * inputs[name] - 1) for name in ("x1", "x2", "x3"))
    return np.asarray(np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))


def test_the_sobol_indices_of_the_ishigami_function() -> None:
    variances = []

    def answers(inputs: Inputs) -> dict[str, NDArray[np.float64]]:
        values = _ishigami(inputs)
        variances.append(values[: 2 * 4096].var())
        return {"y": values}

    found = sobol(answers, {name: [name] for name in ("x1", "x2", "x3")}, points=4096)
    assert variances == pytest.approx([13.8445879407], rel=0.02)
    assert found["first"].to_numpy() == pytest.approx([0.3139051911, 0.4424111448, 0.0], abs=0.02)
    assert found["total"].to_numpy() == pytest.approx([0.5575888553, 0.4424111448, 0.2436836641], abs=0.02)
