"""Sentences and tables about the time of year in tests, and what its busiest month asks of staff."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evidence.activity_seasons import PillarSeason
from pipeline.plan import PILLAR_NAMES
from pipeline.report.words import NOT_AVAILABLE, count, is_missing, join, percent, plural, wte

SEASON_NOTE = (
    "Against the average month of the year. Work: WTE that the counted tests of the pillar need in the busiest month "
    "beyond an average one, at today's pace. A season is relied on where it would have forecast the months of past "
    "years better by more than two standard errors; where too few years are on file it is shown as seen, drawn towards "
    "none."
)
TESTS_NOTE = "The tests of each pillar that need most staff. Against the average month of the year."
MAP_NOTE = (
    "Not relied on: too few years are on file to try the season, or it would not clearly have helped. Where a month of "
    "the year was seen once only, what was seen is drawn by half towards no season."
)
FORMATS = {
    **dict.fromkeys(("above_average", "below_average"), "percent"),
    "extra_work_wte": "wte",
}
TESTS_FORMATS = {**dict.fromkeys(("above_average", "below_average"), "percent"), "months_on_file": "count"}
TESTS_SHOWN, MANY_TESTS = 3, 3
"""Tests of a pillar that are listed, and how many it must have for any to be told apart from the pillar."""


def season_sentences(found: Sequence[PillarSeason], pillars: Sequence[str]) -> list[str]:
    """What a planner needs to know of the season of tests. Takes activity_seasons and the plan's pillars."""
    if not found:
        return ["In which months more tests are done cannot be said: no test was counted for two whole years."]
    used = sorted((each for each in found if each.used), key=lambda each: -each.factors.max())
    first = "Need is worked out for a year's work, so it is that of an average month."
    said = [" ".join([first, *map(_busiest, used), *([PEAK] if used else [])]), *_left_out(found), *_untried(found)]
    said += _uncounted([pillar for pillar in pillars if pillar not in {each.pillar for each in found}])
    return [" ".join(said)]


PEAK = (
    "Rotas and leave, not establishment, carry such a peak: posts for the busiest month would stand idle in the others."
)


def _busiest(season: PillarSeason) -> str:
    most, least = season.factors.max() - 1, 1 - season.factors.min()
    work = (
        ""
        if is_missing(season.wte)
        else f", which at today's pace is the work of {wte(season.extra_wte)} WTE more than in an average month"
    )
    return (
        f"**In {_month(season.busiest)}, the busiest month, tests of {PILLAR_NAMES[season.pillar]} run "
        f"{percent(most)} above the average month**{work}; in {_month(season.quietest)}, the quietest, they run "
        f"{percent(least)} below it."
    )


def _left_out(found: Sequence[PillarSeason]) -> list[str]:
    names = [PILLAR_NAMES[each.pillar] for each in found if each.origins and not each.used]
    if not names:
        return []
    return [
        f"For {join(names)} no month can be relied on to be busier: months not yet known would not clearly have been "
        "forecast better with the season."
    ]


def _untried(found: Sequence[PillarSeason]) -> list[str]:
    few = [each for each in found if not each.origins]
    if not few:
        return []
    return [
        f"For {join([PILLAR_NAMES[each.pillar] for each in few])} too few years are on file to try whether the season "
        f"comes again; what was seen so far is in the table."
    ]


def _uncounted(pillars: Sequence[str]) -> list[str]:
    if not pillars:
        return []
    return [f"No test of {join([PILLAR_NAMES[pillar] for pillar in pillars], 'or')} was counted for two whole years."]


def season_table(found: Sequence[PillarSeason]) -> pd.DataFrame:
    """The busiest and the quietest month of each pillar and what they rest on, for a reader."""
    rows = [
        {
            "pillar": _name(each.pillar),
            **_ends(each.factors),
            "extra_work_wte": each.extra_wte,
            "tests": len(each.tests),
            "whole_years": join([count(year) for year in dict.fromkeys(each.years)], "to"),
            "relied_on": _relied_on(each),
        }
        for each in found
    ]
    return pd.DataFrame(rows)


def tests_table(found: Sequence[PillarSeason]) -> pd.DataFrame:
    """The season of the tests that need most staff, of pillars with enough tests to tell them apart, for a reader."""
    rows = [
        {"test": test.test, "pillar": _name(each.pillar), **_ends(test.factors), "months_on_file": test.months}
        for each in found
        if len(each.tests) >= MANY_TESTS
        for test in each.tests[:TESTS_SHOWN]
    ]
    return pd.DataFrame(rows)


def season_map(found: Sequence[PillarSeason]) -> pd.DataFrame:
    """Tests of each month of the year against the average month, a share, for a heat map: a row a pillar."""
    names = [f"{_name(each.pillar)}{'' if each.used else ' (not relied on)'}" for each in found]
    rows = [each.factors - 1 for each in found]
    return pd.DataFrame(rows, index=names, columns=list(calendar.month_abbr[1:])).rename_axis("pillar")


def whole_percent(value: float) -> str:
    """A share as a whole percentage: 0.057 is 6%."""
    return NOT_AVAILABLE if is_missing(value) else f"{count(100 * value)}%"


def _ends(factors: NDArray[np.float64]) -> dict[str, object]:
    return {
        "busiest_month": _month(int(factors.argmax()) + 1),
        "above_average": factors.max() - 1,
        "quietest_month": _month(int(factors.argmin()) + 1),
        "below_average": 1 - factors.min(),
    }


def _relied_on(season: PillarSeason) -> str:
    if not season.origins:
        return "too few years to try"
    tried = f"errors of {percent(season.plain)} without, {percent(season.seasonal)} with it, {_years(season.origins)}"
    return f"{'yes' if season.used else 'no'}: {tried}"


def _years(number: int) -> str:
    return f"{plural(number, 'year')} tried"


def _name(pillar: str) -> str:
    return PILLAR_NAMES[pillar].capitalize()


def _month(number: int) -> str:
    return calendar.month_name[number]
