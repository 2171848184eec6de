"""The summary for a board: always two pages, and what is on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pymupdf
import pytest
from matplotlib.figure import Figure as Chart
from small_boards import (
    ENDLESS,
    HOSTILE,
    empty_board,
    full_board,
    gaps,
    owners_actions,
    pillars,
    portfolio,
    risks,
    seen_risks,
    weighed_actions,
    write_plan,
)

from pipeline.metrics.registers import ranked_risks
from pipeline.plan import Plan
from pipeline.report import board_words, document, pdf, summary_page
from pipeline.report.board import Board, Told
from pipeline.report.display import callout, say, show

pytestmark = pytest.mark.unit

needs_printing = pytest.mark.skipif(pdf.why_not() is not None, reason="nothing can be printed without Pango")


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return write_plan(tmp_path / "westmarch")


def figure(height: float) -> str:
    fig = Chart(figsize=(8, height))
    fig.subplots().plot([1, 2])
    return document.without_data(show(fig, title="Gap by pillar", alt="A line that rises.", data=pillars()).html)


def whole(plan: Plan, name: str = "", height: float = 4.0) -> Board:
    board = full_board(plan, name)
    return replace(board, told=replace(board.told, gap_figure=figure(height), bars_figure=figure(height)))


def crowded(plan: Plan) -> Board:
    """Everything long and everything many."""
    board = whole(plan, ENDLESS, height=14.0)
    passages = Told((say(ENDLESS).html,) * 3, (callout("Decision", ENDLESS).html,), *(figure(14.0),) * 2)
    return replace(
        board,
        told=passages,
        actions=owners_actions(ENDLESS, 60),
        risks=ranked_risks(risks(ENDLESS, 60), plan.base_month),
        scenarios=pd.concat([board.scenarios] * 20, ignore_index=True),
    )


KINDS: dict[str, Callable[[Plan], Board]] = {
    "with everything": whole,
    "with nothing": empty_board,
    "with hostile names": lambda plan: whole(plan, HOSTILE),
    "with far too much": crowded,
}


@needs_printing
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_two_pages_of_a4_whatever_there_is_to_say(plan: Plan, tmp_path: Path, kind: str) -> None:
    printed = summary_page.write(KINDS[kind](plan), tmp_path / "summary.pdf")
    with pymupdf.open(printed) as pages:
        assert [(round(page.rect.width), round(page.rect.height)) for page in pages] == [(595, 842)] * 2
        assert "What may come" in pages[1].get_text()


def page_of(board: Board) -> str:
    return next(summary_page.editions(board))


def text_of(board: Board) -> str:
    unstyled = re.sub(r"<style>.*?</style>", "", page_of(board), flags=re.DOTALL)
    return document.text_of(unstyled.replace("<", " <"))


def test_it_says_the_status_the_figures_the_decision_and_what_is_to_be_done(plan: Plan) -> None:
    text = text_of(whole(plan))
    for said in (
        "Status DRAFT",
        "169 WTE missing in October 2030 if present trends go on, gross P10 to P90: 120 to 231",
        "About 169 WTE will be missing.",
        "Decision asked of the board Approve the action plan.",
        "Demand is high 400 300 500 390",
        "A3 Train 3 radiographers",
        "Room 1 opens without staff",
        "In eight of ten calculations 120 to 231 WTE are missing",
        "22 January 2026: Diagnostic delivery board is to decide on “The strategy”.",
    ):
        assert said in text


def test_its_figures_are_those_of_the_notebooks_without_the_table_of_their_data(plan: Plan) -> None:
    page = page_of(whole(plan))
    assert page.count('alt="A line that rises."') == 2
    assert "<details" not in page


def test_actions_that_the_model_weighed_take_the_place_of_the_owners_list(plan: Plan) -> None:
    text = text_of(replace(whole(plan), actions=weighed_actions(), portfolio=portfolio()))
    assert "Of 3 actions, 2 are chosen, for £300,000." in text
    assert "A3 Train 3 radiographers" not in text


def test_what_is_missing_is_said_to_be_missing(plan: Plan) -> None:
    text = text_of(empty_board(plan))
    for said in (board_words.NO_GAP, board_words.NO_PLAN, board_words.NO_ACTIONS, board_words.NO_RISKS):
        assert said in text
    assert "Approve the plan." in text
    assert not re.search(r"\b(nan|None|NaT)\b", text)


def test_without_actions_and_a_register_the_gaps_and_the_risks_that_the_model_sees_are_printed(plan: Plan) -> None:
    text = text_of(replace(empty_board(plan), gaps=gaps(), seen=seen_risks()))
    for said in (board_words.NO_ACTIONS, "Diagnostic radiographers", board_words.NO_RISKS, "35 in 100 by October 2030"):
        assert said in text


def test_hostile_names_are_text(plan: Plan) -> None:
    page = page_of(whole(plan, HOSTILE))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_passage_that_is_too_long_is_cut_between_words_and_shows_it(plan: Plan) -> None:
    page = page_of(crowded(plan))
    (passage, *_) = re.findall(r"<p>(=word .*?)</p>", page)
    assert len(passage) <= 2200
    assert passage.endswith("=word…")


def test_the_second_room_holds_less_than_the_first_and_so_on() -> None:
    for more, less in zip(summary_page.ROOMS, summary_page.ROOMS[1:], strict=False):
        assert (less.points, less.letters, less.actions) < (more.points, more.letters + 1, more.actions + 1)


def test_where_nothing_can_be_printed_there_is_no_file(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "why_not", lambda: "no library")
    assert summary_page.write(empty_board(plan), tmp_path / "summary.pdf") is None
    assert list(tmp_path.glob("summary*")) == []
