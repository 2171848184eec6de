"""Intakes of training as the engine takes them: which team each leads to, when, and who begins (section 14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.metrics.months import months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.intakes_ahead import expected_starters, intakes_to_horizon
from pipeline.model.supply.exposure import History
from pipeline.model.supply.system import NEWLY_QUALIFIED, ORIGINS
from pipeline.model.supply.teams import DOCTORS, IN_TRAINING, SUPPORT, Teams
from pipeline.model.training import arrivals
from pipeline.model.workload import Number
from pipeline.tables.workforce import FROM_OUTSIDE, STAFF_IN_POST

ARRIVING_FROM = (FROM_OUTSIDE, STAFF_IN_POST)
COLUMNS = [
    *(
        "route",
        "profession",
        "band",
        "pool",
        "began",
        "begun",
        "begins",
        "arrives",
        "completes",
        "joins_nhs",
        "stays_local",
    )
]
Move = tuple[int, int, int]
"""Team that is left, team that is joined, and pool of those who trained for it."""


@dataclass(frozen=True)
class Intakes:
    """Intakes that have still to arrive.

    `table` has route, profession, band, pool (-1 where people come from outside), began, begun, begins and arrives
    (months after the base month; 0 for an intake that should have begun before), completes, joins_nhs and stays_local.
    `professions` are those whose newly qualified people come by a route on file. `left_out` are routes that bring
    nobody, since the plan has no team that they lead to or come from.
    `brought` has profession, month and people: those whom routes from outside were to bring in months gone by.
    """

    table: pd.DataFrame
    moves: list[Move]
    pools: int
    professions: set[str]
    left_out: list[str]
    brought: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["profession", "month", "people"]))


def intakes_of(
    training_routes: pd.DataFrame,
    training_intakes: pd.DataFrame,
    past: History,
    teams: Teams,
    scope: Scope,
    base_month: dt.date,
    months: int,
) -> Intakes:
    """The intakes of the plan's routes that arrive after the base month, until the horizon those beyond the file too.

    Routes from abroad are left to recruitment abroad, and those that add no hours (participation 0) add no staff.
    Places of intakes to come are filled as the route's were before.
    """
    routes = in_pillars(training_routes, scope).assign(entrants=lambda rows: rows["entrants"].fillna(FROM_OUTSIDE))
    adding = routes["participation"].astype("float64") > 0
    bringing = routes[routes["entrants"].isin(ARRIVING_FROM) & adding]
    if bringing.empty or training_intakes.empty:
        return Intakes(pd.DataFrame(columns=COLUMNS), [], 0, set(), [])
    expected = arrivals(intakes_to_horizon(bringing, training_intakes, base_month, months), bringing)
    outside, day = bringing[bringing["entrants"] == FROM_OUTSIDE], pd.Timestamp(base_month)
    came = expected[(expected["arrives"] <= day) & expected["route"].isin(outside["route"])]
    begins = np.clip(-months_back(expected["starts_on"], day), 0, months)
    ahead = expected.assign(arrives=-months_back(expected["arrives"], day), begins=begins)
    ahead = ahead[ahead["arrives"] > 0].assign(began=expected_starters(training_intakes, ahead))
    entry = {profession: _entry_band(profession, past, teams) for profession in set(ahead["profession"])}
    banded = ahead.assign(band=ahead["profession"].map(entry))
    pools, moves = _moves(banded.dropna(subset=["band"]), teams)
    # Staff in post who train for a move come from some team of their employer, or they would be counted as arrivals.
    from_nowhere = (banded["entrants"] == STAFF_IN_POST) & ~banded["route"].isin(pools)
    known = banded[banded["band"].notna() & ~from_nowhere]
    pool = known["route"].map(pools).fillna(-1).astype("int32")
    return Intakes(
        known.assign(pool=pool)[COLUMNS].reset_index(drop=True),
        moves,
        len(pools),
        set(outside["profession"]) & set(known["profession"]),
        sorted(set(bringing["route"]) & set(ahead["route"]) - set(known["route"])),
        came[["profession", "arrives", "people"]].rename(columns={"arrives": "month"}),
    )


def odds_multiplied(share: Number, ratio: Number) -> np.ndarray:
    """A share whose odds are so many times as large: 0 stays 0 and 1 stays 1."""
    share, ratio = np.asarray(share), np.asarray(ratio)
    return np.asarray(share * ratio / (1.0 - share + share * ratio))


def _entry_band(profession: str, past: History, teams: Teams) -> str | None:
    """The band at which people who trained begin.

    In a profession of support staff its highest support band; else that at which most newly qualified people came; else
    the largest grade of senior doctors, or the lowest qualified band.
    """
    came = past.joined[(past.joined["profession"] == profession) & (past.joined["origin"] == ORIGINS[NEWLY_QUALIFIED])]
    own = teams.teams[teams.teams["profession"] == profession]
    support = own[own["career"] == SUPPORT]
    if 2 * support["heads"].sum() > own["heads"].sum():
        return str(support["band"].max())
    if len(came):
        most = str(came.groupby("band")["heads"].sum().idxmax())
        if most in set(own["band"]):
            return most
    senior = own[own["career"] == DOCTORS] if (own["career"] == DOCTORS).any() else own
    fit = senior[~senior["career"].isin([SUPPORT, IN_TRAINING])]
    fit = fit if len(fit) else senior
    sizes = fit.groupby("band")["wte"].sum()
    if sizes.empty:
        return None
    return str(sizes.idxmax()) if (fit["career"] == DOCTORS).any() else str(sorted(sizes.index)[0])


def _moves(intakes: pd.DataFrame, teams: Teams) -> tuple[dict[str, int], list[Move]]:
    """A pool for each route that trains staff in post, and the moves of each employer that it leads to."""
    staffed = intakes[intakes["entrants"] == STAFF_IN_POST].drop_duplicates("route")
    pools, moves = dict[str, int](), list[Move]()
    table = teams.teams
    for row in staffed.itertuples():
        source = row.trained_from if isinstance(row.trained_from, str) else row.profession
        found = [
            (_largest_other(table, employer, source, row.profession, row.band), number)
            for number, employer in table.loc[
                (table["profession"] == row.profession) & (table["band"] == row.band), "employer"
            ].items()
        ]
        pairs = [(away, int(here)) for away, here in found if away is not None]
        if pairs:
            pools[str(row.route)] = len(pools)
            moves += [(away, here, pools[str(row.route)]) for away, here in pairs]
    return pools, moves


def _largest_other(table: pd.DataFrame, employer: str, source: str, profession: str, band: str) -> int | None:
    """The team of an employer's profession that most of those who train are likely to come from: its largest other."""
    own = table[(table["employer"] == employer) & (table["profession"] == source) & (table["career"] != IN_TRAINING)]
    other = own[(own["profession"] != profession) | (own["band"] != band)]
    return int(other["heads"].idxmax()) if len(other) and other["heads"].max() > 0 else None
