"""The teams that the engine follows, from the plan's own tables: who is in post, and the posts that are funded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.metrics.ages import ALL_AGES, age_from
from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import current_staff, in_pillars
from pipeline.model.supply.system import OLDEST, YOUNGEST
from pipeline.reference import default_ages
from pipeline.sources.vocabulary import BANDS, medical_grades

CELL, JOB = ["employer", "profession"], ["profession", "band"]
TEAM = ["employer", *JOB]
LADDER = ("1", *BANDS)
"""Agenda for Change, lowest first; band 1 is closed and still holds people in older files."""
CAREERS = ("support", "qualified", "doctors", "doctors in training")
SUPPORT, QUALIFIED, DOCTORS, IN_TRAINING = CAREERS
SUPPORT_BANDS = LADDER[: LADDER.index("4") + 1]
RESIDENT = "resident"
"""Pay grade of doctors in training."""
YEARS_OF_BAND = 5


@dataclass(frozen=True)
class Teams:
    """The teams of a plan.

    `teams` has employer, pillar, profession, band, career, heads, wte, posts (funded WTE; missing where no return gives
    them) in the order of TEAM. `rows` has the people in post: team (its number), age (first year), years (over how many
    they are spread), heads and wte for each of them.
    """

    teams: pd.DataFrame
    rows: pd.DataFrame

    @property
    def posts_known(self) -> float:
        """Share of the teams (0 to 1) whose funded posts are on file, doctors in training aside."""
        own = self.teams.loc[self.teams["career"] != IN_TRAINING, "posts"]
        return float(own.notna().mean()) if len(own) else 1.0


def teams_of(staff: pd.DataFrame, establishment: pd.DataFrame, scope: Scope, base_month: dt.date) -> Teams:
    """The teams of the plan's employers and pillars at the base month.

    Takes the canonical tables. Posts are those of the latest month of each employer and profession.
    Doctors in training hold posts that turn over by the calendar, so theirs are taken as funded as they are filled.
    """
    own = in_pillars(current_staff(up_to(staff, base_month), scope), scope)
    present = _people(own)
    posts = _posts(establishment, scope, base_month)
    pillars = pd.concat([own, posts])[[*CELL, "pillar"]].drop_duplicates(CELL)
    counted = present.groupby(TEAM, as_index=False)[["heads", "wte"]].sum()
    both = counted.merge(posts[[*TEAM, "posts"]], on=TEAM, how="outer").merge(pillars, on=CELL)
    both = both.fillna({"heads": 0.0, "wte": 0.0}).assign(career=both["band"].map(career_of).astype("str"))
    # A cell with some posts on file has none in its other teams.
    has_posts = both.groupby(CELL)["posts"].transform("count") > 0
    funded = both["posts"].mask(both["posts"].isna() & has_posts, 0.0)
    both = both.assign(posts=funded.mask(both["career"] == IN_TRAINING, both["wte"]))
    teams = both.sort_values(TEAM, ignore_index=True)
    return Teams(teams, _rows(present, teams))


def career_of(band: str) -> str:
    """The kind of career that a band or grade belongs to: support up to band 4, qualified above, or doctors."""
    grade = medical_grades().get(band)
    if grade is not None:
        return IN_TRAINING if grade == RESIDENT else DOCTORS
    return SUPPORT if band in SUPPORT_BANDS else QUALIFIED


def _people(own: pd.DataFrame) -> pd.DataFrame:
    """Heads and WTE by team and age band; where no headcount is published, the WTE made up to whole people."""
    heads = own["headcount"].astype("float64").fillna(np.ceil(own["wte"].astype("float64")))
    rows = own.assign(heads=heads, wte=own["wte"].astype("float64").fillna(heads))
    summed = rows.groupby([*TEAM, "age_band"], as_index=False)[["heads", "wte"]].sum()
    # A second role holds hours and no head of its own: its hours go to the team's people of that age.
    return summed[(summed["heads"] > 0) | (summed["wte"] > 0)]


def _posts(establishment: pd.DataFrame, scope: Scope, base_month: dt.date) -> pd.DataFrame:
    known = up_to(establishment, base_month)
    own = in_pillars(known[known["employer"].isin(scope.employers)], scope)
    latest = own.groupby(CELL)["month"].transform("max")
    now = own[own["month"] == latest]
    return now.groupby([*TEAM, "pillar"], as_index=False)["funded_wte"].sum().rename(columns={"funded_wte": "posts"})


def _rows(present: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """People by team and age; those of unknown age are spread as the others of their profession are, or as usual."""
    numbered = teams[TEAM].assign(team=np.arange(len(teams)))
    placed = present.merge(numbered, on=TEAM)
    known = placed[placed["age_band"] != ALL_AGES]
    known = known.assign(age=age_from(known["age_band"]).clip(YOUNGEST, OLDEST - 1))
    unknown = placed[placed["age_band"] == ALL_AGES]
    spread = [row for each in unknown.to_dict("records") for row in _spread(each, known)]
    columns = ["team", "age", "heads", "wte"]
    together = pd.concat([known[columns], pd.DataFrame(spread, columns=columns)], ignore_index=True)
    summed = together.groupby(["team", "age"], as_index=False)[["heads", "wte"]].sum()
    hours = summed.groupby("team")[["heads", "wte"]].transform("sum")
    some = summed[summed["heads"] > 0]
    # The hours of roles without a head are shared by the team's people, so that the team's WTE is as counted.
    counted = some.groupby("team")["wte"].transform("sum")
    each = some["wte"] / some["heads"] * (hours["wte"][some.index] / counted.where(counted > 0, 1.0))
    years = np.where(some["age"] < 20, 20 - some["age"], YEARS_OF_BAND)
    return pd.DataFrame(
        {
            "team": some["team"].astype("int32"),
            "age": some["age"].astype("int32"),
            "years": years.astype("int32"),
            "heads": some["heads"].round().astype("int32"),
            "wte": each,
        }
    ).reset_index(drop=True)


def _spread(row: dict[str, float], known: pd.DataFrame) -> list[tuple[float, float, float, float]]:
    """Whole people over the age bands, by largest remainder, each with the same WTE."""
    alike = known[known["profession"] == row["profession"]].groupby("age")["heads"].sum()
    if alike.empty:
        alike = pd.Series(default_ages("staff"))
    exact = row["heads"] * alike / alike.sum()
    heads = np.floor(exact)
    most = (exact - heads).sort_values(ascending=False, kind="stable").index[: round(row["heads"] - heads.sum())]
    heads.loc[most] += 1
    each = row["wte"] / row["heads"] if row["heads"] else 0.0
    return [(row["team"], float(age), count, count * each) for age, count in heads.items() if count]
