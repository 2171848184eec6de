"""Staff beyond the plan, three comparisons, and the first month of a shortage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.beyond_plan import Array, beyond_plan, beyond_plan_by, deliverability
from pipeline.model.shortage import first_shortage, shares_short

pytestmark = pytest.mark.unit

CELLS = pd.DataFrame(
    {
        "employer": ["AAA", "BBB", "AAA"],
        "pillar": ["imaging", "imaging", "labs"],
        "profession": ["Radiographers", "Radiographers", "Scientists"],
    }
)
MONTHS = list(pd.date_range("2025-09-30", periods=3, freq="ME"))
WTE = st.integers(-300, 300).map(lambda tenths: tenths / 10)


def one_month(*cells: list[float]) -> Array:
    """Draws of each cell, in one month."""
    return np.array(cells, dtype=np.float64)[:, None, :]


REQUIRED = one_month([12, 16], [9, 9], [5, 8])
PLAN = one_month([10], [12], [float("nan")])


def test_no_surplus_hides_a_shortage_in_the_gross_and_cells_without_a_plan_do_not_count() -> None:
    found = beyond_plan(REQUIRED, PLAN)
    assert found.gross.tolist() == [[2, 6]]
    assert found.net.tolist() == [[-1, 3]]


def test_months_without_any_plan_are_missing() -> None:
    plan = np.array([[[np.nan], [10.0]]])
    found = beyond_plan(np.full((1, 2, 3), 11.0), plan)
    assert np.isnan(found.gross[0]).all()
    assert found.net[1].tolist() == [1, 1, 1]


@given(st.lists(st.tuples(WTE, WTE), min_size=1, max_size=6))
def test_gross_is_never_below_net_nor_below_zero(pairs: list[tuple[float, float]]) -> None:
    required, plan = (one_month(*([value] for value in side)) for side in zip(*pairs, strict=True))
    found = beyond_plan(required, plan)
    assert (found.gross >= 0).all()
    assert (found.gross >= found.net - 1e-9).all()
    assert found.gross - beyond_plan(plan, required).gross == pytest.approx(found.net)


def test_draws_are_added_up_before_percentiles_are_taken() -> None:
    required = one_month([1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0])
    (imaging, labs) = beyond_plan_by(required, np.zeros((3, 1, 1)), CELLS, ["pillar"], 0).to_dict("records")
    assert [imaging[f"gross_{name}"] for name in ("p10", "p50", "p90", "mean")] == [1, 1, 1, 1]
    assert (imaging["cells"], labs["net_mean"]) == (2, 0)


def test_a_group_without_a_plan_is_shown_as_missing() -> None:
    table = beyond_plan_by(REQUIRED, PLAN, CELLS, ["pillar"], -1).set_index("pillar")
    assert table.loc["labs", ["cells", "without_plan"]].tolist() == [0, 1]
    assert np.isnan(table.loc["labs", "gross_p50"])
    assert table.loc["imaging", "net_mean"] == 1


def test_all_cells_are_one_group_where_no_column_is_named() -> None:
    (whole,) = beyond_plan_by(REQUIRED, PLAN, CELLS, [], 0).to_dict("records")
    assert (whole["cells"], whole["without_plan"], whole["gross_mean"]) == (2, 1, 4)


def test_a_plan_can_be_too_small_and_out_of_reach_at_once() -> None:
    required, supply = one_month([15, 15], [9, 9], [5, 5]), one_month([7, 8], [13, 13], [4, 4])
    table = deliverability(required, supply, PLAN, CELLS, ["pillar"], 0).set_index("pillar")
    gross = table[["beyond_plan_mean", "out_of_reach_mean", "short_mean"]]
    assert gross.loc["imaging"].tolist() == [5, 2.5, 7.5]
    assert gross.loc["labs"].isna().all()


def test_no_surplus_hides_a_shortage_in_any_of_the_three_comparisons() -> None:
    required, supply, plan = one_month([15], [5], [1]), one_month([9], [12], [1]), one_month([10], [10], [np.nan])
    row = deliverability(required, supply, plan, CELLS, [], 0).iloc[0]
    assert row[["beyond_plan_p50", "out_of_reach_p50", "short_p50"]].tolist() == [5, 1, 6]
    assert row["required_p50"] - row["plan"] == 0


def test_the_chance_of_delivery_is_the_share_of_draws_that_reach_the_plan() -> None:
    supply = one_month([9, 10, 11, 30], [12, 12, 12, 2], [9, 9, 9, 9])
    table = deliverability(REQUIRED[:, :, :1], supply, PLAN, CELLS, ["pillar"], 0).set_index("pillar")
    imaging = table.loc["imaging"]
    assert imaging["reaches_plan"] == 0.75
    assert (imaging["plan"], imaging["required_p50"], imaging["supply_mean"]) == (22, 21, 24.5)
    assert np.isnan(table.loc["labs", "reaches_plan"])


GAP = np.array(
    [
        [[0, 0, 0, 0], [1, 2, -1, 0], [1, 1, 1, -9]],
        [[0, 0, 0, 0], [5, -5, -5, -5], [-5, 5, -5, -5]],
    ],
    dtype=np.float64,
)


def test_a_shortage_begins_in_the_first_month_in_which_it_is_as_likely_as_not() -> None:
    table = first_shortage(GAP, MONTHS)
    assert table["first_month"].iloc[0] == pd.Timestamp("2025-10-31")
    assert pd.isna(table["first_month"].iloc[1])
    assert table["share_then"].iloc[0] == 0.5
    assert table["share_at_end"].tolist() == [0.75, 0.25]
    assert table["share_ever"].tolist() == [0.75, 0.5]


def test_what_rounding_leaves_is_no_shortage_and_an_unknown_gap_has_no_share() -> None:
    tiny = np.full((1, 3, 2), 1e-12)
    assert shares_short(tiny).tolist() == [[0, 0, 0]]
    unknown = first_shortage(np.full((1, 3, 2), np.nan), MONTHS)
    assert unknown.isna().to_numpy().all()


def test_the_share_that_is_short_is_of_each_group_and_month() -> None:
    assert shares_short(GAP[:2]).ravel().tolist() == [0, 0.5, 0.75, 0, 0.25, 0.25]
