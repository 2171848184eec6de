"""How vacancies are filled: pace of hiring, promotion and recruitment abroad, and ages on arrival (section 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months, months_back
from pipeline.model.supply.exits import ALIKE, Differing, by_year_of_age, differing, drawn, of_cells
from pipeline.model.supply.exposure import History
from pipeline.model.supply.recency import UNTRIED, Choice, by_month, chosen, every_month, weighed
from pipeline.model.supply.routes import Intakes
from pipeline.model.supply.seasons import NO_SEASONS, Seasons, seasons
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

AT_MONTH = ["employer", "month"]


@dataclass(frozen=True)
class Pace:
    """How a system fills vacancies, by profession and band.

    `hired` people a month and `promoted` people a month for each vacancy of a head; `abroad` has people a month from
    abroad by profession and band (profession, band, heads). `by_team` says how the pace of each employer and profession
    differs from that of its bands. `months` is how many months were measured, 0 for none, and `memory` how they count.
    """

    hired: dict[tuple[str, str], float]
    promoted: dict[tuple[str, str], float]
    abroad: pd.DataFrame
    months: int
    by_team: Differing = ALIKE
    memory: Choice = UNTRIED
    seasons: Seasons = NO_SEASONS
    by_year: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["hires", "abroad", "pace"]))

    def of(self, teams: Teams) -> Real:
        """People hired a month for each vacancy, by team."""
        jobs = teams.teams[JOB].itertuples(index=False, name=None)
        pace = np.array([self.hired.get(job, 0.0) for job in jobs])
        return np.minimum(pace * of_cells(self.by_team, teams.teams), engine("most_moves_a_vacancy"))


def pace(past: History, vacant: pd.DataFrame, teams: Teams, intakes: Intakes, wait: float, usual_months: float) -> Pace:
    """The pace at which the plan's employers filled vacancies in the months of its history.

    `vacant` is the result of vacant_heads; newly qualified people count as hired but for those whom the `intakes` of
    training routes on file brought; `wait` is months from an offer to the first day. A pace is people hired over
    vacancies without an offer, v − wait × hired; each profession is drawn towards all, each band towards its
    profession, and each employer's towards that of its bands. Months count as forecasts of a year's hires fare best
    (recency). Without a history a vacancy is filled in `usual_months`, offer and wait together.
    """
    # Moves inside the system are no hires, but an employer that sent them has sent its joiners of that month.
    shared = vacant.merge(past.at_risk[AT_MONTH].drop_duplicates(), on=AT_MONTH)
    if len(past.joined):
        shared = shared[shared["month"].between(past.joined["month"].min(), past.joined["month"].max())]
    recent = last_months(past.joined, int(engine("months_of_promotion"))) if len(past.joined) else past.joined
    latest = shared.merge(recent[AT_MONTH].drop_duplicates(), on=AT_MONTH)
    abroad = _abroad(recent, latest)
    if latest.empty:
        fill = float(1.0 / open_months(usual_months, wait))
        every = {job: fill for job in _jobs(teams)}
        return Pace(every, {job: 0.0 for job in every}, abroad, 0)
    hires = _counted_as_hired(past.joined, intakes).merge(shared[AT_MONTH].drop_duplicates(), on=AT_MONTH)
    posts = shared.rename(columns={"vacant": "heads"})
    memory = _memory(hires, posts, wait)
    last = posts["month"].max()
    came, stood = (weighed(rows, memory.memory, last) for rows in (hires, posts))
    table = _free(came, stood, wait, JOB)
    hired = _drawn_together(table, teams)
    cells = _free(hires, posts, wait, [*CELL, "band"])
    usual = [hired.get((row.profession, row.band), 0.0) for row in cells.itertuples()]
    expected = _levelled(cells.assign(expected=cells["free"] * usual))
    up = _promotions(past, latest).merge(latest.groupby(JOB, as_index=False)["vacant"].sum(), on=JOB, how="left")
    return Pace(
        hired,
        {
            (row.profession, row.band): min(row.moves / row.vacant, engine("most_moves_a_vacancy"))
            for row in up.itertuples()
            if row.vacant > 0 and row.moves > 0
        },
        abroad,
        posts["month"].nunique(),
        differing(*(expected.groupby(CELL)[name].sum() for name in ("hires", "expected"))),
        memory,
        _seasons(hires, posts, wait),
        _by_year(hires, posts, recent, wait),
    )


def _memory(hires: pd.DataFrame, posts: pd.DataFrame, wait: float) -> Choice:
    """How far back hiring is measured: what forecasts the hires of a year by profession best, given the vacancies."""
    months = every_month(posts["month"])
    who = pd.Index(sorted(posts["profession"].unique()), name="profession")
    events, open_ = (by_month(rows, months, who, ["profession"]) for rows in (hires, posts))

    def rates(came: Real, stood: Real) -> Real:
        free = np.maximum(stood - wait * came, came / engine("most_moves_a_vacancy"))
        level = max(float(came.sum()), 0.5) / max(float(free.sum()), 1.0)
        return np.asarray((came + 0.5) / (free + 0.5 / level))

    return chosen(events, open_, rates, lambda rate, stood: rate * stood / (1.0 + wait * rate))


def _free(hires: pd.DataFrame, posts: pd.DataFrame, wait: float, keys: list[str]) -> pd.DataFrame:
    """People hired and vacancies without an offer by `keys`; no vacancy is filled more than `most_moves_a_vacancy`."""
    stood = posts.groupby(keys)["heads"].sum().rename("stood")
    both = stood.to_frame().join(hires.groupby(keys)["heads"].sum().rename("hires")).fillna(0.0).reset_index()
    least = both["hires"] / engine("most_moves_a_vacancy")
    return both.assign(free=np.maximum(both["stood"] - wait * both["hires"], least))


def _levelled(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with hires expected over all months, at the level of all months where the latest count for more."""
    whole = float(cells["expected"].sum())
    level = float(cells["hires"].sum()) / whole if whole else 0.0
    return cells.assign(expected=cells["expected"] * level)


def _seasons(hires: pd.DataFrame, posts: pd.DataFrame, wait: float) -> Seasons:
    months = every_month(posts["month"])
    came, stood = (rows.groupby("month")["heads"].sum().reindex(months).fillna(0.0) for rows in (hires, posts))
    free = np.maximum(stood - wait * came.mean(), came).where(stood > 0, 0.0)
    return seasons(came.to_numpy(dtype=np.float64), free.to_numpy(dtype=np.float64), months[0].month)


def _by_year(hires: pd.DataFrame, posts: pd.DataFrame, recent: pd.DataFrame, wait: float) -> pd.DataFrame:
    """People hired, people from abroad and the pace of hiring in each whole year, the latest first."""
    last = posts["month"].max()
    back = sorted(set(months_back(pd.DatetimeIndex(posts["month"].unique()), last).tolist()))
    whole = [year for year in range(len(back)) if set(range(12 * year, 12 * year + 12)) <= set(back)]
    abroad = recent[recent["origin"] == ORIGINS[INTERNATIONAL]]
    sums = [
        rows.groupby(months_back(rows["month"], last) // MONTHS_IN_YEAR)["heads"].sum().reindex(whole, fill_value=0.0)
        for rows in (hires, posts, abroad)
    ]
    free = np.maximum(sums[1] - wait * sums[0], sums[0]).clip(lower=1e-9)
    return pd.DataFrame({"hires": sums[0], "abroad": sums[2], "pace": sums[0] / free})


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

    Of a history; where an origin and career have under `few_people` people, that of all careers; else ages.csv.
    """
    shares = np.zeros((len(ORIGINS), len(CAREERS), AGES))
    for origin, name in enumerate(ORIGINS):
        came = past.joined[past.joined["origin"] == name] if len(past.joined) else past.joined
        for career, kind in enumerate(CAREERS):
            own = came[came["career"] == kind] if len(came) else came
            best = own if len(own) and own["heads"].sum() >= engine("few_people") else came
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


def _counted_as_hired(joined: pd.DataFrame, intakes: Intakes) -> pd.DataFrame:
    """People hired, among them the share of newly qualified people whom no route on file brought."""
    newly = joined["origin"] == ORIGINS[NEWLY_QUALIFIED]
    came = joined[newly].groupby("profession")["heads"].sum()
    inside = intakes.brought["month"].between(joined["month"].min(), joined["month"].max())
    brought = intakes.brought[inside].groupby("profession")["people"].sum().reindex(came.index).fillna(0.0)
    of_route = came.index.isin(sorted(intakes.professions))
    share = (1.0 - (brought / came.where(came > 0)).where(of_route, 0.0)).fillna(1.0).clip(lower=0.0)
    heads = joined["heads"] * joined["profession"].map(share).fillna(1.0).where(newly, 1.0)
    return joined.assign(heads=heads)[newly | (joined["origin"] == ORIGINS[HIRED])]


def _drawn_together(table: pd.DataFrame, teams: Teams) -> dict[tuple[str, str], float]:
    """People a month for each free vacancy: bands drawn towards their profession, and that towards all (pooling)."""
    every = table["hires"].sum() / max(table["free"].sum(), 1.0)
    sums = table.groupby("profession")[["hires", "free"]].sum()
    of_profession = every * drawn(sums["hires"], every * sums["free"])
    usual = table["profession"].map(of_profession)
    found = usual * drawn(table["hires"], usual * table["free"])
    known = dict(zip(table[JOB].itertuples(index=False, name=None), found, strict=True))
    most = engine("most_moves_a_vacancy")
    return {job: min(float(known.get(job, of_profession.get(job[0], every))), most) for job in _jobs(teams)}


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
