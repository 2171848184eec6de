"""Tables that charts are drawn from: timelines of training, actions, plan and outturn, vacancies."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics.operational_plan import progress_by
from pipeline.metrics.scope import Scope
from pipeline.report.action_words import timelines
from pipeline.report.flow_words import vacancy_grid
from pipeline.report.plan_words import changes

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch", "CCC": "Cedar"}, frozenset(), frozenset(), ("imaging", "labs"))
BASE = dt.date(2025, 3, 31)


class TestTimelines:
    def intakes(self, *rows: tuple[str, str, str, str, bool]) -> pd.DataFrame:
        """Pillar, route, start, arrival, and whether it has begun."""
        frame = pd.DataFrame(rows, columns=["pillar", "route", "starts_on", "arrives", "begun"])
        days = {name: pd.to_datetime(frame[name]) for name in ("starts_on", "arrives")}
        return frame.assign(**days, ends_on=days["arrives"], people=5.0)

    def test_hold_those_still_to_arrive_in_groups_by_pillar(self) -> None:
        expected = self.intakes(
            ("labs", "Programme", "2024-09-30", "2026-09-30", True),
            ("imaging", "Degree", "2025-09-30", "2028-09-30", False),
            ("imaging", "Degree", "2022-09-30", "2025-03-31", True),
            ("imaging", "Degree", "2023-09-30", "2026-09-30", True),
        )
        found = timelines(expected, BASE)
        assert found.columns.tolist() == ["row", "group", "starts", "ends", "arrives", "people", "kind"]
        assert found[["row", "group", "kind"]].to_numpy().tolist() == [
            ["Degree", "Imaging", "begun"],
            ["Degree", "Imaging", "planned"],
            ["Programme", "Laboratories", "begun"],
        ]
        assert found["starts"].tolist() == list(pd.to_datetime(["2023-09-30", "2025-09-30", "2024-09-30"]))

    def test_of_nobody_to_come_are_empty(self) -> None:
        assert timelines(self.intakes(("labs", "Programme", "2022-09-30", "2024-09-30", True)), BASE).empty


class TestChanges:
    def progressed(self, *rows: tuple[str, float | None, float | None, float | None]) -> pd.DataFrame:
        """Profession, baseline, planned and outturn."""
        frame = pd.DataFrame(rows, columns=["profession", "baseline", "planned", "outturn"])
        numbers = frame.astype(dict.fromkeys(["baseline", "planned", "outturn"], "float64"))
        return progress_by(numbers.assign(planned_end=numbers["planned"]), ["profession"])

    def test_are_since_the_baseline_with_the_largest_planned_first(self) -> None:
        found = changes(self.progressed(("Sonographers", 20, 22, 19), ("Radiographers", 100, 110, 104)))
        assert found.to_numpy().tolist() == [["Radiographers", 10, 4], ["Sonographers", 2, -1]]
        assert found.columns.tolist() == ["profession", "planned", "outturn"]

    def test_leave_out_a_profession_without_a_baseline_or_an_outturn(self) -> None:
        found = changes(self.progressed(("A", None, 22, 19), ("B", 10, 12, None), ("C", 10, 9, 8)))
        assert found.to_numpy().tolist() == [["C", -1, -2]]

    def test_of_nothing_known_are_empty(self) -> None:
        assert changes(self.progressed(("A", None, 22, 19))).empty


class TestVacancyGrid:
    def posts(self, *rows: tuple[str, str, str, float | None, float | None]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["employer", "pillar", "profession", "funded_wte", "in_post"]).assign(
            month=pd.Timestamp(BASE)
        )

    def test_has_a_row_a_profession_and_a_column_an_employer_by_name(self) -> None:
        grid = vacancy_grid(
            self.posts(
                ("BBB", "imaging", "Sonographers", 10.0, 12.0),
                ("AAA", "imaging", "Sonographers", 20.0, 15.0),
                ("AAA", "labs", "Scientists", 8.0, 8.0),
            ),
            SCOPE,
        )
        assert grid.columns.tolist() == ["Alder", "Birch"]
        assert grid.loc["Sonographers"].tolist() == [5.0, -2.0]
        assert grid.loc["Scientists", "Alder"] == 0
        assert pd.isna(grid.loc["Scientists", "Birch"])

    def test_is_missing_where_a_side_is_not_known(self) -> None:
        grid = vacancy_grid(
            self.posts(
                ("AAA", "imaging", "Sonographers", 20.0, 15.0),
                ("AAA", "imaging", "Radiographers", None, 15.0),
                ("BBB", "imaging", "Sonographers", 20.0, None),
            ),
            SCOPE,
        )
        assert grid.index.tolist() == ["Sonographers"]
        assert grid.columns.tolist() == ["Alder"]

    def test_of_one_employer_has_one_column(self) -> None:
        assert vacancy_grid(self.posts(("CCC", "labs", "Scientists", 8.0, 7.0)), SCOPE).shape == (1, 1)

    def test_of_nothing_known_is_empty(self) -> None:
        assert vacancy_grid(self.posts(("AAA", "labs", "Scientists", None, 7.0)), SCOPE).empty
