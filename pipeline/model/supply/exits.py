"""Hazards of leaving by risk, kind of career and age, and how teams differ from them (docs/method.md, section 14)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.model.supply.exposure import History
from pipeline.model.supply.rates import monthly_hazard
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


def career_hazards(past: History, usual: dict[str, float]) -> Real:
    """Monthly hazards by risk, career and year of age above YOUNGEST.

    Of a history: leavers over people at risk, p = leavers / months at risk, each age band drawn towards its career's
    level and the ages of all careers, as if so many leavers had been seen there before (`prior_leavers_of_age`).
    `usual` gives the yearly chance of each risk for a plan without a history, shared out over ages as in ages.csv.
    Doctors in training have none: they move by the calendar.
    """
    hazards = np.zeros((len(RISKS), len(CAREERS), AGES))
    bands = _bands(past)
    for risk, name in enumerate(RISKS):
        for career, kind in enumerate(CAREERS):
            if kind == IN_TRAINING:
                continue
            by_age = _usual_hazards(name, usual[name]) if bands is None else _measured(bands, name, kind)
            hazards[risk, career] = by_age
        if risk == RETIREMENT:
            hazards[risk, :, : int(engine("first_retirement")) - YOUNGEST] = 0.0
    return hazards


def _bands(past: History) -> pd.DataFrame | None:
    """People-months at risk and leavers of each risk, by career and age band; None without a history."""
    if past.at_risk.empty or past.left.empty:
        return None
    keys = ["career", "age"]
    at_risk = past.at_risk.groupby(keys)["heads"].sum()
    left = past.left.pivot_table(index=keys, columns="risk", values="heads", aggfunc="sum", fill_value=0.0)
    both = left.reindex(index=at_risk.index, columns=list(RISKS), fill_value=0.0)
    return both.assign(at_risk=at_risk).reset_index()


def _measured(bands: pd.DataFrame, risk: str, career: str) -> Real:
    every = bands.groupby("age")[[risk, "at_risk"]].sum()
    level = every[risk].sum() / every["at_risk"].sum()
    own = bands[bands["career"] == career].set_index("age")
    if own.empty or level <= 0:
        return np.zeros(AGES)
    shape = (every[risk] + engine("prior_leavers_of_age")) / (every["at_risk"] + engine("prior_leavers_of_age") / level)
    usual = shape.reindex(own.index)
    scale = (own[risk].sum() + engine("prior_leavers")) / ((own["at_risk"] * usual).sum() + engine("prior_leavers"))
    prior = usual * scale
    chance = (own[risk] + engine("prior_leavers_of_age")) / (own["at_risk"] + engine("prior_leavers_of_age") / prior)
    return by_year_of_age(-np.log1p(-chance.clip(upper=engine("most_leaving_in_a_month"))))


def _usual_hazards(risk: str, chance: float) -> Real:
    """A yearly chance of all staff shared out over ages, so that staff of the usual ages leave at it."""
    staff = pd.Series(default_ages("staff"))
    by_year = by_year_of_age(pd.Series(default_ages("exit", risk)))
    level = float((by_year[staff.index.to_numpy() + YEARS_OF_BAND // 2 - YOUNGEST] * staff).sum() / staff.sum())
    return np.asarray(float(monthly_hazard(chance)) * by_year / level)


def by_year_of_age(bands: pd.Series) -> Real:
    """Values by first age of a band, for every year of age; before the first band there is nothing."""
    starts = np.sort(bands.index.to_numpy(dtype=np.float64))
    years = np.arange(YOUNGEST, OLDEST)
    at = np.searchsorted(starts, years, side="right") - 1
    values = bands.sort_index().to_numpy(dtype=np.float64)
    return np.where(at >= 0, values[np.maximum(at, 0)], 0.0)


def team_factors(past: History, hazards: Real, teams: Teams) -> Real:
    """How leaving and transferring of each team's employer and profession differ from its career, by team and risk.

    (leavers seen + k) / (leavers expected of its people's ages + k), with k of `prior_leavers`: of a small team little
    is known, so it stays near 1. Retirement and the rest go by age alone.
    """
    factors = np.ones((len(teams.teams), len(RISKS)))
    if past.at_risk.empty or past.left.empty:
        return factors
    together = hazards[LEAVING] + hazards[TRANSFER]
    career = past.at_risk["career"].map(CAREERS.index).to_numpy()
    age = np.clip(past.at_risk["age"].to_numpy(dtype=np.int64) - YOUNGEST, 0, AGES - 1)
    expected = past.at_risk.assign(expected=past.at_risk["heads"] * together[career, age])
    wanted = expected.groupby(CELL)["expected"].sum()
    risks = (RISKS[LEAVING], RISKS[TRANSFER])
    seen = past.left[past.left["risk"].isin(risks)].groupby(CELL)["heads"].sum().reindex(wanted.index, fill_value=0.0)
    prior = engine("prior_leavers")
    ratio = ((seen + prior) / (wanted + prior)).rename("ratio").reset_index()
    found = teams.teams[CELL].merge(ratio, on=CELL, how="left")["ratio"].fillna(1.0).to_numpy()
    factors[:, [LEAVING, TRANSFER]] = found[:, None]
    return factors


def within_share(past: History) -> float | None:
    """Share of transfers that go to another employer of the system; None where no transfer is on file."""
    moved = past.left[past.left["risk"] == RISKS[TRANSFER]]
    if moved.empty:
        return None
    return float(moved.loc[moved["reason"] == TRANSFER_WITHIN, "heads"].sum() / moved["heads"].sum())
