"""The value of an assumption at which an answer changes its sign, all others at theirs (docs/method.md, section 9).

An answer may be anything whose sign matters: the gap, which closes at zero, or one choice less another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize.elementwise import find_root

from pipeline.assumptions import Assumption, Assumptions
from pipeline.evidence.expected_gap import by_pillar, gap_then, net
from pipeline.evidence.groups import number
from pipeline.model.draws import Draws, central, from_scale, to_scale
from pipeline.model.levers import levers
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario

Array = NDArray[np.float64]
Answers = Callable[[Draws], Mapping[str, Array]]
"""From sets of assumptions to the value of each answer in each of them."""
ALL = "all pillars"
_COLUMNS = ["key", "assumption", "unit", "value", "low", "high", "searched_from", "searched_to"]
_COLUMNS += ["answer", "at_value", "switch", "inside", "nearest", "at_nearest"]


def switch_values(answers: Answers, assumptions: Assumptions, keys: Sequence[str]) -> pd.DataFrame:
    """Where each answer changes its sign as one assumption moves: a row an assumption (of `keys`) and answer.

    Looked for as far as is plausible (switch_reach of sensitivity.yaml) and within what the lever allows; of several
    such values the nearest to the assumption's own, on its own scale. Returns key, assumption, unit, value, low, high,
    searched_from, searched_to, answer, at_value (the answer as things are), switch (missing where there is none),
    inside (whether it lies between P10 and P90), and nearest: of the values first tried that at which the answer is
    closest to zero, with the answer there (at_nearest). All candidates are tried at once: first a few values of each,
    then Chandrupatla's method between the two where the sign changes (scipy.optimize.elementwise.find_root). Raises
    KeyError for an unknown key and ValueError for an assumption without a range.
    """
    tried = [assumptions[key] for key in keys]
    reach = number("switch_reach")
    places = np.array([-reach, -1.0, 0.0, 1.0, reach])

    def at(which: Array, place: Array) -> Mapping[str, Array]:
        sets = central(assumptions, len(place))
        for row, (of, where) in enumerate(zip(which.astype(int), place, strict=True)):
            sets[tried[of].key][row] = value_at(tried[of], where)
        return answers(sets)

    each = np.repeat(np.arange(len(tried), dtype=np.float64), len(places))
    found = {name: values.reshape(len(tried), -1) for name, values in at(each, np.tile(places, len(tried))).items()}
    pairs = [(name, of) for of in range(len(tried)) for name in found]
    roots = _roots(at, pairs, [_between(found[name][of], places) for name, of in pairs])
    rows = [
        [*_about(tried[of], reach), name, *_found(tried[of], found[name][of], places, place)]
        for (name, of), place in zip(pairs, roots, strict=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def gap_switches(setting: Setting, scenario: Scenario, keys: Sequence[str]) -> pd.DataFrame:
    """Where the net gap of the last month closes, of all pillars and of each: switch_values.

    It is the net gap that can close: the gross one is none only where no employer is short of any profession.
    """

    def answers(sets: Draws) -> Mapping[str, Array]:
        gap = gap_then(setting, scenario, sets)
        return {ALL: net(gap), **by_pillar(setting, gap, net)}

    return switch_values(answers, setting.assumptions, keys)


def value_at(assumption: Assumption, place: float) -> float:
    """The value at a place: 0 is its own, -1 its P10 and 1 its P90, and so on along its scale, within its lever."""
    if assumption.low is None or assumption.high is None:
        raise ValueError(f"{assumption.label} has no range, so nothing says how far its value may be off")
    low, middle, high = (
        float(to_scale(each, assumption.scale)) for each in (assumption.low, assumption.value, assumption.high)
    )
    step = middle - low if place < 0 else high - middle
    value = float(from_scale(np.asarray(middle + place * step), assumption.scale)) if place else assumption.value
    lever = levers().get(assumption.kind)
    least, most = (lever.least, lever.most) if lever else (None, None)
    return float(np.clip(value, least, most)) if lever and np.isfinite(value) else value


def _between(values: Array, places: Array) -> tuple[float, float] | None:
    """The two places nearest to 0 between which the sign changes; None where it does not."""
    signs = np.sign(values)
    changes = [
        (float(low), float(high))
        for low, high, one, other in zip(places[:-1], places[1:], signs[:-1], signs[1:], strict=True)
        if one != other
    ]
    return min(changes, key=lambda ends: abs(sum(ends)), default=None)


def _roots(
    at: Callable[[Array, Array], Mapping[str, Array]],
    pairs: Sequence[tuple[str, int]],
    ends: Sequence[tuple[float, float] | None],
) -> Array:
    """The place of each change of sign; missing where there is none."""
    roots = np.full(len(pairs), np.nan)
    known = [row for row, between in enumerate(ends) if between]
    if not known:
        return roots
    low, high = np.array([ends[row] for row in known]).T

    def answer(place: Array, row: Array) -> Array:
        asked = [pairs[int(one)] for one in row]
        found = at(np.array([of for _, of in asked]), place)
        return np.array([found[name][number] for number, (name, _) in enumerate(asked)])

    within = {"xatol": number("switch_within"), "xrtol": 0.0}
    roots[known] = find_root(answer, (low, high), args=(np.array(known, dtype=np.float64),), tolerances=within).x
    return roots


def _about(each: Assumption, reach: float) -> list[object]:
    return [
        *(each.key, each.label, each.unit, each.value, each.low, each.high),
        *(value_at(each, place) for place in (-reach, reach)),
    ]


def _found(each: Assumption, values: Array, places: Array, place: float) -> list[object]:
    """The answer as things are, where its sign changes, whether inside the range, and where it is closest to zero."""
    root, closest = value_at(each, place), int(np.abs(values).argmin())
    inside = each.low is not None and each.high is not None and each.low <= root <= each.high
    return [values[np.flatnonzero(places == 0)[0]], root, inside, value_at(each, places[closest]), values[closest]]
