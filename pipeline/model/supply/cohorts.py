"""The people of a team in expected values: everybody is a month older, some leave, the new settle (method, section 14).

People are kept by *birthday*, the month of the year in which they are a year older, and by year of age. So a month
makes one birthday a year older, and all others stay where they are: what happens to them is a row of chances by year
of age, which is the same for every birthday. In each array year of age comes last.

- *stock*: the settled of a team, as HEADS and as WTE, by birthday.
- *recent*: heads of those from one origin who are not settled, by month of arrival modulo SETTLED (a *slot*); they have
  their birthday in that month of the year. *began* is how many began in it.
- *survive*: chance of no exit this month. *hazard*: of each risk, before the *factor* of a team. *share*: what makes a
  hazard a chance, (1 - exp(-h)) / h.
- *leaving*: heads of those who are not settled and transfer within the system, by birthday.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from pipeline.model.supply.compiled import compiled, summing
from pipeline.model.supply.system import AGES, RISKS, SETTLED, TRANSFER, Real, System

HEADS, WTE = 0, 1
BIRTHDAYS = 12
_BOTH, _LAST, _RISKS = 2, AGES - 1, len(RISKS)


class Space(NamedTuple):
    """Working space for one team."""

    left: Real
    """Exits of the month: heads and WTE by risk."""
    present: Real
    """Those of a group who meet them, as HEADS and as WTE, by year of age."""
    chance: Real
    """Chance by year of age of a transfer within the system."""


@compiled
def space_for_exits():
    """Working space for one team."""
    return Space(np.zeros((_BOTH, _RISKS)), np.zeros((_BOTH, AGES)), np.zeros(AGES))


@compiled
def opening(system: System) -> np.ndarray:
    """The settled at the base month: team, heads and WTE, birthday and year of age."""
    stock = np.zeros((len(system.team_cell), _BOTH, BIRTHDAYS, AGES))
    for row in range(len(system.row_team)):
        heads = system.row_heads[row] / system.row_span[row]
        team = system.row_team[row]
        for age in range(system.row_age[row], system.row_age[row] + system.row_span[row]):
            stock[team, HEADS, -age % BIRTHDAYS, age // BIRTHDAYS] += heads
            stock[team, WTE, -age % BIRTHDAYS, age // BIRTHDAYS] += heads * system.row_wte[row]
    return stock


@compiled
def find_chances(hazard, factor, known, survive, share):
    """Fill `survive` and `share`, unless the `factor` of every risk is the one `known` of them last month."""
    same = True
    for risk in range(_RISKS):
        same = same and known[risk] == factor[risk]
        known[risk] = factor[risk]
    if same:
        return
    for year in range(AGES):
        total = 0.0
        for risk in range(_RISKS):
            total += hazard[risk, year] * factor[risk]
        survive[year] = math.exp(-total)
        share[year] = (1.0 - survive[year]) / total if total > 0.0 else 0.0


@compiled
def exits_of_settled(stock, settled, month, hazard, factor, survive, share, space):
    """The settled of a team are a month older and meet the exits of it. `settled` becomes the sums of those who stay.

    They are still counted in `stock` (see `stay`).
    """
    for kind in range(_BOTH):
        _year_older(stock[kind], month % BIRTHDAYS)
    _add_up_settled(stock, space.present)
    for kind in range(_BOTH):
        settled[kind] = _staying(space.present, kind, survive)
        for risk in range(_RISKS):
            space.left[kind, risk] += factor[risk] * _leaving_by(risk, space.present, kind, hazard, share)


@compiled
def exits_of_recent(recent, began, month, within, hazard, factor, survive, share, entry, space, leaving):
    """The same of those from one origin, each of `entry` WTE; those who transfer are added to `leaving`.

    Returns how many are left.
    """
    for served in range(BIRTHDAYS, SETTLED + 1, BIRTHDAYS):
        if began[(month - served) % SETTLED] > 0.0:
            _year_older(recent, (month - served) % SETTLED)
    _add_up_recent(recent, space.present)
    for risk in range(_RISKS):
        heads = factor[risk] * _leaving_by(risk, space.present, HEADS, hazard, share)
        space.left[HEADS, risk] += heads
        space.left[WTE, risk] += heads * entry
    set_chance(within * factor[TRANSFER], hazard, share, space.chance)
    _recent_leave(recent, began, space.chance, survive, leaving)
    return _staying(space.present, HEADS, survive)


@compiled
def _year_older(people, row):
    """Whoever passes the oldest year of age stays at it."""
    people[row, _LAST] += people[row, _LAST - 1]
    for year in range(_LAST - 1, 0, -1):
        people[row, year] = people[row, year - 1]
    people[row, 0] = 0.0


@compiled
def _add_up_settled(stock, present):
    for kind in range(_BOTH):
        for year in range(AGES):
            total = 0.0
            for birthday in range(BIRTHDAYS):
                total += stock[kind, birthday, year]
            present[kind, year] = total


@compiled
def _add_up_recent(recent, present):
    for year in range(AGES):
        total = 0.0
        for slot in range(SETTLED):
            total += recent[slot, year]
        present[HEADS, year] = total


@summing
def _staying(present, kind, survive):
    """Heads or WTE of those present who have no exit."""
    total = 0.0
    for year in range(AGES):
        total += present[kind, year] * survive[year]
    return total


@summing
def _leaving_by(risk, present, kind, hazard, share):
    """Heads or WTE of exits by a risk, before the factor of the team: p_j = (h_j / h)(1 - exp(-h))."""
    total = 0.0
    for year in range(AGES):
        total += present[kind, year] * share[year] * hazard[risk, year]
    return total


@compiled
def set_chance(factor, hazard, share, chance):
    """Chance by year of age of a transfer within the system."""
    for year in range(AGES):
        chance[year] = factor * hazard[TRANSFER, year] * share[year]


@compiled
def _recent_leave(recent, began, chance, survive, leaving):
    """Those who transfer are added to `leaving`; those who have no exit stay."""
    for slot in range(SETTLED):
        if began[slot] > 0.0:
            birthday = slot % BIRTHDAYS
            for year in range(AGES):
                leaving[birthday, year] += recent[slot, year] * chance[year]
            for year in range(AGES):
                recent[slot, year] *= survive[year]


@compiled
def give(stock, leaving, entry, chance, share, pool):
    """Add a share of those who transfer within the system to what a gate gives and takes, a stock."""
    for kind in range(_BOTH):
        each = share * (entry if kind == WTE else 1.0)
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                gone = stock[kind, birthday, year] * chance[year] * share + leaving[birthday, year] * each
                pool[kind, birthday, year] += gone


@compiled
def stay(stock, survive):
    """Those of the settled who have no exit."""
    for kind in range(_BOTH):
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                stock[kind, birthday, year] *= survive[year]


@compiled
def stay_and_take(stock, leaving, entry, keep, own, share, pool):
    """The same, with a share of what the gate gives; `keep` and `own` leave out what the team itself gave of that."""
    for kind in range(_BOTH):
        each = own * (entry if kind == WTE else 1.0)
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                taken = share * pool[kind, birthday, year] - leaving[birthday, year] * each
                stock[kind, birthday, year] = stock[kind, birthday, year] * keep[year] + taken


@compiled
def settle(recent, began, month, entry, stock):
    """Those who have been in post for SETTLED months join the settled. Returns how many."""
    slot, birthday = month % SETTLED, (month - SETTLED) % BIRTHDAYS
    if began[slot] <= 0.0:
        return 0.0
    heads = _heads(recent, slot)
    for year in range(AGES):
        stock[HEADS, birthday, year] += recent[slot, year]
    for year in range(AGES):
        stock[WTE, birthday, year] += recent[slot, year] * entry
    recent[slot, :] = 0.0
    began[slot] = 0.0
    return heads


@summing
def _heads(recent, slot):
    total = 0.0
    for year in range(AGES):
        total += recent[slot, year]
    return total


@compiled
def begin(recent, began, month, heads, entry_age):
    """People from outside begin; `entry_age` is the share of each year of age."""
    slot = month % SETTLED
    for year in range(AGES):
        recent[slot, year] += heads * entry_age[year]
    began[slot] += heads


@compiled
def learning(recent, began, month, lost):
    """Heads by whom output is lost since they are new: `lost` is the share of it by months in post."""
    total = 0.0
    for served in range(SETTLED):
        slot = (month - served) % SETTLED
        if lost[served] != 0.0 and began[slot] > 0.0:
            total += lost[served] * _heads(recent, slot)
    return total


@compiled
def add_share(into, people, share):
    """Add a share of a stock to another."""
    for kind in range(_BOTH):
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                into[kind, birthday, year] += share * people[kind, birthday, year]


@compiled
def move_share(source, target, share):
    """Move a share of a stock to another."""
    for kind in range(_BOTH):
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                moved = share * source[kind, birthday, year]
                source[kind, birthday, year] -= moved
                target[kind, birthday, year] += moved
