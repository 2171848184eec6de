"""Nothing is fetched: not by the printer, and not by a page that is opened."""

from __future__ import annotations

import re
import socket
import urllib.request
from pathlib import Path

import pytest
import tinyhtml5
from network_denied import network_denied

from pipeline.report import pdf
from pipeline.report.cells import DocumentRefused
from pipeline.run.build import Built

LOADS = ("src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "xlink:href", "manifest")
"""Attributes at which a browser loads or sends something by itself."""
PAGE = '<!doctype html><html lang="en"><head><title>x</title></head><body><h1>x</h1>{}</body></html>'


@pytest.mark.unit
@pytest.mark.parametrize(
    "asks",
    [
        '<img src="https://evil.invalid/x.png" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<link rel="stylesheet" href="https://evil.invalid/x.css">',
        '<p style="background: url(https://evil.invalid/x.png)">x</p>',
        '<object data="file:///etc/hostname" type="image/png">x</object>',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
)
def test_the_printer_opens_nothing_but_what_is_inside_the_page(asks: str, tmp_path: Path) -> None:
    if pdf.why_not():
        pytest.skip("nothing can be printed here")
    with network_denied(tmp_path / "tried.txt"), pytest.raises(DocumentRefused, match="Failed to load"):
        pdf.write(PAGE.format(asks), tmp_path / "x.pdf")
    assert not (tmp_path / "tried.txt").exists()
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.unit
def test_the_printer_asks_nobody_for_a_font(tmp_path: Path) -> None:
    if pdf.why_not():
        pytest.skip("nothing can be printed here")
    font = "@font-face { font-family: x; src: url(https://evil.invalid/x.woff) } p { font-family: x }"
    with network_denied(tmp_path / "tried.txt"):
        pdf.write(PAGE.format(f"<style>{font}</style><p>x</p>"), tmp_path / "x.pdf")
    assert not (tmp_path / "tried.txt").exists()


@pytest.mark.unit
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_denies_the_network_in_tests_does_deny_it(tmp_path: Path) -> None:
    with network_denied(tmp_path / "tried.txt"):
        with pytest.raises(OSError):
            urllib.request.urlopen("http://127.0.0.1:9")
        with pytest.raises(PermissionError), socket.socket() as one:
            one.connect(("127.0.0.1", 9))
    tried = (tmp_path / "tried.txt").read_text(encoding="utf-8")
    assert re.findall(r"urllib.Request|socket.connect", tried) == ["urllib.Request", "socket.connect"]


@pytest.mark.rendered
@pytest.mark.slow
def test_no_page_of_the_sample_loads_anything_but_pictures_inside_it(sample_strategy: Built) -> None:
    assert sample_strategy.html is not None
    for path in sample_strategy.html.parent.glob("*.html"):
        tree = tinyhtml5.parse(path.read_text(encoding="utf-8"), namespace_html_elements=False)
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        loaded = [element.attrib[name] for element in elements for name in LOADS if name in element.attrib]
        assert [address[:60] for address in loaded if not address.startswith("data:image/svg+xml;base64,")] == []
        assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & {
            element.tag for element in elements
        }
        assert not re.search(r"url\(|@import", " ".join(style.text or "" for style in tree.iter("style")))
