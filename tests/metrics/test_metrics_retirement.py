"""Who reaches retirement age soon, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.retirement import age_spans, retirement_by, with_shares

pytestmark = pytest.mark.unit


def aged(*rows: tuple[str, str, str, int | None]) -> pd.DataFrame:
    """Employer, pillar, age band and people of each row."""
    frame = pd.DataFrame(rows, columns=["employer", "pillar", "age_band", "headcount"])
    return frame.astype({"headcount": "Int64"})


TEN_ROWS = aged(
    ("AAA", "imaging", "Under 20", 2),
    ("AAA", "imaging", "50-54", 20),
    ("AAA", "imaging", "55-59", 10),
    ("AAA", "imaging", "60-64", 6),
    ("AAA", "imaging", "75+", 2),
    ("AAA", "labs", "55-59", 5),
    ("BBB", "imaging", "55-59", 30),
    ("BBB", "imaging", "45-49", 30),
    ("BBB", "imaging", "All", 500),
    ("BBB", "labs", "55-59", None),
)


def test_people_are_spread_evenly_over_the_ages_of_their_band() -> None:
    imaging = retirement_by(TEN_ROWS, ["pillar"], age=60).set_index("pillar").loc["imaging"]
    # 100 people; the 40 aged 55 to 59 turn 60 at eight a year; 8 are 60 or over; All tells no age.
    assert imaging[["people", "reached", "within_1", "within_3", "within_5"]].tolist() == pytest.approx(
        [100, 8, 8, 24, 40]
    )
    assert imaging[["share_reached", "share_1", "share_3", "share_5"]].tolist() == pytest.approx(
        [0.08, 0.08, 0.24, 0.4]
    )


def test_an_age_inside_a_band_takes_part_of_it() -> None:
    (row,) = retirement_by(
        aged(("AAA", "labs", "55-59", 10), ("AAA", "labs", "50-54", 10)), ["pillar"], age=57
    ).to_dict("records")
    # 57 to 59 has passed (6 of 10); 56 turns 57 this year (2), 54 to 56 within three (6), 52 to 56 within five (10).
    assert [row[name] for name in ("reached", "within_1", "within_3", "within_5")] == pytest.approx([6, 2, 6, 10])


def test_the_age_is_that_of_the_reference_where_none_is_given() -> None:
    pd.testing.assert_frame_equal(retirement_by(TEN_ROWS, ["pillar"]), retirement_by(TEN_ROWS, ["pillar"], age=60))


def test_any_grouping_may_be_asked_for_and_people_are_all_there_in_each() -> None:
    by_both = retirement_by(TEN_ROWS, ["employer", "pillar"])
    assert by_both["within_5"].sum() == pytest.approx(retirement_by(TEN_ROWS, ["employer"])["within_5"].sum())
    assert by_both["people"].sum() == 105


def test_one_employer_is_the_whole_of_it() -> None:
    (row,) = retirement_by(TEN_ROWS[TEN_ROWS["employer"] == "AAA"], ["employer"]).to_dict("records")
    assert (row["people"], row["within_1"]) == pytest.approx((45, 3.0))


def test_bands_without_an_end_are_spread_to_the_ages_at_work() -> None:
    spans = age_spans(pd.Series(["Under 20", "75+", "<25", "65 and over", "55-59", "90+", "Under 18"]))
    assert spans["from_age"].tolist() == [15, 75, 16, 65, 55, 90, 13]
    assert spans["to_age"].tolist() == [20, 80, 25, 80, 60, 95, 18]


def test_an_open_band_that_holds_the_age_is_split_at_it() -> None:
    (row,) = retirement_by(aged(("AAA", "labs", "55+", 25)), ["pillar"], age=60).to_dict("records")
    # 55 up to 80: one person a year of age.
    assert (row["reached"], row["within_1"], row["within_5"]) == pytest.approx((20, 1, 5))


def test_bands_that_tell_no_age_have_no_span() -> None:
    assert age_spans(pd.Series(["All", "Not known", None], dtype="object")).isna().all(axis=None)


def test_fewer_than_ten_people_have_no_share_but_their_number() -> None:
    labs = retirement_by(TEN_ROWS, ["pillar"]).set_index("pillar").loc["labs"]
    assert (labs["people"], labs["within_1"]) == (5, 1)
    assert pd.isna(labs["share_1"])


def test_a_hidden_count_or_nobody_has_no_share() -> None:
    counts = pd.DataFrame({"people": [40, 0], "reached": [0, 0], "within_1": [None, 0], "within_3": 4, "within_5": 4})
    shared = with_shares(counts.astype("Float64"))
    assert shared["share_1"].isna().all()
    assert shared["share_3"].tolist()[0] == pytest.approx(0.1)


def test_of_nobody_there_is_nothing() -> None:
    found = retirement_by(TEN_ROWS.head(0), ["pillar"])
    assert found.empty
    assert "share_5" in found.columns
