"""Larger intakes: whom they bring into post, in whose place, and who finds none."""

from __future__ import annotations

import pytest
from small_settings import routes, setting, staff, vacancies

from pipeline.model.scenarios import BASELINE
from pipeline.model.training_gain import Gain, more_training

pytestmark = pytest.mark.integration


def gain(posts: float) -> Gain:
    """With so many times the posts of the WTE in post."""
    found = more_training(setting(staff(), vacancies(posts), routes(), months=48), BASELINE)
    assert found is not None
    return found.posts_held


def test_who_trains_fills_posts_that_hiring_would_have_filled_though_many_are_empty() -> None:
    found = gain(8.0)
    assert found.qualified > 0
    assert 0 < found.instead < found.qualified
    assert found.without_post < found.qualified
    assert found.brings < found.qualified


def test_where_there_are_no_posts_who_trains_waits() -> None:
    found = gain(0.5)
    assert found.qualified == pytest.approx(0, abs=0.01)
    assert found.without_post > 0.1


def test_without_intakes_there_is_nothing() -> None:
    assert more_training(setting(staff(), vacancies()), BASELINE) is None
