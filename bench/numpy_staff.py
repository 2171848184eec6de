"""The engine's model of staff over time in plain NumPy: what somebody would write who knows how to vectorise.

Everybody in every draw stands in a few long arrays. A month is some passes over them; what happens to few (exits,
moves, arrivals) is worked out for those few alone. The model is that of docs/method.md, section 14, with all flows.
Random numbers are NumPy's own, so it agrees with the engine in law and not number by number. It takes for granted that
posts are finite and that there are people who may move.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.supply.chances import BY_DRAW, Drawn, entry_ages
from pipeline.model.supply.simulate import empty_drawn
from pipeline.model.supply.system import (
    AGES,
    FROM_ORIGIN,
    HIRED,
    INTERNATIONAL,
    LEAVING,
    MOVED_AWAY,
    MOVED_HERE,
    NEWLY_QUALIFIED,
    ORIGINS,
    RISKS,
    SETTLED,
    TRANSFER,
    Course,
    System,
)

Whole = NDArray[Any]
Real = NDArray[np.float64]
LONG_AGO = -SETTLED - 1
"""First month of those who were in post at the base month or have moved: they are settled."""
TOGETHER = 100
"""Draws at once: 400,000 people of the sample, about the quickest of the sizes from 25 draws to 400."""
HALF = 0.5
"""Part of a person's WTE that must be vacant for that person to be taken."""


@dataclass
class People:
    """Everybody. `seat` is draw x teams + team; `left` is the hazard they still bear, infinite in an empty place."""

    seat: Whole
    born: Whole
    since: Whole
    origin: Whole
    wte: Real
    left: Real


class Staff:
    """The staff of some draws, all at once."""

    def __init__(self, system: System, course: Course, rng: np.random.Generator) -> None:
        """Everybody in post at the base month, students who will arrive, and offers that are out."""
        self.system, self.course, self.rng = system, course, rng
        draws, months, cells, gates = course.draws, course.months, system.cells, system.gates
        self.kind = np.tile(system.team_class, draws)
        self.posts = self.posts_of(0)
        self.may_move = np.tile(np.isin(np.arange(system.teams), system.move_from), draws)
        self.gate_teams = padded_gates(system)
        self.waves, self.entry_age = waves(system), entry_ages(system)
        self.taken, self.heads, self.work = (np.zeros((draws, size)) for size in (system.teams, cells, cells))
        self.starts = np.zeros((months + 2, draws, system.teams), dtype=np.int64)
        self.waiting = np.zeros((len(ORIGINS), draws, gates), dtype=np.int64)
        self.trained = np.zeros((draws, system.pools), dtype=np.int64)
        self.newcomers: list[tuple[np.ndarray, ...]] = []
        self.drawn = empty_drawn(system, course, draws, flows=False)
        self.people = self.at_base_month()
        self.arriving, self.learned = self.students()
        self.offers_before()
        self.record(0)

    def run(self) -> Drawn:
        """Every month in turn."""
        for month in range(1, self.course.months + 1):
            self.posts = self.posts_of(month)
            self.exits(month)
            self.moves(month)
            self.arrivals(month)
            self.hiring(month)
            self.seat_newcomers()
            self.record(month)
        return self.drawn

    def at_base_month(self) -> People:
        """Everybody in post, their ages spread evenly over their row's."""
        system, draws = self.system, self.course.draws
        row = np.tile(np.repeat(np.arange(len(system.row_team)), system.row_heads), draws)
        draw = np.repeat(np.arange(draws), system.heads)
        self.count(draw, system.row_team[row], system.row_wte[row], 1)
        np.add.at(self.taken, (draw, system.row_team[row]), system.row_wte[row])
        age = system.row_age[row] + (self.rng.random(len(row)) * system.row_span[row]).astype(np.int64)
        seat, settled = draw * system.teams + system.row_team[row], np.full(len(row), LONG_AGO)
        left = self.rng.exponential(size=len(row))
        return People(seat, -age, settled, np.zeros_like(seat), system.row_wte[row], left)

    def students(self) -> tuple[Whole, Whole]:
        """Those who will arrive from training: by draw, gate and month, and by draw, pool and month."""
        system, course, rng = self.system, self.course, self.rng
        begun = np.floor(course.starters) + (rng.random(course.starters.shape) < course.starters % 1)
        come = rng.binomial(begun.astype(np.int64), course.arrives)
        later = rng.binomial(come, course.month % 1)
        found = []
        for into, size in ((system.intake_gate, system.gates), (system.intake_pool, system.pools)):
            by_month = np.zeros((course.draws, size, course.months + 1), dtype=np.int64)
            for extra, number in ((0, come - later), (1, later)):
                month = np.floor(course.month).astype(np.int64) + extra
                draw, intake = np.nonzero((month >= 1) & (month <= course.months) & (into >= 0))
                np.add.at(by_month, (draw, into[intake], month[draw, intake]), number[draw, intake])
            found.append(by_month)
        return found[0], found[1]

    def offers_before(self) -> None:
        """Offers that are out at the base month: as many a month as its vacancies bring, the earliest first."""
        system, course = self.system, self.course
        free, delay = self.vacant() / system.entry_wte, course.wait[:, :1]
        lift = course.hiring[:, :1] * course.hiring_lever[course.hiring_row, 0]
        asked = lift * (course.applicants + course.fill * free) / (1 + lift * course.fill * delay)
        rate = np.minimum(asked, free / np.maximum(delay, 1e-9))
        draw, team = np.nonzero(rate * delay > 0)
        made = self.rng.poisson((rate * delay)[draw, team])
        draw, team = np.repeat(draw, made), np.repeat(team, made)
        when = self.rng.random(len(draw)) * delay[draw, 0]
        order = np.lexsort((when, team, draw))
        rank = np.arange(len(draw)) - np.repeat(np.cumsum(made) - made, made)
        kept = rank < np.floor(free + HALF)[draw, team]
        draw, team, begins = draw[kept], team[kept], when[order][kept].astype(np.int64) + 1
        np.add.at(self.starts, (np.minimum(begins, course.months + 1), draw, team), 1)
        np.add.at(self.taken, (draw, team), system.entry_wte[team])

    def exits(self, month: int) -> None:
        """Whoever has used up what they could bear leaves, or goes to another team of the system."""
        system, course, people = self.system, self.course, self.people
        scale = system.team_factor * course.hazard_draw[:, system.team_cell]
        scale *= course.hazard_lever[course.hazard_row, month]
        scale = scale.reshape(-1, len(RISKS))
        year = np.minimum((month - people.born) // 12, AGES - 1)
        people.left -= self.hazard_by_age(scale).take(people.seat * AGES + year)
        new = np.flatnonzero(people.since >= month - SETTLED)
        early = course.early[people.seat[new] // system.teams, people.origin[new]]
        leaving = system.hazard[LEAVING, self.kind[people.seat[new]], year[new]] * scale[people.seat[new], LEAVING]
        people.left[new] -= (early - 1.0) * leaving
        gone = np.flatnonzero(people.left < 0)
        risk = self.risk_of(gone, year[gone], scale, month)
        draw, team = np.divmod(people.seat[gone], system.teams)
        self.count(draw, team, people.wte[gone], -1)
        np.subtract.at(self.taken, (draw, team), people.wte[gone])
        alone = np.diff(system.gate_start)[system.team_gate[team]] == 1
        stays = (risk == TRANSFER) & ~alone & (self.rng.random(len(gone)) < course.within[draw, month])
        self.note(risk[~stays], draw[~stays], team[~stays], month, people.wte[gone[~stays]])
        people.left[gone[~stays]] = np.inf
        self.transfer(gone[stays], draw[stays], team[stays], month)

    def hazard_by_age(self, scale: Real) -> Real:
        """The hazard of all risks together, by seat and year of age: a product of matrices for each class."""
        found = np.empty((len(scale), AGES))
        for kind in range(self.system.hazard.shape[1]):
            seats = np.flatnonzero(self.kind == kind)
            found[seats] = scale[seats] @ self.system.hazard[:, kind]
        return found

    def risk_of(self, gone: Whole, year: Whole, scale: Real, month: int) -> Whole:
        """Which risk it was, by their shares in the hazard of the month."""
        people, seat = self.people, self.people.seat[gone]
        hazard = self.system.hazard[:, self.kind[seat], year].T * scale[seat]
        new = np.flatnonzero(people.since[gone] >= month - SETTLED)
        hazard[new, LEAVING] *= self.course.early[seat[new] // self.system.teams, people.origin[gone[new]]]
        return self.chosen(hazard)

    def transfer(self, movers: Whole, draw: Whole, source: Whole, month: int) -> None:
        """To the other teams of the gate, by vacancies; evenly where none is."""
        people, teams = self.people, self.gate_teams[self.system.team_gate[source]]
        others = (teams >= 0) & (teams != source[:, None])
        weight = np.where(others, self.vacant(draw[:, None], teams), 0.0)
        weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, others)
        team = teams[np.arange(len(draw)), self.chosen(weight)]
        people.seat[movers], people.since[movers] = draw * self.system.teams + team, LONG_AGO
        people.left[movers] = self.rng.exponential(size=len(movers))
        np.add.at(self.taken, (draw, team), people.wte[movers])
        self.count(draw, team, people.wte[movers], 1)
        self.note_move(draw, source, team, month, people.wte[movers])

    def moves(self, month: int) -> None:
        """Settled people take a better post of their employer, or one that they trained for."""
        self.trained += self.learned[:, :, month]
        order, first, size = self.members(month)
        for wave in self.waves:
            tries = self.tries(wave, month)
            for attempt in range(int(tries.max(initial=0))):
                self.attempt(wave, tries, attempt, month, order, first, size)
        self.drawn.trained_sum[month] += self.trained.sum(axis=0)

    def members(self, month: int) -> tuple[Whole, Whole, Whole]:
        """Places of those who may move, in the order of their seats; where each seat's begin; and how many they are."""
        people = self.people
        able = (people.since <= month - SETTLED) & np.isfinite(people.left) & self.may_move[people.seat]
        places = np.flatnonzero(able)
        seat = people.seat[places]
        size = np.bincount(seat, minlength=self.taken.size)
        return places[np.argsort(seat)], np.cumsum(size) - size, size

    def tries(self, wave: Whole, month: int) -> Whole:
        """How many would make each move of a wave, by draw."""
        system = self.system
        free, pool = self.vacant(), system.move_pool[wave]
        rate = system.move_rate[wave] * self.course.moving[:, month, None] * free[:, system.move_to[wave]]
        found = self.rng.poisson(np.where(pool < 0, rate / system.entry_wte[system.move_from[wave]], 0.0))
        for column in np.flatnonzero(pool >= 0):
            later = (system.move_pool == pool[column]) & (np.arange(len(system.move_to)) >= wave[column])
            everywhere = free[:, system.move_to[later]].sum(axis=1)
            share = free[:, system.move_to[wave[column]]] / np.where(everywhere > 0, everywhere, 1.0)
            found[:, column] = self.rng.binomial(self.trained[:, pool[column]], np.minimum(share, 1.0))
        return found

    def attempt(
        self, wave: Whole, tries: Whole, attempt: int, month: int, order: Whole, first: Whole, size: Whole
    ) -> None:
        """One person makes each move that has still to be tried, where somebody may move and there is a vacancy."""
        system, people = self.system, self.people
        draw, column = np.nonzero(tries > attempt)
        source, target = system.move_from[wave[column]], system.move_to[wave[column]]
        seat = draw * system.teams + source
        at = first[seat] + (self.rng.random(len(seat)) * size[seat]).astype(np.int64)
        person = order[np.minimum(at, len(order) - 1)]
        wte = people.wte[person]
        fits = (size[seat] > 0) & (self.vacant(draw, target) >= HALF * wte)
        tries[draw[~fits], column[~fits]] = 0
        draw, column, source, target, seat, at, person, wte = (
            each[fits] for each in (draw, column, source, target, seat, at, person, wte)
        )
        size[seat] -= 1
        order[at] = order[first[seat] + size[seat]]
        people.seat[person] = draw * system.teams + target
        self.taken[draw, source] -= wte
        self.taken[draw, target] += wte
        self.count(draw, source, wte, -1)
        self.count(draw, target, wte, 1)
        self.note_move(draw, source, target, month, wte)
        trained = system.move_pool[wave[column]] >= 0
        np.subtract.at(self.trained, (draw[trained], system.move_pool[wave[column[trained]]]), 1)

    def arrivals(self, month: int) -> None:
        """Newly qualified people by vacancies, then recruits from abroad where the vacancy share is highest."""
        course, rng = self.course, self.rng
        recruits = rng.poisson(course.abroad[:, month] * course.abroad_factor[:, month, None])
        for origin, come in ((NEWLY_QUALIFIED, self.arriving[:, :, month]), (INTERNATIONAL, recruits)):
            waiting = self.waiting[origin]
            waiting += come
            draw, gate = np.nonzero(waiting)
            while len(draw):
                draw, gate = self.placed(draw, gate, origin, month)
            left = rng.binomial(waiting, course.dropout[:, None])
            waiting -= left
            self.drawn.gave_up_sum[month, origin] += left.sum(axis=0)
            self.drawn.unplaced_sum[month, origin] += waiting.sum(axis=0)

    def placed(self, draw: Whole, gate: Whole, origin: int, month: int) -> tuple[Whole, Whole]:
        """One person in each of some draws and gates finds a post, if there is one; those where more are waiting."""
        teams, entry = self.gate_teams[gate], self.system.entry_wte
        free = self.vacant(draw[:, None], teams)
        open_to = (teams >= 0) & (free >= HALF * entry[teams])
        some = open_to.any(axis=1)
        draw, gate, teams, free, open_to = draw[some], gate[some], teams[some], free[some], open_to[some]
        if origin == NEWLY_QUALIFIED:
            place = self.chosen(np.where(open_to, free / entry[teams], 0.0))
        else:
            place = np.where(open_to, free / self.posts[draw[:, None], teams], -1.0).argmax(axis=1)
        team = teams[np.arange(len(draw)), place]
        self.taken[draw, team] += entry[team]
        self.arrive(draw, team, origin, month)
        self.waiting[origin][draw, gate] -= 1
        more = self.waiting[origin][draw, gate] > 0
        return draw[more], gate[more]

    def hiring(self, month: int) -> None:
        """Offers, as many as would come and no more than there are vacancies; and first days."""
        system, course, rng = self.system, self.course, self.rng
        free = self.vacant() / system.entry_wte
        lift = course.hiring[:, month, None] * course.hiring_lever[course.hiring_row, month]
        keen = rng.poisson(lift * (course.applicants + course.fill * free))
        offers = np.minimum(keen, np.floor(free + HALF)).astype(np.int64)
        later = rng.binomial(offers, course.wait[:, month, None] % 1)
        begins = month + np.floor(course.wait[:, month]).astype(np.int64)
        each = np.arange(course.draws)
        self.starts[np.minimum(begins, course.months + 1), each] += offers - later
        self.starts[np.minimum(begins + 1, course.months + 1), each] += later
        self.taken += offers * system.entry_wte
        draw, team = np.nonzero(self.starts[month])
        number = self.starts[month][draw, team]
        self.arrive(np.repeat(draw, number), np.repeat(team, number), HIRED, month)

    def arrive(self, draw: Whole, team: Whole, origin: int, month: int) -> None:
        """Somebody from outside is in post; `taken` holds them already."""
        wte, kind = self.system.entry_wte[team], self.system.team_class[team]
        age = 12 * (self.rng.random((len(draw), 1)) >= self.entry_age[origin, kind]).sum(axis=1)
        self.count(draw, team, wte, 1)
        self.note(FROM_ORIGIN[origin], draw, team, month, wte)
        since, origins = np.full(len(draw), month), np.full(len(draw), origin)
        left = self.rng.exponential(size=len(draw))
        self.newcomers.append((draw * self.system.teams + team, month - age, since, origins, wte, left))

    def seat_newcomers(self) -> None:
        """Those who came this month take the places of those who have left, and new ones where these are too few."""
        new = [np.concatenate(each) for each in zip(*self.newcomers, strict=True)]
        self.newcomers.clear()
        empty = np.flatnonzero(np.isinf(self.people.left))[: len(new[0])]
        for field, values in zip(fields(People), new, strict=True):
            array = getattr(self.people, field.name)
            array[empty] = values[: len(empty)]
            setattr(self.people, field.name, np.concatenate([array, values[len(empty) :]]))

    def record(self, month: int) -> None:
        """What there is at the end of a month, and what is lost since some have not their full output yet."""
        people, course, drawn, cells = self.people, self.course, self.drawn, self.system.cells
        drawn.heads_sum[month] = self.heads.sum(axis=0)
        drawn.wte[:, month] = np.maximum(self.work, 0.0)
        new = np.flatnonzero((people.since > month - SETTLED) & np.isfinite(people.left))
        draw, team = np.divmod(people.seat[new], self.system.teams)
        lost = 1.0 - course.ramp[draw, people.origin[new], month - people.since[new]]
        at = draw * cells + self.system.team_cell[team]
        summed = np.bincount(at, weights=lost * people.wte[new], minlength=course.draws * cells)
        drawn.learning[:, month] = summed.reshape(course.draws, cells)

    def posts_of(self, month: int) -> Real:
        """Funded posts by draw and team, in the WTE of the base month."""
        share = self.course.participation[:, self.system.cell_profession[self.system.team_cell], month]
        return self.course.posts[:, month] * self.course.posts_factor[:, month, None] / share

    def vacant(self, *of: Whole) -> Real:
        """Posts less those taken by staff and by offers that are out; of some draws and teams, or of all."""
        return np.maximum(0.0, self.posts[of] - self.taken[of])

    def chosen(self, weight: Real) -> Whole:
        """A column of each row, by weight."""
        running = np.cumsum(weight, axis=1)
        return (running > self.rng.random((len(weight), 1)) * running[:, -1:]).argmax(axis=1)

    def count(self, draw: Whole, team: Whole, wte: Real, sign: int) -> None:
        """More people in post, or fewer."""
        cell = self.system.team_cell[team]
        np.add.at(self.heads, (draw, cell), float(sign))
        np.add.at(self.work, (draw, cell), sign * wte)

    def note(self, flow: Whole | int, draw: Whole, team: Whole, month: int, wte: Real) -> None:
        """People in a flow."""
        cell = self.system.team_cell[team]
        np.add.at(self.drawn.whole_flow, (draw, flow, cell), wte.astype(np.float32))
        np.add.at(self.drawn.flow_sum, (flow, month, cell), wte)

    def note_move(self, draw: Whole, source: Whole, target: Whole, month: int, wte: Real) -> None:
        """People who go from one cell to another."""
        other = self.system.team_cell[source] != self.system.team_cell[target]
        self.note(MOVED_AWAY, draw[other], source[other], month, wte[other])
        self.note(MOVED_HERE, draw[other], target[other], month, wte[other])


def padded_gates(system: System) -> Whole:
    """The teams of each gate, a row a gate, filled up with -1."""
    sizes = np.diff(system.gate_start)
    found = np.full((system.gates, sizes.max()), -1, dtype=np.int64)
    found[np.arange(sizes.max()) < sizes[:, None]] = system.gate_team
    return found


def waves(system: System) -> list[Whole]:
    """The moves in their order, those together that touch no team or pool of one another."""
    after, found = dict[tuple[str, int], int](), dict[int, list[int]]()
    for move, (source, target, pool) in enumerate(
        zip(system.move_from.tolist(), system.move_to.tolist(), system.move_pool.tolist(), strict=True)
    ):
        targets = system.move_to[system.move_pool == pool].tolist() if pool >= 0 else [target]
        touched = [("team", team) for team in (source, target, *targets)] + [("pool", pool)] * (pool >= 0)
        wave = max(after.get(each, 0) for each in touched)
        after.update(dict.fromkeys(touched, wave + 1))
        found.setdefault(wave, []).append(move)
    return [np.array(found[wave]) for wave in sorted(found)]


def numpy_staff(system: System, course: Course, seed: int, together: int = TOGETHER) -> Drawn:
    """Staff by month in every draw, so many draws `together`; as the engine's own, but for people of flows by draw."""
    parts = [
        Staff(system, course.only(begin, begin + together), np.random.default_rng([seed, begin])).run()
        for begin in range(0, course.draws, together)
    ]
    arrays = list(zip(*parts, strict=True))
    by_draw, sums = arrays[:BY_DRAW], arrays[BY_DRAW:]
    return Drawn(*(np.concatenate(each) for each in by_draw), *(np.sum(each, axis=0) for each in sums))
