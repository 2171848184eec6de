from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from pipeline.run.parameters import ParametersRefused, check, declared

pytestmark = pytest.mark.unit

SOURCE = """\
plan_folder: str = "../data/raw/sample"  # where the plan is
horizon: int = 60
growth: float = -0.5
employers: list[str] = []
shares: dict[str, float] = {}
stop_at: str | None = None
only = True
"""


def tagged(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}


def refusal(values: dict[str, Any], source: str = SOURCE) -> str:
    with pytest.raises(ParametersRefused) as refused:
        check(values, declared([tagged(source)]))
    return str(refused.value)


def test_types_and_defaults_are_read_from_the_cell() -> None:
    found = declared([tagged(SOURCE)])
    assert [(each.name, each.type) for each in found.values()] == [
        ("plan_folder", "str"),
        ("horizon", "int"),
        ("growth", "float"),
        ("employers", "list[str]"),
        ("shares", "dict[str, float]"),
        ("stop_at", "str | None"),
        ("only", "bool"),
    ]
    assert found["growth"].default == -0.5


def test_a_source_kept_as_lines_is_read_as_one_text() -> None:
    cell = tagged("") | {"source": ["first: int = 1\n", "second: int = 2"]}
    assert list(declared([cell])) == ["first", "second"]


@pytest.mark.parametrize(
    "values",
    [
        {"plan_folder": "elsewhere"},
        {"growth": 1},
        {"employers": ["RZ1"], "shares": {"RZ1": 0.5}},
        {"stop_at": None},
        {"stop_at": "2026-03"},
        {},
    ],
)
def test_values_of_the_declared_type_are_accepted(values: dict[str, Any]) -> None:
    names = declared([tagged(SOURCE)])
    check(values, names)
    assert set(values) <= set(names)


def test_an_unknown_name_is_refused_and_the_known_ones_named() -> None:
    assert refusal({"horizn": 3}) == (
        "there is no parameter horizn; the notebook's parameters are "
        "plan_folder, horizon, growth, employers, shares, stop_at, only"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"plan_folder": 3}, "plan_folder should be str and was given 3"),
        ({"horizon": True}, "horizon should be int and was given true"),
        ({"horizon": 1.5}, "horizon should be int and was given 1.5"),
        ({"growth": "1"}, 'growth should be float and was given "1"'),
        ({"employers": ["RZ1", 2]}, 'employers should be list[str] and was given ["RZ1", 2]'),
        ({"shares": {"RZ1": "half"}}, 'shares should be dict[str, float] and was given {"RZ1": "half"}'),
        ({"stop_at": 4}, "stop_at should be str | None and was given 4"),
        ({"only": 1}, "only should be bool and was given 1"),
    ],
)
def test_a_value_of_another_type_is_refused(values: dict[str, Any], said: str) -> None:
    assert refusal(values) == said


@pytest.mark.parametrize("value", [Path("x"), (1, 2), {1: "a"}, math.nan, {"a", "b"}, b"x", object()])
def test_a_value_that_json_would_change_is_refused(value: object) -> None:
    said = refusal({"plan_folder": value})
    assert said.startswith(f"plan_folder was given a {type(value).__name__}, which cannot be written as JSON")


def test_every_bad_value_is_named_at_once() -> None:
    assert refusal({"horizon": "x", "stray": 1}).count(";") == 2


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([], "the notebook has no cell tagged “parameters”"),
        ([tagged("a: int = 1"), tagged("b: int = 1")], "the notebook has 2 cells tagged “parameters”"),
        ([tagged("a: int =")], "line 1 of the parameters cell is not valid Python"),
        ([tagged("import os")], "it has `import os`"),
        ([tagged("a: int")], "it has `a: int`"),
        ([tagged("a = b")], "it has `a = b`"),
        ([tagged("a: Path = 'x'")], "the type Path is not one a parameter may have"),
    ],
)
def test_a_parameters_cell_that_cannot_be_checked_is_refused(cells: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ParametersRefused, match=said):
        declared(cells)
