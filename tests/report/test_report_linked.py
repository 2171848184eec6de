"""Tables of the same people are protected together, and what is hidden in one is told by none."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.ages import age_from, people_by_band, share_older
from pipeline.metrics.retirement import retirement_by
from pipeline.metrics.turnover import reasons, turnover_by
from pipeline.report import linked, movement_disclosure, staff_disclosure, wte_disclosure
from pipeline.report.cells import DocumentRefused
from pipeline.report.linked import People, View, everyone, hidden_cells, protect_adding_up
from pipeline.tables.workforce import TRANSFER_WITHIN

pytestmark = pytest.mark.unit

RULE = "threshold_n"
ROWS = pd.DataFrame(
    {
        "trust": ["a", "a", "b", "b", "c", "c"],
        "sex": ["women", "men"] * 3,
        "headcount": [3, 40, 30, 50, 60, 70],
    }
)
PEOPLE = People(ROWS, [["trust"], ["sex"]])


def summed(*by: str) -> pd.DataFrame:
    return ROWS.groupby(list(by), as_index=False)["headcount"].sum()


def women(parts: pd.DataFrame) -> pd.Series:
    return parts["sex"] == "women"


class TestLinkedTables:
    def test_a_count_hidden_in_one_table_is_hidden_in_another_that_has_the_same(self) -> None:
        by_trust = ROWS.groupby("trust", as_index=False)["headcount"].sum().assign(women=[3, 30, 60])
        views = {
            "cells": View(ROWS, ["trust", "sex"], {"headcount": everyone}),
            "trusts": View(by_trust, ["trust"], {"headcount": everyone, "women": women}),
        }
        found = hidden_cells(views, PEOPLE, RULE)
        assert found["cells"].loc[ROWS["sex"] == "women", "headcount"].tolist() == found["trusts"]["women"].tolist()
        assert found["trusts"]["women"].tolist()[0]

    def test_the_rest_of_a_whole_and_a_part_is_a_count_as_well(self) -> None:
        frame = pd.DataFrame({"trust": ["a"], "headcount": [43.0], "men": [40.0]})
        own = People(ROWS[ROWS["trust"] == "a"], [["trust"], ["sex"]])
        men = View(frame, ["trust"], {"headcount": everyone, "men": lambda parts: parts["sex"] == "men"})
        assert not hidden_cells({"t": men}, own, RULE)["t"].any(axis=None)
        implied = View(frame, ["trust"], men.counts, implied=[("headcount", "men")])
        assert hidden_cells({"t": implied}, own, RULE)["t"].any(axis=None)

    def test_what_is_hidden_elsewhere_stays_hidden_and_is_counted_upon(self) -> None:
        view = View(summed("trust"), ["trust"], {"headcount": everyone})
        given = {"t": pd.DataFrame({"headcount": [False, True, False]})}
        assert hidden_cells({"t": view}, PEOPLE, RULE, given)["t"]["headcount"].tolist() == [False, True, False]

    def test_a_number_that_is_not_that_of_its_people_is_refused(self) -> None:
        wrong = View(summed("trust").assign(headcount=[43, 80, 131]), ["trust"], {"headcount": everyone})
        with pytest.raises(ValueError, match="the table “t”, row 2, headcount: 131 is shown for 130 people"):
            hidden_cells({"t": wrong}, PEOPLE, RULE)

    def test_a_table_that_leaves_people_out_is_refused(self) -> None:
        view = View(summed("trust").head(2), ["trust"], {"headcount": everyone})
        with pytest.raises(ValueError, match="no row for some people"):
            hidden_cells({"t": view}, PEOPLE, RULE)

    def test_an_audit_refuses_to_publish_and_names_the_table_and_the_cell(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(linked, "secondary", lambda cells, _: cells.printed & cells.small)
        views = {
            "cells": View(ROWS, ["trust", "sex"], {"headcount": everyone}),
            "trusts": View(summed("trust"), ["trust"], {"headcount": everyone}),
        }
        with pytest.raises(DocumentRefused, match="could be worked out from what is shown: the table “cells”, row 0"):
            hidden_cells(views, PEOPLE, RULE)


class TestATableThatAddsUp:
    def test_hides_a_square_of_rows_and_columns_and_keeps_the_totals(self) -> None:
        frame = pd.DataFrame({"trust": ["a", "b", "c", "All"], "women": [3, 30, 60, 93], "men": [40, 50, 70, 160]})
        frame = frame.assign(people=frame["women"] + frame["men"])
        shown = protect_adding_up(frame, ["trust"], ["women", "men"], rule=RULE, sums={"people": ["women", "men"]})
        assert shown.hidden["women"].tolist() == [True, True, False, False]
        assert shown.hidden["men"].tolist() == [True, True, False, False]
        assert shown.frame["people"].tolist() == [43, 80, 130, 253]
        assert "or for one by which such a count could be worked out" in shown.says


def aged(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["employer", "profession", "age_band", "headcount"]).assign(pillar="labs")
    return frame.assign(from_age=age_from(frame["age_band"]))


LATEST = pd.DataFrame({"indicator": [], "organisation": [], "pillar": [], "numerator": [], "denominator": []})


class TestAges:
    AGED = aged(
        ("AAA", "Scientists", "30-34", 60),
        ("AAA", "Scientists", "55-59", 4),
        ("AAA", "Scientists", "60-64", 12),
        ("BBB", "Support staff", "30-34", 40),
        ("BBB", "Support staff", "55-59", 30),
        ("BBB", "Support staff", "60-64", 15),
    )

    def found(self, latest: pd.DataFrame = LATEST, rule: str = RULE) -> dict[str, pd.DataFrame]:
        return staff_disclosure.ages_hidden(self.AGED, latest, ["AAA", "BBB"], rule)

    def test_masks_are_as_long_as_the_tables_they_are_for(self) -> None:
        found = self.found()
        by = ["pillar", "profession"]
        assert len(found["bands"]) == len(people_by_band(self.AGED))
        assert len(found["older"]) == len(share_older(self.AGED, by))
        assert len(found["retirement"]) == len(retirement_by(self.AGED, by))

    def test_those_near_retirement_are_not_told_by_those_of_55_and_over(self) -> None:
        # 16 of 55 and over less 12 of 60 and over are the 4 of 55 to 59.
        found = self.found()
        rows = retirement_by(self.AGED, ["pillar", "profession"])
        scientists = rows["profession"] == "Scientists"
        older = share_older(self.AGED, ["pillar", "profession"])
        assert found["retirement"].loc[scientists, "within_5"].all()
        both = [
            found["retirement"].loc[scientists, "reached"].item(),
            found["older"].loc[older["profession"] == "Scientists", "older"].item(),
        ]
        assert any(both)

    def test_an_indicator_that_tells_a_hidden_count_is_hidden(self) -> None:
        rows = [(f"retirement_{years}y", "AAA", "all", 12 + 4 * years / 5, 76.0) for years in (1, 5)]
        latest = pd.DataFrame(rows, columns=LATEST.columns)
        assert self.found(latest)["indicators"]["value"].any()

    def test_nothing_is_hidden_under_no_rule(self) -> None:
        assert not any(mask.any(axis=None) for mask in self.found(rule="none").values())


def moves(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["employer", "profession", "reason", "headcount"])
    months = pd.date_range("2024-09-30", "2025-08-31", freq="ME")
    every = frame.assign(pillar="labs", kind="leaver").merge(pd.DataFrame({"month": months}), how="cross")
    last = every["month"] == every["month"].max()
    return every.assign(headcount=every["headcount"].where(last, 0))


class TestMovements:
    YEAR = moves(
        ("AAA", "Scientists", "resignation", 30),
        ("AAA", "Scientists", TRANSFER_WITHIN, 4),
        ("AAA", "Support staff", "resignation", 20),
        ("BBB", "Support staff", "retirement", 3),
        ("BBB", "Support staff", "resignation", 25),
        ("BBB", "Support staff", TRANSFER_WITHIN, 12),
    )
    HEADS = pd.DataFrame(
        {
            "employer": ["AAA", "AAA", "BBB"],
            "pillar": "labs",
            "profession": ["Scientists", "Support staff", "Support staff"],
            "average": [300.0, 200.0, 250.0],
        }
    )
    LEAVERS = pd.DataFrame({"employer": ["AAA", "BBB"], "leavers": [54, 40]})

    def found(self) -> dict[str, pd.DataFrame]:
        counted = pd.Series(True, index=self.YEAR.index)
        return movement_disclosure.movements_hidden(self.YEAR, self.HEADS, self.LEAVERS, counted, LATEST, RULE)

    def test_a_small_number_by_reason_takes_another_reason_with_it(self) -> None:
        why = reasons(self.YEAR, ["AAA", "BBB"])
        hidden = self.found()["reasons"].set_axis(why["reason"])["leavers"]
        assert hidden["retirement"]
        assert hidden.sum() == 2

    def test_those_who_moved_within_the_system_are_not_told_by_the_total(self) -> None:
        flows = turnover_by(self.YEAR, self.HEADS, ["pillar", "profession"])
        hidden = self.found()["professions"].set_axis(flows["profession"])
        assert hidden.loc["Scientists", "leavers_within"]
        assert hidden.loc["Support staff", "leavers_within"] or self.found()["sentence"]["leavers_within"].all()


def staff(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["employer", "profession", "headcount", "wte"])
    every = {"pillar": "labs", "band": "6", "dataset": "esr", "staff_group": "Healthcare scientists"}
    return frame.assign(**every)


NO_TEAMS = pd.DataFrame(columns=["employer", "pillar", "profession"])


class TestWte:
    STAFF = staff(
        ("AAA", "Genetics", 3, 2.6),
        ("BBB", "Genetics", 20, 18.0),
        ("CCC", "Genetics", 30, 28.0),
        ("AAA", "Blood", 40, 37.5),
        ("BBB", "Blood", 50, 44.0),
        ("CCC", "Blood", 60, 55.5),
    )

    def held(
        self, rows: pd.DataFrame, posts: pd.DataFrame = NO_TEAMS, outturn: pd.DataFrame = NO_TEAMS
    ) -> wte_disclosure.HeldWte:
        sent = {"has_posts": posts, "has_outturn": outturn, "in_plan": NO_TEAMS}
        return wte_disclosure.wte_hidden(rows, sent, ["Genetics"], ["labs"], RULE)

    def test_of_a_small_team_is_hidden_with_a_square_of_others_and_totals_are_kept(self) -> None:
        held = self.held(self.STAFF)
        teams = {(row.employer, row.profession) for row in held.groups.itertuples() if row.employer != "system"}
        assert ("AAA", "Genetics") in teams
        assert len(teams) == 4
        assert not held.has(pillar="labs", profession="Genetics")
        assert not held.has(employer="AAA")

    def test_of_published_staff_is_never_hidden(self) -> None:
        assert self.held(self.STAFF.assign(dataset="hchs")).groups.empty

    def test_of_twelve_people_is_shown_however_few_hours_they_work(self) -> None:
        part_time = staff(("AAA", "Genetics", 12, 4.0), ("BBB", "Genetics", 20, 18.0))
        assert self.held(part_time).groups.empty

    def test_a_vacancy_is_hidden_where_the_staff_of_the_team_are(self) -> None:
        posts = self.STAFF.assign(month=pd.Timestamp("2025-09-30"), funded_wte=50.0, in_post=self.STAFF["wte"])
        shown = self.held(self.STAFF, posts).of_vacancies(
            posts.assign(vacancy=50 - posts["in_post"], rate=0.1)[
                ["employer", "pillar", "profession", "funded_wte", "in_post", "vacancy", "rate"]
            ]
        )
        assert shown.hidden.loc[0, ["in_post", "vacancy", "rate"]].all()
        assert shown.frame["funded_wte"].tolist() == [50.0] * 6
        assert "the WTE of 1 to 9 people" in shown.says

    def test_a_row_of_a_small_profession_keeps_its_name_and_loses_its_numbers(self) -> None:
        rows = pd.concat([self.STAFF, staff(("AAA", "Immunologists", 2, 1.6))])
        held = self.held(rows)
        table = pd.DataFrame({"pillar": "labs", "profession": ["Immunologists", "Blood"], "gap": [0.4, 3.0]})
        shown = held.rows(table, table)
        assert shown.frame["profession"].tolist() == ["Immunologists", "Blood"]
        assert shown.frame["gap"].isna().tolist()[0]
        assert "Immunologists" not in held.left_in(table)["profession"].tolist()

    def test_what_hidden_professions_come_to_together_is_what_the_others_leave_of_the_total(self) -> None:
        rows = pd.concat([self.STAFF, staff(("AAA", "Immunologists", 2, 1.6))])
        by_profession = rows.groupby(["pillar", "profession"], as_index=False)["wte"].sum()
        held = self.held(rows)
        hidden = by_profession[held.are_held(by_profession)]["wte"].sum()
        assert f"come to {hidden:.0f} WTE together" in held.together(by_profession)
