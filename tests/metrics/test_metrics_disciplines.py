"""Which disciplines of healthcare science the files show, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.disciplines import by_employer, disciplines, scientists, seen, stated_share
from pipeline.metrics.scope import Scope
from pipeline.sources.mapping import Mapped, Mapping, default_mapping
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset(), ("imaging", "labs", "physiological"))
MAPPING = Mapping(
    {
        ("care_setting", "blood"): Mapped("labs", "Blood"),
        ("care_setting", "cells"): Mapped("labs", "Cells"),
        ("care_setting", "genes"): Mapped("labs", "Genetics"),
        ("care_setting", "heart"): Mapped("physiological", "Heart"),
        ("care_setting", "physics"): Mapped("outside", "Physics"),
        ("care_setting", "radiography"): Mapped("imaging", "Radiographers"),
        ("support_care_setting", "blood"): Mapped("labs", "Laboratory support staff"),
    }
)
HCS = "Healthcare scientists"
TEN_ROWS = pd.DataFrame(
    [
        ("AAA", "labs", HCS, "Blood", 40.0, 44, "a.csv"),
        ("AAA", "labs", HCS, "Blood", 10.0, 11, "a.csv"),
        ("BBB", "labs", HCS, "Blood", 30.0, 33, "b.csv"),
        ("AAA", "labs", HCS, "Cells", 5.0, None, "a.csv"),
        ("AAA", "labs", HCS, "Genetics", 0.0, 0, "a.csv"),
        ("BBB", "unmapped", HCS, "Science", 20.0, 22, "b.csv"),
        ("BBB", "outside", HCS, "Physics", 70.0, 75, "b.csv"),
        ("BBB", "labs", "Support", "Laboratory support staff", 60.0, 66, "b.csv"),
        ("BBB", "imaging", "AHPs", "Radiographers", 90.0, 99, "b.csv"),
        ("BBB", "unmapped", "Nurses", "Ward", 500.0, 550, "b.csv"),
    ],
    columns=["employer", "pillar", "staff_group", "profession", "wte", "headcount", "file"],
).astype({"headcount": "Int64"})


def test_disciplines_are_those_of_registered_staff_in_the_plans_science_pillars() -> None:
    assert disciplines(MAPPING, SCOPE) == {
        "Blood": "labs",
        "Cells": "labs",
        "Genetics": "labs",
        "Heart": "physiological",
    }
    only_labs = Scope({}, frozenset(), frozenset(), ("labs",))
    assert "Heart" not in disciplines(MAPPING, only_labs)
    assert "Healthcare scientists: genetics" in disciplines(default_mapping(), SCOPE)


def test_each_discipline_is_counted_by_employer() -> None:
    assert by_employer(TEN_ROWS, MAPPING, SCOPE)[["profession", "employer", "wte"]].to_numpy().tolist() == [
        ["Blood", "AAA", 50.0],
        ["Blood", "BBB", 30.0],
        ["Cells", "AAA", 5.0],
        ["Genetics", "AAA", 0.0],
    ]


def test_a_discipline_that_no_file_shows_is_listed_with_no_files_and_no_wte() -> None:
    rows = seen(TEN_ROWS, MAPPING, SCOPE).set_index("profession")
    assert rows.index.tolist() == ["Blood", "Cells", "Genetics", "Heart"]
    assert rows["files"].tolist() == [2, 1, 0, 0]
    assert rows["employers"].tolist() == [2, 1, 0, 0]
    assert rows["wte"].tolist()[:2] == [80.0, 5.0]
    assert rows["wte"].isna().tolist()[2:] == [True, True]
    assert rows.loc["Blood", "headcount"] == 88
    assert pd.isna(rows.loc["Cells", "headcount"])


def test_the_share_stated_is_of_scientists_inside_or_in_no_known_setting() -> None:
    by = stated_share(TEN_ROWS, MAPPING, SCOPE, ["staff_group"]).iloc[0]
    assert (by["wte"], by["stated_wte"], by["share"]) == pytest.approx((105.0, 85.0, 85 / 105))
    employers = stated_share(TEN_ROWS, MAPPING, SCOPE, ["employer"]).set_index("employer")
    assert employers["share"].to_dict() == pytest.approx({"AAA": 1.0, "BBB": 0.6})
    assert len(scientists(TEN_ROWS, MAPPING, SCOPE)) == 6


def test_one_employer_is_the_whole_of_it() -> None:
    rows = seen(TEN_ROWS[TEN_ROWS["employer"] == "BBB"], MAPPING, SCOPE).set_index("profession")
    assert rows["employers"].to_dict() == {"Blood": 1, "Cells": 0, "Genetics": 0, "Heart": 0}


def test_no_wte_at_all_has_no_share() -> None:
    nobody = TEN_ROWS[TEN_ROWS["profession"] == "Genetics"]
    assert stated_share(nobody, MAPPING, SCOPE, ["employer"])["share"].isna().all()


def test_of_no_staff_every_discipline_is_not_seen() -> None:
    rows = seen(empty("staff"), MAPPING, SCOPE)
    assert rows["profession"].tolist() == ["Blood", "Cells", "Genetics", "Heart"]
    assert rows["files"].sum() == 0
    assert by_employer(empty("staff"), MAPPING, SCOPE).empty
    assert stated_share(empty("staff"), MAPPING, SCOPE, ["employer"]).empty
