"""The simulated history as tables: what each slot is, who is in post, and WTE by employer, profession and month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

import pandas as pd

from pipeline.plan import PILLARS
from pipeline.synthetic.people import History, history
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.settings import group
from pipeline.synthetic.teams import slots

AGE_STEP = 5
YOUNGEST_BAND, UNDER = 20, "Under 20"
PERMANENT, FIXED_TERM = "Permanent", "Fixed Term"
BY_PROFESSION = ["employer", "pillar", "profession"]


@cache
def slot_facts(recipe: Recipe) -> pd.DataFrame:
    """What each slot is, a row for each in their order.

    Columns: employer, ics, pillar, profession, setting, group, kind, source, staff_group, area, level, band.
    """
    layout = slots(recipe)
    rows = []
    for number, cell in zip(layout.team.tolist(), layout.cells, strict=True):
        team = layout.teams[number]
        pillar, profession = team.setting.place
        rows.append(
            {
                "team": number,
                "employer": team.trust.code,
                "ics": team.trust.ics,
                "pillar": pillar,
                "profession": profession,
                "setting": team.setting.setting,
                "group": team.setting.group,
                "kind": team.setting.kind,
                "source": team.setting.source,
                "staff_group": group(team.setting.group)["esr"],
                "area": team.setting.label,
                "level": cell.level,
                "band": cell.plain_band,
            }
        )
    return pd.DataFrame(rows)


def step_of(recipe: Recipe, day: dt.date) -> int:
    """The step of a month end."""
    return history(recipe).months.index(day)


def in_plan(recipe: Recipe, merged: bool = False) -> pd.Series:
    """Whether each slot is one of the four pillars at an employer of the plan (or at one that has merged into it)."""
    facts = slot_facts(recipe)
    own = {trust.code for trust in places(recipe).employers}
    if merged:
        own |= {trust.code for trust in places(recipe).closed}
    return facts["employer"].isin(own) & facts["pillar"].isin(PILLARS)


def people_of(recipe: Recipe, wanted: pd.Series, columns: Sequence[str]) -> pd.DataFrame:
    """Everyone in post in the wanted slots, by step, with some facts of their slots."""
    made = history(recipe).in_post
    kept = made[wanted.to_numpy()[made["slot"]]]
    return kept.join(slot_facts(recipe)[list(columns)], on="slot")


def smallest_employer(recipe: Recipe) -> str:
    """The employer with the fewest diagnostic staff at the base month."""
    people = people_of(recipe, in_plan(recipe), ["employer"])
    last = people[people["step"] == people["step"].max()]
    return str(last["employer"].value_counts().sort_index(ascending=False).idxmin())


def age_bands(ages: pd.Series) -> pd.Series:
    """Ages in years as bands: Under 20, 25-29."""
    first = ages // AGE_STEP * AGE_STEP
    names = {low: f"{low}-{low + AGE_STEP - 1}" if low >= YOUNGEST_BAND else UNDER for low in first.unique()}
    return first.map(names)


def contracts(fixed_term: pd.Series) -> pd.Series:
    """Contracts in words."""
    return fixed_term.map({True: FIXED_TERM, False: PERMANENT})


@cache
def by_profession(recipe: Recipe) -> pd.DataFrame:
    """Headcount, WTE and funded WTE by step, employer (merged ones too), pillar and profession of the plan's system."""
    wanted = in_plan(recipe, merged=True)
    people = people_of(recipe, wanted, BY_PROFESSION)
    totals = people.groupby(["step", *BY_PROFESSION])["worked"].agg(headcount="size", wte="sum")
    funded = _funded(history(recipe), slot_facts(recipe)[wanted.to_numpy()])
    both = pd.concat([totals, funded.groupby(["step", *BY_PROFESSION])["funded_wte"].sum()], axis=1)
    both = both[both["funded_wte"].fillna(0) + both["wte"].fillna(0) > 0].fillna(0.0).round(5)
    return both.astype({"headcount": "int64"}).sort_index().reset_index()


def funded_by_band(recipe: Recipe) -> pd.DataFrame:
    """Funded WTE by step, employer, pillar, profession and band of the plan's employers."""
    funded = _funded(history(recipe), slot_facts(recipe)[in_plan(recipe).to_numpy()])
    return funded.groupby(["step", *BY_PROFESSION, "band"], as_index=False)["funded_wte"].sum()


def _funded(made: History, facts: pd.DataFrame) -> pd.DataFrame:
    wide = pd.DataFrame(made.funded[:, facts.index], columns=facts.index).rename_axis(index="step", columns="slot")
    long = wide.stack().rename("funded_wte").reset_index()
    return long[long["funded_wte"] > 0].join(facts[[*BY_PROFESSION, "band"]], on="slot")


def month_ends(recipe: Recipe, steps: pd.Series) -> pd.Series:
    """Steps as month ends."""
    return pd.to_datetime(steps.map(dict(enumerate(history(recipe).months))))
