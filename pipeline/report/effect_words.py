"""What each action changes in the model, in words: lever, for whom, how much, from when, why, and how good it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.actions.effects import LeverEffect
from pipeline.actions.library import Action
from pipeline.assumptions import Assumption, Assumptions, default_assumptions, of_kind
from pipeline.metrics.scope import Scope
from pipeline.model.levers import levers
from pipeline.model.scenarios import Change
from pipeline.months import add_months
from pipeline.plan import PILLAR_NAMES
from pipeline.report.narrative import agree
from pipeline.report.words import MINUS, count, join, lower, month, percent, plural, rounded, signed, wte

GUESS = "placeholder"
OWNERS_ESTIMATE = "owner's estimate"
EVERYBODY = "all whom it concerns"
EFFECTS_NOTE = (
    "Size: the middle and, in brackets, its range (P10 to P90). A share of the value makes it larger or smaller by so "
    "much; points are added to a share. In force: the first month, the month from which it has its full size, and its "
    "last month where it ends. What of an action is done already is taken off. An action that names no change brings "
    "what its owner estimates, as more output of the staff it relieves. Placeholder: nobody has measured it."
)


@dataclass(frozen=True)
class Resting:
    """Chosen actions whose effects rest on guesses, out of all chosen, and the WTE that each brings, added up.

    `guessed` count actions with an effect graded placeholder, `estimated` those that bring what their owner estimates.
    """

    actions: int
    wte: float
    guessed: int
    guessed_wte: float
    estimated: int
    estimated_wte: float


def effects_resting_on_guesses(rows: pd.DataFrame, actions: Sequence[Action]) -> Resting:
    """How many of the chosen actions, and how many WTE, rest on effects that are graded placeholder.

    `rows` are those of portfolio_tables.action_rows. WTE are those fewer missing at the horizon, each action by itself.
    """
    own = rows[rows["chosen"].astype(bool)]
    effects = {action.id: action.effects for action in actions}
    guessed = own["id"].map(lambda name: any(each.grade == GUESS for each in effects.get(name, ()))).astype(bool)
    estimated = own["id"].map(lambda name: not effects.get(name)).astype(bool)
    sums = [float(own.loc[which, "relief"].sum()) for which in (guessed | True, guessed, estimated)]
    return Resting(len(own), sums[0], int(guessed.sum()), sums[1], int(estimated.sum()), sums[2])


def resting_sentences(of: Resting) -> list[str]:
    """How much of the chosen set rests on effects that nobody has measured."""
    if not of.actions:
        return []
    told = [
        f"**{count(of.guessed)} of the {plural(of.actions, 'chosen action')} {agree(of.guessed, 'rests', 'rest')} on "
        f"effects graded placeholder**: {wte(of.guessed_wte)} of {wte(of.wte)} WTE, each action taken by itself."
        if of.guessed
        else "No chosen action rests on an effect graded placeholder."
    ]
    if of.estimated:
        brings = agree(of.estimated, "brings what its owner estimates", "bring what their owners estimate")
        told.append(f"{count(of.estimated)}{' more' if of.guessed else ''} ({wte(of.estimated_wte)} WTE) {brings}.")
    told.append("These are not among the placeholders that the register of assumptions counts.")
    return [" ".join(told)]


def effects_table(
    actions: Sequence[Action], assumptions: Assumptions, base_month: dt.date, scope: Scope, chosen: Sequence[str]
) -> pd.DataFrame:
    """A row for each change of a lever that an open action makes, those of chosen actions first."""
    still = [action for action in actions if action.open]
    ordered = sorted(still, key=lambda action: action.id not in chosen)
    rows = [row for action in ordered for row in _rows(action, assumptions, base_month, scope.names)]
    shown = pd.DataFrame(rows, columns=["id", "action", "changes", "for", "size", "in_force", "because", "grade"])
    return shown.assign(chosen=["yes" if name in chosen else "no" for name in shown["id"]])


def _rows(action: Action, assumptions: Assumptions, base: dt.date, names: Mapping[str, str]) -> list[list[str]]:
    # An effect by the owner's estimate is told in WTE, whatever staff it falls on.
    changes = action.changes("central", base, in_post=1.0)
    if not action.effects:
        own = action.wte
        size = f"{signed(wte)(own.central)} WTE ({wte(own.low)} to {wte(own.high)})"
        does, when = "What its owner estimates, as output of staff", [_in_force(each, base) for each in changes]
        whom = _whom(action.profession, "", action.employer, names)
        because = action.evidence or "not said"
        return [[action.id, action.title, does, whom, size, join(when[:1]), because, OWNERS_ESTIMATE]]
    return [
        [
            action.id,
            action.title,
            _does(effect),
            _whom(change.profession, change.pillar, change.employer, names),
            size_said(effect, assumptions),
            _in_force(change, base),
            effect.because,
            effect.grade,
        ]
        for effect, change in zip(action.effects, changes, strict=True)
    ]


def _does(effect: LeverEffect) -> str:
    part = ", ".join(part for part in (effect.item, effect.test) if part)
    does = levers()[effect.lever].does.rstrip(".") if effect.lever in levers() else effect.lever.replace("_", " ")
    return f"{does} ({lower(part)})" if part else does


def _whom(profession: str, pillar: str, employer: str, names: Mapping[str, str]) -> str:
    parts = [profession, PILLAR_NAMES.get(pillar, ""), names.get(employer, employer)]
    return ", ".join(part for part in parts if part) or EVERYBODY


def size_said(effect: LeverEffect, assumptions: Assumptions) -> str:
    """How much an effect changes its lever, with its range: −4.9% (−2.0% to −8.6%), +1.0 points a year, +2 months."""
    unit_of = _assumption(effect, assumptions)
    if unit_of is None:
        return f"{effect.add:+g}"
    say, after = _say(unit_of)
    middle = f"{say(effect.add)}{after}"
    if effect.low is None or effect.high is None:
        return middle
    return f"{middle} ({say(effect.low)} to {say(effect.high)})"


def _assumption(effect: LeverEffect, assumptions: Assumptions) -> Assumption | None:
    own = of_kind(assumptions, effect.lever) or of_kind(default_assumptions(), effect.lever)
    return next((each for each in own if each.item == effect.item), own[0] if own else None)


def _say(of: Assumption) -> tuple[Callable[[float], str], str]:
    """How a change of an assumption is written, and what follows the number."""
    if of.scale != "linear":
        whole = {"logit": " of the odds", "cloglog": " of the chance"}.get(of.scale, "")
        return (lambda add: signed(percent)(float(np.expm1(add)))), whole
    a_year = " a year" if of.unit.endswith("a year") else ""
    if of.unit.startswith(("share", "log growth")):
        return (lambda add: signed(_points)(add)), f" percentage points{a_year}"
    return (lambda add: signed(_points)(add / 100)), f" {of.unit}"


def _points(value: float) -> str:
    return f"{rounded(100 * value, 2).normalize():f}".replace("-", MINUS)


def _in_force(change: Change, base: dt.date) -> str:
    first = add_months(base, change.after_months + 1)
    parts = [f"from {month(first)}"]
    if change.over_months:
        parts.append(f"in full from {month(add_months(base, change.after_months + change.over_months))}")
    if change.lasts_months:
        parts.append(f"to {month(add_months(base, change.after_months + change.lasts_months))}")
    return ", ".join(parts)
