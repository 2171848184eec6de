"""The sample plan end to end: made once from its files, then opened in a browser and read as a PDF."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pytest

from pipeline.report.chapters import chapters
from pipeline.run.build import Built, build
from pipeline.run.stages import NOTEBOOK_STAGES

pytestmark = [pytest.mark.rendered, pytest.mark.slow]

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FILLER = "No description has been provided for this image"
NOT_FOR_READERS = re.compile(r"\b(nan|NaN|NaT|None|inf)\b|<NA>")


def make(root: Path, out: Path) -> Built:
    folders = {"processed_root": out / "processed", "reports_root": out / "reports"}
    return build(root / "data" / "raw" / "sample", notebooks_folder=root / "notebooks", **folders)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def sample(root: Path, out: Path) -> Built:
    """The strategy of the sample plan, made through the real door and the real renderer."""
    return make(root, out)


@pytest.fixture(scope="module")
def pages(sample: Built) -> list[Path]:
    assert sample.html is not None
    return [sample.html, *(sample.html.with_name(f"annex-{stage.name}.html") for stage in NOTEBOOK_STAGES)]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_passes_axe_and_asks_for_nothing_else(browser: Any, pages: list[Path], width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for path in pages:
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG_22_AA}}).response
        broken = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]]
        assert (path.name, broken) == (path.name, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
        context.close()


def test_the_strategy_holds_every_chapter_and_nothing_unreadable(browser: Any, pages: list[Path]) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(pages[0].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    titles = page.locator("main h2").all_inner_texts()
    text = page.locator("main").inner_text()
    context.close()
    for chapter in chapters():
        assert any(chapter.title in title for title in titles), chapter.title
    assert NOT_FOR_READERS.findall(text) == []
    assert FILLER not in "".join(path.read_text(encoding="utf-8") for path in pages)


def test_the_pdf_is_accessible(sample: Built) -> None:
    assert sample.pdf is not None, sample.pdf_note
    checked = outloud.check(str(sample.pdf))
    assert checked.error is None
    assert [
        (each.rule, each.page, each.message) for each in checked.sorted_findings() if each.severity == "error"
    ] == []
    assert [(each.rule_id, each.message) for each in pdfua.validate(str(sample.pdf)).findings] == []


def test_the_run_record_says_what_went_in_and_what_came_out(sample: Built) -> None:
    assert sample.record is not None
    record = json.loads(sample.record.read_text(encoding="utf-8"))
    assert {"ingest", "metrics", "scenario", "action_plan", "document"} == {stage["name"] for stage in record["stages"]}
    assert {row["key"] for row in record["headlines"]} >= {"staff_in_post", "gap_gross_horizon", "gap_net_horizon"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) for entry in record["inputs"])
    assert record["packages"]["pandas"]


def test_a_second_run_with_nothing_changed_does_nothing(root: Path, out: Path, sample: Built) -> None:
    assert sample.html is not None
    before = sample.html.stat().st_mtime_ns
    assert make(root, out).status == "fresh"
    assert sample.html.stat().st_mtime_ns == before
