"""People to come weighted by need, worked by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.need import weighted_population
from pipeline.model.demography import People, weighted_people
from pipeline.months import add_months
from pipeline.reference import NeedWeight, need_weights
from pipeline.tables import empty

pytestmark = pytest.mark.unit
WEIGHTS = (NeedWeight(0, 1.0, "a paper"), NeedWeight(65, 3.0, "a paper"))
BOARDS = {"Q1X", "QOLD"}
MID_2025, MID_2026, MID_2027 = dt.date(2025, 6, 30), dt.date(2026, 6, 30), dt.date(2027, 6, 30)


def projection(*rows: tuple[int, str, str, int]) -> pd.DataFrame:
    """Year, area, age band and persons of each row."""
    frame = pd.DataFrame(rows, columns=["year", "area", "age_band", "persons"])
    return frame.astype({"year": "Int64", "persons": "Int64"}).assign(sex="female")


# By need 1,000 + 3 x 100 = 1,300, then 1,000 + 3 x 143 = 1,429 and 1,000 + 3 x 200 = 1,600.
GROWING = projection(
    (2025, "Q1X", "20-24", 1000),
    (2025, "Q1X", "65-69", 100),
    (2026, "Q1X", "20-24", 1000),
    (2026, "Q1X", "65-69", 143),
    (2027, "Q1X", "20-24", 1000),
    (2027, "Q1X", "65-69", 200),
)


def grown(people: People, base: dt.date, *months: dt.date) -> list[float]:
    return people.factor(base, months)[:, 0].tolist()


def growing() -> People:
    return weighted_people(GROWING, BOARDS, WEIGHTS)


def test_people_are_weighted_by_their_age() -> None:
    assert grown(growing(), MID_2025, MID_2026, MID_2027) == pytest.approx([1429 / 1300, 1600 / 1300])
    alike = weighted_people(GROWING, BOARDS, (NeedWeight(0, 7.0, "a paper"),))
    assert grown(alike, MID_2025, MID_2026) == pytest.approx([1143 / 1100])


def test_a_straight_line_joins_one_mid_year_to_the_next() -> None:
    # A third of the way from 1,300 to 1,429, and from 1,429 to 1,600.
    months = dt.date(2025, 10, 31), dt.date(2026, 10, 31)
    assert grown(growing(), MID_2025, *months) == pytest.approx([1343 / 1300, 1486 / 1300])
    assert grown(growing(), months[0], MID_2025) == pytest.approx([1300 / 1343])


def test_years_that_are_not_on_file_lie_on_the_line() -> None:
    apart = weighted_people(GROWING[GROWING["year"] != 2026], BOARDS, WEIGHTS)
    assert grown(apart, MID_2025, MID_2026) == pytest.approx([1450 / 1300])
    # The rate that goes on is that of a year, not of the two between those on file.
    assert grown(apart, MID_2027, dt.date(2028, 6, 30)) == pytest.approx([math.sqrt(1600 / 1300)])


def test_beyond_the_years_on_file_the_nearest_rate_goes_on() -> None:
    later, earlier = dt.date(2029, 6, 30), dt.date(2024, 6, 30)
    assert grown(growing(), MID_2027, later, dt.date(2027, 12, 31)) == pytest.approx(
        [(1600 / 1429) ** 2, math.sqrt(1600 / 1429)]
    )
    assert grown(growing(), MID_2025, earlier) == pytest.approx([1300 / 1429])
    assert growing().last_year == 2027


@given(st.integers(-60, 200), st.floats(0.5, 2))
def test_months_follow_one_another_without_a_step_at_any_level_of_the_people(offset: int, level: float) -> None:
    base = add_months(MID_2026, offset)
    path = growing().factor(base, [add_months(base, month) for month in range(61)])
    assert path[0, 0] == pytest.approx(1)
    # No month of these people grows by more than a twelfth of their fastest year.
    assert (np.abs(np.diff(path[:, 0])) <= 0.15 / 12 * path[1:, 0]).all()
    persons = (GROWING["persons"].astype("float64") * 1000 * level).round()
    more = weighted_people(GROWING.assign(persons=persons), BOARDS, WEIGHTS)
    assert more.factor(base, [MID_2027]) == pytest.approx(growing().factor(base, [MID_2027]), rel=1e-3)


def test_growth_is_that_of_the_months_between_two() -> None:
    people = growing()
    assert people.growth_a_year(MID_2025, MID_2027) == pytest.approx(math.log(1600 / 1300) / 2)
    # Before the first year on file its rate holds.
    assert people.growth_a_year(dt.date(2022, 3, 31), MID_2025) == pytest.approx(math.log(1429 / 1300))
    half = dt.date(2025, 12, 31)
    assert people.growth_a_year(MID_2025, half) == pytest.approx(2 * math.log(1364.5 / 1300))
    with pytest.raises(ValueError, match="later one"):
        people.growth_a_year(MID_2025, MID_2025)


def test_demography_taken_out_of_a_trend_and_put_back_leaves_the_trend() -> None:
    people, trend = growing(), 0.05
    without = trend - people.growth_a_year(MID_2025, MID_2027)
    (factor,) = grown(people, MID_2025, MID_2027)
    assert factor * math.exp(2 * without) == pytest.approx(math.exp(2 * trend))


def test_a_board_is_not_counted_again_with_its_places() -> None:
    place = GROWING.assign(area="P1", persons=GROWING["persons"].where(GROWING["year"] < 2027, 5000))
    both = weighted_people(pd.concat([GROWING, place]), BOARDS, WEIGHTS)
    assert grown(both, MID_2025, MID_2027) == grown(growing(), MID_2025, MID_2027)
    assert grown(weighted_people(place, BOARDS, WEIGHTS), MID_2025, MID_2027) == pytest.approx([20_000 / 1300])


def test_an_area_whose_years_end_early_does_not_take_its_people_away() -> None:
    short = projection((2025, "QOLD", "20-24", 1300), (2026, "QOLD", "20-24", 1300))
    people = weighted_people(pd.concat([GROWING, short]), BOARDS, WEIGHTS)
    assert grown(people, MID_2025, MID_2027) == pytest.approx([(1600 + 1300) / (1300 + 1300)])
    assert people.last_year == 2026


def test_an_area_with_one_year_or_without_people_says_nothing() -> None:
    one_year = projection((2025, "QOLD", "20-24", 9000))
    nobody = projection((2025, "QOLD", "20-24", 0), (2026, "QOLD", "20-24", 10))
    for other in (one_year, nobody):
        people = weighted_people(pd.concat([GROWING, other]), BOARDS, WEIGHTS)
        assert grown(people, MID_2025, MID_2027) == grown(growing(), MID_2025, MID_2027)
    assert not weighted_people(one_year, BOARDS, WEIGHTS).known


def test_without_a_projection_nothing_changes_and_that_is_known() -> None:
    people = weighted_people(empty("population_projection"), BOARDS, WEIGHTS)
    assert not people.known
    assert people.last_year is None
    assert people.factor(MID_2025, [MID_2026, MID_2027]).tolist() == [[1.0], [1.0]]
    assert people.growth_a_year(MID_2025, MID_2026) == 0
    assert growing().known


def test_factors_by_month_multiply_draws() -> None:
    assert (growing().factor(MID_2025, [MID_2026, MID_2027]) * np.ones((2, 5))).shape == (2, 5)


def test_an_age_without_a_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="below 30"):
        weighted_people(GROWING, BOARDS, (NeedWeight(30, 1.0, "a paper"),))


def test_weights_fall_on_ages_as_they_do_on_the_people_registered() -> None:
    bands = ["00-04", "15-19", "20-24", "60-64", "65-69", "80-84", "85-89", "95+"]
    now = pd.DataFrame({"area": bands, "age_band": bands, "persons": 100, "area_kind": "icb", "as_of": MID_2025})
    registered = weighted_population(now).set_index("area")["weighted"]
    years = pd.concat([now.assign(year=year) for year in (2025, 2026)])
    for band in bands:
        people = weighted_people(years[years["area"] == band], bands, need_weights())
        weighted = people.areas[0].at(np.array([2025.0]))[0] / 100
        assert weighted / need_weights()[0].weight == pytest.approx(registered[band] / registered["00-04"])
