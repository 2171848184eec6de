"""Staff over time by chance: everybody in post, one by one, in every draw (docs/method.md, section 14).

Each person carries one standard exponential number for each risk, and leaves when the hazard added up since they came
passes the first of them. That is exact, and costs time for each event rather than for each month of each person. Luck
belongs to people, vacancies and draws, never to the scenario: with the same threshold a lower hazard can only delay.

Functions here take bare arrays and are put into one another by the compiler: handing bundles on would cost more time,
in counting who holds them, than the work itself.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import uint64

from pipeline.model.supply.chance import exponential, key_of, mixed, uniform
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
    System,
)

_FLOWS, _ORIGINS, _RISKS, _LAST = len(FLOWS), len(ORIGINS), len(RISKS), AGES - 1
# What is decided about a person, one number each, after the thresholds of the risks (0 …).
_AGE, _STAYS, _WHERE, _COMPLETES, _PART, _WHEN = range(_RISKS, _RISKS + 6)
# Kinds of keys under a draw.
_OPENING, _HIRE, _PLACED, _MOVER, _STUDENT, _KEEN, _ABROAD, _TURN, _BEFORE, _GIVES_UP = range(10)
# Columns of `who`: what is known of a team.
_CELL, _GATE, _CLASS, _PROFESSION, _HIRING, _ALONE, _MAY_MOVE, _LEVER = range(8)
# Columns of `folk`: somebody who will leave or may move.
_TEAM, _BORN, _RISK, _PLACE, _NEXT_EXIT, _NEXT_SETTLED = range(6)
# Rows of `queues`: the latest noted of each month.
_EXITS, _SETTLES, _STARTS = range(3)
# Places of `count`: people noted, starters noted, people who came and are not yet noted, and whether room ran out.
_NOTED, _TO_START, _COME, _FULL = range(4)
_GONE = -1
"""Team of somebody who has left it."""
_HALF = 0.5
"""Part of a person's WTE that must be vacant for that person to be taken."""


class Drawn(NamedTuple):
    """Where a block of draws is written. WTE is before participation; the last axis is cells unless said otherwise."""

    wte: np.ndarray
    """Draw, month and cell."""
    learning: np.ndarray
    """WTE lost since people from outside have not their full output yet: draw, month and cell."""
    whole_flow: np.ndarray
    """WTE of each flow over all months: draw, flow and cell."""
    heads: np.ndarray
    """People in post: draw, month and cell; no draws where nobody asked for it."""
    flow_heads: np.ndarray
    """People: draw, flow, month and cell; no draws where nobody asked for it."""
    heads_sum: np.ndarray
    """People in post, summed over the block's draws: month and cell."""
    flow_sum: np.ndarray
    """WTE of each flow, summed over the block's draws: flow, month and cell."""
    unplaced_sum: np.ndarray
    """People waiting for a vacancy, summed over the block's draws: month, origin and gate."""
    gave_up_sum: np.ndarray
    """People who gave up waiting, summed over the block's draws: month, origin and gate."""
    trained_sum: np.ndarray
    """Staff who have trained for a move and wait, summed over the block's draws: month and pool."""


BY_DRAW = 5
"""The first so many arrays of Drawn have a value for each draw; the others are sums."""


class Room(NamedTuple):
    """Working space of one draw."""

    folk: np.ndarray
    folk_key: np.ndarray
    folk_wte: np.ndarray
    start: np.ndarray
    start_key: np.ndarray
    fresh: np.ndarray
    fresh_key: np.ndarray
    fresh_wte: np.ndarray
    members: np.ndarray
    span: np.ndarray


def room_for(people: int, member_room: np.ndarray) -> Room:
    """Space for so many people; `member_room` is the space for those of each team who may move (0 for none)."""
    span = np.concatenate([[0], np.cumsum(member_room)]).astype(np.int64)
    return Room(
        folk=np.zeros((people, 6), dtype=np.int32),
        folk_key=np.zeros(people, dtype=np.uint64),
        folk_wte=np.zeros(people),
        start=np.zeros((people, 2), dtype=np.int32),
        start_key=np.zeros(people, dtype=np.uint64),
        fresh=np.zeros((people, 3), dtype=np.int32),
        fresh_key=np.zeros(people, dtype=np.uint64),
        fresh_wte=np.zeros(people),
        members=np.zeros(int(span[-1]) + 1, dtype=np.int32),
        span=span,
    )


def known_of_teams(system: System, course: Course) -> np.ndarray:
    """The columns of `who`."""
    sizes = np.diff(system.gate_start)
    may_move = np.zeros(system.teams, dtype=np.int32)
    may_move[system.move_from] = 1
    columns = [
        system.team_cell,
        system.team_gate,
        system.team_class,
        system.cell_profession[system.team_cell],
        course.hiring_row,
        (sizes == 1)[system.team_gate],
        may_move,
    ]
    return np.ascontiguousarray(np.column_stack([*columns, course.hazard_row]), dtype=np.int32)


def added_hazard(system: System, months: int) -> np.ndarray:
    """Hazard added up from the youngest age to each month of age, by risk and class of career, without any lever."""
    year = np.minimum(np.arange(12 * AGES + months + 1) // 12, _LAST)
    by_month = system.hazard[:, :, year]
    return np.concatenate([np.zeros((*by_month.shape[:2], 1)), np.cumsum(by_month, axis=2)], axis=2)


def entry_ages(system: System) -> np.ndarray:
    """Share of those who arrive that are of an age or younger, by origin, class and year; 1 from the oldest on."""
    running = np.cumsum(system.entry_age, axis=2)
    oldest = AGES - 1 - (system.entry_age > 0)[:, :, ::-1].argmax(axis=2)
    running[np.arange(AGES) >= oldest[:, :, None]] = 1.0
    return running


@inlined
def _time_of(hazard, risk, kind, lever, row, threshold, age, since, last, early):
    """When the hazard added up since `since` passes the threshold, in months; last + 1 where it never does.

    `lever` is the running sum of what the hazard is multiplied by. The hazard is even within a month.
    """
    added, month = 0.0, since
    year = (age + 1) // 12
    birthday = since + 12 * (year + 1) - age - 1
    while month < last:
        end = min(birthday, last) if year < _LAST else last
        rate = hazard[risk, kind, min(year, _LAST)]
        if early != 1.0 and month < since + SETTLED:
            end = min(end, since + SETTLED)
            rate *= early
        step = rate * (lever[row, end] - lever[row, month])
        if rate > 0.0 and added + step >= threshold:
            target = lever[row, month] + (threshold - added) / rate
            at = month + 1
            while at < end and lever[row, at] < target:
                at += 1
            past = (target - lever[row, at - 1]) / (lever[row, at] - lever[row, at - 1])
            return at - 1 + min(1.0, max(0.0, past)), at
        added += step
        month = end
        if month == birthday:
            year += 1
            birthday += 12
    return last + 1.0, last + 1


@inlined
def _exit_of(who, hazard, scale, lever, most, added, early, key, team, age, since):
    """Month and risk of somebody's exit; the month after the last where there is none in time."""
    kind, last = who[team, _CLASS], lever.shape[1] - 1
    soonest, month, cause = last + 1.0, last + 1, 0
    for risk in range(_RISKS):
        factor = scale[team, risk]
        if factor <= 0.0:
            continue
        row = who[team, _LEVER + risk]
        more = early if risk == LEAVING else 1.0
        to_come = (added[risk, kind, age + last - since + 1] - added[risk, kind, age + 1]) * most[row] * factor
        if more > 1.0:
            to_come *= more
        # -ln(u) is at least 1 - u, so most people need no logarithm to be known to stay.
        luck = uniform(key, risk)
        if 1.0 - luck > to_come:
            continue
        threshold = -math.log(luck)
        if threshold > to_come:
            continue
        threshold /= factor
        when, at = _time_of(hazard, risk, kind, lever, row, threshold, age, since, last, more)
        if when < soonest:
            soonest, month, cause = when, at, risk
    return month, cause


@inlined
def _join_members(folk, members, member_count, span, count, person, team):
    """Somebody settled may move from now on."""
    at = member_count[team]
    if span[team] + at < span[team + 1]:
        members[span[team] + at] = person
        folk[person, _PLACE] = at
        member_count[team] = at + 1
    else:
        count[_FULL] = 1


@inlined
def _leave_members(folk, members, member_count, span, person, team):
    at = folk[person, _PLACE]
    if at >= 0:
        last = member_count[team] - 1
        other = members[span[team] + last]
        members[span[team] + at] = other
        folk[other, _PLACE] = at
        folk[person, _PLACE] = -1
        member_count[team] = last


@inlined
def _come(fresh, fresh_key, fresh_wte, count, team, key, age, origin, wte):
    """Somebody is in post from this month; `origin` is -1 for those who come from within the system. `age` is now."""
    number = count[_COME]
    if number < len(fresh):
        fresh[number, 0], fresh[number, 1], fresh[number, 2] = team, age, origin
        fresh_key[number], fresh_wte[number] = key, wte
        count[_COME] = number + 1
    else:
        count[_FULL] = 1


@inlined
def _begin(
    who, hazard, scale, lever, most, added, early, draw, lost, lost_for, learning, fresh, fresh_key, fresh_wte, month,
    folk, folk_key, folk_wte, queues, members, member_count, span, count,
):  # fmt: skip
    """Settles when those who came this month will leave, what is lost while they learn, and when they may move."""
    last = lever.shape[1] - 1
    for number in range(count[_COME]):
        team, age, origin = fresh[number, 0], fresh[number, 1], fresh[number, 2]
        key, wte = fresh_key[number], fresh_wte[number]
        more = early[draw, origin] if origin >= 0 else 1.0
        leaves, cause = _exit_of(who, hazard, scale, lever, most, added, more, key, team, age, month)
        settled = month
        if origin >= 0:
            settled = month + SETTLED
            cell = who[team, _CELL]
            for served in range(min(lost_for[origin], leaves - month, last + 1 - month)):
                learning[cell, month + served] += lost[origin, served] * wte
        may_move = who[team, _MAY_MOVE] > 0
        if leaves > last and not may_move:
            continue
        person = count[_NOTED]
        if person >= len(folk):
            count[_FULL] = 1
            continue
        count[_NOTED] = person + 1
        folk_key[person], folk_wte[person] = key, wte
        folk[person, _TEAM], folk[person, _BORN], folk[person, _RISK], folk[person, _PLACE] = (
            team,
            month - age,
            cause,
            -1,
        )
        if leaves <= last:
            folk[person, _NEXT_EXIT] = queues[_EXITS, leaves]
            queues[_EXITS, leaves] = person
        if may_move and settled <= month:
            # As _join_members; to call it for everybody would cost a seventh of all the time.
            at = member_count[team]
            if span[team] + at < span[team + 1]:
                members[span[team] + at] = person
                folk[person, _PLACE] = at
                member_count[team] = at + 1
            else:
                count[_FULL] = 1
        elif may_move and settled <= last and settled < leaves:
            folk[person, _NEXT_SETTLED] = queues[_SETTLES, settled]
            queues[_SETTLES, settled] = person
    count[_COME] = 0


@inlined
def _count(whole_flow, flow_sum, flow_heads, flow, month, cell, wte):
    """One person in a flow; people are counted by month only where asked for."""
    whole_flow[flow, cell] += wte
    flow_sum[flow, month, cell] += wte
    if flow_heads.size:
        flow_heads[flow, month, cell] += 1.0


@inlined
def _arrive(who, taken, heads, work, whole_flow, flow_sum, flow_heads, team, origin, month, wte):
    """Somebody from outside is counted."""
    cell = who[team, _CELL]
    taken[team] += wte
    heads[cell] += 1.0
    work[cell] += wte
    _count(whole_flow, flow_sum, flow_heads, FROM_ORIGIN[origin], month, cell, wte)


@inlined
def _note_start(start, start_key, queues, count, team, key, begins):
    """Somebody has an offer and begins in a month; those after the last month are not noted."""
    person = count[_TO_START]
    if begins >= queues.shape[1] - 1:
        return
    if person >= len(start):
        count[_FULL] = 1
        return
    count[_TO_START] = person + 1
    start_key[person] = key
    start[person, 0], start[person, 1] = team, queues[_STARTS, begins]
    queues[_STARTS, begins] = person


@inlined
def _vacant(posts, taken, team, month):
    """Posts less those taken by staff and by offers that are out, in WTE; none where it would be below zero."""
    return max(0.0, posts[month, team] - taken[team])


@inlined
def _entry_age(entry_age, kind, origin, key):
    """Age in months at which somebody from outside begins, on a birthday. `entry_age` is a running sum of shares."""
    luck, low, high = uniform(key, _AGE), 0, _LAST
    while low < high:
        middle = (low + high) // 2
        if luck < entry_age[origin, kind, middle]:
            high = middle
        else:
            low = middle + 1
    return 12 * low


@inlined
def _count_move(who, taken, heads, work, whole_flow, flow_sum, flow_heads, source, team, month, wte, was_in_post):
    """Somebody goes from one team to another of the system; those who transfer have been taken from theirs before."""
    away, here = who[source, _CELL], who[team, _CELL]
    if was_in_post:
        taken[source] -= wte
        heads[away] -= 1.0
        work[away] -= wte
    taken[team] += wte
    heads[here] += 1.0
    work[here] += wte
    if away != here:
        _count(whole_flow, flow_sum, flow_heads, MOVED_AWAY, month, away, wte)
        _count(whole_flow, flow_sum, flow_heads, MOVED_HERE, month, here, wte)


@inlined
def _due(starters, arrives, when, draw, root, intake, months, arriving):
    """Students of an intake who arrive here, added to the month in which they do."""
    whole = math.floor(when[draw, intake])
    part = when[draw, intake] - whole
    if whole > months or whole + 1 < 1:
        return
    key = key_of(key_of(root, _STUDENT), intake)
    for number in range(math.ceil(starters[draw, intake])):
        person = key_of(key, number)
        begins = uniform(person, _PART) < starters[draw, intake] - number
        if begins and uniform(person, _COMPLETES) < arrives[draw, intake]:
            month = whole + 1 if uniform(person, _WHEN) < part else whole
            if 1 <= month <= months:
                arriving[month] += 1


@compiled
def run_block(system, course, who, lever, most, added, entry_age, funded, seed, first, room, drawn):
    """Work out a block of draws, `first` being the number of its first among all. Returns False where room ran out."""
    teams, gates, pools = len(system.team_cell), len(system.gate_start) - 1, drawn.trained_sum.shape[1]
    cells, moves, intakes = len(system.cell_profession), len(system.move_from), len(system.intake_gate)
    last = lever.shape[1] - 1
    hazard, gate_start, gate_team = system.hazard, system.gate_start, system.gate_team
    row_team, row_age, row_span = system.row_team, system.row_age, system.row_span
    row_heads, row_wte = system.row_heads, system.row_wte
    move_from, move_to, move_rate, move_pool = system.move_from, system.move_to, system.move_rate, system.move_pool
    share, early, ramp, within = course.participation, course.early, course.ramp, course.within
    fill, applicants, hiring, hiring_lever = course.fill, course.applicants, course.hiring, course.hiring_lever
    wait, abroad, abroad_factor, dropout = course.wait, course.abroad, course.abroad_factor, course.dropout
    folk, folk_key, folk_wte, members, span = room.folk, room.folk_key, room.folk_wte, room.members, room.span
    start, start_key = room.start, room.start_key
    fresh, fresh_key, fresh_wte = room.fresh, room.fresh_key, room.fresh_wte
    queues, count = np.zeros((3, last + 2), np.int32), np.zeros(4, np.int64)
    member_count = np.zeros(teams, np.int32)
    taken, vacancy, scale = np.zeros(teams), np.zeros(teams), np.zeros((teams, _RISKS))
    posts, lift = np.zeros((last + 1, teams)), np.zeros((len(hiring_lever), last + 1))
    heads, work, learning = np.zeros(cells), np.zeros(cells), np.zeros((cells, last + 1))
    whole_flow, flow_sum, heads_sum = np.zeros((_FLOWS, cells)), drawn.flow_sum, drawn.heads_sum
    unplaced_sum, gave_up_sum, trained_sum = drawn.unplaced_sum, drawn.gave_up_sum, drawn.trained_sum
    drawn_wte, drawn_heads, drawn_learning = drawn.wte, drawn.heads, drawn.learning
    entry_wte, team_factor, hazard_draw = system.entry_wte, system.team_factor, course.hazard_draw
    posts_factor, moving, each = course.posts_factor, course.moving, np.zeros(course.participation.shape[1])
    intake_gate, intake_pool = system.intake_gate, system.intake_pool
    starters, arrives, when_due = course.starters, course.arrives, course.month
    keep = len(drawn.flow_heads) > 0
    flow_heads = np.zeros((_FLOWS, last + 1, cells) if keep else (0, 0, 0))
    lost, lost_for = np.zeros((_ORIGINS, SETTLED)), np.zeros(_ORIGINS, np.int64)
    keen, keen_at = np.zeros(teams), np.zeros(teams)
    asked, hires = np.zeros(teams, np.int64), np.zeros(teams, np.int64)
    turned, turn_at, turn = np.zeros(moves), np.zeros(moves), np.zeros(moves, np.int64)
    sent, sent_at, number_sent = np.zeros(gates), np.zeros(gates), np.zeros(gates, np.int64)
    arriving, learned = np.zeros((gates, last + 1), np.int64), np.zeros((pools, last + 1), np.int64)
    waiting, placed = np.zeros((_ORIGINS, gates), np.int64), np.zeros((_ORIGINS, gates), np.int64)
    trained, going = np.zeros(pools, np.int64), np.zeros(len(folk), np.int64)
    everybody = mixed(uint64(seed))
    for draw in range(len(within)):
        root = key_of(everybody, first + draw)
        queues[:] = -1
        member_count[:] = 0
        count[:] = 0
        heads[:] = 0.0
        work[:] = 0.0
        learning[:] = 0.0
        whole_flow[:] = 0.0
        flow_heads[:] = 0.0
        for origin in range(_ORIGINS):
            lost_for[origin] = 0
            for served in range(SETTLED):
                lost[origin, served] = 1.0 - ramp[draw, origin, served]
                if lost[origin, served] != 0.0:
                    lost_for[origin] = served + 1
        keen[:] = 0.0
        asked[:] = 0
        hires[:] = 0
        turned[:] = 0.0
        turn[:] = 0
        sent[:] = 0.0
        number_sent[:] = 0
        arriving[:] = 0
        learned[:] = 0
        waiting[:] = 0
        placed[:] = 0
        trained[:] = 0
        for team in range(teams):
            taken[team] = 0.0
            keen_at[team] = exponential(key_of(key_of(root, _KEEN), team), 0)
            for risk in range(_RISKS):
                scale[team, risk] = team_factor[team, risk] * hazard_draw[draw, who[team, _CELL], risk]
        for month in range(last + 1):
            for profession in range(share.shape[1]):
                each[profession] = posts_factor[draw, month] / share[draw, profession, month]
            for team in range(teams):
                posts[month, team] = funded[month, team] * each[who[team, _PROFESSION]]
        for row in range(len(hiring_lever)):
            for month in range(last + 1):
                lift[row, month] = hiring[draw, month] * hiring_lever[row, month]
        for move in range(moves):
            turn_at[move] = exponential(key_of(key_of(root, _TURN), move), 0)
        for gate in range(gates):
            sent_at[gate] = exponential(key_of(key_of(root, _ABROAD), gate), 0)
        for intake in range(intakes):
            gate = intake_gate[intake]
            into = arriving[gate] if gate >= 0 else learned[intake_pool[intake]]
            _due(starters, arrives, when_due, draw, root, intake, last, into)
        # Everybody in post at the base month.
        number, opening = 0, key_of(root, _OPENING)
        for row in range(len(row_team)):
            team = row_team[row]
            taken[team] += row_heads[row] * row_wte[row]
            heads[who[team, _CELL]] += row_heads[row]
            work[who[team, _CELL]] += row_heads[row] * row_wte[row]
            for _ in range(row_heads[row]):
                key = key_of(opening, number)
                number += 1
                age = row_age[row] + int(uniform(key, _AGE) * row_span[row])
                _come(fresh, fresh_key, fresh_wte, count, team, key, age, -1, row_wte[row])
        _begin(
            who, hazard, scale, lever, most, added, early, draw, lost, lost_for, learning, fresh, fresh_key, fresh_wte,
            0, folk, folk_key, folk_wte, queues, members, member_count, span, count,
        )  # fmt: skip
        # Offers that are out at the base month: as many a month as its vacancies bring.
        delay = wait[draw, 0]
        if delay > 0.0:
            for team in range(teams):
                free = _vacant(posts, taken, team, 0) / entry_wte[team]
                lever_now = lift[who[team, _HIRING], 0]
                rate = lever_now * applicants[team]
                if fill[team] > 0.0:
                    rate = (rate + lever_now * fill[team] * free) / (1.0 + lever_now * fill[team] * delay)
                rate = min(rate, free / delay)
                if rate <= 0.0:
                    continue
                stream, made = key_of(key_of(root, _BEFORE), team), 0
                passed = exponential(stream, 0)
                while passed < rate * delay and free - made >= _HALF:
                    key = key_of(key_of(key_of(root, _HIRE), team), hires[team])
                    _note_start(start, start_key, queues, count, team, key, int(passed / rate) + 1)
                    taken[team] += entry_wte[team]
                    hires[team] += 1
                    made += 1
                    passed += exponential(stream, made)
        for cell in range(cells):
            heads_sum[0, cell] += heads[cell]
            drawn_wte[draw, 0, cell] = work[cell]
            if keep:
                drawn_heads[draw, 0, cell] = heads[cell]
        for month in range(1, last + 1):
            # Exits.
            stay, person = 0, queues[_EXITS, month]
            while person >= 0:
                team, wte = folk[person, _TEAM], folk_wte[person]
                if team != _GONE:
                    cell, risk = who[team, _CELL], folk[person, _RISK]
                    taken[team] -= wte
                    heads[cell] -= 1.0
                    work[cell] -= wte
                    _leave_members(folk, members, member_count, span, person, team)
                    luck = uniform(folk_key[person], _STAYS) if risk == TRANSFER else 1.0
                    if luck < within[draw, month] and not who[team, _ALONE]:
                        going[stay] = person
                        stay += 1
                    else:
                        _count(whole_flow, flow_sum, flow_heads, risk, month, cell, wte)
                        folk[person, _TEAM] = _GONE
                person = folk[person, _NEXT_EXIT]
            # Transfers within the system: to the other teams of the gate, by vacancies; evenly where none is.
            for number in range(stay):
                gate = who[folk[going[number], _TEAM], _GATE]
                for place in range(gate_start[gate], gate_start[gate + 1]):
                    team = gate_team[place]
                    vacancy[team] = _vacant(posts, taken, team, month)
            for number in range(stay):
                person = going[number]
                source = folk[person, _TEAM]
                begin, end = gate_start[who[source, _GATE]], gate_start[who[source, _GATE] + 1]
                free, others = 0.0, float(end - begin - 1)
                for place in range(begin, end):
                    if gate_team[place] != source:
                        free += vacancy[gate_team[place]]
                known = 0.0 < free < np.inf
                luck, chosen = uniform(folk_key[person], _WHERE) * (free if known else others), -1
                for place in range(begin, end):
                    team = gate_team[place]
                    weight = vacancy[team] if known else 1.0
                    if team != source and weight > 0.0:
                        chosen = team
                        luck -= weight
                        if luck < 0.0:
                            break
                wte, key, age = folk_wte[person], key_of(folk_key[person], _MOVER), month - folk[person, _BORN]
                folk[person, _TEAM] = _GONE
                _count_move(
                    who, taken, heads, work, whole_flow, flow_sum, flow_heads, source, chosen, month, wte, False
                )
                _come(fresh, fresh_key, fresh_wte, count, chosen, key, age, -1, wte)
            _begin(
                who, hazard, scale, lever, most, added, early, draw, lost, lost_for, learning, fresh, fresh_key,
                fresh_wte, month, folk, folk_key, folk_wte, queues, members, member_count, span, count,
            )  # fmt: skip
            person = queues[_SETTLES, month]
            while person >= 0:
                if folk[person, _TEAM] != _GONE:
                    _join_members(folk, members, member_count, span, count, person, folk[person, _TEAM])
                person = folk[person, _NEXT_SETTLED]
            # Moves to better posts of the same employer, and to those that staff have trained for.
            for pool in range(pools):
                trained[pool] += learned[pool, month]
            for move in range(moves):
                source, team, pool = move_from[move], move_to[move], move_pool[move]
                free = _vacant(posts, taken, team, month)
                stream = key_of(key_of(root, _TURN), move)
                tries = 0
                if pool < 0:
                    turned[move] += move_rate[move] * moving[draw, month] * free / entry_wte[source]
                    while turned[move] >= turn_at[move]:
                        turn[move] += 1
                        tries += 1
                        turn_at[move] += exponential(stream, 2 * turn[move])
                elif trained[pool] > 0 and free > 0.0:
                    everywhere = 0.0
                    for other in range(move, moves):
                        if move_pool[other] != pool:
                            break
                        everywhere += _vacant(posts, taken, move_to[other], month)
                    for _ in range(trained[pool]):
                        turn[move] += 1
                        tries += uniform(stream, 2 * turn[move]) * everywhere < free
                for attempt in range(tries):
                    if member_count[source] == 0:
                        break
                    which = uniform(stream, 2 * (turn[move] - attempt) + 1)
                    chosen = min(int(which * member_count[source]), member_count[source] - 1)
                    person = members[span[source] + chosen]
                    wte, key, age = folk_wte[person], key_of(folk_key[person], _MOVER), month - folk[person, _BORN]
                    if _vacant(posts, taken, team, month) < _HALF * wte:
                        break
                    if pool >= 0:
                        trained[pool] -= 1
                    _leave_members(folk, members, member_count, span, person, source)
                    folk[person, _TEAM] = _GONE
                    _count_move(
                        who, taken, heads, work, whole_flow, flow_sum, flow_heads, source, team, month, wte, True
                    )
                    _come(fresh, fresh_key, fresh_wte, count, team, key, age, -1, wte)
            for pool in range(pools):
                trained_sum[month, pool] += trained[pool]
            # Newly qualified people, by vacancies, and recruits from abroad, where the vacancy share is highest.
            for gate in range(gates):
                begin, end, recruits = gate_start[gate], gate_start[gate + 1], 0
                sent[gate] += abroad[gate, month] * abroad_factor[draw, month]
                while sent[gate] >= sent_at[gate]:
                    number_sent[gate] += 1
                    recruits += 1
                    sent_at[gate] += exponential(key_of(key_of(root, _ABROAD), gate), number_sent[gate])
                for origin in range(NEWLY_QUALIFIED, INTERNATIONAL + 1):
                    coming = waiting[origin, gate] + (recruits if origin == INTERNATIONAL else arriving[gate, month])
                    stream = key_of(key_of(key_of(root, _PLACED), origin), gate)
                    while coming > 0:
                        key, free, best, chosen = key_of(stream, placed[origin, gate]), 0.0, 0.0, -1
                        for place in range(begin, end):
                            team = gate_team[place]
                            places = _vacant(posts, taken, team, month) / entry_wte[team]
                            vacancy[team] = places if places >= _HALF else 0.0
                            free += vacancy[team]
                            if origin == INTERNATIONAL and places >= _HALF:
                                empty = places * entry_wte[team] / posts[month, team]
                                if chosen < 0 or empty > best:
                                    best, chosen = empty, team
                        if free <= 0.0:
                            break
                        if origin == NEWLY_QUALIFIED:
                            where = uniform(key, _WHERE) * free
                            for place in range(begin, end):
                                if vacancy[gate_team[place]] > 0.0:
                                    chosen = gate_team[place]
                                    where -= vacancy[chosen]
                                    if where < 0.0:
                                        break
                        age, wte = _entry_age(entry_age, who[chosen, _CLASS], origin, key), entry_wte[chosen]
                        _arrive(who, taken, heads, work, whole_flow, flow_sum, flow_heads, chosen, origin, month, wte)
                        _come(fresh, fresh_key, fresh_wte, count, chosen, key, age, origin, wte)
                        placed[origin, gate] += 1
                        coming -= 1
                    if coming > 0:
                        leaving, stream = 0, key_of(key_of(key_of(root, _GIVES_UP), gate), month)
                        for number in range(coming):
                            leaving += uniform(key_of(stream, number), origin) < dropout[draw]
                        coming -= leaving
                        gave_up_sum[month, origin, gate] += leaving
                        unplaced_sum[month, origin, gate] += coming
                    waiting[origin, gate] = coming
            # Offers, as many as would come and no more than there are vacancies; and first days.
            whole = math.floor(wait[draw, month])
            part = wait[draw, month] - whole
            for team in range(teams):
                free = max(0.0, posts[month, team] - taken[team])
                answer = fill[team] * free / entry_wte[team] if fill[team] > 0.0 else 0.0
                keen[team] += lift[who[team, _HIRING], month] * (applicants[team] + answer)
            for team in range(teams):
                while keen[team] >= keen_at[team]:
                    asked[team] += 1
                    keen_at[team] += exponential(key_of(key_of(root, _KEEN), team), asked[team])
                    if posts[month, team] - taken[team] < _HALF * entry_wte[team]:
                        continue
                    key = key_of(key_of(key_of(root, _HIRE), team), hires[team])
                    begins = month + whole
                    if part > 0.0 and uniform(key, _WHEN) < part:
                        begins += 1
                    _note_start(start, start_key, queues, count, team, key, begins)
                    taken[team] += entry_wte[team]
                    hires[team] += 1
            person = queues[_STARTS, month]
            while person >= 0:
                team, key = start[person, 0], start_key[person]
                age, wte = _entry_age(entry_age, who[team, _CLASS], HIRED, key), entry_wte[team]
                taken[team] -= wte
                _arrive(who, taken, heads, work, whole_flow, flow_sum, flow_heads, team, HIRED, month, wte)
                _come(fresh, fresh_key, fresh_wte, count, team, key, age, HIRED, wte)
                person = start[person, 1]
            _begin(
                who, hazard, scale, lever, most, added, early, draw, lost, lost_for, learning, fresh, fresh_key,
                fresh_wte, month, folk, folk_key, folk_wte, queues, members, member_count, span, count,
            )  # fmt: skip
            # The closing stock.
            for cell in range(cells):
                heads_sum[month, cell] += heads[cell]
                drawn_wte[draw, month, cell] = max(0.0, work[cell])
                if keep:
                    drawn_heads[draw, month, cell] = heads[cell]
        if count[_FULL]:
            return False
        drawn.whole_flow[draw] = whole_flow
        for month in range(last + 1):
            for cell in range(cells):
                drawn_learning[draw, month, cell] = learning[cell, month]
        if keep:
            drawn.flow_heads[draw] = flow_heads
    return True
