"""The two-page summary for a board, printed: what there is, what is missing, what is asked, what is to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markupsafe import Markup

from pipeline.report import board_meeting_words, board_words, display, document, pages, pdf, tables
from pipeline.report.board import Board
from pipeline.report.headlines import as_key_figures
from pipeline.report.words import plain, shortened

SUMMARY = "summary.pdf"
SHEETS = 2
MOST_STEPS = 3
LONGEST_LABEL = 150
"""Letters of what a key figure is, which may name a scenario as its author did."""
SUM_NOTE = (
    "P10 to P90: eight in ten of the calculations lie between. Gross: shortages added up; net: less what others have "
    "to spare."
)


@dataclass(frozen=True)
class Room:
    """How much there is room for: rows of tables, letters of a passage, their size in pt, and mm of a figure."""

    actions: int
    risks: int
    scenarios: int
    letters: int
    points: float
    figure: int


ROOMS = (
    Room(actions=10, risks=6, scenarios=9, letters=2200, points=9.6, figure=70),
    Room(actions=10, risks=5, scenarios=9, letters=2200, points=8.8, figure=66),
    Room(actions=10, risks=5, scenarios=8, letters=2200, points=8.4, figure=60),
    Room(actions=10, risks=4, scenarios=8, letters=2200, points=8.0, figure=54),
    Room(actions=10, risks=4, scenarios=7, letters=2200, points=7.7, figure=50),
    Room(actions=10, risks=4, scenarios=5, letters=2200, points=7.6, figure=56),
    Room(actions=10, risks=3, scenarios=5, letters=2200, points=7.6, figure=56),
    Room(actions=8, risks=4, scenarios=6, letters=2200, points=7.6, figure=46),
    Room(actions=6, risks=3, scenarios=6, letters=1800, points=7.5, figure=44),
    Room(actions=5, risks=3, scenarios=6, letters=1500, points=7.4, figure=44),
    Room(actions=4, risks=3, scenarios=6, letters=900, points=7.4, figure=44),
    Room(actions=3, risks=2, scenarios=4, letters=500, points=7.0, figure=40),
)
"""From the most to the least: the first that fits two pages is printed."""


def write(board: Board, path: Path) -> Path | None:
    """Print the summary on two pages of A4; None where nothing can be printed here."""
    printed, _ = pdf.write_fitting(editions(board), path, SHEETS)
    return printed


def fullest(board: Board) -> str:
    """The page with as much on it as there ever is."""
    return edition(board, ROOMS[0])


def editions(board: Board) -> Iterator[str]:
    """The page with less and less on it."""
    return (edition(board, room) for room in ROOMS)


def edition(board: Board, room: Room) -> str:
    """The page with as much on it as a room takes."""
    return pages.page(
        "summary.html.j2",
        title=f"{board.plan.file.name}: diagnostic workforce strategy in two pages",
        name=board.plan.file.name,
        status=board.status,
        run=board.run,
        version=shortened(board.plan.file.sign_off.version, 40),
        particulars=[(key, shortened(text, 90)) for key, text in _particulars(board)],
        style=Markup(pages.style("summary.css")),
        room=room,
        key_figures=_key_figures(board),
        sentences=_passages(board.told.sentences, room.letters),
        decisions=_decisions(board, room.letters),
        figures=_figures(board),
        gap_note=SUM_NOTE,
        scenarios=_table(board_words.scenarios_table(board, room.scenarios)) if len(board.scenarios) else "",
        beyond=board_words.beyond_sentence(board),
        actions=_actions(board, room.actions),
        proposed=[shortened(text, room.letters) for text in board_words.actions_sentences(board)],
        risks=_table(board_words.risks_table(board, room.risks)) if len(board.risks) else "",
        seen=_table(board_words.seen_table(board, room.risks)) if board.risks.empty and len(board.seen) else "",
        sure=board_words.sure_sentence(board),
        past=board_words.past_sentence(board),
        plan_reach=board.told.plan_reach,
        extreme=board_words.seen_extreme_sentence(board),
        triggers=board_words.triggers_sentence(board),
        steps_heading=board_meeting_words.steps_heading(board),
        steps=board_meeting_words.next_steps(board, MOST_STEPS),
        missing=board_words,
    )


def _particulars(board: Board) -> list[tuple[str, str]]:
    return document.particulars(board.plan, board.status, board.run, board.facts)


def _key_figures(board: Board) -> Markup:
    found = [(value, shortened(label, LONGEST_LABEL), note) for value, label, note in as_key_figures(board.headlines)]
    return Markup(display.key_figures(found).html) if found else Markup()


def _passages(pieces: tuple[str, ...], letters: int) -> list[Markup]:
    """Passages as the document has them; one that is too long for a page is cut, and is plain text then."""
    return [Markup(piece if len(document.text_of(piece)) <= letters else _cut(piece, letters)) for piece in pieces]


def _cut(piece: str, letters: int) -> str:
    return f"<p>{escape(shortened(document.text_of(piece), letters))}</p>"


def _decisions(board: Board, letters: int) -> list[Markup]:
    """What is asked, as the document has it; or in plain text where that has nothing, or too much for a page."""
    told = board.told.decisions
    if told and all(len(document.text_of(piece)) <= letters for piece in told):
        return [Markup(piece) for piece in told]
    asked = shortened(" ".join(board_words.decisions(board)), letters)
    return [Markup(display.callout("Decision asked of the board", plain(asked)).html)]


def _figures(board: Board) -> list[Markup]:
    """The gap by pillar, and need, plan and staff side by side; or why there is none."""
    told = ((board.told.gap_figure, board_words.NO_GAP), (board.told.bars_figure, board_words.NO_PLAN))
    return [Markup(figure or f'<p class="none">{escape(none)}</p>') for figure, none in told]


def _actions(board: Board, most: int) -> Markup | str:
    """The actions put to the board; where it is given no list, the gaps that one would have to close."""
    if len(board_words.proposed(board)):
        return _table(board_words.actions_table(board, most))
    if board.actions.empty and len(board.gaps):
        return _table(board_words.gaps_table(board, most))
    return ""


def _table(shown: board_words.Shown) -> Markup:
    return Markup(tables.written(shown.arranged(), shown.caption, note=shown.note, number=""))
