"""Who a plan is about: its employers, its integrated care boards under every code they have had, its providers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from pipeline.plan import Plan
from pipeline.sources.organisations import codes_of

EMPLOYING_KINDS = ("trust", "other")
"""Kinds of organisation that employ staff or do tests; the rest are areas and practices."""


@dataclass(frozen=True)
class Scope:
    """The organisations of a plan. `names` gives each employer's name to show, in the plan's order."""

    names: dict[str, str]
    ics_codes: frozenset[str]
    providers_ever: frozenset[str]
    pillars: tuple[str, ...]

    @property
    def employers(self) -> list[str]:
        """Codes of the plan's employers, in the plan's order."""
        return list(self.names)

    def only(self, employer: str) -> Scope:
        """The scope narrowed to one of its employers; the same scope where `employer` is empty.

        Raises ValueError for an organisation that is not one of the plan's employers.
        """
        if not employer:
            return self
        if employer not in self.names:
            raise ValueError(f"{employer} is not an employer of this plan; choose one of {', '.join(self.names)}")
        return replace(self, names={employer: self.names[employer]}, providers_ever=frozenset({employer}))

    def named(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """The frame with organisation codes of a column written as names."""
        return frame.assign(**{column: frame[column].map(lambda code: self.names.get(code, code))})


def plan_scope(plan: Plan, organisations: pd.DataFrame | None) -> Scope:
    """The scope of a plan.

    `providers_ever` are its employers and every trust that the organisations table has placed in its ICS at any
    time, so that activity before a merger is not lost.
    """
    codes = set(plan.file.ics)
    ever = set(plan.file.employers)
    if organisations is not None:
        codes = codes_of(organisations, plan.file.ics)
        in_ics = organisations["parent"].isin(codes) & organisations["kind"].isin(EMPLOYING_KINDS)
        ever |= set(organisations.loc[in_ics, "code"])
    return Scope(dict(plan.file.employers), frozenset(codes), frozenset(ever), tuple(plan.file.pillars))
