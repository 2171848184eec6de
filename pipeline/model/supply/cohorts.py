"""The people of a team in expected values: everybody is a month older, some leave, the new settle (method, section 14).

People are kept by *birthday*, the month of the year in which they are a year older, and by year of age. So a month
makes one birthday a year older, and all others stay where they are: what happens to them is a row of chances by year
of age, which is the same for every birthday. In each array year of age comes last.

- *stock*: the settled of a team, as HEADS and as WTE, by birthday.
- *recent*: heads of those from one origin who are not settled, by month of arrival modulo SETTLED. All of them have their
  birthday in the month of arrival. *began* is how many began in that month.
- *survive*: chance of no exit this month. *hazard*: of each risk, before the factors of the team. *share*: what a hazard is
  multiplied by to be a chance, (1 - exp(-h)) / h.
- *present*: those who meet the exits of the month, as HEADS and as WTE.
- *going*: those who transfer within the system, by birthday as *stock*.
"""

from __future__ import annotations

import math

import numpy as np

from pipeline.model.supply.compiled import compiled, summing
from pipeline.model.supply.system import AGES, RISKS, SETTLED, TRANSFER, System

HEADS, WTE = 0, 1
BIRTHDAYS = 12
_BOTH, _LAST, _RISKS = 2, AGES - 1, len(RISKS)


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
def exits_of_settled(stock, settled, month, within, hazard, factor, survive, share, present, left, going):
    """The settled of a team are a month older and meet the exits of it. `settled` are the sums of `stock`."""
    for kind in range(_BOTH):
        _year_older(stock[kind, month % BIRTHDAYS])
    _add_up_settled(stock, present)
    for kind in range(_BOTH):
        settled[kind] = _those_with(present[kind], survive)
    _count_exits(hazard, factor, share, present, left)
    if within > 0.0:
        _settled_going(stock, _transfer_chance(hazard, factor, share, within), going)
    _settled_stay(stock, survive)


@compiled
def exits_of_recent(
    recent, began, month, within, hazard, factor, survive, share, entry, present, left, going, stock, settled
):
    """The same of those from one origin, each of `entry` WTE; after SETTLED months they join the settled.

    Returns how many are left who are not settled.
    """
    _recent_older(recent, began, month)
    _add_up_recent(recent, began, entry, present)
    _count_exits(hazard, factor, share, present, left)
    if within > 0.0:
        _recent_going(recent, began, month, _transfer_chance(hazard, factor, share, within), entry, going)
    _recent_stay(recent, began, survive)
    heads = _settle(recent, began, month, entry, stock)
    settled[HEADS] += heads
    settled[WTE] += heads * entry
    return _those_with(present[HEADS], survive) - heads


@compiled
def _year_older(people):
    """Whoever passes the oldest year of age stays at it."""
    people[_LAST] += people[_LAST - 1]
    for year in range(_LAST - 1, 0, -1):
        people[year] = people[year - 1]
    people[0] = 0.0


@compiled
def _recent_older(recent, began, month):
    for served in range(BIRTHDAYS, SETTLED + 1, BIRTHDAYS):
        slot = (month - served) % SETTLED
        if began[slot] > 0.0:
            _year_older(recent[slot])


@compiled
def _add_up_settled(stock, present):
    for kind in range(_BOTH):
        present[kind, :] = 0.0
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                present[kind, year] += stock[kind, birthday, year]


@compiled
def _add_up_recent(recent, began, entry, present):
    present[HEADS, :] = 0.0
    for slot in range(SETTLED):
        if began[slot] > 0.0:
            for year in range(AGES):
                present[HEADS, year] += recent[slot, year]
    for year in range(AGES):
        present[WTE, year] = present[HEADS, year] * entry


@compiled
def _count_exits(hazard, factor, share, present, left):
    """Add the exits of those present to `left`, by risk: p_j = (h_j / h)(1 - exp(-h))."""
    exposed = np.empty(AGES)
    for kind in range(_BOTH):
        for year in range(AGES):
            exposed[year] = present[kind, year] * share[year]
        for risk in range(_RISKS):
            left[kind, risk] += factor[risk] * _those_with(exposed, hazard[risk])


@compiled
def _transfer_chance(hazard, factor, share, within):
    """Chance by year of age of a transfer within the system; `within` is the share of transfers that are."""
    chance = np.empty(AGES)
    for year in range(AGES):
        chance[year] = within * factor[TRANSFER] * hazard[TRANSFER, year] * share[year]
    return chance


@compiled
def _settled_going(stock, chance, going):
    for kind in range(_BOTH):
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                going[kind, birthday, year] = stock[kind, birthday, year] * chance[year]


@compiled
def _recent_going(recent, began, month, chance, entry, going):
    leaving = np.empty(AGES)
    for served in range(1, SETTLED + 1):
        slot, birthday = (month - served) % SETTLED, (month - served) % BIRTHDAYS
        if began[slot] > 0.0:
            for year in range(AGES):
                leaving[year] = recent[slot, year] * chance[year]
            for year in range(AGES):
                going[HEADS, birthday, year] += leaving[year]
            for year in range(AGES):
                going[WTE, birthday, year] += leaving[year] * entry


@compiled
def _settled_stay(stock, survive):
    for kind in range(_BOTH):
        for birthday in range(BIRTHDAYS):
            for year in range(AGES):
                stock[kind, birthday, year] *= survive[year]


@compiled
def _recent_stay(recent, began, survive):
    for slot in range(SETTLED):
        if began[slot] > 0.0:
            for year in range(AGES):
                recent[slot, year] *= survive[year]


@compiled
def _settle(recent, began, month, entry, stock):
    """Those who have been in post for SETTLED months join the settled. Returns how many."""
    slot, birthday = month % SETTLED, (month - SETTLED) % BIRTHDAYS
    if began[slot] <= 0.0:
        return 0.0
    heads = _added(recent[slot])
    for year in range(AGES):
        stock[HEADS, birthday, year] += recent[slot, year]
        stock[WTE, birthday, year] += recent[slot, year] * entry
    recent[slot, :] = 0.0
    began[slot] = 0.0
    return heads


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
            total += lost[served] * _added(recent[slot])
    return total


@summing
def _added(people):
    total = 0.0
    for year in range(AGES):
        total += people[year]
    return total


@summing
def _those_with(people, chance):
    """People whom something happens to that has this chance at their year of age."""
    total = 0.0
    for year in range(AGES):
        total += people[year] * chance[year]
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
