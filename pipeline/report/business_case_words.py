"""A page for each dear action that is chosen: need, options, cost, effect, risk and the decision asked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from pipeline.actions.choosing import costs_by_year
from pipeline.actions.chosen import Chosen
from pipeline.actions.effects import LeverEffect
from pipeline.actions.library import Action
from pipeline.assumptions import default_assumptions
from pipeline.metrics.registers import actions_named
from pipeline.plan import Plan
from pipeline.reference import portfolio
from pipeline.report.effect_words import size_said
from pipeline.report.words import join, month, plain, pounds, wte
from pipeline.sources.rules.governance import ids_of

OTHERS = 2
"""Options beside doing nothing and the action itself that a page names."""


def with_business_case(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The chosen actions whose cost over the plan's years is large enough for a page of their own, dearest first."""
    return rows[rows["chosen"] & (rows["cost"] >= _from(plan))].sort_values("cost", ascending=False)


def _from(plan: Plan) -> float:
    asked = plan.file.portfolio.business_case_from
    return portfolio("business_case_from") if asked is None else asked


def business_case(
    row: pd.Series, rows: pd.DataFrame, chosen: Chosen, action: Action, gaps: pd.DataFrame, risks: pd.DataFrame
) -> pd.DataFrame:
    """The page of an action as a table of two columns: part and what is said of it.

    `row` is its row of portfolio_tables.action_rows (`rows`), `gaps` the gap by profession at the horizon as far as it
    may be shown, `risks` the plan's register.
    """
    parts = {
        "Need": _need(action, gaps, chosen),
        "What is proposed": f"{action.title}. Owner: {action.owner}. Starts in {month(row['start'])}; in full after "
        f"{action.lead_months} months.",
        "Options": f"{_nothing(action, gaps, chosen)} {_options(row, rows)}",
        "Cost": _cost(action, chosen),
        "Effect": _effect(row, action),
        "Measure of success": action.measure,
        "Risk": _risk(action, risks),
        "Decision asked": f"Approve {pounds(row['cost'])} over the plan's years for {action.title[:1].lower()}"
        f"{action.title[1:]}.",
    }
    return pd.DataFrame({"part": list(parts), "case": list(parts.values())})


def _need(action: Action, gaps: pd.DataFrame, chosen: Chosen) -> str:
    own = gaps[gaps["profession"] == action.profession]
    last = month(chosen.before.months[-1])
    if own.empty:
        return f"{action.profession}: the gap cannot be worked out from the plan's files, or is of too few to show."
    gap = own.iloc[0]
    return (
        f"{action.profession}: {wte(gap['needed'])} WTE needed in {last} and {wte(gap['there'])} there if present "
        f"trends go on; {wte(gap['p50'])} missing (P10 to P90: {wte(gap['p10'])} to {wte(gap['p90'])})."
    )


def _nothing(action: Action, gaps: pd.DataFrame, chosen: Chosen) -> str:
    """What doing nothing costs and leaves."""
    own = gaps[gaps["profession"] == action.profession]
    if own.empty:
        return "Do nothing: no cost, and nothing closed."
    gap = own.iloc[0]
    return (
        f"Do nothing: no cost of its own, and {wte(gap['p50'])} WTE missing in {month(chosen.before.months[-1])} (P10 "
        f"to P90: {wte(gap['p10'])} to {wte(gap['p90'])}), unless other actions close some of it."
    )


def _options(row: pd.Series, rows: pd.DataFrame) -> str:
    same = rows[(rows["profession"] == row["profession"]) & (rows["id"] != row["id"]) & rows["relief"].notna()]
    others = same.sort_values("relief", ascending=False).head(OTHERS).to_dict("records")
    said = [f"This action: {_brings(row.to_dict())}."]
    said += [
        f"{other['id']}, {other['title']}: {_brings(other)}, {'chosen as well' if other['chosen'] else 'not chosen'}."
        for other in others
    ]
    return " ".join(said)


def _brings(row: Mapping[Hashable, Any]) -> str:
    return f"{wte(row['relief'])} WTE for {pounds(row['cost'])}"


def _cost(action: Action, chosen: Chosen) -> str:
    recurrent, capital = costs_by_year(action, chosen.years)
    years = [
        f"{year} {pounds(running + once)}"
        for year, running, once in zip(chosen.years.names, recurrent, capital, strict=True)
        if running + once
    ]
    of_it = f"{pounds(recurrent.sum())} of running cost and {pounds(capital.sum())} of capital"
    return f"{of_it}: {join(years)}." if years else "No cost falls in the plan's years."


def _effect(row: pd.Series, action: Action) -> str:
    """What the model says the action brings and from what, what its owner says, and where the first is above it all."""
    how = (
        f"Modelled from what it changes: {join([_said(each) for each in action.effects])}."
        if action.effects
        else f"The model takes it to bring what its owner estimates{_because(action)}."
    )
    own = action.wte
    above = " The model's figure lies above the owner's highest." if row["relief"] > own.high else ""
    return (
        f"{wte(row['relief'])} WTE fewer missing at the horizon (P10 to P90: {wte(row['relief_p10'])} to "
        f"{wte(row['relief_p90'])}). {how} The owner's own estimate: {wte(own.central)} WTE once in "
        f"full ({wte(own.low)} to {wte(own.high)}).{above}"
    )


def _because(action: Action) -> str:
    return f": {action.evidence.rstrip('.')}" if action.evidence else ""


def _said(effect: LeverEffect) -> str:
    parts = (effect.lever.replace("_", " "), effect.item, effect.profession, effect.employer)
    size = size_said(effect, default_assumptions())
    return f"{', '.join(part for part in parts if part)} {size} ({effect.because.rstrip('.')})"


def _risk(action: Action, risks: pd.DataFrame) -> str:
    """The risks of the register that the action answers, and those that threaten it."""
    answers = risks[[bool(actions_named(str(text), [action.id])) for text in risks["response"]]]
    threats = risks[[action.id in ids_of(ids) for ids in risks["threatens"]]]
    named = [f"Answers risk {_one_risk(row)}" for row in answers.itertuples()]
    named += [f"Threatened by risk {_one_risk(row)}" for row in threats.itertuples()]
    return " ".join(named) or "The response to no risk of the register names this action, and no risk threatens it."


def _one_risk(row: Any) -> str:
    told = f"{row.id}, {row.title} (likelihood {row.likelihood}, impact {row.impact} of 5): {row.response}"
    return f"{told.rstrip('.')}."


def cases_sentences(cases: pd.DataFrame, plan: Plan) -> list[str]:
    """Which chosen actions have a page, and from what cost."""
    least = _from(plan)
    if cases.empty:
        return [f"No chosen action costs {pounds(least)} or more over the plan's years, so none needs a business case."]
    names = join([f"{row.id} ({plain(row.title)})" for row in cases.itertuples()])
    return [f"Chosen actions that cost {pounds(least)} or more over the plan's years have a page each: {names}."]
