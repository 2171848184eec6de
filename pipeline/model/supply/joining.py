"""How vacancies are filled: pace of hiring, promotion and recruitment abroad, and ages on arrival (section 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.metrics.months import last_months
from pipeline.model.supply.exits import by_year_of_age
from pipeline.model.supply.exposure import History
from pipeline.model.supply.system import (
    AGES,
    HIRED,
    INTERNATIONAL,
    NEWLY_QUALIFIED,
    OLDEST,
    ORIGINS,
    YOUNGEST,
    Real,
)
from pipeline.model.supply.teams import (
    CAREERS,
    CELL,
    IN_TRAINING,
    JOB,
    LADDER,
    QUALIFIED,
    SUPPORT,
    YEARS_OF_BAND,
    Teams,
)
from pipeline.model.workload import Number
from pipeline.reference import default_ages, engine


@dataclass(frozen=True)
class Pace:
    """How a system fills vacancies, by profession and band.

    `hired` people a month and `promoted` people a month for each vacancy of a head; `abroad` has people a month from
    abroad by profession and band (profession, band, heads). `months` is how many months were measured, 0 for none.
    """

    hired: dict[tuple[str, str], float]
    promoted: dict[tuple[str, str], float]
    abroad: pd.DataFrame
    months: int


def pace(
    past: History, vacant: pd.DataFrame, teams: Teams, trained: set[str], wait: float, usual_months: float
) -> Pace:
    """The pace at which the plan's employers filled vacancies in the latest months of its history.

    `vacant` is the result of vacant_heads; `trained` are the professions whose newly qualified people come by training
    routes on file, and so are not counted as hired; `wait` is months from an offer to the first day. A pace is people
    hired over vacancies without an offer, v − wait × hired; each profession is drawn towards all, and each band towards
    its profession. Without a history a vacancy is filled in `usual_months`, offer and wait together.
    """
    recent = last_months(past.joined, int(engine("months_measured"))) if len(past.joined) else past.joined
    shared = vacant.merge(recent[["employer", "month"]].drop_duplicates(), on=["employer", "month"])
    abroad = _abroad(recent, shared)
    if shared.empty:
        fill = float(1.0 / open_months(usual_months, wait))
        every = {job: fill for job in _jobs(teams)}
        return Pace(every, {job: 0.0 for job in every}, abroad, 0)
    own = _counted_as_hired(recent, trained).merge(shared[["employer", "month"]].drop_duplicates())
    hires = own.groupby(JOB)["heads"].sum().rename("hires")
    by_job = shared.groupby(JOB)["vacant"].sum().rename("vacant").to_frame().join(hires).fillna(0.0)
    free = (by_job["vacant"] - wait * by_job["hires"]).clip(lower=0.0)
    table = by_job.assign(free=free).reset_index()
    up = _promotions(past, shared).merge(table[[*JOB, "vacant"]], on=JOB, how="left")
    return Pace(
        _drawn_together(table, teams),
        {
            (row.profession, row.band): min(row.moves / row.vacant, engine("most_moves_a_vacancy"))
            for row in up.itertuples()
            if row.vacant > 0 and row.moves > 0
        },
        abroad,
        shared["month"].nunique(),
    )


def vacant_heads(establishment: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Vacancies of each team in each month with both posts and staff on file, in people.

    Takes funded WTE and staff of the plan's employers and pillars. Returns employer, profession, band, month, vacant:
    funded less WTE in post, none where below zero, over the mean WTE of a person of the job.
    """
    keys = ["employer", *JOB, "month"]
    funded = establishment.groupby(keys)["funded_wte"].sum()
    in_post = staff.groupby(keys)["wte"].sum()
    both = funded.to_frame().join(in_post.rename("wte")).fillna({"wte": 0.0}).reset_index()
    known = both.merge(staff[["employer", "month"]].drop_duplicates(), on=["employer", "month"])
    sums = staff.astype({"headcount": "float64"}).groupby(JOB)[["wte", "headcount"]].sum()
    each = (sums["wte"] / sums["headcount"].where(sums["headcount"] > 0)).rename("each")
    sized = known.join(each, on=JOB).fillna({"each": 1.0})
    return sized.assign(vacant=(sized["funded_wte"] - sized["wte"]).clip(lower=0.0) / sized["each"])[[*keys, "vacant"]]


def entry_ages(past: History) -> Real:
    """Share of those who arrive that are of an age, by origin, career and year above YOUNGEST.

    Of a history; where an origin and career have under `prior_leavers` people, that of all careers; else ages.csv.
    """
    shares = np.zeros((len(ORIGINS), len(CAREERS), AGES))
    for origin, name in enumerate(ORIGINS):
        came = past.joined[past.joined["origin"] == name] if len(past.joined) else past.joined
        for career, kind in enumerate(CAREERS):
            own = came[came["career"] == kind] if len(came) else came
            best = own if len(own) and own["heads"].sum() >= engine("prior_leavers") else came
            bands = best.groupby("age")["heads"].sum() if len(best) else pd.Series(default_ages("entry", name))
            by_year = by_year_of_age(bands) * (np.arange(YOUNGEST, OLDEST) < bands.index.max() + YEARS_OF_BAND)
            shares[origin, career] = by_year / by_year.sum()
    return shares


def open_months(vacant: Number, wait: Number) -> np.ndarray:
    """Months that a vacancy stands without an offer: all that it stands open, less the wait from offer to start."""
    return np.asarray(np.maximum(np.asarray(vacant) - np.asarray(wait), 1.0 / engine("most_moves_a_vacancy")))


def _jobs(teams: Teams) -> list[tuple[str, str]]:
    known = teams.teams[teams.teams["career"] != IN_TRAINING]
    return list(known[JOB].drop_duplicates().itertuples(index=False, name=None))


def _counted_as_hired(joined: pd.DataFrame, trained: set[str]) -> pd.DataFrame:
    qualified = (joined["origin"] == ORIGINS[NEWLY_QUALIFIED]) & ~joined["profession"].isin(trained)
    return joined[(joined["origin"] == ORIGINS[HIRED]) | qualified]


def _drawn_together(table: pd.DataFrame, teams: Teams) -> dict[tuple[str, str], float]:
    """People a month for each free vacancy: bands drawn towards their profession, and that towards all."""
    prior, most = engine("prior_vacancy_months"), engine("most_moves_a_vacancy")
    every = table["hires"].sum() / max(table["free"].sum(), 1.0)
    sums = table.groupby("profession")[["hires", "free"]].sum()
    of_profession = (sums["hires"] + prior * every) / (sums["free"] + prior)
    known = table.set_index(JOB)
    found = {}
    for job in _jobs(teams):
        usual = float(of_profession.get(job[0], every))
        hires, free = (float(known.loc[job, name]) for name in ("hires", "free")) if job in known.index else (0.0, 0.0)
        found[job] = min((hires + prior * usual) / (free + prior), most)
    return found


def _abroad(recent: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
    columns = [*JOB, "heads"]
    came = recent[recent["origin"] == ORIGINS[INTERNATIONAL]] if len(recent) else recent
    if came.empty:
        return pd.DataFrame(columns=columns)
    months = max(shared["month"].nunique(), came["month"].nunique())
    summed = came[came["career"] != IN_TRAINING].groupby(JOB, as_index=False)["heads"].sum()
    return summed.assign(heads=summed["heads"] / months)[columns]


def _promotions(past: History, shared: pd.DataFrame) -> pd.DataFrame:
    """Net moves into each band from the one below over the months measured: what stocks and flows leave unexplained.

    Moves up into a band and all above it = their growth + leavers − joiners. Returns profession, band, moves.
    """
    months = shared["month"]
    first, last = months.min(), months.max()
    stock = past.at_risk[past.at_risk["month"].isin([first, last])].groupby([*JOB, "month"])["heads"].sum()
    wide = stock.unstack("month").reindex(columns=[first, last]).fillna(0.0)
    between = [
        part[(part["month"] >= first) & (part["month"] < last)].groupby(JOB)["heads"].sum()
        for part in (past.left, past.joined)
    ]
    table = (
        pd.concat([wide[last] - wide[first], *between], axis=1)
        .fillna(0.0)
        .set_axis(["growth", "left", "joined"], axis=1)
    )
    net = (table["growth"] + table["left"] - table["joined"]).reset_index(name="net")
    ladder = net[net["band"].isin(LADDER)].assign(rank=lambda rows: rows["band"].map(LADDER.index))
    ordered = ladder.sort_values(["profession", "rank"], ascending=[True, False])
    return ordered.assign(moves=ordered.groupby("profession")["net"].cumsum())[[*JOB, "moves"]]


def ladder(teams: Teams) -> list[tuple[int, int]]:
    """The moves up: pairs of teams of one employer and profession, from each band to the next that there is."""
    known = teams.teams[teams.teams["band"].isin(LADDER) & teams.teams["career"].isin([SUPPORT, QUALIFIED])]
    ranked = known.assign(rank=known["band"].map(LADDER.index), number=known.index)
    return [
        (int(lower), int(upper))
        for _, rows in ranked.sort_values("rank").groupby(CELL, sort=True)
        for lower, upper in _pairs(rows["number"].tolist())
    ]


def _pairs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(numbers))
