"""Which group of assumptions what is not known about the gap comes from (docs/method.md, section 9)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from pipeline.evidence.expected_gap import by_pillar, gap_then, gross, net, touches_staff
from pipeline.evidence.groups import number, streams_by_group
from pipeline.evidence.sobol import Inputs, sobol
from pipeline.model.draws import from_normals, streams_of
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario

GROSS, NET = "gross", "net"


def uncertainty_of_gap(setting: Setting, scenario: Scenario, points: int = 0, repeats: int = 0) -> pd.DataFrame:
    """Sobol indices of the groups for the gap of the last month: gross, net, and gross of each pillar (sobol.sobol).

    Assumptions are spread as their draws are, with the same uneven ranges and correlations; staff follow expected
    values, so that chance in who comes and goes is left out. Without `points` and `repeats` they are those of
    sensitivity.yaml. Raises ValueError for a plan without staff.
    """
    assumptions = setting.assumptions
    touching = [each for each in assumptions.values() if touches_staff(each)]

    def answers(inputs: Inputs) -> Mapping[str, NDArray[np.float64]]:
        count = len(next(iter(inputs.values())))
        draws = from_normals(assumptions, count, lambda name: ndtri(inputs[name]))
        gap = gap_then(setting, scenario, draws)
        return {GROSS: gross(gap), NET: net(gap), **by_pillar(setting, gap, gross)}

    return sobol(
        answers,
        streams_by_group(assumptions),
        points=points or int(number("points")),
        repeats=repeats or int(number("repeats")),
        dear=[stream for each in touching for stream in streams_of(each, assumptions)],
        seed=int(number("seed")),
        resamples=int(number("resamples")),
        confidence=number("confidence"),
    )
