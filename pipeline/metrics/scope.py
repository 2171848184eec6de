"""Who a plan is about: its employers, its integrated care boards under every code they have had, its providers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.plan import Plan
from pipeline.sources.organisations import codes_of, ever_placed_in
from pipeline.tables import UNMAPPED


@dataclass(frozen=True)
class Scope:
    """The organisations of a plan. `names` gives each employer's name to show, in the plan's order.

    `former` names the others that ever belonged to its ICS.
    """

    names: dict[str, str]
    ics_codes: frozenset[str]
    providers_ever: frozenset[str]
    pillars: tuple[str, ...]
    former: Mapping[str, str] = field(default_factory=dict)

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

    def pillar(self, pillar: str) -> Scope:
        """The scope narrowed to one of its pillars; the same scope where `pillar` is empty.

        Raises ValueError for a pillar that the plan does not cover.
        """
        if not pillar:
            return self
        if pillar not in self.pillars:
            raise ValueError(f"{pillar} is not a pillar of this plan; choose one of {', '.join(self.pillars)}")
        return replace(self, pillars=(pillar,))

    def covers(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the plan's pillars, and those whose label the mapping does not know, which may belong to one."""
        return frame[frame["pillar"].isin([*self.pillars, UNMAPPED])]

    def named(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """The frame with organisation codes of a column written as names."""
        return frame.assign(
            **{column: frame[column].map(lambda code: self.names.get(code, self.former.get(code, code)))}
        )


def plan_scope(plan: Plan, organisations: pd.DataFrame | None) -> Scope:
    """The scope of a plan.

    `providers_ever` are its employers and every trust that the organisations table has placed in its ICS at any
    time, so that activity before a merger is not lost.
    """
    codes = set(plan.file.ics)
    ever, former = set(plan.file.employers), dict[str, str]()
    if organisations is not None:
        codes = codes_of(organisations, plan.file.ics)
        former = ever_placed_in(organisations, plan.file.ics)
        ever |= set(former)
    return Scope(_told_apart(plan.file.employers), frozenset(codes), frozenset(ever), tuple(plan.file.pillars), former)


def _told_apart(employers: Mapping[str, str]) -> dict[str, str]:
    """Names by code; employers of one name get their code beside it, and one without a name is shown by its code."""
    times = Counter(employers.values())
    shown = {code: f"{name} ({code})" if times[name] > 1 else name for code, name in employers.items()}
    return {code: shown[code] if name else code for code, name in employers.items()}
