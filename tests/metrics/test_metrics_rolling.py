"""The value of every month as that month would have shown it: flows pooled over the year to it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from pipeline.metrics.indicators.parts import COLUMNS, empty_parts, rolled_year, rolling_values

pytestmark = pytest.mark.unit


def months(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2024-01-31", periods=count, freq="ME")


def rows(
    indicator: str, numerators: Sequence[float], denominator: float, organisation: str = "AAA", skip: int = 0
) -> pd.DataFrame:
    """A row a month, the first `skip` of them left out."""
    cells = {"indicator": indicator, "organisation": organisation, "pillar": "all"}
    made = pd.DataFrame(
        {**cells, "month": months(len(numerators)), "numerator": numerators, "denominator": denominator}
    )
    return made.iloc[skip:][COLUMNS]


def by_month(found: pd.DataFrame, organisation: str = "AAA") -> dict[str, float]:
    own = found[found["organisation"] == organisation]
    return dict(zip(own["month"].dt.strftime("%Y-%m"), own["value"], strict=True))


def test_a_stock_is_that_of_its_month() -> None:
    found = rolling_values(rows("vacancy_rate", [10, 20], 100))
    assert by_month(found) == {"2024-01": pytest.approx(0.1), "2024-02": pytest.approx(0.2)}


def test_a_flow_is_pooled_over_the_twelve_months_to_each() -> None:
    # 13 months of 100 people; 1 leaver each month and 14 in the last. To the twelfth: 12 x 12 / 1,200 = 12%; to the
    # thirteenth: (11 + 14) x 12 / 1,200 = 25%.
    found = by_month(rolling_values(rows("leaver_rate", [1.0] * 12 + [14.0], 100)))
    assert found["2024-12"] == pytest.approx(0.12)
    assert found["2025-01"] == pytest.approx(0.25)


def test_a_year_needs_ten_of_its_twelve_months() -> None:
    found = by_month(rolling_values(rows("leaver_rate", [1.0] * 12, 100)))
    assert list(found) == ["2024-10", "2024-11", "2024-12"]
    assert found["2024-10"] == pytest.approx(0.12)
    short = rows("leaver_rate", [1.0] * 9, 100)
    assert rolling_values(short).empty


def test_a_year_with_two_months_missing_is_pooled_over_the_others() -> None:
    gaps = rows("leaver_rate", [1.0] * 12, 100)
    kept = gaps[~gaps["month"].isin(months(12)[[3, 7]])]
    assert by_month(rolling_values(kept)) == {"2024-12": pytest.approx(0.12)}
    assert rolled_year(kept)["months"].tolist() == [10]


def test_each_organisation_has_years_of_its_own() -> None:
    both = pd.concat([rows("leaver_rate", [1.0] * 12, 100), rows("leaver_rate", [2.0] * 12, 100, "BBB", skip=2)])
    found = rolling_values(both)
    assert list(by_month(found)) == ["2024-10", "2024-11", "2024-12"]
    assert by_month(found, "BBB") == {"2024-12": pytest.approx(0.24)}


def test_the_least_people_are_asked_of_the_average_month() -> None:
    # Nine people in each month are under the ten that a rate asks for, though twelve months add up to 108.
    assert rolling_values(rows("leaver_rate", [1.0] * 12, 9))["value"].isna().all()


def test_an_amount_of_a_year_is_the_average_of_its_months_times_twelve() -> None:
    found = by_month(rolling_values(rows("temporary_cost", [1000.0] * 11 + [2200.0], 1.0)))
    assert found["2024-12"] == pytest.approx(12 * (11 * 1000 + 2200) / 12)
    # Ten months on file do not make the year cheaper.
    assert found["2024-10"] == pytest.approx(12_000)


def test_a_table_without_flows_or_without_rows_has_no_years() -> None:
    assert rolling_values(empty_parts()).columns.tolist() == ["indicator", "organisation", "pillar", "month", "value"]
    assert len(rolling_values(rows("staff_wte", [5.0], 1.0))) == 1


def test_a_year_of_fewer_than_ten_leavers_has_no_rate() -> None:
    assert rolling_values(rows("leaver_rate", [0.75] * 12, 100))["value"].isna().tolist() == [True] * 3
    assert rolling_values(rows("stability", [0.75] * 12, 100))["value"].notna().all()
