"""A page printed as PDF/UA-1."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pytest

from pipeline.report import pdf
from pipeline.report.cells import DocumentRefused

pytestmark = pytest.mark.unit

SQUARE = (
    "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>"
    "<rect width='9' height='9'/></svg>"
)
PAGE = """<!doctype html><html lang="en-GB"><head><title>Plan</title><style>
@page {{ size: 200mm 100mm; margin: 20mm; @bottom-right {{ content: "Page " counter(page) }} }}
</style></head><body><h1>Plan</h1><p><a href="#staff">Go</a></p>
<section id="staff"><h2 id="staff-title">4 Staff &amp; posts</h2>{body}</section></body></html>"""
TABLE = (
    "<table><caption>Staff</caption><thead><tr><th scope='col'>Pillar</th><th scope='col'>WTE</th>"
    "<th scope='col'>People</th></tr></thead><tbody><tr><th scope='row'>Imaging</th><td>12</td><td>14</td></tr>"
    "<tr><th scope='row'>Labs</th><td>9</td><td>11</td></tr><tr><th scope='row'>All</th><td>21</td><td>25</td></tr>"
    "</tbody></table>"
)
NARROW = (
    "<table><caption>Codes</caption><thead><tr><th scope='col'>Trust</th><th scope='col'>Code</th></tr></thead>"
    "<tbody><tr><th scope='row'>Westmarch</th><td>RZ1</td></tr><tr><th scope='row'>Eastmarch</th><td>RZ2</td></tr>"
    "</tbody></table>"
)


def _print(tmp_path: Path, body: str) -> pikepdf.Pdf:
    path, note = pdf.write(PAGE.format(body=body), tmp_path / "page.pdf")
    assert note == ""
    assert path is not None
    return pikepdf.open(path)


def _elements(printed: pikepdf.Pdf, kind: str) -> Iterator[Any]:
    return (element for element, _ in pdf._elements(printed.Root.StructTreeRoot.K, ()) if str(element.S) == kind)


def test_every_table_header_has_the_scope_it_has_on_the_page(tmp_path: Path) -> None:
    with _print(tmp_path, TABLE) as printed:
        scopes = [str(header.A.Scope) for header in _elements(printed, "/TH")]
    assert scopes == ["/Column", "/Column", "/Column", "/Row", "/Row", "/Row"]


def test_in_a_table_with_more_headers_than_data_the_first_column_is_data_under_its_header(tmp_path: Path) -> None:
    with _print(tmp_path, NARROW) as printed:
        headers = list(_elements(printed, "/TH"))
        cells = list(_elements(printed, "/TD"))
        assert [str(header.A.Scope) for header in headers] == ["/Column", "/Column"]
        under = [[str(name) for name in cell.A.Headers] for cell in cells]
        trust, code = (str(header.ID) for header in headers)
    assert under == [[trust], [code], [trust], [code]]


def test_a_printed_page_has_title_language_bookmarks_and_tab_order(tmp_path: Path) -> None:
    with _print(tmp_path, TABLE) as printed:
        assert str(printed.docinfo.Title) == "Plan"
        assert str(printed.Root.Lang) == "en-GB"
        assert printed.Root.MarkInfo.Marked
        with printed.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Plan"]
            assert [item.title for item in outline.root[0].children] == ["4 Staff & posts"]
        assert {str(page.Tabs) for page in printed.pages} == {"/S"}


def test_page_numbers_are_decoration_and_the_text_is_not(tmp_path: Path) -> None:
    with _print(tmp_path, "<p>Text</p>") as printed:
        content = printed.pages[0].Contents.read_bytes()
        assert content.count(b"/Artifact <</Type /Pagination>> BDC") == 1
        assert content.count(b"/MCID") == 4
        index = list(printed.Root.StructTreeRoot.ParentTree.Nums[1])
    assert [entry is None for entry in index].count(True) == 1


def test_a_figure_keeps_its_description_and_its_place_in_points_from_the_foot(tmp_path: Path) -> None:
    with _print(tmp_path, f'<img src="{SQUARE}" alt="A square." width="40" height="20">') as printed:
        (figure,) = _elements(printed, "/Figure")
        left, bottom, right, top = (float(edge) for edge in figure.A.BBox)
        height = float(printed.pages[0].MediaBox[3])
    assert str(figure.Alt) == "A square."
    assert right - left == pytest.approx(30)
    assert top - bottom == pytest.approx(15)
    assert 0 < bottom < top < height - 56


def test_a_link_says_where_it_goes_and_is_printed(tmp_path: Path) -> None:
    with _print(tmp_path, TABLE) as printed:
        (link,) = printed.pages[0].Annots
        assert str(link.Contents) == "4 Staff & posts"
        assert int(link.F) == 4


def test_fonts_are_embedded(tmp_path: Path) -> None:
    with _print(tmp_path, TABLE) as printed:
        fonts = [thing for thing in printed.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_a_page_is_printed_the_same_every_time(tmp_path: Path) -> None:
    first, _ = pdf.write(PAGE.format(body=TABLE), tmp_path / "one.pdf")
    second, _ = pdf.write(PAGE.format(body=TABLE), tmp_path / "two.pdf")
    assert first is not None
    assert second is not None
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        f'<img src="{SQUARE}">',
        '<img src="https://example.org/pixel.png" alt="A pixel.">',
        '<img src="file:///etc/hostname" alt="A file.">',
    ],
)
def test_a_picture_without_description_or_from_elsewhere_stops_the_build(tmp_path: Path, body: str) -> None:
    with pytest.raises(DocumentRefused):
        pdf.write(PAGE.format(body=body), tmp_path / "page.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_page_without_title_or_language_stops_the_build(tmp_path: Path) -> None:
    page = "<!doctype html><html><body><h1>Plan</h1></body></html>"
    with pytest.raises(DocumentRefused, match="lang"):
        pdf.write(page, tmp_path / "page.pdf")
    with pytest.raises(DocumentRefused, match="a title"):
        pdf.write(page.replace("<html>", '<html lang="en-GB">'), tmp_path / "page.pdf")


@pytest.mark.parametrize("error", [OSError("cannot load library 'libpango-1.0-0'"), ImportError("no weasyprint")])
def test_without_pango_there_is_no_pdf_and_a_note_on_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real = builtins.__import__

    def fail(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("weasyprint"):
            raise error
        return real(name, *rest, **named)

    stale = tmp_path / "page.pdf"
    stale.write_bytes(b"an older edition")
    monkeypatch.setattr(builtins, "__import__", fail)
    made, note = pdf.write(PAGE.format(body=""), stale)
    assert made is None
    assert "The PDF was not made" in note
    assert "apt-get install libpango" in note
    assert str(error) in note
    assert not stale.exists()


@pytest.mark.parametrize(("sheets", "says"), [(2, "shorter"), (9, "long"), (1, "shorter")])
def test_the_first_edition_that_needs_no_more_sheets_is_printed_or_else_the_last(
    tmp_path: Path, sheets: int, says: str
) -> None:
    editions = [
        PAGE.format(body=f"<p>{word}</p>" + "<p>line</p>" * lines) for word, lines in (("long", 30), ("shorter", 6))
    ]
    path, note = pdf.write_fitting(editions, tmp_path / "page.pdf", sheets)
    assert (path, note) == (tmp_path / "page.pdf", "")
    with pymupdf.open(path) as printed:
        assert says in printed[0].get_text()
        assert (len(printed) > 2) == (says == "long")
