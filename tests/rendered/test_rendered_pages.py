"""The pages in a browser: accessible, self-contained, and readable on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from accessibility import breaches

from pipeline.report.compose import Rendered

pytestmark = [pytest.mark.rendered, pytest.mark.slow]

STAGES = ("ingest", "metrics", "scenario", "evidence", "action_plan")
PAGES = ("strategy.html", *(f"annex-{stage}.html" for stage in STAGES))
FILLER = "No description has been provided for this image"


@contextmanager
def _opened(browser: Any, page: Path, width: int, **settings: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
    opened = context.new_page()
    opened.goto(page.as_uri())
    yield opened
    context.close()


def _page(strategy: Rendered, name: str) -> Path:
    return strategy.html.with_name(name)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_passes_axe_at_wcag_22_aa(browser: Any, strategy: Rendered, name: str, width: int) -> None:
    with _opened(browser, _page(strategy, name), width) as page:
        assert breaches(page) == []


def test_what_breaks_a_rule_is_found_in_a_table_and_outside(browser: Any, strategy: Rendered) -> None:
    with _opened(browser, _page(strategy, "strategy.html"), 1280) as page:
        page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        page.evaluate("document.querySelector('.wf-scroll td').style.color = '#999'")
        assert {rule for rule, _ in breaches(page)} == {"color-contrast", "image-alt"}


@pytest.mark.parametrize("name", PAGES)
def test_at_320_pixels_only_the_boxes_of_tables_and_figures_scroll(browser: Any, strategy: Rendered, name: str) -> None:
    with _opened(browser, _page(strategy, name), 320) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        wide = "[...document.querySelectorAll('.wf-scroll')].filter(box => box.scrollWidth > box.clientWidth).length"
        assert page.evaluate(wide) > 0 or name in {"annex-ingest.html", "annex-scenario.html", "annex-evidence.html"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_but_itself_and_breaks_no_rule_of_its_own(
    browser: Any, strategy: Rendered, name: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(_page(strategy, name).as_uri())
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
    assert said == []
    assert page.evaluate("getComputedStyle(document.querySelector('.band')).backgroundColor") == "rgb(0, 94, 184)"
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_no_filler_description_and_no_script(strategy: Rendered, name: str) -> None:
    text = _page(strategy, name).read_text("utf-8")
    assert FILLER not in text
    assert "<script" not in text
    assert "Westmarch ICS &lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_data_of_a_figure_is_one_click_away(browser: Any, strategy: Rendered) -> None:
    with _opened(browser, strategy.html, 1280) as page:
        details = page.locator("#demand details")
        assert not details.locator("table").is_visible()
        details.locator("summary").click()
        assert details.locator("table").is_visible()
        assert details.locator("tbody tr").first.inner_text().split("\t") == ["November 2024", "21.0%", "27.0%"]


def test_the_keyboard_reaches_the_content_first_and_the_contents_list_works(browser: Any, strategy: Rendered) -> None:
    with _opened(browser, strategy.html, 1280) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.get_by_role("navigation").get_by_role("link", name="Demand", exact=True).click()
        assert page.evaluate("document.getElementById('demand').getBoundingClientRect().top") < 100


@pytest.mark.parametrize(("width", "collapsed"), [(1280, False), (320, True)])
def test_the_contents_list_stands_beside_wide_pages_and_folds_on_narrow_ones(
    browser: Any, strategy: Rendered, width: int, collapsed: bool
) -> None:
    with _opened(browser, strategy.html, width) as page:
        contents = page.get_by_role("navigation", name="Contents")
        assert contents.get_by_role("link", name="Summary", exact=True).count() == (0 if collapsed else 1)
        if collapsed:
            contents.locator("summary").click()
            assert contents.get_by_role("link", name="Summary", exact=True).is_visible()


def test_the_page_works_without_scripts_and_prints_without_its_furniture(browser: Any, strategy: Rendered) -> None:
    with _opened(browser, strategy.html, 1280, java_script_enabled=False) as page:
        assert page.get_by_role("heading", level=1).inner_text().startswith("Westmarch ICS <script>alert(1)</script>")
        page.emulate_media(media="print")
        assert not page.locator(".band").is_visible()
        assert page.locator(".contents-print").is_visible()
        assert not page.locator("#demand details").is_visible()
