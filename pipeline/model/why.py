"""Why the gap is what it is: its change from the base month to the last, shared out exactly (section 16)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.model.ahead import Ahead, Start
from pipeline.model.attribution import parts_of_change
from pipeline.model.need import OTHER_GROWTH, SKILL_MIX, TIME, counted_parts
from pipeline.model.supply.system import FLOWS, MOVED_AWAY

Array = NDArray[np.float64]
TODAY = "gap at the base month"
LISTS, CENTRES, EDUCATION, FLOORS = "waiting lists", "diagnostic centres", "supervision of trainees", "rooms and rotas"
HOURS, LEARNING, OUTPUT = "hours of each person", "output of new staff", "output of staff in post"
BANK, AGENCY, SHARED = "bank", "agency", "shared staff"


def parts_of_gap(found: Ahead, begin: Start) -> dict[str, Array]:
    """The gap of the last month by part: WTE by cell and draw. Parts above zero widen it.

    The first is the gap at the base month; they add up to the gap of the last month in every cell and draw. Drivers of
    counted tests are shared out by the logarithmic mean (attribution); every other part is a difference of WTE.
    """
    cells = len(found.gap)
    parts = {TODAY: found.gap[:, 0], **_counted_parts(found, begin)}
    growth, time = _other_parts(found, begin)
    parts[OTHER_GROWTH] = growth
    parts[TIME] = parts[TIME] + time
    need, supply = found.need, found.supply
    above, shared = need.whole - need.workload, found.lent + found.extra_hours
    parts |= {
        SKILL_MIX: need.moved[:, -1],
        LISTS: need.lists[:, -1],
        CENTRES: need.centres[:, -1] - supply.redeployed[:, -1],
        EDUCATION: need.education[:, -1],
        FLOORS: above[:, -1] - above[:, 0],
    }
    flows = np.transpose(supply.drawn.whole_flow, (1, 2, 0)).astype(np.float64)
    # Up to this one flows take people out of a cell, from the next on they bring them.
    out = [number <= MOVED_AWAY for number in range(len(FLOWS))]
    parts |= {name: flow if away else -flow for name, away, flow in zip(FLOWS, out, flows, strict=True)}
    wte = np.transpose(supply.drawn.wte[:, -1], (1, 0))
    parts |= {
        HOURS: wte - (supply.in_post - supply.redeployed)[:, -1],
        LEARNING: supply.learning[:, -1] - supply.learning[:, 0],
        OUTPUT: supply.more[:, 0] - supply.more[:, -1],
        BANK: supply.cover.bank[:, 0] - supply.cover.bank[:, -1],
        AGENCY: supply.cover.agency[:, 0] - supply.cover.agency[:, -1],
        SHARED: shared[:, 0] - shared[:, -1],
    }
    return {name: np.broadcast_to(part, (cells, found.paths.draws)) for name, part in parts.items()}


def _counted_parts(found: Ahead, begin: Start) -> dict[str, Array]:
    cells, whole = len(found.gap), dict[str, Array]()
    for held in found.need.held:
        for name, part in counted_parts(begin.work, begin.number, cells, held.factors, held.paths).items():
            whole[name] = whole.get(name, 0.0) + part * held.own[:, None]
    return whole


def _other_parts(found: Ahead, begin: Start) -> tuple[Array, Array]:
    """What its growth, and time at work, add to work that no count explains."""
    growth = np.ones((len(found.gap), found.paths.draws))
    for held in found.need.held:
        growth[held.own] = np.broadcast_to(held.factors.other[-1], growth.shape)[held.own]
    now = found.need.other[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.where(begin.other == 0, 1.0, now / (begin.other * growth))
    parts = parts_of_change({"growth": 1.0, "time": np.ones_like(time)}, {"growth": growth, "time": time})
    return begin.other * parts["growth"], begin.other * parts["time"]
