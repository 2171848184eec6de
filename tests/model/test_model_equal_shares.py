"""Equal shares of a plan's tables, and the answer with weighted ones beside them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from small_settings import (
    RADIOGRAPHERS,
    RADIOLOGISTS,
    SUPPORT,
    Tables,
    centres,
    drawn,
    scenario,
    setting,
    skill_mix,
    table,
)

from pipeline.model.equal_shares import equal_shares
from pipeline.model.outcome import Outcome
from pipeline.model.plan_setting import Setting

pytestmark = pytest.mark.unit

THIRDS = [
    ("CT", RADIOGRAPHERS, "6", 0.33),
    ("CT", SUPPORT, "3", 0.33),
    ("CT", RADIOLOGISTS, "Consultant", 0.34),
    ("MRI", RADIOGRAPHERS, "6", 0.9),
    ("MRI", SUPPORT, "3", 0.1),
]


@cache
def found() -> tuple[Setting, Outcome]:
    of = setting(skill_mix(THIRDS), months=12)
    return of, drawn(of, scenario({"kind": "activity_growth", "test": "CT", "add": 0.3}), draws=4)


def test_work_with_equal_shares_has_both_answers() -> None:
    of, ahead = found()
    (row,) = equal_shares(of, ahead).to_dict("records")
    assert (row["table"], row["of"], row["pillar"], row["parts"]) == ("skill_mix", "CT", "imaging", 3)
    in_post = {RADIOGRAPHERS: 0.9 * 16, SUPPORT: 0.9 * 14, RADIOLOGISTS: 0.9 * 14}
    need = pd.DataFrame(ahead.by_month.needed.mean(axis=2), index=ahead.groups["profession"])
    growth = need.iloc[:, -1] / need.iloc[:, 0] - 1
    staff = sum(in_post.values())
    assert row["with_equal"] == pytest.approx(staff * np.mean([growth[who] for who in in_post]), rel=1e-4)
    assert row["with_weighted"] == pytest.approx(sum(wte * growth[who] for who, wte in in_post.items()), rel=1e-4)
    assert abs(row["with_equal"] - row["with_weighted"]) > 1e-3


def test_without_an_outcome_the_shares_are_still_named() -> None:
    row = equal_shares(found()[0], None).iloc[0]
    assert row["of"] == "CT"
    assert np.isnan(row["with_equal"])


def two_rooms(ct: float) -> Tables:
    """One centre with rooms for CT and MRI."""
    mri = {"test": "MRI", "rooms": 3, "slot_minutes": 30.0, "share_of_tests": 1 - ct}
    rooms = table("cdc_rooms", {"test": "CT", "rooms": 1, "share_of_tests": ct}, mri, site="North", pillar="imaging")
    plans = centres()["cdc_plans"]
    return centres() | rooms | {"cdc_plans": plans[plans["site"] == "North"].reset_index(drop=True)}


def test_a_centre_s_tests_with_equal_shares_are_weighed_by_what_its_rooms_have_place_for() -> None:
    growth = {"kind": "activity_growth", "grade": "published", "from_date": "2025-04-01", "unit": "log growth a year"}
    faster = [{**growth, "test": test, "value": by} for test, by in (("CT", 0.2), ("MRI", 0.0))]
    rows = equal_shares(setting(two_rooms(0.5), standards=[figure_of(each) for each in faster], months=12), None)
    (row,) = rows.to_dict("records")
    assert (row["table"], row["of"], row["parts"]) == ("cdc_rooms", "North", 2)
    assert row["with_equal"] > row["with_weighted"] > 0
    assert equal_shares(setting(two_rooms(0.4)), None).empty


def figure_of(row: dict[str, object]) -> dict[str, object]:
    held = dict.fromkeys(("item", "profession", "low", "high", "owner", "signed_off_by", "signed_off_on"))
    return {**held, "label": f"Growth of {row['test']}", "scale": "linear", **row}
