"""Supervision of trainees month by month, and when more training has paid for itself, worked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear
from pipeline.model.education_load import Array, break_even, education_load, on_file, trainees, unsupervised
from pipeline.model.training import arrivals, in_training, routes_table
from tests.canonical_rows import rows

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
BASE = dt.date(2025, 9, 30)
RADIOGRAPHERS = "Diagnostic radiographers"
CELLS = pd.DataFrame({"employer": ["AAA", "BBB", "AAA"], "profession": [RADIOGRAPHERS, RADIOGRAPHERS, "Others"]})
IN_POST = np.array([30.0, 10.0, 5.0])
Intake = tuple[str, str, int, int | None]


def routes(*completes: float, months: int = 24) -> pd.DataFrame:
    """Routes A, B … that so many complete, of so many months, with six hours of supervision a week."""
    return rows(
        "training_routes",
        *(
            {
                "route": name,
                "completes": share,
                "length_months": months,
                "supervision_hours_week": 6.0,
                "profession": RADIOGRAPHERS,
            }
            for name, share in zip("ABC", completes, strict=False)
        ),
    )


def intakes(*sent: Intake, months: int = 24, provider: str = "ZZU1") -> pd.DataFrame:
    """Route, month in which it begins, places and starters of each intake."""
    return rows(
        "training_intakes",
        *(
            {
                "route": route,
                "education_provider": provider,
                "starts_on": start,
                "ends_on": (pd.Timestamp(start) + pd.offsets.MonthEnd(months)).date().isoformat(),
                "places": places,
                "starters": starters,
            }
            for route, start, places, starters in sent
        ),
    )


def there(sent: pd.DataFrame, completes: float = 1.0, months: int = 48) -> tuple[Array, Array]:
    found = trainees(routes(completes), sent, SCOPE, BASE, months)
    return found.settled[0], found.to_come[0]


def load(sent: pd.DataFrame, months: int = 48, completes: float = 1.0, **numbers: float | Array) -> Array:
    return education_load(
        trainees(routes(completes), sent, SCOPE, BASE, months), CELLS, IN_POST, lambda _: 1500.0, 50.0, **numbers
    )


class TestTrainees:
    def test_leave_evenly_between_beginning_and_end(self) -> None:
        settled, _ = there(intakes(("A", "2025-09-30", 100, 100), ("A", "2026-09-30", 0, None)), completes=0.64)
        assert settled[[0, 12, 23, 24]] == pytest.approx([100, 80, 100 * 0.64 ** (23 / 24), 0])

    def test_to_come_fill_their_places_as_those_before_did(self) -> None:
        settled, to_come = there(intakes(("A", "2024-09-30", 20, 15), ("A", "2026-03-31", 40, None)))
        assert settled[0] == 15
        assert to_come[[5, 6, 29, 30]].tolist() == [0, 30, 30, 0]

    def test_of_today_are_those_of_the_table_of_training(self) -> None:
        sent = intakes(("A", "2023-10-31", 30, 28), ("B", "2024-09-30", 10, 8), ("B", "2025-09-30", 10, 10))
        year = WorkingYear(50.0, lambda _: 1500.0)
        table = in_training(arrivals(sent, routes_table(routes(0.7, 0.9), SCOPE)), BASE, year).set_index("route")
        found = trainees(routes(0.7, 0.9), sent, SCOPE, BASE, 12)
        now = dict(zip(found.routes["route"], found.settled[:, 0], strict=True))
        assert now == pytest.approx(table["trainees"].to_dict())


class TestBeyondTheFile:
    def test_the_last_year_of_intakes_begins_again_every_year(self) -> None:
        sent = intakes(("A", "2024-09-30", 50, 50), ("A", "2025-01-31", 10, 10), ("A", "2025-09-30", 20, 20))
        settled, to_come = there(sent)
        # Each January ten and each September twenty; fifty finish in September 2026.
        assert settled[[0, 4, 11, 12, 16, 24, 36, 48]].tolist() == [80, 90, 90, 60, 60, 60, 60, 60]
        assert not to_come.any()

    def test_a_provider_that_sends_less_far_ahead_goes_on_too(self) -> None:
        far = intakes(("A", "2025-09-30", 10, 10), ("A", "2026-09-30", 10, 10), ("A", "2027-09-30", 10, 10))
        near = intakes(("A", "2025-09-30", 7, 7), provider="ZZU2")
        assert there(pd.concat([far, near]))[0][[25, 37, 48]].tolist() == [34, 34, 34]

    def test_a_last_intake_without_places_is_a_plan_to_stop(self) -> None:
        sent = intakes(("A", "2024-09-30", 10, 10), ("A", "2025-09-30", 0, 0))
        assert not there(sent)[0][12:].any()

    def test_a_route_that_let_a_year_go_by_is_closed(self) -> None:
        closed = intakes(("A", "2024-09-30", 10, 10))
        assert not there(closed)[0][12:].any()
        assert on_file(routes(1.0), closed, SCOPE, BASE)["goes_on"].tolist() == [False]

    def test_how_far_the_file_goes_is_told(self) -> None:
        sent = intakes(("A", "2025-09-30", 10, 10), ("B", "2026-09-30", 10, None))
        told = on_file(routes(1.0, 1.0), sent, SCOPE, BASE)
        assert told["route"].tolist() == ["A", "B"]
        assert told["on_file_to"].dt.date.tolist() == [dt.date(2026, 8, 31), dt.date(2027, 8, 31)]
        assert told["goes_on"].all()


class TestLoad:
    def test_is_the_change_since_the_base_month_shared_by_wte(self) -> None:
        sent = intakes(("A", "2025-09-30", 10, 10), ("A", "2026-03-31", 20, None))
        wte = load(sent, months=12)
        # Twenty more trainees x 6 hours x 50 weeks / 1500 hours.
        assert wte.shape == (3, 13, 1)
        assert wte[:, [0, 5], 0].tolist() == [[0, 0], [0, 0], [0, 0]]
        assert wte[:, 6, 0] == pytest.approx([3.0, 1.0, 0.0])

    def test_falls_below_today_where_fewer_begin(self) -> None:
        sent = intakes(("A", "2024-03-31", 30, 30), ("A", "2025-03-31", 10, 10))
        assert load(sent)[:2, 12, 0].sum() == pytest.approx(20 * 0.2 - 40 * 0.2)

    def test_grows_with_places_on_file_and_not_with_those_assumed_after(self) -> None:
        sent = intakes(("A", "2025-09-30", 10, 10), ("A", "2026-09-30", 10, None))
        more = load(sent, places_to_come=np.array([1.0, 1.5])).sum(axis=0)
        added = more[:, 1] - more[:, 0]
        assert added[[11, 12, 35]] == pytest.approx([0, 1, 1])
        assert added[36:] == pytest.approx(np.zeros(13))

    def test_takes_more_hours_from_a_month_on_as_a_lever_says(self) -> None:
        lever = np.where(np.arange(13)[:, None] > 0, 1.5, 1.0)
        wte = load(intakes(("A", "2025-09-30", 10, 10)), months=12, supervision=lever).sum(axis=0)
        assert wte[[0, 1, 11], 0] == pytest.approx([0, 1, 1])

    def test_is_shared_evenly_where_nobody_is_in_post(self) -> None:
        found = trainees(routes(1.0), intakes(("A", "2026-03-31", 20, None)), SCOPE, BASE, 12)
        wte = education_load(found, CELLS, np.zeros(3), lambda _: 1500.0, 50.0)
        assert wte[:, 6, 0] == pytest.approx([2, 2, 0])

    def test_of_a_profession_without_a_cell_is_named(self) -> None:
        found = trainees(routes(1.0), intakes(("A", "2026-03-31", 20, None)), SCOPE, BASE, 12)
        others = CELLS[CELLS["profession"] == "Others"].reset_index(drop=True)
        assert unsupervised(found, others) == [RADIOGRAPHERS]
        assert not education_load(found, others, np.ones(1), lambda _: 1500.0, 50.0).any()

    def test_without_intakes_is_none(self) -> None:
        assert load(intakes(("A", "2026-03-31", 20, None)).head(0)).shape == (3, 49, 1)

    @given(places=st.floats(0.5, 2), factor=st.floats(0.5, 2), completes=st.floats(0.3, 1))
    def test_adds_up_to_the_supervision_of_the_change_in_trainees(
        self, places: float, factor: float, completes: float
    ) -> None:
        sent = intakes(("A", "2024-03-31", 30, 24), ("A", "2025-09-30", 10, 7), ("A", "2026-09-30", 50, None))
        settled, to_come = there(sent, completes)
        people = settled + places * to_come
        wte = load(sent, completes=completes, places_to_come=places, supervision=factor).sum(axis=0)[:, 0]
        assert wte == pytest.approx((people - people[0]) * factor * 6 * 50 / 1500)


class TestBreakEven:
    def test_is_when_it_brings_as_much_as_it_takes_and_when_it_has_paid_for_itself(self) -> None:
        taken = np.array([0, 2, 2, 2, 1, 0, 0, 0.0])[:, None]
        brought = np.array([0, 0, 0, 3, 0, 3, 3, 3.0])[:, None]
        found = break_even(brought, taken)
        # Month 3 brings more than it takes, and month 4 does not. Seven taken are repaid by 3 + 3 + 3.
        assert (found.level, found.repaid) == (5, 6)

    def test_is_told_by_draw_and_for_the_mean(self) -> None:
        taken = np.array([[0, 0], [2, 2], [2, 2], [2, 2.0]])
        brought = np.array([[0, 0], [0, 0], [3, 0], [5, 1.0]])
        found = break_even(brought, taken)
        assert found.level_by_draw[0] == 2
        assert np.isnan(found.level_by_draw[1])
        assert (found.level, found.repaid) == (3, None)
        assert found.repaid_by_draw[0] == 3

    def test_never_comes_for_training_that_brings_nobody(self) -> None:
        taken = np.array([0, 1, 1, 0.0])[:, None]
        found = break_even(np.zeros((4, 1)), taken)
        assert (found.level, found.repaid) == (None, None)
