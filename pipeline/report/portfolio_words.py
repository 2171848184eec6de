"""Sentences and tables about the set of actions that is chosen: what it brings and costs, and why others are left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from pipeline.report.narrative import name_pillars
from pipeline.report.words import count, is_missing, join, month, percent, plain, plural, pounds, wte

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
    "effect; from “owner”: it brings what its owner estimates."
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
    "Effects are those under present trends. “Most” is the largest of a row."
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
    horizon = None if relief is None else relief[:, -1].sum(axis=0)
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
        "effect": MODELLED if action.effects else ESTIMATED,
        "measure": action.measure,
        "depends_on": ", ".join(action.depends_on),
        "status": action.status,
        "chosen": action.id in chosen.ids,
        "reason": reason_said(chosen.why_not.get(action.id)),
    }


def _of_years(chosen: Chosen, relief: Array) -> float:
    return float(yearly(relief, chosen.base).sum(axis=0).mean())


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
                "relief": float(fall.mean()),
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
    """WTE fewer missing at the horizon with the chosen set, by sample: what each relieves, up to the gap of each cell.

    Times the share of their sum that the set realises in the whole model.
    """
    gap = chosen.base.gap[:, -1]
    whole = sum((chosen.relief[name][:, -1] for name in chosen.ids), np.zeros_like(gap))
    falls = np.maximum(gap, 0.0) - np.maximum(gap - whole, 0.0)
    ratio = 1.0 if is_missing(chosen.realised) else chosen.realised
    return np.asarray(falls.sum(axis=0) * min(ratio, 1.0))


def _median(values: Array) -> float:
    return float(np.median(values))


def portfolio_sentences(chosen: Chosen) -> list[str]:
    """What is chosen, what it brings and costs, how it was found, and how far the whole set does what its parts do."""
    row = next(summary_row(chosen).itertuples())
    if not chosen.ids:
        return ["No action is chosen: within the budgets and limits of the plan none is worth what it costs."]
    last = month(chosen.before.months[-1])
    return [
        f"Of {plural(row.actions, 'action')} that can be taken, **{count(row.chosen)}** are chosen. They cost "
        f"**{pounds(row.cost)}** over the plan's years, and with them **{wte(row.relief)} WTE** fewer are missing in "
        f"{last} (P10 to P90: {wte(row.relief_p10)} to {wte(row.relief_p90)}): in the full model the gross gap falls "
        f"from {wte(row.gap_before)} to {wte(row.gap_after)} WTE.",
        _how_found(chosen),
    ]


def asked_sentences(chosen: Chosen) -> list[str]:
    """What the chosen actions cost in the first whole financial year, which a board is asked for."""
    whole = [number for number, months in enumerate(np.bincount(chosen.years.number)) if months == MONTHS_IN_YEAR]
    if not chosen.ids or not whole:
        return []
    row = years_table(chosen).iloc[whole[0]]
    return [
        f"The actions chosen in chapter 10 cost {pounds(row['recurrent'])} to run and {pounds(row['capital'])} of "
        f"capital in {row['year']}."
    ]


def proposed_sentences(chosen: Chosen) -> list[str]:
    """The set that is chosen, for the summary: how many actions, for how much, what they bring."""
    if not chosen.ids:
        return []
    row, last = next(summary_row(chosen).itertuples()), month(chosen.before.months[-1])
    return [
        f"The plan worked out in chapter 10 is {plural(row.chosen, 'action')} for {pounds(row.cost)} over the plan's "
        f"years; they bring {wte(row.relief)} WTE by {last} (P10 to P90: {wte(row.relief_p10)} to "
        f"{wte(row.relief_p90)})."
    ]


def _how_found(chosen: Chosen) -> str:
    solved = (
        "The solver proved that no other set within the budgets and limits is better"
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
        f" Run together in the whole model, they bring {percent(chosen.realised)} of what each brings alone{again}."
        if not is_missing(chosen.realised)
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
    """Chosen actions that close nothing by themselves, and why they are in the set."""
    taken = rows[rows["chosen"]]
    waits = {first: row.id for row in taken.itertuples() for first in row.depends_on.split(", ") if first}
    idle = taken[(taken["relief_years"] <= 0) & taken["id"].isin(list(waits))]
    return [
        f"{row.id} closes nothing by itself, and is in the set since {waits[row.id]} needs it."
        for row in idle.itertuples()
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


def reason_said(reason: Reason | None) -> str:
    """Why an action is not chosen, in words; empty where it is."""
    if reason is None:
        return ""
    kind, _, year = reason.about.partition(", ")
    return {
        PINNED_OUT: "Left by decision, or what must come first is stopped",
        NEEDS: f"What must come first is not chosen: {reason.about}",
        EXCLUDED: f"Cannot stand beside {reason.about}",
        BUDGET: f"Over the {'running' if kind == 'recurrent' else kind} budget of {year}"
        if year
        else "Over the money in all",
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
    return [f"{wte(row.relief)} ({wte(row.relief_p10)} to {wte(row.relief_p90)})" for row in rows.itertuples()]


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


def regret_table(grid: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Regret with sets as rows and scenarios as columns, in WTE, the set that can go least wrong first.

    A set that is best in several scenarios stands once. Sets and scenarios are numbered as `scenario_key` says.
    """
    number = {name: place for place, name in enumerate(grid["set"], start=1)}
    sets = grid.assign(ids=[", ".join(ids) for ids in grid["chosen"]])
    rows = []
    for _, same in sets.groupby("ids", sort=False):
        best = join([str(number[name]) for name in same["set"]])
        first = same.iloc[0]
        name = f"Best in {best}: {plural(len(first['chosen']), 'action')}"
        rows.append([name, *(first[each] for each in grid["set"]), first["most"]])
    columns = ["set", *(f"{place} {short(labels.get(name, name))}" for name, place in number.items()), "Most"]
    return pd.DataFrame(rows, columns=columns).sort_values("Most", kind="stable", ignore_index=True)


SHORT_LETTERS = 22


def short(label: str) -> str:
    """A scenario's name for the head of a narrow column, cut between words."""
    words = label.split()
    while len(" ".join(words)) > SHORT_LETTERS and len(words) > 1:
        words = words[:-1]
    return " ".join(words)


def regret_sentences(grid: pd.DataFrame, labels: Mapping[str, str], ids: Sequence[str]) -> list[str]:
    """Which set can go least wrong over the scenarios, and by how much the chosen one can."""
    least = grid.loc[grid["most"].idxmin()]
    same = [row.set for row in grid.itertuples() if tuple(row.chosen) == tuple(ids)]
    name = labels.get(str(least["set"]), str(least["set"]))
    start = (
        f"Whichever scenario comes about, the set that is best if {name[:1].lower()}{name[1:]} is never further than "
        f"{wte(least['most'])} WTE from the best of that scenario"
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
