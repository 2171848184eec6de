"""How published labels map to pillars and professions."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.problems import InputRefused
from pipeline.sources.mapping import Mapped, default_mapping, load_mapping

pytestmark = pytest.mark.unit

HEADER = "scheme,label,pillar,name,note\n"


def test_labels_match_whatever_their_case_and_spacing() -> None:
    assert default_mapping().find("dm01_test", " computed  TOMOGRAPHY ").name == "CT"


def test_an_unknown_label_keeps_its_own_name_and_is_unmapped() -> None:
    assert default_mapping().find("dm01_test", "Tricorder  scan") == Mapped("unmapped", "Tricorder scan")


def test_healthcare_science_keeps_its_disciplines() -> None:
    names = {default_mapping().find("care_setting", label).name for label in ("Blood Sciences", "Cellular Sciences")}
    assert len(names) == 2


def test_a_plan_may_put_its_own_row_in_place_of_the_default(tmp_path: Path) -> None:
    own = tmp_path / "mapping.csv"
    own.write_text(HEADER + "care_setting,Medical Physics,imaging,Medical physicists,ours\n")
    mapping = load_mapping(own)
    assert mapping.find("care_setting", "Medical Physics").pillar == "imaging"
    assert mapping.find("care_setting", "Genetics").pillar == "labs"
    assert default_mapping().find("care_setting", "Medical Physics").pillar == "outside"


def test_every_bad_row_of_a_mapping_is_named(tmp_path: Path) -> None:
    own = tmp_path / "mapping.csv"
    own.write_text(
        HEADER + "tests,A,imaging,A,\ndm01_test,B,kitchen,B,\ndm01_test,,imaging,,\ndm01_test,b,imaging,B,\n"
    )
    with pytest.raises(InputRefused) as caught:
        load_mapping(own)
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (2, "scheme"),
        (3, "pillar"),
        (4, "label"),
        (4, "name"),
        (5, "label"),
    ]
