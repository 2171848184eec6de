"""Six slides for a board: the decision, the workforce today, the gap, the scenarios, the actions, and the risks.

Tables and charts are native, so that they can be read aloud, edited and copied; there are no pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.report import board_meeting_words, board_words, deck_charts, deck_look, deck_parts, tables
from pipeline.report.board import Board
from pipeline.report.deck_charts import Bars
from pipeline.report.deck_look import EDGE, WIDE, Box
from pipeline.report.headlines import as_key_figures
from pipeline.report.words import month, shortened, writable
from pipeline.store import atomic_path

DECK = "board.pptx"
TOP, FOOT = 1.4, 6.95
"""Inches from the top where the body of a slide begins and ends."""
WHOLE = WIDE - 2 * EDGE
HALF = WHOLE / 2 - 0.15
RIGHT = EDGE + HALF + 0.3
LEFT_HALF, RIGHT_FOOT = Box(EDGE, TOP, HALF, FOOT - TOP), Box(RIGHT, 4.4, HALF, FOOT - 4.4)
BELOW_WORDS = Box(EDGE, 2.35, WHOLE, 4.0)
WHOLE_FOOT = Box(EDGE, 6.45, WHOLE, FOOT - 6.45)
MOST_CARDS, MOST_SCENARIOS, MOST_ACTIONS, MOST_RISKS, MOST_STEPS = 6, 9, 9, 4, 3
MOST_SAID = 2
ON_CARDS = ("Where we are.", "The gap.", "Beyond the plan.")
"""How paragraphs of the summary begin that say what the cards of the first slide say."""
SMALL = 14
"""Points of what only says how to read the rest."""
LETTERS = 700
"""Letters of a passage on a slide; the strategy has the whole."""
RANGE_WORDS = "Bars are the middle of the calculations (P50); lines go from P10 to P90, between which eight in ten lie."
NEEDED = "Below are the professions in which most staff will be missing: what actions would have to bring."
MIDDLES = (
    "By pillar they are net; middles of parts do not add up to that of the whole, and a middle gap is not what one "
    "middle leaves of another."
)


def write(board: Board, path: Path) -> Path:
    """Write the slides whole or not at all."""
    made = deck_look.presentation(writable(board.title))
    for add in (_decision, _today, _gap, _scenarios, _actions, _risks):
        add(made, board)
    with atomic_path(path) as partial:
        made.save(str(partial))
    return path


def _slide(made: Any, board: Board, title: str, source: str) -> Any:
    signed = board.plan.file.sign_off
    foot = f"{board.plan.file.name}. {board.status.short}, version {shortened(signed.version, 40)}"
    return deck_parts.slide(made, title, writable(foot), _notes(board, source))


def _notes(board: Board, source: str) -> str:
    """Where the figures of a slide are from, for who presents it."""
    run = board.run
    made = f", made {run.made}" if run.made else ""
    return writable(
        f"Source: {source} of {board.title} (strategy.html).\n"
        f"Status: {board.status.label}. Run {run.id}{made}; code version {run.version}{run.state}."
    )


def _decision(made: Any, board: Board) -> None:
    new = _slide(made, board, "The decision asked of the board", "chapter 1")
    name = f"{board.plan.file.name}: diagnostic workforce strategy, from {month(board.plan.base_month)}"
    deck_parts.passage(new, Box(EDGE, TOP - 0.1, WHOLE, 0.5), [shortened(name, 150)], "What this is", size=SMALL)
    asked = [shortened(text, LETTERS) for text in board_words.decisions(board)[:4]]
    deck_parts.passage(new, Box(EDGE, 1.85, WHOLE, 1.35), asked, "Decision", framed=True)
    cards = as_key_figures(board.headlines)[:MOST_CARDS]
    said = [shortened(text, 900) for text in board_words.sentences(board) if not (cards and text.startswith(ON_CARDS))]
    told = [*said[:MOST_SAID], *([board_words.left_out_sentence(board)] if cards else [])]
    if any(told):
        shown = [text for text in told if text]
        deck_parts.passage(new, Box(EDGE, 3.25, WHOLE, 1.9), shown, "What is proposed, and why")
    found = cards or [("–", "no headline figure can be worked out yet", "")]
    width = WHOLE / len(found)
    for place, (value, label, note) in enumerate(found):
        box = Box(EDGE + place * width, 5.15, width - 0.2, FOOT - 5.15)
        deck_parts.card(new, box, value, shortened(label, board_words.LABEL), note)


def _today(made: Any, board: Board) -> None:
    staff = board_words.headline(board, "staff_in_post")
    title = f"{staff['value']} {staff['label']}" if staff else "The workforce today, by pillar"
    new = _slide(made, board, shortened(title, 110), "chapters 1, 4 and 8")
    if board.pillars.frame.empty:
        return _nothing(new, board_words.NO_GAP)
    shown = board_words.today_table(board)
    arranged = shown.arranged()
    chart = Bars("WTE in post", _column(arranged, "pillar"), _values(arranged, "in_post"))
    _side_by_side(new, chart, arranged, (2.2, 1, 1.2), shown.caption)
    return _passage(new, [*board_words.pillars_sentences(board), *board_words.waits_sentences(board)])


def _side_by_side(new: Any, chart: Bars, arranged: tables.Arranged, widths: tuple[float, ...], caption: str) -> None:
    """A chart on the left, and its table on the right."""
    deck_charts.bars(new, LEFT_HALF, chart, caption, _alt(caption, arranged))
    deck_parts.table(new, Box(RIGHT, TOP + 0.1, HALF, 2.6), arranged, widths, caption)


def _gap(made: Any, board: Board) -> None:
    gap = board_words.headline(board, "gap_gross_horizon")
    title = f"{gap['value']} {gap['label']}" if gap else "The gap by pillar"
    new = _slide(made, board, shortened(title, 120), "chapters 1 and 8")
    if board.pillars.frame.empty:
        return _nothing(new, board_words.NO_GAP)
    shown = board_words.gap_table(board)
    arranged = shown.arranged()
    chart = _ranged("WTE missing, net", _column(arranged, "pillar"), arranged, "net_gap")
    _side_by_side(new, chart, arranged, (1.9, 1.15, 1, 0.9, 0.85, 0.85), shown.caption)
    net = board_words.headline(board, "gap_net_horizon")
    return _passage(
        new,
        [
            board_words.sure_sentence(board),
            *([f"{net['value']} {net['label']}."] if net else []),
            f"{RANGE_WORDS} {MIDDLES}",
        ],
    )


def _scenarios(made: Any, board: Board) -> None:
    beyond = board_words.headline(board, "beyond_plan_gross")
    more = f", and up to {beyond['value']} WTE beyond the operational plan" if beyond else ""
    new = _slide(made, board, f"Scenarios of the gap{more}", "chapters 1 and 8")
    if board.scenarios.empty:
        return _nothing(new, board_words.NO_GAP)
    whole = board_words.scenarios_table(board, MOST_SCENARIOS)
    deck_parts.passage(new, Box(EDGE, TOP - 0.05, WHOLE, 0.75), [board_words.beyond_sentence(board)], "Headline")
    box, shares = Box(RIGHT, 2.25, HALF, 4.2), (2.8, 0.9, 0.8, 0.8, 0.9)
    shown = board_words.scenarios_table(board, deck_parts.rows_of(box, whole.arranged(), shares))
    arranged = shown.arranged()
    names = [shortened(name, 45) for name in _column(arranged, "scenario")]
    chart = _ranged("Gross gap, WTE", names, arranged, "gross_gap")
    deck_charts.bars(new, Box(EDGE, 2.2, HALF, 4.2), chart, shown.caption, _alt(shown.caption, arranged))
    deck_parts.table(new, box, arranged, shares, shown.caption)
    return _below(new, f"{RANGE_WORDS} {shown.note}".strip())


def _actions(made: Any, board: Board) -> None:
    chosen = len(board_words.proposed(board))
    what = "chosen" if board.weighed else "proposed"
    title = f"What is to be done: {chosen} action{'' if chosen == 1 else 's'} {what}"
    new = _slide(made, board, title if chosen else "What is to be done", "chapter 10")
    if not chosen:
        return _no_actions(new, board)
    said = [shortened(text, LETTERS) for text in board_words.actions_sentences(board)]
    deck_parts.passage(new, Box(EDGE, TOP - 0.05, WHOLE, 0.95), said, "In all")
    shares = (4.6, 3, 1.5, 2, 0.7, 0.7, 0.7)
    return _below(new, _first_rows(new, BELOW_WORDS, shares, partial(board_words.actions_table, board), MOST_ACTIONS))


def _no_actions(new: Any, board: Board) -> None:
    """Why there is none, and where actions would have to help."""
    why = board_words.actions_sentences(board)[0]
    if board.gaps.empty or len(board.actions):
        return _nothing(new, why)
    deck_parts.passage(new, Box(EDGE, TOP - 0.05, WHOLE, 0.95), [why, NEEDED], "Why there is nothing to show")
    shares = (4.6, 2.4, 1, 1, 1)
    return _below(new, _first_rows(new, BELOW_WORDS, shares, partial(board_words.gaps_table, board), MOST_ACTIONS))


def _no_risks(new: Any, board: Board) -> None:
    """That there is no register, and what the model sees by itself."""
    deck_parts.passage(new, Box(EDGE, TOP + 0.35, WHOLE, 0.5), [board_words.NO_RISKS], "No risks", size=SMALL)
    if len(board.seen):
        box = Box(EDGE, TOP + 0.85, WHOLE, 2.1)
        _first_rows(new, box, (6, 1.6, 3), partial(board_words.seen_table, board), MOST_RISKS)


def _risks(made: Any, board: Board) -> None:
    new = _slide(made, board, "Risks, how sure we are, and next steps", "chapters 9, 11 and 14")
    red = board_words.triggers_sentence(board)
    if red:
        deck_parts.passage(new, Box(EDGE, TOP - 0.15, WHOLE, 0.55), [red], "Assurance triggers")
    if board.risks.empty:
        _no_risks(new, board)
    else:
        shown = board_words.risks_table(board, MOST_RISKS)
        deck_parts.table(
            new, Box(EDGE, TOP + 0.45, WHOLE, 2.45), shown.arranged(), (4.7, 1.4, 3.1, 1.9, 2.5), shown.caption
        )
    told = (
        board_words.seen_extreme_sentence(board),
        board_words.past_sentence(board) or board_words.sure_sentence(board),
    )
    sure = ["How sure we are", *(text for text in told if text)]
    steps = [board_meeting_words.steps_heading(board), *board_meeting_words.next_steps(board, MOST_STEPS)]
    size = deck_parts.fitting(RIGHT_FOOT, sure, steps)
    deck_parts.passage(new, replace(RIGHT_FOOT, left=EDGE), sure, "How sure we are", size=size, headed=True)
    deck_parts.passage(new, RIGHT_FOOT, steps, "Next steps", size=size, headed=True)


def _first_rows(
    new: Any, box: Box, shares: tuple[float, ...], rows: Callable[[int], board_words.Shown], most: int
) -> str:
    """A table of as many of its first rows as there is room for; the note that then belongs below it."""
    shown = rows(deck_parts.rows_of(box, rows(most).arranged(), shares))
    deck_parts.table(new, box, shown.arranged(), shares, shown.caption)
    return shown.note


def _nothing(new: Any, why: str) -> None:
    deck_parts.passage(new, Box(EDGE, TOP, WHOLE, 1.5), [why], "Why there is nothing to show")


def _passage(new: Any, texts: Sequence[str]) -> None:
    deck_parts.passage(new, RIGHT_FOOT, [shortened(text, LETTERS // 2) for text in texts], "What it says")


def _below(new: Any, text: str) -> None:
    size = min(SMALL, deck_parts.fitting(WHOLE_FOOT, [text]))
    deck_parts.passage(new, WHOLE_FOOT, [text], "How to read it", size=size)


def _column(shown: tables.Arranged, name: str) -> list[str]:
    place = list(shown.frame.columns).index(name)
    return [row[place] for row in tables.as_text(shown)]


def _values(shown: tables.Arranged, name: str) -> list[float | None]:
    """The numbers of a column; None where one is hidden or missing, so that the chart does not hold it either."""
    known = shown.frame[name].astype("Float64").mask(shown.hidden[name])
    return [None if pd.isna(value) else float(value) for value in known]


def _ranged(unit: str, names: Sequence[str], shown: tables.Arranged, middle: str) -> Bars:
    values, low, high = (_values(shown, name) for name in (middle, "p10", "p90"))
    return Bars(unit, names, values, low, high)


def _alt(caption: str, shown: tables.Arranged) -> str:
    """What a chart shows, in words, from the cells as they are read."""
    heads = [tables.heading(name) for name in shown.frame.columns]
    rows = (
        f"{row[0]}: {', '.join(f'{head} {cell}' for head, cell in zip(heads[1:], row[1:], strict=True))}"
        for row in tables.as_text(shown)
    )
    return f"Horizontal bars, {caption}. {'. '.join(rows)}."
