"""The headline figures agree wherever a reader meets them, and one that is changed anywhere is noticed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from headline_figures import Report, collected, disagreements, open_report

from pipeline.report.headlines import SHOWN
from pipeline.run.build import Built

pytestmark = [pytest.mark.rendered, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(sample_strategy: Built) -> Path:
    assert sample_strategy.html is not None
    assert sample_strategy.pdf is not None, sample_strategy.pdf_note
    return sample_strategy.html.parent


@pytest.fixture
def report(folder: Path) -> Report:
    return open_report(folder)


def test_every_file_has_every_headline_figure_as_the_record_of_the_run_has_it(report: Report) -> None:
    found = collected(report)
    assert set(found["run.json"]) > set(SHOWN)
    assert disagreements(found) == []


def in_record(report: Report) -> Report:
    record = copy.deepcopy(report.record)
    next(row for row in record["headlines"] if row["key"] == "gap_gross_horizon")["value"] += 1
    return replace(report, record=record)


def in_key_figures_of_the_page(report: Report) -> Report:
    value = collected(report)["strategy.html"]["staff_in_post"][0]
    return replace(report, page=report.page.replace(f'wf-key-value">{value}<', 'wf-key-value">1<', 1))


def in_a_range_of_the_page(report: Report) -> Report:
    return replace(report, page=report.page.replace("P10 to P90: ", "P10 to P90: 1", 1))


def in_the_printed_strategy(report: Report) -> Report:
    return replace(report, printed=swapped(report.printed, report))


def in_the_printed_summary(report: Report) -> Report:
    return replace(report, summary=swapped(report.summary, report))


def swapped(text: str, report: Report) -> str:
    """The text with one digit of the range of the gap changed."""
    low, high = collected(report)["run.json"]["gap_gross_horizon"][1:]
    assert f"P10 to P90: {low} to {high}" in text
    return text.replace(f"P10 to P90: {low} to {high}", f"P10 to P90: {low} to {high}1", 1)


def in_key_figures_of_the_workbook(report: Report) -> Report:
    report.workbook["Key figures"]["C7"] = 1.0
    return report


def in_a_table_of_the_workbook(report: Report) -> Report:
    sheet = next(sheet for sheet in report.workbook if "Gross and net gap" in str(sheet["A1"].value))
    first = int(next(iter(sheet.tables.values())).ref.split(":")[0][1:]) + 1
    sheet.cell(first, 3).value += 1
    return report


def in_a_key_figure_of_the_slides(report: Report) -> Report:
    shape = next(shape for shape in report.slides.slides[0].shapes if shape.name == "Key figure")
    shape.text_frame.paragraphs[0].runs[0].text = "1"
    return report


def in_a_title_of_the_slides(report: Report) -> Report:
    run = report.slides.slides[2].shapes.title.text_frame.paragraphs[0].runs[0]
    run.text = f"1{run.text}"
    return report


def in_the_data_of_a_chart(report: Report) -> Report:
    (chart,) = [shape.chart for shape in report.slides.slides[3].shapes if shape.has_chart]
    point = chart.plots[0].series[0]._element.find("{*}errBars/{*}plus//{*}v")
    point.text = str(float(point.text) + 1)
    return report


@pytest.mark.parametrize(
    ("change", "file"),
    [
        (in_record, "strategy.pdf"),
        (in_key_figures_of_the_page, "strategy.html"),
        (in_a_range_of_the_page, "strategy.html"),
        (in_the_printed_strategy, "strategy.pdf"),
        (in_the_printed_summary, "summary.pdf"),
        (in_key_figures_of_the_workbook, "strategy.xlsx"),
        (in_a_table_of_the_workbook, "strategy.xlsx, scenarios"),
        (in_a_key_figure_of_the_slides, "board.pptx"),
        (in_a_title_of_the_slides, "board.pptx"),
        (in_the_data_of_a_chart, "board.pptx, chart"),
    ],
)
def test_a_figure_that_is_changed_in_one_place_is_noticed(
    report: Report, change: Callable[[Report], Report], file: str
) -> None:
    assert any(said.startswith(f"{file}: ") for said in disagreements(collected(change(report))))
