"""Tables about the set of actions that is chosen: what each brings and costs, and why others are left."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.actions.choosing import costs_by_year
from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action, described
from pipeline.actions.relief import yearly
from pipeline.actions.weighing import BUDGET, CAPACITY, EXCLUDED, NEEDS, NO_MORE, PINNED_OUT, TOO_DEAR, Reason, spent
from pipeline.metrics.scope import Scope
from pipeline.model.outcome import Outcome
from pipeline.reference import portfolio
from pipeline.report.narrative import name_pillars
from pipeline.report.words import join, lower, plural, pounds, wte

Array = NDArray[np.float64]
CAPACITY_WORDS = {
    "placements": "clinical placements",
    "supervision_hours": "hours of supervision",
    "management_days": "managers' days",
}
CAPACITY_UNITS = {"placements": "at one time", "supervision_hours": "a week", "management_days": "a month"}
IDLE = 0.05
"""WTE below which an action closes nothing that a reader would see: it is written as 0."""
EFFECT = "Effect, WTE"
ESTIMATED, MODELLED, NOT_IN_GAP = "owner", "model", "not in this gap"
RELIEF_NOTE = (
    "Effect: WTE fewer missing at the horizon, P10 to P90, with each action alone: the model without it less that with "
    "it, on the same draws. From “model”: the action says what it changes, and lead times and training are in its "
    "effect; from “owner”: it brings what its owner estimates. £ a WTE and year: cost over the plan's years, without "
    "the pay of staff who come, over the mean of the WTE fewer missing at each year's end and the number of years. An "
    "action that begins within a year is so counted for all of it, and looks cheaper than by its months in force. One "
    f"WTE is held to be worth {pounds(portfolio('pounds_a_wte_year'))} a year in the mean; what is brought in the "
    f"worst tenth of draws is added at {portfolio('tail_weight'):g} of its weight, so what costs more may be chosen."
)
WITHOUT_FIRST = "The cost of what must come first is not counted here."
BEFORE_AFTER_NOTE = (
    "Means of all draws of the full model. Missing is the shortages added up, gross; staff to spare elsewhere are not "
    "set against them; a mean lies above the middle that the summary gives. Still missing: missing after, as a share "
    "of the staff needed."
)
FRONTIER_NOTE = (
    "WTE missing and fewer, gross: the mean of the ends of the plan's years, which is less than is missing at the "
    "horizon; effects added up as far as the gap. Limits on years, placements and managers' time hold throughout."
)
REGRET_NOTE = (
    "By how many WTE, worst tenth and cost weighed in, a set falls short of the best for that scenario; 0 is the best. "
    "Effects and budgets are those under present trends in all, so only what the gap has room for differs. “Most” is "
    "the largest of a row."
)
YEARS_NOTE = (
    "Financial years; the first and the last are in part. Pay of staff who are kept or recruited is in chapter 13."
)


def action_rows(chosen: Chosen, actions: Sequence[Action], outside: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A row an action: what it is, what it relieves at the horizon and over the years, its cost, and whether chosen.

    `relief` (mean, with relief_p10 and relief_p90) is WTE fewer missing at the horizon, `relief_years` the mean of year
    ends; `cost` is pounds over the plan's years. `bears` are ids of actions that are in the set only for this one and
    close nothing themselves; `pounds_a_wte` is its cost and theirs over what they bring together and the plan's years.
    `outside` is the centre that it is about where present trends do not run it (actions.outside), or empty.
    """
    rows = pd.DataFrame([_action_row(chosen, action) for action in actions])
    bears = borne(rows, chosen.choice.pinned)
    rows = rows.assign(
        bears=[", ".join(bears.get(name, ())) for name in rows["id"]],
        outside=[(outside or {}).get(name, "") for name in rows["id"]],
    )
    return rows.assign(pounds_a_wte=[_pounds_a_wte(chosen, rows, (name, *bears.get(name, ()))) for name in rows["id"]])


def borne(rows: pd.DataFrame, pinned: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By id, the chosen actions that close nothing themselves and that one chosen action alone needs, or one of these.

    Those `pinned` are in the set by decision and not for what needs them.
    """
    taken = rows[rows["chosen"]].set_index("id")
    needs = {str(name): [each for each in row["depends_on"].split(", ") if each] for name, row in taken.iterrows()}
    named = [each for first in needs.values() for each in first]
    idle = set(taken.index[taken["relief_years"] <= IDLE]) - set(pinned)
    own = {name: [each for each in first if each in idle and named.count(each) == 1] for name, first in needs.items()}

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(each for first in own[name] for each in (first, *all_of(first)))

    return {name: found for name in own if (found := all_of(name))}


def _pounds_a_wte(chosen: Chosen, rows: pd.DataFrame, ids: Sequence[str]) -> float:
    """Pounds for one WTE fewer missing throughout one year, of actions together; missing where they close nothing."""
    if not set(ids) <= set(chosen.relief):
        return np.nan
    years = _of_years(chosen, np.asarray(sum(chosen.relief[name] for name in ids)))
    cost = float(rows.loc[rows["id"].isin(ids), "cost"].sum())
    return cost / (years * chosen.years.length) if years > IDLE else np.nan


def relief_note(rows: pd.DataFrame, *, chosen: bool) -> str:
    """What stands below a table of actions, chosen or not, with whose cost is counted where one must come first."""
    own = rows[rows["chosen"]] if chosen else rows[~rows["chosen"]]
    pairs = [f"the £ of {row.id} counts {join(row.bears.split(', '))} as well" for row in own.itertuples() if row.bears]
    if pairs:
        return f"{RELIEF_NOTE} What is in the set only for another is priced with it: {join(pairs)}."
    return RELIEF_NOTE if chosen or not own["depends_on"].any() else f"{RELIEF_NOTE} {WITHOUT_FIRST}"


def _action_row(chosen: Chosen, action: Action) -> dict[str, object]:
    relief = chosen.relief.get(action.id)
    horizon = None if relief is None else _closed(chosen.base.gap[:, -1], relief[:, -1])
    years = np.nan if relief is None else float(_of_years(chosen, relief))
    recurrent, capital = costs_by_year(action, chosen.years)
    cost = float(recurrent.sum() + capital.sum())
    return {
        **described(action),
        "cost": cost,
        "relief_p10": np.nan if horizon is None else float(np.percentile(horizon, 10)),
        "relief": np.nan if horizon is None else float(horizon.mean()),
        "relief_p90": np.nan if horizon is None else float(np.percentile(horizon, 90)),
        "relief_years": years,
        "effect": _basis(action),
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


def _reason(chosen: Chosen, action: Action) -> str:
    """Why an action is not chosen, and whether money would be there for it a year later."""
    reason = chosen.why_not.get(action.id)
    said = reason_said(reason)
    if reason is None or reason.kind != BUDGET or reason.also or action.costs:
        return said
    later = action.model_copy(update={"start": f"{int(action.start[:4]) + 1}{action.start[4:]}"})
    limits, so_far = (chosen.choice.recurrent_budget, chosen.choice.capital_budget), spent(chosen.choice, chosen.ids)
    costs = costs_by_year(later, chosen.years)
    fits = all((has + more <= most).all() for has, more, most in zip(so_far.values(), costs, limits, strict=True))
    return f"{said}; there is money for it if it begins a year later" if fits and chosen.ids else said


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
        NO_MORE: "Closes no more of the gap in the mean of the years",
        TOO_DEAR: "Costs more than what it closes is held to be worth",
    }[reason.kind]


def chosen_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The chosen actions: who leads, from when, effect with range, cost, and whether model or owner says so."""
    own = rows[rows["chosen"]].sort_values(["start", "id"])
    full = own["start"].dt.to_period("M") + own["lead_months"].astype(int)
    when = [f"{start:%b %Y} to {ends:%b %Y}" for start, ends in zip(own["start"], full, strict=True)]
    shown = own.assign(effect=_ranges(own), start_to_full_effect=when, whose_effect=_whose(own))
    return shown[
        ["id", "title", "owner", "start_to_full_effect", "effect", "whose_effect", "cost", "pounds_a_wte"]
    ].rename(columns={"effect": EFFECT, "whose_effect": "from", "pounds_a_wte": "£ a WTE and year"})


def left_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The actions that are not chosen and why, those with most effect first."""
    own = rows[~rows["chosen"]].sort_values("relief", ascending=False)
    open_ones = own[own["relief"].notna()]
    shown = open_ones.assign(whose_effect=_whose(open_ones), effect=_ranges(open_ones))
    return shown[["id", "title", "effect", "whose_effect", "cost", "pounds_a_wte", "reason"]].rename(
        columns={"effect": EFFECT, "whose_effect": "from", "pounds_a_wte": "£ a WTE and year"}
    )


def _whose(rows: pd.DataFrame) -> list[str]:
    """Whose word each effect is, and whether it answers what is not in this gap."""
    pairs = zip(rows["effect"], rows["outside"], strict=True)
    return [f"{effect}; {NOT_IN_GAP}" if site else str(effect) for effect, site in pairs]


def _ranges(rows: pd.DataFrame) -> list[str]:
    return ["after the horizon" if row.relief_p10 == row.relief_p90 == 0 else _range(row) for row in rows.itertuples()]


def _range(row: Any) -> str:
    return f"{wte(row.relief)} ({wte(row.relief_p10)} to {wte(row.relief_p90)})"


def years_table(chosen: Chosen) -> pd.DataFrame:
    """A row a financial year: what the chosen set costs against the budgets, in pounds."""
    table = pd.DataFrame({"year": list(chosen.years.names), **spent(chosen.choice, chosen.ids)})
    for kind, budget in (("recurrent", chosen.choice.recurrent_budget), ("capital", chosen.choice.capital_budget)):
        if np.isfinite(budget).any():
            table[f"{kind}_budget"] = np.where(np.isfinite(budget), budget, np.nan)
    return table


def uses_table(chosen: Chosen) -> pd.DataFrame:
    """What the chosen set takes of each capacity that is limited, and how much there is."""
    taken = [option for option in chosen.choice.options if option.id in chosen.ids]
    rows = [
        {
            "capacity": f"{CAPACITY_WORDS[name]} {CAPACITY_UNITS[name]}",
            "taken": sum(each.uses.get(name, 0.0) for each in taken),
            "there": most,
        }
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
        still_missing=summed["missing_after"] / summed["needed"],
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
            "missing_on_average": rows["unmet"],
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
            "on_frontier": gaining(shown["fewer"]),
        }
    )


def gaining(fewer: pd.Series) -> pd.Series:
    """Which sets, by rising cost, close more than every cheaper one.

    One that does not was the best for its money by the whole measure, which counts the worst draws as well.
    """
    return fewer > fewer.cummax().shift(fill_value=-math.inf)


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
