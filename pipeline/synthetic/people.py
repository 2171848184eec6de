"""People in funded posts, month by month for five years: ageing, leaving, moving, joining, and the posts themselves.

The order of events in a month is fixed: mergers, ageing, exits on the opening stock with transfers inside the system,
hiring and promotion into posts that stood vacant, changes of establishment, and the closing stock is recorded.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from pipeline.months import add_months, months_between
from pipeline.synthetic.careers import LEAVING, careers, usually_filled
from pipeline.synthetic.chance import Floats, uniforms
from pipeline.synthetic.establishment import first_posts, grow, merge, posts_at_start
from pipeline.synthetic.events import Events
from pipeline.synthetic.joining import Joining, join
from pipeline.synthetic.leaving import Leaving, leave
from pipeline.synthetic.parameters import month
from pipeline.synthetic.places import base_month
from pipeline.synthetic.posts import PERMANENT, Posts, ages_in_post, fill
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.teams import Integers, Slots, slots


@dataclass(frozen=True)
class History:
    """Everyone in post at each month end, the funded posts, and what happened in between.

    `in_post` has a row for each person and step: slot, age in years, fixed_term, worked and second (WTE). `funded` is
    WTE by step and slot. `events` as in events.py. `expected` is leavers to expect by team and reason (LEAVING).
    """

    slots: Slots
    months: tuple[dt.date, ...]
    in_post: pd.DataFrame
    funded: Floats
    events: pd.DataFrame
    expected: Floats


def months() -> tuple[dt.date, ...]:
    """The month ends of the history, the base month last."""
    first = month(careers()["first_month"])
    return tuple(add_months(first, step) for step in range(months_between(first, base_month()) + 1))


@cache
def history(recipe: Recipe) -> History:
    """The five years of a recipe."""
    layout, days = slots(recipe), months()
    leaving, joining, events = Leaving.of(layout, recipe, len(days) - 1), Joining.of(layout), Events()
    expected = np.zeros((len(layout.teams), len(LEAVING)))
    numbers = posts_at_start(layout)
    posts = first_posts(layout, numbers)
    _fill_at_start(posts, layout)
    closing = [_closing(posts, 0)]
    funded = [_funded(posts, layout)]
    for step, day in enumerate(days[1:], start=1):
        merge(posts, layout, events, step, day)
        posts.age += 1
        vacant = posts.vacant
        leave(posts, leaving, events, step, expected)
        join(posts, joining, events, step, day, vacant)
        posts = grow(posts, layout, numbers, step, day)
        closing.append(_closing(posts, step))
        funded.append(_funded(posts, layout))
    people = pd.concat(closing, ignore_index=True)
    return History(layout, days, people, np.array(funded), events.frame(), expected)


def _fill_at_start(posts: Posts, layout: Slots) -> None:
    shares = np.array([usually_filled(team.setting) for team in layout.teams])[layout.team[posts.slot]]
    which = np.flatnonzero(uniforms(posts.key, "filled") < shares)
    fill(posts, layout, which, ages_in_post(posts, layout, which), 0)
    posts.since[which] = -np.floor(uniforms(posts.key[which], "service") * careers()["longest_service"]).astype(
        np.int64
    )
    _contracts_at_start(posts, layout, which)


def _contracts_at_start(posts: Posts, layout: Slots, which: Integers) -> None:
    """Contracts that have begun before the first month end at any time in what they usually last."""
    training = layout.training[posts.slot[which]]
    drawn = uniforms(posts.key[which], "ends")
    years = 12 * np.floor(drawn * training / 12)
    until_training_ends = (careers()["training_ends"] - month(careers()["first_month"]).month) % 12
    longest = careers()["fixed_term"]["months"][1]
    fixed = np.where(posts.ends[which] == PERMANENT, PERMANENT, 1 + np.floor(drawn * longest))
    posts.ends[which] = np.where(training > 0, until_training_ends + years, fixed).astype(np.int64)


def _closing(posts: Posts, step: int) -> pd.DataFrame:
    here = np.flatnonzero(posts.filled)
    return pd.DataFrame(
        {
            "step": np.full(len(here), step, dtype=np.int16),
            "slot": posts.slot[here].astype(np.int32),
            "age": (posts.age[here] // 12).astype(np.int16),
            "fixed_term": posts.ends[here] != PERMANENT,
            "worked": posts.worked[here],
            "second": posts.second[here],
        }
    )


def _funded(posts: Posts, layout: Slots) -> Floats:
    return np.bincount(posts.slot, weights=posts.hours * posts.open, minlength=len(layout)).astype(np.float64)
