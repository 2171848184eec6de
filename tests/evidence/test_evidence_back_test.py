"""A plan's staff forecast from months past: nothing that came later is used, and what came is what was counted."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from small_settings import ALDER, BASE, BIRCH, IMAGING, PEOPLE, RADIOGRAPHERS, SCOPE, Tables, plan, routes, staff, table

from pipeline.assumptions import default_assumptions
from pipeline.evidence.as_known import assumptions_then, known_then
from pipeline.evidence.back_test import BackTest, back_test
from pipeline.evidence.back_test_scores import scores, verdict
from pipeline.evidence.counted_staff import counted_staff, origins
from pipeline.evidence.forecast_rows import COLUMNS, MODEL
from pipeline.evidence.plan_opponents import LAST_VALUE, LINEAR_DRIFT, OPPONENTS
from pipeline.metrics.months import up_to
from pipeline.plan import Plan
from pipeline.tables import TABLES, empty

pytestmark = pytest.mark.integration

MONTHS = [f"{month:%Y-%m-%d}" for month in pd.date_range("2021-09-30", BASE, freq="ME")]
ORIGIN = dt.date(2024, 3, 31)
QUICK = {LAST_VALUE: OPPONENTS[LAST_VALUE]}


def years() -> Tables:
    """Four years of staff as they are, posts above them, and leavers and joiners of every month."""
    tables = {name: empty(name) for name in TABLES} | staff(months=MONTHS) | routes()
    posts = table(
        "establishment",
        *(
            {"employer": employer, "profession": who, "pillar": IMAGING, "band": band, "month": month}
            | {"funded_wte": 0.9 * heads * 1.15}
            for (employer, who, band), heads in PEOPLE.items()
            if who == RADIOGRAPHERS
            for month in MONTHS
        ),
    )
    moves = table(
        "movements",
        *(
            {"month": month, "employer": employer, "kind": kind, "reason": reason}
            for month in MONTHS[1:]
            for employer in (ALDER, BIRCH)
            for kind, reason in (("leaver", "resignation"), ("joiner", "other"))
        ),
        pillar=IMAGING,
        profession=RADIOGRAPHERS,
        band="5",
        age_band="30-34",
        headcount=1,
        wte=0.9,
    )
    return tables | posts | moves


def later_changed(tables: Tables, after: dt.date) -> Tables:
    """The same to a month, and after it other staff, posts, movements and intakes."""
    day = pd.Timestamp(after)
    staff_, posts, moves = (tables[name].copy() for name in ("staff", "establishment", "movements"))
    staff_.loc[staff_["month"] > day, ["headcount", "wte"]] *= 3
    posts.loc[posts["month"] > day, "funded_wte"] *= 5
    moves = moves[moves["month"] <= day]
    intakes = tables["training_intakes"].copy()
    intakes.loc[intakes["starts_on"] > day, "places"] += 40
    changed = {"staff": staff_, "establishment": posts, "movements": moves, "training_intakes": intakes}
    return {**tables, **changed}


@cache
def past() -> BackTest:
    return back_test(plan(), years(), SCOPE, draws=40)


def said(of: BackTest, origin: dt.date) -> pd.DataFrame:
    """What was forecast from an origin, without what it was held to."""
    stocks = of.stocks[of.stocks["origin"] == origin]
    return stocks.drop(columns=["came", "crps"]).reset_index(drop=True)


class TestNothingLooksAhead:
    def test_changing_everything_after_an_origin_changes_no_forecast_from_it(self) -> None:
        other = back_test(plan(), later_changed(years(), ORIGIN), SCOPE, draws=40)
        pd.testing.assert_frame_equal(said(other, ORIGIN), said(past(), ORIGIN))

    def test_flows_of_the_year_ahead_are_forecast_from_what_was_known(self) -> None:
        moves = years()["movements"]
        twice = pd.concat([moves, moves[moves["month"] > pd.Timestamp(ORIGIN)]], ignore_index=True)
        other = back_test(plan(), {**years(), "movements": twice}, SCOPE, draws=40)
        mine, theirs = (of.flows[of.flows["origin"] == ORIGIN].reset_index(drop=True) for of in (past(), other))
        assert len(mine)
        pd.testing.assert_frame_equal(mine.drop(columns=["came", "crps"]), theirs.drop(columns=["came", "crps"]))
        assert (theirs["came"] == 2 * mine["came"]).all()

    def test_an_intake_is_known_once_it_has_begun(self) -> None:
        known = known_then(years(), ORIGIN)["training_intakes"]
        assert known["starts_on"].tolist() == [pd.Timestamp("2024-03-31")]
        assert known_then(years(), dt.date(2024, 2, 29))["training_intakes"].empty

    def test_an_assumption_of_the_plan_counts_from_its_date_and_the_shipped_one_before_it(self, tmp_path: Path) -> None:
        own = {"kind": "exit_rate", "item": "leaving", "label": "Leaving", "unit": "share a year", "value": 0.5}
        more = {"scale": "cloglog", "grade": "measured", "source": "Counted", "from": "2025-01-31"}
        (tmp_path / "own.yaml").write_text(yaml.safe_dump([{**own, **more}]))
        file = plan().file.model_copy(update={"standards": "own.yaml"})
        key, mine = "exit_rate / leaving", Plan(tmp_path, file, ())
        assert assumptions_then(mine, ORIGIN)[key] == default_assumptions()[key]
        assert assumptions_then(mine, dt.date(2025, 3, 31))[key].value == 0.5

    def test_months_after_the_base_month_are_not_what_came(self) -> None:
        more = pd.concat([years()["staff"], staff(months=["2025-10-31", "2026-09-30"])["staff"]], ignore_index=True)
        other = back_test(plan(), {**years(), "staff": more}, SCOPE, draws=40)
        pd.testing.assert_frame_equal(other.stocks, past().stocks)


class TestWhatIsForecast:
    def test_origins_go_back_in_half_years_as_far_as_two_years_of_counts_lie_before_them(self) -> None:
        assert past().origins[0] == dt.date(2023, 9, 30)
        assert past().origins[-1] == dt.date(2025, 3, 31)
        assert len(past().origins) == 4

    def test_every_method_forecasts_every_group_that_has_come_due(self) -> None:
        rows_ = past().stocks
        assert list(rows_.columns) == COLUMNS
        wte = rows_[(rows_["measure"] == "wte") & (rows_["origin"] == dt.date(2023, 9, 30))]
        assert set(wte["horizon"]) == {3, 6, 12, 24}
        assert set(wte["method"]) == {MODEL, LAST_VALUE, LINEAR_DRIFT}
        assert wte.groupby("level")["name"].nunique().to_dict() == {
            "total": 1,
            "pillar": 2,
            "employer": 2,
            "profession": 5,
        }

    def test_smoothing_is_fitted_to_people_of_all_but_small_professions(self) -> None:
        smoothed = past().stocks[past().stocks["method"] == "exponential smoothing (ETS)"]
        assert set(smoothed["level"]) == {"total", "pillar", "employer"}
        assert set(smoothed["measure"]) == {"headcount"}

    def test_what_came_is_what_was_counted(self) -> None:
        whole = past().stocks.query("level == 'total' and measure == 'headcount'")
        assert set(whole["came"]) == {float(sum(PEOPLE.values()))}
        assert whole.loc[whole["method"] == LAST_VALUE, "crps"].max() == 0.0

    def test_leavers_and_joiners_are_two_employers_years(self) -> None:
        whole = past().flows.query("level == 'total' and method == 'this model'")
        assert set(whole["came"]) == {24.0}
        assert whole["middle"].between(5, 60).all()

    def test_the_same_seed_gives_the_same_figures(self) -> None:
        again = back_test(plan(), years(), SCOPE, draws=40)
        pd.testing.assert_frame_equal(again.stocks, past().stocks)


class TestTooLittle:
    def test_a_plan_with_a_month_of_staff_has_no_forecast_of_its_past(self) -> None:
        tables = {**years(), **staff(months=[BASE])}
        found = back_test(plan(), tables, SCOPE)
        assert found.origins == []
        assert found.months == 1
        assert found.stocks.empty
        assert verdict(found.stocks) is None

    def test_a_plan_without_staff_has_none_either(self) -> None:
        found = back_test(plan(), {**years(), "staff": empty("staff")}, SCOPE)
        assert (found.months, found.origins) == (0, [])

    def test_three_counts_a_year_apart_are_too_few_to_forecast_months_from(self) -> None:
        counted = counted_staff(staff(months=MONTHS[::12])["staff"], SCOPE, plan().base_month)
        assert origins(counted, plan().base_month) == []

    def test_without_joiners_and_leavers_the_engine_goes_by_assumed_rates(self) -> None:
        found = back_test(plan(), {**years(), "movements": empty("movements")}, SCOPE, draws=20, opponents=QUICK)
        assert not found.measured
        assert found.flows.empty
        assert len(found.stocks)


class TestHoles:
    def test_an_employer_that_lacks_the_month_to_come_is_not_forecast_for_it(self) -> None:
        tables = years()
        all_ = tables["staff"]
        hole = ~((all_["employer"] == BIRCH) & (all_["month"] == pd.Timestamp("2025-03-31")))
        found = back_test(plan(), {**tables, "staff": all_[hole]}, SCOPE, draws=20, opponents=QUICK)
        rows_ = found.stocks[(found.stocks["origin"] == ORIGIN) & (found.stocks["horizon"] == 12)]
        assert set(rows_.loc[rows_["level"] == "employer", "name"]) == {ALDER}
        assert dt.date(2025, 3, 31) in found.origins
        assert set(found.stocks[found.stocks["origin"] == dt.date(2025, 3, 31)]["name"]) >= {ALDER}

    def test_an_employer_with_a_short_history_is_not_part_of_the_total(self) -> None:
        tables = years()
        all_ = tables["staff"]
        late = (all_["employer"] == ALDER) | (all_["month"] >= pd.Timestamp("2023-12-31"))
        found = back_test(plan(), {**tables, "staff": all_[late]}, SCOPE, draws=20, opponents=QUICK)
        whole = found.stocks.query("level == 'total' and measure == 'headcount'")
        alder = sum(heads for (employer, _, _), heads in PEOPLE.items() if employer == ALDER)
        assert set(whole["came"]) == {float(alder)}

    def test_a_gap_in_the_counts_lies_on_a_line(self) -> None:
        all_ = up_to(years()["staff"], plan().base_month)
        counts = all_.assign(headcount=np.where(all_["month"] > pd.Timestamp("2023-06-30"), 2, 1) * all_["headcount"])
        without = counts[counts["month"] != pd.Timestamp("2023-07-31")]
        counted = counted_staff(without, SCOPE, plan().base_month)
        series = counted.series("headcount", dt.date(2023, 8, 31), np.ones(len(counted.cells), dtype=bool))
        people = sum(PEOPLE.values())
        assert series[-3:].tolist() == [people, 1.5 * people, 2 * people]


def test_scores_of_forecasts_that_are_ten_per_cent_too_high() -> None:
    one = [ORIGIN, "headcount", "profession", "A", 12, 100.0, 5.0, 100.0]
    said_ = [[*one, MODEL, 110.0, 95.0, 125.0, 4.0], [*one, LAST_VALUE, 100.0, 90.0, 99.0, 0.0]]
    frame = pd.DataFrame(said_, columns=COLUMNS)
    found = scores(frame, ["method"]).set_index("method")
    assert found.loc[MODEL].to_dict() == pytest.approx(
        {"forecasts": 1, "mape": 10.0, "mase": 2.0, "bias": 10.0, "crps": 4.0, "coverage": 1.0}
    )
    assert found.loc[LAST_VALUE, "coverage"] == 0.0
