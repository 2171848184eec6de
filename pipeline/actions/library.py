"""The plan's list of actions, as its owners wrote it (docs/method.md, section 8)."""

from __future__ import annotations

import datetime as dt
from math import ceil, log
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.actions.effects import LeverEffect, Size, months_before
from pipeline.model.levers import levers
from pipeline.model.scenarios import Change
from pipeline.months import month_end
from pipeline.plan import PILLAR_NAMES, OrganisationCode, Pillar
from pipeline.tables.governance import ACTION_ID, ACTION_ID_SAYS, CAPACITIES, Status, Theme
from pipeline.yaml_file import MONTH

SHORT_TERM_BELOW, MEDIUM_TERM_TO = 12, 36
"""Months to full effect: short under 12, medium 12 to 36, long over 36."""

_LEAST_OUTPUT = levers()["output_of_staff"].least or 0.0
"""What an owner's estimate leaves of the output of staff at the least, which is the lever's own bound."""
_ID = rf"^{ACTION_ID}$"
SAYS = {_ID: ACTION_ID_SAYS}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Cost(_Part):
    """Cost of an action in pounds: recurrent each year, capital once."""

    recurrent: float = Field(ge=0)
    capital: float = Field(ge=0)


class Estimate(_Part):
    """The owner's own estimate of the effect on effective WTE, once in full."""

    low: float
    central: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Estimate:
        if not self.low <= self.central <= self.high:
            raise ValueError("low, central and high go up")
        return self


class Action(_Part):
    """One action as its owner describes it."""

    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1)
    theme: Theme
    level: Literal["ICS", "employer"]
    pillars: list[Pillar] = Field(min_length=1)
    owner: str = Field(min_length=1)
    start: str = Field(pattern=MONTH)
    lead_months: int = Field(ge=0, le=240)
    cost: Cost
    wte: Estimate
    profession: str = Field(min_length=1)
    measure: str = Field(min_length=1)
    depends_on: list[str] = Field(default_factory=list)
    excludes: list[str] = Field(default_factory=list)
    evidence: str = ""
    employer: OrganisationCode | Literal[""] = ""
    placements: float = Field(default=0, ge=0)
    supervision_hours: float = Field(default=0, ge=0)
    management_days: float = Field(default=0, ge=0)
    ends: str = Field(default="", pattern=f"{MONTH}|^$")
    status: Status = "proposed"
    done: float = Field(default=0, ge=0, le=1)
    effects: list[LeverEffect] = Field(default_factory=list)
    costs: dict[str, Cost] = Field(default_factory=dict, description="Pounds by financial year, in place of `cost`.")

    @model_validator(mode="after")
    def _says_which_employer(self) -> Action:
        if self.level == "employer" and not self.employer:
            raise ValueError("an action of one employer says which, by its code (employer)")
        return self

    @property
    def starts_on(self) -> dt.date:
        """The month in which it starts, as its last day."""
        return month_end(*(int(part) for part in self.start.split("-")))

    @property
    def uses(self) -> dict[str, float]:
        """How much of each capacity it takes."""
        return {name: float(getattr(self, name)) for name in CAPACITIES}

    @property
    def open(self) -> bool:
        """Whether it can still be chosen: what is delivered shows in the staff there are, what is stopped nowhere."""
        return self.status not in ("delivered", "stopped")

    def changes(self, size: Size, base_month: dt.date, in_post: float) -> list[Change]:
        """What it changes in the model, at a size of its effects, as far as it is not done yet.

        Without effects of its own it brings what its owner estimates, as more output of the staff it relieves, whose
        WTE in post is `in_post`; nothing where there are none. Nothing begins before its lead time is over, unless an
        effect says so.
        """
        before, left = months_before(self.starts_on, base_month), 1.0 - self.done
        led = max(0, before + self.lead_months)
        if self.status == "under way":
            # What is left takes at least its share of the whole: an action that is behind does not catch up by itself.
            led = max(led, ceil(self.lead_months * left))
        if not self.effects:
            wte = getattr(self.wte, size)
            return [self._as_estimated(wte * left / in_post, led)] if in_post > 0 and wte else []
        return [
            self._limited(effect).change(
                size, led if effect.after_months is None else max(0, before + effect.after_months), left
            )
            for effect in self.effects
        ]

    def _limited(self, effect: LeverEffect) -> LeverEffect:
        """An effect within its action: at the employer that acts, and in the one pillar that it is for."""
        placed = levers()[effect.lever].placed if effect.lever in levers() else "nobody"
        employer = effect.employer or (self.employer if placed in ("staff", "employer") else "")
        everywhere = placed == "staff" and not effect.profession and not effect.pillar
        pillar = self.pillars[0] if everywhere and len(self.pillars) == 1 else effect.pillar
        return effect.model_copy(update={"employer": employer, "pillar": pillar})

    def _as_estimated(self, share: float, begins: int) -> Change:
        return Change(
            kind="output_of_staff",
            profession=self.profession,
            employer=self.employer,
            add=log(max(1.0 + share, _LEAST_OUTPUT)),
            after_months=begins,
            because="Estimated by its owner",
        )

    @property
    def term(self) -> str:
        """Short, medium or long, by the months to full effect."""
        if self.lead_months < SHORT_TERM_BELOW:
            return "short"
        return "medium" if self.lead_months <= MEDIUM_TERM_TO else "long"


def described(action: Action) -> dict[str, Any]:
    """What an action is and costs, as rows of the action plan begin."""
    return {
        "id": action.id,
        "title": action.title,
        "theme": action.theme,
        "level": action.level,
        "term": action.term,
        "pillars": ", ".join(PILLAR_NAMES[pillar] for pillar in action.pillars),
        "profession": action.profession,
        "owner": action.owner,
        "start": pd.Timestamp(action.starts_on).as_unit("us"),
        "lead_months": action.lead_months,
        "recurrent": action.cost.recurrent,
        "capital": action.cost.capital,
        "measure": action.measure,
        "depends_on": ", ".join(action.depends_on),
    }


def actions_table(actions: list[Action]) -> pd.DataFrame:
    """One row an action for the action plan: term, theme, level, what, who, when, cost, owner's estimate, measure."""
    return pd.DataFrame(
        [
            {
                **described(action),
                "wte_low": action.wte.low,
                "wte": action.wte.central,
                "wte_high": action.wte.high,
            }
            for action in sorted(actions, key=lambda action: (action.lead_months, action.id))
        ]
    )
