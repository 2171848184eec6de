"""The rules that hold between a plan's tables: all of them tried, and everything that breaks them told at once.

A rule looks at what the plan's own people sent: published files are taken as they are. Where a table that it needs is
not there, a rule says nothing.
"""

from __future__ import annotations

from pipeline.plan import Plan
from pipeline.problems import Problem
from pipeline.sources.mapping import Mapping
from pipeline.sources.reading import Tables
from pipeline.sources.rules import (
    centres,
    dates,
    governance,
    organisations,
    planned,
    population,
    staff,
    training,
    words,
)
from pipeline.sources.rules.kit import CrossRule, Known

CROSS_RULES: tuple[CrossRule, ...] = (
    *organisations.RULES,
    *words.RULES,
    *staff.RULES,
    *planned.RULES,
    *centres.RULES,
    *training.RULES,
    *population.RULES,
    *governance.RULES,
    *dates.RULES,
)
"""Every rule, in the order of the data guide."""


def cross_problems(plan: Plan, mapping: Mapping, tables: Tables) -> list[Problem]:
    """What breaks the rules between a plan's tables, each by file, sheet, row, column, value and rule.

    `tables` are the canonical tables of all the plan's files, each valid on its own.
    """
    known = Known(plan, mapping, tables)
    return [problem for rule in CROSS_RULES if known.has(rule.tables) for problem in rule.broken(known)]
