"""Sentences and tables about the risks that the model itself sees."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from pipeline.metrics.assurance.definitions import Assurance
from pipeline.metrics.indicators.parts import SYSTEM
from pipeline.metrics.registers import level_of
from pipeline.metrics.scope import Scope
from pipeline.model.gap_ahead import flows_by_cell
from pipeline.model.outcome import Outcome
from pipeline.model.seen_risks import FEW, PLAN, ROUTE, SHORT, WAVE
from pipeline.model.why import TODAY
from pipeline.plan import PILLAR_NAMES
from pipeline.reference import risk_bands, seen_risk
from pipeline.report.register_words import in_hundred, linked
from pipeline.report.scenario_words import TOLD_AS
from pipeline.report.words import is_missing, join, lower, month, plain, plural, wte
from pipeline.report.wte_disclosure import HeldWte

SEEN_NOTE = (
    "Seen by the model under present trends. Likelihood: share of calculations in which it comes about. Size: WTE in "
    "the mean of those. Impact is that size as a share of the staff in post of the pillar; the classes of likelihood "
    "and impact are placeholders until the board sets them. A cause is a part of the change of the gap, or who leaves, "
    "up to the month of the risk unless another is named. An action relieves at that month what it brings or saves "
    "there by itself, also where nobody is missing; chapter 10 counts only what closes a gap at the horizon. Where the "
    "risk is of staff in post, what counts is the staff in post that an action brings. Chosen actions come first."
)
MAP_NOTE = (
    "Ids that begin with M are risks that the model sees, at the likelihood measured; all others are the register's, "
    "at the likelihood that their owners give. The word in a cell is the level of its score."
)
CAUSES, SMALLEST = 3, 0.5
"""How many parts of a gap are told as a cause, and the WTE below which a part is none."""
OF_LEAVING = (PLAN, FEW, WAVE)
"""Kinds of risk that come about by who leaves."""
LEAVING = ("left", "retired", "career break", "ill health or death", "transferred out of the system")


def titles(seen: pd.DataFrame, scope: Scope) -> list[str]:
    """Each risk in one line."""
    return [_title(row, scope) for row in seen.to_dict("records")]


def _title(row: Mapping[Hashable, Any], scope: Scope) -> str:
    if row["kind"] == SHORT:
        pillar = PILLAR_NAMES[row["pillar"]].capitalize()
        return f"{pillar}: more than {_whole(seen_risk('short_share'))} of the staff needed is missing"
    if row["kind"] == PLAN:
        return f"Staff are more than {_whole(seen_risk('plan_missed_share'))} below those of the operational plan"
    if row["kind"] == FEW:
        on = f"one employer, {scope.names.get(row['employer'], row['employer'])}" if row["employer"] else "few people"
        return f"{row['profession']} stand on {on}, and over {_whole(seen_risk('staff_lost_share'))} of them are lost"
    if row["kind"] == WAVE:
        return f"{row['profession']}: more than {_whole(seen_risk('retired_share'))} of today's staff retire"
    return f"{row['profession']} run short while nobody begins on {row['route']}"


def _whole(share: float) -> str:
    return f"{share * 100:g}%"


def without_small(seen: pd.DataFrame, held: HeldWte) -> pd.DataFrame:
    """The risks that the model sees, without the size of those about a team too small to show. `wte` is missing there.

    Takes the result of seen_risks.
    """
    team = {"employer": "", "pillar": "all", "profession": ""}
    whole = seen[list(team)].replace({name: {word: SYSTEM} for name, word in team.items()})
    few = [
        any(held.has(**{**group, "employer": employer}) for employer in {group["employer"], SYSTEM})
        for group in whole.to_dict("records")
    ]
    return seen.assign(wte=seen["wte"].mask(pd.Series(few, index=seen.index, dtype=bool)))


def _size(number: float) -> str:
    return "too few people to say how many" if is_missing(number) else f"{wte(number)} WTE"


def seen_sentences(seen: pd.DataFrame, scope: Scope) -> list[str]:
    """How many risks the model sees, and the highest of them."""
    if seen.empty:
        return ["The model sees no risk of its own under present trends that comes about in one calculation in twenty."]
    first, title = seen.iloc[0], titles(seen.head(1), scope)[0]
    return [
        f"Beside the register, the model sees {plural(len(seen), 'risk')} under present trends. The highest: "
        f"“{plain(title)}” by {month(first['month'])}, in {in_hundred(first['likelihood'])}, {_size(first['wte'])} in "
        "size."
    ]


def seen_table(
    seen: pd.DataFrame,
    links: pd.DataFrame,
    parts: Mapping[str, pd.DataFrame],
    assurance: Assurance,
    scope: Scope,
    owner: str,
) -> pd.DataFrame:
    """The risks that the model sees: what, how likely, how large, why, whose, what to watch and what relieves it.

    `links` is the result of actions.linking.links_relieving, `parts` that of parts_of, `owner` the plan's.
    """
    watched = {trigger.id: trigger.title for _, trigger in assurance.triggers()}
    words = {what: [band.word for band in risk_bands(what)] for what in ("likelihood", "impact")}
    rows = [
        {
            "id": row["id"],
            "risk": title,
            "how_likely_and_how_large": f"{level_of(row['score']).capitalize()} ({row['score']}): "
            f"{in_hundred(row['likelihood'])} by {month(row['month'])}, "
            f"{words['likelihood'][row['likelihood_class'] - 1]}; {_size(row['wte'])}, "
            f"{words['impact'][row['impact_class'] - 1]}",
            "cause": cause(row, parts[row["id"]]),
            "who_watches_what": f"{owner or 'No owner in plan.yaml'}: "
            f"{lower(watched.get(row['watch'], 'no assurance trigger watches it'))}",
            "actions": linked(links[links["risk"] == row["id"]]),
        }
        for row, title in zip(seen.to_dict("records"), titles(seen, scope), strict=True)
    ]
    return pd.DataFrame(rows)


def parts_of(
    seen: pd.DataFrame, parts: pd.DataFrame, horizon: pd.Timestamp, found: Outcome | None
) -> dict[str, pd.DataFrame]:
    """The parts of the gap that the cause of each risk is told from, by its id, with the `month` up to which they go.

    `parts` are the first scenario's rows of gap_parts, which go to the `horizon`. Who leaves is known up to the month
    of the risk where the outcome of present trends is at hand (`found`).
    """
    whole = parts.assign(month=horizon)
    return {
        str(row["id"]): flows_by_cell(found, row["month"]).assign(month=row["month"])
        if found is not None and row["kind"] in OF_LEAVING
        else whole
        for row in seen.to_dict("records")
    }


def cause(row: Mapping[Hashable, Any], parts: pd.DataFrame) -> str:
    """The largest parts of the gap that widen it where the risk is, in words with their WTE, from one of parts_of."""
    own = parts if row["pillar"] == "all" else parts[parts["pillar"] == row["pillar"]]
    own = own[own["profession"] == row["profession"]] if row["profession"] else own
    if row["kind"] in OF_LEAVING:
        own = own[own["part"].isin(LEAVING)]
    told = own[own["part"] != TODAY].assign(told=lambda rows: rows["part"].map(lambda part: TOLD_AS.get(part, part)))
    summed = told.groupby("told")["wte"].sum().sort_values(ascending=False)
    largest = summed[summed >= SMALLEST].head(CAUSES)
    few = is_missing(row["wte"])
    named = join(lower(name) if few else f"{lower(name)} ({wte(value)} WTE)" for name, value in largest.items())
    start = "no intake goes on; " if row["kind"] == ROUTE else ""
    until = own["month"].iloc[0] if len(own) else row["month"]
    to = f", up to {month(until)}" if until > row["month"] else ""
    return f"{start}{named}{to}" if named else f"{start}no part of the gap stands out"


def on_map(ranked: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """The register's risks and the model's for the map: id, risk kind, likelihood and impact as classes."""
    own = ranked[["id", "likelihood", "impact"]].assign(seen_by="owner")
    columns = {"likelihood_class": "likelihood", "impact_class": "impact"}
    model = seen[["id", *columns]].rename(columns=columns).assign(seen_by="model")
    both = pd.concat([rows for rows in (own, model) if len(rows)] or [own], ignore_index=True)
    return both[["id", "seen_by", "likelihood", "impact"]]
