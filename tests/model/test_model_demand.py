"""From tests done to staff needed and the gap, worked by hand on a small plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.scope import Scope
from pipeline.model.base_year import annual_activity
from pipeline.model.demand import Requirement, requirements, used_by, without_standard
from pipeline.model.draws import central, draw_assumptions
from pipeline.model.gap import gross_and_net, staff_in_post
from pipeline.model.measured import activity_growth, sickness, with_measured
from pipeline.model.outcome import Setting, by_profession, outcome, summary
from pipeline.model.scenarios import BASELINE, Change, Scenario, apply

pytestmark = pytest.mark.unit

PILLARS = ["imaging", "endoscopy"]


def assumption(kind: str, value: float, **more: object) -> Assumption:
    words = {"label": kind, "unit": "x", "grade": "published", "source": "made up", "from": "2025-01-01"}
    return Assumption.model_validate({"kind": kind, "value": value, **words, **more})


LEVEL = assumption("unmeasured_growth", 0.0, low=-0.04, high=0.04)


def book(*entries: Assumption) -> Assumptions:
    base = [
        LEVEL,
        assumption("contract_hours_week", 40),
        assumption("weeks_year", 50),
        assumption("unavailable", 0.2, item="leave"),
        assumption("productivity_growth", 0.0),
        *entries,
    ]
    return {entry.key: entry for entry in base}


CT = assumption("minutes", 30, test="CT", profession="Radiographers", low=24, high=36, scale="log")
FIXED = {CT.key: CT.model_copy(update={"low": None, "high": None})}


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


def staff(employer: str, profession: str, wte: float, month: str = "2025-03-31") -> pd.DataFrame:
    return pd.DataFrame({"month": [pd.Timestamp(month)], "employer": employer, "profession": profession, "wte": wte})


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


def test_tests_become_hours_and_hours_wte() -> None:
    activity = counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12)
    annual = annual_activity(activity, ["AAA"], PILLARS)
    (need,) = requirements(annual, central(book(CT)), book(CT), dt.date(2025, 3, 31))
    assert (need.employer, need.profession) == ("AAA", "Radiographers")
    assert need.wte[0] == pytest.approx(12_000 * 0.5 / (40 * 50 * 0.8))


def test_growth_runs_from_the_middle_of_the_counted_months_and_productivity_against_it() -> None:
    activity = counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12)
    annual = annual_activity(activity, ["AAA"], PILLARS)
    entries = book(CT, assumption("activity_growth", 0.10, test="CT"))
    entries["productivity_growth"] = assumption("productivity_growth", 0.02)
    (need,) = requirements(annual, central(entries), entries, dt.date(2026, 9, 30))
    years = (29 - 5.5) / 12
    assert need.wte[0] == pytest.approx(3.75 * np.exp(0.10 * years) / 1.02**years)


def test_endoscopy_is_staffed_by_lists_at_delivered_points() -> None:
    activity = counted("AAA", "Colonoscopy", "dm01", "2024-04-30", [450] * 12).assign(pillar="endoscopy")
    entries = book(
        assumption("points", 2, test="Colonoscopy"),
        assumption("points_per_list", 9),
        assumption("list_hours", 4, profession="Endoscopists"),
        assumption("list_hours", 16, profession="Nurses"),
    )
    annual = annual_activity(activity, ["AAA"], PILLARS)
    needs = {
        need.profession: need.wte[0] for need in requirements(annual, central(entries), entries, dt.date(2024, 9, 30))
    }
    assert needs["Endoscopists"] == pytest.approx(1200 * 4 / 1600)
    assert needs["Nurses"] == pytest.approx(4 * needs["Endoscopists"])


def test_a_test_without_a_standard_is_named_and_needs_no_staff() -> None:
    annual = annual_activity(counted("AAA", "PET-CT", "did", "2024-04-30", [10] * 12), ["AAA"], PILLARS)
    assert without_standard(annual, book(CT)) == ["PET-CT"]
    assert requirements(annual, central(book(CT)), book(CT), dt.date(2025, 3, 31)) == []
    assert not any(each.kind == "minutes" for each in used_by(annual, book(CT)).values())


def test_unknown_staff_are_left_out_and_surplus_never_hides_shortage() -> None:
    activity = pd.concat([counted(code, "CT", "dm01", "2024-04-30", [1000] * 12) for code in ("AAA", "BBB", "CCC")])
    annual = annual_activity(activity, ["AAA", "BBB", "CCC"], PILLARS)
    needs = requirements(annual, central(book(CT)), book(CT), dt.date(2024, 9, 30))
    posts = staff_in_post(pd.concat([staff("AAA", "Radiographers", 3.0), staff("BBB", "Radiographers", 5.0)]))
    gross, net = gross_and_net(needs, posts)
    assert gross[0] == pytest.approx(0.75)
    assert net[0] == pytest.approx(-0.5)


def test_a_profession_with_tests_in_two_pillars_is_one_requirement_and_its_staff_count_once() -> None:
    ct = counted("AAA", "CT", "dm01", "2024-04-30", [1000] * 12)
    echo = counted("AAA", "Echo", "dm01", "2024-04-30", [100] * 12).assign(pillar="endoscopy")
    also = assumption("minutes", 30, test="Echo", profession="Radiographers")
    annual = annual_activity(pd.concat([ct, echo]), ["AAA"], PILLARS)
    entries = book(CT, also)
    (need,) = requirements(annual, central(entries), entries, dt.date(2024, 9, 30))
    assert (need.pillar, need.profession) == ("imaging", "Radiographers")
    assert need.wte[0] == pytest.approx(3.75 * 1.1)


def test_the_published_headline_keeps_gross_and_net_apart() -> None:
    """One pillar 18 WTE over, the others 115 short: gross 115, net 97."""
    needs = [
        Requirement("AAA", "imaging", name, np.array([float(wte)])) for name, wte in (("a", 75), ("b", 60), ("c", 2))
    ]
    posts = pd.Series({("AAA", "a"): 10.0, ("AAA", "b"): 10.0, ("AAA", "c"): 20.0})
    gross, net = gross_and_net(needs, posts)
    assert (gross[0], net[0]) == (115, 97)


BASE, LATER = dt.date(2024, 9, 30), dt.date(2025, 9, 30)


def setting_of(posts: pd.Series, *codes: str, growth: float = 0.0, **ends: float) -> Setting:
    activity = pd.concat([counted(code, "CT", "dm01", "2024-04-30", [1000] * 12) for code in codes])
    entries = book(CT, assumption("activity_growth", growth, test="CT", **ends))
    return Setting(annual_activity(activity, codes, PILLARS), entries, posts, BASE)


def test_at_the_base_month_every_scenario_needs_the_staff_in_post() -> None:
    for wte in (1.0, 10.0):
        setting = setting_of(staff_in_post(staff("AAA", "Radiographers", wte)), "AAA", growth=0.1)
        more = Scenario(name="more", label="More", why="Because.", changes=[Change(kind="activity_growth", add=0.5)])
        result = outcome(more, BASE, setting, draw_assumptions(setting.assumptions, 50, 1))
        assert result.gross.max() == 0.0


def test_the_gap_is_the_growth_of_the_counted_tests_whatever_the_staff_in_post() -> None:
    for wte in (1.0, 10.0):
        setting = setting_of(staff_in_post(staff("AAA", "Radiographers", wte)), "AAA", growth=np.log(1.2))
        later = outcome(BASELINE, LATER, setting, central(setting.assumptions))
        today = outcome(BASELINE, BASE, setting, central(setting.assumptions)).needed[0].counted[0]
        assert later.gross[0] == pytest.approx(0.2 * today)
        (row,) = by_profession(later, setting.in_post).to_dict("records")
        assert row["uncounted"] == pytest.approx(wte - today)


def test_a_scenario_changes_nothing_before_the_base_month() -> None:
    setting = setting_of(staff_in_post(staff("AAA", "Radiographers", 5.0)), "AAA", growth=np.log(1.2))
    doubled = Change(kind="activity_growth", add=float(np.log(2)))
    more = Scenario(name="more", label="More", why="Because.", changes=[doubled])
    today = outcome(BASELINE, BASE, setting, central(setting.assumptions)).needed[0].counted[0]
    later = outcome(more, LATER, setting, central(setting.assumptions)).needed[0].counted[0]
    assert later == pytest.approx(2 * 1.2 * today)


def test_a_profession_adds_draws_before_it_takes_percentiles() -> None:
    posts = staff_in_post(pd.concat([staff("AAA", "Radiographers", 1.0), staff("BBB", "Radiographers", 2.0)]))
    setting = setting_of(posts, "AAA", "BBB", "CCC", growth=0.1, low=0.0, high=0.2)
    setting = replace(
        setting, assumptions={key: each for key, each in setting.assumptions.items() if key != CT.key} | FIXED
    )
    result = outcome(BASELINE, LATER, setting, draw_assumptions(setting.assumptions, 4000, 1))
    (row,) = by_profession(result, posts).to_dict("records")
    assert (row["employers"], row["employers_unknown"], row["in_post"]) == (2, 1, 3.0)
    assert row["p10"] == pytest.approx(0.0, abs=0.15)
    assert row["p90"] == pytest.approx(2 * 3.75 * (np.exp(0.2) - 1), rel=0.05)
    assert row["needed_everywhere"] == pytest.approx(1.5 * row["counted"])
    assert summary([result])["gross_p50"][0] == pytest.approx(row["p50"])


def test_a_profession_nobody_publishes_is_missing_with_its_need() -> None:
    setting = setting_of(staff_in_post(staff("ZZZ", "Radiographers", 10.0)), "AAA")
    result = outcome(BASELINE, LATER, setting, central(setting.assumptions))
    (row,) = by_profession(result, setting.in_post).to_dict("records")
    assert np.isnan(row["p50"])
    assert np.isnan(row["in_post"])
    assert row["needed_everywhere"] > 0


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


def test_a_scenario_without_changes_is_the_baseline_bit_for_bit() -> None:
    entries = book(CT)
    draws = draw_assumptions(entries, 50, 1)
    same = apply(Scenario(name="same", label="Same", why="Nothing changes."), draws, entries)
    assert all(same[key] is draws[key] for key in draws)


def test_a_change_is_added_on_the_scale_of_its_assumption_and_leaves_the_draws_given_alone() -> None:
    entries = book(CT, assumption("activity_growth", -0.02, test="CT"))
    draws = central(entries)
    changes = [Change(kind="minutes", test="CT", add=np.log(2)), Change(kind="activity_growth", add=0.03)]
    changed = apply(Scenario(name="more", label="More", why="Because.", changes=changes), draws, entries)
    assert changed[CT.key][0] == pytest.approx(60)
    assert changed["activity_growth / CT"][0] == pytest.approx(0.01)
    assert draws[CT.key][0] == 30


def test_growth_is_measured_over_every_provider_that_ever_was_and_over_whole_years_only() -> None:
    before = counted("OLD", "CT", "did", "2021-10-31", [90] * 6 + [100] * 12)
    after = counted("AAA", "CT", "did", "2023-04-30", [110] * 12 + [121] * 12)
    (whole,) = activity_growth(pd.concat([before, after]), ["AAA", "OLD"], ["AAA"], LEVEL)
    assert whole.value == pytest.approx(np.log(1.1))
    assert whole.low == pytest.approx(whole.value)
    assert "3 years to March 2025" in whole.source
    (alone,) = activity_growth(after, ["AAA"], ["AAA"], LEVEL)
    assert (alone.range, alone.low) == ("placeholder", pytest.approx(alone.value - 0.04))


def test_a_missing_return_is_not_taken_for_a_fall() -> None:
    whole = counted("AAA", "CT", "dm01", "2023-04-30", [100] * 12 + [110] * 12)
    holed = counted("BBB", "CT", "dm01", "2023-04-30", [100] * 12 + [110] * 12).drop(index=20)
    (found,) = activity_growth(pd.concat([whole, holed]), ["AAA", "BBB"], ["AAA", "BBB"], LEVEL)
    assert found.value == pytest.approx(np.log(1.1))


def test_two_years_give_a_growth_with_a_placeholder_range_and_one_year_none() -> None:
    two = counted("AAA", "CT", "dm01", "2023-04-30", [100] * 12 + [105] * 12)
    (found,) = activity_growth(two, ["AAA"], ["AAA"], LEVEL)
    assert found.value == pytest.approx(np.log(1.05))
    assert (found.low, found.high) == (pytest.approx(found.value - 0.04), pytest.approx(found.value + 0.04))
    assert activity_growth(two.head(12), ["AAA"], ["AAA"], LEVEL) == []


def test_growth_of_tests_that_employers_counted_themselves_says_so() -> None:
    own = counted("AAA", "Histopathology", "local", "2023-04-30", [100] * 12 + [105] * 12)
    (found,) = activity_growth(own, ["AAA"], ["AAA"], LEVEL)
    assert found.value == pytest.approx(np.log(1.05))
    assert found.source.startswith("Counted by the plan's employers, ")


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
