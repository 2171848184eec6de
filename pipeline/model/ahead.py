"""One scenario in some of its draws: staff needed and staff there are, in every cell and month (section 16).

Arrays have the axes (cells, months + 1, draws): a cell is an employer and a profession, month 0 the base month.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.backlog import backlog_tests
from pipeline.model.centre_need import need_since_base
from pipeline.model.draws import Draws
from pipeline.model.education_load import education_load
from pipeline.model.floors import floors, with_floors
from pipeline.model.gap import ROUNDING
from pipeline.model.levers import levers
from pipeline.model.need import Factors, counted_need, effort_factor, effort_of, factors
from pipeline.model.new_staff import still_to_reach
from pipeline.model.paths import Paths
from pipeline.model.plan_centres import centre_levers, centre_staff, plan_centre_path
from pipeline.model.plan_setting import Setting
from pipeline.model.reports_moved import with_reports_moved
from pipeline.model.shared_bank import bank, passport
from pipeline.model.skill_mix import work_moved
from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.expected import expected_draws
from pipeline.model.supply.part import followed_again
from pipeline.model.supply.plan_staff import PlanStaff, course, output_of_new
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import Course
from pipeline.model.supply.team_spread import with_team_spread
from pipeline.model.temporary_cover import KINDS, Cover, purses_of, temporary_cover
from pipeline.model.tests_ahead import tests_ahead
from pipeline.model.work import OF_TEST, Work, counted_work, following_work, hours_a_wte, together

Array = NDArray[np.float64]
TOGETHER = 1000
"""Draws whose start is worked out together."""


@dataclass(frozen=True)
class Start:
    """What all scenarios share in the same draws: the work of the base month, and what no count explains.

    `number` is the cell of each row of the work, -1 for an employer and profession without staff on file. `other` is
    WTE in post and temporary cover less the work of counted tests, by cell and draw: it may be below zero.
    `wte_a_test` is what one test a year takes over all employers, by the columns of OF_TEST.
    """

    work: Work
    number: NDArray[np.int64]
    other: Array
    wte_a_test: Mapping[tuple[str, str, str, str], Array]

    def only(self, first: int, last: int) -> Start:
        """The same in the draws from `first` up to `last`."""
        work = Work(self.work.rows, self.work.wte[:, first:last], self.work.tests[:, first:last])
        each = {key: wte[first:last] for key, wte in self.wte_a_test.items()}
        return Start(work, self.number, self.other[:, first:last], each)


@dataclass(frozen=True)
class Held:
    """What holds for some cells, `own`: the paths of the assumptions, and the factors by which their work changes."""

    own: NDArray[np.bool_]
    paths: Paths
    factors: Factors


@dataclass(frozen=True)
class Need:
    """Staff needed. `whole` = the largest of the workload (the sum of the parts), rooms and rotas.

    `held` says what it follows from; a scenario may change some cells alone, and each cell is in one of them.
    """

    held: tuple[Held, ...]
    counted: Array
    moved: Array
    other: Array
    lists: Array
    centres: Array
    education: Array
    rooms: Array
    rotas: Array
    workload: Array
    whole: Array


@dataclass(frozen=True)
class Supply:
    """Staff there are. `in_post` is WTE in post at the hours of each month, `learning` what of it is lost until the new
    have full output, `redeployed` those who change employer for a diagnostic centre, part of `in_post`, and `more` what
    staff in post do beyond what each does today, in WTE."""

    drawn: Drawn
    course: Course
    in_post: Array
    redeployed: Array
    learning: Array
    more: Array
    cover: Cover

    @cached_property
    def own(self) -> Array:
        """Effective WTE of staff in post."""
        return self.in_post - self.learning + self.more

    @cached_property
    def whole(self) -> Array:
        """Effective WTE, with bank and agency."""
        return self.own + self.cover.wte


@dataclass(frozen=True)
class Ahead:
    """A scenario in some draws. `lent` is what each cell receives from others of the system (below zero: sends them).

    `extra_hours` are those of a shared bank. gap = need - supply - lent - extra hours: above zero, staff are missing.
    """

    paths: Paths
    need: Need
    supply: Supply
    lent: Array
    extra_hours: Array

    @cached_property
    def gap(self) -> Array:
        """Staff needed less effective supply."""
        return self.need.whole - self.supply.whole - self.lent - self.extra_hours


def start(setting: Setting, draws: Draws) -> Start:
    """The work of the base month in some draws, worked out so many at a time: what it takes on the way is let go."""
    count = len(draws["productivity_growth"])
    return _joined(
        [
            _start(setting, {key: values[first : first + TOGETHER] for key, values in draws.items()})
            for first in range(0, count, TOGETHER)
        ]
    )


def _start(setting: Setting, draws: Draws) -> Start:
    had = _at_base(setting, draws)
    of, base = setting.assumptions, setting.base_month
    counted = counted_work(setting.annual, draws, of, base, setting.reports)
    follows = following_work(setting.annual, setting.cells, had, draws, of, base, setting.reports)
    work = together(counted, follows)
    pairs = zip(work.rows["employer"], work.rows["profession"], strict=True)
    number = np.array([setting.numbers.get(pair, -1) for pair in pairs], dtype=np.int64)
    known = np.zeros((len(setting.cells), work.wte.shape[1]))
    np.add.at(known, number[number >= 0], work.wte[number >= 0])
    return Start(work, number, had - known, _wte_a_test(work))


def _joined(parts: list[Start]) -> Start:
    """The same work in the draws of all parts, one after the other."""
    first = parts[0]
    if len(parts) == 1:
        return first
    wte, tests = (np.concatenate([getattr(each.work, name) for each in parts], axis=1) for name in ("wte", "tests"))
    return Start(
        Work(first.work.rows, wte, tests),
        first.number,
        np.concatenate([each.other for each in parts], axis=1),
        {key: np.concatenate([each.wte_a_test[key] for each in parts]) for key in first.wte_a_test},
    )


def _at_base(setting: Setting, draws: Draws) -> Array:
    """Effective WTE at the base month, by cell and draw."""
    count = len(draws["productivity_growth"])
    had = np.repeat((setting.wte_at_base + setting.cover.wte[:, 0, 0])[:, np.newaxis], count, axis=1)
    if setting.staff is None:
        return had
    return np.asarray(had - still_to_reach(setting.arrivals, output_of_new(draws), 0)[:, 0])


def _wte_a_test(work: Work) -> dict[tuple[str, str, str, str], Array]:
    """WTE that one test a year takes over all employers, by test, profession and what says what it takes.

    The tests of an employer count once for a profession, however many things it does for each.
    """
    keys, wte = work.summed(OF_TEST)
    once = (~work.rows.duplicated(["employer", *OF_TEST[:2]])).to_numpy()
    every, tests = Work(work.rows[once], work.tests[once], work.tests[once]).summed(OF_TEST[:2])
    of = dict(zip(every.itertuples(index=False, name=None), tests, strict=True))
    return {
        key: np.divide(each, of[key[:2]], out=np.zeros_like(each), where=of[key[:2]] > 0)
        for key, each in zip(keys.itertuples(index=False, name=None), wte, strict=True)
    }


def ahead(setting: Setting, begin: Start, paths: Paths, seed: int | None, first: int = 0) -> Ahead:
    """A scenario in the draws of its paths; `first` is the number of the first of them among all.

    With `seed` None staff come and go by expected values and not by chance. Raises ValueError for a plan without staff.
    """
    staff = setting.staff_followed
    needed = need(setting, begin, paths)
    there = supply(setting, staff, paths, seed, first)
    lent, extra = shared(setting.cells, needed.whole - there.whole, there.own, paths)
    return Ahead(paths, needed, there, lent, extra)


def need(setting: Setting, begin: Start, paths: Paths) -> Need:
    """Staff needed in a scenario."""
    groups = _of_need(paths).by_place(setting.cells)
    found = [_need(setting, begin, each) for _, each in groups]
    if len(found) == 1:
        return found[0]
    shape = (len(setting.cells), paths.months + 1, paths.draws)
    whole = {name: np.empty(shape) for name in PARTS_OF_NEED}
    for (own, _), one in zip(groups, found, strict=True):
        for name, values in whole.items():
            values[own] = np.broadcast_to(getattr(one, name), shape)[own]
    held = [replace(one.held[0], own=own) for (own, _), one in zip(groups, found, strict=True)]
    return Need(tuple(held), **whole)


def _of_need(paths: Paths) -> Paths:
    """The paths without what holds for some staff alone and changes nothing of what is needed of them."""
    kept = (
        (place, {key: step for key, step in steps.items() if levers()[paths.assumptions[key].kind].side != "supply"})
        for place, steps in paths.placed
    )
    return replace(paths, placed=tuple((place, steps) for place, steps in kept if steps))


PARTS_OF_NEED = tuple(field.name for field in fields(Need) if field.name != "held")


def _need(setting: Setting, begin: Start, paths: Paths) -> Need:
    """Staff needed if the same held for all cells."""
    cells, rows = setting.cells, begin.work.rows
    tests = sorted({*rows["test"], *setting.lists["test"]})
    professions = sorted({*cells["profession"], *rows["profession"]})
    of = factors(tests_ahead(tests, setting.people, paths, setting.base_month), professions, paths)
    counted = counted_need(begin.work, begin.number, len(cells), of, paths)
    mixed = work_moved(setting, begin.work, begin.number, counted, of, paths)
    moved = with_reports_moved(mixed, setting, of, paths)
    other = begin.other[:, np.newaxis, :] * of.other * _by_cell(of.time, cells["profession"])
    lists = _list_work(setting, begin, of, paths)
    centres = _centre_work(setting, begin, of, paths)
    education = _education(setting, paths)
    workload = counted + moved + other + lists + centres + education
    rooms, rotas = floors(
        setting.asked_of_rooms,
        setting.asked_of_rotas,
        cells["profession"].tolist(),
        _hours_of(paths),
        paths.at("weeks_year"),
    )
    whole = with_floors(workload, rooms, rotas)
    held = (Held(np.ones(len(cells), dtype=bool), paths, of),)
    return Need(held, counted, moved, other, lists, centres, education, rooms, rotas, workload, whole)


def _hours_of(paths: Paths) -> Callable[[str], Array]:
    """Hours a year that one WTE of a profession is at work, by month and draw."""
    at = {key: paths.at(key) for key in paths.base}
    return cache(lambda profession: hours_a_wte(profession, at, paths.assumptions))


def _by_cell(by_profession: Mapping[str, Array | float], professions: pd.Series) -> Array | float:
    """A factor of each cell's profession: cells x months x draws, or 1.0 where none of them changes."""
    each = [by_profession[profession] for profession in professions]
    if all(isinstance(factor, float) for factor in each):
        return 1.0
    return np.stack(np.broadcast_arrays(*(np.atleast_2d(factor) for factor in each)))


def _list_work(setting: Setting, begin: Start, of: Factors, paths: Paths) -> Array:
    """WTE for waiting lists beyond today's pace of tests."""
    share = paths.then("list_cleared")
    if not share.any() or setting.lists.empty:
        return np.zeros((1, 1, 1))
    tests = backlog_tests(
        setting.lists, paths.months, share, paths.then("clear_months"), paths.then("seen_in_time"), of.tests.whole
    )
    rows = begin.work.rows
    of_row = {
        pair: number for number, pair in enumerate(zip(setting.lists["provider"], setting.lists["test"], strict=True))
    }
    work = np.zeros((len(setting.cells), paths.months + 1, len(share)))
    for row, pair in enumerate(zip(rows["employer"], rows["test"], strict=True)):
        if pair in of_row and begin.number[row] >= 0:
            each = begin.work.wte_a_test[row] * effort_factor(begin.work, row, paths)
            each = each * of.time[begin.work.keys[row][1]] * of.output
            work[begin.number[row]] += tests.of(of_row[pair]) * each
    return work


def _centre_work(setting: Setting, begin: Start, of: Factors, paths: Paths) -> Array:
    """WTE that diagnostic centres need beyond the base month's: those that are open, and of those to come a share."""
    work = np.zeros((len(setting.cells), paths.months + 1, len(paths.base["centres_to_come"])))
    each: dict[tuple[str, str], Array] = {}
    for (test, profession, minutes, hours), wte in begin.wte_a_test.items():
        now = wte * of.output * of.time[profession] * effort_of(minutes, hours, paths)
        each[test, profession] = each[test, profession] + now if (test, profession) in each else now
    for to_come, share in _centre_shares(paths):
        path = plan_centre_path(setting, centre_levers(paths), to_come=to_come)
        for key, wte in need_since_base(path, each).items() if path else ():
            if key in setting.numbers:
                work[setting.numbers[key]] += wte * share
    return work


def _centre_shares(paths: Paths) -> list[tuple[bool, Array]]:
    """Whether centres are to come, and how much of them does: those that are open run whatever a scenario supposes."""
    share = paths.at("centres_to_come")
    return [(False, np.ones((1, 1))), *([(True, share)] if share.any() else [])]


def _education(setting: Setting, paths: Paths) -> Array:
    """WTE of supervision beyond that of the base month."""
    load = education_load(
        setting.trainees,
        setting.cells,
        setting.wte_at_base,
        _hours_of(paths),
        paths.at("weeks_year"),
        paths.at("places_to_come"),
        paths.at("supervision"),
    )
    return np.broadcast_to(load, (*load.shape[:2], paths.draws))


def supply(
    setting: Setting,
    staff: PlanStaff,
    paths: Paths,
    seed: int | None,
    first: int = 0,
    known: tuple[Drawn, Collection[str]] | None = None,
) -> Supply:
    """Staff there are in a scenario, by chance, or by expected values where `seed` is None.

    With `known`, what was drawn before (in expected values) and the professions of which anything is changed since,
    nobody else is followed again.
    """
    moved, added = np.zeros((1, 1, 1)), np.zeros((staff.system.teams, paths.months + 1))
    for to_come, share in _centre_shares(paths):
        redeployed, posts = centre_staff(setting, centre_levers(paths), to_come=to_come)
        moved = moved + redeployed[:, :, np.newaxis] * share
        # Posts are the same in every draw, so that no draw depends on those beside it.
        added = added + posts * (paths.of_value("centres_to_come") if to_come else 1.0)
    of = course(staff, paths, added)
    if known is not None:
        drawn = followed_again(staff.system, of, staff.cells, *known)
    elif seed is None:
        drawn = expected_draws(staff.system, of)
    else:
        spread = with_team_spread(of, staff.spread, seed, first)
        drawn = drawn_staff(staff.system, spread, seed, first=first, threads=1)
    hours = np.transpose(of.participation[:, staff.system.cell_profession], (1, 2, 0))
    # Laid out like all that they are set against, which makes what follows quick.
    in_post, learning = (
        np.multiply(np.transpose(each, (2, 1, 0)), hours, order="C") for each in (drawn.wte, drawn.learning)
    )
    # Whoever came before the base month came before anything is changed.
    learning += still_to_reach(setting.arrivals, output_of_new(paths.base), paths.months) * hours
    # Draws are of single precision, and the base month is known to the last digit: nobody is short by rounding.
    in_post[:, 0] = setting.wte_at_base[:, np.newaxis]
    of_cell = np.zeros((staff.system.cells, paths.months + 1))
    np.add.at(of_cell, staff.system.team_cell, of.posts)
    funded = of_cell[:, :, np.newaxis] * of.posts_factor.T
    groups = paths.by_place(setting.cells)
    factor = {
        name: {kind: _at_cells(f"temporary_{name} / {kind}", groups) for kind in KINDS} for name in ("share", "budget")
    }
    purses = purses_of(setting.cells)
    cover = temporary_cover(setting.cover, funded - in_post, purses, factor["share"], factor["budget"])
    there, output = in_post + moved, _at_cells("output_of_staff", groups)
    more = (there - learning) * (output - 1.0) if np.any(output != 1.0) else np.zeros((1, 1, 1))
    return Supply(drawn, of, there, moved, learning, more, cover)


def _at_cells(key: str, groups: list[tuple[NDArray[np.bool_], Paths]]) -> Array:
    """An assumption by cell, month and draw, where it is not the same for all cells."""
    if len(groups) == 1:
        return groups[0][1].at(key)
    each = [(own, np.broadcast_to(of.at(key), (of.months + 1, of.draws))) for own, of in groups]
    found = np.empty((len(each[0][0]), *each[0][1].shape))
    for own, values in each:
        found[own] = values
    return found


def shared(cells: pd.DataFrame, gap: Array, own: Array, paths: Paths) -> tuple[Array, Array]:
    """WTE that cells lend one another under a passport, and extra hours of a shared bank, profession by profession."""
    if not (paths.at("passport").any() or paths.at("shared_bank").any()):
        return np.zeros((1, 1, 1)), np.zeros((1, 1, 1))
    lent, extra = np.zeros_like(gap), np.zeros_like(gap)
    for numbers in cells.groupby("profession").indices.values():
        pooled, missing = np.maximum(own[numbers], 0.0), gap[numbers]
        missing[np.abs(missing) < ROUNDING] = 0.0
        across = passport(missing, pooled * paths.at("passport"))
        lent[numbers] = across.received - across.sent
        extra[numbers] = bank(across.gap, pooled * paths.at("shared_bank")).received
    return lent, extra
