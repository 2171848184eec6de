"""Hazards of leaving by risk, kind of career and age, and how teams differ from them (docs/method.md, section 14)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.model.draws import HALF
from pipeline.model.pooling import pooled, shrunk, strength
from pipeline.model.supply.exposure import History
from pipeline.model.supply.rates import monthly_hazard
from pipeline.model.supply.recency import UNTRIED, Choice, Memory, by_month, chosen, every_month, weighed
from pipeline.model.supply.seasons import NO_SEASONS, Seasons, seasons
from pipeline.model.supply.system import (
    AGES,
    LEAVING,
    OLDEST,
    RETIREMENT,
    RISKS,
    TRANSFER,
    YOUNGEST,
    Real,
)
from pipeline.model.supply.teams import CAREERS, CELL, IN_TRAINING, YEARS_OF_BAND, Teams
from pipeline.reference import default_ages, engine
from pipeline.tables.workforce import TRANSFER_WITHIN

PULLED = [RISKS[LEAVING], RISKS[TRANSFER]]
"""Risks by which teams differ; retirement and the rest go by age alone."""


def career_hazards(past: History, usual: dict[str, float]) -> Real:
    """Monthly hazards by risk, career and year of age above YOUNGEST.

    Of a history: leavers over people at risk, p = leavers / months at risk, each age band of a career drawn towards
    the ages of all careers at its career's level, as strongly as they are alike (pooling.strength). `usual` gives the
    yearly chance of a risk by which nobody is known to have left, shared out over ages as in ages.csv. Doctors in
    training have none: they move by the calendar.
    """
    hazards = np.zeros((len(RISKS), len(CAREERS), AGES))
    bands = _bands(past)
    for risk, name in enumerate(RISKS):
        known = _of_age(bands, name)
        hazards[risk] = _measured(known, name) if known[name].sum() > 0 else _usual_hazards(name, usual[name])
    hazards[RETIREMENT, :, : int(engine("first_retirement")) - YOUNGEST] = 0.0
    hazards[:, CAREERS.index(IN_TRAINING)] = 0.0
    return hazards


def remembered(past: History, memory: Memory) -> History:
    """The history with each month counted as the memory has it."""
    if past.at_risk.empty:
        return past
    last = past.at_risk["month"].max()
    return History(*(weighed(rows, memory, last) for rows in (past.at_risk, past.left, past.joined)))


def exits_memory(past: History) -> Choice:
    """How far back leaving is measured: what forecasts the leavers of a year by risk and career best."""
    if past.at_risk.empty:
        return UNTRIED
    months = every_month(past.at_risk["month"])
    careers = pd.Index(sorted(past.at_risk["career"].unique()), name="career")
    groups = pd.MultiIndex.from_product([RISKS, careers], names=["risk", "career"])
    at_risk = by_month(past.at_risk, months, careers, ["career"])
    events = by_month(past.left, months, groups, ["risk", "career"])
    return chosen(events, np.tile(at_risk, (1, len(RISKS))), _rates)


def leaving_seasons(past: History) -> Seasons:
    """When in the year people leave, all risks together."""
    if past.at_risk.empty:
        return NO_SEASONS
    months = every_month(past.at_risk["month"])
    sums = [rows.groupby("month")["heads"].sum().reindex(months).fillna(0.0) for rows in (past.left, past.at_risk)]
    events, exposure = (each.to_numpy(dtype=np.float64) for each in sums)
    return seasons(events, exposure, months[0].month)


def _rates(events: Real, exposure: Real) -> Real:
    """Events over exposure, half an event of the groups' common rate added so that nothing is impossible."""
    level = max(float(events.sum()), 0.5) / max(float(exposure.sum()), 1.0)
    return np.asarray((events + 0.5) / (exposure + 0.5 / level))


def _bands(past: History) -> pd.DataFrame:
    """People-months at risk and leavers of each risk, by career and age band; no rows without a history."""
    keys = ["career", "age"]
    if past.at_risk.empty or past.left.empty:
        return pd.DataFrame(columns=[*keys, *RISKS, "at_risk"])
    at_risk = past.at_risk.groupby(keys)["heads"].sum()
    left = past.left.pivot_table(index=keys, columns="risk", values="heads", aggfunc="sum", fill_value=0.0)
    both = left.reindex(index=at_risk.index, columns=list(RISKS), fill_value=0.0)
    return both.assign(at_risk=at_risk).reset_index()


def _of_age(bands: pd.DataFrame, risk: str) -> pd.DataFrame:
    """The bands of those who may leave by a risk: nobody retires before an age."""
    first = engine("first_retirement") if risk == RISKS[RETIREMENT] else YOUNGEST
    return bands[(bands["age"] >= first) & (bands["at_risk"] > 0)]


def _measured(known: pd.DataFrame, risk: str) -> Real:
    """Hazards of a risk by career and year of age; a career without a history has the ages of all."""
    every = known.groupby("age")[[risk, "at_risk"]].sum()
    level = every[risk].sum() / every["at_risk"].sum()
    usual = level * drawn(every[risk], level * every["at_risk"])
    own = known.assign(expected=known["at_risk"] * known["age"].map(usual))
    sums = own.groupby("career")[[risk, "expected"]].sum()
    scale = drawn(sums[risk], sums["expected"])
    own = own.assign(expected=own["expected"] * own["career"].map(scale))
    found = own["expected"] * drawn(own[risk], own["expected"])
    # Drawing ages together moves people between ages and not the career's level.
    level_kept = own.groupby("career")["expected"].transform("sum") / found.groupby(own["career"]).transform("sum")
    chances = own.assign(chance=found * level_kept / own["at_risk"])
    return np.stack([_of_career(chances[chances["career"] == kind], usual) for kind in CAREERS])


def _of_career(own: pd.DataFrame, usual: pd.Series) -> Real:
    chance = own.set_index("age")["chance"] if len(own) else usual
    return by_year_of_age(-np.log1p(-chance.clip(upper=engine("most_leaving_in_a_month"))))


def drawn(seen: pd.Series, expected: pd.Series) -> pd.Series:
    """Factors of groups, as strongly drawn towards 1 as they are alike."""
    one, other = (each.to_numpy(dtype=np.float64) for each in (seen, expected))
    return pd.Series(shrunk(one, other, strength(one, other)), index=seen.index)


def _usual_hazards(risk: str, chance: float) -> Real:
    """A yearly chance of all staff shared out over ages, so that staff of the usual ages leave at it; every career."""
    staff = pd.Series(default_ages("staff"))
    by_year = by_year_of_age(pd.Series(default_ages("exit", risk)))
    level = float((by_year[staff.index.to_numpy() + YEARS_OF_BAND // 2 - YOUNGEST] * staff).sum() / staff.sum())
    return np.tile(float(monthly_hazard(chance)) * by_year / level, (len(CAREERS), 1))


def by_year_of_age(bands: pd.Series) -> Real:
    """Values by first age of a band, for every year of age; before the first band there is nothing."""
    starts = np.sort(bands.index.to_numpy(dtype=np.float64))
    years = np.arange(YOUNGEST, OLDEST)
    at = np.searchsorted(starts, years, side="right") - 1
    values = bands.sort_index().to_numpy(dtype=np.float64)
    return np.where(at >= 0, values[np.maximum(at, 0)], 0.0)


@dataclass(frozen=True)
class Differing:
    """How teams differ from what the ages and careers of their people would bring.

    `cells` has employer, profession, seen and expected (events), alone (their ratio), factor, low and high (P10 and P90
    of what it is worth) and weight (of the cell's own events). `employers` and `professions` are factors of each, and
    `strength` says how strongly each level is held together.
    """

    cells: pd.DataFrame
    employers: dict[str, float]
    professions: dict[str, float]
    strength: dict[str, float]


COLUMNS = [*CELL, "seen", "expected", "alone", "factor", "low", "high", "weight"]
ALIKE = Differing(pd.DataFrame(columns=COLUMNS), {}, {}, {})
"""Nothing is known of any difference."""


def leaving_by_team(past: History, hazards: Real) -> Differing:
    """How leaving and transferring of each employer and profession differ from the leavers expected at its ages.

    Against the leavers of the same year, so that a year in which more left everywhere is no mark of those who were
    there. All months count: what sets a team apart lasts longer than the level of a year.
    """
    left = past.left[past.left["risk"].isin(PULLED)]
    if past.at_risk.empty or left.empty:
        return ALIKE
    together = hazards[LEAVING] + hazards[TRANSFER]
    career = past.at_risk["career"].map(CAREERS.index).to_numpy()
    age = np.clip(past.at_risk["age"].to_numpy(dtype=np.int64) - YOUNGEST, 0, AGES - 1)
    last = past.at_risk["month"].max()
    expected = past.at_risk.assign(heads=past.at_risk["heads"] * together[career, age])
    years = [months_back(rows["month"], last) // MONTHS_IN_YEAR for rows in (expected, left)]
    sums = [rows.groupby(year)["heads"].sum() for rows, year in zip((expected, left), years, strict=True)]
    level = (sums[1].reindex(sums[0].index, fill_value=0.0) / sums[0].where(sums[0] > 0)).fillna(0.0)
    of_year = expected.assign(heads=expected["heads"] * pd.Series(years[0], expected.index).map(level))
    return differing(left.groupby(CELL)["heads"].sum(), of_year.groupby(CELL)["heads"].sum())


def differing(seen: pd.Series, expected: pd.Series) -> Differing:
    """How employers and professions differ, of events seen and expected by both (an index of CELL)."""
    known = expected[expected > 0]
    if known.empty or seen.sum() == 0:
        return ALIKE
    events = seen.reindex(known.index, fill_value=0.0).to_numpy(dtype=np.float64)
    rates = known.to_numpy(dtype=np.float64)
    keys = known.index.to_frame(index=False)
    found = pooled(events, rates, keys["employer"].tolist(), keys["profession"].tolist())
    # Drawing teams together leaves all of them at their common level.
    factor = found.factor * events.sum() / (rates * found.factor).sum()
    held = found.strength["team"]
    table = keys.assign(
        seen=events,
        expected=rates,
        alone=events / rates,
        factor=factor,
        low=factor * np.exp(-HALF * found.sd),
        high=factor * np.exp(HALF * found.sd),
        weight=rates / (rates + held),
    )
    return Differing(table[COLUMNS], found.employers, found.professions, found.strength)


def of_cells(found: Differing, table: pd.DataFrame) -> Real:
    """The factor of each row's employer and profession; of one without events of its own, that of both apart."""
    own = table[CELL].merge(found.cells[[*CELL, "factor"]], on=CELL, how="left")["factor"].astype("float64")
    apart = table["employer"].map(found.employers).astype("float64").fillna(1.0) * table["profession"].map(
        found.professions
    ).astype("float64").fillna(1.0)
    return np.asarray(own.fillna(apart), dtype=np.float64)


def team_factors(found: Differing, teams: Teams) -> Real:
    """What the hazards of each team are multiplied by, by team and risk: only those of PULLED differ."""
    factors = np.ones((len(teams.teams), len(RISKS)))
    factors[:, [LEAVING, TRANSFER]] = of_cells(found, teams.teams)[:, None]
    return factors


def within_share(past: History) -> float | None:
    """Share of transfers that go to another employer of the system; None where no transfer is on file."""
    moved = past.left[past.left["risk"] == RISKS[TRANSFER]]
    if moved.empty:
        return None
    return float(moved.loc[moved["reason"] == TRANSFER_WITHIN, "heads"].sum() / moved["heads"].sum())
