"""The policy of a page holds in a browser: even a script that got into it, past every other door, does not run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.report.compose import Rendered, lone_page

pytestmark = pytest.mark.rendered

INJECTED = [
    "<script>window.__hit = 1</script>",
    "<img src=x onerror='window.__hit = 1'>",
    "<a id=hit href='javascript:window.__hit=1'>x</a>",
    "<iframe srcdoc='<script>parent.__hit = 1</script>'></iframe>",
    "<script src='https://evil.invalid/x.js'></script>",
    "<link rel=stylesheet href='https://evil.invalid/x.css'>",
    "<style>body { visibility: hidden }</style>",
    "<p id=styled style='position: fixed'>x</p>",
    "<img src='https://evil.invalid/x.png'>",
    "<object data='https://evil.invalid/x'></object>",
    "<base href='https://evil.invalid/'>",
    "<form id=form action='https://evil.invalid/'></form>",
]


@pytest.fixture(scope="module")
def pages(strategy: Rendered, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A strategy, an annex and a page of a comparison."""
    alone = tmp_path_factory.mktemp("alone") / "comparison.html"
    alone.write_text(lone_page("Westmarch", "COMPARISON", "Two runs compared", "<p>x</p>", {}), encoding="utf-8")
    return [strategy.html, strategy.annexes[0], alone]


def opened(browser: Any, path: Path) -> tuple[Any, list[str], list[str]]:
    """A page, what it asked others for and was let, and what the browser said of it."""
    page, asked, said = browser.new_context().new_page(), list[str](), list[str]()
    # A request that the policy stops is announced, and never sent; what is sent comes by this route.
    page.route(re.compile("^http"), lambda route: (asked.append(route.request.url), route.abort()))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    return page, asked, said


def test_the_pages_as_they_are_break_nothing_of_their_policy(browser: Any, pages: list[Path]) -> None:
    for path in pages:
        page, _, said = opened(browser, path)
        assert said == []
        page.context.close()


def test_what_got_into_a_page_does_not_run_load_or_restyle_it(browser: Any, pages: list[Path], tmp_path: Path) -> None:
    for path in pages:
        text = path.read_text(encoding="utf-8").replace('<main id="main"', f'{"".join(INJECTED)}<main id="main"')
        (tmp_path / path.name).write_text(text, encoding="utf-8")
        page, asked, said = opened(browser, tmp_path / path.name)
        page.evaluate("document.getElementById('hit').click(); document.getElementById('form').submit()")
        page.wait_for_timeout(200)
        assert page.evaluate("window.__hit") is None
        assert asked == []
        assert page.evaluate("getComputedStyle(document.body).visibility") == "visible"
        assert page.evaluate("getComputedStyle(document.getElementById('styled')).position") == "static"
        assert page.url.startswith("file://")
        assert page.evaluate("document.baseURI").startswith("file://")
        assert sum("Content Security Policy" in line for line in said) >= 8
        page.context.close()


def test_the_same_would_run_and_load_in_a_page_without_a_policy(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "open.html").write_text(f"<!doctype html><body>{''.join(INJECTED)}", encoding="utf-8")
    page, asked, _ = opened(browser, tmp_path / "open.html")
    assert page.evaluate("window.__hit") == 1
    assert "https://evil.invalid/x.js" in asked
    page.context.close()
