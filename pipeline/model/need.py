"""Staff needed month by month for counted tests and other work, and what changes them (docs/method.md, section 16).

Arrays have the axes (cells, months + 1, draws), or a shape that broadcasts to them. A cell is an employer and a
profession, and month 0 is the base month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions, of_kind
from pipeline.model.attribution import parts_of_change
from pipeline.model.draws import Draws
from pipeline.model.paths import Paths
from pipeline.model.supply.teams import CELL
from pipeline.model.tests_ahead import DRIVERS, TestsAhead
from pipeline.model.work import Work, hours_a_test, hours_a_wte
from pipeline.model.workload import category_allowance_factor

Array = NDArray[np.float64]
TIME_KINDS = ("unavailable", "contract_hours_week", "weeks_year", "category_allowance")
EFFORT, PRODUCTIVITY, TIME, OTHER_GROWTH = "time a test takes", "productivity", "time at work", "other work"
SKILL_MIX = "skill mix"


@dataclass(frozen=True)
class Factors:
    """What the work of the base month is multiplied by, by month and draw; 1.0 where nothing changes it.

    `tests` is by test, `output` for all counted tests, `time` by profession, `other` for other work.
    """

    tests: TestsAhead
    output: Array
    time: Mapping[str, Array | float]
    other: Array


def factors(tests: TestsAhead, professions: list[str], paths: Paths) -> Factors:
    """The factors of a scenario; `professions` are those whose time at work is wanted."""
    return Factors(
        tests,
        output_factor(paths),
        {profession: time_factor(profession, paths) for profession in professions},
        np.exp(paths.added_up("other_work_growth")),
    )


def output_factor(paths: Paths) -> Array:
    """What counted work is multiplied by as output per WTE grows, by month and draw."""
    return np.asarray(np.exp(-paths.added_up("productivity_growth", np.log1p)))


def time_factor(profession: str, paths: Paths) -> Array | float:
    """WTE for the same work against the base month, as time at work changes."""
    base = _time_draws(profession, paths)
    if not any(key in paths.steps for key in base):
        return 1.0
    now = {key: paths.at(key) for key in base}
    return _productive(profession, base, paths.assumptions) / _productive(profession, now, paths.assumptions)


def _time_draws(profession: str, paths: Paths) -> Draws:
    """Draws of the base month of all that a profession's time at work depends on."""
    return {key: paths.base[key] for kind in TIME_KINDS for key in _keys(kind, profession, paths.assumptions)}


def _keys(kind: str, profession: str, assumptions: Assumptions) -> list[str]:
    return [each.key for each in of_kind(assumptions, kind) if each.profession in ("", profession)]


def _productive(profession: str, draws: Draws, assumptions: Assumptions) -> Array:
    """Hours a year of a WTE that go to tests."""
    keys = _keys("category_allowance", profession, assumptions)
    factor = category_allowance_factor([draws[key] for key in keys])
    return np.asarray(hours_a_wte(profession, draws, assumptions) / factor)


def base_hours(profession: str, paths: Paths) -> Array:
    """Hours a year of a WTE that go to tests at the base month, by draw."""
    return _productive(profession, _time_draws(profession, paths), paths.assumptions)


def effort_factor(work: Work, row: int, paths: Paths) -> Array | float:
    """What a test of a row takes against the base month: its minutes, or its points and the hours of a list."""
    return effort_of(*work.keys[row][2:], paths)


def effort_of(each: str, hours: str, paths: Paths) -> Array | float:
    """The same by the assumptions that say what a test takes."""
    keys = [key for key in (each, hours, "points_per_list" if hours else "") if key]
    if not any(key in paths.steps for key in keys):
        return 1.0
    now, base = ({key: at(key) for key in keys} for at in (paths.at, paths.base.__getitem__))
    return hours_a_test(each, hours, now) / hours_a_test(each, hours, base)


def counted_need(work: Work, number: NDArray[np.int64], cells: int, of: Factors, paths: Paths) -> Array:
    """WTE for counted tests by cell, month and draw; `number` is the cell of each row of the work, -1 for none."""
    need = np.zeros((cells, paths.months + 1, work.wte.shape[1]))
    for row, (test, profession, _, _) in enumerate(work.keys):
        if number[row] >= 0:
            many = of.tests.whole[test] * of.time[profession] * effort_factor(work, row, paths)
            need[number[row]] += work.wte[row] * many
    return need * of.output


def counted_parts(work: Work, number: NDArray[np.int64], cells: int, of: Factors, paths: Paths) -> dict[str, Array]:
    """Why the work of counted tests changes from the base month to the last: WTE by driver, cell and draw.

    They add up to the change (attribution.parts_of_change).
    """
    found = {name: np.zeros((cells, work.wte.shape[1])) for name in (*DRIVERS, PRODUCTIVITY, TIME, EFFORT)}
    parts: dict[tuple[str, str, str, str], dict[str, Array]] = {}
    for row in np.flatnonzero(number >= 0):
        key = work.keys[row]
        if key not in parts:
            parts[key] = _parts_of_one(*key[:2], effort_of(*key[2:], paths), of)
        for name, part in parts[key].items():
            found[name][number[row]] += work.wte[row] * part
    return found


def _parts_of_one(test: str, profession: str, effort: Array | float, of: Factors) -> dict[str, Array]:
    """The parts of the change of one WTE of work."""
    then = {name: _last(factor) for name, factor in of.tests.parts[test].items()}
    then |= {PRODUCTIVITY: of.output[-1], TIME: _last(of.time[profession]), EFFORT: _last(effort)}
    parts = parts_of_change(dict.fromkeys(then, 1.0), then)
    return {name: np.asarray(parts[name]) for name in then}


def _last(values: Array | float) -> Array | float:
    return values[-1] if isinstance(values, np.ndarray) and values.ndim else values


def moved_work(counted: Array, cells: pd.DataFrame, paths: Paths) -> Array:
    """WTE that each cell takes on from others of its employer (above zero) or gives up to them, by month and draw.

    The hours stay the same: whoever has more of their time for tests needs fewer WTE for them. Work is given only where
    the employer has staff of the profession that takes it.
    """
    moved = np.zeros_like(counted)
    of_cell = {key: number for number, key in enumerate(cells[CELL].itertuples(index=False, name=None))}
    for move in of_kind(paths.assumptions, "work_moved"):
        if move.key not in paths.steps:
            continue
        here, there = (base_hours(who, paths) for who in (move.profession, move.item))
        # What is moved at the base month is there already: in the work of those who do it.
        share = paths.at(move.key) - paths.base[move.key]
        for employer in dict.fromkeys(cells["employer"]):
            pair = [of_cell.get((employer, who)) for who in (move.profession, move.item)]
            if pair[0] is not None and pair[1] is not None:
                given = counted[pair[0]] * share
                moved[pair[0]] -= given
                moved[pair[1]] += given * (here / there)
    return moved
