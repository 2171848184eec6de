"""The year of tests that the model starts from, the work that it is, and what the plan's own files measure."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.scope import Scope
from pipeline.model.base_year import annual_activity
from pipeline.model.draws import HALF, central, draw_assumptions
from pipeline.model.measured import activity_growth, sickness, with_measured
from pipeline.model.plan_setting import used
from pipeline.model.work import counted_work, following_work, without_standard
from pipeline.reference import engine

pytestmark = pytest.mark.unit

PILLARS = ["imaging", "endoscopy"]


def assumption(kind: str, value: float, **more: object) -> Assumption:
    words = {"label": kind, "unit": "x", "grade": "published", "source": "made up", "from": "2025-01-01"}
    return Assumption.model_validate({"kind": kind, "value": value, **words, **more})


LEVEL = assumption("unmeasured_growth", 0.0, low=-0.04, high=0.04)
USUAL = 0.03
SWING = assumption("unmeasured_swing", 0.0, low=-HALF * USUAL, high=HALF * USUAL)
STAND_IN = {each.key: each for each in (LEVEL, SWING)}


def book(*entries: Assumption) -> Assumptions:
    base = [
        LEVEL,
        SWING,
        assumption("contract_hours_week", 40),
        assumption("weeks_year", 50),
        assumption("unavailable", 0.2, item="leave"),
        assumption("productivity_growth", 0.0),
        *entries,
    ]
    return {entry.key: entry for entry in base}


CT = assumption("minutes", 30, test="CT", profession="Radiographers", low=24, high=36, scale="log")


def counted(provider: str, test: str, dataset: str, first: str, counts: list[int], kind: str = "all") -> pd.DataFrame:
    months = pd.date_range(first, periods=len(counts), freq="ME")
    return pd.DataFrame(
        {
            "month": months,
            "provider": provider,
            "dataset": dataset,
            "pillar": "imaging",
            "test": test,
            "type": kind,
            "tests": pd.array(counts, dtype="Int64"),
        }
    )


def test_a_year_is_the_latest_twelve_months_of_the_more_recent_data_set() -> None:
    activity = pd.concat(
        [
            counted("AAA", "CT", "did", "2023-01-31", [1000] * 15),
            counted("AAA", "CT", "dm01", "2024-08-31", [10] * 6, "planned"),
            counted("AAA", "CT", "dm01", "2024-08-31", [30] * 6, "waiting_list"),
        ]
    )
    (row,) = annual_activity(activity, ["AAA"], PILLARS).to_dict("records")
    assert (row["dataset"], row["months"], row["tests"], row["annual_tests"]) == ("dm01", 6, 240, 480.0)
    assert row["to_month"] == pd.Timestamp("2025-01-31")


def work_at(annual: pd.DataFrame, entries: Assumptions, base: dt.date = dt.date(2024, 9, 30)) -> dict[str, float]:
    """WTE by profession; half of the counted months lie before the base month."""
    keys, wte = counted_work(annual, central(entries), entries, base).summed(["profession"])
    return dict(zip(keys["profession"], wte[:, 0], strict=True))


def test_tests_become_hours_and_hours_wte() -> None:
    annual = annual_activity(counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12), ["AAA"], PILLARS)
    work = counted_work(annual, central(book(CT)), book(CT), dt.date(2025, 3, 31))
    assert work.rows[["employer", "profession", "test"]].to_numpy().tolist() == [["AAA", "Radiographers", "CT"]]
    assert work.wte[0, 0] == pytest.approx(12_000 * 0.5 / (40 * 50 * 0.8))
    assert work.wte_a_test[0, 0] == pytest.approx(0.5 / 1600)


def test_growth_runs_from_the_middle_of_the_counted_months_and_productivity_against_it() -> None:
    annual = annual_activity(counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12), ["AAA"], PILLARS)
    entries = book(CT, assumption("activity_growth", 0.10, test="CT"))
    entries["productivity_growth"] = assumption("productivity_growth", 0.02)
    years = (29 - 5.5) / 12
    found = work_at(annual, entries, dt.date(2026, 9, 30))["Radiographers"]
    assert found == pytest.approx(3.75 * np.exp(0.10 * years) / 1.02**years)


def test_endoscopy_is_staffed_by_lists_at_delivered_points() -> None:
    activity = counted("AAA", "Colonoscopy", "dm01", "2024-04-30", [450] * 12).assign(pillar="endoscopy")
    entries = book(
        assumption("points", 2, test="Colonoscopy"),
        assumption("points_per_list", 9),
        assumption("list_hours", 4, profession="Endoscopists"),
        assumption("list_hours", 16, profession="Nurses"),
    )
    needs = work_at(annual_activity(activity, ["AAA"], PILLARS), entries)
    assert needs["Endoscopists"] == pytest.approx(1200 * 4 / 1600)
    assert needs["Nurses"] == pytest.approx(4 * needs["Endoscopists"])


def test_a_profession_has_its_own_week_and_its_own_allowances() -> None:
    annual = annual_activity(counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12), ["AAA"], PILLARS)
    allowances = [assumption("category_allowance", 0.1, profession="Radiographers", item=item) for item in "ab"]
    own = assumption("contract_hours_week", 30, profession="Radiographers")
    found = work_at(annual, book(CT, own, *allowances))["Radiographers"]
    assert found == pytest.approx(12_000 * 0.5 / (30 * 50 * 0.8) / 0.8)


def test_a_test_without_a_standard_is_named_and_needs_no_staff() -> None:
    annual = annual_activity(counted("AAA", "PET-CT", "did", "2024-04-30", [10] * 12), ["AAA"], PILLARS)
    assert without_standard(annual, book(CT)) == ["PET-CT"]
    assert work_at(annual, book(CT)) == {}
    assert not any(each.kind == "minutes" for each in used(book(CT), annual, None).values())


def test_a_profession_with_tests_in_two_pillars_is_one_sum() -> None:
    ct = counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12)
    echo = counted("AAA", "Echo", "dm01", "2024-04-30", [100] * 12).assign(pillar="endoscopy")
    also = assumption("minutes", 30, test="Echo", profession="Radiographers")
    annual = annual_activity(pd.concat([ct, echo]), ["AAA"], PILLARS)
    assert work_at(annual, book(CT, also)) == {"Radiographers": pytest.approx(3.75 * 1.1)}


def test_work_that_follows_a_test_is_a_share_of_the_staff_where_their_employer_counts_it() -> None:
    annual = annual_activity(counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12), ["AAA"], PILLARS)
    entries = book(assumption("work_follows", 0.25, test="CT", profession="Helpers"))
    cells = pd.DataFrame({"employer": ["AAA", "BBB", "AAA"], "profession": ["Helpers", "Helpers", "Clerks"]})
    had = np.array([[8.0], [4.0], [2.0]])
    work = following_work(annual, cells, had, central(entries), entries, dt.date(2024, 9, 30))
    assert work.rows[["employer", "profession", "pillar"]].to_numpy().tolist() == [["AAA", "Helpers", "imaging"]]
    assert work.wte.tolist() == [[2.0]]


def test_work_with_a_time_of_its_own_follows_no_test_beside() -> None:
    annual = annual_activity(counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12), ["AAA"], PILLARS)
    entries = book(CT, assumption("work_follows", 0.25, test="CT", profession="Radiographers"))
    cells = pd.DataFrame({"employer": ["AAA"], "profession": ["Radiographers"]})
    base = dt.date(2024, 9, 30)
    assert following_work(annual, cells, np.array([[8.0]]), central(entries), entries, base).rows.empty


def test_only_what_is_called_on_is_listed() -> None:
    annual = annual_activity(counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12), ["AAA"], PILLARS)
    idle = [
        assumption("minutes", 30, test="Echo", profession="Radiographers"),
        assumption("activity_growth", 0.1, test="Echo"),
        assumption("category_allowance", 0.1, profession="Scientists"),
        assumption("points_per_list", 9),
        assumption("list_hours", 4, profession="Endoscopists"),
        assumption("other_work_growth", 0.0),
        assumption("exit_rate", 0.1, item="leaving"),
    ]
    grown = assumption("activity_growth", 0.1, test="CT")
    assert set(used(book(CT, grown, *idle), annual, None)) == set(book(CT, grown)) - {
        "unmeasured_growth",
        "unmeasured_swing",
    }


def test_an_uneven_range_keeps_its_value_in_the_middle() -> None:
    uneven = assumption("minutes", 45, test="Echo", profession="Scientists", low=40, high=60, scale="log")
    drawn = draw_assumptions({uneven.key: uneven}, 40_000, 2)[uneven.key]
    assert np.percentile(drawn, [10, 50, 90]) == pytest.approx([40, 45, 60], rel=0.01)


def test_growth_of_tests_moves_together_as_far_as_the_correlation_says() -> None:
    growth = [assumption("activity_growth", 0.0, test=test, low=-0.1, high=0.1) for test in ("CT", "MRI")]
    together = assumption("correlation", 0.5, item="activity_growth")
    drawn = draw_assumptions({each.key: each for each in [*growth, together]}, 20_000, 3)
    assert np.corrcoef(drawn[growth[0].key], drawn[growth[1].key])[0, 1] == pytest.approx(0.5, abs=0.03)


def test_a_data_set_of_a_month_or_two_does_not_stand_in_for_a_year() -> None:
    short = counted("AAA", "CT", "dm01", "2025-01-31", [900] * 2)
    (row,) = annual_activity(
        pd.concat([counted("AAA", "CT", "did", "2023-04-30", [1000] * 12), short]), ["AAA"], PILLARS
    ).to_dict("records")
    assert (row["dataset"], row["annual_tests"]) == ("did", 12_000)


def test_a_service_that_stopped_is_not_counted_on() -> None:
    ct = counted("AAA", "CT", "dm01", "2023-04-30", [1000] * 24)
    stopped = counted("AAA", "Echo", "dm01", "2023-04-30", [100] * 6)
    assert annual_activity(pd.concat([ct, stopped]), ["AAA"], PILLARS)["test"].tolist() == ["CT"]


def test_growth_is_measured_over_every_provider_that_ever_was_and_over_whole_years_only() -> None:
    before = counted("OLD", "CT", "did", "2021-10-31", [90] * 6 + [100] * 12)
    after = counted("AAA", "CT", "did", "2023-04-30", [110] * 12 + [121] * 12)
    (whole,) = activity_growth(pd.concat([before, after]), ["AAA", "OLD"], ["AAA"], STAND_IN)
    growth, swing = whole.growth, whole.swing
    assert growth.value == pytest.approx(np.log(1.1))
    assert "3 years to March 2025" in growth.source
    # Years that grew alike: what they say of swings is weighed with the usual one, twice. Half of a swing's variance
    # is that of the slope of three years.
    half = HALF * USUAL * engine("usual_years") / (engine("usual_years") + 1)
    assert (swing.low, swing.value, swing.high) == (pytest.approx(-half), 0, pytest.approx(half))
    assert growth.high == pytest.approx(growth.value + half * np.sqrt(0.5))
    assert (swing.range, swing.source) == ("measured", growth.source)
    (alone,) = activity_growth(after, ["AAA"], ["AAA"], STAND_IN)
    assert (alone.growth.range, alone.growth.low) == ("placeholder", pytest.approx(alone.growth.value - 0.04))
    assert (alone.swing.source, alone.swing.high) == (SWING.source, pytest.approx(HALF * USUAL))


def test_a_missing_return_is_not_taken_for_a_fall() -> None:
    whole = counted("AAA", "CT", "dm01", "2023-04-30", [100] * 12 + [110] * 12)
    holed = counted("BBB", "CT", "dm01", "2023-04-30", [100] * 12 + [110] * 12).drop(index=20)
    (found,) = activity_growth(pd.concat([whole, holed]), ["AAA", "BBB"], ["AAA", "BBB"], STAND_IN)
    assert found.growth.value == pytest.approx(np.log(1.1))


def test_two_years_give_a_growth_with_a_placeholder_range_and_one_year_none() -> None:
    two = counted("AAA", "CT", "dm01", "2023-04-30", [100] * 12 + [105] * 12)
    (found,) = activity_growth(two, ["AAA"], ["AAA"], STAND_IN)
    low, value, high = found.growth.low, found.growth.value, found.growth.high
    assert value == pytest.approx(np.log(1.05))
    assert (low, high) == (pytest.approx(value - 0.04), pytest.approx(value + 0.04))
    assert activity_growth(two.head(12), ["AAA"], ["AAA"], STAND_IN) == []


def test_growth_of_tests_that_employers_counted_themselves_says_so() -> None:
    own = counted("AAA", "Histopathology", "local", "2023-04-30", [100] * 12 + [105] * 12)
    (found,) = activity_growth(own, ["AAA"], ["AAA"], STAND_IN)
    assert found.growth.value == pytest.approx(np.log(1.05))
    assert found.growth.source.startswith("Counted by the plan's employers, ")


def test_sickness_is_pooled_over_employers_and_months() -> None:
    absence = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-01-31", "2025-01-31", "2025-02-28"]),
            "employer": ["AAA", "BBB", "AAA"],
            "days_lost": [10.0, 0.0, 50.0],
            "days_available": [100.0, 900.0, 1000.0],
        }
    )
    found = sickness(absence, ["AAA", "BBB"])
    assert found is not None
    assert found.value == pytest.approx(60 / 2000)
    assert found.grade == "measured"
    assert sickness(absence, ["CCC"]) is None


@pytest.mark.parametrize(
    ("lost", "is_"), [([0.0, 0.0, 0.0], None), ([0.0, 30.0, 60.0], 0.03), ([0.0, 0.0, 3.0], 0.001)]
)
def test_sickness_of_months_in_which_nobody_was_ill_is_measured_or_left_to_the_default(
    lost: list[float], is_: float | None
) -> None:
    months = pd.date_range("2025-01-31", periods=3, freq="ME")
    absence = pd.DataFrame({"month": months, "employer": "AAA", "days_lost": lost, "days_available": 1000.0})
    found = sickness(absence, ["AAA"])
    assert (found.value if found else None) == (pytest.approx(is_) if is_ else None)


def test_what_the_files_measure_takes_the_place_of_the_default() -> None:
    absence = pd.DataFrame(
        {"month": [pd.Timestamp("2025-01-31")], "employer": ["AAA"], "days_lost": [6.0], "days_available": [100.0]}
    )
    entries = book(assumption("unavailable", 0.04, item="sickness"))
    scope = Scope({"AAA": "A"}, frozenset({"Q1X"}), frozenset({"AAA"}), ("imaging",))
    found = with_measured(entries, counted("AAA", "CT", "dm01", "2024-04-30", []), absence, scope)
    assert found["unavailable / sickness"].value == pytest.approx(0.06)
    assert found["unavailable / leave"].value == 0.2
