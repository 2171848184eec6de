"""Which actions a risk is answered by: those that its owner names, and those that relieve what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action
from pipeline.metrics.registers import actions_named

MOST = 3
"""Actions that a risk of the model's own names: those that relieve most."""
SMALLEST = 0.1
"""WTE below which an action is not said to relieve anything."""
LINKS = ["risk", "id", "title", "status", "chosen", "wte"]


def links_named(risks: pd.DataFrame, actions: Sequence[Action], chosen: Chosen | None) -> pd.DataFrame:
    """The actions that the responses of the register name by id: risk, id, title, status, chosen, and wte missing.

    `chosen` is yes or no, or missing where no set was chosen or the action could no longer be.
    """
    known = {action.id: action for action in actions}
    rows = [
        _link(str(row["id"]), known[name], chosen, None)
        for row in risks.to_dict("records")
        for name in actions_named(str(row["response"]), known)
    ]
    return pd.DataFrame(rows, columns=LINKS)


def links_relieving(seen: pd.DataFrame, actions: Sequence[Action], chosen: Chosen | None) -> pd.DataFrame:
    """The actions that relieve the pillar and profession of each risk the model sees, most first.

    `wte` is what the action by itself relieves there at the last month, in the mean of the samples. Where no set was
    chosen, the actions whose own pillar and profession they are stand there without it. Columns as of links_named.
    """
    known = {action.id: action for action in actions}
    rows = []
    for risk in seen.to_dict("records"):
        of = _relief(risk, chosen) if chosen else _own(risk, actions)
        rows += [_link(str(risk["id"]), known[name], chosen, wte) for name, wte in of[:MOST]]
    return pd.DataFrame(rows, columns=LINKS)


def _relief(risk: Mapping[object, object], chosen: Chosen) -> list[tuple[str, float | None]]:
    own = _inside(risk, chosen.base.setting.cells).to_numpy(dtype=bool)
    found = {name: float(values[own, -1].sum(axis=0).mean()) for name, values in chosen.relief.items()}
    ranked = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return [(name, wte) for name, wte in ranked if wte >= SMALLEST]


def _own(risk: Mapping[object, object], actions: Sequence[Action]) -> list[tuple[str, float | None]]:
    pairs = [{"pillar": pillar, "profession": each.profession} for each in actions for pillar in each.pillars]
    owners = [each.id for each in actions for _ in each.pillars]
    inside = _inside(risk, pd.DataFrame(pairs, columns=["pillar", "profession"]))
    named = [name for name, is_own in zip(owners, inside, strict=True) if is_own]
    return [(name, None) for name in dict.fromkeys(named)]


def _inside(risk: Mapping[object, object], rows: pd.DataFrame) -> pd.Series:
    own = (rows["pillar"] == risk["pillar"]) | (risk["pillar"] == "all")
    return own & ((rows["profession"] == risk["profession"]) | (risk["profession"] == ""))


def _link(risk: str, action: Action, chosen: Chosen | None, wte: float | None) -> dict[str, object]:
    taken = None if chosen is None or not action.open else action.id in chosen.ids
    return {
        "risk": risk,
        "id": action.id,
        "title": action.title,
        "status": action.status,
        "chosen": taken,
        "wte": wte,
    }
