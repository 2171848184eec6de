"""Sentences and tables of what a board is told, as text: for two pages, and for slides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.actions.portfolio import TOLERANCE
from pipeline.metrics.assurance.judging import UNKNOWN
from pipeline.metrics.registers import actions_named, level_of
from pipeline.plan import PILLAR_NAMES
from pipeline.report import document, tables
from pipeline.report.board import CALLOUT, Board
from pipeline.report.disclosure import Disclosed
from pipeline.report.headlines import saying
from pipeline.report.narrative import agree
from pipeline.report.register_words import in_hundred
from pipeline.report.summary_words import held_after_its_end, not_in_gap
from pipeline.report.tracker_words import PROPOSED
from pipeline.report.words import count, date, is_missing, join, lower, month, percent, plural, pounds, wte
from pipeline.report.words import shortened as short

NO_ACTIONS = "No list of actions has been supplied, so none can be put to the board."
NO_RISKS = "No register of risks has been supplied."
NO_GAP = "The gap cannot be worked out: the files do not hold staff in post for it."
NO_PLAN = "No operational plan of staff is on file, so need, plan and staff cannot be set side by side."
NO_DECISION = "No decision has been entered yet (in plan.yaml, under governance)."
OWNERS_NOTE = "Effects are the owners' own estimates of WTE once in full; the model has not tested them."
MODEL_NOTE = "WTE, low and high: gap without the action less gap with it, at the horizon."
GAP_NOTE = "Gap: staff needed less staff there, in the middle of the calculations, and where eight in ten of them lie."
SEEN_NOTE = "How likely: calculations in which it comes about. Level: likelihood × impact, each from 1 to 5."
EXTREME = "extreme"
"""The highest level of a risk."""
NAME, PERSON, LABEL, PASSAGE = 90, 60, 150, 400
"""Letters of a title, an owner, a figure's label and a sentence beyond which they are cut, where room is short."""


@dataclass(frozen=True)
class Shown:
    """A small table for a board, with how its columns are written and a note below it."""

    caption: str
    frame: pd.DataFrame | Disclosed
    formats: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def arranged(self) -> tables.Arranged:
        """The table as it is about to be written."""
        return tables.arrange(self.frame, formats=self.formats)


def sentences(board: Board) -> list[str]:
    """The paragraphs of the summary, as text."""
    return [text for piece in board.told.sentences for text in document.paragraphs(piece)]


def decisions(board: Board) -> list[str]:
    """What the board is asked to decide, as text."""
    texts = [text for piece in board.told.decisions for text in document.paragraphs(_without_title(piece))]
    return texts or [board.plan.file.governance.decision or NO_DECISION]


def _without_title(callout: str) -> str:
    """A callout from the end of its title on."""
    return callout.split("</p>", 1)[1] if f"{CALLOUT}-title" in callout else callout


def headline(board: Board, key: str) -> dict[str, str] | None:
    """A headline figure in words: value, low and high (empty where it has no range) and label."""
    found = board.headlines[board.headlines["key"] == key]
    if found.empty:
        return None
    row = found.iloc[0]
    say = saying(row["unit"])
    low, high = ("" if is_missing(row[end]) else say(row[end]) for end in ("low", "high"))
    return {"value": say(row["value"]), "low": low, "high": high, "label": str(row["label"])}


def sure_sentence(board: Board) -> str:
    """How sure the figures are, in one sentence."""
    gap, stand_ins = headline(board, "gap_gross_horizon"), headline(board, "placeholders")
    if gap is None or not gap["low"]:
        return f"How sure the figures are cannot be said. {NO_GAP}"
    grounds = ""
    if stand_ins and stand_ins["value"] != "0":
        one = stand_ins["value"] == "1"
        are = "assumption is still a placeholder" if one else "assumptions are still placeholders"
        grounds = f"; {stand_ins['value']} {are}, so the true range is wider"
    label = short(gap["label"].removeprefix("WTE missing "), LABEL)
    return f"In eight of ten calculations {gap['low']} to {gap['high']} WTE are missing {label}{grounds}."


def left_out_sentence(board: Board) -> str:
    """What the gap of the first slide leaves out, and where it starts from; empty where there is no gap."""
    gap = headline(board, "gap_gross_horizon")
    if gap is None:
        return ""
    named = f"the {gap['value']} WTE missing"
    return f"{not_in_gap(named)}."


def past_sentence(board: Board) -> str:
    """How forecasts fared against simple ones, in plain words; empty where no notebook says it."""
    return short(board.told.past_forecasts, PASSAGE)


def triggers_sentence(board: Board) -> str:
    """Which assurance triggers of the system are red; empty where none was judged."""
    if board.triggers.empty:
        return ""
    red = board.triggers[board.triggers["status"] == "red"]
    lead = f"Of {plural(len(board.triggers), 'assurance trigger')} for the system, "
    if red.empty:
        unknown = int((board.triggers["status"] == UNKNOWN).sum())
        untold = f", and of {count(unknown)} too little is on file to tell" if unknown else ""
        return f"{lead}none is red{untold} (chapter 11)."
    are, names = agree(len(red), "is", "are"), join(lower(short(title, NAME)) for title in red["title"])
    return short(f"{lead}{count(len(red))} {are} red: {names}", PASSAGE) + " (chapter 11)."


def beyond_sentence(board: Board) -> str:
    """Staff needed beyond the operational plan in the scenario with the largest growth, gross and net."""
    gross, net = headline(board, "beyond_plan_gross"), headline(board, "beyond_plan_net")
    if gross is None or net is None:
        return "No operational plan of staff is on file, so staff needed cannot be set against it."
    known = held_after_its_end(gross["label"], board.beyond)
    label = short(known.removeprefix("WTE needed ").removesuffix(", gross"), LABEL)
    return (
        f"Up to {gross['value']} WTE are needed {label}, gross (P10 to P90: {gross['low']} to {gross['high']}); "
        f"net {net['value']}. The gaps below are staff needed less staff there, and not less staff planned."
    )


def today_table(board: Board) -> Shown:
    """Staff in post by pillar, most first, with their share of all where none is hidden."""
    known = _columns(board.pillars, ["pillar", "in_post"])
    order = known.frame["in_post"].astype("float64").sort_values(ascending=False).index
    frame, hidden = known.frame.loc[order], known.hidden.loc[order]
    if not hidden["in_post"].any():
        frame = frame.assign(share_of_all=frame["in_post"] / frame["in_post"].sum())
        hidden = hidden.assign(share_of_all=False)
    formats = {"in_post": "wte", **({"share_of_all": "percent"} if "share_of_all" in frame else {})}
    return Shown("Staff in post by pillar, WTE", Disclosed(frame, hidden, known.says), formats)


def gap_table(board: Board) -> Shown:
    """Staff needed, staff there will be and the net gap with its range by pillar, largest first."""
    known = _columns(board.pillars, ["pillar", "needed", "there", "p50", "p10", "p90"])
    names = {"p50": "net_gap"}
    frame, hidden = known.frame.rename(columns=names), known.hidden.rename(columns=names)
    formats = dict.fromkeys(frame.columns[1:], "wte")
    return Shown(f"Net gap by pillar{horizon(board)}, WTE", Disclosed(frame, hidden, known.says), formats)


def _columns(found: Disclosed, names: list[str]) -> Disclosed:
    """Some columns, with what is hidden taken out of the frame and names cut to what there is room for."""
    hidden = found.hidden[names]
    kept = found.frame[names].mask(hidden)
    return Disclosed(kept.assign(pillar=kept["pillar"].map(lambda name: short(name, NAME))), hidden, found.says)


def horizon(board: Board) -> str:
    """At which month, for the end of a caption; empty where no scenario was worked out."""
    return f" in {month(board.scenarios['month'].iloc[0])}" if len(board.scenarios) else ""


def scenarios_table(board: Board, most: int) -> Shown:
    """The gap in each of the first scenarios, gross with its range and net."""
    found = board.scenarios.head(most)
    frame = pd.DataFrame(
        {
            "scenario": found["scenario"].map(lambda name: short(name, NAME)),
            "gross_gap": found["gross_p50"],
            "p10": found["gross_p10"],
            "p90": found["gross_p90"],
            "net_gap": found["net_p50"],
        }
    )
    left = len(board.scenarios) - len(found)
    note = f"{plural(left, 'more scenario')} in chapter 8." if left else ""
    return Shown(f"Gap by scenario{horizon(board)}, WTE", frame, dict.fromkeys(frame.columns[1:], "wte"), note)


def proposed(board: Board) -> pd.DataFrame:
    """The actions that are put to the board: new ones first where the model weighed them, those of the largest effect
    before others."""
    if board.actions.empty:
        return board.actions
    if not board.weighed:
        return board.actions.sort_values(["wte", "id"], ascending=[False, True], ignore_index=True)
    chosen = board.actions[board.actions["chosen"].astype(bool)]
    order = chosen.assign(goes_on=chosen["status"] != PROPOSED)
    kept = order.sort_values(["goes_on", "relief", "id"], ascending=[True, False, True], ignore_index=True)
    return kept.drop(columns="goes_on")


def actions_table(board: Board, most: int) -> Shown:
    """The first actions put to the board: who leads, from when, cost, and effect with its range.

    Where the model weighed them, those that go on anyway are counted and not shown.
    """
    found = proposed(board)
    new = found[found["status"] == PROPOSED] if board.weighed else found
    asked = found if new.empty else new
    rows = [_action(row, board.weighed) for row in asked.head(most).to_dict("records")]
    note = (MODEL_NOTE if board.weighed else OWNERS_NOTE) + _not_shown(len(asked), most, len(found) - len(asked))
    chosen = ("New actions" if len(new) else "Actions chosen") if board.weighed else "Actions proposed"
    caption = f"{chosen}: who leads, from when, cost and effect"
    return Shown(caption, pd.DataFrame(rows), {"start": "month", **dict.fromkeys(("wte", "low", "high"), "wte")}, note)


def _not_shown(asked: int, most: int, others: int) -> str:
    """How many actions the table leaves out: of those asked for, and of those that go on anyway."""
    parts = [f"the first {most} of {asked}"] if asked > most else []
    parts += [f"{count(others)} more {agree(others, 'is', 'are')} agreed or under way"] if others else []
    if not parts:
        return ""
    said = "; ".join(parts)
    return f" {said[:1].upper()}{said[1:]}. Chapter 10 has them all."


def _action(row: Mapping[Any, Any], weighed: bool) -> dict[str, Any]:
    low, middle, high = ("relief_p10", "relief", "relief_p90") if weighed else ("wte_low", "wte", "wte_high")
    return {
        "action": short(f"{row['id']} {row['title']}", NAME),
        "owner": short(row["owner"], PERSON),
        "start": row["start"],
        "cost": _cost(row, weighed),
        "wte": row[middle],
        "low": row[low],
        "high": row[high],
    }


def _cost(row: Mapping[Any, Any], weighed: bool) -> str:
    if weighed:
        return pounds(row["cost"])
    capital = f" + {pounds(row['capital'])} once" if row["capital"] else ""
    return f"{pounds(row['recurrent'])} a year{capital}"


def actions_sentences(board: Board) -> list[str]:
    """What is put to the board: how many actions, what they cost and bring, and what the model says of them."""
    found = proposed(board)
    if board.actions.empty:
        return [NO_ACTIONS]
    if found.empty:
        return [f"The model chooses none of {plural(len(board.actions), 'action')}."]
    if len(board.portfolio):
        return _portfolio_sentences(board.portfolio.iloc[0], len(board.actions))
    effect = "relief" if board.weighed else "wte"
    are, brings = agree(len(found), "is", "are"), agree(len(found), "it brings", "they bring")
    by = "The model says" if board.weighed else "By their owners' own estimates"
    return [
        f"{plural(len(found), 'action')} {are} proposed, at {pounds(found['recurrent'].sum())} a year and "
        f"{pounds(found['capital'].sum())} of capital. {by} {brings} {wte(found[effect].sum())} WTE in full."
    ]


def _portfolio_sentences(row: pd.Series, listed: int) -> list[str]:
    chosen = int(row["chosen"])
    are = agree(chosen, "is", "are")
    cost = f"Of {plural(listed, 'action')}, {count(chosen)} {are} chosen, for {pounds(row['cost'])}."
    effect = (
        f"Together they bring {wte(row['relief'])} WTE at the horizon (P10 to P90: {wte(row['relief_p10'])} to "
        f"{wte(row['relief_p90'])}); the gap goes from {wte(row['gap_before'])} to {wte(row['gap_after'])} WTE."
    )
    return [" ".join([cost, effect, *_solved(row)])]


def _solved(row: pd.Series) -> list[str]:
    """Whether a better set may exist; nothing where none does."""
    if is_missing(row["solver_status"]) or (row["solver_status"] == "optimal" and not row["solver_gap"] > TOLERANCE):
        return []
    gap = "" if is_missing(row["solver_gap"]) else f", by up to {percent(row['solver_gap'])}"
    return [f"A better set may exist{gap}: the solver ended with {lower(row['solver_status'])}."]


def gaps_table(board: Board, most: int) -> Shown:
    """The largest gaps by profession: where actions would have to help, for a board that is given none."""
    found = board.gaps.sort_values(["p50", "profession"], ascending=[False, True]).head(most)
    frame = pd.DataFrame(
        {
            "profession": found["profession"],
            "pillar": found["pillar"].map(lambda pillar: PILLAR_NAMES[pillar].capitalize()),
            "gap": found["p50"],
            "p10": found["p10"],
            "p90": found["p90"],
        }
    )
    caption = f"Where actions would have to help: the largest gaps{horizon(board)}, WTE"
    return Shown(caption, frame, dict.fromkeys(("gap", "p10", "p90"), "wte"), GAP_NOTE)


def seen_table(board: Board, most: int) -> Shown:
    """The worst of the risks that the model itself sees: how high, and how often each comes about."""
    rows = [
        {
            "risk": short(row["title"], PASSAGE // 2),
            "level": f"{level_of(row['score']).capitalize()} ({row['score']})",
            "how_likely": f"{in_hundred(row['likelihood'])} by {month(row['month'])}",
        }
        for row in board.seen.head(most).to_dict("records")
    ]
    return Shown("Risks that the model itself sees", pd.DataFrame(rows), note=SEEN_NOTE)


def seen_extreme_sentence(board: Board) -> str:
    """The extreme risks that the model sees beside those of the register; empty where it sees none."""
    found = board.seen[board.seen["score"].map(level_of) == EXTREME] if len(board.seen) else board.seen
    if found.empty or board.risks.empty:
        return ""
    each = [
        f"{lower(short(row['title'], NAME))} ({in_hundred(row['likelihood'])} by {month(row['month'])})"
        for row in found.to_dict("records")
    ]
    return f"The model itself sees {plural(len(found), 'extreme risk')} more: {join(each)}."


def risks_table(board: Board, most: int) -> Shown:
    """The worst risks: level, who answers for it, which chosen actions answer it, and when it is looked at next."""
    listed = board.actions if board.weighed else None
    rows = [
        {
            "risk": short(row["title"], NAME),
            "level": f"{row['level'].capitalize()} ({row['score']})",
            "owner": short(row["owner"], PERSON),
            "next_review": f"{date(row['review_on'])}{', overdue' if row['overdue'] else ''}",
            **_answered(row["response"], listed),
        }
        for row in board.risks.head(most).to_dict("records")
    ]
    more = len(board.risks) - len(rows)
    note = f"{plural(more, 'more risk')} in chapter 11. " if more else ""
    return Shown("Highest risks", pd.DataFrame(rows), note=f"{note}Level: likelihood × impact, each from 1 to 5.")


def _answered(response: str, listed: pd.DataFrame | None) -> dict[str, str]:
    """The actions of a risk's response: those chosen, those agreed or further, those not chosen; none without a choice.

    `listed` are all actions, with id, chosen and status.
    """
    if listed is None:
        return {}
    states = {
        str(row["id"]): "" if row["chosen"] else str(row.get("status") or PROPOSED) for row in listed.to_dict("records")
    }
    named = actions_named(response, states)
    chosen = [name for name in named if not states[name]]
    left = [name for name in named if states[name] == PROPOSED]
    further = [f"{name} {states[name]}" for name in named if name not in (*chosen, *left)]
    taken = "; ".join([*([join(chosen)] if chosen else []), *further])
    others = f" ({', '.join(left)} not chosen)" if left else ""
    return {"chosen_actions": f"{taken or 'none'}{others}"}


def waits_sentences(board: Board) -> list[str]:
    """How many wait and how long, and what becomes of the lists where a notebook says it."""
    found = [headline(board, key) for key in ("waiting", "waiting_6_plus_share")]
    waits = [f"{each['value']} {each['label']}." for each in found if each]
    return [*waits, *([short(board.told.lists, PASSAGE)] if board.told.lists else [])]


def pillars_sentences(board: Board) -> list[str]:
    """Which pillar has the most staff, and which the largest gap, where neither is hidden."""
    if board.pillars.frame.empty:
        return []
    frame = _columns(board.pillars, ["pillar", "in_post", "p50"]).frame
    if frame.isna().any(axis=None):
        return []
    most, worst = (frame.loc[frame[name].astype("float64").idxmax()] for name in ("in_post", "p50"))
    return [
        f"{most['pillar']} has the most staff, {wte(most['in_post'])} WTE; the largest net gap{horizon(board)} is in "
        f"{lower(worst['pillar'])}, {wte(worst['p50'])} WTE."
    ]
