"""What joiners and leavers do not explain of the change in staff."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.evidence.growth_balance import balance_by_employer, growth_balance, largest_remainders
from pipeline.metrics.scope import Scope
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))
RADIOGRAPHERS, SUPPORT = "Diagnostic radiographers", "Imaging support staff"
MONTHS = [f"2025-0{month}-{day}" for month, day in ((1, 31), (2, 28), (3, 31), (4, 30))]
Heads = dict[tuple[str, str], list[int]]


def staff(heads: Heads) -> pd.DataFrame:
    """People by employer and profession at the end of each of MONTHS; 0 is no row."""
    return rows(
        "staff",
        *(
            {"employer": who, "profession": what, "pillar": "imaging", "month": month, "headcount": n, "wte": 0.9 * n}
            | {"band": "6", "age_band": "40-44", "dataset": "esr"}
            for (who, what), each in heads.items()
            for month, n in zip(MONTHS, each, strict=True)
            if n
        ),
    )


def moves(*changes: dict[str, Any]) -> pd.DataFrame:
    """Movements; each employer sends a joiner of nobody at both ends so that all its months count."""
    shared = {"profession": RADIOGRAPHERS, "pillar": "imaging", "band": "6", "age_band": "40-44", "wte": 0.0}
    ends = [
        {"employer": who, "month": month, "kind": "joiner", "reason": "not known", "headcount": 0}
        for who in ("AAA", "BBB")
        for month in (MONTHS[1], MONTHS[-1])
    ]
    return rows("movements", *({**shared, **each} for each in [*ends, *changes]))


def balance(heads: Heads, *changes: dict[str, Any], organisations: pd.DataFrame | None = None) -> pd.DataFrame:
    known = empty("organisations") if organisations is None else organisations
    return growth_balance(staff(heads), moves(*changes), known, SCOPE)


def test_what_joiners_and_leavers_explain_leaves_nothing() -> None:
    left = {"employer": "AAA", "month": MONTHS[2], "kind": "leaver", "reason": "resignation", "headcount": 3}
    came = {"employer": "AAA", "month": MONTHS[3], "kind": "joiner", "reason": "other", "headcount": 1}
    found = balance({("AAA", RADIOGRAPHERS): [20, 20, 17, 18]}, left, came)
    assert found["remainder"].tolist() == [0, 0, 0]
    assert largest_remainders(found, 5).empty


def test_people_who_change_profession_are_told_from_people_nobody_explains() -> None:
    found = balance({("AAA", RADIOGRAPHERS): [20, 22, 22, 22], ("AAA", SUPPORT): [10, 7, 7, 7]})
    first = found[found["month"] == MONTHS[1]].set_index("profession")
    assert first["remainder"].to_dict() == {RADIOGRAPHERS: 2, SUPPORT: -3}
    assert first["moved"].to_dict() == pytest.approx({RADIOGRAPHERS: 2, SUPPORT: -2})
    assert first["unexplained"].to_dict() == pytest.approx({RADIOGRAPHERS: 0, SUPPORT: -1})


def test_a_profession_that_empties_is_counted_to_its_end() -> None:
    found = balance({("AAA", RADIOGRAPHERS): [20, 20, 20, 20], ("AAA", SUPPORT): [4, 4, 0, 0]})
    assert found.loc[found["profession"] == SUPPORT, "unexplained"].tolist() == [0, -4, 0]


def test_months_without_staff_before_or_without_movements_do_not_count() -> None:
    heads = {("AAA", RADIOGRAPHERS): [20, 0, 20, 25], ("BBB", RADIOGRAPHERS): [9, 9, 9, 9]}
    found = balance(heads)
    assert found.loc[found["employer"] == "AAA", "month"].tolist() == [pd.Timestamp(MONTHS[3])]
    one = growth_balance(staff(heads), moves()[lambda sent: sent["employer"] == "BBB"], empty("organisations"), SCOPE)
    assert set(one["employer"]) == {"BBB"}


def test_a_jump_after_another_organisation_closed_is_a_merger_and_no_error() -> None:
    closed = rows("organisations", {"code": "ZZZ", "valid_to": "2025-01-31", "successor": None})
    heads = {("AAA", RADIOGRAPHERS): [20, 29, 29, 30], ("BBB", RADIOGRAPHERS): [40, 41, 41, 41]}
    found = balance_by_employer(balance(heads, organisations=closed)).set_index("employer")
    assert found["merged"].to_dict() == {"AAA": 9, "BBB": 0}
    assert found.loc["AAA", ["months", "mean"]].tolist() == [2, 0.5]
    assert found.loc["BBB", "mean"] == pytest.approx(1 / 3)
    without = balance_by_employer(balance(heads)).set_index("employer")
    assert without["merged"].sum() == 0


def test_a_named_successor_is_enough() -> None:
    closed = rows("organisations", {"code": "ZZZ", "valid_to": "2025-01-31", "successor": "BBB"})
    found = balance({("BBB", RADIOGRAPHERS): [400, 401, 401, 401]}, organisations=closed)
    assert found["merged"].tolist() == [True, False, False]


def test_what_is_unexplained_adds_up_by_the_root_of_the_months() -> None:
    found = balance({("AAA", RADIOGRAPHERS): [20, 21, 20, 22]})
    assert largest_remainders(found, 1)["unexplained"].tolist() == [2]
    assert largest_remainders(found, 9)["unexplained"].tolist() == [2, 1, -1]
