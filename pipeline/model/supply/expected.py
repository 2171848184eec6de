"""Staff over time in expected values: the mean of what `chances` draws, wherever no limit binds.

People are a number for each team, birthday and year of age (`cohorts`); those from outside are kept by month of arrival
until they are settled. The order of a month is that of docs/method.md, section 14. Where a limit binds (no more hired
than there are vacancies) this takes it on the mean, so it is a little above the mean of the draws.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.model.supply.cohorts import (
    BIRTHDAYS,
    HEADS,
    WTE,
    add_share,
    begin,
    exits_of_recent,
    exits_of_settled,
    find_chances,
    give,
    learning,
    move_share,
    opening,
    set_chance,
    settle,
    space_for_exits,
    stay,
    stay_and_take,
)
from pipeline.model.supply.compiled import compiled, inlined
from pipeline.model.supply.system import (
    AGES,
    FLOWS,
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
    Real,
    Staff,
    System,
)
from pipeline.model.supply.vacancies import arrivals, offers, offers_before, place, posts_of, vacancies, vacancy

_FLOWS, _ORIGINS, _RISKS = len(FLOWS), len(ORIGINS), len(RISKS)
_GROUPS = _ORIGINS + 1
"""Those whose hazards differ: the recent by origin, then the settled."""
_OLD = _ORIGINS
"""The settled among these groups."""
_NONE = 1e-12
"""Vacancy in WTE that is what floating point leaves of none."""


def expected_staff(system: System, course: Course, draw: int = 0) -> Staff:
    """Staff by month in one draw of a course, in expected values."""
    months, cells, gates = course.months, system.cells, system.gates
    staff = Staff(
        heads=np.zeros((months + 1, cells)),
        wte=np.zeros((months + 1, cells)),
        learning=np.zeros((months + 1, cells)),
        flow_heads=np.zeros((_FLOWS, months + 1, cells)),
        flow_wte=np.zeros((_FLOWS, months + 1, cells)),
        unplaced=np.zeros((months + 1, _ORIGINS, gates)),
        gave_up=np.zeros((months + 1, _ORIGINS, gates)),
        trained=np.zeros((months + 1, system.pools)),
    )
    _run(system, course.only(draw, draw + 1), 0, staff)
    return staff


class Now(NamedTuple):
    """Everybody at a moment of a draw. The first axis is the team, except of the last two."""

    stock: Real
    """The settled, as in `cohorts`."""
    settled: Real
    """Sums of `stock`: heads and WTE."""
    recent: Real
    """By origin: those who are not settled, as in `cohorts`."""
    began: Real
    """By origin and month of arrival: how many they were at first."""
    fresh: Real
    """Sums of `recent`: heads by origin."""
    in_post: Real
    """WTE of the settled and the recent."""
    posts: Real
    """Funded posts of the month, in the WTE of the base month."""
    vacancy: Real
    """Posts less those taken by staff and by offers that are out, in WTE, when they were last looked at."""
    offered: Real
    """People with an offer who have not begun."""
    starts: Real
    """People with an offer, by month of their first day."""
    starting: Real
    """People who begin this month, of those just placed."""
    trained: Real
    """Staff in post who trained for a move and wait for it, by pool."""
    unplaced: Real
    """People who wait for a vacancy, by origin and gate."""


class Odds(NamedTuple):
    """Chances of the month, as in `cohorts`. The first two axes are team and group: the recent by origin, the settled."""

    hazard: Real
    """Hazards by class of career, risk and year of age."""
    known: Real
    """Factors of the hazards by risk, of which the chances are."""
    survive: Real
    share: Real
    transfer: Real
    """Factor of the hazard of a transfer, by team."""


class Gate(NamedTuple):
    """Transfers within the system among the teams of one gate. The first axis is the team's place in the gate."""

    leaving: Real
    """As in `cohorts`."""
    gone: Real
    """Those who transfer, the settled among them: heads and WTE."""
    own: Real
    """Share of its own people that each team would receive, were it one of those they go to."""
    given: Real
    """All who transfer, each team's over the vacancies of the others: a stock, no axis of teams."""
    evenly: Real
    """The same of teams whose people find no vacancy, over the number of the others."""


@compiled
def _at_base(system, course):
    teams, months = len(system.team_cell), course.posts.shape[1] - 1
    stock = opening(system)
    settled = np.zeros((teams, 2))
    for team in range(teams):
        settled[team, HEADS], settled[team, WTE] = stock[team, HEADS].sum(), stock[team, WTE].sum()
    return Now(
        stock,
        settled,
        np.zeros((teams, _ORIGINS, SETTLED, AGES)),
        np.zeros((teams, _ORIGINS, SETTLED)),
        np.zeros((teams, _ORIGINS)),
        settled[:, WTE].copy(),
        np.zeros(teams),
        np.zeros(teams),
        np.zeros(teams),
        np.zeros((teams, months + 2)),
        np.zeros(teams),
        np.zeros(system.pools),
        np.zeros((_ORIGINS, len(system.gate_start) - 1)),
    )


@compiled
def _run(system, course, draw, staff):
    months, entry = course.posts.shape[1] - 1, system.entry_wte
    now, odds, ours = _at_base(system, course), _odds(system), _gate(system)
    space = space_for_exits()
    posts_of(system, course, draw, 0, now.posts)
    vacancies(now.posts, now.in_post, now.offered, entry, now.vacancy)
    offers_before(course, draw, now.vacancy, entry, now.offered, now.starts)
    newly, trained = arrivals(system, course, draw)
    _record(system, course, draw, 0, now, staff)
    for month in range(1, months + 1):
        posts_of(system, course, draw, month, now.posts)
        _exits_and_transfers(system, course, draw, month, now, odds, ours, space, staff)
        vacancies(now.posts, now.in_post, now.offered, entry, now.vacancy)
        now.trained[:] += trained[:, month]
        _moves(system, course.moving[draw, month], month, now, staff)
        staff.trained[month, :] = now.trained
        _find_vacancies(system, course, draw, month, newly, now, staff)
        vacancies(now.posts, now.in_post, now.offered, entry, now.vacancy)
        offers(course, draw, month, now.vacancy, entry, now.offered, now.starts)
        _begin(system, month, now, staff)
        _record(system, course, draw, month, now, staff)


@compiled
def _odds(system):
    groups = (len(system.team_cell), _GROUPS)
    return Odds(
        system.hazard.transpose(1, 0, 2).copy(),
        np.full((*groups, _RISKS), -1.0),
        np.zeros((*groups, AGES)),
        np.zeros((*groups, AGES)),
        np.zeros(len(system.team_cell)),
    )


@compiled
def _gate(system):
    most = 0
    for gate in range(len(system.gate_start) - 1):
        most = max(most, system.gate_start[gate + 1] - system.gate_start[gate])
    stock = (2, BIRTHDAYS, AGES)
    return Gate(
        np.zeros((most, BIRTHDAYS, AGES)), np.zeros((most, 2)), np.zeros(most), np.zeros(stock), np.zeros(stock)
    )


@compiled
def _record(system, course, draw, month, now, staff):
    """What is there at the end of the month."""
    lost = 1.0 - course.ramp[draw]
    for team in range(len(system.team_cell)):
        cell, heads, new = system.team_cell[team], now.settled[team, HEADS], 0.0
        for origin in range(_ORIGINS):
            heads += now.fresh[team, origin]
            if now.fresh[team, origin] > 0.0:
                new += learning(now.recent[team, origin], now.began[team, origin], month, lost[origin])
        staff.heads[month, cell] += heads
        staff.wte[month, cell] += now.in_post[team]
        staff.learning[month, cell] += new * system.entry_wte[team]


@compiled
def _exits_and_transfers(system, course, draw, month, now, odds, ours, space, staff):
    """Everybody is a month older; then those who leave do, and those who transfer within the system move."""
    factor, left, early = np.zeros(_RISKS), space.left, course.early[draw]
    flow_heads, flow_wte = staff.flow_heads, staff.flow_wte
    for gate in range(len(system.gate_start) - 1):
        teams = system.gate_team[system.gate_start[gate] : system.gate_start[gate + 1]]
        within = course.within[draw, month] if len(teams) > 1 else 0.0
        for place in range(len(teams)):
            team = teams[place]
            hazard, cell, entry = odds.hazard[system.team_class[team]], system.team_cell[team], system.entry_wte[team]
            left[:] = 0.0
            ours.leaving[place] = 0.0
            for risk in range(_RISKS):
                lever = course.hazard_lever[course.hazard_row[team, risk], month]
                factor[risk] = system.team_factor[team, risk] * lever * course.hazard_draw[draw, cell, risk]
            odds.transfer[team] = factor[TRANSFER]
            survive, share = odds.survive[team, _OLD], odds.share[team, _OLD]
            find_chances(hazard, factor, odds.known[team, _OLD], survive, share)
            exits_of_settled(now.stock[team], now.settled[team], month, hazard, factor, survive, share, space)
            fresh, usual = 0.0, factor[LEAVING]
            for origin in range(_ORIGINS):
                if now.fresh[team, origin] > 0.0:
                    factor[LEAVING] = usual * early[origin]
                    survive, share = odds.survive[team, origin], odds.share[team, origin]
                    find_chances(hazard, factor, odds.known[team, origin], survive, share)
                    now.fresh[team, origin] = exits_of_recent(
                        now.recent[team, origin], now.began[team, origin], month, within, hazard, factor,
                        survive, share, entry, space, ours.leaving[place],
                    )  # fmt: skip
                    fresh += now.fresh[team, origin]
            for kind in (HEADS, WTE):
                ours.gone[place, kind] = within * left[kind, TRANSFER]
                left[kind, TRANSFER] *= 1.0 - within
            for risk in range(_RISKS):
                _count(flow_heads, flow_wte, risk, month, cell, left[HEADS, risk], left[WTE, risk])
            now.in_post[team] = now.settled[team, WTE] + entry * fresh
            now.vacancy[team] = vacancy(now.posts, now.in_post, now.offered, system.entry_wte, team)
        if within > 0.0:
            _transfer(
                teams, system.team_cell, system.team_class, system.entry_wte, within, month, now.vacancy, odds.hazard,
                odds.transfer, odds.survive, odds.share, ours.leaving, ours.gone, ours.own, ours.given, ours.evenly,
                space.chance, now.stock, now.settled, now.in_post, staff.flow_heads, staff.flow_wte,
            )  # fmt: skip
        else:
            for team in teams:
                stay(now.stock[team], odds.survive[team, _OLD])
    _settle(system.entry_wte, month, now.stock, now.settled, now.recent, now.began, now.fresh)


@compiled
def _settle(entry, month, stock, settled, recent, began, fresh):
    """Those who have been in post for SETTLED months join the settled."""
    for team in range(len(entry)):
        for origin in range(_ORIGINS):
            if began[team, origin, month % SETTLED] > 0.0:
                heads = settle(recent[team, origin], began[team, origin], month, entry[team], stock[team])
                fresh[team, origin] -= heads
                settled[team, HEADS] += heads
                settled[team, WTE] += heads * entry[team]


@compiled
def _transfer(
    teams, team_cell, team_class, entry, within, month, vacancy, hazard, transfer, survive, share, leaving, gone, own,
    given, evenly, chance, stock, settled, in_post, flow_heads, flow_wte,
):  # fmt: skip
    """Those who transfer within the system go to the other teams of their gate, by vacancies; evenly where none is.

    Each team's people are given to all, itself among them, and it does without what it would take of its own.
    """
    free, some_evenly = 0.0, False
    given[:] = 0.0
    for team in teams:
        free += vacancy[team]
    for place in range(len(teams)):
        source, heads, wte = teams[place], gone[place, HEADS], gone[place, WTE]
        others = free - vacancy[source]
        by_vacancy = _NONE < others < np.inf
        set_chance(within * transfer[source], hazard[team_class[source]], share[source, _OLD], chance)
        if by_vacancy:
            own[place] = _finite(vacancy[source]) / others
            give(stock[source], leaving[place], entry[source], chance, 1.0 / others, given)
        else:
            others = float(len(teams) - 1)
            if not some_evenly:
                evenly[:] = 0.0
            some_evenly = True
            own[place] = 1.0 / others
            give(stock[source], leaving[place], entry[source], chance, 1.0 / others, evenly)
        _count(flow_heads, flow_wte, MOVED_AWAY, month, team_cell[source], heads, wte)
        for team in teams:
            if team != source:
                part = (vacancy[team] if by_vacancy else 1.0) / others
                _add_settled(settled, in_post, team, part * heads, part * wte)
                _count(flow_heads, flow_wte, MOVED_HERE, month, team_cell[team], part * heads, part * wte)
    for place in range(len(teams)):
        team = teams[place]
        set_chance(within * transfer[team], hazard[team_class[team]], share[team, _OLD], chance)
        for year in range(AGES):
            chance[year] = survive[team, _OLD, year] - own[place] * chance[year]
        stay_and_take(stock[team], leaving[place], entry[team], chance, own[place], _finite(vacancy[team]), given)
        if some_evenly:
            add_share(stock[team], evenly, 1.0)


@inlined
def _finite(vacancy):
    """Where vacancies have no limit nobody goes by vacancies."""
    return vacancy if vacancy < np.inf else 0.0


@inlined
def _count(flow_heads, flow_wte, flow, month, cell, heads, wte):
    flow_heads[flow, month, cell] += heads
    flow_wte[flow, month, cell] += wte


@inlined
def _add_settled(settled, in_post, team, heads, wte):
    settled[team, HEADS] += heads
    settled[team, WTE] += wte
    in_post[team] += wte


@compiled
def _moves(system, pace, month, now, staff):
    """Settled people take a better post of their employer, or one that they trained for, where there is a vacancy."""
    entry = system.entry_wte
    for move in range(len(system.move_from)):
        source, target, pool = system.move_from[move], system.move_to[move], system.move_pool[move]
        free = now.vacancy[target] / entry[source]
        if pool < 0:
            wanted = system.move_rate[move] * pace * free
        else:
            wanted = now.trained[pool] * _share_of_pool(move, system.move_pool, system.move_to, now.vacancy)
        heads = min(wanted, free, now.settled[source, HEADS])
        if heads <= 0.0:
            continue
        share = heads / now.settled[source, HEADS]
        wte = share * now.settled[source, WTE]
        move_share(now.stock[source], now.stock[target], share)
        _add_settled(now.settled, now.in_post, source, -heads, -wte)
        _add_settled(now.settled, now.in_post, target, heads, wte)
        if pool >= 0:
            now.trained[pool] -= heads
        for team in (source, target):
            now.vacancy[team] = vacancy(now.posts, now.in_post, now.offered, entry, team)
        away, here = system.team_cell[source], system.team_cell[target]
        if away != here:
            _count(staff.flow_heads, staff.flow_wte, MOVED_AWAY, month, away, heads, wte)
            _count(staff.flow_heads, staff.flow_wte, MOVED_HERE, month, here, heads, wte)


@compiled
def _share_of_pool(move, move_pool, move_to, vacancy):
    """Share of a pool who want this move: by vacancies, among the moves of the pool that are yet to come."""
    everywhere = 0.0
    for other in range(move, len(move_pool)):
        if move_pool[other] == move_pool[move]:
            everywhere += vacancy[move_to[other]]
    return vacancy[move_to[move]] / everywhere if everywhere > _NONE else 0.0


@compiled
def _find_vacancies(system, course, draw, month, newly, now, staff):
    """People who arrive, and those still unplaced, find a vacancy of their gate or are unplaced."""
    for gate in range(len(system.gate_start) - 1):
        teams = system.gate_team[system.gate_start[gate] : system.gate_start[gate + 1]]
        for origin in (NEWLY_QUALIFIED, INTERNATIONAL):
            if origin == INTERNATIONAL:
                coming = course.abroad[gate, month] * course.abroad_factor[draw, month]
            else:
                coming = newly[gate, month]
            coming += now.unplaced[origin, gate]
            now.unplaced[origin, gate] = 0.0
            if coming > 0.0:
                for team in teams:
                    now.vacancy[team] = vacancy(now.posts, now.in_post, now.offered, system.entry_wte, team)
                waiting = coming - place(teams, origin, coming, now.vacancy, now.posts, system.entry_wte, now.starting)
                for team in teams:
                    if now.starting[team] > 0.0:
                        _arrive(
                            team, origin, month, now.starting[team], system.team_class, system.team_cell,
                            system.entry_age, system.entry_wte, now.recent, now.began, now.fresh, now.in_post,
                            staff.flow_heads, staff.flow_wte,
                        )  # fmt: skip
                given_up = waiting * course.dropout[draw]
                now.unplaced[origin, gate] = waiting - given_up
                staff.gave_up[month, origin, gate] = given_up
                staff.unplaced[month, origin, gate] = waiting - given_up


@compiled
def _begin(system, month, now, staff):
    """First days of those who were offered a post."""
    for team in range(len(system.team_cell)):
        heads = now.starts[team, month]
        if heads > 0.0:
            now.offered[team] -= heads
            _arrive(
                team, HIRED, month, heads, system.team_class, system.team_cell, system.entry_age, system.entry_wte,
                now.recent, now.began, now.fresh, now.in_post, staff.flow_heads, staff.flow_wte,
            )  # fmt: skip


@compiled
def _arrive(
    team, origin, month, heads, team_class, team_cell, entry_age, entry_wte, recent, began, fresh, in_post,
    flow_heads, flow_wte,
):  # fmt: skip
    """People from outside begin: they face no exit this month."""
    wte = heads * entry_wte[team]
    begin(recent[team, origin], began[team, origin], month, heads, entry_age[origin, team_class[team]])
    fresh[team, origin] += heads
    in_post[team] += wte
    _count(flow_heads, flow_wte, FROM_ORIGIN[origin], month, team_cell[team], heads, wte)
