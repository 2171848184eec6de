"""Anything at all at each door where text comes in: it is read as it stands or refused in words, and nothing else."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tinyhtml5
import xlsxwriter
import yaml
from hostile_texts import ATTACKS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_files import write_good_plan, write_plan

from pipeline.plain_text import UNFIT, shown_value, visible
from pipeline.plan import load_plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import safety
from pipeline.report import commentary
from pipeline.sources import table_csv
from pipeline.sources._text import read_rows
from pipeline.sources._workbook import open_workbook
from pipeline.sources._workbook_cells import clean
from pipeline.tables import TABLES
from pipeline.yaml_file import read_yaml

pytestmark = pytest.mark.unit

EXAMPLES = settings(max_examples=150, database=None)
UNFIT_SIGNS = ["\x00", "\x07", "\x1b[2J", "\x1b]0;x\x07", "\x7f", "\x9b31m", "\u202e", "\u2066", "\ufffe", "\U000e0041"]
LEGAL = [attack.format(n=1) for attack in ATTACKS]
"""Texts that somebody may have typed."""
TEXTS = (
    st.sampled_from(LEGAL) | st.text(max_size=60) | st.text(st.characters(categories=["Cc", "Cf", "Zl", "Lo", "Mn"]))
)
GOVERNANCE = TABLES["governance"]


EVERY_EXAMPLE = tempfile.TemporaryDirectory(prefix="workforce-test-")


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(InputRefused) as caught:
        read()
    said = str(caught.value)
    assert visible(said) == said
    return said


def outcome(read: Callable[[], Any]) -> Any:
    """What was read, or None where it was refused; nothing else may be raised."""
    try:
        return read()
    except InputRefused as error:
        said = str(error)
    assert visible(said) == said
    return None


def folder() -> Path:
    """A new folder for one example, gone when the tests end."""
    return Path(tempfile.mkdtemp(dir=EVERY_EXAMPLE.name))


@EXAMPLES
@given(TEXTS)
@example("0\x850")
def test_any_name_in_a_plan_is_kept_as_it_is_or_refused(text: str) -> None:
    plan = write_plan(write_good_plan(folder()), {"core5.csv": "hchs_core5"}, employers={"RZ1": text})
    found = outcome(lambda: load_plan(plan))
    if found is not None:
        # What YAML takes for a line end (U+0085 is one) it folds, and a value loses the spaces around it.
        written = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))["employers"]["RZ1"]
        assert found.file.employers["RZ1"] == written.strip()
    assert (found is not None) or UNFIT.search(text)


@EXAMPLES
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_any_yaml_gives_plain_values_or_is_refused(text: str) -> None:
    path = folder() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    plain(outcome(lambda: read_yaml(path)))


def plain(value: object) -> None:
    if isinstance(value, dict):
        for part in (*value, *value.values()):
            plain(part)
    elif isinstance(value, list):
        for part in value:
            plain(part)
    else:
        assert value is None or isinstance(value, str | int | float | bool) or type(value).__module__ == "datetime"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &a [x, x]\nb: [*a, *a]", "row 2: this is not valid YAML here: a value cannot begin with *"),
        ("a: &a {k: v}\nb: {<<: [*a, *a]}", "a value cannot begin with *"),
        ("a: !!python/object/apply:os.system [ls]", "is not read; write the value itself"),
        ("a: !!binary aGVsbG8=", "the tag !!binary is not read"),
        ("a: !!set {x, y}", "the tag !!set is not read"),
        ("a: !own x", "the tag !own is not read"),
        ("a: b\na: c", "the key a is written twice"),
        ("a: " + "9" * 5_000, "the number has 5,000 digits"),
        ("a: " + ":".join(["59"] * 2_000), "the number has 5,999 digits"),
        ("a: " + "x" * 6_000, "the value has 6,000 letters"),
        ("a: x\n" * 300_000, "the file has 1,500 kB"),
        ("[" * 5_000, "nested too deep"),
        ('a: "\\ud800"', "the value holds U+D800"),
        ('a: "x\\e[31m"', "the value holds U+001B"),
        ('a: "x\\u202Ey"', "the value holds U+202E RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_yaml_that_is_more_than_plain_values_is_refused_by_its_line(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    started = time.monotonic()
    assert says in refused(lambda: read_yaml(tmp_path / "a.yaml"))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", "1e400"])
@pytest.mark.parametrize("key", ["portfolio: {placements: N}", "portfolio: {recurrent: N}", "money: {pay_growth: N}"])
def test_no_number_of_a_plan_is_endless(key: str, number: str, tmp_path: Path) -> None:
    plan = write_good_plan(tmp_path / "plan")
    text = (plan / "plan.yaml").read_text(encoding="utf-8")
    (plan / "plan.yaml").write_text(f"{text}{key.replace('N', number)}\n", encoding="utf-8")
    assert "plan.yaml, key" in refused(lambda: load_plan(plan))


@pytest.mark.parametrize("name", ["CON", "nul", "com1", "LPT9", "a\n", "a b", "..", "a" * 65])
def test_a_plan_has_a_name_that_is_a_folder_on_every_system(name: str, tmp_path: Path) -> None:
    plan = write_good_plan(tmp_path / name) if name != ".." else write_good_plan(tmp_path / "..x")
    assert "rename it" in refused(lambda: load_plan(plan))


def test_a_code_of_letters_that_look_like_others_is_refused_and_the_letter_named(tmp_path: Path) -> None:
    plan = write_plan(write_good_plan(tmp_path / "plan"), {"core5.csv": "hchs_core5"}, employers={"\u0410Z1": "x"})
    assert "(\u0410 is U+0410 CYRILLIC CAPITAL LETTER A)" in refused(lambda: load_plan(plan))


def test_a_file_whose_name_no_text_can_hold_is_refused(tmp_path: Path) -> None:
    plan = write_good_plan(tmp_path / "plan")
    (plan / "sickness_\x1b[31m.csv").write_bytes((plan / "sickness_2024-08.csv").read_bytes())
    assert "the name of this file holds U+001B" in refused(lambda: load_plan(plan))


def governance(*items: str) -> Path:
    path = folder() / "governance.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.DictWriter(stream, GOVERNANCE.own_columns)
        writer.writeheader()
        for number, item in enumerate(items, start=1):
            row = {**GOVERNANCE.example, "item": item, "date": f"2025-{number:02}-01"}
            writer.writerow({column: row[column] for column in GOVERNANCE.own_columns})
    return path


@EXAMPLES
@given(TEXTS)
def test_any_cell_of_a_csv_is_kept_as_it_is_or_refused(text: str) -> None:
    path = governance(text)
    found = outcome(lambda: table_csv.read(path)["governance"])
    if found is not None:
        assert found["item"].tolist() == [text.encode("utf-8", "replace").decode("utf-8").strip()]


@pytest.mark.parametrize("sign", UNFIT_SIGNS[1:])
def test_a_cell_with_a_sign_that_cannot_be_shown_is_refused_by_its_place(sign: str) -> None:
    said = refused(lambda: table_csv.read(governance("fine", f"a{sign}b")))
    assert "governance.csv, row 3, column “item”: the cell holds U+" in said
    assert sign[0] not in said


def test_a_cell_of_pages_is_refused() -> None:
    said = refused(lambda: table_csv.read(governance("x" * 5_001)))
    assert "at most 5,000 letters; this one has 5,001" in said
    assert len(said) < 600


@EXAMPLES
@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_a_text_file_or_refused(content: bytes) -> None:
    path = folder() / "any.csv"
    path.write_bytes(content)
    outcome(lambda: read_rows(path))


@EXAMPLES
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_any_cells_of_a_workbook_are_read_as_they_are_or_refused(texts: list[str]) -> None:
    path = folder() / "any.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Provider")
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text.encode("utf-8", "replace").decode("utf-8"))
        sheet.write_string(len(texts), 0, "end")
    found = outcome(lambda: open_workbook(path).sheet("Provider").rows)
    kept = [text for text in texts if text.isprintable() and "_x" not in text]
    assert found is None or {clean(text) for text in kept} <= {clean(cell) for row in found for cell in row}


@EXAMPLES
@given(st.integers(0, 5_000), st.integers(0, 255))
def test_a_workbook_with_one_byte_changed_is_read_or_refused(place: int, byte: int) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Provider").write_row(0, 0, ["a", 1, "b"])
    content = bytearray(buffer.getvalue())
    content[place % len(content)] = byte
    path = folder() / "changed.xlsx"
    path.write_bytes(content)
    outcome(lambda: list(open_workbook(path).sheets()))


def note(text: str) -> str | None:
    plan = write_good_plan(folder() / "plan")
    (plan / "commentary").mkdir()
    (plan / "commentary" / "scope.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    found = outcome(lambda: commentary.notes(load_plan(plan)))
    return None if found is None else found.get("scope", "")


@EXAMPLES
@given(TEXTS)
def test_any_note_is_words_and_links_and_nothing_else(text: str) -> None:
    html = note(text)
    tree = tinyhtml5.parse(html or "", namespace_html_elements=False)
    allowed = {"html", "head", "body", "div", "p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    assert {element.tag for element in elements} <= {*allowed, "br", "hr"}
    assert {name for element in elements for name in element.attrib} <= {"class", "href", "title", "start"}
    assert all("javascript:" not in element.attrib.get("href", "").casefold() for element in elements)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 7*7 }}",
        "{{ ''.__class__.__mro__ }}",
        "{% for x in range(999999999) %}x{% endfor %}",
        "{0.__class__}",
        "%(x)s",
    ],
)
def test_a_note_is_no_template_so_what_looks_like_one_is_shown(template: str) -> None:
    tree = tinyhtml5.parse(note(f"```\n{template}\n```") or "", namespace_html_elements=False)
    assert template in "".join(tree.itertext())


HEAVY = [">" * 20_000, "[" * 40_000, "[a](" * 12_000, "*a " * 15_000, "<a " * 15_000, "&amp;" * 10_000, "![" * 20_000]


@pytest.mark.parametrize("text", HEAVY, ids=lambda text: text[:4])
def test_a_note_that_is_made_to_be_slow_is_read_in_seconds(text: str) -> None:
    started = time.monotonic()
    assert note(text[: safety("note_letters")]) is not None
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("text", ["x" * 60_000, "a\x1b[31mb", "a\u202eb"])
def test_a_note_that_no_page_can_show_is_refused(text: str) -> None:
    assert note(text) is None


def test_a_folder_in_the_place_of_a_note_is_refused(tmp_path: Path) -> None:
    plan = write_good_plan(tmp_path / "plan")
    (plan / "commentary" / "scope.md").mkdir(parents=True)
    assert "cannot be opened" in refused(lambda: commentary.notes(load_plan(plan)))


@EXAMPLES
@given(st.text(max_size=80))
def test_what_is_shown_on_a_terminal_commands_nothing(text: str) -> None:
    said = str(Problem(file=text, rule=text, sheet=text, row=1, column=text, value=text, key=text))
    assert not UNFIT.search(said)
    assert all(sign.isprintable() or sign in "\n\t" or sign.isspace() for sign in said)


def test_a_long_value_is_cut_and_a_hidden_sign_written_out() -> None:
    assert shown_value("x" * 301) == "x" * 300 + " … (1 letters more)"
    assert shown_value("a\u200bb") == "a\\u200bb"
    assert yaml.safe_load('"a\\u200bb"') == "a\u200bb"
