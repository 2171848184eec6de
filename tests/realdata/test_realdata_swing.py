"""How far the tests of systems swing from year to year: what standards.yaml states, measured on the imaging data.

Systems are those of the sickness absence files. Providers that left before them are in no system.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import default_assumptions
from pipeline.model.posterior import spread_of
from pipeline.sources import did_modality

pytestmark = pytest.mark.realdata

MODALITIES = ["CT", "MRI", "Ultrasound", "X-ray"]
BEFORE_THE_PANDEMIC = ("2018-19", "2019-20", 10)
AFTER_IT = ("2021-22", "2022-23", 12)
"""Two financial years, and how many months of each from April on are compared."""
FEWEST = 10_000
MOST = 0.2
"""Growth beyond this is a merger or a return that began or ended."""


@pytest.fixture(scope="module")
def systems(realdata: Path) -> pd.Series:
    path = realdata / "sickness" / "nhs_sickness_absence_2024-04.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of public files")
    return pd.read_csv(path).set_index("ORG_CODE")["ICS_CODE"]


def growth(realdata: Path, systems: pd.Series, years: tuple[str, str, int]) -> pd.DataFrame:
    """Log growth of each system's tests beyond the median, by system and modality."""
    *names, months = years
    totals = []
    for name in names:
        path = realdata / "did" / f"did_t1_{name}.xlsx"
        if not path.is_file():
            pytest.skip(f"{path.name} is not in the folder of public files")
        rows = did_modality.read(path)["activity"]
        rows = rows[rows["month"] <= pd.Timestamp(f"{name[:4]}-03-31") + pd.offsets.MonthEnd(months)]
        known = rows.assign(system=rows["provider"].map(systems)).dropna(subset=["system", "tests"])
        totals.append(known[known["test"].isin(MODALITIES)].groupby(["system", "test"])["tests"].agg(["sum", "count"]))
    both = (
        totals[0].merge(totals[1], left_index=True, right_index=True, suffixes=(" before", " after")).astype("float64")
    )
    kept = both[(both["sum before"] > FEWEST) & (both["count before"] == both["count after"])]
    grown = np.log(kept["sum after"] / kept["sum before"])
    beyond = grown - grown.groupby("test").transform("median")
    return beyond.where(beyond.abs() < MOST).unstack("test")


def test_a_year_swings_about_the_lasting_growth_as_stated(realdata: Path, systems: pd.Series) -> None:
    both = pd.DataFrame(
        {
            "first": growth(realdata, systems, BEFORE_THE_PANDEMIC).stack(),
            "second": growth(realdata, systems, AFTER_IT).stack(),
        }
    ).dropna()
    assert len(both) >= 75
    covariance = both.cov()
    one_year = (covariance.loc["first", "first"] + covariance.loc["second", "second"]) / 2
    lasting = covariance.loc["first", "second"]
    stated = spread_of(default_assumptions()["unmeasured_swing"])
    assert np.sqrt(one_year - lasting) == pytest.approx(stated, rel=0.1)


def test_tests_of_a_system_swing_together_as_stated(realdata: Path, systems: pd.Series) -> None:
    by_test = growth(realdata, systems, BEFORE_THE_PANDEMIC).dropna()
    together = by_test.corr()
    pairs = [together.loc[one, other] for one, other in combinations(MODALITIES, 2)]
    stated = default_assumptions()["correlation / activity_swing"].value
    assert min(pairs) <= stated <= max(pairs)
    assert np.mean(pairs) == pytest.approx(stated, abs=0.05)
