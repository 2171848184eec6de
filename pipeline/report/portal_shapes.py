"""The shapes of the small pictures in the list of all plans, in a box of 100 by 20. Numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.portal_record import PillarGap

WIDE, HIGH, EDGE = 100.0, 20.0, 2.0


@dataclass(frozen=True)
class Bar:
    """A bar from nought to P50 and a line from P10 to P90, with nought where it stands."""

    nought: float
    start: float
    width: float
    low: float
    high: float


def gap_bars(gaps: Sequence[PillarGap]) -> list[Bar | None]:
    """A bar a pillar on one scale; None for one without a figure."""
    known = [value for gap in gaps for value in (gap.p10, gap.p50, gap.p90) if value is not None]
    lowest, highest = min([0.0, *known]), max([0.0, *known])
    scale = WIDE / ((highest - lowest) or 1.0)
    return [_bar(gap, lowest, scale) for gap in gaps]


def _bar(gap: PillarGap, lowest: float, scale: float) -> Bar | None:
    if gap.p50 is None:
        return None
    nought, middle = -lowest * scale, (gap.p50 - lowest) * scale
    low, high = ((value if value is not None else gap.p50) for value in (gap.p10, gap.p90))
    ends = [round((end - lowest) * scale, 1) for end in (low, high)]
    return Bar(round(nought, 1), round(min(nought, middle), 1), round(abs(middle - nought), 1), *ends)


def line(values: Sequence[float]) -> list[tuple[float, float]]:
    """Points of values from left to right, the largest on top."""
    lowest, highest = min(values), max(values)
    step = (WIDE - 2 * EDGE) / max(len(values) - 1, 1)
    height = (HIGH - 2 * EDGE) / ((highest - lowest) or 1.0)
    flat = HIGH / 2 if highest == lowest else None
    return [
        (round(EDGE + place * step, 1), round(flat or HIGH - EDGE - (value - lowest) * height, 1))
        for place, value in enumerate(values)
    ]
