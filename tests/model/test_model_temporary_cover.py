"""Bank and agency cover by month, worked by hand and by its properties."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.model.temporary_cover import KINDS, Array, Cover, cover_at_base, purses_of
from pipeline.model.temporary_cover import temporary_cover as cover_of_purses
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))
CELLS = pd.DataFrame({"employer": ["AAA", "BBB"], "pillar": "imaging", "profession": ["Diagnostic radiographers"] * 2})
WTE = st.integers(0, 300).map(lambda tenths: tenths / 10)
FACTOR = st.integers(0, 30).map(lambda tenths: tenths / 10)
PATHS = st.lists(st.integers(-100, 300).map(lambda tenths: tenths / 10), min_size=4, max_size=4)


def temporary_cover(
    base: Cover, vacancy: Array, share: dict[str, Array] | None = None, budget: dict[str, Array] | None = None
) -> Cover:
    """Cover of cells that each have a purse of their own."""
    return cover_of_purses(base, vacancy, np.arange(len(vacancy)), share, budget)


def today(bank: float, agency: float) -> Cover:
    return Cover(np.full((1, 1, 1), bank), np.full((1, 1, 1), agency))


def path(*vacant: float) -> Array:
    """Vacancy of one cell and one draw, month by month."""
    return np.array(vacant, dtype=np.float64)[None, :, None]


def both(factor: float) -> dict[str, Array]:
    return {kind: np.full((1, 1), factor) for kind in KINDS}


def test_what_fills_vacancies_follows_them_and_the_rest_goes_on() -> None:
    # Of 8 WTE of cover 4 fill the 4 vacancies; the other 4 go on, three bank to one agency.
    cover = temporary_cover(today(6, 2), path(4, 2, 0, -3))
    np.testing.assert_allclose(cover.bank.ravel(), [6, 4.5, 3, 3])
    np.testing.assert_allclose(cover.agency.ravel(), [2, 1.5, 1, 1])


def test_cover_that_fills_a_part_of_the_vacancies_goes_on_filling_that_part() -> None:
    cover = temporary_cover(today(3, 1), path(8, 4, 0))
    np.testing.assert_allclose(cover.bank.ravel(), [3, 1.5, 0])
    np.testing.assert_allclose(cover.wte.ravel(), [4, 2, 0])


def test_more_vacancies_bring_more_cover_only_as_far_as_the_budget_goes() -> None:
    vacancy, more = path(8, 12, 40), {"agency": np.full((3, 1), 2.0)}
    assert temporary_cover(today(3, 1), vacancy).wte.ravel().tolist() == [4, 4, 4]
    cover = temporary_cover(today(3, 1), vacancy, budget=more)
    np.testing.assert_allclose(cover.bank.ravel(), [3, 3, 3])
    np.testing.assert_allclose(cover.agency.ravel(), [1, 1.5, 2])


def test_a_larger_share_never_fills_more_than_is_vacant() -> None:
    cover = temporary_cover(today(3, 1), path(8, 2), share=both(5.0), budget=both(9.0))
    np.testing.assert_allclose([cover.bank[0, 1, 0], cover.agency[0, 1, 0]], [1.5, 0.5])


def test_factors_differ_by_kind_month_and_draw() -> None:
    half = {"agency": np.array([[1.0, 1.0], [0.5, 1.0], [0.5, 0.0]])}
    cover = temporary_cover(today(3, 1), np.broadcast_to(path(4, 4, 4), (1, 3, 2)), share=half)
    np.testing.assert_allclose(cover.agency[0], [[1, 1], [0.5, 1], [0.5, 0]])
    np.testing.assert_allclose(cover.bank[0], 3)


def test_a_team_without_vacancies_today_brings_no_cover_for_later_ones() -> None:
    np.testing.assert_allclose(temporary_cover(today(3, 1), path(-2, 5), budget=both(3.0)).wte.ravel(), [4, 4])
    assert not temporary_cover(today(0, 0), path(4, 5)).wte.any()


@given(WTE, WTE, PATHS, FACTOR, FACTOR)
def test_cover_starts_as_it_is_and_stays_within_nothing_and_the_budget(
    bank: float, agency: float, vacant: list[float], share: float, budget: float
) -> None:
    cover = temporary_cover(today(bank, agency), path(*vacant), both(share), both(budget))
    for today_of_kind, of_kind in ((bank, cover.bank), (agency, cover.agency)):
        assert of_kind[0, 0, 0] == today_of_kind
        assert (of_kind >= 0).all()
        assert (of_kind[:, 1:] <= budget * today_of_kind + 1e-9).all()


@given(WTE, WTE, PATHS, st.lists(WTE, min_size=3, max_size=3), FACTOR, FACTOR)
def test_more_vacancies_never_lower_the_cover(
    bank: float, agency: float, vacant: list[float], more: list[float], share: float, budget: float
) -> None:
    fewer = temporary_cover(today(bank, agency), path(*vacant), both(share), both(budget))
    wider = path(*vacant) + path(0, *more)
    assert (temporary_cover(today(bank, agency), wider, both(share), both(budget)).wte >= fewer.wte - 1e-9).all()


def test_no_budget_leaves_no_cover_from_the_first_month_on() -> None:
    cover = temporary_cover(today(3, 1), path(2, 9, 9), budget=both(0.0))
    assert cover.wte.ravel().tolist() == [4, 0, 0]


@pytest.mark.parametrize(
    ("factors", "says"), [({"bank": np.array([[-1.0]])}, "0 or more"), ({"locum": np.ones((1, 1))}, "bank or agency")]
)
def test_factors_that_make_no_sense_are_refused(factors: dict[str, Array], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        temporary_cover(today(3, 1), path(2, 2), budget=factors)


def test_todays_cover_is_the_average_of_the_latest_twelve_months_up_to_the_base_month() -> None:
    months = pd.date_range("2024-01-31", periods=24, freq="ME")
    sent = [
        {"month": month, "employer": "AAA", "kind": kind, "wte": wte}
        for kind in KINDS
        for month, wte in zip(months, [9.0] * 3 + [2.0 if kind == "bank" else 1.0] * 12 + [9.0] * 9, strict=True)
    ]
    cover = cover_at_base(rows("temporary_staff", *sent), CELLS, SCOPE, dt.date(2025, 3, 31))
    assert cover.bank.ravel().tolist() == [2.0, 0.0]
    assert cover.agency.ravel().tolist() == [1.0, 0.0]
    assert cover.wte.shape == (2, 1, 1)


def test_each_cell_has_its_own_cover() -> None:
    base = Cover(np.array([6.0, 3.0])[:, None, None], np.array([2.0, 1.0])[:, None, None])
    cover = temporary_cover(base, np.concatenate([path(4, 2), path(8, 4)]))
    np.testing.assert_allclose(cover.wte[:, 1, 0], [6, 2])
    assert temporary_cover(Cover(base.bank[:0], base.agency[:0]), path(4, 2)[:0]).wte.shape == (0, 2, 1)


PAIR = Cover(np.array([3.0, 6.0])[:, None, None], np.array([0.0, 0.0])[:, None, None])
"""Two cells whose vacancies their bank staff fill by half and whole."""


def test_cells_of_a_purse_share_what_it_pays_and_are_cut_alike() -> None:
    vacancy = np.concatenate([path(6, 4, 12), path(6, 7, 6)])
    cover = cover_of_purses(PAIR, vacancy, np.array([0, 0]))
    # The first month asks for 2 + 7, what is spent today; the second for 6 + 6, cut to 9.
    np.testing.assert_allclose(cover.bank[:, :, 0], [[3, 2, 4.5], [6, 7, 4.5]])
    apart = cover_of_purses(PAIR, vacancy, np.array([0, 1]))
    np.testing.assert_allclose(apart.bank[:, :, 0], [[3, 2, 3], [6, 6, 6]])


def test_chance_in_who_leaves_does_not_lower_the_cover_of_a_purse() -> None:
    """Vacancies of cells go up and down; their sum does not."""
    swing = np.random.default_rng(1).normal(0, 2, (1, 5, 400))
    vacancy = np.concatenate([6 + swing, 6 - swing])
    vacancy[:, 0] = 6
    even = Cover(np.full((2, 1, 1), 3.0), np.zeros((2, 1, 1)))
    assert cover_of_purses(even, vacancy, np.array([0, 0])).bank.sum(axis=0).mean() == pytest.approx(6.0, rel=0.01)
    assert cover_of_purses(even, vacancy, np.array([0, 1])).bank.sum(axis=0)[1:].mean() < 5.5


@given(st.lists(PATHS, min_size=3, max_size=3), FACTOR, FACTOR)
def test_a_purse_is_never_overspent(vacant: list[list[float]], share: float, budget: float) -> None:
    base = Cover(np.array([3.0, 1.0, 0.0])[:, None, None], np.array([0.0, 2.0, 4.0])[:, None, None])
    cover = cover_of_purses(
        base, np.concatenate([path(*each) for each in vacant]), np.zeros(3, int), both(share), both(budget)
    )
    for kind in (base.bank, base.agency):
        of_kind = cover.bank if kind is base.bank else cover.agency
        assert (of_kind.sum(axis=0)[1:] <= budget * kind.sum() + 1e-9).all()
        assert (of_kind >= 0).all()


def test_an_employers_pillar_has_one_purse() -> None:
    cells = pd.DataFrame(
        {"employer": ["AAA", "AAA", "BBB", "AAA"], "pillar": ["imaging", "labs", "imaging", "imaging"]}
    )
    assert purses_of(cells).tolist() == [0, 1, 2, 0]


def test_a_plan_without_a_return_has_no_cover() -> None:
    assert not cover_at_base(empty("temporary_staff"), CELLS, SCOPE, dt.date(2025, 3, 31)).wte.any()
