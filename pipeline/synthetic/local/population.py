"""The population to come, from the people registered now; and the staff of general practices.

Each year: deaths by age and sex, those who grow out of an age band, births, and moves into the system. Where s of a
band's people survive a year and it spans n years, s^(n-1) / (1 + s + ... + s^(n-1)) of the survivors grow out of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from pipeline.synthetic.chance import apportion, spread, stream
from pipeline.synthetic.local.frames import Row, local_parameters, own_frame
from pipeline.synthetic.local.system import board, locations
from pipeline.synthetic.places import Practice, places
from pipeline.synthetic.recipe import Recipe

SEXES = ("female", "male")
BANDS = [*(f"{low:02d}-{low + 4:02d}" for low in range(0, 95, 5)), "95+"]
# As the registered patients are drawn: bands from 60 upwards are scaled by how much older a place is.
OLDER_FROM = 12
People = dict[str, list[float]]
"""People by sex, a number for each age band."""


def population_projection(recipe: Recipe) -> pd.DataFrame:
    """People by year, sex and age band; the first year is those registered with the practices."""
    return own_frame("population_projection", _rows(recipe))


def _rows(recipe: Recipe) -> Iterator[Row]:
    own = local_parameters("population")
    moves = spread(stream(recipe.seed, "moves"), own["moves_sd"])
    people = registered(recipe)
    for year in range(own["first_year"], own["last_year"] + 1):
        for sex in SEXES:
            for band, number in zip(BANDS, people[sex], strict=True):
                yield {"year": year, "area": board(recipe), "sex": sex, "age_band": band, "persons": round(number)}
        people = _a_year_on(people, year - own["first_year"], moves)


def registered(recipe: Recipe) -> People:
    """People registered with the practices of the system, by sex and age band."""
    people: People = {sex: [0.0] * len(BANDS) for sex in SEXES}
    for sub in locations(recipe):
        weights = [share * (sub.older if band >= OLDER_FROM else 1.0) for band, share in enumerate(places(recipe).ages)]
        for band, number in enumerate(apportion(sub.persons, weights)):
            women = round(number * places(recipe).female_share[band])
            people["female"][band] += women
            people["male"][band] += number - women
    return people


def _a_year_on(people: People, years: int, moves: float) -> People:
    own = local_parameters("population")
    births = _births(people, years)
    born = {"female": births * own["girls"], "male": births * (1 - own["girls"])}
    return {sex: _older(people[sex], born[sex], own["deaths"][sex], years, moves) for sex in SEXES}


def _births(people: People, years: int) -> float:
    own = local_parameters("population")
    mothers = sum(people["female"][BANDS.index(band)] for band in own["mothers"])
    return float(mothers * own["births"] * math.exp(-own["births_fall"] * years))


def _older(numbers: list[float], born: float, deaths: list[float], years: int, moves: float) -> list[float]:
    own = local_parameters("population")
    survival = [1 - share * math.exp(-own["deaths_fall"] * years) for share in deaths]
    alive = [number * share for number, share in zip(numbers, survival, strict=True)]
    # Nobody grows out of the last band.
    leaving = [number * _grows_out(share) for number, share in zip(alive[:-1], survival[:-1], strict=True)] + [0.0]
    arriving = [born, *leaving[:-1]]
    moved = [number * share * moves for number, share in zip(numbers, own["moves"], strict=True)]
    return [number - out + new + move for number, out, new, move in zip(alive, leaving, arriving, moved, strict=True)]


def _grows_out(survival: float) -> float:
    """Share of a band's people in its last year of age, each year having `survival` times those of the one before."""
    ages = [survival**age for age in range(local_parameters("population")["band_years"])]
    return ages[-1] / sum(ages)


def practices(recipe: Recipe) -> pd.DataFrame:
    """The general practices of the system and their staff."""
    codes = {sub.code for sub in locations(recipe)}
    own = [practice for practice in places(recipe).practices if practice.sub_icb in codes]
    return own_frame("practices", (_practice(recipe.seed, practice) for practice in own))


def _practice(seed: int, practice: Practice) -> Row:
    own = local_parameters("population")["practices"]
    rng = stream(seed, "practice", practice.code)
    kinds = [name for name in own if name.endswith("_wte")]
    staff = {kind: round(practice.persons / 1000 * own[kind] * spread(rng, own["spread"]), 1) for kind in kinds}
    return {
        **{"as_of": own["as_of"], "practice": practice.code, "practice_name": practice.name.strip(" ,").title()},
        **{"sub_icb": practice.sub_icb, "patients": practice.persons, **staff},
    }
