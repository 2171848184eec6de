"""The slides: what is on them, what is said of them to who cannot see them, and what input text cannot do there."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pptx
import pytest
from pptx.util import Emu
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
    shown,
    weighed_actions,
    write_plan,
)

from pipeline.metrics.registers import ranked_risks
from pipeline.report import board_words, deck, deck_room
from pipeline.report.board import Board, Told
from pipeline.report.display import callout, say

pytestmark = pytest.mark.unit

TITLES = [
    "The decision asked of the board",
    "1,111 WTE of diagnostic staff in post in October 2025",
    "169 WTE missing in October 2030 if present trends go on, gross",
    "Scenarios of the gap",
    "What is to be done: 3 actions proposed",
    "Risks, how sure we are, and next steps",
]


@pytest.fixture
def full(tmp_path: Path) -> Board:
    return full_board(write_plan(tmp_path / "westmarch"))


@pytest.fixture
def hostile(tmp_path: Path) -> Board:
    return full_board(write_plan(tmp_path / "westmarch", name=HOSTILE[:100].strip("\x07 ")), HOSTILE)


def opened(board: Board, folder: Path) -> Any:
    return pptx.Presentation(str(deck.write(board, folder / "board.pptx")))


def texts(slide: Any) -> list[str]:
    """Every text of a slide in the order of reading, cells of tables included."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return found


def charts(made: Any) -> list[Any]:
    return [shape.chart for slide in made.slides for shape in slide.shapes if shape.has_chart]


def table_of(slide: Any) -> list[list[str]]:
    (found,) = [shape.table for shape in slide.shapes if shape.has_table]
    return [[cell.text_frame.text for cell in row.cells] for row in found.rows]


def test_there_are_six_slides_each_with_a_title_of_its_own_read_first(full: Board, tmp_path: Path) -> None:
    made = opened(full, tmp_path)
    assert [slide.shapes.title.text_frame.text for slide in made.slides] == TITLES
    assert [slide.shapes[0].shape_id for slide in made.slides] == [slide.shapes.title.shape_id for slide in made.slides]
    assert (made.slide_width, made.slide_height) == (Emu(12191695), Emu(6858000))


@pytest.mark.parametrize("kind", ["full", "hostile", "empty", "weighed"])
def test_every_table_and_chart_has_alt_text_every_title_is_unique_and_there_is_no_picture(
    tmp_path: Path, kind: str
) -> None:
    plan = write_plan(tmp_path / "westmarch")
    board = {
        "full": full_board(plan),
        "hostile": full_board(plan, HOSTILE),
        "empty": empty_board(plan),
        "weighed": replace(full_board(plan), actions=weighed_actions(), portfolio=portfolio()),
    }[kind]
    made = opened(board, tmp_path)
    graphic = [shape for slide in made.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert len(graphic) == (0 if kind == "empty" else 8)
    for shape in graphic:
        assert len(shape._element.nvGraphicFramePr.cNvPr.get("descr")) > 30
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert len(set(titles)) == 6
    assert "<p:pic>" not in "".join(part for name, part in parts(tmp_path) if name.startswith("ppt/slides/"))


def parts(folder: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(folder / "board.pptx") as archive:
        for name in archive.namelist():
            yield name, archive.read(name).decode("utf-8", "replace")


def test_the_figures_of_the_strategy_are_in_native_tables_and_charts(full: Board, tmp_path: Path) -> None:
    made = opened(full, tmp_path)
    assert table_of(made.slides[1]) == [
        ["Pillar", "In post", "Share of all"],
        ["Imaging", "777", "69.9%"],
        ["Laboratories", "334", "30.1%"],
    ]
    assert table_of(made.slides[2])[0] == ["Pillar", "Needed", "There", "Net gap", "P10", "P90"]
    assert table_of(made.slides[2])[1] == ["Imaging", "880", "784", "96", "70", "131"]
    today, gap, scenarios = charts(made)
    assert list(today.plots[0].categories) == ["Imaging", "Laboratories"]
    assert list(today.plots[0].series[0].values) == [777.125, 334.075]
    assert list(gap.plots[0].series[0].values) == [96.2, 4.25]
    assert list(scenarios.plots[0].series[0].values) == [169.4, 400.0]


def test_the_first_slide_says_what_its_gap_leaves_out(full: Board, tmp_path: Path) -> None:
    told = " ".join(texts(opened(full, tmp_path).slides[0]))
    assert "Clearing waiting lists and later centres are not in the 169 WTE missing" in told


def test_ranges_are_lines_from_p10_to_p90_within_the_axis(full: Board, tmp_path: Path) -> None:
    gap = charts(opened(full, tmp_path))[1]
    bars = gap.plots[0].series[0]._element.find("{*}errBars")
    plus, minus = ([float(point.text) for point in bars.findall(f"{{*}}{side}//{{*}}v")] for side in ("plus", "minus"))
    assert plus == pytest.approx([130.5 - 96.2, 12.0 - 4.25])
    assert minus == pytest.approx([96.2 - 70.0, 4.25 + 3.0])
    assert gap.value_axis.minimum_scale <= -3.0
    assert gap.value_axis.maximum_scale >= 130.5


def test_the_data_behind_a_chart_are_those_that_it_shows(full: Board, tmp_path: Path) -> None:
    gap = charts(opened(full, tmp_path))[1]
    (sheet,) = openpyxl.load_workbook(io.BytesIO(gap.part.chart_workbook.xlsx_part.blob))
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [None, "WTE missing, net", "Up to P90", "Down to P10"]
    assert rows[1][:2] == ["Imaging", 96.2]
    assert rows[1][2:] == pytest.approx([34.3, 26.2])


def test_alt_text_of_a_chart_says_its_figures(full: Board, tmp_path: Path) -> None:
    made = opened(full, tmp_path)
    (chart,) = [shape for shape in made.slides[1].shapes if shape.has_chart]
    assert chart._element.nvGraphicFramePr.cNvPr.get("descr") == (
        "Horizontal bars, Staff in post by pillar, WTE. Imaging: In post 777, Share of all 69.9%. "
        "Laboratories: In post 334, Share of all 30.1%."
    )


def test_what_is_said_is_in_british_english(full: Board, tmp_path: Path) -> None:
    made = opened(full, tmp_path)
    assert made.core_properties.language == "en-GB"
    runs = [part for name, part in parts(tmp_path) if re.match(r"ppt/slides/slide\d", name)]
    said = [re.findall(r"<a:rPr[^>]*>", part) for part in runs]
    assert all(len(each) > 5 for each in said)
    assert {'lang="en-GB"' in tag for each in said for tag in each} == {True}


def test_notes_say_where_the_figures_are_from(full: Board, tmp_path: Path) -> None:
    notes = [slide.notes_slide.notes_text_frame.text for slide in opened(full, tmp_path).slides]
    assert notes[2].startswith("Source: chapters 1 and 8 of Westmarch ICS: diagnostic workforce strategy")
    assert all("Run 20251121T091500Z-a1b2c3, made 21 November 2025; code version 0.1.0" in note for note in notes)


def test_actions_that_the_model_weighed_take_the_place_of_the_owners_list(full: Board, tmp_path: Path) -> None:
    slide = opened(replace(full, actions=weighed_actions(), portfolio=portfolio()), tmp_path).slides[4]
    assert slide.shapes.title.text_frame.text == "What is to be done: 2 actions chosen"
    assert table_of(slide)[1] == [
        "A2 Train 2 radiographers",
        "Head of imaging",
        "April 2026",
        "£200,000",
        "4.5",
        "2.0",
        "6.0",
    ]
    assert any("the gap goes from 169 to 163 WTE" in text for text in texts(slide))


def test_what_is_missing_is_said_to_be_missing(tmp_path: Path) -> None:
    slides = opened(empty_board(write_plan(tmp_path / "westmarch")), tmp_path).slides
    said = ["Approve the plan.", board_words.NO_GAP, board_words.NO_GAP, board_words.NO_GAP, board_words.NO_ACTIONS]
    for slide, words in zip(slides, [*said, board_words.NO_RISKS], strict=True):
        assert words in texts(slide)


def test_without_actions_and_a_register_the_gaps_and_the_risks_that_the_model_sees_are_shown(tmp_path: Path) -> None:
    board = replace(empty_board(write_plan(tmp_path / "westmarch")), gaps=gaps(), seen=seen_risks())
    slides = opened(board, tmp_path).slides
    said = texts(slides[4])
    assert any(text.startswith(board_words.NO_ACTIONS) for text in said)
    first = said.index("Diagnostic radiographers")
    assert said[first : first + 6] == ["Diagnostic radiographers", "Imaging", "41", "−8.0", "95", "Histopathologists"]
    assert {"Imaging: more than 10% is missing", "Extreme (15)", "35 in 100 by October 2030"} <= set(texts(slides[5]))


def test_hostile_names_are_shown_as_they_are_and_can_do_nothing(hostile: Board, tmp_path: Path) -> None:
    made = opened(hostile, tmp_path)
    shown_as = HOSTILE.rstrip("\x07 ")
    assert any(text.startswith(shown_as) for text in texts(made.slides[1]))
    assert any(shown_as in text for text in texts(made.slides[5]))
    for chart in charts(made):
        assert str(chart.plots[0].categories[0]).startswith("=cmd|'")
        blob = chart.part.chart_workbook.xlsx_part.blob
        (sheet,) = openpyxl.load_workbook(io.BytesIO(blob))
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    everything = "".join(part for _, part in parts(tmp_path))
    assert "<script" not in everything
    assert "hlinkClick" not in everything


@pytest.mark.parametrize("hidden", ["in_post", "p50"])
def test_a_hidden_value_is_nowhere_in_the_file_not_even_behind_a_chart(
    full: Board, tmp_path: Path, hidden: str
) -> None:
    secret = pillars()
    secret.loc[1, [hidden, "p10", "p90"]] = [7654.5, 7650.5, 7659.5]
    marked = shown(secret, (1, hidden), (1, "p10"), (1, "p90"))
    made = opened(replace(full, pillars=marked), tmp_path)
    place = {"in_post": 1, "p50": 2}[hidden]
    assert "*" in table_of(made.slides[place])[1 + (hidden == "p50") * 1 + (hidden == "in_post") * 1]
    chart = charts(made)[place - 1]
    assert chart.plots[0].series[0].values[1] is None
    inner = [chart.part.chart_workbook.xlsx_part.blob for chart in charts(made)]
    held = "".join(part for _, part in parts(tmp_path)) + "".join(map(unzipped, inner))
    assert "777.125" in held
    assert not re.search(r"765\d|7,65\d", held)


def unzipped(blob: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("name", ["", ENDLESS, "W" * 200])
def test_text_fits_its_slide_however_much_there_is(tmp_path: Path, name: str) -> None:
    plan = write_plan(tmp_path / "westmarch")
    board = full_board(plan, name)
    many = replace(
        board,
        actions=owners_actions(name, number=40),
        risks=ranked_risks(risks(name, number=40), plan.base_month),
        scenarios=pd.concat([board.scenarios] * 10, ignore_index=True),
        told=Told(sentences=(say(*[name or "Word."] * 9).html,), decisions=(callout("Decision", name or "Yes.").html,)),
    )
    for slide in opened(many, tmp_path).slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= Emu(12191695)
            assert shape.top + shape.height <= Emu(6858000)
            if shape.has_text_frame:
                assert taken(shape) <= shape.height.inches + 0.01, shape.text_frame.text[:80]
            if shape.has_table:
                assert len(shape.table.rows) > 1
                assert shape.top.inches + sum(row.height.inches for row in shape.table.rows) <= deck.FOOT


def taken(shape: Any) -> float:
    """Inches that the paragraphs of a shape take."""
    width = shape.width.inches - 0.2
    sizes = [(paragraph.text, paragraph.runs[0].font.size.pt) for paragraph in shape.text_frame.paragraphs]
    return sum(deck_room.height([text], width, size) for text, size in sizes)


def test_a_chart_shows_the_scenarios_that_its_table_has_room_for(full: Board, tmp_path: Path) -> None:
    many = replace(full, scenarios=pd.concat([full.scenarios.assign(scenario="A long name " * 7)] * 10))
    slide = opened(many, tmp_path).slides[3]
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    rows = len(table_of(slide)) - 1
    assert 1 < rows < deck.MOST_SCENARIOS
    assert len(list(chart.plots[0].categories)) == rows
    assert any(f"{20 - rows} more scenarios in chapter 8." in text for text in texts(slide))
