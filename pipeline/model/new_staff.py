"""Output that people new in post at the base month have still to reach (docs/method.md, section 16).

No file says who of the staff in post is new. As many are taken to have come in each of the months before as come, on
average, in the year after: so that effective staff do not seem to fall when those who come later are counted as new.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.draws import central
from pipeline.model.paths import paths
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.expected import expected_staff
from pipeline.model.supply.plan_staff import PlanStaff, course
from pipeline.model.supply.system import FROM_ORIGIN

Array = NDArray[np.float64]


def arrivals_a_month(staff: PlanStaff, assumptions: Assumptions) -> Array:
    """WTE who come from outside in an average month of the year after the base month: by origin and cell."""
    year = paths(BASELINE, central(assumptions), assumptions, MONTHS_IN_YEAR)
    flows = expected_staff(staff.system, course(staff, year)).flow_wte
    return np.asarray(flows[list(FROM_ORIGIN), 1:].mean(axis=1))


def still_to_reach(arrivals: Array, ramp: Array, months: int) -> Array:
    """WTE of output that those who came before the base month still lack: cells x months + 1 x draws.

    `arrivals` is the result of arrivals_a_month; `ramp` is output by draw, origin and month in post, full after them.
    """
    lost = 1.0 - ramp
    ahead = np.zeros((lost.shape[1], months + 1, lost.shape[0]))
    # Somebody who came s months before has served s + t months in month t.
    left = np.cumsum(lost[:, :, ::-1], axis=2)[:, :, ::-1]
    shown = min(months + 1, lost.shape[2])
    ahead[:, :shown] = np.transpose(left[:, :, :shown], (1, 2, 0))
    return np.asarray(np.einsum("oc,omd->cmd", arrivals, ahead))
