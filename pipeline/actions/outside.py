"""Actions whose effect is their owner's word about a diagnostic centre that a scenario does not run."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from pipeline.actions.library import Action
from pipeline.model.plan_setting import Setting

_KIND = re.compile(r"\s+(CDC|(community )?diagnostic centre)$", re.IGNORECASE)
"""What the name of a centre ends with, which the title of an action may leave out."""


def of_centres_not_run(actions: Sequence[Action], setting: Setting) -> dict[str, str]:
    """By id, the centre to come that an action without effects of its own names, where present trends run none to come.

    Such a centre asks for no staff in the gap, so what its owner says it brings answers no shortage that is counted.
    """
    if setting.assumptions["centres_to_come"].value > 0:
        return {}
    plans = setting.tables["cdc_plans"]
    to_come = plans.loc[plans["opening"] > pd.Timestamp(setting.base_month), "site"]
    return {
        action.id: str(site)
        for action in actions
        if not action.effects
        for site in to_come
        if _names(f"{action.title}; {action.measure}", str(site))
    }


def _names(text: str, site: str) -> bool:
    """Whether a text names a centre: in full, or without the last words where two or more are left."""
    short = _KIND.sub("", site)
    asked = short if " " in short else site
    return bool(re.search(rf"\b{re.escape(asked)}\b", text, re.IGNORECASE))
