"""Indicators as tables: small numbers stay hidden, nothing missing is printed, every card can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.comparison import compared, peers
from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.parts import SYSTEM, valued
from pipeline.metrics.scope import Scope
from pipeline.report import indicator_tables as tables
from pipeline.report.disclosure import rules
from pipeline.report.display import table

pytestmark = pytest.mark.unit

SCRIPT = "<script>alert(1)</script> & _Oak_"
SCOPE = Scope(
    {"AAA": "Alder", "BBB": "Birch", "CCC": SCRIPT}, frozenset(), frozenset({"AAA", "BBB", "CCC"}), ("imaging", "labs")
)
APRIL = pd.Timestamp("2025-04-30")
NEVER = ("nan", "NaN", "NaT", "None", "<NA>")
Cells = tuple[str, str, str, float, float]


def rule(name: str) -> tables.RuleOf:
    """A desk at which every table is under one rule."""
    return lambda *_: name


NONE, HES = rule("none"), rule("hes_2018")


def values(*cells: Cells, months: int = 1) -> pd.DataFrame:
    """Latest values from indicator, organisation, pillar, numerator and denominator."""
    frame = pd.DataFrame(cells, columns=["indicator", "organisation", "pillar", "numerator", "denominator"])
    return valued(frame.assign(month=APRIL, months=months))


def people(*numbers: float, pillar: str = "all", indicator: str = "staff_headcount") -> list[Cells]:
    """A number of people for each of the three employers, and for the system their sum."""
    each = [(indicator, code, pillar, number, 1.0) for code, number in zip(SCOPE.employers, numbers, strict=True)]
    return [*each, (indicator, SYSTEM, pillar, float(sum(numbers)), 1.0)]


def held_back(*cells: Cells, rule_of: tables.RuleOf = HES) -> pd.DataFrame:
    return tables.held_back(values(*cells), rule_of, SCOPE.employers)


def hidden(*cells: Cells, rule_of: tables.RuleOf = HES) -> set[tuple[str, str]]:
    """Organisation and pillar of what is hidden."""
    found = held_back(*cells, rule_of=rule_of)
    assert found.loc[found["hidden"], "value"].isna().all()
    rows = found[found["hidden"]]
    return set(zip(rows["organisation"], rows["pillar"], strict=True))


class TestHeldBack:
    @pytest.mark.parametrize("name", list(rules()))
    def test_hides_a_number_of_people_from_one_to_the_rule_s_threshold(self, name: str) -> None:
        largest = rules()[name].hide_to
        found = {number: hidden(*people(number, 30, 30), rule_of=rule(name)) for number in range(12)}
        assert {number for number in found if ("AAA", "all") in found[number]} == set(range(1, largest + 1))
        assert {number for number in found if not found[number]} == set(range(12)) - set(range(1, largest + 1))

    def test_shows_everything_under_no_rule(self) -> None:
        assert hidden(*people(1, 2, 3), rule_of=NONE) == set()

    def test_never_hides_a_zero(self) -> None:
        found = held_back(*people(0, 3, 4))
        assert found.loc[found["organisation"] == "AAA", "value"].tolist() == [0]

    def test_never_hides_wte_or_a_rate_of_wte(self) -> None:
        wte = [("staff_wte", "AAA", "all", 3.0, 1.0), ("vacancy_rate", "AAA", "all", 2.0, 40.0)]
        assert hidden(*wte, rule_of=rule("threshold_n")) == set()

    def test_hides_a_rate_whose_people_are_few(self) -> None:
        found = held_back(("share_55_plus", "AAA", "all", 5, 100), ("share_55_plus", "BBB", "all", 50, 100))
        assert found["hidden"].tolist() == [True, False]

    def test_hides_a_share_that_leaves_few_others(self) -> None:
        cells = [("stability", code, "all", stayed, 100.0) for code, stayed in (("AAA", 98), ("BBB", 92), ("CCC", 100))]
        assert held_back(*cells)["hidden"].tolist() == [True, False, False]
        assert hidden(*cells, rule_of=NONE) == set()

    def test_does_not_take_months_of_people_less_leavers_for_people(self) -> None:
        assert hidden(("leaver_rate", "AAA", "all", 1195.0, 1200.0)) == set()

    def test_hides_a_leaver_rate_that_would_tell_how_few_moved_within_the_system(self) -> None:
        left = [
            ("leaver_rate", code, "all", number, 5000.0) for code, number in (("AAA", 97), ("BBB", 90), ("CCC", 50))
        ]
        lost = [
            ("system_leaver_rate", code, "all", number, 5000.0)
            for code, number in (("AAA", 94), ("BBB", 82), ("CCC", 50))
        ]
        assert held_back(*left, *lost)["hidden"].tolist() == [False, False, False, True, False, False]
        assert hidden(*left, *lost, rule_of=NONE) == set()

    def test_of_a_table_by_month_shows_the_only_leaver_rate_that_is_drawn(self) -> None:
        both = values(("leaver_rate", "AAA", "all", 20, 900), ("system_leaver_rate", "AAA", "all", 17, 900))
        assert not tables.held_back(both.drop(columns="months"), HES, SCOPE.employers)["hidden"].any()

    def test_hides_the_next_smallest_employer_where_the_system_s_figure_would_give_one_away(self) -> None:
        assert hidden(*people(3, 20, 40)) == {("AAA", "all"), ("BBB", "all")}

    def test_needs_no_second_where_two_are_hidden(self) -> None:
        assert hidden(*people(5, 6, 40)) == {("AAA", "all"), ("BBB", "all")}

    def test_needs_a_third_where_two_add_up_to_so_little_that_neither_can_be_seven(self) -> None:
        assert hidden(*people(3, 4, 40)) == {("AAA", "all"), ("BBB", "all"), ("CCC", "all")}

    def test_takes_the_next_smallest_that_is_not_zero(self) -> None:
        assert hidden(*people(3, 0, 40)) == {("AAA", "all"), ("CCC", "all")}

    def test_needs_no_second_where_there_is_no_figure_of_the_system(self) -> None:
        assert hidden(*people(3, 20, 40)[:3]) == {("AAA", "all")}

    def test_does_not_count_an_organisation_that_is_not_of_the_system(self) -> None:
        other = ("staff_headcount", "ZZZ", "all", 2.0, 1.0)
        assert hidden(*people(3, 20, 40), other) == {("AAA", "all"), ("BBB", "all"), ("ZZZ", "all")}

    def test_hides_a_second_employer_though_their_latest_months_differ(self) -> None:
        rows = values(*people(3, 20, 40))
        months = [APRIL, pd.Timestamp("2025-03-31"), APRIL, APRIL]
        found = tables.held_back(rows.assign(month=months), HES, SCOPE.employers)
        assert found["hidden"].tolist() == [True, True, False, False]

    def test_of_a_table_by_month_looks_at_each_month_alone(self) -> None:
        may = pd.Timestamp("2025-05-31")
        both = pd.concat([values(*people(3, 20, 40)), values(*people(30, 20, 40)).assign(month=may)], ignore_index=True)
        found = tables.held_back(both.drop(columns="months"), HES, SCOPE.employers)
        assert found["hidden"].tolist() == [True, True, False, False, False, False, False, False]

    def test_hides_a_second_pillar_where_the_figure_of_all_would_give_one_away(self) -> None:
        cells = [("staff_headcount", "ZZZ", pillar, number, 1.0) for pillar, number in (("all", 53.0), ("labs", 3.0))]
        own = [(name, "AAA", pillar, number, one) for name, _, pillar, number, one in cells]
        found = hidden(*own, ("staff_headcount", "AAA", "imaging", 50, 1))
        assert found == {("AAA", "labs"), ("AAA", "imaging")}

    def test_leaves_no_line_of_employers_or_pillars_with_one_hidden_alone(self) -> None:
        rng = np.random.default_rng(7)
        for _ in range(30):
            labs, imaging = rng.integers(0, 30, 3), rng.integers(0, 30, 3)
            cells = [
                *people(*map(float, labs), pillar="labs"),
                *people(*map(float, imaging), pillar="imaging"),
                *people(*map(float, labs + imaging)),
            ]
            found = held_back(*cells)
            for line in ("organisation", "pillar"):
                for _, rows in found.groupby(line):
                    # One hidden alone is safe only where every other number of its line is zero.
                    assert rows["hidden"].sum() != 1 or (rows.loc[~rows["hidden"], "numerator"] == 0).all()

    def test_of_nothing_is_nothing(self) -> None:
        assert held_back().empty

    def test_shares_near_retirement_that_would_tell_a_small_age_band_are_hidden(self) -> None:
        # 7 people are past the age and 6 in the five years before it: 1.2 of those reach it within a year.
        small = [(f"retirement_{years}y", "AAA", "all", 7 + 6 * years / 5, 88.0) for years in (1, 3, 5)]
        found = held_back(*small).set_index("indicator")["hidden"]
        assert found.to_dict() == {"retirement_1y": True, "retirement_3y": True, "retirement_5y": False}
        large = [(f"retirement_{years}y", "AAA", "all", 20 + 30 * years / 5, 300.0) for years in (1, 3, 5)]
        assert not held_back(*large)["hidden"].any()
        assert not held_back(*small, rule_of=NONE)["hidden"].any()


class TestByPillar:
    CELLS = (
        ("vacancy_rate", "AAA", "all", 10.0, 100.0),
        ("staff_wte", "AAA", "all", 123.4, 1.0),
        ("staff_wte", "AAA", "labs", 23.4, 1.0),
        ("staff_wte", "BBB", "imaging", 7.0, 1.0),
    )

    def test_has_a_column_a_pillar_and_a_row_an_indicator_in_the_order_of_the_cards(self) -> None:
        shown = tables.by_pillar(held_back(*self.CELLS), "AAA", SCOPE.pillars)
        assert shown.frame.columns.tolist() == ["indicator", "All pillars", "Imaging", "Laboratories"]
        assert shown.frame.fillna("").to_numpy().tolist() == [
            ["Staff in post, WTE", "123", "", "23"],
            ["Vacancy rate", "10.0%", "", ""],
        ]
        assert not shown.hidden.to_numpy().any()
        assert shown.says == ""

    def test_marks_what_is_hidden_and_says_why(self) -> None:
        shown = tables.by_pillar(held_back(("staff_headcount", "AAA", "labs", 3, 1)), "AAA", SCOPE.pillars)
        assert shown.hidden.to_numpy().tolist() == [[False, False, False, True]]
        html = table(shown, caption="People").html
        assert "*" in html
        assert "few people are behind it" in html

    def test_keeps_a_zero(self) -> None:
        shown = tables.by_pillar(held_back(("staff_headcount", "AAA", "labs", 0, 1)), "AAA", SCOPE.pillars)
        assert shown.frame["Laboratories"].tolist() == ["0"]

    def test_names_the_months_of_a_year_that_is_not_whole(self) -> None:
        cells = ("sickness_rate", "AAA", "all", 600.0, 12000.0)
        for months, name in ((12, "Sickness absence, all staff"), (7, "Sickness absence, all staff (7 months)")):
            found = tables.held_back(values(cells, months=months), NONE, SCOPE.employers)
            assert tables.by_pillar(found, "AAA", SCOPE.pillars).frame["indicator"].tolist() == [name]

    def test_of_an_organisation_of_which_nothing_is_known_has_no_rows(self) -> None:
        shown = tables.by_pillar(held_back(*self.CELLS), "ZZZ", SCOPE.pillars)
        assert shown.frame.empty
        assert shown.hidden.empty


def beside(*cells: Cells) -> pd.DataFrame:
    found = held_back(*cells)
    return compared(found, peers(found, pd.DataFrame({"code": [], "region": []}), SCOPE, "all"))


FIVE = [("vacancy_rate", f"P{place}", "all", 1000.0, 10000.0) for place in range(5)]


class TestByEmployer:
    def test_says_who_differs_beyond_chance_and_only_those(self) -> None:
        own = [("vacancy_rate", "AAA", "all", 30.0, 100.0), ("vacancy_rate", "BBB", "all", 11.0, 100.0)]
        shown = tables.by_employer(beside(*own, *FIVE), SCOPE).frame
        assert shown.columns.tolist() == ["indicator", "The system", "Alder", "Birch", SCRIPT]
        assert shown.loc[0, ["Alder", "Birch"]].tolist() == ["30.0% (worse)", "11.0%"]
        assert shown.loc[0, ["The system", SCRIPT]].isna().all()

    def test_shows_an_employer_s_name_as_text(self) -> None:
        html = table(
            tables.by_employer(beside(*FIVE, ("vacancy_rate", "AAA", "all", 9, 90)), SCOPE), caption="All"
        ).html
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    def test_says_nothing_of_how_a_hidden_value_stands(self) -> None:
        five = [("share_55_plus", f"P{place}", "all", 1000.0, 2000.0) for place in range(5)]
        shown = tables.by_employer(beside(("share_55_plus", "AAA", "all", 2, 100), *five), SCOPE)
        assert shown.hidden["Alder"].tolist() == [True]
        assert shown.frame["Alder"].isna().all()

    def test_is_of_one_pillar(self) -> None:
        own = ("vacancy_rate", "AAA", "labs", 30.0, 100.0)
        assert tables.by_employer(beside(own), SCOPE).frame.empty
        assert len(tables.by_employer(beside(own), SCOPE, "labs").frame) == 1


class TestUnknown:
    def test_lists_what_no_file_supplies_and_what_would(self) -> None:
        found = tables.unknown_table(held_back(("vacancy_rate", "AAA", "all", 10, 100)))
        assert len(found) == len(cards()) - 1
        assert "Vacancy rate" not in found["indicator"].tolist()
        assert found["would_be_supplied_by"].str.len().min() > 0

    def test_does_not_call_a_hidden_value_unknown(self) -> None:
        found = tables.unknown_table(held_back(("staff_headcount", "AAA", "all", 2, 1)))
        assert cards()["staff_headcount"].name not in found["indicator"].tolist()

    def test_of_a_rate_with_too_little_under_it_is_unknown(self) -> None:
        found = tables.unknown_table(held_back(("vacancy_rate", "AAA", "all", 1, 2)))
        assert "Vacancy rate" in found["indicator"].tolist()

    def test_of_everything_known_has_no_rows_and_its_columns(self) -> None:
        every: Sequence[Cells] = [(name, "AAA", "all", 5000.0, 10000.0) for name in cards()]
        found = tables.unknown_table(held_back(*every))
        assert found.empty
        assert found.columns.tolist() == ["indicator", "would_be_supplied_by"]


class TestCards:
    def test_say_of_every_indicator_what_it_is_made_of(self) -> None:
        found, read = tables.parts_table(), tables.reading_table(HES)
        assert found["indicator"].tolist() == read["indicator"].tolist() == [card.name for card in cards().values()]
        for shown in (found, read):
            assert (shown.map(lambda cell: isinstance(cell, str) and bool(cell.strip()))).all(axis=None)
        levels = [card.name for card in cards().values() if card.is_level]
        assert found.loc[found["denominator"] == "not divided", "indicator"].tolist() == levels

    def test_name_a_rule_only_where_people_are_counted(self) -> None:
        found = tables.reading_table(HES).set_index("indicator")["read_as"]
        counted = {card.name for card in cards().values() if card.persons}
        assert set(found[found.str.endswith(". Disclosure rule hes_2018")].index) == counted
        assert not found[~found.index.isin(list(counted))].str.contains("hes_2018").any()


class TestSpine:
    def rows(self, *cells: Cells) -> pd.DataFrame:
        return tables.spine_rows(beside(*cells), "AAA", "all")

    def test_has_the_indicators_that_others_have_too(self) -> None:
        spread = [("vacancy_rate", f"P{place}", "all", 500.0 + 250 * place, 10000.0) for place in range(5)]
        found = self.rows(("vacancy_rate", "AAA", "all", 30, 100), ("staff_wte", "AAA", "all", 30, 1), *spread)
        # The pooled value has our own employer's posts in it: 5,030 of 50,100.
        row: dict[str, Any] = found.iloc[0].to_dict()
        assert len(found) == 1
        assert (row["value"], row["comparator"], row["standing"]) == (0.3, pytest.approx(5030 / 50100), "worse")
        assert (row["lowest"], row["highest"], row["organisations"]) == (0.05, 0.3, 6)
        assert (row["value_said"], row["comparator_said"]) == ("30.0%", "10.0%")
        assert (row["direction"], row["group"]) == ("lower", cards()["vacancy_rate"].group)

    def test_leaves_out_what_all_have_alike(self) -> None:
        assert self.rows(("vacancy_rate", "AAA", "all", 10, 100), *FIVE).empty

    def test_leaves_out_what_is_hidden(self) -> None:
        spread = [("share_55_plus", f"P{place}", "all", 1000.0 + place, 2000.0) for place in range(5)]
        assert self.rows(("share_55_plus", "AAA", "all", 2, 100), *spread).empty


class TestEveryCell:
    @pytest.mark.parametrize("rule_name", list(rules()))
    def test_reads_without_a_missing_value(self, rule_name: str) -> None:
        every: list[Cells] = []
        for name in cards():
            for code, numerator in (("AAA", 0.0), ("BBB", 3.0), ("CCC", np.nan), (SYSTEM, 3.0)):
                every.append((name, code, "all", numerator, 1e6))
        found = tables.held_back(values(*every, months=7), rule(rule_name), SCOPE.employers)
        own = peers(found, pd.DataFrame({"code": [], "region": []}), SCOPE, "system")
        grids = [
            tables.by_pillar(found, "AAA", SCOPE.pillars).frame,
            tables.by_employer(compared(found, own), SCOPE).frame,
            tables.unknown_table(found),
            tables.reading_table(rule(rule_name)),
        ]
        cells = [str(cell) for grid in grids for cell in grid.fillna("").to_numpy().ravel()]
        assert len(cells) > 100
        # The word none is a rule's name and a way to judge; a missing value is never printed.
        assert not [cell for cell in cells if cell in NEVER or "nan%" in cell or "not available" in cell]


def test_a_rate_of_fewer_than_ten_leavers_is_not_given_and_that_is_said() -> None:
    few, enough = (
        tables.by_pillar(held_back(("leaver_rate", "AAA", "all", number, 1200), rule_of=NONE), "AAA", SCOPE.pillars)
        for number in (9, 10)
    )
    assert few.frame.loc[0, "All pillars"] is None
    assert "10" in few.says
    assert enough.frame.loc[0, "All pillars"] == "10.0%"
    assert enough.says == ""
