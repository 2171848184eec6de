"""Generated sentences say what the figures support, and read as written."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.assumptions import default_assumptions, placeholders
from pipeline.metrics.scope import Scope
from pipeline.report import gap_words, narrative
from pipeline.report.headlines import as_key_figures, headlines

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "B_i*rch"}, frozenset(), frozenset(), ("endoscopy", "imaging", "labs"))
NO_GAP = pd.DataFrame({"scenario": [], "month": [], "gross_p50": []})
NO_PLAN = pd.DataFrame()
APRIL, MAY = pd.Timestamp("2025-04-30"), pd.Timestamp("2025-05-31")


def staff() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": [APRIL, APRIL],
            "employer": ["AAA", "BBB"],
            "pillar": ["imaging", "labs"],
            "wte": [120.4, 9.25],
        }
    )


def test_an_employers_name_is_shown_as_it_is_written() -> None:
    pooled = pd.DataFrame({"employer": ["B_i*rch"], "days_lost": [1.0], "days_available": [10.0], "rate": [0.1]})
    assert "B\\_i\\*rch 10.0%" in narrative.sickness_sentence(pooled, pd.Series([APRIL, MAY]))[0]


def test_a_change_too_small_to_see_is_called_level() -> None:
    changes = pd.DataFrame({"test": ["X-ray", "CT"], "first": [1000, 100], "last": [999, 150], "change": [-0.001, 0.5]})
    assert narrative.growth_sentences(changes, "2018/19", "2022/23") == [
        "Over the same months of 2018/19 and 2022/23, of the modalities with the most tests: X\\-ray about level at "
        "999; CT up from 100 to 150 (50.0%)."
    ]


def test_waits_sentences_compare_the_first_and_last_month() -> None:
    by_pillar = pd.DataFrame(
        {
            "pillar": ["imaging", "imaging", "endoscopy", "endoscopy"],
            "month": [APRIL, MAY] * 2,
            "waiting": [1000, 1200, 500, 400],
            "waiting_6_plus": [100, 60, 200, 100],
        }
    )
    whole, since = narrative.waits_sentences(by_pillar, 0.01)
    assert "**1,600 patients** were waiting and 160 of them (**10.0%**)" in whole
    assert "The standard allows 1.0%." in whole
    assert since == (
        "Since April 2025 the share over six weeks went from 20.0% to 10.0% in all: endoscopy from 40.0% to 25.0% and "
        "imaging from 10.0% to 5.0%."
    )


def test_no_rows_make_no_sentences() -> None:
    assert narrative.waits_sentences(pd.DataFrame(), 0.01) == []
    assert narrative.sickness_sentence(pd.DataFrame(), pd.Series([APRIL])) == []


def test_employers_whose_counted_tests_need_more_than_their_staff_are_listed() -> None:
    cells = pd.DataFrame(
        {
            "employer": ["AAA", "BBB"],
            "pillar": "imaging",
            "profession": "Radiographers",
            "in_post": [10.0, 10.0],
            "counted": [12.0, 3.0],
        }
    )
    (row,) = gap_words.over_table(cells, SCOPE).to_dict("records")
    assert (row["employer"], row["difference"], row["wisn_ratio"]) == ("Alder", -2, pytest.approx(10 / 12))
    assert gap_words.over_table(cells[1:], SCOPE).empty


def test_headlines_leave_out_what_no_file_supplies() -> None:
    register = pd.DataFrame({"Grade": ["published", "placeholder"]})
    nothing = headlines(
        staff().head(0), pd.DataFrame({"waiting": [], "waiting_6_plus": []}), NO_GAP, NO_PLAN, register, SCOPE
    )
    assert nothing["key"].tolist() == ["placeholders"]
    assert as_key_figures(nothing) == []


def test_headlines_carry_the_gap_with_its_range() -> None:
    register = pd.DataFrame({"Grade": ["published"]})
    scenarios = pd.DataFrame(
        {
            "scenario": ["Trend", "More"],
            "month": [pd.Timestamp("2030-04-30")] * 2,
            **{f"gross_{name}": [value, 99.0] for name, value in (("p10", 2.0), ("p50", 30.0), ("p90", 40.0))},
            **{f"net_{name}": [value, 99.0] for name, value in (("p10", -2.0), ("p50", 12.0), ("p90", 20.0))},
        }
    )
    beyond = pd.DataFrame(
        {
            "scenario": ["More"],
            "month": [pd.Timestamp("2030-04-30")],
            **{f"gross_{name}": [value] for name, value in (("p10", 90.0), ("p50", 115.0), ("p90", 140.0))},
            **{f"net_{name}": [value] for name, value in (("p10", 70.0), ("p50", 97.0), ("p90", 120.0))},
        }
    )
    waiting = pd.DataFrame({"month": [APRIL], "waiting": [200], "waiting_6_plus": [50]})
    found = headlines(staff(), waiting, scenarios, beyond, register, SCOPE).set_index("key")
    assert found.loc["gap_gross_horizon", ["low", "value", "high"]].tolist() == [2.0, 30.0, 40.0]
    assert found.loc["gap_net_horizon", "value"] == 12.0
    assert found.loc["waiting_6_plus_share", "value"] == 0.25
    shown = as_key_figures(found.reset_index())
    assert (
        "30",
        "WTE missing in April 2030 if trend, gross",
        "P10 to P90: 2.0 to 40",
    ) in shown
    label = "WTE needed beyond the operational plan by April 2030 if more comes about, gross"
    assert ("115", label, "P10 to P90: 90 to 140") in shown
    assert found.loc["beyond_plan_net", "value"] == 97


def test_a_label_in_a_headline_is_as_it_was_written() -> None:
    percentiles = {f"{kind}_{name}": [1.0] for kind in ("gross", "net") for name in ("p10", "p50", "p90")}
    lever = pd.DataFrame({"scenario": ["Trend, with growth +0.05"], "month": [APRIL], **percentiles})
    waiting = pd.DataFrame({"waiting": [], "waiting_6_plus": []})
    found = headlines(staff(), waiting, lever, NO_PLAN, pd.DataFrame({"Grade": []}), SCOPE).set_index("key")
    assert "if trend, with growth +0.05, gross" in found.loc["gap_gross_horizon", "label"]


def test_counts_that_are_not_whole_are_named_by_employer_and_month() -> None:
    incomplete = pd.DataFrame(
        {
            "provider": ["AAA", "AAA", "BBB"],
            "dataset": ["did", "did", "dm01"],
            "test": ["MRI", "CT", "CT"],
            "month": [APRIL, APRIL, MAY],
            "why": ["missing", "missing", "low"],
        }
    )
    assert narrative.incomplete_note(incomplete, "did", SCOPE) == (
        "Missing or not whole: Alder in April 2025; chapter 15 lists them."
    )
    first, second = narrative.incomplete_table(incomplete, SCOPE).to_dict("records")
    assert (first["employer"], first["tests"], first["why"]) == ("Alder", "CT and MRI", "no count")
    assert second["why"] == "far below the usual"


def test_values_and_ranges_that_are_placeholders_are_counted_apart() -> None:
    figures = default_assumptions()
    stand_ins = len(placeholders(figures))
    ranges = sum(each.range == "placeholder" and not each.is_placeholder for each in figures.values())
    assert stand_ins
    assert ranges
    head, listed = gap_words.placeholder_sentences(figures)
    assert head.startswith(f"**{stand_ins} values and {ranges} further ranges are placeholders.**")
    assert len(listed.splitlines()) == stand_ins
    sourced = {key: each for key, each in figures.items() if not each.is_placeholder}
    (said,) = gap_words.placeholder_sentences(sourced)
    assert said.endswith(f"The ranges of {ranges} of them are.")
