"""Panels of published series from a folder of files: staff of every trust and of England, and imaging tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evidence.mergers import joined, mergers
from pipeline.evidence.stock_backtest import HORIZONS
from pipeline.evidence.stock_panel import Panel, panel_of
from pipeline.metrics.workforce import ALL_STAFF
from pipeline.model.working_days import working_day_factor
from pipeline.months import add_months
from pipeline.sources import did_modality, dm01_provider, hchs_organisation
from pipeline.sources.reading import Tables

ENGLAND = "ENG"
STAFF_GROUPS = {
    "HCHS doctors": "Professionally qualified clinical staff",
    "Nurses & health visitors": "Professionally qualified clinical staff",
    "Midwives": "Professionally qualified clinical staff",
    "Ambulance staff": "Professionally qualified clinical staff",
    "Scientific, therapeutic & technical staff": "Professionally qualified clinical staff",
    "Support to doctors, nurses & midwives": "Support to clinical staff",
    "Support to ambulance staff": "Support to clinical staff",
    "Support to ST&T staff": "Support to clinical staff",
    "Central functions": "NHS infrastructure support",
    "Hotel, property & estates": "NHS infrastructure support",
    "Senior managers": "NHS infrastructure support",
    "Managers": "NHS infrastructure support",
}
"""Published staff groups that hold nobody twice, each with the group above it; those few of no group are left out."""


def newest_workforce(folder: Path) -> Tables | None:
    """What the newest workbook of NHS Workforce Statistics in a folder holds, or None where there is none."""
    files = [path for path in sorted(folder.rglob("*.xlsx")) if hchs_organisation.recognise(path)]
    read = [hchs_organisation.read(path) for path in files]
    return max(read, key=lambda tables: tables["staff_groups"]["month"].max(), default=None)


def trust_totals(workforce: Tables, months: int | None = None) -> Panel:
    """WTE of all staff of every trust that has some in every month, by region of today; England is the whole.

    `workforce` is the canonical tables, so that those of a plan serve as well; with `months` only the latest so many
    count, which brings in trusts that are younger.
    """
    staff, organisations = workforce["staff_groups"], workforce["organisations"]
    stocks = staff[staff["staff_group"] == ALL_STAFF].pivot(index="month", columns="employer", values="wte")
    stocks = stocks.astype("float64").sort_index().iloc[-(months or 0) :]
    merged = mergers(stocks.drop(columns=ENGLAND), organisations)
    place = organisations.drop_duplicates("code", keep="last").set_index("code")
    trusts = [code for code in stocks.columns if code in place.index and place.at[code, "kind"] == "trust"]
    frame = stocks[trusts].melt(ignore_index=False, var_name="series", value_name="value").reset_index()
    frame = frame.assign(parent=frame["series"].map(place["region"]).map(place["name"]))
    panel = panel_of(frame, stocks[ENGLAND])
    return replace(panel, joined=tuple(joined(stocks, merged, panel.series)))


def england_groups(workforce: Tables) -> Panel:
    """WTE of England by staff group; all staff are the whole."""
    staff = workforce["staff_groups"]
    england = staff[staff["employer"] == ENGLAND].assign(group=staff["staff_group"].str.casefold())
    above = {group.casefold(): parent for group, parent in STAFF_GROUPS.items()}
    kept = england[england["group"].isin(above)]
    frame = kept.rename(columns={"staff_group": "series", "wte": "value"}).assign(parent=kept["group"].map(above))
    return panel_of(frame, england[england["staff_group"] == ALL_STAFF].set_index("month")["wte"].astype("float64"))


def imaging_tests(folder: Path) -> pd.DataFrame | None:
    """Imaging tests by month, provider and kind of test of all files of the Diagnostic Imaging Dataset, or None."""
    files = [path for path in sorted(folder.rglob("*.xlsx")) if did_modality.recognise(path)]
    if not files:
        return None
    activity = pd.concat([did_modality.read(path)["activity"] for path in files], ignore_index=True)
    # Of a year that was published again, the file that sorts last counts.
    once = activity.drop_duplicates(["month", "provider", "test"], keep="last")
    return once[once["pillar"] == "imaging"]


def waiting_months(folder: Path) -> int:
    """How many months of DM01 a folder holds."""
    return sum(dm01_provider.recognise(path) for path in folder.rglob("*.xls"))


def england_tests(activity: pd.DataFrame) -> Panel:
    """Imaging tests of England by kind."""
    england = activity[activity["provider"] == ENGLAND]
    return _of_tests(england.assign(series=england["test"]))


def provider_tests(activity: pd.DataFrame) -> Panel:
    """Imaging tests of every provider by kind, those with some in every month."""
    providers = activity[activity["provider"] != ENGLAND]
    return _of_tests(providers.assign(series=providers["provider"] + " " + providers["test"]))


def _of_tests(activity: pd.DataFrame) -> Panel:
    panel = panel_of(activity.rename(columns={"tests": "value", "test": "parent"}))
    return replace(panel, steady=_working_days(panel.months))


def _working_days(months: Sequence[pd.Timestamp]) -> np.ndarray:
    known = [month.date() for month in months]
    ahead = [add_months(known[-1], step) for step in range(1, max(HORIZONS) + 1)]
    return working_day_factor([*known, *ahead])
