"""How funded posts come and go: growth month by month, a freeze, an expansion, a merger of trusts."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from pipeline.months import add_months, months_between
from pipeline.synthetic.chance import uniforms
from pipeline.synthetic.events import MERGED, MOVE_IN, MOVE_OUT, Events
from pipeline.synthetic.joining import is_expanded
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.places import Trust, base_month
from pipeline.synthetic.posts import Posts, new_posts
from pipeline.synthetic.teams import Integers, Slots, Team


def posts_at_start(slots: Slots) -> list[int]:
    """Funded posts of each team in the first month, such that growth leads to those of the base month."""
    years = months_between(month(parameters("careers")["first_month"]), base_month()) / 12
    amounts = [team.posts * math.exp(-team.setting.growth * years) for team in slots.teams]
    keys = np.array([team.key for team in slots.teams], dtype=np.uint64)
    wholes = np.floor(np.array(amounts) + uniforms(keys, "posts at start")).astype(int)
    # A team that exists has a post, but not a team that a merged trust never had.
    return [max(int(number), 1) if team.posts else 0 for number, team in zip(wholes, slots.teams, strict=True)]


def grow(posts: Posts, slots: Slots, numbers: list[int], step: int, day: dt.date) -> Posts:
    """The posts with those that the month adds or closes. `numbers` counts the posts each team has ever had."""
    held = np.bincount(slots.team[posts.slot[posts.open]], minlength=len(slots.teams))
    keys = np.array([team.key for team in slots.teams], dtype=np.uint64)
    rates = np.array([growth(team, day) / 12 for team in slots.teams])
    change = np.floor(held * np.abs(rates) + uniforms(keys, "growth", step)) * np.sign(rates)
    change += [_expansion(team, day, number) for team, number in zip(slots.teams, held.tolist(), strict=True)]
    for team in np.flatnonzero(change > 0).tolist():
        more = int(change[team])
        posts = posts.extended(new_posts(slots, team, numbers[team], more, step))
        numbers[team] += more
    for team in np.flatnonzero(change < 0).tolist():
        _close(posts, slots, team, -int(change[team]), step)
    return posts


def growth(team: Team, day: dt.date) -> float:
    """True log growth a year of a team's funded posts in a month."""
    for row in parameters("planted")["freeze"]:
        if row["trust"] == team.trust.code and month(row["from"]) <= day <= month(row["to"]):
            return 0.0
    gone = team.trust.closed is not None and day > team.trust.closed
    planted = [row for row in parameters("planted")["small_team"] if row["trust"] == team.trust.code]
    small = any(row["setting"] == team.setting.setting for row in planted)
    return 0.0 if gone or small else team.setting.growth


def _expansion(team: Team, day: dt.date, posts: int) -> int:
    rows = parameters("planted")["expansion"]
    return sum(round(posts * row["share"]) for row in rows if is_expanded(row, team) and month(row["month"]) == day)


def _close(posts: Posts, slots: Slots, team: int, number: int, step: int) -> None:
    """Close vacant posts of a team, as far as there are any."""
    vacant = np.flatnonzero(posts.vacant & (slots.team[posts.slot] == team))
    order = np.argsort(uniforms(posts.key[vacant], "close", step), kind="stable")
    posts.open[vacant[order[:number]]] = False


def merge(posts: Posts, slots: Slots, events: Events, step: int, day: dt.date) -> None:
    """Posts of a trust whose last day was in the month before go to its successor, with the people in them."""
    for trust in dict.fromkeys(team.trust for team in slots.teams if team.trust.closed == add_months(day, -1)):
        theirs = np.flatnonzero(np.isin(posts.slot, _slots_of(slots, trust.code)))
        people = theirs[posts.filled[theirs]]
        events.add(posts, people, step, MOVE_OUT, MERGED)
        posts.slot[theirs] = _successors(slots, trust)[posts.slot[theirs]]
        events.add(posts, people, step, MOVE_IN, MERGED)


def _slots_of(slots: Slots, trust: str) -> list[int]:
    return [slot for slot, team in enumerate(slots.team.tolist()) if slots.teams[team].trust.code == trust]


def _successors(slots: Slots, trust: Trust) -> Integers:
    """For each slot the one that takes over its posts."""
    after = np.arange(len(slots))
    targets = {(slots.teams[slots.team[s]].setting, slots.cells[s]): s for s in _slots_of(slots, trust.successor)}
    for slot in _slots_of(slots, trust.code):
        after[slot] = targets[slots.teams[slots.team[slot]].setting, slots.cells[slot]]
    return after


def first_posts(slots: Slots, numbers: list[int]) -> Posts:
    """The posts of the first month, all vacant."""
    made = [new_posts(slots, team, 0, number, 0) for team, number in enumerate(numbers)]
    posts = made[0]
    for more in made[1:]:
        posts = posts.extended(more)
    return posts
