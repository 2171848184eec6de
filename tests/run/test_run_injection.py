"""A parameter is a value in the notebook that is given it, whatever it holds: it never becomes code."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hostile_texts import ATTACKS
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_workshop import cell, write_notebook

from pipeline.run import notebook
from pipeline.run.errors import NotebookFailed
from pipeline.run.verdict import INJECTED

pytestmark = pytest.mark.unit

SIGNS = [
    "'",
    '"',
    "\\",
    '"""',
    "\n",
    "\r",
    "\r\n",
    "\u2028",
    "\u2029",
    "\x85",
    "\x0c",
    "\0",
    "{",
    "}",
    "#",
    "\\N{DIGIT ONE}",
]
BREAKS_OUT = [
    '"; import os; os.mkdir("hit")  # ',
    "\nimport os\n",
    "\\",
    '\\"; hit = 1 #',
    "__import__('os')",
    "{__builtins__}",
]
TEXTS = (
    st.text(max_size=40)
    | st.sampled_from([*BREAKS_OUT, *(attack.format(n=1) for attack in ATTACKS)])
    | st.lists(st.sampled_from(SIGNS), max_size=8).map("".join)
)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
VALUES = st.recursive(
    NUMBERS | TEXTS, lambda part: st.lists(part, max_size=4) | st.dictionaries(TEXTS, part, max_size=4), max_leaves=12
)


@pytest.fixture(scope="module")
def taking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that takes a dictionary."""
    cells = [cell("given: dict = {}", "parameters"), cell("print(given)")]
    return write_notebook(tmp_path_factory.mktemp("books") / "taking.ipynb", cells)


def injected(taking: Path, value: Any) -> str:
    """The cell in which a notebook is given its parameters."""
    prepared = notebook._prepared(taking, {"given": {"it": value}})
    (found,) = [each for each in prepared.cells if INJECTED in each.metadata.get("tags", [])]
    return str(found.source)


@settings(max_examples=400, database=None)
@given(VALUES)
def test_the_cell_that_gives_a_parameter_gives_exactly_its_value_and_does_nothing_else(
    taking: Path, value: Any
) -> None:
    (line,) = ast.parse(injected(taking, value)).body
    assert isinstance(line, ast.Assign)
    assert [ast.unparse(target) for target in line.targets] == ["given"]
    assert ast.literal_eval(line.value) == {"it": value}


@pytest.mark.parametrize("name", ["x; import os", "given\nimport os", "__builtins__", "given.x", ""])
def test_a_parameter_of_a_name_that_the_notebook_does_not_declare_is_refused(taking: Path, name: str) -> None:
    with pytest.raises(NotebookFailed, match="there is no parameter"):
        notebook._prepared(taking, {name: 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, (1, 2), {"x"}, b"x", Path("x")], ids=repr)
def test_a_value_that_json_cannot_hold_as_it_is_is_refused(taking: Path, value: object) -> None:
    with pytest.raises(NotebookFailed, match="cannot be written as JSON"):
        notebook._prepared(taking, {"given": value})


def test_what_an_executed_notebook_says_of_its_parameters_is_json(taking: Path) -> None:
    prepared = notebook._prepared(taking, {"given": {"it": BREAKS_OUT}})
    tidy = notebook._tidy(prepared, taking, {"given": {"it": BREAKS_OUT}})
    assert json.loads(notebook._text(tidy))["metadata"]["workforce"]["parameters"] == {"given": {"it": BREAKS_OUT}}
