"""Rates of many small groups drawn together: how far groups differ is estimated from the groups themselves.

Empirical Bayes, docs/method.md, section 5. Of a group, so many events were seen where the rates of all would bring so
many (expected). Events ~ Poisson(expected x factor of its employer x of its profession x of its own). Its own factor is
Gamma with mean 1 and variance 1 / strength, so that

    own factor = (seen + strength) / (expected x factors of employer and profession + strength)

in closed form (Clayton and Kaldor 1987, Biometrics 43:671). The logarithms of the factors of employers and professions
are normal about 0 with variance 1 / their strength. The three strengths make the marginal likelihood largest: negative
binomial for the group's own, Laplace's approximation for the other two (Breslow and Clayton 1993, JASA 88:9), times a
wide prior for each strength, so that a plan with few groups keeps to the usual one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln, polygamma

from pipeline.reference import engine

Array = NDArray[np.float64]
STEPS = 50
"""Newton steps at most; the likelihood is smooth and a handful do."""
FLAT, STEEP = -7.0, 12.0
"""The logarithm of a strength stays between these: beyond them factors differ as they like, or not at all."""


@dataclass(frozen=True)
class Pooled:
    """Factors of groups, in their order, each employer and profession, and how strongly each level is held together.

    `sd` is the standard deviation of the logarithm of each factor. A strength is the number of events at which what a
    group has shown weighs as much as what is known of the others.
    """

    factor: Array
    sd: Array
    employers: dict[str, float]
    professions: dict[str, float]
    strength: dict[str, float]


def strength(seen: Array, expected: Array) -> float:
    """How strongly single groups are held to a factor of 1: larger where they differ less beyond chance.

    Arrays hold a number a group. Of groups without anything expected, or of too few to tell, the usual strength.
    """
    usual = np.log(engine("usual_strength"))
    found = _best(lambda at: float(-_own(seen, expected, np.exp(at[0])).sum()), np.array([usual]))
    return float(np.exp(found[0]))


def shrunk(seen: Array, expected: Array, held: float) -> Array:
    """The factor of each group: (seen + strength) / (expected + strength)."""
    return np.asarray((seen + held) / (expected + held))


def pooled(seen: Array, expected: Array, employer: list[str], profession: list[str]) -> Pooled:
    """Factors of groups, each of an employer and a profession, from events seen and expected (a number a group)."""
    names = [list(dict.fromkeys(each)) for each in (employer, profession)]
    design = np.zeros((len(seen), len(names[0]) + len(names[1])))
    for row, (first, second) in enumerate(zip(employer, profession, strict=True)):
        design[row, [names[0].index(first), len(names[0]) + names[1].index(second)]] = 1.0
    sizes = np.array([len(each) for each in names])

    def unlikely(at: Array) -> float:
        held = np.repeat(np.exp(at[:2]), sizes)
        effects, precision = _effects(seen, expected, design, held, float(np.exp(at[2])))
        own = _own(seen, expected * np.exp(design @ effects), float(np.exp(at[2]))).sum()
        spread = 0.5 * (np.linalg.slogdet(precision)[1] - np.log(held).sum() + (held * effects**2).sum())
        return float(spread - own)

    at = _best(unlikely, np.full(3, np.log(engine("usual_strength"))))
    effects, precision = _effects(seen, expected, design, np.repeat(np.exp(at[:2]), sizes), float(np.exp(at[2])))
    spread = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    return _told(seen, expected, design, effects, spread, at, names)


def _told(
    seen: Array, expected: Array, design: Array, effects: Array, spread: Array, at: Array, names: list[list[str]]
) -> Pooled:
    above, held = np.exp(design @ effects), float(np.exp(at[2]))
    own = shrunk(seen, expected * above, held)
    # Where a group's own events say much, a level above that was guessed too high is made up for below.
    left = held / (expected * above + held)
    variance = polygamma(1, seen + held) + left**2 * np.einsum("ij,jk,ik->i", design, spread, design)
    of = dict(zip(("employers", "professions"), np.split(np.exp(effects), [len(names[0])]), strict=True))
    return Pooled(
        above * own,
        np.sqrt(variance),
        dict(zip(names[0], of["employers"].tolist(), strict=True)),
        dict(zip(names[1], of["professions"].tolist(), strict=True)),
        dict(zip(("employer", "profession", "team"), np.exp(at).tolist(), strict=True)),
    )


def _own(seen: Array, expected: Array, held: float) -> Array:
    """Logarithm of the negative binomial likelihood of each group, but for what no strength changes."""
    known = expected > 0
    rate = np.where(known, expected, 1.0)
    found = gammaln(seen + held) - gammaln(held) + held * np.log(held / (held + rate))
    return np.asarray(np.where(known, found + seen * np.log(rate / (held + rate)), 0.0))


def _effects(seen: Array, expected: Array, design: Array, held: Array, own: float) -> tuple[Array, Array]:
    """Logarithms of the factors of employers and professions where they are likeliest, and their precision."""
    effects = np.zeros(design.shape[1])
    for _ in range(STEPS):
        rate = expected * np.exp(design @ effects)
        slope = design.T @ (own * (seen - rate) / (rate + own)) - held * effects
        bend = design.T @ ((own * rate * (seen + own) / (rate + own) ** 2)[:, None] * design) + np.diag(held)
        step = np.linalg.solve(bend, slope)
        effects = effects + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    return effects, bend


def _best(unlikely: Callable[[Array], float], start: Array) -> Array:
    """Logarithms of the strengths that are most likely, a priori near the usual one."""
    known = engine("usual_strength_log_sd")

    def penalised(at: Array) -> float:
        inside = np.clip(at, FLAT, STEEP)
        return unlikely(inside) + float((((at - start) / known) ** 2).sum()) / 2

    found = minimize(penalised, start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-5, "maxiter": 600})
    return np.clip(np.asarray(found.x, dtype=np.float64), FLAT, STEEP)
