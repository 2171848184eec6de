"""Staff of chosen employers and professions over time, and who is support staff."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.metrics.workforce import cells_series, is_support_staff
from pipeline.tables import empty

pytestmark = pytest.mark.unit

RADIOGRAPHERS, SONOGRAPHERS = "Diagnostic radiographers", "Sonographers"
MONTHS = [f"{month:%Y-%m-%d}" for month in pd.date_range("2024-01-31", periods=6, freq="ME")]


def person(employer: str, month: int, wte: float, profession: str = RADIOGRAPHERS, **cells: Any) -> dict[str, Any]:
    usual = {"dataset": "esr", "pillar": "imaging", "headcount": 100}
    return {"employer": employer, "month": MONTHS[month], "wte": wte, "profession": profession, **usual, **cells}


def series(*people: dict[str, Any], cells: list[tuple[str, str]]) -> tuple[dict[int, float], list[tuple[str, str]]]:
    found, followed = cells_series(rows("staff", *people), cells)
    assert found.columns.tolist() == ["month", "value"]
    places = [MONTHS.index(f"{month:%Y-%m-%d}") for month in found["month"]]
    return dict(zip(places, found["value"], strict=True)), followed


ALDER, BIRCH = ("AAA", RADIOGRAPHERS), ("BBB", RADIOGRAPHERS)


class TestCellsSeries:
    def test_adds_up_the_cells_and_no_others(self) -> None:
        people = [person("AAA", 0, 10), person("BBB", 0, 5), person("AAA", 0, 90, SONOGRAPHERS), person("CCC", 0, 90)]
        assert series(*people, cells=[ALDER, BIRCH]) == ({0: 15}, [ALDER, BIRCH])

    def test_has_the_months_that_all_employers_have(self) -> None:
        people = [*(person("AAA", month, 10) for month in range(4)), *(person("BBB", month, 5) for month in (1, 2, 3))]
        assert series(*people, cells=[ALDER, BIRCH])[0] == {1: 15, 2: 15, 3: 15}

    def test_leaves_out_an_employer_with_fewer_than_half_of_the_months(self) -> None:
        people = [*(person("AAA", month, 10) for month in range(5)), *(person("BBB", month, 5) for month in (3, 4))]
        found, followed = series(*people, cells=[ALDER, BIRCH])
        assert found == dict.fromkeys(range(5), 10)
        assert followed == [ALDER]

    def test_takes_a_profession_without_a_row_in_a_month_for_nobody(self) -> None:
        people = [person("AAA", 0, 10), person("AAA", 1, 10), person("AAA", 1, 3, SONOGRAPHERS)]
        found, followed = series(*people, cells=[ALDER, ("AAA", SONOGRAPHERS)])
        assert found == {0: 10, 1: 13}
        assert followed == [ALDER, ("AAA", SONOGRAPHERS)]

    def test_counts_nobody_twice_who_is_in_records_and_in_publications(self) -> None:
        people = [person("AAA", 0, 10), person("AAA", 0, 12, dataset="hchs")]
        assert series(*people, cells=[ALDER])[0] == {0: 10}

    @pytest.mark.parametrize("cells", [[], [("ZZZ", RADIOGRAPHERS)]])
    def test_of_cells_that_nobody_has_is_empty_and_follows_none(self, cells: list[tuple[str, str]]) -> None:
        assert series(person("AAA", 0, 10), cells=cells) == ({}, [])

    def test_of_no_staff_is_empty(self) -> None:
        found, followed = cells_series(empty("staff"), [ALDER])
        assert (len(found), followed) == (0, [])


def test_support_staff_are_told_by_their_staff_group() -> None:
    groups = {
        "Support to clinical staff": True,
        "SUPPORT TO ST&T STAFF": True,
        "Additional Clinical Services": True,
        "Additional Professional Scientific and Technical": False,
        "Allied health professionals": False,
        "HCHS doctors": False,
    }
    found = is_support_staff(pd.DataFrame({"staff_group": list(groups)}))
    assert dict(zip(groups, found, strict=True)) == groups
