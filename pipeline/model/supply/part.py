"""A part of a system that nothing outside it touches, so that what changes for few professions is quick to follow."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.expected import expected_draws
from pipeline.model.supply.system import Course, System, Whole

Mask = np.ndarray


def followed_again(
    system: System, course: Course, cells: pd.DataFrame, before: Drawn, professions: Collection[str]
) -> Drawn:
    """What was drawn before, with the staff of some professions, and of those they move to or from, followed anew.

    Staff in expected values. Of what is returned only `wte`, `learning` and `whole_flow` are brought up to date.
    `cells` has the profession of each cell. For no professions it is what was drawn before.
    """
    if not professions:
        return before
    own = closed_cells(system, cells, professions)
    found = expected_draws(*part_of(system, course, own))
    wte, learning, flow = before.wte.copy(), before.learning.copy(), before.whole_flow.copy()
    wte[:, :, own], learning[:, :, own], flow[:, :, own] = found.wte, found.learning, found.whole_flow
    return before._replace(wte=wte, learning=learning, whole_flow=flow)


def closed_cells(system: System, cells: pd.DataFrame, professions: Collection[str]) -> Mask:
    """The cells of some professions and of every profession that people move to or from, in any number of moves."""
    own = np.asarray(cells["profession"].isin(professions))
    number = system.cell_profession
    while True:
        kept = np.isin(number, number[own])
        away, here = (kept[system.team_cell[move]] for move in (system.move_from, system.move_to))
        either = np.concatenate([system.move_from[away | here], system.move_to[away | here]])
        kept[system.team_cell[either]] = True
        if (kept == own).all():
            return own
        own = kept


def part_of(system: System, course: Course, cells: Mask) -> tuple[System, Course]:
    """The system and the course of some cells alone. Nobody may move between them and others (closed_cells)."""
    teams = cells[system.team_cell]
    gates = np.zeros(system.gates, dtype=bool)
    gates[system.team_gate[teams]] = True
    moves = teams[system.move_from]
    pools = np.zeros(system.pools, dtype=bool)
    pools[system.move_pool[moves & (system.move_pool >= 0)]] = True
    intakes = _held(gates, system.intake_gate) | _held(pools, system.intake_pool)
    rows = teams[system.row_team]
    to_team, to_gate, to_cell, to_pool = (_numbers(kept) for kept in (teams, gates, cells, pools))
    of_gate = [system.gate_team[system.gate_start[g] : system.gate_start[g + 1]] for g in np.flatnonzero(gates)]
    sizes = [len(each) for each in of_gate]
    by_row = {name: getattr(system, name)[rows] for name in ("row_age", "row_span", "row_heads", "row_wte")}
    by_team = {name: getattr(system, name)[teams] for name in ("entry_wte", "team_class", "team_factor")}
    smaller = system._replace(
        team_cell=to_cell[system.team_cell[teams]],
        team_gate=to_gate[system.team_gate[teams]],
        gate_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        gate_team=to_team[np.concatenate(of_gate)] if of_gate else system.gate_team[:0],
        cell_profession=system.cell_profession[cells],
        row_team=to_team[system.row_team[rows]],
        **by_row,
        **by_team,
        move_from=to_team[system.move_from[moves]],
        move_to=to_team[system.move_to[moves]],
        move_rate=system.move_rate[moves],
        move_pool=_renumbered(to_pool, system.move_pool[moves]),
        pools=int(pools.sum()),
        intake_gate=_renumbered(to_gate, system.intake_gate[intakes]),
        intake_pool=_renumbered(to_pool, system.intake_pool[intakes]),
    )
    of_teams = {
        name: getattr(course, name)[teams] for name in ("posts", "hazard_row", "fill", "applicants", "hiring_row")
    }
    of_intakes = {name: getattr(course, name)[:, intakes] for name in ("starters", "arrives", "month")}
    return smaller, course._replace(
        **of_teams, **of_intakes, hazard_draw=course.hazard_draw[:, cells], abroad=course.abroad[gates]
    )


def _held(kept: Mask, numbers: Whole) -> Mask:
    """Whether a number is of something that is kept; -1 is of nothing."""
    found = np.zeros(len(numbers), dtype=bool)
    found[numbers >= 0] = kept[numbers[numbers >= 0]]
    return found


def _numbers(kept: Mask) -> Whole:
    """The new number of each that is kept."""
    return np.asarray(np.cumsum(kept) - 1, dtype=np.int32)


def _renumbered(to: Whole, numbers: Whole) -> Whole:
    known = numbers >= 0
    found = np.full(len(numbers), -1, dtype=np.int32)
    found[known] = to[numbers[known]]
    return found
