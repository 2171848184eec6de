"""The headline figures as each file of a report has them for its readers, to be compared."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pptx
import pymupdf

from pipeline.report import words
from pipeline.report.headlines import SHOWN, saying

Figures = dict[str, tuple[str, str, str]]
"""Value, low and high of headline figures in words, by key; no range is two empty strings."""
RANGE = r"P10 to P90: (\S+) to (\S+)"
NUMBER = r"(?<![\w(])([−£]?\d[\d,.]*%?)"
FROM_RANGE = {"gap_gross_horizon": 0}
"""Headlines that a chart of the slides shows as well: the bar of this place in the chart of scenarios."""


@dataclass(frozen=True)
class Report:
    """The files of a report: pages as they stand, PDFs as their text, the rest opened."""

    record: dict[str, Any]
    page: str
    printed: str
    summary: str
    workbook: Any
    slides: Any

    @property
    def labels(self) -> dict[str, str]:
        """What each headline figure is, by key."""
        return {row["key"]: row["label"] for row in self.record["headlines"]}


def open_report(folder: Path) -> Report:
    """The files of the report in a folder."""
    return Report(
        record=json.loads((folder / "run.json").read_text(encoding="utf-8")),
        page=(folder / "strategy.html").read_text(encoding="utf-8"),
        printed=text_of(folder / "strategy.pdf"),
        summary=text_of(folder / "summary.pdf"),
        workbook=openpyxl.load_workbook(folder / "strategy.xlsx"),
        slides=pptx.Presentation(str(folder / "board.pptx")),
    )


def text_of(path: Path) -> str:
    """The text of a PDF, on one line."""
    with pymupdf.open(path) as pages:
        return " ".join(" ".join(page.get_text() for page in pages).split())


def collected(report: Report) -> dict[str, Figures]:
    """The headline figures as each file has them, by file."""
    return {
        "run.json": in_record(report.record),
        "strategy.html": in_page(report),
        "strategy.pdf": in_text(report.printed, report.labels),
        "summary.pdf": in_text(report.summary, report.labels),
        "strategy.xlsx": in_workbook(report),
        "board.pptx": in_slides(report),
        "board.pptx, chart": in_chart(report.slides),
        "strategy.xlsx, scenarios": in_scenarios(report),
    }


def disagreements(found: Mapping[str, Figures]) -> list[str]:
    """Each figure that a file has otherwise than the record of the run, or not at all."""
    whole = found["run.json"]
    asked = {
        "board.pptx, chart": set(FROM_RANGE),
        "strategy.xlsx, scenarios": set(FROM_RANGE),
        "strategy.xlsx": set(whole),
    }
    said = []
    for file, figures in found.items():
        for key in sorted(asked.get(file, set(SHOWN) & set(whole)) | set(figures)):
            if figures.get(key) != whole.get(key):
                said.append(f"{file}: {key} is {figures.get(key)} and not {whole.get(key)}")
    return said


def in_record(record: Mapping[str, Any]) -> Figures:
    return {row["key"]: written(row["unit"], row["value"], row["low"], row["high"]) for row in record["headlines"]}


def written(unit: str, *numbers: float | None) -> Any:
    return tuple("" if number is None else saying(unit)(number) for number in numbers)


def in_page(report: Report) -> Figures:
    """From the key figures at the head of the page, each of which is a list item."""
    items = re.findall(
        r'<li><span class="wf-key-value">(.*?)</span> <span class="wf-key-label">(.*?)</span>(.*?)</li>', report.page
    )
    keys = {html.escape(label): key for key, label in report.labels.items()}
    return {keys[label]: (html.unescape(value), *_range(rest)) for value, label, rest in items}


def _range(text: str) -> tuple[str, str]:
    found = re.search(RANGE, re.sub(r"<[^>]+>", " ", text))
    return (found[1], found[2]) if found else ("", "")


def in_text(text: str, labels: Mapping[str, str]) -> Figures:
    """From running text: a value stands before what it is, its range behind it, and all that is said must agree."""
    found: Figures = {}
    for key in SHOWN:
        if key in labels:
            said = re.findall(rf"{NUMBER} {re.escape(labels[key])}(?: {RANGE})?", text)
            values, ranges = {value for value, _, _ in said}, {(low, high) for _, low, high in said if low}
            if said:
                found[key] = (" or ".join(sorted(values)), *next(iter(sorted(ranges)), ("", "")))
    return found


def in_workbook(report: Report) -> Figures:
    """From the sheet of key figures, each number as its format shows it."""
    keys = {label: key for key, label in report.labels.items()}
    rows = [[cell.value for cell in row] for row in report.workbook["Key figures"].iter_rows(min_row=5)]
    return {keys[row[0]]: written(row[4], *row[1:4]) for row in rows}


def in_slides(report: Report) -> Figures:
    """From the key figures of the first slide; a title of another that begins with one of them must say the same."""
    found: Figures = {}
    keys = {label: key for key, label in report.labels.items()}
    for slide in report.slides.slides:
        for shape in slide.shapes:
            lines = shape.text_frame.text.split("\n") if shape.has_text_frame else []
            if shape.name == "Key figure":
                found[keys[lines[1]]] = (lines[0], *_range(" ".join(lines[2:])))
    for slide in list(report.slides.slides)[1:]:
        value, _, label = slide.shapes.title.text_frame.text.partition(" ")
        if label in keys and value != found[keys[label]][0]:
            found[keys[label]] = (f"{found[keys[label]][0]} or {value}", "", "")
    return found


def in_chart(slides: Any) -> Figures:
    """From the data behind the chart of scenarios: the bar and the ends of its line."""
    (chart,) = [shape.chart for shape in slides.slides[3].shapes if shape.has_chart]
    series = chart.plots[0].series[0]
    found = {}
    for key, place in FROM_RANGE.items():
        above, below = (
            float(series._element.findall(f"{{*}}errBars/{{*}}{side}//{{*}}v")[place].text)
            for side in ("plus", "minus")
        )
        value = series.values[place]
        found[key] = (words.wte(value), words.wte(value - below), words.wte(value + above))
    return found


def in_scenarios(report: Report) -> Figures:
    """From the workbook's table of the gap by scenario, which has the present trends first."""
    (sheet,) = [
        sheet
        for sheet in report.workbook
        if str(sheet["A1"].value).startswith("Table 8.") and "Gross and net gap" in sheet["A1"].value
    ]
    (table,) = sheet.tables.values()
    heads, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return {key: tuple(_of(dict(zip(heads, rows[place], strict=True)))) for key, place in FROM_RANGE.items()}


def _of(row: Mapping[str, Any]) -> tuple[str, str, str]:
    low, middle, high = (row[name] for name in row if name.startswith("Gross"))
    return words.wte(middle), words.wte(low), words.wte(high)
