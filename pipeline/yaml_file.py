"""YAML files of a plan: read safely, and what is wrong with them said in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic_core import ErrorDetails

from pipeline.plain_text import unfit
from pipeline.problems import InputRefused, Problem
from pipeline.reference import safety

MONTH = r"^(19|20)\d\d-(0[1-9]|1[0-2])$"
"""How a month is written in a plan's files: 2025-10."""
_RULES = {
    MONTH: "a month is written as 2025-10",
    "extra_forbidden": "this key is not known; check its spelling",
    "missing": "this key is needed and is not there",
    "string_type": "should be words; put them in quotation marks",
    "string_too_short": "should not be empty",
    "string_too_long": "should have at most {max_length} characters",
    "too_short": "should not be empty",
    "list_type": "should be a list: [one, two], or a line with a dash for each",
    "dict_type": "should be lines of `key: value`, set in below this key",
    "model_type": "should be lines of `key: value`, set in below this key",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "greater_than_equal": "should be {ge} or more",
    "greater_than": "should be more than {gt}",
    "less_than_equal": "should be {le} or less",
    "less_than": "should be less than {lt}",
    "date_type": "should be a date such as 2026-03-31",
    "date_parsing": "should be a date such as 2026-03-31",
    "date_from_datetime_parsing": "should be a date such as 2026-03-31",
}


class _PlainLoader(yaml.SafeLoader):
    """Safe YAML of plain values only, that refuses a repeated key: YAML itself keeps the last and says nothing.

    Aliases are refused, since a few lines of them stand for a billion values; so are tags, endless numbers and texts,
    and signs that no text may hold.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next value, if it is one and no reference to another."""
        if self.check_event(yaml.AliasEvent):
            fault = "a value cannot begin with * unless it is in quotation marks"
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, fault, mark)
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> str:
        """The text of a value. Raises ConstructorError where no text of a plan may be like it."""
        text = str(super().construct_scalar(node))
        fault = _fault_of(text, node.tag)
        if fault:
            raise yaml.constructor.ConstructorError(None, None, fault, node.start_mark)
        return text


def _fault_of(text: str, tag: str) -> str:
    most, digits = safety("text_letters"), safety("yaml_digits")
    if tag.endswith((":int", ":float")) and len(text) > digits:
        return f"the number has {len(text):,} digits; put it in quotation marks if it is a text"
    if len(text) > most:
        return f"the value has {len(text):,} letters; the most that is read is {most:,}"
    return f"the value holds {sign}; type it again without" if (sign := unfit(text)) else ""


def _no_tag(_loader: yaml.SafeLoader, node: yaml.Node) -> None:
    fault = f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not read; write the value itself"
    raise yaml.constructor.ConstructorError(None, None, fault, node.start_mark)


def _mapping_without_repeats(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable) or key in seen:
            fault = f"the key {key} is written twice" if isinstance(key, Hashable) else "a key should be one word"
            raise yaml.constructor.ConstructorError(None, None, fault, key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_PlainLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)
for _tag in ("binary", "omap", "pairs", "set"):
    _PlainLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _no_tag)
_PlainLoader.add_constructor(None, _no_tag)


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises InputRefused where it cannot be opened, is too large, is not UTF-8 or not valid YAML (naming the line),
    repeats a key, or holds a value that cannot be, such as the 31st of February.
    """
    try:
        if (size := path.stat().st_size) > safety("yaml_bytes"):
            most = safety("yaml_bytes") // 1000
            raise _refused(path, f"the file has {size // 1000:,} kB, and the most that is read is {most:,} kB")
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_PlainLoader)
    except OSError as error:
        raise _refused(
            path, f"the file cannot be opened ({error.strerror}); close it elsewhere and try again"
        ) from error
    except UnicodeDecodeError as error:
        raise _refused(path, "the file is not saved as UTF-8 text; save it again") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _refused(path, f"this is not valid YAML here: {error.problem}", line) from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refused(path, f"this is not valid YAML: {error}") from error
    except RecursionError as error:
        raise _refused(path, "this is not valid YAML: its brackets or lists are nested too deep") from error


def _refused(path: Path, rule: str, row: int | None = None) -> InputRefused:
    return InputRefused([Problem(file=str(path), row=row, rule=rule)])


def fault(path: Path, detail: ErrorDetails, says: Mapping[str, str] | None = None, within: str = "") -> Problem:
    """One of pydantic's errors as a problem of the file.

    `says` words the rule for a kind of error or a pattern; `within` is the key under which the value stands.
    """
    kind, told = detail["type"], detail.get("ctx", {})
    rules = {**_RULES, **(says or {})}
    worded = rules.get(str(told.get("pattern"))) or rules.get(kind)
    message = detail["msg"].removeprefix("Value error, ").replace("Input should be", "should be")
    rule = worded.format(**told) if worded else message[:1].lower() + message[1:]
    key = ".".join([*([within] if within else []), *(str(part) for part in detail["loc"] if part != "[key]")])
    plain = isinstance(detail["input"], str | int | float | bool | dt.date) and kind != "missing"
    return Problem(file=str(path), key=key, value=str(detail["input"]) if plain else "", rule=rule)
