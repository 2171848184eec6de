"""The list of all plans in a browser: accessible, readable on a narrow screen, whole without scripts, and at hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from accessibility import breaches
from portal_folders import SIGNED, headlines, keep, many_plans, published, report, write_failure, write_report

from pipeline.run.portal import Rooms, write_portal
from pipeline.run.shelf_server import Shelves

pytestmark = [pytest.mark.rendered, pytest.mark.slow]

HOSTILE = '"><script>alert(1)</script>'
ROWS = ".plans tbody tr"
SHOWN = f"[...document.querySelectorAll('{ROWS}')].filter(row => !row.hidden).map(row => row.dataset.plan)"
CARDS = "[...document.querySelectorAll('.card')].filter(card => !card.hidden).map(card => card.id)"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of 42 plans, one of them of a hostile name."""
    rooms = many_plans(tmp_path_factory.mktemp("many"))
    write_report(rooms, "plan-41", report(41, HOSTILE))
    return written(rooms)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of one plan."""
    return written(many_plans(tmp_path_factory.mktemp("one"), 1))


@pytest.fixture(scope="module")
def none(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of no plan."""
    return written(many_plans(tmp_path_factory.mktemp("none"), 0))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of plans whose every text is hostile or endless."""
    rooms = many_plans(tmp_path_factory.mktemp("odd"), 0)
    for number, text in enumerate((HOSTILE, "W" * 400, "word " * 200, "مستشفى ‮gnp.exe", "{{ 7 * 7 }}")):
        told = published(text, status=text)
        told["pillars"][0]["pillar"] = text
        figures = [row | {"label": text} for row in headlines(300.0)]
        signed = [dict.fromkeys(SIGNED, text)]
        record = report(number, text, published=told, headlines=figures, made=text, approval=signed)
        write_report(rooms, f"plan-{number}", record)
        write_failure(rooms, f"plan-{number}", number, text)
        keep(rooms, f"plan-{number}", text, number, [300.0, 320.0])
    return written(rooms)


def written(rooms: Rooms) -> Path:
    page = write_portal(rooms)
    assert page is not None
    return page


@contextmanager
def opened(browser: Any, page: Path, width: int = 1280, **settings: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    tab.goto(page.as_uri())
    yield tab
    context.close()
    assert said == []


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("number", ["many", "one", "none", "odd"])
def test_the_list_passes_axe_at_wcag_22_aa(
    browser: Any, number: str, width: int, request: pytest.FixtureRequest
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(request.getfixturevalue(number).as_uri())
    if number == "many":
        for place in (0, 3, 5):
            page.locator(".plans input").nth(place).check()
        page.locator("#compare").click()
    assert breaches(page) == []
    context.close()


@pytest.mark.parametrize("width", [1280, 700, 320])
@pytest.mark.parametrize("number", ["many", "one", "none", "odd"])
def test_nothing_is_wider_than_the_screen(
    browser: Any, number: str, width: int, request: pytest.FixtureRequest
) -> None:
    with opened(browser, request.getfixturevalue(number), width) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1280, 320])
def test_without_scripts_every_plan_is_there_in_order_of_risk(browser: Any, many: Path, width: int) -> None:
    with opened(browser, many, width, java_script_enabled=False) as page:
        assert page.locator(".card").count() == page.locator(ROWS).count() == 42
        assert all(each.is_visible() for each in page.locator(".card").all())
        assert not page.locator("#tools").is_visible()
        assert not page.locator(".plans input").first.is_visible()
        levels = page.locator(".card > .under > .level").all_inner_texts()
        order = ["Not known", "Last try failed", "High", "Medium", "Low", "No gap figure"]
        assert sorted(levels, key=order.index) == levels
        assert set(levels) == set(order)


def test_what_is_written_in_a_plan_runs_nothing(browser: Any, many: Path) -> None:
    with opened(browser, many) as page:
        assert page.get_by_role("heading", name=HOSTILE, exact=True).count() == 1


def test_the_keyboard_puts_the_list_in_another_order_and_back(browser: Any, many: Path) -> None:
    with opened(browser, many) as page:
        by_risk = page.evaluate(SHOWN)
        page.get_by_role("button", name="WTE missing").focus()
        page.keyboard.press("Enter")
        gaps = page.evaluate(f"[...document.querySelectorAll('{ROWS}')].map(row => row.dataset.gap)")
        known = [float(gap) for gap in gaps if gap]
        assert known == sorted(known, reverse=True)
        assert gaps[len(known) :] == [""] * (len(gaps) - len(known))
        assert page.evaluate(SHOWN) == page.evaluate(CARDS)
        head = page.locator("thead th[aria-sort]")
        assert (head.inner_text().split("\u00a0")[0], head.get_attribute("aria-sort")) == ("WTE missing", "descending")
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        page.locator("#order").select_option("name")
        names = page.locator(".plans tbody a").all_inner_texts()
        assert names[:2] == [HOSTILE, "Brackenshire ICS 16"]
        page.locator("#order").select_option("risk")
        assert page.evaluate(SHOWN) == by_risk


def test_a_search_leaves_what_fits_and_says_how_many(browser: Any, many: Path) -> None:
    with opened(browser, many) as page:
        page.get_by_label("Find a plan").focus()
        page.keyboard.type("ostrey high")
        found = page.evaluate(SHOWN)
        assert found == page.evaluate(CARDS)
        assert len(found) == 1
        assert page.locator("#said").inner_text() == "1 of 42 plans found."
        page.get_by_label("Find a plan").fill("plan-09")
        assert len(page.evaluate(SHOWN)) == 1
        page.get_by_label("Find a plan").fill("nowhere at all")
        assert page.locator("#said").inner_text() == "0 of 42 plans found."
        page.get_by_label("Find a plan").fill("")
        assert len(page.evaluate(SHOWN)) == 42


def test_two_to_four_plans_are_compared_by_keyboard(browser: Any, many: Path) -> None:
    with opened(browser, many) as page:
        boxes = page.locator(".plans input")
        compare = page.get_by_role("button", name="Compare side by side")
        boxes.nth(3).focus()
        page.keyboard.press("Space")
        compare.press("Enter")
        assert page.locator("#said").inner_text() == "Tick 2 to 4 plans in the list to compare them; 1 is ticked."
        boxes.nth(5).press("Space")
        compare.press("Enter")
        assert page.evaluate("document.activeElement.id") == "comparison-title"
        names = page.locator("#comparison thead th").all_inner_texts()
        assert names == [page.locator(".plans tbody a").nth(place).inner_text() for place in (3, 5)]
        row = page.locator("#comparison tr", has=page.get_by_role("rowheader", name="Gap, imaging (WTE)"))
        shown = [page.locator(".card").nth(place).locator(".pillars tbody tr").nth(1) for place in (3, 5)]
        gaps = [each.locator("td").all_inner_texts() for each in shown]
        assert row.locator("td").all_inner_texts() == [f"{gap} ({span})" for gap, span, _ in gaps]
        for place in (6, 7, 8):
            boxes.nth(place).press("Space")
        assert "At most 4 plans fit" in page.locator("#said").inner_text()
        page.get_by_role("button", name="Close the comparison").press("Enter")
        assert not page.locator("#comparison").is_visible()


def test_a_name_leads_to_its_plan_and_links_lead_to_files_that_are_there(browser: Any, many: Path) -> None:
    with opened(browser, many) as page:
        page.locator(".plans tbody a").nth(10).press("Enter")
        assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 100
        links = page.evaluate("[...document.querySelectorAll('.links a')].map(link => link.getAttribute('href'))")
        assert len(links) > 200
        assert [link for link in links if not (many.parent / link).is_file()] == []


def test_one_plan_has_nothing_to_choose_from(browser: Any, one: Path) -> None:
    with opened(browser, one) as page:
        assert not page.locator("#tools").is_visible()
        assert page.locator(".card").count() == 1


def test_print_leaves_out_what_only_a_screen_can_use(browser: Any, many: Path) -> None:
    with opened(browser, many) as page:
        page.emulate_media(media="print")
        assert not page.locator("#tools").is_visible()
        assert not page.locator(".plans input").first.is_visible()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".card details:not([open])").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".card details[open]").count() == 0


def test_the_list_works_as_well_on_a_port_of_this_computer(browser: Any, many: Path) -> None:
    with Shelves(many.parent, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(server.address)
        assert page.locator("#tools").is_visible()
        page.locator("#order").select_option("name")
        assert page.locator(".plans tbody a").first.inner_text() == HOSTILE
        page.get_by_role("link", name="Previous version of Dunmoor ICS 4", exact=True).click()
        assert page.url.endswith("/previous/plan-04/strategy.html")
        assert page.title() == "plan-04"
        page.close()
        server.shutdown()
        thread.join()
    assert [text for text in said if "favicon" not in text and "404" not in text] == []
