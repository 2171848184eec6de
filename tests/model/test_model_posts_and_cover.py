"""Posts that stand empty and the cost of temporary staff, a year ago, today and at the horizon: small plans by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from small_settings import BASE, PEOPLE, Tables, cover, plan, scenario, setting, staff, vacancies

from pipeline.metrics.money import money_figures
from pipeline.model import pay_bill
from pipeline.model.ahead import start
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.posts_and_cover import PostsAndCover, posts_and_cover
from pipeline.model.staff_ahead import staff_ahead

pytestmark = pytest.mark.unit


def worked(of: Setting) -> PostsAndCover:
    base = draw_assumptions(of.assumptions, 10, 1)
    found = outcome(of, scenario(), base, start(of, base), 1, keep_staff=True)
    return posts_and_cover(of, staff_ahead(of, found, base, 1), found, pay_bill.prices(of, money_figures(plan())))


def test_the_share_of_todays_posts_that_is_empty_is_told_with_that_at_the_horizon() -> None:
    found = worked(setting(vacancies(1.25)))
    assert found.vacant is not None
    # A quarter more posts than staff: one post in five is empty.
    assert found.vacant[0] == pytest.approx(0.2)
    assert found.vacant[1] != found.vacant[0]
    assert found.vacant_before is None
    assert found.cost is None


def test_vacancies_of_a_year_before_are_those_of_its_own_staff_and_posts() -> None:
    before = "2024-09-30"
    fewer = {key: heads - 1 for key, heads in PEOPLE.items()}
    then, posts = staff(fewer, (before,))["staff"], vacancies(1.25)["establishment"]
    joined: Tables = {"staff": pd.concat([then, staff()["staff"]], ignore_index=True)}
    earlier = posts[posts["month"] == BASE].assign(month=then["month"].iloc[0])
    joined["establishment"] = pd.concat([posts, earlier], ignore_index=True)
    found = worked(setting(joined))
    people, all_ = sum(PEOPLE.values()) - len(PEOPLE), sum(PEOPLE.values())
    assert found.vacant_before == (pytest.approx(1 - people / (1.25 * all_)), pytest.approx(0.2))


def test_without_funded_posts_on_file_no_vacancy_is_told() -> None:
    assert worked(setting(cover())).vacant is None
