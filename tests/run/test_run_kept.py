"""Forecasts are kept for good beside what every run makes anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from tiny_workshop import Workshop

from pipeline.run.kept import Kept
from pipeline.store import Store

pytestmark = pytest.mark.integration
NOW = dt.datetime(2025, 11, 3, 9, tzinfo=dt.UTC)
BASE = dt.date(2025, 10, 31)
WRITE = (
    "import pandas as pd\n"
    "row = {'base_month': desk.plan.base_month, 'month': desk.plan.base_month, 'quantity': 'WTE in post',"
    " 'level': 'all staff', 'employer': '', 'pillar': '', 'item': '', 'p10': 1.0, 'p50': total, 'p90': 9.0}\n"
    "store.write('forecasts', pd.DataFrame([row]));"
)


def frame(p50: float) -> pd.DataFrame:
    return pd.DataFrame({"base_month": [pd.Timestamp(BASE)], "p50": [p50]})


def keep(tmp_path: Path, p50: float, base: dt.date = BASE) -> bool:
    store = Store(tmp_path / "processed" / "tiny")
    store.write("forecasts", frame(p50))
    return Kept.beside(store.folder).keep(store, base, "a-run", NOW)


def test_forecasts_lie_beside_the_processed_tables(tmp_path: Path) -> None:
    assert keep(tmp_path, 1.0)
    (path,) = (tmp_path / "kept" / "tiny" / "forecasts").iterdir()
    assert path.name.startswith("2025-10_")


def test_the_same_forecasts_are_kept_once_and_others_beside_them(tmp_path: Path) -> None:
    assert [keep(tmp_path, 1.0), keep(tmp_path, 1.0), keep(tmp_path, 2.0)] == [True, False, True]
    found = Kept(tmp_path / "kept" / "tiny").read(dt.date(2026, 1, 31))
    assert sorted(found["p50"]) == [1.0, 2.0]
    assert set(found["run_id"]) == {"a-run"}


def test_only_forecasts_of_earlier_base_months_are_read(tmp_path: Path) -> None:
    keep(tmp_path, 1.0)
    keep(tmp_path, 2.0, dt.date(2025, 12, 31))
    kept = Kept(tmp_path / "kept" / "tiny")
    assert kept.read(dt.date(2025, 12, 31))["p50"].tolist() == [1.0]
    assert kept.read(BASE).empty


def test_a_run_without_forecasts_keeps_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "processed" / "tiny")
    assert not Kept.beside(store.folder).keep(store, BASE, "a-run", NOW)
    assert not (tmp_path / "kept").exists()


def test_a_run_keeps_its_forecasts_and_does_not_run_again_for_them(workshop: Workshop) -> None:
    workshop.rewrite("scenario", *_scenario_cells(), WRITE.replace("total", "5.0"))
    workshop.build()
    kept = Kept.beside(workshop.processed)
    assert len(kept.files()) == 1
    assert set(workshop.statuses().values()) == {"fresh"}
    later = (workshop.plan / "plan.yaml").read_text(encoding="utf-8").replace("2025-10", "2025-11")
    (workshop.plan / "plan.yaml").write_text(later, encoding="utf-8")
    workshop.build()
    assert [path.name[:7] for path in kept.files()] == ["2025-10", "2025-11"]


def _scenario_cells() -> list[str]:
    names = ("scenario_summary", "counted_today", "gap_at_horizon", "assumptions_in_use")
    return [f"for name in {names}:\n    store.write(name, store.read('pay'))"]
