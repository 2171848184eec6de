"""What is said about money and about measured and seen risks, word by word."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.assurance.definitions import read_assurance
from pipeline.metrics.money import Figure
from pipeline.metrics.scope import Scope
from pipeline.model.outcome import Outcome
from pipeline.model.plan_years import plan_years
from pipeline.model.seen_risks import COLUMNS
from pipeline.model.supply.system import FLOWS
from pipeline.plan import Money
from pipeline.reference import FOLDER
from pipeline.report import money_figure_words, money_words, register_words, seen_risk_words
from pipeline.report.wte_disclosure import NOTHING_HELD

pytestmark = pytest.mark.unit

YEARS = plan_years(dt.date(2025, 9, 30), 24)
SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA"}), ("imaging",))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (152_340_000, "£152.3 million"),
        (-2_000_000, "−£2.0 million"),
        (745_400, "£745,000"),
        (0, "£0"),
        (-1_499, "−£1,000"),
        (float("nan"), "not available"),
    ],
)
def test_pounds_read_as_a_board_reads_them(amount: float, said: str) -> None:
    assert money_words.pounds(amount) == said


def bills(first: list[float], second: list[float], high: float = 1.0) -> pd.DataFrame:
    """The whole bills of two scenarios, the first at three ends of prices, and its kinds."""
    rows: list[dict[str, Any]] = []
    for name, values in (("Present trends go on", first), ("More tests", second)):
        for end, times in (("value", 1.0), ("low", 1.0), ("high", high)):
            for year, months, value in zip(YEARS.names, YEARS.months_of, values, strict=True):
                each = {"year": year, "months": months, "pillar": "all", "scenario": name, "name": name, "prices": end}
                spread = {"p10": value * 0.9, "p50": value * times, "p90": value * 1.1, "mean": value}
                kinds = (("all", 1.0), ("in post", 0.8), ("bank", 0.15), ("agency", 0.05))
                rows += [{**each, **spread, "kind": kind, "mean": value * part} for kind, part in kinds]
    return pd.DataFrame(rows)


LEVEL = [5e6, 10e6, 5e6]
MISSING = pd.DataFrame({"scenario": ["Present trends go on", "More tests"], "month": pd.Timestamp("2027-09-30")})
MISSING = MISSING.assign(wte=[30.0, 60.0], p10=[1e6, 2e6], p50=[2e6, 4e6], p90=[3e6, 6e6])


class TestBill:
    def test_what_can_be_met_is_set_against_the_bill_of_the_last_whole_year(self) -> None:
        (words,) = money_words.bill_sentences(
            bills(LEVEL, LEVEL), MISSING, 9e6, YEARS, Money(pay_growth=0.0, pay_awards=0.03)
        )
        assert "the bill of 2026/27 is **£10.0 million** (P10 to P90: £9.0 million to £11.0 million)" in words
        assert "11.1% above today's rate" in words
        assert (
            "posts that stay empty cost nothing in it. The 30 WTE missing in September 2027 would cost £2.0 million a "
            "year more (P10 to P90: £1.0 million to £3.0 million)." in words
        )
        assert "£9.0 million can be met in 2026/27. **The bill is £1.0 million more than can be met.**" in words
        assert (
            "With a pay award of 3.0% every April from the next, the bill of 2026/27 is £10.3 million in cash." in words
        )

    @pytest.mark.parametrize(
        ("today", "asked", "said"),
        [
            (11e6, 2e6, "**£12.0 million: £1.0 million more than can be met.**"),
            (15e6, 2e6, "**£12.0 million: £3.0 million less than could be met.**"),
            (12e6, 2e6, "**£12.0 million: what can be met.**"),
        ],
    )
    def test_the_bill_with_those_missing_is_set_against_it_too(self, today: float, asked: float, said: str) -> None:
        missing = MISSING.assign(p50=asked)
        (words,) = money_words.bill_sentences(bills(LEVEL, LEVEL), missing, today, YEARS, Money(pay_growth=0.0))
        assert f"With them the bill of 2026/27 would be {said}" in words

    def test_where_nothing_is_stated_or_nobody_is_missing_no_such_bill_is_told(self) -> None:
        for missing, says in ((MISSING, Money()), (MISSING.assign(p50=0.0), Money(pay_growth=0.0))):
            (words,) = money_words.bill_sentences(bills(LEVEL, LEVEL), missing, 11e6, YEARS, says)
            assert "With them" not in words

    def test_a_plan_that_does_not_say_is_told_the_growth_that_it_needs(self) -> None:
        (words,) = money_words.bill_sentences(bills(LEVEL, LEVEL), MISSING, 10e6, YEARS, Money())
        assert "The plan does not say how fast money for pay may grow (money: pay_growth in plan.yaml)." in words
        assert "it would have to grow by 0.0% a year" in words
        assert "No pay awards are stated" in words

    def test_the_ends_of_assumed_prices_are_said_where_they_matter(self) -> None:
        _, words = money_words.bill_sentences(bills(LEVEL, LEVEL, high=1.05), MISSING, 10e6, YEARS, Money())
        assert "£10.0 million or £10.5 million" in words

    def test_the_table_has_a_row_a_scenario_and_one_for_what_can_be_met(self) -> None:
        found = money_words.bill_table(bills(LEVEL, [6e6, 12e6, 6e6]), MISSING, 10e6, YEARS, Money(pay_growth=0.0))
        years = ["2025/26 (6 months)", "2026/27", "2027/28 (6 months)"]
        assert list(found.columns) == ["scenario", *years, money_words.MISSING]
        assert found[money_words.MISSING].iloc[:2].tolist() == [2.0, 4.0]
        assert np.isnan(found[money_words.MISSING].iloc[2])
        assert found["2026/27"].tolist() == [10.0, 12.0, 10.0]

    def test_kinds_add_up_to_the_whole(self) -> None:
        found = money_words.kinds_table(bills(LEVEL, LEVEL))
        assert found[["in_post", "bank", "agency"]].sum(axis=1).tolist() == pytest.approx(found["whole"].tolist())

    def test_the_chart_has_at_most_four_lines_at_a_years_rate(self) -> None:
        plan = pd.DataFrame({"net": [1e6, 1e6, 1e6], "capital": [1e6, 0.0, 0.0]})
        says, day = Money(pay_growth=0.0), dt.date(2025, 9, 30)
        found = money_words.bill_lines(bills(LEVEL, [6e6, 12e6, 6e6]), 10e6, YEARS, says, day, plan)
        wide = found.pivot_table(index="month", columns="line", values="bill", sort=False)
        assert list(wide.columns) == [
            *("Present trends go on", "More tests", "With the chosen actions", "What can be met")
        ]
        assert wide["Present trends go on"].tolist() == [10e6] * 4
        assert wide["With the chosen actions"].tolist() == [10e6, 10e6, 11e6, 12e6]
        assert wide.index.min() == pd.Timestamp(day)
        without = money_words.bill_lines(bills(LEVEL, [6e6, 12e6, 6e6]), 10e6, YEARS, Money(), day, None)
        assert set(without["line"]) == {"Present trends go on", "More tests"}


def test_what_cannot_be_priced_is_named_and_never_silent() -> None:
    prices = pd.DataFrame(
        {
            "employer": ["AAA", "AAA", "BBB"],
            "profession": ["Perfusionists", "Radiographers", "Radiographers"],
            "wte": [3.0, 10.0, 4.0],
            "priced_as": ["not priced", "its own bands", "the profession elsewhere"],
            "unpriced_wte": [3.0, 2.0, 4.0],
        }
    )
    (words,) = money_words.unpriced_sentences(prices, SCOPE)
    assert "**3.0 WTE in post have no price and are in none of these figures**: perfusionists." in words
    assert "2.0 WTE of bands or grades without a scale are priced as the rest of their team." in words
    assert "4.0 WTE of Birch are priced as their professions are elsewhere." in words
    (words,) = money_words.unpriced_sentences(prices.iloc[1:2].assign(unpriced_wte=0.0), SCOPE)
    assert words == "Every WTE in post is priced by its own band or grade."


def test_a_scale_that_stands_in_is_said_to_be_later() -> None:
    today = pd.DataFrame({"pillar": ["imaging"], "wte": [10.0], "basic": [4e5], "on_costs": [1e5]})
    today = today.assign(bank=1e4, agency=2e4, posts=6e5, whole=5.3e5)
    scales = pd.DataFrame({"grade": ["5", "Consultant"], "salary": 1.0})
    scales = scales.assign(from_date=pd.to_datetime(["2025-04-01", "2026-04-01"]))
    (words,) = money_words.today_sentences(today, scales, dt.date(2025, 9, 30))
    assert "The 10 WTE in post in September 2025 cost **£500,000** a year" in words
    assert "No pay scale of doctors in force in September 2025 is on file; that from April 2026 stands in" in words
    (words,) = money_words.today_sentences(today, scales.iloc[:1], dt.date(2025, 9, 30))
    assert "on file" not in words
    assert "The posts that are funded would cost £600,000" in words
    (words,) = money_words.today_sentences(today, scales.iloc[:1], dt.date(2025, 9, 30), posts_known=False)
    assert "The posts that there are taken to be, since no file has all of them, would cost £600,000" in words


def test_the_chosen_plan_is_told_in_one_paragraph() -> None:
    row = {"year": "2026/27", "months": 12, "in_post": 3.0, "recurrent": 1e5, "capital": 5e4, "pay_in_post": 2e5}
    found = pd.DataFrame([{**row, "bank": 0.0, "agency": -9e4, "net": 2.6e5, "net_p10": 1e5, "net_p90": 4e5}])
    (words,) = money_words.plan_sentences(found, 2)
    assert "the 2 chosen actions cost £100,000 to run and £50,000 of capital" in words
    assert "3.0 WTE more are in post in the last year" in words
    assert "agency costs £90,000 less, and bank costs the same. In all that is **£260,000 more** than without." in words
    assert money_words.plan_sentences(found, 0) == ["No action is chosen, so the plan adds nothing to these bills."]
    table = money_words.plan_table(found)
    assert table["year"].tolist() == ["2026/27", "All years"]
    assert np.isnan(table["net_p10"].iloc[1])


def test_figures_that_returns_stand_in_for_are_not_in_the_register() -> None:
    figure = Figure.model_validate(
        {"value": 0.5, "low": 0.4, "high": 1, "label": "Agency", "unit": "share", "grade": "placeholder"}
        | {"source": "", "from": "2025-10-01"}
    )
    figures = {"agency_over_basic": figure, "employer_ni": figure}
    prices = pd.DataFrame({"priced_as": ["its own bands"], "agency_from": ["returns"], "bank_from": ["returns"]})
    assert list(money_figure_words.figures_in_use(figures, prices)) == ["employer_ni"]
    both = money_figure_words.figures_in_use(figures, prices.assign(agency_from="assumption"))
    table = money_figure_words.figures_table(both)
    assert len(table) == 2
    assert table.loc[0, "Source"] == "placeholder: no source read"
    assert table.loc[0, "Range (P10 to P90)"] == "40% to 100% (placeholder)"


def register() -> pd.DataFrame:
    frame = pd.DataFrame({"id": ["R1", "R2", "R3", "R4"], "title": ["One", "Two", "Three", "Four"]})
    return frame.assign(
        likelihood=[1, 4, 3, 2],
        event=["short_above", "gap_above", None, "plan_missed"],
        level_of_event=[0.1, 20.0, np.nan, 0.05],
        profession=["Radiographers", None, None, None],
        employer=["AAA", None, None, None],
        pillars=["imaging", "imaging, labs", "imaging", "labs"],
        today=[np.nan, 25.0, np.nan, np.nan],
        measured=[0.9, 0.6, np.nan, np.nan],
        measured_class=pd.array([5, 4, None, None], dtype="Int64"),
        differs=pd.array([4, 0, None, None], dtype="Int64"),
        measured_month=pd.to_datetime(["2030-09-30", "2030-09-30", None, None]),
        wte=[5.0, 30.0, np.nan, np.nan],
        why_not=["", "", "", "no operational plan of such staff"],
    )


class TestMeasured:
    def test_a_difference_of_more_than_a_class_is_pointed_out(self) -> None:
        (words,) = register_words.measured_sentences(register(), {"AAA": "Alder"})
        assert words.startswith(
            "3 of 4 risks are stated as an event of the model, and 2 could be measured. Owner and model are more than "
            "a class apart on “One” (owner 1, measured 5: 90 in 100; event: "
        )
        # The event stands for the risk only as far as it was chosen well, so it is said: what, how much, whom, when.
        for part in ("share of the staff needed is missing", "10%", "Radiographers, Alder", "September 2030"):
            assert part in words
        assert "look at this again" in words

    def test_what_is_so_today_already_is_said(self) -> None:
        (words,) = register_words.measured_sentences(register().iloc[1:2].assign(measured_class=1, differs=-3))
        assert words.endswith(
            "“Two” (owner 4, measured 1: 60 in 100) is so today, 25 WTE against a level of 20 WTE: what the model says "
            "is of September 2030."
        )
        assert "look at" not in words

    def test_what_is_so_today_of_few_people_is_not_told(self) -> None:
        held = NOTHING_HELD.also(pd.DataFrame({"pillar": ["labs"]}))
        kept = register_words.without_small(register(), held)
        assert kept["today"].isna().all()
        assert register_words.without_small(register(), NOTHING_HELD)["today"].tolist()[1] == 25.0

    def test_agreement_and_a_register_without_events_are_said(self) -> None:
        (words,) = register_words.measured_sentences(register().iloc[1:2])
        assert words.endswith("It agrees with the owner to within a class of likelihood.")
        (words,) = register_words.measured_sentences(register().iloc[2:3])
        assert words.startswith("No risk of the register is stated as an event of the model")

    def test_events_are_told_with_level_limits_and_what_came(self) -> None:
        found = register_words.events_table(register(), {"AAA": "Alder"}).set_index("id")
        assert found["level"].to_dict() == {"R1": "10%", "R2": "20 WTE", "R4": "5%"}
        assert found["limited_to"].tolist() == ["Radiographers, Alder", "imaging and laboratories", "laboratories"]
        assert found["today"].tolist() == ["–", "25 WTE", "–"]
        assert found["came_about_in"].tolist() == ["90 in 100", "60 in 100", "no operational plan of such staff"]

    @pytest.mark.parametrize(
        ("share", "said"),
        [
            (0.0, "none of the calculations"),
            (0.001, "under 1 in 100"),
            (0.42, "42 in 100"),
            (0.999, "over 99 in 100"),
            (1.0, "all calculations"),
        ],
    )
    def test_shares_of_calculations_are_told_in_a_hundred(self, share: float, said: str) -> None:
        assert register_words.in_hundred(share) == said


class TestSeen:
    SEEN = pd.DataFrame(
        [
            ("M1", "short", "imaging", "", "", "", "2030-09-30", 0.6, 30.0, 0.15, 4, 4, 16, "empty_posts"),
            ("M2", "few people", "labs", "Chemists", "AAA", "", "2030-09-30", 0.3, 2.0, 0.01, 3, 1, 3, "leaving"),
        ],
        columns=COLUMNS,
    ).assign(month=pd.Timestamp("2030-09-30"))
    PARTS = pd.DataFrame(
        [
            ("imaging", "Radiographers", "left", 12.0),
            ("imaging", "Radiographers", "hired", -9.0),
            ("imaging", "Radiographers", "growth", 6.0),
            ("imaging", "Radiographers", "gap at the base month", 50.0),
            ("labs", "Chemists", "left", 3.0),
            ("labs", "Chemists", "growth", 9.0),
        ],
        columns=["pillar", "profession", "part", "wte"],
    ).assign(month=pd.Timestamp("2030-09-30"))

    def test_the_highest_is_told_with_likelihood_and_size(self) -> None:
        (words,) = seen_risk_words.seen_sentences(self.SEEN, SCOPE)
        assert "the model sees 2 risks under present trends" in words
        assert "more than 10% of the staff needed is missing” by September 2030, in 60 in 100, 30 WTE in size." in words
        assert "sees no risk" in seen_risk_words.seen_sentences(self.SEEN.head(0), SCOPE)[0]

    def test_causes_are_the_parts_that_widen_the_gap_there(self) -> None:
        first, second = self.SEEN.to_dict("records")
        assert seen_risk_words.cause(first, self.PARTS) == "leaving (12 WTE) and growth of tests (6.0 WTE)"
        # A profession that loses its few people does not do so by growth.
        assert seen_risk_words.cause(second, self.PARTS) == "leaving (3.0 WTE)"
        sooner = {**second, "month": pd.Timestamp("2027-03-31")}
        assert seen_risk_words.cause(sooner, self.PARTS) == "leaving (3.0 WTE), up to September 2030"

    def test_who_leaves_is_counted_up_to_the_month_of_the_risk(self) -> None:
        flow = np.zeros((len(FLOWS), 3, 1))
        flow[FLOWS.index("left")] = [[0.0], [8.0], [100.0]]
        outcome: Any = SimpleNamespace(
            months=list(pd.to_datetime(["2025-09-30", "2025-10-31", "2025-11-30"])),
            cells=pd.DataFrame({"employer": ["AAA"], "pillar": ["labs"], "profession": ["Chemists"]}),
            sums=SimpleNamespace(flow=flow),
            by_cell=SimpleNamespace(needed=np.zeros((1, 1, 4))),
        )
        seen = self.SEEN.assign(month=pd.Timestamp("2025-10-31"))
        found = seen_risk_words.parts_of(seen, self.PARTS, pd.Timestamp("2030-09-30"), cast(Outcome, outcome))
        assert seen_risk_words.cause(seen.to_dict("records")[1], found["M2"]) == "leaving (2.0 WTE)"
        assert found["M1"]["wte"].tolist() == self.PARTS["wte"].tolist()
        without = seen_risk_words.parts_of(seen, self.PARTS, pd.Timestamp("2030-09-30"), None)
        assert without["M2"]["month"].iloc[0] == pd.Timestamp("2030-09-30")

    def test_what_an_action_brings_in_post_is_called_so(self) -> None:
        link = {"risk": "M1", "id": "A1", "title": "", "status": "agreed", "chosen": True, "wte": 3.0, "in_post": True}
        assert "brings 3.0 WTE in post" in register_words.linked(pd.DataFrame([link]))

    def test_the_table_names_owner_trigger_and_actions(self) -> None:
        links = pd.DataFrame(
            {
                "risk": ["M1"],
                "id": ["A1"],
                "title": ["Keep staff"],
                "status": ["agreed"],
                "chosen": [True],
                "wte": [3.0],
                "in_post": [False],
            }
        )
        shipped = read_assurance(FOLDER / "assurance.yaml")
        found = seen_risk_words.seen_table(
            self.SEEN, links, dict.fromkeys(("M1", "M2"), self.PARTS), shipped, SCOPE, "The owner"
        ).set_index("id")
        assert found.loc["M1", "who_watches_what"] == "The owner: posts stand empty"
        assert found["who_watches_what"].str.startswith("The owner: ").all()
        assert found.loc["M1", "actions"] == "A1 Keep staff (agreed, chosen, relieves 3.0 WTE)"
        assert found.loc["M2", "actions"] == "none named"
        assert found.loc["M1", "how_likely_and_how_large"].startswith("Extreme (16): ")

    def test_the_map_holds_the_register_and_what_is_seen(self) -> None:
        own = pd.DataFrame({"id": ["R1"], "likelihood": [2], "impact": [3]})
        both = seen_risk_words.on_map(own, self.SEEN)
        assert both.to_numpy().tolist() == [["R1", "owner", 2, 3], ["M1", "model", 4, 4], ["M2", "model", 3, 1]]
        assert seen_risk_words.on_map(own.head(0), self.SEEN.head(0)).empty
