"""The months of one draw in expected values, in the order of docs/method.md, section 14.

Functions that are called for each team take bare arrays: handing bundles on costs more than the step (docs/decisions).
"""

from __future__ import annotations

import numpy as np

from pipeline.model.supply.cohorts import (
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
    set_chance,
    settle,
    space_for_exits,
    stay,
    stay_and_take,
)
from pipeline.model.supply.compiled import compiled, inlined
from pipeline.model.supply.expected_state import OLD, at_base, gate_of, odds_of
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
)
from pipeline.model.supply.vacancies import arrivals, offers, offers_before, posts_of, share_out, vacancies, vacancy

_ORIGINS, _RISKS = len(ORIGINS), len(RISKS)
_NONE = 1e-12
"""Vacancy in WTE that is what floating point leaves of none."""


@compiled
def run(system, course, draw, staff):
    """Fill `staff` with one draw of a course, month by month."""
    months, entry = course.posts.shape[1] - 1, system.entry_wte
    now, odds, ours = at_base(system, course), odds_of(system), gate_of(system)
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
            survive, share = odds.survive[team, OLD], odds.share[team, OLD]
            find_chances(hazard, factor, odds.known[team, OLD], survive, share)
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
                stay(now.stock[team], odds.survive[team, OLD])
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
        set_chance(within * transfer[source], hazard[team_class[source]], share[source, OLD], chance)
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
        set_chance(within * transfer[team], hazard[team_class[team]], share[team, OLD], chance)
        for year in range(AGES):
            chance[year] = survive[team, OLD, year] - own[place] * chance[year]
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
                waiting = coming - share_out(
                    teams, origin, coming, now.vacancy, now.posts, system.entry_wte, now.starting
                )
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
