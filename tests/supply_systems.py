"""Small systems of staff, made at random, and the plainest of all: one team."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.model.supply.rates import monthly_hazard
from pipeline.model.supply.system import (
    AGES,
    LEAVING,
    NEWLY_QUALIFIED,
    ORIGINS,
    RISKS,
    SETTLED,
    Course,
    System,
    Whole,
)


def whole(*numbers: int) -> Whole:
    """An array of whole numbers."""
    return np.array(numbers, dtype=np.int32)


def plain_course(system: System, months: int, draws: int = 1, **changed: Any) -> Course:
    """A course in which nothing varies: posts without limit, nobody from abroad; `changed` are set instead."""
    teams, one = system.teams, (draws, months + 1)
    arrays: dict[str, Any] = {
        "posts": np.full((teams, months + 1), np.inf),
        "posts_factor": np.ones(one),
        "hazard_draw": np.ones((draws, system.cells, len(RISKS))),
        "hazard_row": np.zeros((teams, len(RISKS)), dtype=np.int32),
        "hazard_lever": np.ones((1, months + 1)),
        "early": np.ones((draws, len(ORIGINS))),
        "within": np.zeros(one),
        "fill": np.zeros(teams),
        "applicants": np.zeros(teams),
        "hiring": np.ones(one),
        "hiring_row": np.zeros(teams, dtype=np.int32),
        "hiring_lever": np.ones((1, months + 1)),
        "wait": np.zeros(one),
        "moving": np.ones(one),
        "participation": np.ones((draws, int(system.cell_profession.max()) + 1, months + 1)),
        "abroad": np.zeros((system.gates, months + 1)),
        "abroad_factor": np.ones(one),
        "starters": np.zeros((draws, len(system.intake_gate))),
        "arrives": np.zeros((draws, len(system.intake_gate))),
        "month": np.zeros((draws, len(system.intake_gate))),
        "dropout": np.zeros(draws),
        "ramp": np.ones((draws, len(ORIGINS), SETTLED)),
    }
    return Course(**{**arrays, **changed})


def one_team(heads: int, yearly_chance: float = 0.0) -> System:
    """One team of one employer whose people work full time and leave with this chance in a year, whatever their age."""
    hazard = np.zeros((len(RISKS), 1, AGES))
    hazard[LEAVING] = monthly_hazard(yearly_chance)
    return teams_of([heads], hazard)


def teams_of(heads: list[int], hazard: np.ndarray, **changed: Any) -> System:
    """Teams of one employer, each a cell, a gate and a class of its own, of people aged 36 who work full time."""
    number = len(heads)
    entry_age = np.zeros((len(ORIGINS), number, AGES))
    entry_age[:, :, 9] = 1.0
    each = np.arange(number, dtype=np.int32)
    arrays: dict[str, Any] = {
        "team_cell": each,
        "team_gate": each,
        "gate_start": np.arange(number + 1, dtype=np.int32),
        "gate_team": each,
        "cell_profession": each,
        "entry_wte": np.ones(number),
        "row_team": each,
        "row_age": np.full(number, 240, dtype=np.int32),
        "row_span": np.ones(number, dtype=np.int32),
        "row_heads": np.array(heads, dtype=np.int32),
        "row_wte": np.ones(number),
        "hazard": hazard,
        "team_class": each,
        "team_factor": np.ones((number, len(RISKS))),
        "entry_age": entry_age,
        "move_from": whole(),
        "move_to": whole(),
        "move_rate": np.zeros(0),
        "move_pool": whole(),
        "pools": 0,
        "intake_gate": whole(),
        "intake_pool": whole(),
    }
    return System(**{**arrays, **changed})


def random_system(rng: np.random.Generator, employers: int = 3, professions: int = 2, bands: int = 2) -> System:
    """A system with every kind of flow: moves up within employers, moves that staff train for, training, ages."""
    shape = (employers, professions, bands)
    teams = int(np.prod(shape))
    employer, profession, band = (part.ravel() for part in np.indices(shape))
    cell, gate = employer * professions + profession, profession * bands + band
    order = np.argsort(gate, kind="stable")
    rows = 3 * teams
    moves = [(a, b) for a in range(teams) for b in range(teams) if cell[a] == cell[b] and band[b] == band[a] + 1]
    pools = 1 if professions > 1 and moves else 0
    cross = [
        (a, b)
        for a in range(teams)
        for b in range(teams)
        if pools and employer[a] == employer[b] and band[a] == band[b] == 0 and (profession[a], profession[b]) == (0, 1)
    ]
    entry_age = rng.random((len(ORIGINS), professions, AGES)) * (np.arange(AGES) < 45)
    entry_age[NEWLY_QUALIFIED, :, 12:] = 0.0
    hazard = rng.random((len(RISKS), professions, AGES)) * np.array([4, 8, 8, 1, 1])[:, None, None] / 1000
    hazard[0] *= np.arange(AGES) >= 34
    hazard[0, :, 44:] *= 8
    intakes = 4 * professions
    intake_gate = np.array([bands * (i % professions) for i in range(intakes)] + [-1] * pools, dtype=np.int32)
    return System(
        team_cell=cell.astype(np.int32),
        team_gate=gate.astype(np.int32),
        gate_start=np.concatenate([[0], np.cumsum(np.bincount(gate))]).astype(np.int32),
        gate_team=order.astype(np.int32),
        cell_profession=np.tile(np.arange(professions), employers).astype(np.int32),
        entry_wte=rng.uniform(0.7, 1.0, teams),
        row_team=np.repeat(np.arange(teams), 3).astype(np.int32),
        row_age=(12 * rng.integers(2, 45, rows)).astype(np.int32),
        row_span=rng.choice([1, 12, 60], rows).astype(np.int32),
        row_heads=rng.integers(0, 15, rows).astype(np.int32),
        row_wte=rng.uniform(0.5, 1.0, rows),
        hazard=hazard,
        team_class=profession.astype(np.int32),
        team_factor=rng.uniform(0.5, 2.0, (teams, len(RISKS))),
        entry_age=entry_age / entry_age.sum(axis=2, keepdims=True),
        move_from=np.array([a for a, _ in moves + cross], dtype=np.int32),
        move_to=np.array([b for _, b in moves + cross], dtype=np.int32),
        move_rate=np.concatenate([rng.uniform(0.02, 0.2, len(moves)), np.zeros(len(cross))]),
        move_pool=np.array([-1] * len(moves) + [0] * len(cross), dtype=np.int32),
        pools=pools,
        intake_gate=intake_gate,
        intake_pool=np.where(intake_gate < 0, 0, -1).astype(np.int32),
    )


def random_course(rng: np.random.Generator, system: System, months: int = 36, draws: int = 2) -> Course:
    """A course with every kind of lever at work, whose limits bind in some months and not in others."""
    teams, one, intakes = system.teams, (draws, months + 1), len(system.intake_gate)
    in_post = np.zeros(teams)
    np.add.at(in_post, system.row_team, system.row_heads * system.row_wte)
    posts = (in_post * rng.uniform(0.9, 1.4, teams) + 0.5)[:, None] * np.linspace(1, rng.uniform(0.9, 1.2), months + 1)
    ramp = np.minimum(1.0, rng.uniform(0.2, 0.9, (draws, len(ORIGINS), 1)) + np.arange(SETTLED) / rng.uniform(6, 30))
    return plain_course(
        system,
        months,
        draws,
        posts=posts,
        posts_factor=rng.uniform(0.95, 1.05, one),
        hazard_draw=rng.uniform(0.6, 1.5, (draws, system.cells, len(RISKS))),
        hazard_row=rng.integers(0, 2, (teams, len(RISKS))).astype(np.int32),
        hazard_lever=np.vstack([np.ones(months + 1), np.linspace(1.0, 0.6, months + 1)]),
        early=rng.uniform(0.8, 2.5, (draws, len(ORIGINS))),
        within=rng.uniform(0.2, 0.9, one),
        fill=rng.uniform(0.0, 0.2, teams),
        applicants=rng.uniform(0.0, 0.4, teams),
        hiring=rng.uniform(0.7, 1.3, one),
        hiring_row=rng.integers(0, 2, teams).astype(np.int32),
        hiring_lever=np.vstack([np.ones(months + 1), np.linspace(1.0, 1.5, months + 1)]),
        wait=rng.uniform(0.0, 4.0, one),
        moving=rng.uniform(0.5, 1.0, one),
        participation=rng.uniform(0.92, 1.0, (draws, int(system.cell_profession.max()) + 1, months + 1)),
        abroad=rng.uniform(0.0, 0.6, (system.gates, months + 1)),
        abroad_factor=rng.uniform(0.5, 1.5, one),
        starters=rng.uniform(0.0, 12.0, (draws, intakes)),
        arrives=rng.uniform(0.3, 0.9, (draws, intakes)),
        month=rng.uniform(-3.0, months + 3.0, (draws, intakes)),
        dropout=rng.uniform(0.0, 0.3, draws),
        ramp=ramp,
    )
