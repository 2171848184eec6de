"""Sentences and tables about the set of actions that is chosen: what it brings and costs, and why others are left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.actions.choosing import costs_by_year
from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action
from pipeline.actions.portfolio import Portfolio
from pipeline.actions.relief import yearly
from pipeline.actions.weighing import BUDGET, CAPACITY, EXCLUDED, NEEDS, NO_MORE, PINNED_OUT, TOO_DEAR, Reason
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.scope import Scope
from pipeline.model.outcome import Outcome
from pipeline.plan import PILLAR_NAMES
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, is_missing, join, lower, month, percent, plain, plural, pounds, wte

Array = NDArray[np.float64]
CAPACITY_WORDS = {
    "placements": "clinical placements",
    "supervision_hours": "hours of supervision",
    "management_days": "managers' days",
}
ESTIMATED, MODELLED = "owner", "model"
RELIEF_NOTE = (
    "Effect: WTE fewer missing at the horizon, P10 to P90, with each action alone: the model without it less that with "
    "it, on the same draws. From “model”: the action says what it changes, and lead times and training are in its "
    "effect; from “owner”: it brings what its owner estimates. £ a WTE and year: cost over the plan's years for each "
    "WTE less missing throughout one of them."
)
BEFORE_AFTER_NOTE = (
    "Means of all draws of the full model. Missing is the shortages added up, gross; staff to spare elsewhere are not "
    "set against them."
)
FRONTIER_NOTE = (
    "The mean of the ends of the plan's years, effects added up as far as the gap. Limits on years, placements and "
    "managers' time hold throughout."
)
REGRET_NOTE = (
    "By how many WTE, worst tenth and cost weighed in, a set falls short of the best for that scenario; 0 is the best. "
    "Effects and budgets are those under present trends in all, so only what the gap has room for differs. “Most” is "
    "the largest of a row."
)
YEARS_NOTE = (
    "Financial years; the first and the last are in part. Pay of staff who are kept or recruited is in chapter 13."
)


def action_rows(chosen: Chosen, actions: Sequence[Action]) -> pd.DataFrame:
    """A row an action: what it is, what it relieves at the horizon and over the years, its cost, and whether chosen.

    `relief` (mean, with relief_p10 and relief_p90) is WTE fewer missing at the horizon, `relief_years` the mean of year
    ends; `cost` is pounds over the plan's years, `pounds_a_wte` what each WTE less missing costs for a year.
    """
    return pd.DataFrame([_action_row(chosen, action) for action in actions])


def _action_row(chosen: Chosen, action: Action) -> dict[str, object]:
    relief = chosen.relief.get(action.id)
    horizon = None if relief is None else _closed(chosen.base.gap[:, -1], relief[:, -1])
    years = np.nan if relief is None else float(_of_years(chosen, relief))
    recurrent, capital = costs_by_year(action, chosen.years)
    cost = float(recurrent.sum() + capital.sum())
    worth = years > 0.05
    return {
        "id": action.id,
        "title": action.title,
        "theme": action.theme,
        "level": action.level,
        "term": action.term,
        "pillars": ", ".join(PILLAR_NAMES[pillar] for pillar in action.pillars),
        "profession": action.profession,
        "owner": action.owner,
        "start": pd.Timestamp(action.starts_on),
        "lead_months": action.lead_months,
        "recurrent": action.cost.recurrent,
        "capital": action.cost.capital,
        "cost": cost,
        "relief_p10": np.nan if horizon is None else float(np.percentile(horizon, 10)),
        "relief": np.nan if horizon is None else float(horizon.mean()),
        "relief_p90": np.nan if horizon is None else float(np.percentile(horizon, 90)),
        "relief_years": years,
        "pounds_a_wte": cost / (years * chosen.years.length) if worth else np.nan,
        "effect": _basis(action),
        "measure": action.measure,
        "depends_on": ", ".join(action.depends_on),
        "status": action.status,
        "chosen": action.id in chosen.ids,
        "reason": _reason(chosen, action),
    }


def _basis(action: Action) -> str:
    """Whose word the effect is, and how good its figures are."""
    if not action.effects:
        return ESTIMATED
    grades = sorted({effect.grade for effect in action.effects})
    return f"{MODELLED} ({join(grades)})"


def _closed(gap: Array, relief: Array) -> Array:
    """By how much relief lowers the gross gap, by draw: what goes beyond the gap of a cell closes nothing."""
    return np.asarray((np.maximum(gap, 0.0) - np.maximum(gap - relief, 0.0)).sum(axis=0))


def _of_years(chosen: Chosen, relief: Array) -> float:
    gap, own = yearly(chosen.base.gap, chosen.base), yearly(relief, chosen.base)
    return float(_closed(gap, own).mean())


def summary_row(chosen: Chosen) -> pd.DataFrame:
    """The chosen set in one row: number, cost, relief with its range, gap before and after, ratio, solver's words."""
    before, after = (_median(each) for each in (chosen.before.gross[-1], chosen.after.gross[-1]))
    fall = set_relief(chosen)
    return pd.DataFrame(
        [
            {
                "actions": len(chosen.choice.options),
                "chosen": len(chosen.ids),
                "cost": chosen.found.cost,
                "relief_p10": float(np.percentile(fall, 10)),
                "relief": full_fall(chosen),
                "relief_p90": float(np.percentile(fall, 90)),
                "gap_before": before,
                "gap_after": after,
                "realised_ratio": chosen.realised,
                "solver_status": chosen.found.status,
                "solver_gap": chosen.found.bound_gap,
            }
        ]
    )


def set_relief(chosen: Chosen) -> Array:
    """WTE fewer missing at the horizon with the chosen set, by sample, about the fall of the full model's middle.

    In each sample it is what the actions relieve, up to the gap of each cell, which says how far the effect may lie
    from its middle; the full model, in which they get in one another's way and chance plays, says where that is.
    """
    gap = chosen.base.gap[:, -1]
    whole = sum((chosen.relief[name][:, -1] for name in chosen.ids), np.zeros_like(gap))
    falls = _closed(gap, whole)
    fall, middle = full_fall(chosen), _median(falls)
    return np.asarray(falls * (fall / middle) if middle > 0 else np.full_like(falls, fall))


def full_fall(chosen: Chosen) -> float:
    """By how much the set lowers the middle of the gross gap at the horizon in the full model."""
    return _median(chosen.before.gross[-1]) - _median(chosen.after.gross[-1])


def _median(values: Array) -> float:
    return float(np.median(values))


def portfolio_sentences(chosen: Chosen, actions: Sequence[Action]) -> list[str]:
    """What is chosen, what it brings and costs, how it was found, and how far the whole set does what its parts do."""
    row = next(summary_row(chosen).itertuples())
    if not chosen.ids:
        return ["No action is chosen: within the budgets and limits of the plan none is worth what it costs."]
    last, closed = month(chosen.before.months[-1]), len(actions) - row.actions
    over = f" ({count(closed)} {agree(closed, 'is', 'are')} delivered or stopped)" if closed else ""
    told = f"Of {plural(len(actions), 'action')} listed, {count(row.actions)} can be taken{over}"
    span = f"P10 to P90: {wte(row.relief_p10)} to {wte(row.relief_p90)}"
    return [
        f"{told} and **{count(row.chosen)}** {agree(row.chosen, 'is', 'are')} chosen, at **{pounds(row.cost)}** over "
        "the plan's years, before the pay of staff who stay or come because of what is done (chapter 13).",
        f"With what is chosen **{wte(row.relief)} WTE** fewer are missing in {last} ({span}): in the full model the "
        f"middle of the gross gap falls from {wte(row.gap_before)} to {wte(row.gap_after)} WTE, so "
        f"{percent(_share_left(row))} of it is left.",
        _how_found(chosen),
    ]


def _share_left(row: Any) -> float:
    return float(row.gap_after / row.gap_before) if row.gap_before > 0 else 0.0


def asked_sentences(chosen: Chosen, rows: pd.DataFrame, register: pd.DataFrame) -> list[str]:
    """What is asked for: how many actions are under way, agreed and new, their cost to the end of the first whole year.

    `register` is the assumptions in use; those that are placeholders are a reason to hold back.
    """
    whole = [number for number, months in enumerate(np.bincount(chosen.years.number)) if months == MONTHS_IN_YEAR]
    if not chosen.ids or not whole:
        return []
    own = rows[rows["chosen"]]["status"].replace("proposed", "new").value_counts()
    found = [(int(own[state]), state) for state in ("under way", "agreed", "new") if state in own]
    states = [
        f"{count(number)} {agree(number, 'is', 'are') + ' ' if not place else ''}{state}"
        for place, (number, state) in enumerate(found)
    ]
    first = years_table(chosen).head(whole[0] + 1)
    costs = [
        f"{pounds(row.recurrent)} to run and {pounds(row.capital)} of capital in {row.year}"
        for row in first.itertuples()
    ]
    told = f"Of the actions chosen in chapter 10, {join(states)}, at {join(costs)}."
    stand_ins = int((register["Grade"] == "placeholder").sum())
    caution = (
        f" {plural(stand_ins, 'figure')} of the model still {agree(stand_ins, 'stands', 'stand')} in for "
        f"{agree(stand_ins, 'one', 'ones')} that nobody has supplied (chapter 15): what is approved before should be "
        "what can be stopped again."
        if stand_ins
        else ""
    )
    return [f"{told}{caution}"]


def frontier_sentences(chosen: Chosen) -> list[str]:
    """What most of the effect could be had for, and what the last of the money buys."""
    rows = frontier_table(chosen)
    last, before = rows.iloc[-1], rows.iloc[-2]
    enough = rows[rows["fewer"] >= MOST * last["fewer"]].iloc[0]
    most = (
        f"{percent(enough['fewer'] / last['fewer'])} of the effect can be had for {pounds(enough['cost'])}; "
        if enough["cost"] < last["cost"]
        else ""
    )
    return [
        f"{most}{'the' if most else 'The'} last {pounds(last['cost'] - before['cost'])} of the {pounds(last['cost'])} "
        f"buys {wte(last['fewer'] - before['fewer'])} WTE, in the mean of the plan's years."
    ]


MOST = 0.75
"""The share of the whole effect of which the text says what it can be had for."""


def proposed_sentences(chosen: Chosen) -> list[str]:
    """The set that is chosen, for the summary: how many actions, for how much, what they bring."""
    if not chosen.ids:
        return []
    row, last = next(summary_row(chosen).itertuples()), month(chosen.before.months[-1])
    span = f"P10 to P90: {wte(row.relief_p10)} to {wte(row.relief_p90)}"
    return [
        f"{plural(row.chosen, 'action')} for {pounds(row.cost)} over the plan's years, before pay (chapters 10 and "
        f"13), bringing {wte(row.relief)} WTE by {last} ({span}) and leaving "
        f"{percent(_share_left(row))} of the gap."
    ]


def _how_found(chosen: Chosen) -> str:
    solved = (
        f"By the measure of the method (section 8: {count(chosen.choice.samples)} draws, effects added up) no other "
        "set within the budgets and limits is better, which the solver proved"
        if chosen.found.status == "optimal" and chosen.found.bound_gap <= 1e-6
        else f"The solver ended with “{chosen.found.status}”, and a set better by {percent(chosen.found.bound_gap)} "
        "may exist"
    )
    again = (
        "; what pairs of actions lose together was then counted, and the set chosen again"
        if chosen.solved_again
        else ""
    )
    realised = (
        f" Run together, staff in expected values, the actions bring {percent(chosen.realised)} of what each "
        f"brings alone{again}."
        if not is_missing(chosen.realised) and len(chosen.ids) > 1
        else ""
    )
    equity = (
        ""
        if chosen.equity_kept
        else " No set keeps every employer within the share of staff missing that the plan asks for, so that bound was "
        "left out."
    )
    return f"{solved}.{realised}{equity}"


def needed_sentences(rows: pd.DataFrame) -> list[str]:
    """Chosen actions that close nothing by themselves, why they are in the set, and what they come to together."""
    taken = rows[rows["chosen"]].set_index("id", drop=False)
    waits = {first: name for name, row in taken.iterrows() for first in row["depends_on"].split(", ") if first}
    idle = [name for name, row in taken.iterrows() if row["relief_years"] <= IDLE and name in waits]
    return [
        f"{name} closes nothing by itself, and is in the set since {waits[name]} needs it; together they cost "
        f"{pounds(taken.loc[[name, waits[name]], 'cost'].sum())} and bring "
        f"{wte(taken.loc[[name, waits[name]], 'relief'].sum())} WTE."
        for name in idle
    ]


IDLE = 0.05
"""WTE below which an action closes nothing that a reader would see."""


def alike_sentences(rows: pd.DataFrame) -> list[str]:
    """The range of the set if every effect erred alike, beside the one in which each errs by itself."""
    own = rows[rows["chosen"]]
    if len(own) < SEVERAL:
        return []
    low, high = (wte(own[name].sum()) for name in ("relief_p10", "relief_p90"))
    return [
        "The range of the set takes the effects of different actions to err independently; if all erred alike, it "
        f"would reach from {low} to {high} WTE."
    ]


SEVERAL = 2


def pins_sentences(chosen: Chosen, actions: Sequence[Action]) -> list[str]:
    """What it costs that some actions are taken or left whatever comes of it."""
    held = [name for name, taken in chosen.choice.pinned.items() if taken]
    left = [name for name, taken in chosen.choice.pinned.items() if not taken]
    parts = [
        f"{join(named(actions, held))} {'is' if len(held) == 1 else 'are'} under way or taken by decision"
        if held
        else "",
        f"{join(named(actions, left))} {'is' if len(left) == 1 else 'are'} left by decision, or wait for one that is"
        if left
        else "",
    ]
    said = [part for part in parts if part]
    if not said:
        return []
    return [f"{'; '.join(said)}. {_cost_of_pins(chosen.found, chosen.free)}"]


def _cost_of_pins(found: Portfolio, free: Portfolio | None) -> str:
    if free is None:
        return "Without these decisions the same set would be chosen."
    more, dearer = float(found.unmet.mean() - free.unmet.mean()), found.cost - free.cost
    less = f"{wte(abs(more))} WTE {'fewer' if more > 0 else 'more'} would be missing on average"
    return f"Without these decisions {less}, for {pounds(abs(dearer))} {'less' if dearer > 0 else 'more'}."


def named(actions: Sequence[Action], ids: Sequence[str]) -> list[str]:
    """Actions by id and title."""
    titles = {action.id: action.title for action in actions}
    return [f"{name} ({plain(titles[name])})" for name in ids]


def _reason(chosen: Chosen, action: Action) -> str:
    """Why an action is not chosen, and whether money would be there for it a year later."""
    reason = chosen.why_not.get(action.id)
    said = reason_said(reason)
    if reason is None or reason.kind != BUDGET or reason.also or action.costs:
        return said
    later = action.model_copy(update={"start": f"{int(action.start[:4]) + 1}{action.start[4:]}"})
    taken = [option for option in chosen.choice.options if option.id in chosen.ids]
    spent = [np.sum([getattr(each, kind) for each in taken], axis=0) for kind in ("recurrent", "capital")]
    limits = (chosen.choice.recurrent_budget, chosen.choice.capital_budget)
    costs = costs_by_year(later, chosen.years)
    fits = all((so_far + more <= most).all() for so_far, more, most in zip(spent, costs, limits, strict=True))
    return f"{said}; there is money for it if it begins a year later" if fits and taken else said


def reason_said(reason: Reason | None) -> str:
    """Why an action is not chosen, in words; empty where it is."""
    if reason is None:
        return ""
    return "; ".join([_one_reason(reason), *(lower(_one_reason(other)) for other in reason.also)])


def _one_reason(reason: Reason) -> str:
    kind, _, year = reason.about.partition(", ")
    of_year = f"Over the {'running' if kind == 'recurrent' else kind} budget of {year}"
    return {
        PINNED_OUT: "Left by decision, or what must come first is stopped",
        NEEDS: f"What must come first is not chosen: {reason.about}",
        EXCLUDED: f"Cannot stand beside {reason.about}",
        BUDGET: of_year if year else "Over the money in all",
        CAPACITY: f"Over the {CAPACITY_WORDS.get(reason.about, reason.about)} there are",
        NO_MORE: "Closes no more of the gap",
        TOO_DEAR: "Costs more than what it closes is held to be worth",
    }[reason.kind]


def chosen_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The chosen actions: who leads, from when, effect with range, cost, and whether model or owner says so."""
    own = rows[rows["chosen"]].sort_values(["start", "id"])
    full = own["start"].dt.to_period("M") + own["lead_months"].astype(int)
    when = [f"{start:%b %Y} to {ends:%b %Y}" for start, ends in zip(own["start"], full, strict=True)]
    shown = own.assign(effect=_ranges(own), start_to_full_effect=when, whose_effect=own["effect"])
    return shown[
        ["id", "title", "owner", "start_to_full_effect", "effect", "whose_effect", "cost", "pounds_a_wte"]
    ].rename(columns={"whose_effect": "from", "pounds_a_wte": "£ a WTE and year"})


def left_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The actions that are not chosen and why, those with most effect first."""
    own = rows[~rows["chosen"]].sort_values("relief", ascending=False)
    open_ones = own[own["relief"].notna()]
    shown = open_ones.assign(whose_effect=open_ones["effect"], effect=_ranges(open_ones))
    return shown[["id", "title", "effect", "whose_effect", "cost", "pounds_a_wte", "reason"]].rename(
        columns={"whose_effect": "from", "pounds_a_wte": "£ a WTE and year"}
    )


def _ranges(rows: pd.DataFrame) -> list[str]:
    return ["after the horizon" if row.relief_p10 == row.relief_p90 == 0 else _range(row) for row in rows.itertuples()]


def _range(row: Any) -> str:
    return f"{wte(row.relief)} ({wte(row.relief_p10)} to {wte(row.relief_p90)})"


def years_table(chosen: Chosen) -> pd.DataFrame:
    """A row a financial year: what the chosen set costs against the budgets, in pounds."""
    taken = [option for option in chosen.choice.options if option.id in chosen.ids]
    spent = {
        kind: np.sum([getattr(each, kind) for each in taken], axis=0) if taken else np.zeros(len(chosen.years.names))
        for kind in ("recurrent", "capital")
    }
    table = pd.DataFrame({"year": list(chosen.years.names), **spent})
    for kind, budget in (("recurrent", chosen.choice.recurrent_budget), ("capital", chosen.choice.capital_budget)):
        if np.isfinite(budget).any():
            table[f"{kind}_budget"] = np.where(np.isfinite(budget), budget, np.nan)
    return table


def uses_table(chosen: Chosen) -> pd.DataFrame:
    """What the chosen set takes of each capacity that is limited, and how much there is."""
    taken = [option for option in chosen.choice.options if option.id in chosen.ids]
    rows = [
        {"capacity": CAPACITY_WORDS[name], "taken": sum(each.uses.get(name, 0.0) for each in taken), "there": most}
        for name, most in chosen.choice.capacity.items()
    ]
    return pd.DataFrame(rows, columns=["capacity", "taken", "there"])


def by_group(chosen: Chosen, by: str, scope: Scope) -> pd.DataFrame:
    """The gap at the horizon before and after, and the share of staff missing, by pillar or employer; means."""
    cells, last = chosen.before.cells, chosen.before.by_cell.kept.index(chosen.before.by_cell.kept[-1])
    rows = cells.assign(
        needed=chosen.before.by_cell.needed[:, last].mean(axis=1),
        missing_before=_short(chosen.before, last),
        missing_after=_short(chosen.after, last),
    )
    summed = rows.groupby(by, as_index=False, sort=False)[["needed", "missing_before", "missing_after"]].sum()
    shown = summed.assign(
        fewer=summed["missing_before"] - summed["missing_after"],
        share_left=summed["missing_after"] / summed["needed"],
    ).sort_values("missing_before", ascending=False)
    return name_pillars(shown) if by == "pillar" else scope.named(shown, by)


def _short(found: Outcome, last: int) -> Array:
    by_cell = found.by_cell
    return np.asarray(np.maximum(by_cell.needed[:, last] - by_cell.there[:, last], 0.0).mean(axis=1))


def frontier_table(chosen: Chosen) -> pd.DataFrame:
    """The best set for each of several sums of money: cost, WTE missing on average, and which actions."""
    rows = chosen.frontier
    return pd.DataFrame(
        {
            "cost": rows["cost"],
            "missing": rows["unmet"],
            "fewer": float(np.maximum(chosen.choice.gap, 0.0).sum(axis=0).mean()) - rows["unmet"],
            "actions": [", ".join(ids) if ids else "none" for ids in rows["chosen"]],
        }
    )


def frontier_points(chosen: Chosen) -> pd.DataFrame:
    """The frontier as its chart takes it: cost against WTE fewer missing, the chosen set marked."""
    shown = frontier_table(chosen)
    return pd.DataFrame(
        {
            "label": [plural(len(ids), "action") for ids in chosen.frontier["chosen"]],
            "x": shown["cost"],
            "y": shown["fewer"],
            "chosen": [tuple(ids) == tuple(chosen.ids) for ids in chosen.frontier["chosen"]],
            "on_frontier": True,
        }
    )


def regret_table(grid: pd.DataFrame) -> pd.DataFrame:
    """Regret with sets as rows and scenarios as columns, in WTE, the set that can go least wrong first.

    A set that is best in several scenarios stands once. Scenarios are numbered as `scenario_key` says.
    """
    number = {name: place for place, name in enumerate(grid["set"], start=1)}
    sets = grid.assign(ids=[", ".join(ids) for ids in grid["chosen"]])
    rows = []
    for _, same in sets.groupby("ids", sort=False):
        best = join([str(number[name]) for name in same["set"]])
        first = same.iloc[0]
        name = f"Best in {best}: {plural(len(first['chosen']), 'action')}"
        rows.append([name, *(first[each] for each in grid["set"]), first["most"]])
    columns = ["set", *map(str, number.values()), "Most"]
    return pd.DataFrame(rows, columns=columns).sort_values("Most", kind="stable", ignore_index=True)


def scenario_key(grid: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Which scenario each number of a grid of regret stands for."""
    return "; ".join(f"{place} {labels.get(name, name)}" for place, name in enumerate(grid["set"], start=1)) + "."


def regret_sentences(grid: pd.DataFrame, labels: Mapping[str, str], ids: Sequence[str]) -> list[str]:
    """Which set can go least wrong over the scenarios, and by how much the chosen one can."""
    least = grid.loc[grid["most"].idxmin()]
    same = [row.set for row in grid.itertuples() if tuple(row.chosen) == tuple(ids)]
    name = labels.get(str(least["set"]), str(least["set"]))
    start = (
        "If actions bring in every scenario what they bring under present trends, the set that is best if "
        f"{lower(name)} is never further than {wte(least['most'])} WTE from the best of that scenario"
    )
    if str(least["set"]) in same:
        return [f"{start}; it is the set that is chosen."]
    own = grid[grid["set"].isin(same)]
    return [f"{start}." if own.empty else f"{start}; for the set that is chosen it is {wte(own['most'].iloc[0])} WTE."]


def roadmap_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The chosen actions as a roadmap takes them, by theme, soonest first."""
    own = rows[rows["chosen"]].sort_values(["theme", "start", "id"])
    ends = [row.start + pd.offsets.MonthEnd(int(row.lead_months)) for row in own.itertuples()]
    return pd.DataFrame(
        {
            "group": own["theme"],
            "label": [f"{row.id} {row.title}" for row in own.itertuples()],
            "starts": own["start"],
            "in_full": ends,
            "under_way": own["status"] == "under way",
        }
    ).reset_index(drop=True)
