"""The population to come: whole years, whole ages and sexes, of the plan's own places."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pandas as pd

from pipeline.months import add_months
from pipeline.problems import Problem
from pipeline.sources.organisations import PLACES, codes_of
from pipeline.sources.rules.kit import CrossRule, Known, listed, problems

TABLE = "population_projection"
SEXES = ("female", "male")


def _years(known: Known) -> Iterator[Problem]:
    horizon = add_months(known.plan.base_month, known.plan.file.horizon_months).year
    for _, rows in known.rows(TABLE).groupby("area", sort=False):
        years = rows.drop_duplicates("year").sort_values("year")
        before = years["year"].shift()
        rule = "years are missing before this one; a projection has every year to its last"
        yield from problems(years[before.notna() & (years["year"] > before + 1)], "year", rule)
        rule = f"the projection of this area should reach the plan's horizon, {horizon}; add the years after this one"
        yield from problems(years.tail(1)[years["year"].tail(1) < horizon], "year", rule)


def _whole_years(known: Known) -> Iterator[Problem]:
    """Years of an area that lack a sex, or an age band that another year of the area has."""
    for _, rows in known.rows(TABLE).groupby("area", sort=False):
        wanted = set(product(SEXES, rows["age_band"].unique()))
        for _, year in rows.groupby("year", sort=True):
            missing = sorted(wanted - set(zip(year["sex"], year["age_band"], strict=True)))
            rule = f"this year of the area lacks {listed(f'{sex} {age_band}' for sex, age_band in missing)}; add them"
            yield from problems(year.head(1 if missing else 0), "age_band", rule, _area_and_year(year))


def _area_and_year(rows: pd.DataFrame) -> str:
    return f"{rows['area'].iloc[0]}, {rows['year'].iloc[0]}"


def _areas(known: Known) -> Iterator[Problem]:
    """Areas that are neither the plan's boards, of any date, nor places under them; where the files know any."""
    organisations = known.tables.get("organisations")
    if organisations is None:
        return
    boards = codes_of(organisations, known.plan.file.ics)
    places = organisations["kind"].isin(PLACES) & organisations["parent"].isin(boards)
    allowed = sorted(boards) + sorted(set(organisations.loc[places, "code"]))
    rows = known.rows(TABLE)
    rule = f"this is neither a board of the plan nor one of its sub-locations ({listed(allowed)}); correct the code"
    yield from problems(rows[~rows["area"].isin(allowed)], "area", rule)


RULES = (
    CrossRule((TABLE,), "The years of an area run without holes to the year of the plan's horizon.", _years),
    CrossRule((TABLE,), "Each year of an area has both sexes and every age band of its other years.", _whole_years),
    CrossRule(
        (TABLE,),
        "An area is a board of the plan, under any code it has had, or a sub-location of one.",
        _areas,
    ),
)
