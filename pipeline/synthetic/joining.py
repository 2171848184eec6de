"""Who fills the vacant posts in a month: by reason, season, campaign and freeze, or by promotion from below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.months import months_between
from pipeline.synthetic.careers import JOINING, PROMOTION, careers, joining_mix, joining_season
from pipeline.synthetic.chance import Floats, choose, uniforms
from pipeline.synthetic.events import JOINER, MOVE_IN, MOVE_OUT, PROMOTED, Events, by_reason
from pipeline.synthetic.leaving import retention
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.posts import PERMANENT, Posts, ages_on_joining, fill, kind_of
from pipeline.synthetic.teams import Flags, Integers, Slots, Team


@dataclass(frozen=True)
class Joining:
    """What the month's joining needs of every slot: its mix of reasons, and months to fill a post."""

    slots: Slots
    mix: Floats
    months_to_fill: Floats

    @classmethod
    def of(cls, slots: Slots) -> Joining:
        """From the slots and the parameters."""
        by_team = np.array([months_to_fill(team) for team in slots.teams])
        return cls(slots, joining_mix()[kind_of(slots), slots.entry.astype(np.int64)], by_team[slots.team])


def months_to_fill(team: Team) -> float:
    """How long a vacant post of a team stands empty, on average, but for season, campaign and freeze."""
    return float(retention(team).get("fill", team.setting.fill))


def join(posts: Posts, joining: Joining, events: Events, step: int, day: dt.date, vacant: Flags) -> None:
    """Fill posts that stood vacant at the start of the month (`vacant`), and training posts vacated in it."""
    slots = joining.slots
    training = slots.training[posts.slot] > 0
    which = np.flatnonzero(posts.vacant & (vacant | training))
    hazard = _hazards(joining, posts.slot[which], day)
    chance = 1 - np.exp(-hazard.sum(axis=1))
    if day.month == careers()["training_ends"]:
        chance = np.where(training[which], careers()["training_filled"], chance)
    chosen = uniforms(posts.key[which], "join", step) < chance
    which, hazard = which[chosen], hazard[chosen]
    reasons = choose(uniforms(posts.key[which], "way in", step), hazard)
    promoted = reasons == JOINING.index(PROMOTION)
    for post in which[promoted].tolist():
        _promote(posts, slots, events, step, post)
    outside = which[~promoted]
    fill(posts, slots, outside, ages_on_joining(posts, slots, outside, reasons[~promoted], step), step)
    for reason, joiners in by_reason(outside, reasons[~promoted], JOINING):
        events.add(posts, joiners, step, JOINER, reason)


def _hazards(joining: Joining, slot: Integers, day: dt.date) -> Floats:
    """Monthly hazards of being filled: a row for each post and a column for each reason."""
    pace = _pace(joining, day)[slot]
    season = joining_season()[day.month - 1]
    return np.asarray(joining.mix[slot] * season * _campaign(joining.slots, day)[slot] * pace[:, None])


def _pace(joining: Joining, day: dt.date) -> Floats:
    """Hazard of filling a post of each slot, over all reasons."""
    pace = 1 / joining.months_to_fill
    teams = joining.slots.teams
    for row in parameters("planted")["freeze"]:
        if month(row["from"]) <= day <= month(row["to"]):
            frozen = np.array([team.trust.code == row["trust"] for team in teams])[joining.slots.team]
            pace = np.where(frozen & (joining.slots.training == 0), pace * row["hiring"], pace)
    for row in parameters("planted")["expansion"]:
        months = months_between(month(row["month"]), day)
        if 0 <= months < row["quick_months"]:
            grown = np.array([is_expanded(row, team) for team in teams])[joining.slots.team]
            pace = np.where(grown, 1 / row["fill"], pace)
    return np.asarray(pace)


def is_expanded(row: Mapping[str, object], team: Team) -> bool:
    """Whether an expansion is of this team."""
    return (row["trust"], row["setting"], row["group"]) == team.name


def _campaign(slots: Slots, day: dt.date) -> Floats:
    """Factor of campaigns on the hazard of each reason, by slot and reason."""
    factor = np.ones((len(slots), len(JOINING)))
    for row in parameters("planted")["campaign"]:
        if month(row["from"]) <= day <= month(row["to"]):
            named = [
                team.trust.code in row["trusts"] and team.name[1:] == (row["setting"], row["group"])
                for team in slots.teams
            ]
            factor[np.array(named)[slots.team], JOINING.index(row["reason"])] = row["times"]
    return factor


def _promote(posts: Posts, slots: Slots, events: Events, step: int, post: int) -> None:
    """Someone from the next band down of the team, or of the team that feeds it, takes the post; nobody may."""
    candidates = _ready(posts, np.flatnonzero(posts.filled & _below(posts, slots, post)), step)
    if not len(candidates):
        return
    who = candidates[[np.argmin(uniforms(posts.key[candidates], "promotion", step))]]
    there = np.array([post])
    worked = np.minimum(posts.worked[who], posts.hours[there])
    across = slots.team[posts.slot[who[0]]] != slots.team[posts.slot[post]]
    if across:
        events.add(posts, who, step, MOVE_OUT, PROMOTED)
    posts.filled[who] = False
    fill(posts, slots, there, posts.age[who], step)
    posts.worked[there], posts.second[there], posts.ends[there] = worked, 0.0, PERMANENT
    if across:
        events.add(posts, there, step, MOVE_IN, PROMOTED)


def _ready(posts: Posts, candidates: Integers, step: int) -> Integers:
    """Those who have been in post long enough, have a permanent contract and are not about to retire."""
    rule = careers()["promotion"]
    ready = posts.since[candidates] <= step - rule["months_in_post"]
    ready &= (posts.ends[candidates] == PERMANENT) & (posts.age[candidates] < rule["oldest"] * 12)
    return np.asarray(candidates[ready])


def _below(posts: Posts, slots: Slots, post: int) -> Flags:
    """Posts of the highest band below a post's own in its team, or in the team that feeds it."""
    slot = int(posts.slot[post])
    team = slots.teams[slots.team[slot]]
    fed = team.setting.fed_by
    sources = [
        number
        for number, each in enumerate(slots.teams)
        if each.trust == team.trust
        and (each is team or (fed and each.setting.setting == fed and each.setting.group == team.setting.group))
    ]
    lower = np.isin(slots.team, sources) & (slots.rank < slots.rank[slot])
    if not lower.any():
        return np.zeros(len(posts), dtype=bool)
    next_down = lower & (slots.rank == slots.rank[lower].max())
    return np.asarray(next_down[posts.slot])
