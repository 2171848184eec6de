"""Forecasts of published staff against what came, and against every other method."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from pipeline.evidence import published_series as published
from pipeline.evidence.evidence_page import OURS, stock_methods
from pipeline.evidence.stock_backtest import backtest, scored
from pipeline.evidence.stock_panel import Panel
from pipeline.sources.reading import Tables

pytestmark = pytest.mark.realdata
EVERY = 18
"""Exponential smoothing and theta are tried on every eighteenth trust, which takes them some ten seconds."""
SLOW = ("exponential smoothing", "theta")


@pytest.fixture(scope="module")
def workforce(realdata: Path) -> Tables:
    found = published.newest_workforce(realdata / "workforce")
    if found is None:
        pytest.skip("no NHS Workforce Statistics workbook is in the folder of public files")
    return found


@pytest.fixture(scope="module")
def trusts(workforce: Tables) -> Panel:
    return published.trust_totals(workforce)


@pytest.fixture(scope="module")
def rows(trusts: Panel) -> pd.DataFrame:
    """Forecasts of every trust by ours and the naive methods."""
    return backtest(trusts, {name: method for name, method in stock_methods(1).items() if name not in SLOW})


@pytest.fixture(scope="module")
def quick(rows: pd.DataFrame) -> pd.DataFrame:
    return scored(rows).set_index(["horizon", "method"])


@pytest.mark.parametrize("score", ["mape", "crps"])
@pytest.mark.parametrize("horizon", [3, 6, 12, 24])
def test_trust_totals_are_forecast_better_than_by_every_naive_method(
    quick: pd.DataFrame, horizon: int, score: str
) -> None:
    at = quick.loc[horizon, score]
    assert at[OURS] < at.drop(OURS).min()


def test_four_in_five_trust_totals_come_within_their_range(quick: pd.DataFrame) -> None:
    assert 0.75 < quick.at[(12, OURS), "coverage"] < 0.88
    assert quick.at[(12, OURS), "origins"] == 20


def test_a_year_ahead_every_opponent_is_beaten_on_a_subset_of_trusts(rows: pd.DataFrame, trusts: Panel) -> None:
    some = replace(
        trusts,
        series=trusts.series[::EVERY],
        parents=trusts.parents[::EVERY],
        values=trusts.values[::EVERY],
        joined=tuple(replace(part, row=part.row // EVERY) for part in trusts.joined if part.row % EVERY == 0),
    )
    slow = backtest(some, {name: method for name, method in stock_methods(1).items() if name in SLOW})
    both = pd.concat([rows[rows["series"].isin(some.series)], slow])
    at = scored(both).set_index(["horizon", "method"]).loc[12]
    assert at.loc[OURS, "origins"] == 20
    assert at.loc[OURS, "mape"] < at["mape"].drop(OURS).min()
    assert at.loc[OURS, "crps"] < at["crps"].drop(OURS).min()


def test_mergers_are_found_where_they_were(trusts: Panel) -> None:
    known = {(trusts.series[part.row], f"{trusts.months[part.known]:%Y-%m}") for part in trusts.joined}
    # RBZ became part of RH8, RVY of RBN, RY1 of RW4 and RXH of RYR on the first day of these months.
    assert {("RH8", "2022-04"), ("RBN", "2023-07"), ("RW4", "2018-04"), ("RYR", "2021-03")} <= known


def test_a_later_workbook_in_the_folder_counts(realdata: Path, tmp_path: Path) -> None:
    months = ["2024-08", "2024-10"]
    for month in months:
        source = realdata / "workforce" / f"nhs_wf_england_org_{month}.xlsx"
        if not source.is_file():
            pytest.skip(f"{source.name} is not in the folder of public files")
        shutil.copy(source, tmp_path)
        found = published.newest_workforce(tmp_path)
        assert found is not None
        assert f"{published.england_groups(found).months[-1]:%Y-%m}" == month
