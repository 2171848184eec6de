"""What a reader is told of figures that were measured."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import default_assumptions
from pipeline.evidence.calibration import COLUMNS
from pipeline.metrics.scope import Scope
from pipeline.model.posterior import Measured, fitted
from pipeline.model.supply.recency import UNTRIED, Choice, Memory
from pipeline.model.supply.seasons import NO_SEASONS, Seasons
from pipeline.report import calibration_words as words

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))


def figure(**changes: object) -> pd.DataFrame:
    row = {
        "key": "exit_rate / leaving",
        "assumption": "Staff who leave in a year",
        "unit": "share of staff a year",
        "scale": "cloglog",
        **dict(zip(["prior", "prior_low", "prior_high"], [0.04, 0.03, 0.05], strict=True)),
        **dict(zip(["alone", "alone_low", "alone_high"], [0.08, 0.07, 0.09], strict=True)),
        **dict(zip(["posterior", "low", "high"], [0.07, 0.06, 0.08], strict=True)),
        "weight": 0.75,
        "grade": "measured",
        "shows": "Leavers of 60 months",
    }
    return pd.DataFrame([{**row, **changes}], columns=COLUMNS)


def test_the_figure_that_moved_most_is_told_with_what_it_was_and_what_weighs_in_it() -> None:
    (said,) = words.fitted_sentences(
        pd.concat([figure(), figure(posterior=0.041, assumption="Another")], ignore_index=True)
    )
    assert "2 figures" in said
    assert "“staff who leave in a year”: 4.0% was taken before, the files alone say 8.0% and carry 75.0%" in said
    assert "**7.0%** (P10 to P90: 6.0% to 8.0%)" in said


def test_a_plan_without_history_is_told_so() -> None:
    (said,) = words.fitted_sentences(pd.DataFrame(columns=COLUMNS))
    assert "no history" in said


def test_a_table_says_where_nobody_was_seen_and_where_files_give_no_range() -> None:
    both = pd.concat([figure(alone=np.nan, alone_low=np.nan, alone_high=np.nan), figure(alone_low=np.nan)])
    table = words.fitted_table(both)
    assert table["files_alone"].tolist() == ["nobody was seen to", "8.0%"]
    assert table["before"].tolist() == ["4.0% (3.0% to 5.0%)"] * 2


def test_a_ratio_is_told_as_a_number() -> None:
    assert words.fitted_table(figure(unit="ratio", posterior=1.0))["after"].tolist() == ["1.00 (0.06 to 0.08)"]


def test_without_flows_only_the_net_change_is_told_and_with_them_nothing() -> None:
    before = default_assumptions()["posts_growth"]
    net = fitted(before, Measured(0.03, 0.01, 0.01, "Stocks", dt.date(2022, 9, 30)))
    (said,) = words.stocks_sentences([net], 0)
    assert "only the net change of staff in post can be measured: 3.0% a year" in said
    assert "too few years" in words.stocks_sentences([], 0)[0]
    assert words.stocks_sentences([net], 60) == []


def scores(first: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {"memory": ["all months", "last 24 months"], "score": [-3.0, -2.9], "better": [0.0, 0.1], "error": [0.0, 0.05]}
    ).assign(origins=7, chosen=[first, not first])


def test_how_far_back_is_told_with_how_it_was_chosen() -> None:
    said = words.memory_sentences(
        {"leaving": Choice(Memory(window=24), scores(False)), "hiring": Choice(Memory(), scores(True))}
    )
    assert (
        "with the last 24 months: of 2 choices tried at 7 past dates, this one forecast the next year best" in said[0]
    )
    assert "none forecast the next year clearly better" in said[1]
    assert "too few" in words.memory_sentences({"leaving": UNTRIED})[0]


def test_seasons_are_told_only_where_they_help() -> None:
    factors = np.linspace(0.5, 1.5, 12)
    used = Seasons(factors, True, 0.1, 0.01, 3)
    assert "December has most, January fewest" in words.seasons_sentences({"leaving": used})[0]
    unused = Seasons(factors, False, 0.0, 0.01, 3)
    assert "left out" in words.seasons_sentences({"hiring": unused})[0]
    assert "too few years" in words.seasons_sentences({"hiring": NO_SEASONS})[0]


def test_only_teams_that_clearly_lose_more_are_named() -> None:
    row = {"employer": "AAA", "profession": "Diagnostic radiographers", "p10": 0.2, "p50": 0.5, "p90": 0.9}
    some = pd.DataFrame([row, {**row, "p10": -0.1, "employer": "BBB"}])
    assert words.teams_sentences(some, SCOPE)[0].startswith("1 team clearly loses")
    assert "diagnostic radiographers at Alder (50.0% more)" in words.teams_sentences(some, SCOPE)[0]
    assert "No team" in words.teams_sentences(some[1:], SCOPE)[0]


def balance(mean: float, merged: float = 0.0) -> pd.DataFrame:
    row = {"employer": "AAA", "months": 12, "heads": 100.0, "mean": mean, "sd": abs(mean), "moved": 0.0}
    return pd.DataFrame([{**row, "share_a_year": 12 * mean / 100, "merged": merged}])


def test_what_no_file_explains_is_told_as_people_a_year_and_mergers_apart() -> None:
    assert "explain every change" in words.balance_sentences(balance(0.0), SCOPE)[0]
    said = words.balance_sentences(balance(-0.5, 30.0), SCOPE)[0]
    assert "6 people a year unexplained (6.0% of staff), at Alder" in said
    assert "Alder took over 30 people" in said
    assert "cannot be held" in words.balance_sentences(balance(0.0)[:0], SCOPE)[0]
    assert words.balance_table(balance(1.0), SCOPE).frame["employer"].tolist() == ["Alder"]


def test_the_record_of_past_plans_names_who_came_least_and_most_far() -> None:
    row = {"employer": "AAA", "planned_change": 20.0, "outturn_change": 8.0, "own_ratio": 0.4, "ratio": 0.45}
    row |= {"low": 0.3, "high": 0.6, "weight": 0.5, "basis": "own"}
    both = pd.DataFrame([row, {**row, "employer": "BBB", "own_ratio": 0.9, "ratio": 0.7}])
    (said,) = words.bias_sentences(both, SCOPE)
    assert "40.0% at Alder and 90.0% at Birch came about" in said
    assert "scaled by the share that this leaves: 45.0% and 70.0% there" in said
    (fell,) = words.bias_sentences(both.head(1).assign(own_ratio=-0.2), SCOPE)
    assert "none at Alder came about" in fell
    assert "record of its own" in words.bias_sentences(both.assign(basis="pooled"), SCOPE)[0]
    assert words.bias_table(both, SCOPE)["share_used"].tolist() == [0.45, 0.7]
