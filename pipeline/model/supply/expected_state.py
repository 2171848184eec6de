"""Where everybody is in a draw of expected values, and what happens to them in a month: bundles of arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.model.supply.cohorts import BIRTHDAYS, HEADS, WTE, opening
from pipeline.model.supply.compiled import compiled
from pipeline.model.supply.system import AGES, ORIGINS, RISKS, SETTLED, Real

_ORIGINS, _RISKS = len(ORIGINS), len(RISKS)
GROUPS = _ORIGINS + 1
"""Those whose hazards differ: the recent by origin, then the settled."""
OLD = _ORIGINS
"""The settled among these groups."""


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
    """Chances of the month, as in `cohorts`. First axes: team and group (the recent by origin, the settled)."""

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
def at_base(system, course):
    """Everybody at the base month, when nobody has an offer yet."""
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
def odds_of(system):
    """Room for chances; none is known yet."""
    groups = (len(system.team_cell), GROUPS)
    return Odds(
        system.hazard.transpose(1, 0, 2).copy(),
        np.full((*groups, _RISKS), -1.0),
        np.zeros((*groups, AGES)),
        np.zeros((*groups, AGES)),
        np.zeros(len(system.team_cell)),
    )


@compiled
def gate_of(system):
    """Room for the largest gate."""
    most = 0
    for gate in range(len(system.gate_start) - 1):
        most = max(most, system.gate_start[gate + 1] - system.gate_start[gate])
    stock = (2, BIRTHDAYS, AGES)
    return Gate(
        np.zeros((most, BIRTHDAYS, AGES)), np.zeros((most, 2)), np.zeros(most), np.zeros(stock), np.zeros(stock)
    )
