"""What a chosen set costs and saves, and which actions answer a risk."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipeline.actions import linking
from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action
from pipeline.actions.linking import links_named, links_relieving
from pipeline.actions.money import plan_money
from pipeline.actions.portfolio import Option
from pipeline.model.outcome import Paid
from pipeline.model.pay_bill import Prices
from pipeline.model.plan_years import plan_years

pytestmark = pytest.mark.unit

YEARS = plan_years(pd.Timestamp("2025-09-30").date(), 24)
PRICES = Prices(pd.DataFrame({"employed": [50000.0], "bank": [60000.0], "agency": [90000.0]}), pd.DataFrame())
CELLS = pd.DataFrame({"employer": ["AAA", "AAA"], "pillar": ["imaging", "labs"], "profession": ["R", "S"]})


def paid(in_post: float, bank: float, agency: float) -> Paid:
    return Paid(YEARS, *(np.full((1, 3, 4), each, dtype=np.float32) for each in (in_post, bank, agency)))


def option(name: str, recurrent: float, capital: float) -> Option:
    each = np.array([recurrent / 2, recurrent, recurrent / 2])
    return Option(name, np.zeros((1, 1)), each, np.array([capital, 0.0, 0.0]))


def chosen(ids: tuple[str, ...], before: Paid, after: Paid, relief: dict[str, Any] | None = None) -> Chosen:
    options = (option("A1", 100000.0, 20000.0), option("A2", 900000.0, 0.0))
    made = SimpleNamespace(
        ids=ids,
        years=YEARS,
        choice=SimpleNamespace(options=options),
        before=SimpleNamespace(paid=before),
        after=SimpleNamespace(paid=after),
        relief=relief or {},
        base=SimpleNamespace(
            setting=SimpleNamespace(cells=CELLS, base_month=pd.Timestamp("2025-09-30").date()), kept=[0, 12, 24]
        ),
    )
    return cast("Chosen", made)


def action(name: str, **more: Any) -> Action:
    words = {"id": name, "title": f"Do {name}", "theme": "Workforce planning", "level": "ICS", "owner": "Lead"}
    words |= {"start": "2026-01", "lead_months": 3, "measure": "posts", "profession": "R", "pillars": ["imaging"]}
    words |= {"cost": {"recurrent": 1, "capital": 0}, "wte": {"low": 1, "central": 2, "high": 3}}
    return Action.model_validate({**words, **more})


def test_costs_and_savings_by_hand() -> None:
    found = plan_money(chosen(("A1",), paid(10, 1, 2), paid(12, 1.5, 1)), PRICES).set_index("year").loc["2026/27"]
    assert (found["recurrent"], found["capital"]) == (100000.0, 0.0)
    assert (found["pay_in_post"], found["bank"], found["agency"]) == (100000.0, 30000.0, -90000.0)
    assert found["net"] == 140000.0
    assert found["in_post"] == 2.0


def test_parts_add_up_to_the_net_of_every_year() -> None:
    found = plan_money(chosen(("A1", "A2"), paid(10, 1, 2), paid(11, 1, 1.5)), PRICES)
    parts = found[["recurrent", "capital", "pay_in_post", "bank", "agency"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(found["net"].to_numpy())
    assert found["capital"].tolist() == [20000.0, 0.0, 0.0]


def test_a_plan_of_no_actions_costs_nothing() -> None:
    found = plan_money(chosen((), paid(10, 1, 2), paid(10, 1, 2)), PRICES)
    assert not found.drop(columns=["year", "months"]).to_numpy().any()


def test_the_range_of_the_net_is_that_of_the_same_draws_with_and_without() -> None:
    after = paid(10, 1, 2)
    after.in_post[0, 1] += np.array([0, 1, 2, 3], dtype=np.float32)
    found = plan_money(chosen((), paid(10, 1, 2), after), PRICES).set_index("year").loc["2026/27"]
    assert found["net"] == 75000.0
    assert (found["net_p10"], found["net_p90"]) == pytest.approx((15000.0, 135000.0))


class TestLinks:
    ACTIONS = (action("A1"), action("A2", pillars=["labs"], profession="S"), action("A3", status="delivered"))

    def test_those_that_a_response_names_come_with_status_and_choice(self) -> None:
        risks = pd.DataFrame({"id": ["R1"], "response": ["First A3, then A1 (and not A9)"]})
        found = links_named(risks, self.ACTIONS, chosen(("A1",), paid(0, 0, 0), paid(0, 0, 0)))
        assert found[["id", "status"]].to_numpy().tolist() == [["A3", "delivered"], ["A1", "proposed"]]
        # What is delivered can no longer be chosen.
        assert found["chosen"].tolist() == [None, True]
        assert links_named(risks, self.ACTIONS, None)["chosen"].isna().all()

    def test_chosen_ones_come_first_then_those_that_relieve_most_of_what_a_seen_risk_is_about(self) -> None:
        relief = {"A1": relieved(3.0, 5.0), "A2": relieved(1.0, 0.0), "A3": relieved(0.01, 0.0)}
        of = chosen(("A2",), paid(0, 0, 0), paid(0, 0, 0), relief)
        found = links_relieving(seen("M1", "imaging", "2027-09-30"), self.ACTIONS, of)
        assert found[["id", "wte", "chosen"]].to_numpy().tolist() == [["A2", 1.0, True], ["A1", 3.0, False]]
        assert not found["in_post"].any()

    def test_relief_is_that_of_the_month_of_the_risk_or_the_last_one_kept_before(self) -> None:
        values = np.arange(3.0)[None, :, None] * np.ones((2, 1, 2))
        of = chosen(("A1",), paid(0, 0, 0), paid(0, 0, 0), {"A1": values})
        found = [
            links_relieving(seen("M1", "imaging", month), self.ACTIONS, of) for month in ("2027-08-31", "2027-09-30")
        ]
        assert [rows["wte"].tolist() for rows in found] == [[1.0], [2.0]]

    def test_of_a_risk_of_staff_in_post_only_what_is_brought_in_post_counts(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        of = chosen(("A1", "A2"), paid(0, 0, 0), paid(0, 0, 0), {"A1": relieved(9.0, 0), "A2": relieved(1.0, 0)})
        brought = {"A1": relieved(0.0, 0), "A2": relieved(0.8, 0)}
        monkeypatch.setattr(linking, "brought_in_post", lambda *_: brought)
        risk = seen("M2", "all", "2027-09-30", kind="plan missed")
        found = links_relieving(risk, self.ACTIONS, of)
        assert found[["id", "wte", "in_post"]].to_numpy().tolist() == [["A2", 0.8, True]]

    def test_without_a_chosen_set_an_actions_own_pillar_and_profession_link_it(self) -> None:
        two = pd.concat([seen("M1", "labs", "2027-09-30", "S"), seen("M2", "all", "2027-09-30")])
        found = links_relieving(two, self.ACTIONS, None)
        assert found[["risk", "id"]].to_numpy().tolist() == [["M1", "A2"], ["M2", "A1"], ["M2", "A2"], ["M2", "A3"]]


def seen(name: str, pillar: str, month: str, profession: str = "", kind: str = "short") -> pd.DataFrame:
    row = {"id": name, "kind": kind, "pillar": pillar, "profession": profession, "month": pd.Timestamp(month)}
    return pd.DataFrame([row])


def relieved(imaging: float, labs: float) -> np.ndarray:
    """WTE by cell, kept month and sample: all of it at the last month."""
    found = np.zeros((2, 3, 2))
    found[0, -1], found[1, -1] = imaging, labs
    return found
