"""Supervision of trainees month by month, and when more training has paid for itself, worked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from canonical_rows import intakes, rows
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear
from pipeline.model.education_load import Array, break_even, education_load, trainees, unsupervised
from pipeline.model.training import arrivals, in_training, routes_table

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
BASE = dt.date(2025, 9, 30)
RADIOGRAPHERS = "Diagnostic radiographers"
CELLS = pd.DataFrame({"employer": ["AAA", "BBB", "AAA"], "profession": [RADIOGRAPHERS, RADIOGRAPHERS, "Others"]})
IN_POST = np.array([30.0, 10.0, 5.0])


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
        last = ("A", "2027-03-31", 0, None)
        settled, to_come = there(intakes(("A", "2024-09-30", 20, 15), ("A", "2026-03-31", 40, None), last))
        assert settled[0] == 15
        assert to_come[[5, 6, 29, 30]].tolist() == [0, 30, 30, 0]

    def test_of_today_are_those_of_the_table_of_training(self) -> None:
        sent = intakes(("A", "2023-10-31", 30, 28), ("B", "2024-09-30", 10, 8), ("B", "2025-09-30", 10, 10))
        year = WorkingYear(50.0, lambda _: 1500.0)
        table = in_training(arrivals(sent, routes_table(routes(0.7, 0.9), SCOPE)), BASE, year).set_index("route")
        found = trainees(routes(0.7, 0.9), sent, SCOPE, BASE, 12)
        now = dict(zip(found.routes["route"], found.settled[:, 0], strict=True))
        assert now == pytest.approx(table["trainees"].to_dict())


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

    def test_goes_on_beyond_the_file_and_grows_with_all_places_to_come(self) -> None:
        sent = intakes(("A", "2025-09-30", 10, 10), ("A", "2026-09-30", 10, None))
        more = load(sent, places_to_come=np.array([1.0, 1.5])).sum(axis=0)
        # From September 2026 there are twenty trainees instead of ten, x 6 hours x 50 weeks / 1500 hours.
        assert more[[11, 12, 24, 48], 0] == pytest.approx([0, 2, 2, 2])
        # Five more began in September 2026, and another five a year later.
        assert (more[:, 1] - more[:, 0])[[11, 12, 23, 24, 36, 48]] == pytest.approx([0, 1, 1, 2, 2, 2])

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
