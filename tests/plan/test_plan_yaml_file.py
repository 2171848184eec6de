"""YAML files of a plan, and pydantic's errors in plain words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.problems import InputRefused
from pipeline.yaml_file import MONTH, fault, read_yaml

pytestmark = pytest.mark.unit


class Inner(BaseModel):
    size: int


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: str = Field(default="a", min_length=1, max_length=3)
    number: float = Field(default=1, gt=0, lt=10)
    count: int = Field(default=1, ge=1, le=9)
    day: dt.date = dt.date(2025, 1, 1)
    month: str = Field(default="2025-10", pattern=MONTH)
    words: list[Annotated[str, Field(pattern="^[a-z]+$")]] = Field(default_factory=list)
    inner: Inner | None = None


def rule(**values: Any) -> tuple[str, str, str]:
    """Key, rule and value of the one thing wrong with a Thing."""
    with pytest.raises(ValidationError) as refused:
        Thing.model_validate(values)
    (detail,) = refused.value.errors()
    problem = fault(Path("things.yaml"), detail, {"^[a-z]+$": "only small letters"}, within="2")
    return problem.key, problem.rule, problem.value


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"wrod": "a"}, ("2.wrod", "this key is not known; check its spelling", "a")),
        ({"word": 5}, ("2.word", "should be words; put them in quotation marks", "5")),
        ({"word": ""}, ("2.word", "should not be empty", "")),
        ({"word": "abcd"}, ("2.word", "should have at most 3 characters", "abcd")),
        ({"number": "ten"}, ("2.number", "should be a number", "ten")),
        ({"number": 0}, ("2.number", "should be more than 0.0", "0")),
        ({"number": 10}, ("2.number", "should be less than 10.0", "10")),
        ({"count": 1.5}, ("2.count", "should be a whole number", "1.5")),
        ({"count": 0}, ("2.count", "should be 1 or more", "0")),
        ({"count": 10}, ("2.count", "should be 9 or less", "10")),
        ({"day": "soon"}, ("2.day", "should be a date such as 2026-03-31", "soon")),
        ({"month": "October"}, ("2.month", "a month is written as 2025-10", "October")),
        ({"month": dt.date(2025, 10, 1)}, ("2.month", "should be words; put them in quotation marks", "2025-10-01")),
        ({"words": "a"}, ("2.words", "should be a list: [one, two], or a line with a dash for each", "a")),
        ({"words": ["a", "B"]}, ("2.words.1", "only small letters", "B")),
        ({"inner": {}}, ("2.inner.size", "this key is needed and is not there", "")),
        ({"inner": "a"}, ("2.inner", "should be lines of `key: value`, set in below this key", "a")),
    ],
)
def test_each_kind_of_mistake_is_said_in_plain_words(values: dict[str, Any], said: tuple[str, str, str]) -> None:
    assert rule(**values) == said


def test_a_message_with_braces_is_said_as_it_is() -> None:
    detail: Any = {"type": "value_error", "loc": ("size",), "msg": "Value error, Write {size}", "input": 1, "ctx": {}}
    assert fault(Path("things.yaml"), detail).rule == "write {size}"


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("a: 1\nb: [\n", 3, "not valid YAML"),
        ("a: 1\na: 2\n", 2, "the key a is written twice"),
        ("a: {b: 1, b: 2}\n", 1, "the key b is written twice"),
        ("[a, b]: 1\n", 1, "a key should be one word"),
        ("a: 2025-02-30\n", None, "day is out of range for month"),
        ("a: " + "[" * 5000, None, "nested too deep"),
    ],
    ids=["open", "twice", "twice-inside", "list-key", "date", "deep"],
)
def test_yaml_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, text: str, row: int | None, words: str
) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused) as refused:
        read_yaml(tmp_path / "a.yaml")
    (problem,) = refused.value.problems
    assert problem.row == row
    assert words in problem.rule


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="cannot be opened"):
        read_yaml(tmp_path / "nowhere.yaml")


def test_a_file_with_the_mark_that_notepad_adds_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfname: N\xc3\xb3rthvale\r\n")
    assert read_yaml(tmp_path / "a.yaml") == {"name": "Nórthvale"}
