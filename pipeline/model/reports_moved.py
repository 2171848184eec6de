"""Reports that another reporter makes than today: what it takes of each employer's staff (docs/method.md, section 16).

A move is one of reporting_moves.csv. Whoever takes reports on makes them in minutes of their own; reports that are
bought in take none of the employer's staff.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.assumptions import of_kind
from pipeline.model.need import Factors
from pipeline.model.paths import Paths
from pipeline.model.plan_setting import Setting
from pipeline.model.reports import Move, Side, possible_moves
from pipeline.model.work import report_minutes, tests_at_base, wte_of_hours

Array = NDArray[np.float64]


def with_reports_moved(moved: Array, setting: Setting, of: Factors, paths: Paths) -> Array:
    """Work that cells take on from others or give up to them (cells, months + 1, draws), with that of reports moved.

    `moved` is the result of moved_work. What is moved at the base month is in the work of those who do it. No more
    moves than there is: where several moves take more than all of a reporter's reports of a test, each is cut alike.
    """
    moves = _moves(setting, paths)
    if not moves:
        return moved
    whole, tests = moved.copy(), _tests(setting, paths)
    for move, share in moves:
        total = np.sum([other for each, other in moves if _from_same(each, move)], axis=0)
        hours = share / np.maximum(1.0, total) * move.reports * tests[move.employer, move.test] / 60
        hours = hours * of.tests.whole[move.test] * of.output
        for side, sign in ((move.giver, -1.0), (move.taker, 1.0)):
            cell = setting.numbers.get((move.employer, side.profession))
            if cell is not None:
                whole[cell] += sign * _wte(hours * side.minutes, side, of, paths)
    return whole


def _moves(setting: Setting, paths: Paths) -> list[tuple[Move, Array]]:
    """The moves that a scenario makes, each with its share of the giver's reports by month and draw."""
    shares = {
        each.item: paths.at(each.key) - paths.base[each.key]
        for each in of_kind(paths.assumptions, "reports_moved")
        if each.key in paths.steps
    }
    if not shares:
        return []
    possible = possible_moves(setting.reports, setting.numbers)
    return [(move, share) for name, share in shares.items() for move in possible.get(name, ())]


def _from_same(one: Move, other: Move) -> bool:
    return (one.employer, one.test, one.giver) == (other.employer, other.test, other.giver)


def _tests(setting: Setting, paths: Paths) -> dict[tuple[str, str], Array]:
    """Tests a year of each employer and test at the base month, by draw."""
    annual = setting.annual
    tests = tests_at_base(annual, paths.base, setting.base_month)
    return dict(zip(zip(annual["provider"], annual["test"], strict=True), tests, strict=True))


def _wte(hours: Array, side: Side, of: Factors, paths: Paths) -> Array:
    """WTE for stated hours a year of reports, by month and draw."""
    minutes = paths.at(report_minutes(side.reporter))
    at_base = wte_of_hours(hours * minutes, side.profession, paths.base, paths.assumptions)
    return np.asarray(at_base * of.time[side.profession])
