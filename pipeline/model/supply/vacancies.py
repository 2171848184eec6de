"""Posts, vacancies and who comes to fill them, in expected values (method, section 14).

Arrays have a number for each team unless said otherwise. *posts*, *in_post* and *vacancy* are WTE; *offered* are people
with an offer who have not begun, *entry* the WTE of each of them, and *starts* they by the month of their first day.
"""

from __future__ import annotations

import math

import numpy as np

from pipeline.model.supply.compiled import compiled
from pipeline.model.supply.system import INTERNATIONAL


@compiled
def posts_of(system, course, draw, month, posts):
    """Funded posts in the WTE of the base month: the fewer hours each works, the more people they are for."""
    for team in range(len(posts)):
        hours = course.participation[draw, system.cell_profession[system.team_cell[team]], month]
        posts[team] = course.posts[team, month] * course.posts_factor[draw, month] / hours


@compiled
def vacancy(posts, in_post, offered, entry, team):
    """Posts less those taken by staff and by offers that are out, in WTE; none where it would be below zero."""
    return max(0.0, posts[team] - in_post[team] - offered[team] * entry[team])


@compiled
def vacancies(posts, in_post, offered, entry, found):
    """The same of every team."""
    for team in range(len(posts)):
        found[team] = vacancy(posts, in_post, offered, entry, team)


@compiled
def arrivals(system, course, draw):
    """People of training who arrive: those from outside by gate and month, and staff in post by pool and month.

    A part of a month is shared by the two months about it.
    """
    months = course.posts.shape[1]
    newly, trained = np.zeros((len(system.gate_start) - 1, months)), np.zeros((system.pools, months))
    for intake in range(len(system.intake_gate)):
        gate, pool = system.intake_gate[intake], system.intake_pool[intake]
        people = course.starters[draw, intake] * course.arrives[draw, intake]
        whole = math.floor(course.month[draw, intake])
        part = course.month[draw, intake] - whole
        for month, share in ((whole, 1.0 - part), (whole + 1, part)):
            if 1 <= month < months:
                if pool >= 0:
                    trained[pool, month] += share * people
                if gate >= 0:
                    newly[gate, month] += share * people
    return newly, trained


@compiled
def share_out(teams, origin, coming, vacancy, posts, entry, starting):
    """Share people out to the vacancies of a gate's `teams`: `starting`. Returns how many.

    Newly qualified people go by vacancies, recruits from abroad where most posts are empty.
    """
    places = 0.0
    for team in teams:
        places += vacancy[team] / entry[team]
    placed = min(coming, places)
    abroad = placed > 0.0 and origin == INTERNATIONAL
    level = _level_of(teams, placed, vacancy, posts, entry) if abroad else 0.0
    for team in teams:
        if placed <= 0.0:
            starting[team] = 0.0
        elif abroad:
            starting[team] = max(0.0, vacancy[team] - level * posts[team]) / entry[team]
        else:
            starting[team] = placed * (vacancy[team] / entry[team]) / places
    return placed


@compiled
def _level_of(teams, placed, vacancy, posts, entry):
    """The vacancy share down to which so many recruits bring the employers that have most vacancies for their size.

    Found from below: whoever has fewer vacancies than the level receives none, so the level is higher for the others.
    """
    level = 0.0
    while True:
        heads, depth = 0.0, 0.0
        for team in teams:
            if vacancy[team] > level * posts[team]:
                heads += vacancy[team] / entry[team]
                depth += posts[team] / entry[team]
        higher = (heads - placed) / depth if depth > 0.0 else level
        if higher <= level:
            return level
        level = higher


@compiled
def offers_before(course, draw, vacancy, entry, offered, starts):
    """Offers that are out at the base month: as many a month as the vacancies of that month bring."""
    last, wait = starts.shape[1] - 1, course.wait[draw, 0]
    whole = math.floor(wait)
    for team in range(len(entry)):
        each = _offers_a_month(course, draw, team, vacancy[team] / entry[team], wait)
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
def offers(course, draw, month, vacancy, entry, offered, starts):
    """Offers of the month: as many as would come, and no more than there are vacancies."""
    wait, last = course.wait[draw, month], starts.shape[1] - 1
    begins = month + math.floor(wait)
    part = wait - math.floor(wait)
    for team in range(len(entry)):
        free = vacancy[team] / entry[team]
        lever = course.hiring[draw, month] * course.hiring_lever[course.hiring_row[team], month]
        answer = course.fill[team] * free if course.fill[team] > 0.0 else 0.0
        made = min(lever * (course.applicants[team] + answer), free)
        if made > 0.0:
            offered[team] += made
            if begins <= last:
                starts[team, begins] += made * (1.0 - part)
            if begins + 1 <= last:
                starts[team, begins + 1] += made * part
