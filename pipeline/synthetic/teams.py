"""The teams: one for each employer and setting. A slot is a team's posts of one level and band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.synthetic.chance import Floats, key
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.settings import DOCTORS, Cell, Setting, settings, staffing

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Team:
    """The posts of one employer in one setting: how many the base month's population calls for, and its chance."""

    trust: Trust
    setting: Setting
    posts: float
    key: int

    @property
    def name(self) -> tuple[str, str, str]:
        """The employer's code, the setting and its staff group."""
        return self.trust.code, self.setting.setting, self.setting.group


@dataclass(frozen=True)
class Slots:
    """One entry for each slot: its team, its cell, and facts of them as arrays."""

    teams: tuple[Team, ...]
    cells: tuple[Cell, ...]
    team: Integers
    rank: Floats
    entry: Flags
    training: Integers

    def __len__(self) -> int:
        return len(self.cells)

    def of(self, team: int) -> Integers:
        """The slots of a team, in the order of its setting's cells."""
        return np.flatnonzero(self.team == team)


@cache
def teams(recipe: Recipe) -> tuple[Team, ...]:
    """Every team of every trust, past and present."""
    return tuple(
        Team(trust, setting, _posts(recipe, trust, setting), key(recipe.seed, "team", trust.code, *_words(setting)))
        for trust in places(recipe).all_trusts
        for setting in settings()
        if setting.at(_after(trust))
    )


@cache
def slots(recipe: Recipe) -> Slots:
    """Every slot of every team."""
    found = [(number, cell) for number, team in enumerate(teams(recipe)) for cell in team.setting.cells]
    training = parameters("careers")["training"]
    return Slots(
        teams=teams(recipe),
        cells=tuple(cell for _, cell in found),
        team=np.array([number for number, _ in found]),
        rank=np.array([cell.rank for _, cell in found]),
        entry=np.array(list(_entries(recipe))),
        training=np.array([training.get(cell.band, 0) for _, cell in found]),
    )


def _words(setting: Setting) -> tuple[str, str]:
    return setting.group, setting.setting


def _after(trust: Trust) -> str:
    """The trust of today: one that merged does what its successor does."""
    return trust.successor or trust.code


def _posts(recipe: Recipe, trust: Trust, setting: Setting) -> float:
    today = next(each for each in places(recipe).all_trusts if each.code == _after(trust))
    planted = parameters("planted")["small_team"]
    small = [row["posts"] for row in planted if (row["trust"], row["setting"]) == (today.code, setting.setting)]
    if small:
        return float(small[0]) if trust == today else 0.0
    whole = setting.posts * today.population / 1000 * staffing(today.code, setting)
    return whole * _share(recipe, trust)


def _share(recipe: Recipe, trust: Trust) -> float:
    """A merged trust's share of its successor's posts, and what is left for the successor before the merger."""
    if trust.closed:
        return trust.wte / next(each.wte for each in places(recipe).all_trusts if each.code == trust.successor)
    merged = [each for each in places(recipe).closed if each.successor == trust.code]
    return 1 - sum(_share(recipe, each) for each in merged)


def _entries(recipe: Recipe) -> Iterator[bool]:
    """Whether a slot is where people begin: the lowest band of a setting, and every grade in training."""
    training = parameters("careers")["training"]
    for team in teams(recipe):
        lowest = min(cell.rank for cell in team.setting.cells)
        for cell in team.setting.cells:
            if team.setting.kind == DOCTORS:
                yield cell.band in training
            else:
                # A setting that another feeds has no beginners.
                yield cell.rank == lowest and not team.setting.fed_by
