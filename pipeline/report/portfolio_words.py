"""Sentences about the set of actions that is chosen: what it brings and costs, how it was found, what pins cost."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.actions.chosen import Chosen, Realised
from pipeline.actions.library import Action
from pipeline.actions.portfolio import TOLERANCE, Portfolio
from pipeline.actions.weighing import spent
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.reference import portfolio
from pipeline.report.effect_words import Resting
from pipeline.report.headlines import stand_ins
from pipeline.report.narrative import agree
from pipeline.report.portfolio_tables import (
    ESTIMATED,
    NOT_IN_GAP,
    frontier_table,
    full_fall,
    gaining,
    summary_row,
    years_table,
)
from pipeline.report.tracker_words import BEHIND, LATE, PROPOSED
from pipeline.report.words import count, is_missing, join, lower, month, percent, plain, plural, pounds, wte


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


def asked_sentences(
    chosen: Chosen, rows: pd.DataFrame, followed: pd.DataFrame, register: pd.DataFrame, resting: Resting
) -> list[str]:
    """What is asked for: the new actions with cost, capital and WTE, those that go on, and the cost of all at first.

    `rows` is the result of portfolio_tables.action_rows, `followed` that of tracker_words.tracked. `register` is the
    assumptions in use; those that are placeholders are a reason to hold back, and so are the effects that `resting`
    (effect_words.effects_resting_on_guesses) counts. Costs of all are to the end of the first whole year.
    """
    whole = [number for number, months in enumerate(np.bincount(chosen.years.number)) if months == MONTHS_IN_YEAR]
    if not chosen.ids or not whole:
        return []
    own = rows[rows["chosen"]]
    new = own[own["status"] == PROPOSED]
    costs = {kind: float(each.sum()) for kind, each in spent(chosen.choice, tuple(new["id"])).items()}
    first = years_table(chosen).head(whole[0] + 1)
    all_costs = join([f"{pounds(row.recurrent + row.capital)} in {row.year}" for row in first.itertuples()])
    told = [_new(new, costs), _going_on(own, followed), f"All that is chosen costs {all_costs}."]
    return [" ".join(each for each in [*told, _caution(register, costs["capital"], resting)] if each)]


def _new(new: pd.DataFrame, costs: Mapping[str, float]) -> str:
    """The new actions by id, what they cost to run and as capital, and the WTE of each added up."""
    if new.empty:
        return "No chosen action is new."
    ids = join(map(plain, new["id"]))
    capital = f" and {pounds(costs['capital'])} of capital" if costs["capital"] else ""
    alone = ", each taken by itself" if len(new) > 1 else ""
    return (
        f"{agree(len(new), 'The new one is', 'The new ones are')} {ids} (chapter 10): {pounds(costs['recurrent'])} to "
        f"run over the plan's years{capital}, for {wte(new['relief'].sum())} WTE{alone}."
    )


def _going_on(own: pd.DataFrame, followed: pd.DataFrame) -> str:
    """How many of the chosen are under way, with how many of them are behind, and how many are agreed."""
    numbers = own["status"].value_counts()
    going = followed[followed["id"].isin(own.loc[own["status"] == "under way", "id"])]
    slow = going.loc[going["verdict"].isin([BEHIND, LATE]), "verdict"]
    behind = {"under way": f" ({count(len(slow))} {join(sorted(set(slow)), 'or')})" if len(slow) else ""}
    states = [state for state in ("under way", "agreed") if state in numbers]
    parts = [
        f"{count(numbers[state])} {agree(int(numbers[state]), 'is', 'are') + ' ' if not place else ''}{state}"
        f"{behind.get(state, '')}"
        for place, state in enumerate(states)
    ]
    return f"{join(parts)}." if parts else ""


def _caution(register: pd.DataFrame, capital: float, resting: Resting) -> str:
    """Why to approve only what can be stopped again, and to hold back the `capital`, which cannot be."""
    guessed = stand_ins(register)
    if not guessed:
        return ""
    held_back = f", and hold back the {pounds(capital)} of capital, which cannot" if capital else ""
    effects = (
        f", and {wte(resting.guessed_wte)} of the {wte(resting.wte)} WTE that all chosen actions bring, each by "
        "itself, rest on effects that nobody has measured"
        if resting.guessed
        else ""
    )
    return (
        f"{plural(guessed, 'figure')} of the model still {agree(guessed, 'stands', 'stand')} in for "
        f"{agree(guessed, 'one', 'ones')} that nobody has supplied (chapter 15){effects}. Until somebody does, approve "
        f"{'' if capital else 'only '}what can be stopped again{held_back}."
    )


def frontier_sentences(chosen: Chosen) -> list[str]:
    """What most of the effect could be had for, and what the last of the money buys."""
    rows = frontier_table(chosen)
    rows = rows[gaining(rows["fewer"])]
    if len(rows) == 1:
        return ["More money would close no more of the gap, in the mean of the plan's years."]
    last, before = rows.iloc[-1], rows.iloc[-2]
    enough = rows[rows["fewer"] >= portfolio("most_of_effect") * last["fewer"]].iloc[0]
    most = (
        f"{percent(enough['fewer'] / last['fewer'])} of the effect can be had for {pounds(enough['cost'])}; "
        if enough["cost"] < last["cost"]
        else ""
    )
    return [
        f"{most}{'the' if most else 'The'} last {pounds(last['cost'] - before['cost'])} of the {pounds(last['cost'])} "
        f"buys {wte(last['fewer'] - before['fewer'])} WTE, in the mean of the plan's years."
    ]


def proposed_sentences(
    chosen: Chosen, rows: pd.DataFrame, actions: Sequence[Action], money: pd.DataFrame | None = None
) -> list[str]:
    """The set that is chosen, for the summary: how many actions, for how much, what they bring, and what owners say.

    `rows` is the result of portfolio_tables.action_rows, `money` that of actions.money.plan_money where staff have a
    price.
    """
    if not chosen.ids:
        return []
    row, last = next(summary_row(chosen).itertuples()), month(chosen.before.months[-1])
    span = f"P10 to P90: {wte(row.relief_p10)} to {wte(row.relief_p90)}"
    net = None if money is None else float(money["net"].sum())
    more = net is not None and net > row.cost
    paid = f", {pounds(net)} with pay, less cover saved" if more else ""
    return [
        f"{plural(row.chosen, 'action')} for {pounds(row.cost)} over the plan's years{paid} (chapters 10 and "
        f"13), bringing {wte(row.relief)} WTE by {last} ({span}) and leaving "
        f"{percent(_share_left(row))} of the gap.",
        *_owners_say_less(rows, actions),
    ]


def _owners_say_less(rows: pd.DataFrame, actions: Sequence[Action]) -> list[str]:
    """How much of what chosen actions bring their owners do not believe, for those above the owners' highest."""
    above = _above_owner(rows, actions)
    if not above:
        return []
    one = len(above) == 1
    model = rows.set_index("id").loc[[each.id for each in above], "relief"].sum()
    alone, expect = ("taken", "its owner expects") if one else ("each taken", "their owners expect")
    return [
        f"{join([plain(each.id) for each in above])} {agree(len(above), 'makes', 'make')} {wte(model)} WTE, {alone} by "
        f"itself, of which {expect} {wte(sum(each.wte.central for each in above))}."
    ]


def _above_owner(rows: pd.DataFrame, actions: Sequence[Action]) -> list[Action]:
    """The chosen actions of which the model says more than their owners' highest estimate."""
    own = rows[rows["chosen"]].set_index("id")["relief"]
    return [each for each in actions if each.id in own.index and own[each.id] > each.wte.high]


def _how_found(chosen: Chosen) -> str:
    solved = (
        f"By the measure of the method (section 8: {count(chosen.choice.samples)} draws, effects added up) no other "
        "set within the budgets and limits is better, which the solver proved"
        if chosen.found.status == "optimal" and chosen.found.bound_gap <= TOLERANCE
        else f"The solver ended with “{chosen.found.status}”, and a set better by {percent(chosen.found.bound_gap)} "
        "may exist"
    )
    again = (
        "; what pairs of actions lose together was then counted, and the set chosen again"
        if chosen.solved_again
        else ""
    )
    realised = "" if is_missing(chosen.realised) or len(chosen.ids) < 2 else f" {_tested(chosen.tested)}{again}."
    equity = (
        ""
        if chosen.equity_kept
        else " No set keeps every employer within the share of staff missing that the plan asks for, so that bound was "
        "left out."
    )
    return f"{solved}.{realised}{equity}"


def _tested(tested: Realised) -> str:
    """What the set brings together and one by one, and by what measure, so that a reader can divide the two."""
    return (
        "By another measure (expected staff, middle effects, the mean of the ends of the plan's years) the chosen "
        f"actions bring {tested.together:,.1f} WTE when they are run together and {tested.alone:,.1f} WTE when each is "
        f"run alone and they are added up: {percent(tested.share)}"
    )


def needed_sentences(rows: pd.DataFrame) -> list[str]:
    """Chosen actions that close nothing by themselves, why they are in the set, and what they come to together."""
    taken = rows[rows["chosen"]].set_index("id", drop=False)
    return [
        f"{plain(join(first))} {agree(len(first), 'closes', 'close')} nothing "
        f"{agree(len(first), 'by itself', 'by themselves')}, and {agree(len(first), 'is', 'are')} in the set since "
        f"{plain(name)} needs {agree(len(first), 'it', 'them')} and so bears {agree(len(first), 'its', 'their')} cost; "
        f"together they cost {pounds(taken.loc[[*first, name], 'cost'].sum())} and bring "
        f"{wte(taken.loc[[*first, name], 'relief'].sum())} WTE."
        for name, row in taken.iterrows()
        if (first := [each for each in row["bears"].split(", ") if each])
    ]


def above_owner_sentences(rows: pd.DataFrame, actions: Sequence[Action]) -> list[str]:
    """The chosen actions of which the model says more than their owners' highest estimate, with the figures of both."""
    own, above = rows[rows["chosen"]].set_index("id"), _above_owner(rows, actions)
    if not above:
        return []
    each = [
        f"{plain(action.id)} ({wte(own.at[action.id, 'relief'])} WTE; its owner {wte(action.wte.central)}, at most "
        f"{wte(action.wte.high)})"
        for action in above
    ]
    told = f"The model says more than the highest that its owner estimates for {join(each)}"
    if len(above) == 1:
        return [f"{told}."]
    model, owners = own.loc[[action.id for action in above], "relief"].sum(), sum(each.wte.central for each in above)
    return [
        f"{told}: together {wte(model)} of the {wte(own['relief'].sum())} WTE that the chosen actions bring, each "
        f"taken by itself, where the owners say {wte(owners)}."
    ]


def owners_word_sentences(rows: pd.DataFrame) -> list[str]:
    """How many chosen actions bring what their owners say and no more is known, and which are of a centre not run."""
    own = rows[rows["chosen"]]
    said = own[own["effect"] == ESTIMATED]
    if said.empty:
        return []
    one = len(said) == 1
    told = [
        f"{count(len(said))} of the {plural(len(own), 'chosen action')} ({join(map(plain, said['id']))}) "
        f"{'brings what its owner estimates' if one else 'bring what their owners estimate'}, "
        f"{wte(said['relief'].sum())} WTE{'' if one else ' added up'}, which the model could not check."
    ]
    told += [
        f"{plain(row.id)} is about {plain(row.outside)}, which does not open if present trends go on: what the centre "
        f"would need is {NOT_IN_GAP}, and the {wte(row.relief)} WTE counted for it close a gap that leaves it out."
        for row in said.itertuples()
        if row.outside
    ]
    return [" ".join(told)]


def dear_sentences(chosen: Chosen, rows: pd.DataFrame) -> list[str]:
    """Chosen actions that cost more for a WTE and year than one is held to be worth, and why they are in the set."""
    own, worth = rows[rows["chosen"]], portfolio("pounds_a_wte_year")
    dear = own[own["pounds_a_wte"] > worth]
    if dear.empty:
        return []
    by_reason: dict[str, list[str]] = {}
    for row in dear.to_dict("records"):
        pair = f" with {join(row['bears'].split(', '))}" if row["bears"] else ""
        named = f"{plain(row['id'] + pair)} ({pounds(row['pounds_a_wte'])})"
        by_reason.setdefault(_why_dear(row, own, chosen), []).append(named)
    told = "; ".join(f"{join(names)}{reason}" for reason, names in sorted(by_reason.items()))
    many = plural(len(dear), "chosen action")
    return [
        f"{many} {agree(len(dear), 'costs', 'cost')} more for a WTE and year than the {pounds(worth)} that one is held "
        f"to be worth in the mean: {told}."
    ]


def _why_dear(row: Mapping[Hashable, Any], own: pd.DataFrame, chosen: Chosen) -> str:
    """Why a chosen action that is dear is in the set."""
    if chosen.choice.pinned.get(row["id"]):
        return ", under way" if row["status"] == "under way" else ", taken by decision"
    waits = [
        str(name) for name, first in zip(own["id"], own["depends_on"], strict=True) if row["id"] in first.split(", ")
    ]
    if waits:
        return f", which {plain(join(waits))} {agree(len(waits), 'needs', 'need')}"
    weights = " and of the plan's weights of pillars" if np.any(chosen.choice.weight != 1.0) else ""
    return f", because of what is brought in the worst tenth of draws{weights}"


def added_sentences(chosen: Chosen, rows: pd.DataFrame) -> list[str]:
    """What the chosen actions add up to one by one at the horizon, which is another figure than that of the set."""
    if len(chosen.ids) < 2:
        return []
    alone, whole = rows.loc[rows["chosen"], "relief"].sum(), full_fall(chosen)
    return [
        f"The {wte(whole)} WTE are the fall of the middle of the full model's gap with all of them in it. Added up "
        f"one by one, in the mean of the draws, they come to {wte(alone)} WTE (the table below)."
    ]


def used_up_sentences(uses: pd.DataFrame) -> list[str]:
    """Which capacities have nothing left, so that no action that takes of them can be added. Takes uses_table."""
    full = uses.loc[uses["taken"] >= uses["there"] - TOLERANCE, "capacity"]
    if full.empty:
        return []
    return [
        f"{agree(len(full), 'The limit', 'The limits')} on {join(full)} {agree(len(full), 'is', 'are')} used up: an "
        f"action that takes more of {agree(len(full), 'it', 'them')} can only take another's place."
    ]


def alike_sentences(rows: pd.DataFrame) -> list[str]:
    """The range of the set if every effect erred alike, beside the one in which each errs by itself."""
    own = rows[rows["chosen"]]
    if len(own) < 2:
        return []
    low, high = (wte(own[name].sum()) for name in ("relief_p10", "relief_p90"))
    return [
        "The range of the set takes the effects of different actions to err independently; if all erred alike, it "
        f"would reach from {low} to {high} WTE."
    ]


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
