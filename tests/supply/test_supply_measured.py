"""What a plan's own files say of the assumptions about staff, and how its systems leave and hire by it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.assumptions import Assumptions, default_assumptions
from pipeline.metrics.scope import Scope
from pipeline.model.supply.exits import leaving_by_team
from pipeline.model.supply.exposure import history, known_staff
from pipeline.model.supply.measured_staff import exits_fitted, hours_fitted, net_change_fitted
from pipeline.model.supply.plan_staff import PlanStaff, plan_staff
from pipeline.model.supply.recency import ALL
from pipeline.model.supply.system import AGES, LEAVING, RISKS, TRANSFER
from pipeline.model.supply.teams import CAREERS
from pipeline.tables import empty

pytestmark = pytest.mark.unit

EMPLOYERS = {"AAA": "Alder", "BBB": "Birch", "CCC": "Cedar"}
SCOPE = Scope(EMPLOYERS, frozenset(), frozenset(EMPLOYERS), ("imaging",))
BASE = dt.date(2025, 9, 30)
MONTHS = pd.date_range("2022-09-30", "2025-09-30", freq="ME")
SHARED = {
    "employer": "AAA",
    "pillar": "imaging",
    "profession": "Diagnostic radiographers",
    "band": "6",
    "age_band": "40-44",
}
NOTHING = {name: empty(name) for name in ("staff", "establishment", "movements", "training_routes", "training_intakes")}
DEFAULTS: Assumptions = default_assumptions()


def staff(heads: float, months: Any = MONTHS, hours: float = 0.9, **more: Any) -> pd.DataFrame:
    every = ({"month": month, "headcount": int(heads), "wte": hours * heads, **more} for month in months)
    return rows("staff", *({**SHARED, "dataset": "esr", **each} for each in every))


def left(a_month: list[int], reason: str = "resignation", **more: Any) -> pd.DataFrame:
    pairs = zip(MONTHS[1:], a_month, strict=True)
    return rows(
        "movements",
        *(
            {**SHARED, "month": month, "kind": "leaver", "reason": reason, "headcount": n, "wte": 0.0, **more}
            for month, n in pairs
        ),
    )


def made(**tables: pd.DataFrame) -> PlanStaff:
    return plan_staff({**NOTHING, **tables}, SCOPE, BASE, DEFAULTS, 60)


def after(found: PlanStaff, key: str) -> Any:
    return next(each for each in found.fitted if each.after.key == key)


class TestExits:
    def test_the_staff_leave_at_the_rate_that_the_register_then_has(self) -> None:
        found = made(staff=staff(300), movements=left([2] * 36))
        assert found.measured["leaving"] == pytest.approx(after(found, "exit_rate / leaving").after.value, rel=1e-6)

    def test_nobody_who_could_retire_says_nothing_of_retirement(self) -> None:
        found = made(staff=staff(3000), movements=left([20] * 36))
        retires = after(found, "exit_rate / retirement")
        assert (retires.weight, retires.after.value) == (0, pytest.approx(retires.before.value))

    def test_many_leavers_outweigh_what_was_thought_and_few_do_not(self) -> None:
        many, few = (made(staff=staff(heads), movements=left([n] * 36)) for heads, n in ((30_000, 300), (30, 0)))
        rate = after(many, "exit_rate / leaving")
        assert rate.weight > 0.9
        assert rate.after.value == pytest.approx(-np.expm1(-0.12), rel=0.06)
        assert (rate.after.grade, after(few, "exit_rate / leaving").after.grade) == ("measured", "placeholder")

    def test_a_risk_by_which_nobody_left_keeps_a_hazard_below_what_was_thought(self) -> None:
        found = made(staff=staff(3000), movements=left([20] * 36))
        breaks = after(found, "exit_rate / career break")
        assert np.isnan(breaks.alone[0])
        assert 0 < breaks.after.value < 0.5 * breaks.before.value

    def test_years_that_differ_widen_the_range_of_a_rate(self) -> None:
        even, uneven = (
            made(staff=staff(3000), movements=left(a_month))
            for a_month in ([20] * 36, [10] * 12 + [30] * 12 + [20] * 12)
        )
        width = [
            np.log(rate.high / rate.low)
            for rate in (after(each, "exit_rate / leaving").after for each in (even, uneven))
        ]
        assert width[1] > 1.5 * width[0]

    def test_without_a_history_nothing_is_fitted(self) -> None:
        past = history(empty("staff"), empty("movements"), SCOPE)
        assert exits_fitted(DEFAULTS, past, dict.fromkeys(RISKS, 0.05), None, ALL) == []

    def test_true_differences_between_teams_are_found_back(self) -> None:
        """Three employers of which one loses twice as many as the others in every month."""
        rng = np.random.default_rng(1)
        heads, true = {"AAA": 600, "BBB": 400, "CCC": 200}, {"AAA": 1.0, "BBB": 1.0, "CCC": 2.0}
        people = pd.concat([staff(n, employer=who) for who, n in heads.items()])
        flows = pd.concat(
            [left(rng.poisson(0.006 * heads[who] * true[who], 36).tolist(), employer=who) for who in heads]
        )
        past = history(known_staff(people, SCOPE), flows, SCOPE)
        hazards = np.zeros((len(RISKS), len(CAREERS), AGES))
        hazards[[LEAVING, TRANSFER]] = 0.004
        found = leaving_by_team(past, hazards).cells.set_index("employer")
        ratio = found.loc["CCC", "factor"] / found.loc["AAA", "factor"]
        assert 1.4 < ratio < 2.4
        assert found.loc["CCC", "low"] > found.loc["AAA", "high"]
        assert (found["factor"] * found["expected"]).sum() == pytest.approx(found["seen"].sum())

    def test_a_year_in_which_all_left_is_no_mark_of_those_who_were_there(self) -> None:
        """Birch is on file only in the last two years, when half as many left everywhere."""
        months = MONTHS[12:]
        people = pd.concat([staff(1000, employer="AAA"), staff(1000, months, employer="BBB")])
        flows = pd.concat([left([20] * 12 + [10] * 24, employer="AAA"), left([0] * 12 + [10] * 24, employer="BBB")])
        past = history(known_staff(people, SCOPE), flows[flows["headcount"] > 0], SCOPE)
        hazards = np.zeros((len(RISKS), len(CAREERS), AGES))
        hazards[[LEAVING, TRANSFER]] = 0.006
        found = leaving_by_team(past, hazards).cells.set_index("employer")["alone"]
        assert found["BBB"] == pytest.approx(found["AAA"], rel=0.05)


class TestHiring:
    def test_an_employer_that_fills_its_posts_faster_does_so_ahead(self) -> None:
        people = pd.concat([staff(300, employer=who) for who in ("AAA", "BBB")])
        posts = rows(
            "establishment",
            *(
                {**{k: v for k, v in SHARED.items() if k != "age_band"}, "employer": who, "month": month}
                | {"funded_wte": 300.0}
                for who in ("AAA", "BBB")
                for month in MONTHS
            ),
        )
        came = pd.concat([left([n] * 36, "other", kind="joiner", employer=who) for who, n in (("AAA", 1), ("BBB", 4))])
        found = made(staff=people, establishment=posts, movements=came)
        fill = found.pace.of(found.teams)
        assert fill[1] > 2 * fill[0] > 0
        hiring = after(found, "hiring_pace")
        assert (hiring.weight, hiring.after.value) == (1.0, pytest.approx(1.0))

    def test_months_of_an_employer_without_a_joiner_count_as_months_without_one(self) -> None:
        posts = rows(
            "establishment",
            *(
                {**{k: v for k, v in SHARED.items() if k != "age_band"}, "month": m, "funded_wte": 300.0}
                for m in MONTHS
            ),
        )
        seldom = left([6 if number % 6 == 0 else 0 for number in range(36)], "other", kind="joiner")
        steady = left([1] * 36, "other", kind="joiner")
        paces = [
            made(staff=staff(300), establishment=posts, movements=pd.concat([flows, steady[-1:]])).pace.hired[
                ("Diagnostic radiographers", "6")
            ]
            for flows in (seldom[seldom["headcount"] > 0], steady[:-1])
        ]
        assert paces[0] == pytest.approx(paces[1], rel=0.1)


class TestStocks:
    def test_hours_are_compared_among_like_people(self) -> None:
        """Everybody's hours stay, and half-timers come: nobody works less than before."""
        full = pd.concat([staff(100, band="6"), staff(50, MONTHS[24:], hours=0.5, band="5")])
        (kept,) = hours_fitted(DEFAULTS, full, 60)
        assert kept.alone[0] == pytest.approx(0)
        shorter = pd.concat([staff(100, [month], hours=0.9 * np.exp(-0.01 * n / 12)) for n, month in enumerate(MONTHS)])
        (less,) = hours_fitted(DEFAULTS, shorter, 60)
        assert less.alone[0] == pytest.approx(-0.01, rel=0.01)
        assert -0.01 < less.after.value < 0

    def test_stocks_alone_say_how_staff_grew_and_leave_rates_as_they_were(self) -> None:
        grew = pd.concat([staff(1000 * np.exp(0.03 * n / 12), [month]) for n, month in enumerate(MONTHS)])
        found = made(staff=grew)
        posts = after(found, "posts_growth")
        assert posts.alone[0] == pytest.approx(0.03, abs=0.001)
        assert 0 < posts.after.value < 0.03
        assert [each.after.kind for each in found.fitted] == ["hours_growth", "posts_growth"]

    def test_an_employer_that_comes_on_file_is_no_growth(self) -> None:
        both = pd.concat([staff(1000, employer="AAA"), staff(500, MONTHS[20:], employer="BBB")])
        (net,) = net_change_fitted(DEFAULTS, both, 60)
        assert net.alone[0] == pytest.approx(0)

    def test_years_of_stocks_that_differ_and_a_short_horizon_widen_the_range(self) -> None:
        level = np.exp(np.interp(np.arange(len(MONTHS)), [0, 12, 24, 36], [0.0, 0.06, 0.02, 0.09]))
        uneven = pd.concat([staff(10_000 * n, [month]) for n, month in zip(level, MONTHS, strict=True)])
        even = pd.concat([staff(10_000 * np.exp(0.03 * n / 12), [month]) for n, month in enumerate(MONTHS)])
        width = [
            net.after.high - net.after.low  # type: ignore[operator]
            for people, months in ((even, 60), (uneven, 60), (uneven, 12))
            for net in net_change_fitted(DEFAULTS, people, months)
        ]
        assert width[0] < width[1] < width[2]

    def test_one_year_of_stocks_says_nothing(self) -> None:
        assert net_change_fitted(DEFAULTS, staff(1000, MONTHS[-14:]), 60) == []
        assert hours_fitted(DEFAULTS, empty("staff"), 60) == []
