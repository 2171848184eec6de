"""Staff over time in expected values: the mean of what `chances` draws, wherever no limit binds.

People are a number for each team and month of age; those from outside are kept by month in post until they are settled.
The order of a month is that of docs/method.md, section 14. Where a limit binds (no more hired than there are
vacancies) this takes it on the mean, so it is a little above the mean of the draws.
"""

from __future__ import annotations

import math

import numpy as np

from pipeline.model.supply.compiled import compiled
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

_MONTHS_OF_AGE = 12 * AGES
_FLOWS, _ORIGINS, _RISKS = len(FLOWS), len(ORIGINS), len(RISKS)
_LAST = AGES - 1
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
    _run(system, course.only(draw, draw + 1), 0, staff, *_support(system))
    return staff


def _support(system: System) -> tuple[Real, Real]:
    """First and last year of age at which anybody of an origin and class arrives."""
    some = system.entry_age > 0
    first = np.where(some.any(axis=2), some.argmax(axis=2), 0)
    last = np.where(some.any(axis=2), AGES - 1 - some[:, :, ::-1].argmax(axis=2), -1)
    return first, last


@compiled
def _run(system, course, draw, staff, first_age, last_age):
    teams, months = len(system.team_cell), course.posts.shape[1] - 1
    _cells, gates, moves = len(system.cell_profession), len(system.gate_start) - 1, len(system.move_from)
    entry = system.entry_wte
    people, wte = np.zeros((teams, _MONTHS_OF_AGE)), np.zeros((teams, _MONTHS_OF_AGE))
    for row in range(len(system.row_team)):
        share = system.row_heads[row] / system.row_span[row]
        for age in range(system.row_age[row], system.row_age[row] + system.row_span[row]):
            people[system.row_team[row], age] += share
            wte[system.row_team[row], age] += share * system.row_wte[row]
    recent = np.zeros((teams, _ORIGINS, SETTLED, AGES))
    recent_heads = np.zeros((teams, _ORIGINS, SETTLED))
    in_post, offered = wte.sum(axis=1), np.zeros(teams)
    for team in range(teams):
        staff.heads[0, system.team_cell[team]] += people[team].sum()
        staff.wte[0, system.team_cell[team]] += in_post[team]
    starts = np.zeros((teams, months + 2))
    _offers_before(system, course, draw, in_post, offered, starts)
    unplaced, trained = np.zeros((_ORIGINS, gates)), np.zeros(system.pools)
    out, survive, heads_of, wte_of = np.zeros((_RISKS, AGES)), np.zeros(AGES), np.zeros(AGES), np.zeros(AGES)
    going_heads, going_wte = np.zeros((teams, _MONTHS_OF_AGE)), np.zeros((teams, _MONTHS_OF_AGE))
    vacancy, vacant = np.zeros(teams), np.zeros(teams)
    for month in range(1, months + 1):
        going_heads[:] = 0.0
        going_wte[:] = 0.0
        within = course.within[draw, month]
        for team in range(teams):
            alone = system.gate_start[system.team_gate[team] + 1] - system.gate_start[system.team_gate[team]] == 1
            stays = 0.0 if alone else within
            _chances(system, course, draw, team, month, 1.0, out, survive)
            _exits_of_settled(
                system, team, month, stays, out, survive, people, wte, going_heads, going_wte, heads_of, wte_of, staff
            )
            kind, early = system.team_class[team], 1.0
            for origin in range(_ORIGINS):
                if recent_heads[team, origin].max() <= 0.0:
                    continue
                if course.early[draw, origin] != early:
                    early = course.early[draw, origin]
                    _chances(system, course, draw, team, month, early, out, survive)
                _exits_of_recent(
                    system, team, origin, month, first_age[origin, kind], last_age[origin, kind], stays, out, survive,
                    recent, recent_heads, people, wte, going_heads, going_wte, heads_of, wte_of, staff,
                )  # fmt: skip
            in_post[team] = wte[team].sum() + entry[team] * recent_heads[team].sum()
        for team in range(teams):
            vacancy[team] = _vacancy(system, course, draw, team, month, in_post, offered)
        _transfers(system, month, vacancy, going_heads, going_wte, people, wte, in_post, staff)
        for team in range(teams):
            vacancy[team] = _vacancy(system, course, draw, team, month, in_post, offered)
        _trained_arrive(system, course, draw, month, trained)
        for move in range(moves):
            _move(system, course, draw, move, month, vacancy, trained, people, wte, in_post, offered, staff)
        for pool in range(system.pools):
            staff.trained[month, pool] = trained[pool]
        for origin in (NEWLY_QUALIFIED, INTERNATIONAL):
            for gate in range(gates):
                coming = unplaced[origin, gate] + _arriving(system, course, draw, origin, gate, month)
                if coming > 0.0:
                    placed = _placed(
                        system, course, draw, origin, gate, month, coming, vacancy, vacant, recent, recent_heads,
                        in_post, offered, staff,
                    )  # fmt: skip
                    waiting = coming - placed
                    given_up = waiting * course.dropout[draw]
                    unplaced[origin, gate] = waiting - given_up
                    staff.gave_up[month, origin, gate] = given_up
                    staff.unplaced[month, origin, gate] = unplaced[origin, gate]
                else:
                    unplaced[origin, gate] = 0.0
        for team in range(teams):
            vacancy[team] = _vacancy(system, course, draw, team, month, in_post, offered)
            _offer(system, course, draw, team, month, vacancy[team], offered, starts)
            beginning = starts[team, month]
            if beginning > 0.0:
                offered[team] -= beginning
                _arrive(system, team, HIRED, month, beginning, recent, recent_heads, in_post, staff)
        for team in range(teams):
            cell = system.team_cell[team]
            staff.heads[month, cell] += people[team].sum() + recent_heads[team].sum()
            staff.wte[month, cell] += in_post[team]
            for origin in range(_ORIGINS):
                for served in range(SETTLED):
                    lost = 1.0 - course.ramp[draw, origin, served]
                    staff.learning[month, cell] += lost * entry[team] * recent_heads[team, origin, served]


@compiled
def _vacancy(system, course, draw, team, month, in_post, offered):
    """Posts less those taken by staff and by offers that are out, in WTE; none where it would be below zero."""
    return max(0.0, _posts(system, course, draw, team, month) - in_post[team] - offered[team] * system.entry_wte[team])


@compiled
def _posts(system, course, draw, team, month):
    """Funded posts in the WTE of the base month: the fewer hours each works, the more people they are for."""
    share = course.participation[draw, system.cell_profession[system.team_cell[team]], month]
    return course.posts[team, month] * course.posts_factor[draw, month] / share


@compiled
def _chances(system, course, draw, team, month, early, out, survive):
    """Chance of each exit and of none this month, by year of age: p_j = (h_j / h)(1 - exp(-h))."""
    cell, kind = system.team_cell[team], system.team_class[team]
    for age in range(AGES):
        total = 0.0
        for risk in range(_RISKS):
            lever = course.hazard_lever[course.hazard_row[team, risk], month]
            hazard = system.hazard[risk, kind, age] * system.team_factor[team, risk] * lever
            hazard *= course.hazard_draw[draw, cell, risk] * (early if risk == LEAVING else 1.0)
            out[risk, age] = hazard
            total += hazard
        survive[age] = math.exp(-total)
        share = (1.0 - survive[age]) / total if total > 0.0 else 0.0
        for risk in range(_RISKS):
            out[risk, age] *= share


@compiled
def _count_exits(system, team, month, stays, out, heads_of, wte_of, staff):
    """Exits by risk of the people of each year of age; those who stay within the system are counted when they move."""
    cell = system.team_cell[team]
    for risk in range(_RISKS):
        heads, amount = 0.0, 0.0
        for year in range(AGES):
            heads += heads_of[year] * out[risk, year]
            amount += wte_of[year] * out[risk, year]
        away = 1.0 - stays if risk == TRANSFER else 1.0
        staff.flow_heads[risk, month, cell] += away * heads
        staff.flow_wte[risk, month, cell] += away * amount


@compiled
def _exits_of_settled(
    system, team, month, stays, out, survive, people, wte, going_heads, going_wte, heads_of, wte_of, staff
):
    """Everybody is a month older; then those who leave do. Those who stay within the system are `going`."""
    heads_of[:] = 0.0
    wte_of[:] = 0.0
    oldest = _MONTHS_OF_AGE - 1
    people[team, oldest] += people[team, oldest - 1]
    wte[team, oldest] += wte[team, oldest - 1]
    for age in range(oldest, -1, -1):
        if age < oldest:
            people[team, age] = people[team, age - 1] if age else 0.0
            wte[team, age] = wte[team, age - 1] if age else 0.0
        heads, amount = people[team, age], wte[team, age]
        if heads > 0.0:
            year = age // 12
            heads_of[year] += heads
            wte_of[year] += amount
            chance = out[TRANSFER, year] * stays
            going_heads[team, age] += heads * chance
            going_wte[team, age] += amount * chance
            people[team, age] = heads * survive[year]
            wte[team, age] = amount * survive[year]
    _count_exits(system, team, month, stays, out, heads_of, wte_of, staff)


@compiled
def _exits_of_recent(
    system, team, origin, month, first, last, stays, out, survive, recent, recent_heads,
    people, wte, going_heads, going_wte, heads_of, wte_of, staff,
):  # fmt: skip
    """As for the settled; whoever has been in post for SETTLED months joins them."""
    entry = system.entry_wte[team]
    heads_of[:] = 0.0
    for served in range(SETTLED - 1, -1, -1):
        total = 0.0
        if recent_heads[team, origin, served] > 0.0:
            for age in range(first, last + 1):
                heads = recent[team, origin, served, age]
                year = min(age + (served + 1) // 12, _LAST)
                at = min(12 * age + served + 1, _MONTHS_OF_AGE - 1)
                heads_of[year] += heads
                leaving = heads * out[TRANSFER, year] * stays
                going_heads[team, at] += leaving
                going_wte[team, at] += leaving * entry
                heads *= survive[year]
                recent[team, origin, served, age] = 0.0
                if served == SETTLED - 1:
                    people[team, at] += heads
                    wte[team, at] += heads * entry
                else:
                    recent[team, origin, served + 1, age] = heads
                    total += heads
        recent_heads[team, origin, served] = 0.0
        if served < SETTLED - 1:
            recent_heads[team, origin, served + 1] = total
    for year in range(AGES):
        wte_of[year] = entry * heads_of[year]
    _count_exits(system, team, month, stays, out, heads_of, wte_of, staff)


@compiled
def _transfers(system, month, vacancy, going_heads, going_wte, people, wte, in_post, staff):
    """Those who transfer within the system go to the other teams of their gate, by vacancies; evenly where none is."""
    for gate in range(len(system.gate_start) - 1):
        begin, end = system.gate_start[gate], system.gate_start[gate + 1]
        if end - begin == 1:
            continue
        free, gained = 0.0, np.zeros(end - begin)
        for place in range(begin, end):
            free += vacancy[system.gate_team[place]]
        for place in range(begin, end):
            source = system.gate_team[place]
            heads, amount = 0.0, 0.0
            for age in range(_MONTHS_OF_AGE):
                heads += going_heads[source, age]
                amount += going_wte[source, age]
            if heads <= 0.0:
                continue
            others = free - vacancy[source]
            by_vacancy = _NONE < others < np.inf
            if not by_vacancy:
                others = float(end - begin - 1)
            staff.flow_heads[MOVED_AWAY, month, system.team_cell[source]] += heads
            staff.flow_wte[MOVED_AWAY, month, system.team_cell[source]] += amount
            for other in range(begin, end):
                team = system.gate_team[other]
                share = (vacancy[team] if by_vacancy else 1.0) / others
                if other == place or share <= 0.0:
                    continue
                for age in range(_MONTHS_OF_AGE):
                    people[team, age] += share * going_heads[source, age]
                    wte[team, age] += share * going_wte[source, age]
                gained[other - begin] += share * amount
                staff.flow_heads[MOVED_HERE, month, system.team_cell[team]] += share * heads
                staff.flow_wte[MOVED_HERE, month, system.team_cell[team]] += share * amount
        for place in range(begin, end):
            in_post[system.gate_team[place]] += gained[place - begin]


@compiled
def _move(system, course, draw, move, month, vacancy, trained, people, wte, in_post, offered, staff):
    """Settled people take a better post of their employer, or one that they trained for, where there is a vacancy."""
    source, target, pool = system.move_from[move], system.move_to[move], system.move_pool[move]
    free = vacancy[target] / system.entry_wte[source]
    settled = people[source].sum()
    if pool < 0:
        wanted = system.move_rate[move] * course.moving[draw, month] * free
    else:
        everywhere = 0.0
        for other in range(len(system.move_from)):
            if system.move_pool[other] == pool and other >= move:
                everywhere += vacancy[system.move_to[other]]
        wanted = trained[pool] * vacancy[target] / everywhere if everywhere > _NONE else 0.0
    heads = min(wanted, free, settled)
    if heads <= 0.0:
        return
    share = heads / settled
    amount = 0.0
    for age in range(_MONTHS_OF_AGE):
        if people[source, age] > 0.0:
            moved, moved_wte = share * people[source, age], share * wte[source, age]
            people[source, age] -= moved
            wte[source, age] -= moved_wte
            people[target, age] += moved
            wte[target, age] += moved_wte
            amount += moved_wte
    in_post[source] -= amount
    in_post[target] += amount
    if pool >= 0:
        trained[pool] -= heads
    vacancy[source] = _vacancy(system, course, draw, source, month, in_post, offered)
    vacancy[target] = _vacancy(system, course, draw, target, month, in_post, offered)
    away, here = system.team_cell[source], system.team_cell[target]
    if away != here:
        staff.flow_heads[MOVED_AWAY, month, away] += heads
        staff.flow_wte[MOVED_AWAY, month, away] += amount
        staff.flow_heads[MOVED_HERE, month, here] += heads
        staff.flow_wte[MOVED_HERE, month, here] += amount


@compiled
def _due(course, draw, intake, month):
    """People of an intake who arrive this month; a part of a month is shared by the two months about it."""
    whole = math.floor(course.month[draw, intake])
    part = course.month[draw, intake] - whole
    share = 1.0 - part if month == whole else (part if month == whole + 1 else 0.0)
    return share * course.starters[draw, intake] * course.arrives[draw, intake]


@compiled
def _trained_arrive(system, course, draw, month, trained):
    for intake in range(len(system.intake_pool)):
        if system.intake_pool[intake] >= 0:
            trained[system.intake_pool[intake]] += _due(course, draw, intake, month)


@compiled
def _arriving(system, course, draw, origin, gate, month):
    if origin == INTERNATIONAL:
        return course.abroad[gate, month] * course.abroad_factor[draw, month]
    people = 0.0
    for intake in range(len(system.intake_gate)):
        if system.intake_gate[intake] == gate:
            people += _due(course, draw, intake, month)
    return people


@compiled
def _arrive(system, team, origin, month, heads, recent, recent_heads, in_post, staff):
    """People from outside begin: they face no exit this month."""
    for age in range(AGES):
        recent[team, origin, 0, age] += heads * system.entry_age[origin, system.team_class[team], age]
    recent_heads[team, origin, 0] += heads
    in_post[team] += heads * system.entry_wte[team]
    flow, cell = FROM_ORIGIN[origin], system.team_cell[team]
    staff.flow_heads[flow, month, cell] += heads
    staff.flow_wte[flow, month, cell] += heads * system.entry_wte[team]


@compiled
def _placed(
    system, course, draw, origin, gate, month, coming, vacancy, vacant, recent, recent_heads, in_post, offered, staff
):
    """People who find a vacancy: newly qualified by vacancies, recruits from abroad where most posts are empty."""
    begin, end = system.gate_start[gate], system.gate_start[gate + 1]
    places = 0.0
    for place in range(begin, end):
        team = system.gate_team[place]
        vacancy[team] = _vacancy(system, course, draw, team, month, in_post, offered)
        vacant[team] = vacancy[team] / system.entry_wte[team]
        places += vacant[team]
    placed = min(coming, places)
    if placed <= 0.0:
        return 0.0
    level = _level(system, course, draw, begin, end, month, placed, vacancy) if origin == INTERNATIONAL else 0.0
    for place in range(begin, end):
        team = system.gate_team[place]
        if origin == INTERNATIONAL:
            posts = _posts(system, course, draw, team, month)
            heads = max(0.0, vacancy[team] - level * posts) / system.entry_wte[team]
        else:
            heads = placed * vacant[team] / places
        if heads > 0.0:
            _arrive(system, team, origin, month, heads, recent, recent_heads, in_post, staff)
    return placed


@compiled
def _level(system, course, draw, begin, end, month, placed, vacancy):
    """The vacancy share down to which so many recruits bring the employers that have most vacancies for their size."""
    size = end - begin
    share = np.zeros(size)
    for place in range(begin, end):
        team = system.gate_team[place]
        posts = _posts(system, course, draw, team, month)
        share[place - begin] = vacancy[team] / posts if posts > 0.0 else 0.0
    order = np.argsort(-share)
    heads, depth, level = 0.0, 0.0, 0.0
    for rank in range(size):
        team = system.gate_team[begin + order[rank]]
        if share[order[rank]] <= 0.0:
            break
        each = system.entry_wte[team]
        heads += vacancy[team] / each
        depth += _posts(system, course, draw, team, month) / each
        level = (heads - placed) / depth
        if rank + 1 == size or level >= share[order[rank + 1]]:
            break
    return max(0.0, level)


@compiled
def _keen(course, draw, team, month, free):
    """People who would be offered a post in the month, were there posts enough: fixed, and by each vacancy (heads)."""
    lever = course.hiring[draw, month] * course.hiring_lever[course.hiring_row[team], month]
    answer = course.fill[team] * free if course.fill[team] > 0.0 else 0.0
    return lever * (course.applicants[team] + answer)


@compiled
def _offers_before(system, course, draw, in_post, offered, starts):
    """Offers that are out at the base month: as many a month as the vacancies of that month bring."""
    last = starts.shape[1] - 1
    for team in range(len(in_post)):
        wait = course.wait[draw, 0]
        free = _vacancy(system, course, draw, team, 0, in_post, offered) / system.entry_wte[team]
        each = _offers_a_month(course, draw, team, free, wait)
        whole = math.floor(wait)
        for month in range(1, min(whole, last) + 1):
            starts[team, month] += each
        if whole + 1 <= last:
            starts[team, whole + 1] += each * (wait - whole)
        offered[team] += each * wait


@compiled
def _offers_a_month(course, draw, team, free, wait):
    """Offers a month before the base month, such that they and the vacancies they answer to stay level (heads)."""
    if wait <= 0.0:
        return 0.0
    lever = course.hiring[draw, 0] * course.hiring_lever[course.hiring_row[team], 0]
    fill, fixed = lever * course.fill[team], lever * course.applicants[team]
    if fill > 0.0:
        return min((fixed + fill * free) / (1.0 + fill * wait), free / wait)
    return min(fixed, free / wait)


@compiled
def _offer(system, course, draw, team, month, vacancy, offered, starts):
    """Offers of the month: as many as would come, and no more than there are vacancies."""
    free = vacancy / system.entry_wte[team]
    offers = min(_keen(course, draw, team, month, free), free)
    if offers <= 0.0:
        return
    wait = course.wait[draw, month]
    begins = month + math.floor(wait)
    part, last = wait - math.floor(wait), starts.shape[1] - 1
    if begins <= last:
        starts[team, begins] += offers * (1.0 - part)
    if begins + 1 <= last:
        starts[team, begins + 1] += offers * part
    offered[team] += offers
