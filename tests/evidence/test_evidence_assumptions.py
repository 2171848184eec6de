"""Assumptions: where each comes from, what stands in, and which matters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import yaml
from canonical_rows import rows

from pipeline.assumptions import default_assumptions, placeholders, plan_assumptions
from pipeline.plan import Plan, load_plan
from pipeline.problems import InputRefused
from pipeline.report.assumption_words import register, responsible

pytestmark = pytest.mark.unit


def plan_with(folder: Path, **files: object) -> Plan:
    plan = folder / "ostrey"
    plan.mkdir()
    (plan / "pay.csv").write_text("x")
    words: dict[str, object] = {
        "name": "Ostrey",
        "ics": ["Q1X"],
        "employers": {"ZZ1": "Ostrey Hospitals"},
        "base_month": "2025-09",
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
    }
    for key, content in files.items():
        (plan / f"{key}.yaml").write_text(yaml.safe_dump(content))
        words[key] = [f"{key}.yaml"] if key == "scenarios" else f"{key}.yaml"
    (plan / "plan.yaml").write_text(yaml.safe_dump(words))
    return load_plan(plan)


OWN = {
    "kind": "minutes",
    "test": "CT",
    "profession": "Diagnostic radiographers",
    "label": "CT room time",
    "unit": "minutes",
}


def test_every_default_has_a_source_or_says_placeholder() -> None:
    for each in default_assumptions().values():
        assert each.is_placeholder != bool(each.source.strip()), each.key


def test_a_plans_own_figure_takes_the_place_of_the_placeholder(tmp_path: Path) -> None:
    own = {**OWN, "value": 35, "grade": "published", "source": "our audit", "from": "2026-01-01"}
    plan = plan_with(tmp_path, standards=[own])
    found = plan_assumptions(plan)
    assert found["minutes / CT / Diagnostic radiographers"].value == 35
    assert len(placeholders(found)) == len(placeholders(default_assumptions())) - 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"low": 40, "high": 50}, "between low and high"),
        ({"low": 10}, "together"),
        ({"source": ""}, "names its source"),
        ({"scale": "logit"}, "between 0 and 1"),
        ({"colour": "red"}, "this key is not known"),
        ({"test": ""}, "minutes is for one test; say which"),
        ({"item": "scanning"}, "minutes is not kept by item; leave it out"),
        ({"signed_off_by": "the board"}, "a sign-off has a name and a date"),
        ({"value": "many"}, "should be a number"),
    ],
)
def test_a_bad_assumption_is_refused_by_its_place(tmp_path: Path, change: dict[str, object], rule: str) -> None:
    own = {**OWN, "value": 35, "grade": "published", "source": "our audit", "from": "2026-01-01", **change}
    with pytest.raises(InputRefused, match=rule) as caught:
        plan_assumptions(plan_with(tmp_path, standards=[own]))
    assert caught.value.problems[0].key.startswith("0")
    assert caught.value.problems[0].file.endswith("standards.yaml")


def test_shares_of_time_away_stay_below_the_whole(tmp_path: Path) -> None:
    away = {"kind": "unavailable", "item": "study leave", "label": "Study", "unit": "share", "value": 0.9}
    with pytest.raises(InputRefused, match="stay below 1"):
        plan_assumptions(plan_with(tmp_path, standards=[{**away, "grade": "placeholder", "from": "2026-01-01"}]))


def test_the_register_shows_every_assumption_and_calls_placeholders_by_name() -> None:
    rows = register(default_assumptions())
    assert len(rows) == len(default_assumptions())
    stand_ins = rows[rows["Grade"] == "placeholder"]
    assert stand_ins["Source"].eq("placeholder: no source read").all()


CT = "minutes / CT / Diagnostic radiographers"


def sent(*changes: dict[str, object]) -> pd.DataFrame:
    return rows("standards", *changes, file="standards.xlsx", sheet="Standards")


def test_a_table_of_standards_takes_the_place_of_the_defaults_and_the_file_of_both(tmp_path: Path) -> None:
    own = {**OWN, "value": 35, "grade": "published", "source": "our audit", "from": "2026-01-01"}
    (tmp_path / "file").mkdir()
    travel = {"kind": "unavailable", "item": "travel", "test": None, "profession": None, "scale": "logit"}
    table = sent({"value": 38.0}, {**travel, "value": 0.02, "low": None, "high": None})
    of_table = plan_assumptions(plan_with(tmp_path), table)
    assert (of_table[CT].value, of_table["unavailable / travel"].value) == (38.0, 0.02)
    assert list(of_table)[: len(default_assumptions())] == list(default_assumptions())
    of_both = plan_assumptions(plan_with(tmp_path / "file", standards=[own]), table)
    assert (of_both[CT].value, of_both["unavailable / travel"].value) == (35, 0.02)


def test_a_row_of_the_table_keeps_its_range_source_owner_and_sign_off(tmp_path: Path) -> None:
    found = plan_assumptions(plan_with(tmp_path), sent({}))[CT]
    assert (found.low, found.high, found.range, found.scale) == (30.0, 50.0, "published", "log")
    assert (found.owner, found.signed_off_by) == ("Imaging Network Director", "Diagnostics Programme Board")
    assert (found.from_date, found.signed_off_on) == (dt.date(2025, 4, 1), dt.date(2025, 5, 14))


@pytest.mark.parametrize(
    ("changes", "column", "found", "rule"),
    [
        ({"scale": "logit"}, "scale", "logit", "on the logit scale every number lies between 0 and 1"),
        ({"low": -1.0}, "scale", "log", "on the log scale every number is above 0"),
        ({"profession": None}, "profession", "empty", "minutes is for one profession; say which"),
        ({"kind": "activity_growth", "scale": "linear"}, "profession", "Diagnostic radiographers", "leave it out"),
        ({"kind": "unavailable"}, "item", "empty", "unavailable is for one item; say which"),
    ],
)
def test_a_row_that_is_no_assumption_is_refused_by_its_cell(
    tmp_path: Path, changes: dict[str, object], column: str, found: str, rule: str
) -> None:
    with pytest.raises(InputRefused) as caught:
        plan_assumptions(plan_with(tmp_path), sent({"test": "MRI"}, changes))
    (problem,) = caught.value.problems
    assert (problem.file, problem.sheet, problem.row) == ("standards.xlsx", "Standards", 3)
    assert (problem.column, problem.value) == (column, found)
    assert rule in problem.rule


def test_shares_of_the_table_that_leave_nothing_are_refused_at_a_row(tmp_path: Path) -> None:
    away = {"kind": "unavailable", "test": None, "profession": None, "low": None, "high": None, "scale": "logit"}
    table = sent({**away, "item": "study leave", "value": 0.5}, {**away, "item": "travel", "value": 0.4})
    with pytest.raises(InputRefused, match=r"add up to 1\.105; they stay below 1") as caught:
        plan_assumptions(plan_with(tmp_path), table)
    assert [(problem.file, problem.row, problem.column) for problem in caught.value.problems] == [
        ("standards.xlsx", 3, "value")
    ]


def test_those_with_an_owner_or_a_sign_off_are_listed_with_both(tmp_path: Path) -> None:
    kept = {"test": "MRI", "label": "MRI", "signed_off_by": None, "signed_off_on": None}
    shown = responsible(plan_assumptions(plan_with(tmp_path), sent({"label": "CT"}, kept)))
    assert shown.to_numpy().tolist() == [
        ["CT", "Imaging Network Director", "Diagnostics Programme Board", "2025-05-14"],
        ["MRI", "Imaging Network Director", "not signed off", ""],
    ]
    assert responsible(default_assumptions()).empty
