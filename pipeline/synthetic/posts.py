"""Funded posts and who holds them, as arrays with one entry for each post."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from pipeline.synthetic.careers import JOINING, KINDS, PROMOTION, ages_in_months, careers
from pipeline.synthetic.chance import Floats, Keys, choose, numbered, uniforms
from pipeline.synthetic.settings import DOCTORS
from pipeline.synthetic.teams import Flags, Integers, Slots

PERMANENT = -1
"""In `ends`: the contract has no end."""


@dataclass
class Posts:
    """Every post there has been: `hours` are funded, `worked` are the holder's (shares of full time).

    `age` is in months; `since` and `ends` are steps from the first month; `second` is the part of `worked` that is a
    second role. What a post says of its holder counts only while it is filled.
    """

    key: Keys
    slot: Integers
    hours: Floats
    open: Flags
    filled: Flags
    age: Integers
    worked: Floats
    since: Integers
    ends: Integers
    second: Floats

    def __len__(self) -> int:
        return len(self.slot)

    @property
    def vacant(self) -> Flags:
        """Funded posts without a holder."""
        return self.open & ~self.filled

    def extended(self, more: Posts) -> Posts:
        """These posts and then the others."""
        both = {
            each.name: np.concatenate([getattr(self, each.name), getattr(more, each.name)]) for each in fields(self)
        }
        return replace(self, **both)


def new_posts(slots: Slots, team: int, first: int, number: int, step: int) -> Posts:
    """Vacant posts of a team, numbered from `first`: their bands and hours are drawn."""
    keys = numbered(slots.teams[team].key, np.arange(first, first + number))
    setting = slots.teams[team].setting
    weights = np.array([cell.weight for cell in setting.cells])
    chosen = slots.of(team)[choose(uniforms(keys, "cell"), weights)]
    hours = careers()["hours"][careers()["kinds"][setting.kind]["hours"]]
    values = np.array(list(hours))[choose(uniforms(keys, "hours"), np.array(list(hours.values())))]
    nobody, nothing = np.zeros(number, dtype=np.int64), np.zeros(number)
    return Posts(
        key=keys,
        slot=chosen,
        hours=values,
        open=np.ones(number, dtype=bool),
        filled=np.zeros(number, dtype=bool),
        age=nobody,
        worked=nothing,
        since=np.full(number, step),
        ends=np.full(number, PERMANENT),
        second=nothing,
    )


def kind_of(slots: Slots) -> Integers:
    """The kind of career of each slot, as its place in KINDS."""
    by_team = np.array([KINDS.index(team.setting.kind) for team in slots.teams])
    return np.asarray(by_team[slots.team])


def fill(posts: Posts, slots: Slots, which: Integers, ages: Integers, step: int) -> None:
    """Put people of these ages into vacant posts: their hours, contract and second role are drawn."""
    keys, kinds = posts.key[which], kind_of(slots)[posts.slot[which]]
    reduced, second, fixed = careers()["reduced"], careers()["second_role"], careers()["fixed_term"]
    less = uniforms(keys, "reduced", step) < reduced["share"]
    worked = np.round(posts.hours[which] * np.where(less, reduced["to"], 1.0), 5)
    has_second = (uniforms(keys, "second", step) < second["share"]) & (worked >= 0.5)
    shares = np.array([careers()["kinds"][kind]["fixed_term"] for kind in KINDS])[kinds]
    low, high = fixed["months"]
    lasts = low + np.floor(uniforms(keys, "lasts", step) * (high - low + 1)).astype(np.int64)
    ends = np.where(uniforms(keys, "fixed", step) < shares, step + lasts, PERMANENT)
    training = slots.training[posts.slot[which]]
    posts.filled[which], posts.age[which], posts.since[which] = True, ages, step
    posts.worked[which] = worked
    posts.second[which] = np.where(has_second, second["wte"], 0.0)
    posts.ends[which] = np.where(training > 0, _last_august(step + training), ends)


def _last_august(step: Integers) -> Integers:
    """The last month, at or before a step, in which training ends."""
    first = int(str(careers()["first_month"]).split("-")[1])
    since = (first + step - careers()["training_ends"]) % 12
    return np.asarray(step - since)


def ages_in_post(posts: Posts, slots: Slots, which: Integers) -> Integers:
    """Ages of those who hold posts in the first month, in months."""
    limits = np.array([_limits(slots, number) for number in range(len(slots))])[posts.slot[which]]
    return ages_in_months(uniforms(posts.key[which], "age"), *limits.T).astype(np.int64)


def _limits(slots: Slots, slot: int) -> list[float]:
    setting, cell = slots.teams[slots.team[slot]].setting, slots.cells[slot]
    known: Any = careers()["in_post"][setting.kind]
    if setting.kind == DOCTORS:
        known = known["trainee" if slots.training[slot] else "senior"]
    elif isinstance(known, dict):
        known = known[max(int(cell.rank), min(known))]
    return [float(limit) for limit in known]


def ages_on_joining(posts: Posts, slots: Slots, which: Integers, reasons: Integers, step: int) -> Integers:
    """Ages of joiners by the reason they joined (place in JOINING), in months."""
    rows = np.array([careers()["joiners"][reason] for reason in JOINING if reason != PROMOTION], dtype=float)[reasons]
    doctors = kind_of(slots)[posts.slot[which]] == KINDS.index(DOCTORS)
    older = np.where(doctors, float(careers()["doctors_older"]), 0.0)
    trainee = slots.training[posts.slot[which]] > 0
    mean, sd, low, high = (rows + older[:, None] * np.array([1, 0, 1, 1])).T
    young = np.array(careers()["in_post"][DOCTORS]["trainee"], dtype=float)
    mean, sd, low, high = (
        np.where(trainee, own, usual) for own, usual in zip(young, (mean, sd, low, high), strict=True)
    )
    drawn = uniforms(posts.key[which], "age on joining", step)
    return ages_in_months(drawn, mean, sd, low, high).astype(np.int64)
