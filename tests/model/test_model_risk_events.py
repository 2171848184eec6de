"""Likelihoods of risks are shares of draws, counted here by brute force, and what cannot be measured says why."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import small_settings as small
from canonical_rows import rows
from small_settings import ALDER, ENDOSCOPY, IMAGING, RADIOGRAPHERS

from pipeline.metrics import registers
from pipeline.model import risk_events
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.seen_risks import COLUMNS, seen_risks
from pipeline.model.supply.system import FLOWS, OUT
from pipeline.tables.governance import RISK_EVENTS

pytestmark = pytest.mark.unit

DRAWS = 40


@cache
def run() -> tuple[Setting, Outcome]:
    """Every table at once, and its staff kept."""
    setting = small.rich()
    base = draw_assumptions(setting.assumptions, DRAWS, 3)
    return setting, outcome(setting, BASELINE, base, small.start(setting, base), 3, keep_staff=True)


def risk(event: str | None, level: float | None, **more: Any) -> pd.DataFrame:
    limits = {"by_month": None, "profession": None, "employer": None, "pillars": IMAGING}
    return rows("risks", {**limits, "event": event, "level": level, **more})


def measured(event: str, level: float, **more: Any) -> dict[str, Any]:
    (row,) = risk_events.measured(risk(event, level, **more), *run()).to_dict("records")
    return row


def share(event: str, level: float, **more: Any) -> float:
    return float(measured(event, level, **more)["likelihood"])


def own(found: Outcome, profession: str = "", employer: str = "") -> np.ndarray:
    cells = found.cells
    mine = cells["pillar"] == IMAGING
    mine &= (cells["profession"] == profession) if profession else True
    mine &= (cells["employer"] == employer) if employer else True
    return np.asarray(mine)


def fallen(found: Outcome) -> float:
    """The share of draws in which endoscopists are fewer than 95 % of today's at the end."""
    assert found.in_post is not None
    wte = found.in_post.wte[:, :, (found.cells["profession"] == "Endoscopists").to_numpy()].astype(float).sum(axis=2)
    return float((wte[:, -1] / wte[:, 0] < 0.95).mean())


def middle(values: np.ndarray) -> float:
    """A level that about half of the draws pass."""
    return float(np.median(values))


def test_a_gap_is_counted_from_shortages_added_up() -> None:
    _, found = run()
    groups = (found.groups["pillar"] == IMAGING).to_numpy()
    gross = [
        sum(float(found.by_month.gross[group, -1, draw]) for group in np.flatnonzero(groups)) for draw in range(DRAWS)
    ]
    level = middle(np.array(gross))
    assert share("gap_above", level) == sum(each > level for each in gross) / DRAWS
    wte = np.mean([each for each in gross if each > level])
    assert measured("gap_above", level)["wte"] == pytest.approx(wte, rel=1e-6)


def test_a_shortage_of_one_employer_is_counted_from_its_own_cells() -> None:
    _, found = run()
    cells = np.flatnonzero(own(found, RADIOGRAPHERS, ALDER))
    needed, there = (each[cells, -1].astype(float) for each in (found.by_cell.needed, found.by_cell.there))
    short = np.maximum(needed - there, 0).sum(axis=0) / needed.sum(axis=0)
    level = middle(short)
    assert share("short_above", level, profession=RADIOGRAPHERS, employer=ALDER) == (short > level).mean()


def test_short_by_a_month_looks_at_every_month_until_then() -> None:
    _, found = run()
    groups = ((found.groups["pillar"] == IMAGING) & (found.groups["profession"] == RADIOGRAPHERS)).to_numpy()
    needed, gross = (each[groups].astype(float).sum(axis=0) for each in (found.by_month.needed, found.by_month.gross))
    shares = (gross / needed)[1:13]
    level = middle(shares.max(axis=0))
    got = share("short_by", level, profession=RADIOGRAPHERS, by_month="2026-09-30")
    assert got == (shares > level).any(axis=0).mean()
    assert got >= share("short_above", level, profession=RADIOGRAPHERS, by_month="2026-09-30")


def test_agency_and_empty_posts_of_today_stand_beside_the_level() -> None:
    setting, found = run()
    mine = own(found)
    agency = float(setting.cover.agency[mine, 0, 0].sum())
    posts, there = (float(setting.cells.loc[mine, name].sum()) for name in ("posts", "in_post"))
    assert measured("agency_above", 1.0)["today"] == pytest.approx(agency)
    assert measured("vacancies_above", 0.1)["today"] == pytest.approx(1 - there / posts)
    assert np.isnan(measured("gap_above", 1.0)["today"])


def test_need_staff_vacancies_and_agency_are_counted() -> None:
    setting, found = run()
    groups = (found.groups["pillar"] == IMAGING).to_numpy()
    need = found.by_month.needed[groups].astype(float).sum(axis=0)
    growth = need[-1] / need[0] - 1
    assert found.in_post is not None
    wte = found.in_post.wte[:, :, own(found)].astype(float).sum(axis=2)
    left = wte[:, -1] / wte[:, 0]
    posts = float(setting.cells.loc[own(found), "posts"].sum())
    empty = 1 - wte[:, -1] / posts
    agency = found.paid.agency[own(found), -1].astype(float).sum(axis=0)
    level = middle(growth)
    assert share("need_growth_above", max(level, 0.0)) == (growth > max(level, 0.0)).mean()
    assert share("staff_below", min(middle(left), 1.0)) == (left < min(middle(left), 1.0)).mean()
    assert share("staff_below", 0.95, profession="Endoscopists", pillars=ENDOSCOPY) == fallen(found)
    assert share("vacancies_above", max(middle(empty), 0.0)) == (empty > max(middle(empty), 0.0)).mean()
    assert share("agency_above", middle(agency)) == (agency > middle(agency)).mean()


def test_a_plan_is_missed_by_the_cells_that_have_one() -> None:
    setting, found = run()
    assert found.in_post is not None
    place = found.in_post.kept.index(12)
    plan = setting.planned.raw[own(found), 12, 0]
    below = plan.sum() - found.in_post.wte[:, place, own(found)].astype(float).sum(axis=1)
    got = share("plan_missed", 0.05, by_month="2026-09-30")
    assert got == (below > 0.05 * plan.sum()).mean()


def test_leavers_and_retirements_are_flows_to_the_horizon() -> None:
    _, found = run()
    assert found.in_post is not None
    before = found.in_post.wte[:, 0, own(found)].astype(float).sum(axis=1)
    flow = found.in_post.flow[:, :, own(found)].astype(float).sum(axis=2)
    left = flow[:, [FLOWS.index(name) for name in OUT]].sum(axis=1) / before / 2
    retired = flow[:, FLOWS.index("retired")] / before
    assert share("leavers_above", middle(left)) == (left > middle(left)).mean()
    assert share("retired_above", middle(retired)) == (retired > middle(retired)).mean()


def test_every_event_of_the_register_can_be_measured() -> None:
    for name in RISK_EVENTS:
        assert measured(name, 0.0)["why_not"] == ""


def test_a_risk_of_staff_that_nobody_has_says_so_and_has_no_likelihood() -> None:
    row = measured("short_above", 0.1, pillars=ENDOSCOPY, profession=RADIOGRAPHERS)
    assert row["why_not"] == risk_events.NOBODY
    assert np.isnan(row["likelihood"])


def test_a_plan_that_is_not_there_cannot_be_missed() -> None:
    setting = small.setting(small.vacancies())
    base = draw_assumptions(setting.assumptions, 5, 3)
    found = outcome(setting, BASELINE, base, small.start(setting, base), 3, keep_staff=True)
    (row,) = risk_events.measured(risk("plan_missed", 0.1), setting, found).to_dict("records")
    assert row["why_not"] == risk_events.NO_PLAN
    assert "plan missed" not in set(seen_risks(setting, found)["kind"])


class TestRegister:
    def test_a_risk_without_an_event_keeps_the_owners_likelihood(self) -> None:
        both = pd.concat([risk(None, None), risk("gap_above", 0.0, id="R2", title="Other")], ignore_index=True)
        ranked = registers.ranked_risks(both, pd.Timestamp(small.BASE).date())
        found = registers.with_measured(ranked, risk_events.measured(both, *run())).set_index("id")
        assert found["likelihood"].tolist() == [4, 4]
        assert pd.isna(found.loc["R1", "measured"])
        assert pd.isna(found.loc["R1", "differs"])
        assert found.loc["R2", "measured_class"] == 5
        assert found.loc["R2", "differs"] == 1

    @pytest.mark.parametrize(
        ("share_of_draws", "number"), [(0.0, 1), (0.05, 2), (0.249, 2), (0.5, 4), (0.8, 5), (1.0, 5)]
    )
    def test_a_likelihood_has_its_class(self, share_of_draws: float, number: int) -> None:
        assert registers.class_of("likelihood", share_of_draws) == number

    def test_actions_are_named_as_whole_words_once_each(self) -> None:
        said = "Homes (A16), then A2; not A20b. A16 again, and A99"
        assert registers.actions_named(said, {"A16", "A2", "A20", "A1"}) == ["A16", "A2"]


class TestSeen:
    def test_a_seen_shortage_is_the_event_of_its_pillar(self) -> None:
        found = seen_risks(*run())
        short = found[found["kind"] == "short"].set_index("pillar")
        for pillar in short.index:
            same = measured("short_above", 0.1, pillars=pillar)
            assert short.loc[pillar, "likelihood"] == same["likelihood"]
            assert short.loc[pillar, "wte"] == pytest.approx(same["wte"])

    def test_they_are_ranked_by_score_and_numbered(self) -> None:
        found = seen_risks(*run())
        assert list(found.columns) == COLUMNS
        assert found["score"].is_monotonic_decreasing
        assert found["id"].tolist() == [f"M{number + 1}" for number in range(len(found))]
        assert (found["score"] == found["likelihood_class"] * found["impact_class"]).all()
        assert 1 <= len(found) <= 8
