"""Growth of tests that came with diagnostic centres that opened in the years it is measured over, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows
from small_settings import ALDER, IMAGING, Tables, centres, expected, setting

from pipeline.evidence import expected_gap
from pipeline.model.growth_of_centres import draws_with_and_without, growth_of_centres, new_tests_done
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.report.centre_words import growth_sentences, growth_table

pytestmark = pytest.mark.unit

MONTHS = pd.date_range("2023-10-31", "2025-09-30", freq="ME")
HORIZON = pd.Timestamp("2027-09-30")


def two_years() -> Tables:
    """CT at Alder: 12,000 in the first year and 13,200 in the second."""
    shared = {"provider": ALDER, "test": "CT", "dataset": "dm01", "pillar": IMAGING}
    months = ({**shared, "month": month, "tests": 1000 if n < 12 else 1100} for n, month in enumerate(MONTHS))
    return {"activity": rows("activity", *months)}


def done(*tests: int, last: str = "2025-09-30") -> Tables:
    """Tests of the centre North in the months up to `last`."""
    months = pd.date_range(end=last, periods=len(tests), freq="ME")
    each = ({"site": "North", "test": "CT", "month": m, "tests": n} for m, n in zip(months, tests, strict=True))
    return {"cdc_activity": rows("cdc_activity", *each)}


def plan(opening: str, *given: Tables, **change: Any) -> Setting:
    return setting(two_years(), centres(opening, **change), *given)


def test_new_tests_of_a_centre_are_taken_out_of_each_year() -> None:
    # 100 tests a month from October 2024, 60 of them new: 720 of the 1,200 by which tests grew.
    (row,) = growth_of_centres(plan("2024-10-31", done(*[100] * 12))).to_dict("records")
    assert (row["tests_first"], row["tests_last"], row["of_centres"]) == (12_000, 13_200, pytest.approx(720))
    assert row["share"] == pytest.approx(0.6)
    assert row["growth"] == pytest.approx(np.log(13_200 / 12_000))
    assert row["without"] == pytest.approx(np.log(12_480 / 12_000))
    assert row["sites"] == ["North"]
    assert (row["first"], row["last"]) == (pd.Timestamp("2024-09-30"), pd.Timestamp("2025-09-30"))


def test_a_centre_that_opened_in_the_first_year_counts_for_what_it_did_more_in_the_last() -> None:
    # It opened in July 2024: 3 months of 60 new tests in the first year and 12 in the second.
    (row,) = growth_of_centres(plan("2024-07-31", done(*[100] * 15))).to_dict("records")
    assert row["of_centres"] == pytest.approx(720 - 180)
    assert row["without"] == pytest.approx(np.log(12_480 / 11_820))


@pytest.mark.parametrize("opening", ["2023-09-30", "2025-10-31"])
def test_a_centre_that_opened_before_the_years_compared_or_is_to_come_counts_for_nothing(opening: str) -> None:
    assert growth_of_centres(plan(opening)).empty


def test_months_that_are_not_on_file_hold_what_the_rooms_have_place_for_as_it_gets_going() -> None:
    of = plan("2025-05-31", done(900, last="2025-08-31"))
    full = 50 * of.year.weeks * 0.8 * 60 / 20 / 12
    new = new_tests_done(of).query("site == 'North'").set_index("month")["tests"]
    # A ramp of four months from May; August is on file.
    assert new.tolist() == pytest.approx([0, 0.6 * full / 4, 0.6 * full / 2, 540, 0.6 * full])
    assert f"{new.index.min():%Y-%m-%d}" == "2025-05-31"


def test_tests_that_did_not_grow_have_no_share_and_those_that_centres_did_alone_are_left_out() -> None:
    fell = plan("2024-10-31", done(*[100] * 12))
    less = fell.tables["activity"].assign(tests=[1000] * 12 + [900] * 12)
    (row,) = growth_of_centres(setting({"activity": less}, centres("2024-10-31"), done(*[100] * 12))).to_dict("records")
    assert np.isnan(row["share"])
    assert row["without"] == pytest.approx(np.log(10_080 / 12_000))
    assert growth_of_centres(plan("2024-10-31", done(*[5000] * 12))).empty


def test_the_gap_without_it_is_that_of_a_plan_whose_tests_grow_so_much() -> None:
    of = plan("2024-10-31", done(*[100] * 12))
    found = growth_of_centres(of)
    draws = draws_with_and_without(of, found)
    with_, without = expected_gap.net(expected_gap.gap_then(of, BASELINE, draws))
    assert without < with_
    alone = {key: values[1:] for key, values in draws.items()}
    ahead, _ = expected(of, BASELINE, alone)
    assert without == pytest.approx(ahead.gap[:, -1].sum())


class TestWords:
    def test_name_the_share_the_centre_and_the_smaller_gap(self) -> None:
        found = growth_of_centres(plan("2024-10-31", done(*[100] * 12)))
        told = " ".join(growth_sentences(found, {"gross": 7.4, "net": 8.0}, HORIZON))
        for said in ("60.0%", "North", "CT", "4.0%", "10.0%", "7.4 WTE", "fewer", "net: 8.0"):
            assert said in told
        (shown,) = growth_table(found).to_dict("records")
        assert (shown["more_new_tests_of_centres"], shown["growth_without_them"]) == (720, pytest.approx(0.04))

    def test_a_gap_that_hardly_changes_is_said_to_be_the_same(self) -> None:
        found = growth_of_centres(plan("2024-10-31", done(*[100] * 12)))
        told = " ".join(growth_sentences(found, {"gross": 0.2, "net": -0.1}, HORIZON))
        assert "the same" in told
        assert "fewer" not in told

    def test_are_none_where_no_centre_opened(self) -> None:
        assert growth_sentences(growth_of_centres(setting()), {"gross": 0.0, "net": 0.0}, HORIZON) == []
