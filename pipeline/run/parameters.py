"""A notebook's parameters: what its `parameters` cell declares, and whether given values fit.

papermill only logs an unknown parameter and turns some values into text; here both are refused before a
kernel starts.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TAG = "parameters"


class ParametersRefused(ValueError):
    """The parameters cell cannot be read, or a value does not fit it. The message is one plain sentence or more."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter: its type as written (or as its default shows) and its default."""

    name: str
    type: str
    default: object


def declared(cells: Sequence[Mapping[str, Any]]) -> dict[str, Parameter]:
    """The parameters that a notebook's cells declare, by name.

    Raises ParametersRefused unless exactly one cell is tagged `parameters` and every line of it gives a name
    a plain value, as `horizon: int = 60`.
    """
    tagged = [cell for cell in cells if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        found = "has no cell" if not tagged else f"has {len(tagged)} cells"
        raise ParametersRefused(f"the notebook {found} tagged “{TAG}”; it needs exactly one")
    source = tagged[0]["source"]
    try:
        body = ast.parse(source if isinstance(source, str) else "".join(source)).body
    except SyntaxError as error:
        raise ParametersRefused(f"line {error.lineno} of the parameters cell is not valid Python") from error
    return {parameter.name: parameter for parameter in map(_declaration, body)}


def check(values: Mapping[str, object], known: Mapping[str, Parameter]) -> None:
    """Raise ParametersRefused naming every value that is unknown, of the wrong type or not plain JSON."""
    refused = [sentence for name, value in values.items() if (sentence := _fault(name, value, known))]
    if refused:
        raise ParametersRefused("; ".join(refused))


def _fault(name: str, value: object, known: Mapping[str, Parameter]) -> str | None:
    if name not in known:
        return f"there is no parameter {name}; the notebook's parameters are {', '.join(known) or 'none'}"
    if not _is_plain(value):
        return f"{name} was given a {type(value).__name__}, which cannot be written as JSON without changing it"
    wanted = known[name].type
    if not fits(value, ast.parse(wanted, mode="eval").body):
        return f"{name} should be {wanted} and was given {json.dumps(value, ensure_ascii=False)}"
    return None


def _is_plain(value: object) -> bool:
    try:
        return bool(_same(json.loads(json.dumps(value, allow_nan=False)), value))
    except (TypeError, ValueError):
        return False


def _same(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def _declaration(line: ast.stmt) -> Parameter:
    match line:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            wanted = ast.unparse(annotation)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            wanted = ""
        case _:
            raise ParametersRefused(_NOT_PLAIN.format(line=ast.unparse(line)))
    try:
        default = ast.literal_eval(value)
    except ValueError as error:
        raise ParametersRefused(_NOT_PLAIN.format(line=ast.unparse(line))) from error
    wanted = wanted or type(default).__name__.replace("NoneType", "None")
    fits(default, ast.parse(wanted, mode="eval").body)
    return Parameter(name, wanted, default)


_NOT_PLAIN = "the parameters cell may only give names plain values, as in `horizon: int = 60`; it has `{line}`"

_TYPES: dict[str, Callable[[object], bool]] = {
    "str": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "dict": lambda value: isinstance(value, dict),
}


def fits(value: object, wanted: ast.expr) -> bool:
    """Whether a value is of a type written as str, int, float, bool, list[…], dict[…], None or a union of them."""
    match wanted:
        case ast.Constant(value=None):
            return value is None
        case ast.Name(id=name) if name in _TYPES:
            return _TYPES[name](value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            fit = [fits(value, left), fits(value, right)]
            return any(fit)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return isinstance(value, list) and all(fits(one, item) for one in value)
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[_, item])):
            return isinstance(value, dict) and all(fits(one, item) for one in value.values())
        case _:
            written = ast.unparse(wanted)
            raise ParametersRefused(
                f"the type {written} is not one a parameter may have; use str, int, float, bool, list or dict"
            )
