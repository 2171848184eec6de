"""Workload to whole-time equivalents (docs/method.md, section 4; WISN, World Health Organization 2010).

Everything here works on numbers or on NumPy arrays of draws alike.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Number = float | NDArray[np.float64]
"""One value, or one value a draw."""


def available_hours(contract_hours_week: Number, weeks_year: Number, unavailable: Iterable[Number]) -> Number:
    """Hours a year that one WTE is at work.

    `unavailable` are shares of contracted time (leave, sickness, study …); they are summed unrounded,
    since rounding each item first loses hours.
    """
    away: Number = 0.0
    for share in unavailable:
        away = away + share
    return contract_hours_week * weeks_year * (1 - away)


def category_allowance_factor(shares: Iterable[Number]) -> Number:
    """WISN's CAF = 1 / (1 - sum of shares): work every member of the profession does beside the tests."""
    total: Number = 0.0
    for share in shares:
        total = total + share
    return 1 / (1 - total)


def required_wte(
    hours: Number, available: Number, allowance_factor: Number = 1.0, individual_wte: Number = 0.0
) -> Number:
    """WISN: R = CAF x workload hours / available hours + IAF, in WTE.

    `hours` and `available` are hours a year; `individual_wte` (IAF) is work done by certain people only.
    """
    return allowance_factor * hours / available + individual_wte


def wisn_ratio(current: Number, required: Number) -> Number:
    """WISN ratio: current staff / required staff (WTE). Below 1 there are too few; missing where none are required."""
    need = np.asarray(required, dtype=np.float64)
    ratio = np.divide(current, need, out=np.full(np.broadcast(current, need).shape, np.nan), where=need > 0)
    return ratio if ratio.ndim else float(ratio)


def wisn_difference(current: Number, required: Number) -> Number:
    """WISN difference: current less required staff (WTE). Below zero is a shortage."""
    return current - required


def workload_hours(tests: Number, minutes: Number) -> Number:
    """Hours of work for a number of tests at so many minutes each."""
    return tests * minutes / 60


def room_hours(rooms: Number, hours_week: Number, weeks_year: Number) -> Number:
    """Hours a year that so many rooms are open."""
    return rooms * hours_week * weeks_year


def staffed_hours(rooms: pd.DataFrame, weeks_year: Number) -> pd.Series:
    """Hours a year that staff of its profession spend in the rooms of each row of the canonical table.

    Rooms x hours open a week x weeks x staff in a room; with one week a year, the hours of a week.
    """
    open_a_year = room_hours(rooms["rooms"].astype("float64"), rooms["open_hours_week"], weeks_year)
    return open_a_year * rooms["staff_per_room"]


def room_capacity(open_hours: Number, utilisation: Number, slot_minutes: Number) -> Number:
    """Tests a year that open room hours have place for: hours x utilisation / length of an appointment."""
    return open_hours * utilisation * 60 / slot_minutes


def lists_needed(points: Number, points_per_list: Number) -> Number:
    """Endoscopy lists for a number of points, at the points really delivered on a list."""
    return points / points_per_list


def grown(amount: Number, growth: Number, months: float) -> Number:
    """An amount after some months of growth on the log scale: amount x exp(growth x months / 12)."""
    return amount * np.exp(np.asarray(growth) * months / 12)


def productivity_factor(growth: Number, months: float) -> Number:
    """Output per WTE after some months, against 1 at the start: (1 + g)^(months / 12)."""
    return (1 + np.asarray(growth)) ** (months / 12)
