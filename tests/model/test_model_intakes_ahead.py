"""Intakes beyond the file: whose go on, until when, and within what room, worked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from canonical_rows import intakes, rows
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.model.education_load import trainees
from pipeline.model.intakes_ahead import arrivals_beyond_file, intakes_to_horizon, on_file

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder"}, frozenset(), frozenset({"AAA"}), ("imaging",))
BASE = dt.date(2025, 9, 30)


def routes(cap: int | None = None, months: int = 24, completes: float = 1.0) -> pd.DataFrame:
    shared = {"length_months": months, "placement_cap": cap, "completes": completes}
    return rows("training_routes", *({"route": name, **shared} for name in "AB"))


def begun_again(sent: pd.DataFrame, months: int = 36, cap: int | None = None) -> list[tuple[str, float]]:
    """Month in which each intake beyond the file begins, and its places."""
    every = intakes_to_horizon(routes(cap), sent, BASE, months)
    assert every.head(len(sent))["starts_on"].tolist() == sent["starts_on"].tolist()
    added = every.iloc[len(sent) :]
    assert added["starters"].isna().all()
    return [
        (f"{start:%Y-%m}", float(places)) for start, places in zip(added["starts_on"], added["places"], strict=True)
    ]


def at_one_time(sent: pd.DataFrame, cap: int | None, completes: float = 1.0, months: int = 120) -> np.ndarray:
    """Trainees of route A at each month end."""
    found = trainees(routes(cap, completes=completes), sent, SCOPE, BASE, months)
    return np.asarray((found.settled + found.to_come)[0])


class TestIntakesBeyondTheFile:
    def test_are_the_last_year_on_file_begun_again_every_year_until_the_horizon(self) -> None:
        sent = intakes(("A", "2024-09-30", 50, 50), ("A", "2025-01-31", 10, 10), ("A", "2025-09-30", 20, 20))
        assert begun_again(sent, months=27) == [
            ("2026-01", 10),
            ("2026-09", 20),
            ("2027-01", 10),
            ("2027-09", 20),
        ]

    def test_end_as_long_after_they_begin_as_those_on_file(self) -> None:
        added = intakes_to_horizon(routes(), intakes(("A", "2024-02-29", 9, 9), ("A", "2025-02-28", 9, 9)), BASE, 12)
        assert added["starts_on"].iloc[-1] == pd.Timestamp("2026-02-28")
        assert added["ends_on"].iloc[-1] == pd.Timestamp("2028-02-29")

    def test_are_filled_as_those_before_them_were(self) -> None:
        sent = intakes(("A", "2024-09-30", 20, 15), ("A", "2025-09-30", 40, 30))
        assert begun_again(sent, months=12) == [("2026-09", 40)]
        assert at_one_time(sent, None)[[12, 24]].tolist() == [60, 60]

    def test_of_a_provider_go_on_however_far_ahead_another_one_sends(self) -> None:
        far = intakes(("A", "2026-09-30", 10, None), ("A", "2027-09-30", 10, None))
        near = intakes(("A", "2025-09-30", 7, 7), provider="ZZU2")
        assert begun_again(pd.concat([far, near])) == [("2026-09", 7), ("2027-09", 7), ("2028-09", 10), ("2028-09", 7)]

    def test_have_no_places_where_the_last_one_has_none(self) -> None:
        sent = intakes(("A", "2024-09-30", 10, 10), ("A", "2025-09-30", 0, 0))
        assert not at_one_time(sent, None)[12:].any()

    def test_are_none_where_a_year_has_gone_by_without_one(self) -> None:
        assert begun_again(intakes(("A", "2024-09-30", 10, 10))) == []
        assert begun_again(intakes(("A", "2024-10-31", 10, 10)), months=1) == [("2025-10", 10)]

    def test_are_still_to_come_at_the_base_month(self) -> None:
        """An intake of January that was not held again in January is not taken to have been."""
        sent = intakes(("A", "2024-07-31", 5, 5), ("A", "2025-01-31", 10, 10))
        assert begun_again(sent, months=12) == [("2026-01", 10), ("2026-07", 5)]

    def test_are_none_of_an_empty_table(self) -> None:
        nothing = intakes(("A", "2025-09-30", 1, 1)).head(0)
        assert intakes_to_horizon(routes(), nothing, BASE, 60).empty

    def test_of_a_longer_horizon_begin_with_those_of_a_shorter_one(self) -> None:
        sent = intakes(("A", "2025-03-31", 9, 9), ("B", "2025-06-30", 4, 4), ("A", "2025-08-31", 5, 5))
        short, long = (intakes_to_horizon(routes(12), sent, BASE, months) for months in (21, 60))
        pd.testing.assert_frame_equal(long.head(len(short)), short)

    def test_bring_those_whose_course_ends_by_the_horizon(self) -> None:
        # Intakes of September last two years: of those begun again in 2026 and 2027 the first arrive by September 2028.
        sent = intakes(("A", "2024-09-30", 50, 50), ("A", "2025-09-30", 20, 16))
        shares = {"joins_nhs": 0.5, "stays_local": 0.5, "participation": 0.8, "lag_months": 0, "pillar": "imaging"}
        found = arrivals_beyond_file(routes(completes=0.5).assign(**shares), sent, SCOPE, BASE, 36)
        assert found["arrives"].dt.strftime("%Y-%m").tolist() == ["2028-09"]
        assert found["wte"].tolist() == pytest.approx([20 * 0.5**3 * 0.8])


class TestPlacementCap:
    def test_cuts_all_intakes_alike_to_the_trainees_that_there_is_room_for(self) -> None:
        sent = intakes(("A", "2025-03-31", 30, 30), ("A", "2025-09-30", 10, 10))
        assert begun_again(sent, months=12, cap=60) == [("2026-03", 22.5), ("2026-09", 7.5)]
        assert begun_again(sent, months=12, cap=80) == [("2026-03", 30), ("2026-09", 10)]

    @given(
        cap=st.integers(1, 60),
        completes=st.floats(0.3, 1),
        places=st.lists(st.integers(0, 40), min_size=1, max_size=3),
    )
    def test_is_kept_once_those_on_file_have_left(self, cap: int, completes: float, places: list[int]) -> None:
        starts = ["2025-01-31", "2025-04-30", "2025-09-30"]
        sent = intakes(*(("A", start, number, number) for start, number in zip(starts, places, strict=False)))
        beyond = at_one_time(sent, cap, completes)[24:]
        assert beyond.max() <= cap * (1 + 1e-9)
        free = at_one_time(sent, None, completes)[24:]
        assert beyond.max() == pytest.approx(min(cap, free.max()))


class TestOnFile:
    def test_says_how_far_each_provider_has_sent(self) -> None:
        sent = intakes(("A", "2025-09-30", 10, 10), ("B", "2026-09-30", 10, None))
        told = on_file(routes(), sent, SCOPE, BASE)
        assert told["route"].tolist() == ["A", "B"]
        assert told["on_file_to"].dt.date.tolist() == [dt.date(2026, 8, 31), dt.date(2027, 8, 31)]
        assert told["goes_on"].all()

    def test_says_who_has_stopped(self) -> None:
        assert on_file(routes(), intakes(("A", "2024-09-30", 10, 10)), SCOPE, BASE)["goes_on"].tolist() == [False]
