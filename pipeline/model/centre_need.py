"""Staff that the tests and rooms of community diagnostic centres need, beyond those of the base month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.centre_path import ROOM, CentrePath

Array = NDArray[np.float64]
WteATest = Mapping[tuple[str, str], float | Array]
"""WTE that one test a year takes, by test and profession: a number, one value a draw, or months x draws."""


@dataclass(frozen=True)
class Room:
    """A centre's rooms for one test: tests a year and their new share, and WTE of each profession who staff them.

    All by month. `sources` are the employers that shifted tests leave, with their shares.
    """

    host: str
    test: str
    tests: Array
    share_new: Array
    staff: Mapping[str, Array]
    sources: Mapping[str, float]


def need_since_base(path: CentrePath, wte_a_test: WteATest) -> dict[tuple[str, str], Array]:
    """WTE needed beyond the base month's, by employer and profession: months x draws, or months x 1.

    In each room need = max(staff of the open room, work of its tests), since those who staff the room do the tests; the
    sum would count them twice. What was needed at the base month, at the same work a test, is there already and taken
    off, and need does not fall below it. Work done outside the room, such as reporting, is work alone. The new share
    adds to the system's need. The shifted share comes to the host and leaves the employers that the tests leave, whose
    rooms close as the centre's open, so it sums to zero.

    It holds the work of new_tests and shifted_tests: use it in its place, never beside it.
    """
    needs: dict[tuple[str, str], Array] = {}
    for room in _rooms(path):
        for profession in sorted({*room.staff, *(who for test, who in wte_a_test if test == room.test)}):
            each = wte_a_test.get((room.test, profession), 0.0)
            need = _above_base(room.staff.get(profession, np.zeros_like(room.tests)), room.tests, each)
            _add(needs, (room.host, profession), need)
            for source, share in room.sources.items():
                _add(needs, (source, profession), -share * (1 - room.share_new)[:, None] * need)
    return needs


def staff_needed(room_wte: Array, tests: Array, wte_a_test: float | Array) -> Array:
    """Staff of rooms by month: the larger of those who keep them open and the work of their tests (months x draws)."""
    work = tests[:, None] * np.atleast_1d(np.asarray(wte_a_test, dtype=np.float64))
    return np.asarray(np.maximum(room_wte[:, None], work))


def _above_base(room_wte: Array, tests: Array, wte_a_test: float | Array) -> Array:
    at_base = staff_needed(np.full_like(room_wte, room_wte[0]), np.full_like(tests, tests[0]), wte_a_test)
    return np.maximum(staff_needed(room_wte, tests, wte_a_test) - at_base, 0.0)


def _add(needs: dict[tuple[str, str], Array], cell: tuple[str, str], more: Array) -> None:
    needs[cell] = needs[cell] + more if cell in needs else more


@lru_cache(maxsize=64)
def _rooms(path: CentrePath) -> tuple[Room, ...]:
    """The rooms of a path, picked out of its tables once, however often what they need is asked for."""
    bands = path.staff.groupby([*ROOM, "profession", "month"])["room_wte"].sum()
    staff: dict[tuple[str, str], dict[str, Array]] = {}
    for (site, test, profession), wte in bands.groupby([*ROOM, "profession"]):
        staff.setdefault((site, test), {})[profession] = wte.to_numpy()
    sources = dict(iter(path.sources.groupby(ROOM)))
    return tuple(_room(rows, staff.get(cell, {}), sources[cell]) for cell, rows in path.tests.groupby(ROOM))


def _room(rows: pd.DataFrame, staff: Mapping[str, Array], sources: pd.DataFrame) -> Room:
    shares = dict(zip(sources["employer"], sources["share"], strict=True))
    host, test = rows[["host", "test"]].iloc[0]
    return Room(host, test, rows["tests"].to_numpy(), rows["share_new"].to_numpy(), staff, shares)
