"""Hundreds of hostile texts through the whole chain: none runs, none asks for anything, and each is shown as it stands.

One plan carries them all, each text in a field of its own, from the plan's files through every notebook into the pages,
the PDFs, the workbook, the slides and the records.
"""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pikepdf
import pytest
import tinyhtml5
from hostile_plan import write_hostile
from hostile_texts import ATTACKS, ELSEWHERE, Hostile, mark
from lxml import etree
from made_once import made_once
from network_denied import network_denied
from notebook_runs import NOTEBOOKS

from pipeline.reference import source_cards
from pipeline.run.build import Built, build
from pipeline.run.checksums import Checksums
from pipeline.run.notebook import run_notebook

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

FEWEST = 500
DRAWS = 20
"""Draws of a scenario: what is shown of hostile words does not hang on how exact the figures beside them are."""
WORD = re.compile(r"\S+")
ELEMENTS = set(
    WORD.findall(
        "a blockquote body br caption code details div em figcaption figure footer h1 h2 h3 h4 h5 h6 head header hr "
        "html img li main meta nav ol p pre section span strong style summary table tbody td th thead title tr ul"
    )
)
ATTRIBUTES = set(
    WORD.findall(
        "alt aria-hidden aria-label aria-labelledby charset class colspan content data-running data-target height href "
        "http-equiv id lang name role rowspan scope src start tabindex title width"
    )
)
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OUR_PAGES = re.compile(r"#[\w.-]*|(?:strategy|annex-\w+)\.html|strategy\.(?:pdf|xlsx)|summary\.pdf|board\.pptx")


class Chain:
    """What came of the hostile plan, and every text that is in it."""

    def __init__(self, root: Path, built: Built, given: dict[int, tuple[str, str]], before: dict[str, str]) -> None:
        self.root, self.built, self.given, self.before = root, built, given, before

    @property
    def report(self) -> Path:
        assert self.built.html is not None
        return self.built.html.parent

    def texts(self, *, markdown: bool = False) -> dict[str, str]:
        """The texts by their marks; those of notes, which are Markdown, only where they are asked for."""
        kept = self.given.items()
        return {mark(number): text for number, (place, text) in kept if markdown or not place.startswith("commentary.")}


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return made_once(tmp_path_factory, "hostile-chain", _made)


def _made(root: Path) -> Chain:
    hostile = Hostile()
    plan = write_hostile(root / "raw" / "hostile", hostile)
    notebooks = Path(shutil.copytree(NOTEBOOKS, root / "notebooks"))
    for path in notebooks.glob("*.ipynb"):
        path.write_text(re.sub(r"draws: int = \d+", f"draws: int = {DRAWS}", path.read_text("utf-8")), encoding="utf-8")
    before = _contents(root)
    with network_denied(root / "tried.txt"):
        places = {"processed_root": root / "processed", "reports_root": root / "reports", "notebooks_folder": notebooks}
        built = build(plan, **places)
    return Chain(root, built, hostile.given, before)


def _contents(folder: Path) -> dict[str, str]:
    sums = Checksums(folder / "none")
    return {str(path.relative_to(folder)): sums.of(path) for path in folder.rglob("*") if path.is_file()}


def test_there_are_hundreds_of_texts_and_every_attack_is_among_them(chain: Chain) -> None:
    assert len(chain.given) >= FEWEST
    tried = {re.sub(r"\d+", "", text.rpartition(" ")[0]) for _, text in chain.given.values()}
    assert {re.sub(r"\d+", "", attack.format(n=1)) for attack in ATTACKS} <= tried


def test_nothing_asked_for_the_network(chain: Chain) -> None:
    assert not (chain.root / "tried.txt").exists()


def test_a_notebook_that_asks_for_the_network_is_noticed(tmp_path: Path) -> None:
    asks = "import urllib.request\ntry:\n    urllib.request.urlopen('http://127.0.0.1:9')\nexcept OSError:\n    pass"
    cells = [nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(asks)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "asks.ipynb")
    with network_denied(tmp_path / "tried.txt"):
        run_notebook(tmp_path / "asks.ipynb", tmp_path / "out" / "asks.ipynb", {})
    assert "127.0.0.1" in (tmp_path / "tried.txt").read_text(encoding="utf-8")


def test_nothing_was_written_but_where_results_go_and_no_file_of_the_plan_was_changed(chain: Chain) -> None:
    after = _contents(chain.root)
    assert {path: after.get(path) for path in chain.before} == chain.before
    assert {path.split("/")[0] for path in after.keys() - chain.before.keys()} == {"processed", "reports", "kept"}
    assert not [path for path in after if "hit-" in path]
    assert not list(Path.cwd().glob("hit-*"))


def _pages(chain: Chain) -> Iterator[tuple[Path, Any]]:
    for path in sorted(chain.report.glob("*.html")):
        yield path, tinyhtml5.parse(path.read_text(encoding="utf-8"), namespace_html_elements=False)


def test_pages_have_only_elements_attributes_and_addresses_of_ours(chain: Chain) -> None:
    published = {card.page for card in source_cards().values() if card.published}
    for path, tree in _pages(chain):
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        assert len(elements) == len(list(tree.iter())), f"{path.name} has a comment"
        assert {element.tag for element in elements} <= ELEMENTS
        assert {name for element in elements for name in element.attrib} <= ATTRIBUTES
        links = {element.attrib["href"] for element in elements if "href" in element.attrib}
        odd = {link for link in links if not OUR_PAGES.fullmatch(link) and link not in published}
        # An analyst may link in a note, which is Markdown; nothing follows a link but a reader.
        assert all(link.startswith(f"https://{ELSEWHERE}") for link in odd)
        assert not odd or path.name == "strategy.html"
        assert all(element.attrib["src"].startswith("data:image/svg+xml;base64,") for element in tree.iter("img"))
        assert len([meta for meta in tree.iter("meta") if "http-equiv" in meta.attrib]) == 1


def test_every_text_that_a_page_shows_it_shows_as_it_stands(chain: Chain) -> None:
    shown = set()
    for path, tree in _pages(chain):
        page = " ".join("".join(tree.itertext()).split())
        found = {word: text for word, text in chain.texts().items() if word in page}
        assert [text for text in found.values() if " ".join(text.split()) not in page] == [], path.name
        shown |= found.keys()
    assert len(shown) > 0.8 * len(chain.texts())


def test_the_workbook_holds_texts_and_no_formulas(chain: Chain) -> None:
    path = chain.built.beside["workbook"]
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert all(not cell.hyperlink or not cell.hyperlink.target for cell in cells)
    said = {" ".join(str(cell.value).split()) for cell in cells if cell.data_type == "s"}
    kept = {word: text for word, text in chain.texts().items() if any(each.endswith(f" {word}") for each in said)}
    assert [text for text in kept.values() if not any(each.endswith(" ".join(text.split())) for each in said)] == []
    assert len(kept) > 0.5 * len(chain.texts())


@pytest.mark.parametrize("what", ["workbook", "slides"])
def test_an_office_file_is_well_formed_and_leads_nowhere_else(chain: Chain, what: str) -> None:
    _refuse_what_leads_elsewhere(chain.built.beside[what].read_bytes())


def _refuse_what_leads_elsewhere(content: bytes) -> None:
    """Every part of an office file, and of the workbooks inside it, is XML that holds no way out of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert not [
            name for name in package.namelist() if re.search(r"externalLink|vbaProject|\.\./|embeddings/ole", name)
        ]
        for name in package.namelist():
            part = package.read(name)
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(part)
                assert not root.xpath("//*[local-name()='ddeLink' or local-name()='oleLink']"), name
                assert not list(root.iter(f"{{{SHEETS}}}f")), f"{name} has a formula"
                outside = root.xpath("//*[@TargetMode='External']/@Target")
                assert not outside, f"{name} leads to {outside}"
            elif name.endswith(".xlsx"):
                _refuse_what_leads_elsewhere(part)


@pytest.mark.parametrize("name", ["strategy.pdf", "summary.pdf"])
def test_a_pdf_runs_nothing_and_leads_only_where_its_page_leads(chain: Chain, name: str) -> None:
    published = {card.page for card in source_cards().values()}
    with pikepdf.open(chain.report / name) as pdf:
        objects = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
        keys = {str(key) for each in objects for key in each.keys()}  # noqa: SIM118 - it is no dictionary of Python's
        assert not keys & {"/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFiles", "/Launch", "/RichMedia"}
        actions = [each for each in objects if "/S" in each and str(each.S) in ("/URI", "/Launch", "/JavaScript")]
        links = {str(each.get("/URI")) for each in actions}
    assert all(link in published or link.startswith(f"https://{ELSEWHERE}") for link in links)


def test_every_record_is_json(chain: Chain) -> None:
    paths = [*chain.root.glob("processed/**/*.json"), *chain.report.glob("*.json"), *chain.root.glob("kept/**/*.json")]
    assert len(paths) > 10
    for path in paths:
        json.loads(
            path.read_text(encoding="utf-8"), parse_constant=lambda word, path=path: pytest.fail(f"{path} {word}")
        )


def test_nothing_runs_and_nothing_is_asked_for_in_a_browser(chain: Chain, browser: Any) -> None:
    for path in sorted(chain.report.glob("*.html")):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page, asked, said = context.new_page(), list[str](), list[str]()
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("dialog", lambda dialog, said=said: said.append(dialog.message))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        page.evaluate("document.querySelectorAll('[tabindex], a, summary').forEach(each => { each.focus() })")
        assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
        assert said == []
        assert page.evaluate("window.__hit") is None
        assert page.evaluate("document.title").count("<") == html.unescape(page.title()).count("<")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        context.close()
