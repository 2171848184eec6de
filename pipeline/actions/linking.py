"""Which actions a risk is answered by: those that its owner names, and those that relieve what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action
from pipeline.actions.relief import Array, brought_in_post
from pipeline.metrics.registers import actions_named
from pipeline.model.seen_risks import OF_STAFF
from pipeline.months import months_between

MOST = 3
"""Actions that a risk of the model's own names: those chosen that relieve most, then others."""
SMALLEST = 0.1
"""WTE below which an action is not said to relieve anything."""
LINKS = ["risk", "id", "title", "status", "chosen", "wte", "in_post"]


def links_named(risks: pd.DataFrame, actions: Sequence[Action], chosen: Chosen | None) -> pd.DataFrame:
    """The actions that the responses of the register name by id: risk, id, title, status, chosen, and wte missing.

    `chosen` is yes or no, or missing where no set was chosen or the action could no longer be. `in_post` says whether
    wte is staff in post.
    """
    known = {action.id: action for action in actions}
    rows = [
        _link(str(row["id"]), known[name], chosen, None)
        for row in risks.to_dict("records")
        for name in actions_named(str(row["response"]), known)
    ]
    return pd.DataFrame(rows, columns=LINKS)


def links_relieving(seen: pd.DataFrame, actions: Sequence[Action], chosen: Chosen | None) -> pd.DataFrame:
    """The actions that relieve the pillar and profession of each risk the model sees: those chosen, then most first.

    `wte` is what the action by itself relieves there at the month of the risk, in the mean of the samples; of a risk
    about staff in post it is the staff in post that the action brings. Where no set was chosen, the actions whose own
    pillar and profession they are stand there without it. Columns as of links_named.
    """
    known = {action.id: action for action in actions}
    about_staff = seen["kind"].isin(OF_STAFF)
    open_ones = [action for action in actions if chosen and action.id in chosen.relief]
    in_post = brought_in_post(chosen.base, open_ones) if chosen and about_staff.any() else {}
    rows = []
    for risk, of_staff in zip(seen.to_dict("records"), about_staff, strict=True):
        of = _relief(risk, chosen, in_post if of_staff else chosen.relief) if chosen else _own(risk, actions)
        rows += [_link(str(risk["id"]), known[name], chosen, wte, of_staff) for name, wte in of[:MOST]]
    return pd.DataFrame(rows, columns=LINKS)


def _relief(
    risk: Mapping[object, object], chosen: Chosen, relief: Mapping[str, Array]
) -> list[tuple[str, float | None]]:
    base = chosen.base
    own = _inside(risk, base.setting.cells).to_numpy(dtype=bool)
    ahead = months_between(base.setting.base_month, pd.Timestamp(str(risk["month"])).date())
    # Between two months that are kept it counts as the earlier, as the size of a risk does.
    place = max(number for number, month in enumerate(base.kept) if month <= ahead)
    found = {name: float(values[own, place].sum(axis=0).mean()) for name, values in relief.items()}
    ranked = sorted(found.items(), key=lambda each: (each[0] not in chosen.ids, -each[1], each[0]))
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


def _link(
    risk: str, action: Action, chosen: Chosen | None, wte: float | None, in_post: bool = False
) -> dict[str, object]:
    taken = None if chosen is None or not action.open else action.id in chosen.ids
    return {
        "risk": risk,
        "id": action.id,
        "title": action.title,
        "status": action.status,
        "chosen": taken,
        "wte": wte,
        "in_post": in_post,
    }
