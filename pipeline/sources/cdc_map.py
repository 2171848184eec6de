"""Community diagnostic centres as the GOV.UK map shows them.

The map's data is a script, not JSON: comments, keys without quotation marks, strings in single quotation marks
(double where the text has an apostrophe). It is read as data and never run; plain GeoJSON is accepted too. Traps:
no-break spaces and trailing spaces in names and addresses; `N/A` for the opening hours of some centres; services as
one text with commas; boards by ONS code, of the vintage of the file. The file does not say its own date: it is taken
from the file name (2025-06-19) where that has one. A row of the file is the line with the centre's name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.problems import InputRefused, Problem
from pipeline.sources._javascript import Node, NotData, Value, objects
from pipeline.sources._text_file import open_text
from pipeline.sources.mapping import Mapping
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import OUTSIDE, UNMAPPED

PROPERTIES = ("name", "address", "isOpen12_7", "services", "icbCode")
OPEN = {"yes": True, "no": False, "n/a": None, "": None}
ONS_BOARD = re.compile(r"E54\d{6}")
FLAGS = {
    "imaging": "imaging",
    "endoscopy": "endoscopy",
    "labs": "labs",
    "physiological": "physiological",
    OUTSIDE: "other",
}
"""Column of cdc_sites for each pillar of a service."""
NAME_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
ADD_SERVICE = "add it to the plan's mapping file with the pillar it belongs to, for example the row: cdc_service,"


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The centres of the map: cdc_sites, list `map`. Flags are empty where the file does not say.

    Raises InputRefused with every centre that lacks a property or has a value or a service that is not known.
    """
    problems: list[Problem] = []
    rows = [_row(path, centre, options.mapping, problems) for centre in _centres(path)]
    if problems:
        raise InputRefused(problems)
    frame = pd.DataFrame(rows, columns=tables.TABLES["cdc_sites"].columns)
    return {"cdc_sites": tables.validate("cdc_sites", frame)}


def recognise(path: Path) -> bool:
    """Whether the file begins like the map's data: features with opening hours and a board."""
    try:
        with open_text(path, head_only=True) as stream:
            start = stream.read()
    except InputRefused:
        return False
    return all(word in start for word in ("features", "isOpen12_7", "icbCode"))


def list_date(path: Path) -> dt.datetime | None:
    """The date in a file's name, as in cdc_operational_2022-08-14.tsv; None where there is none."""
    found = NAME_DATE.search(path.name)
    try:
        return dt.datetime.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _centres(path: Path) -> list[Node]:
    features = next((node.values["features"] for node in _objects(path) if "features" in node.values), None)
    if not isinstance(features, list) or not features:
        raise InputRefused(
            [Problem(file=str(path), rule="there is no list of centres (`features`); download it again")]
        )
    centres, problems = [], []
    for number, feature in enumerate(features, start=1):
        centre = feature.values.get("properties") if isinstance(feature, Node) else None
        if isinstance(centre, Node):
            centres.append(centre)
        else:
            line = feature.line if isinstance(feature, Node) else None
            rule = f"feature {number} of the map has no properties, so it is not known which centre it is"
            problems.append(Problem(file=str(path), row=line, rule=rule))
    if problems:
        raise InputRefused(problems)
    return centres


def _objects(path: Path) -> list[Node]:
    try:
        with open_text(path) as stream:
            return objects(stream.read())
    except NotData as error:
        rule = f"this is not the data of the map: {error.expected}; download the file again"
        raise InputRefused([Problem(file=str(path), row=error.line, rule=rule)]) from error


def _row(path: Path, centre: Node, mapping: Mapping, problems: list[Problem]) -> dict[str, object]:
    line = centre.lines.get("name", centre.line)
    given = {key: _words(centre.values.get(key)) for key in PROPERTIES}
    problems += [
        Problem(file=str(path), row=centre.lines.get(key, line), column=key, value=given[key], rule=rule)
        for key, rule in _faults(centre, given, mapping)
    ]
    return {
        "site": given["name"],
        "list": "map",
        "as_of": list_date(path),
        "icb": given["icbCode"] or None,
        "address": given["address"] or None,
        "open_12_7": OPEN.get(given["isOpen12_7"].casefold()),
        **_services(given["services"], mapping),
        "file": path.name,
        "sheet": "",
        "row": line,
    }


def _words(value: Value) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _faults(centre: Node, given: dict[str, str], mapping: Mapping) -> Iterator[tuple[str, str]]:
    for key in PROPERTIES:
        if key not in centre.values:
            yield key, "this centre does not have the property; every centre of the map has it"
        elif not isinstance(centre.values[key], str):
            yield key, "should be text in quotation marks"
    if "name" in centre.values and not given["name"]:
        yield "name", "the centre has no name"
    if given["isOpen12_7"].casefold() not in OPEN:
        yield "isOpen12_7", "should be Yes, No or N/A"
    if given["icbCode"] and not ONS_BOARD.fullmatch(given["icbCode"]):
        yield "icbCode", "should be the ONS code of a board: E54 and six digits"
    for label in _labels(given["services"]):
        if mapping.find("cdc_service", label).pillar == UNMAPPED:
            yield "services", f"the mapping does not know the service “{label}”; {ADD_SERVICE}{label},imaging,{label},"


def _labels(services: str) -> list[str]:
    return [label.strip() for label in services.split(",") if label.strip()]


def _services(services: str, mapping: Mapping) -> dict[str, bool | None]:
    pillars = {mapping.find("cdc_service", label).pillar for label in _labels(services)}
    return {column: pillar in pillars if pillars else None for pillar, column in FLAGS.items()}
