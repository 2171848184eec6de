"""Whom training should have brought against who joined newly qualified, and what is said of it."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.model.trained_and_joined import TrainedAndJoined, trained_and_joined
from pipeline.model.training import arrivals_by_entrants
from pipeline.report.training_words import TIMING, entrants_sentences, trained_sentences
from pipeline.tables.workforce import FROM_ABROAD, FROM_OUTSIDE, STAFF_IN_POST

pytestmark = pytest.mark.unit

BASE = dt.date(2025, 9, 30)
SCOPE = Scope({"RZ1": "Alder"}, frozenset({"Q1X"}), frozenset({"RZ1"}), ("imaging",))


def arriving(*rows: tuple[str, str, float, str | None, bool]) -> pd.DataFrame:
    """Profession, month of arrival, people, entrants, begun."""
    columns = ["profession", "arrives", "people", "entrants", "begun"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(arrives=pd.to_datetime(frame["arrives"]), wte=frame["people"] * 0.5)


def joiners(*rows: tuple[str, str, str, str, str, int]) -> pd.DataFrame:
    """Month, employer, profession, kind, reason, people."""
    frame = pd.DataFrame(rows, columns=["month", "employer", "profession", "kind", "reason", "headcount"])
    return frame.assign(month=pd.to_datetime(frame["month"])).astype({"headcount": "Int64"})


RADIOGRAPHERS = "Diagnostic radiographers"
CAME = ("RZ1", RADIOGRAPHERS, "joiner", "newly qualified")


def test_the_last_year_is_set_side_by_side_and_the_fullest_months_are_of_all_years() -> None:
    expected = arriving(
        (RADIOGRAPHERS, "2023-11-30", 9.0, FROM_OUTSIDE, True),
        (RADIOGRAPHERS, "2024-11-30", 6.0, None, True),
        (RADIOGRAPHERS, "2025-03-31", 2.0, FROM_OUTSIDE, True),
        (RADIOGRAPHERS, "2025-08-31", 50.0, STAFF_IN_POST, True),
        (RADIOGRAPHERS, "2025-11-30", 70.0, FROM_OUTSIDE, True),
    )
    came = joiners(
        ("2023-08-31", *CAME, 30),
        ("2024-09-30", *CAME, 5),
        ("2024-10-31", *CAME, 4),
        ("2025-08-31", *CAME, 11),
        ("2025-08-31", "RZ9", *CAME[1:], 100),
        ("2025-08-31", "RZ1", "Histopathologists", *CAME[2:], 100),
        ("2025-08-31", *CAME[:3], "other", 100),
    )
    found = trained_and_joined(expected, came, SCOPE, BASE)
    assert found == TrainedAndJoined(expected=8.0, joined=15, expected_month=11, joined_month=8)
    assert found.months_apart == 3


def test_nothing_is_compared_where_either_is_not_on_file() -> None:
    expected = arriving((RADIOGRAPHERS, "2025-03-31", 2.0, FROM_OUTSIDE, True))
    came = joiners(("2025-08-31", *CAME, 11))
    assert trained_and_joined(expected, came.head(0), SCOPE, BASE) is None
    assert trained_and_joined(expected.assign(begun=False), came, SCOPE, BASE) is None
    assert trained_and_joined(expected, came.assign(month=pd.Timestamp("2020-08-31")), SCOPE, BASE) is None


def test_months_lie_apart_the_shorter_way_round_the_year() -> None:
    assert TrainedAndJoined(1.0, 1, 12, 1).months_apart == 1
    assert TrainedAndJoined(1.0, 1, 2, 8).months_apart == 6


def test_months_that_differ_are_a_reason_to_look_and_few_people_are_not_told() -> None:
    same, other = TrainedAndJoined(52.2, 83, 8, 8), TrainedAndJoined(52.2, 83, 11, 8)
    (told,) = trained_sentences(same, BASE, "none")
    assert "should have brought 52 people, most of them in August; 83 newly qualified people joined" in told
    assert TIMING not in told
    assert trained_sentences(other, BASE, "none")[0].endswith(TIMING)
    assert trained_sentences(TrainedAndJoined(3.0, 4, 8, 8), BASE, "hes_2018") == []
    assert trained_sentences(None, BASE, "none") == []


def test_those_to_come_are_told_by_who_begins() -> None:
    expected = arriving(
        (RADIOGRAPHERS, "2025-09-30", 400.0, FROM_OUTSIDE, True),
        (RADIOGRAPHERS, "2026-08-31", 60.0, None, False),
        (RADIOGRAPHERS, "2026-08-31", 20.0, STAFF_IN_POST, True),
        (RADIOGRAPHERS, "2026-08-31", 8.0, FROM_ABROAD, True),
    )
    by = arrivals_by_entrants(expected, BASE)
    assert by[["entrants", "wte"]].to_numpy().tolist() == [
        [FROM_OUTSIDE, 30.0],
        [STAFF_IN_POST, 10.0],
        [FROM_ABROAD, 4.0],
    ]
    (told,) = entrants_sentences(by)
    assert told.startswith("Of these, 30 WTE are people from outside, 10 WTE are staff in post already")
    assert entrants_sentences(by.head(1)) == []
