"""What moves on the way to the plan's table of skill mix, written a second time (docs/method.md, section 16)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from pipeline.reference import skill_mix_words

if TYPE_CHECKING:
    from engine_oracle import Oracle


def mixed(oracle: Oracle, work: list[tuple[str, str, str, float, float, list[float], bool]]) -> np.ndarray:
    """What each cell takes on, or gives up, on the way to the table of skill mix."""
    moved, key, table = np.zeros((len(oracle.of.keys), oracle.last + 1)), "skill_mix_reached", oracle.of.skill_mix
    if key not in oracle.held:
        return moved
    pillars = dict(zip(oracle.of.annual["test"], oracle.of.annual["pillar"], strict=True))
    says = {**skill_mix_words(), **{test: test for test in (*pillars, *skill_mix_words().values())}}
    says = {f" {word}{end} ".lower(): test for word, test in says.items() for end in ("", "s")}
    share = {name: rows.groupby("profession")["share"].sum() for name, rows in table.groupby(["pillar", "work"])}
    holds = {
        w: {t for word, t in says.items() if word in re.sub("[^a-z0-9-]+", " ", f" {w[1]} ".lower())} for w in share
    }
    done: dict[tuple[str, str], dict[tuple[str, str], np.ndarray]] = {}
    for employer, who, test, _, wte, more, reports in work:
        own = [w for w in share if w[0] == pillars[test] and ("report" in w[1].lower() or not reports)]
        may = [w for w in own if test in holds[w]] or [w for w in own if not holds[w]]
        most = max((share[w].get(who, 0.0) for w in may), default=0.0)
        for name in [w for w in may if most > 0 and share[w].get(who, 0.0) == most][:1]:
            hours = [
                wte * more[m] * oracle.many(test, m) / oracle.output(m) * oracle.for_tests(who, 0)
                for m in oracle.months
            ]
            sums = done.setdefault(name, {})
            sums[employer, who] = sums.get((employer, who), 0.0) + np.array(hours)
    for name, own in done.items():
        if set(share[name].index) > {who for _, who in own}:
            continue
        for employer in {e for e, _ in own}:
            there = [who for who in share[name].index if (employer, who) in oracle.of.keys]
            whole = sum(own.get((employer, who), 0.0) for who in there)
            for who in there:
                takes = whole * share[name][who] / share[name][there].sum() - own.get((employer, who), 0.0)
                way = [(oracle.at(key, m) - oracle.at(key, 0)) / oracle.for_tests(who, m) for m in oracle.months]
                moved[oracle.of.keys.index((employer, who))] += takes * way
    return moved
