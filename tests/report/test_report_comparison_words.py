"""Sentences about who differs from whom: a difference is claimed only beyond the limits of chance."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.comparison import compared, peers
from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.parts import SYSTEM, valued
from pipeline.metrics.scope import Scope
from pipeline.report.comparison_words import comparison_sentences, employer_sentences

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Al_der*", "BBB": "<script>Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
NOWHERE = pd.DataFrame({"code": [], "region": []})
NEVER = ("nan", "NaN", "NaT", "None", "<NA>", "not available")
Cells = tuple[str, str, float, float]


def five(indicator: str, numerator: float, denominator: float) -> list[Cells]:
    return [(indicator, f"P{place}", numerator, denominator) for place in range(5)]


def beside(*cells: Cells, against: str = "all", pillar: str = "all", confidence: float = 0.95) -> pd.DataFrame:
    """Values (indicator, organisation, numerator, denominator) beside their peers."""
    frame = pd.DataFrame(cells, columns=["indicator", "organisation", "numerator", "denominator"])
    values = valued(frame.assign(pillar=pillar, month=pd.Timestamp("2025-04-30"), months=1))
    return compared(values, peers(values, NOWHERE, SCOPE, against), confidence)


TENTH = five("vacancy_rate", 100_000, 1_000_000)


class TestOneOrganisation:
    def said(self, *cells: Cells, name: str = "Alder") -> list[str]:
        return comparison_sentences(beside(*cells), "AAA", name, "all organisations on file")

    def test_is_told_what_differs_with_both_values(self) -> None:
        assert self.said(("vacancy_rate", "AAA", 30, 100), *TENTH) == [
            "Beside all organisations on file (6 organisations at most; not all publish each), Alder is **worse on** "
            "vacancy rate (30.0% against 10.0%)."
        ]

    def test_is_told_what_matters_most_first_and_what_cannot_be_told_last(self) -> None:
        (said,) = self.said(
            ("stability", "AAA", 99, 100),
            ("vacancy_rate", "AAA", 30, 100),
            ("share_55_plus", "AAA", 20, 100),
            *TENTH,
            *five("stability", 700_000, 1_000_000),
            *five("share_55_plus", 200_000, 1_000_000),
        )
        assert "Alder is **worse on** vacancy rate (30.0% against 10.0%); **better on** stability " in said
        assert said.endswith(" No difference beyond chance can be told for staff aged 55 and over.")

    def test_is_told_that_all_is_within_chance(self) -> None:
        assert self.said(("vacancy_rate", "AAA", 11, 100), *TENTH) == [
            "Beside all organisations on file (6 organisations at most; not all publish each), Alder is within what "
            "chance explains on vacancy rate."
        ]

    def test_is_told_nothing_where_nothing_can_be_judged(self) -> None:
        assert self.said(("participation", "AAA", 80, 100), *five("participation", 90, 100)) == []
        assert self.said(("vacancy_rate", "AAA", 30, 100), *TENTH[:4]) == []
        assert self.said(*TENTH) == []

    def test_is_not_told_of_a_pillar_or_of_a_missing_value(self) -> None:
        labs = beside(("vacancy_rate", "AAA", 30, 100), *TENTH, pillar="labs")
        assert comparison_sentences(labs, "AAA", "Alder", "all") == []
        assert self.said(("vacancy_rate", "AAA", 1, 2), *TENTH) == []

    def test_has_a_name_that_formats_nothing(self) -> None:
        (said,) = self.said(("vacancy_rate", "AAA", 30, 100), *TENTH, name="<script>A_l*der")
        assert "\\<script\\>A\\_l\\*der is" in said

    def test_of_the_system_beside_its_region_reads_alike(self) -> None:
        rows = beside(("vacancy_rate", SYSTEM, 30, 100), *TENTH)
        (said,) = comparison_sentences(rows, SYSTEM, "the system", "the organisations of the region")
        assert said.startswith("Beside the organisations of the region (5 organisations at most;")
        assert "the system is **worse on** vacancy rate" in said

    @pytest.mark.parametrize("name", list(cards()))
    def test_reads_without_a_missing_value_on_every_indicator(self, name: str) -> None:
        said = self.said((name, "AAA", 900_000, 1_000_000), *five(name, 100_000, 1_000_000))
        assert not [word for word in NEVER if word in " ".join(said)]
        judged = cards()[name].interval != "none"
        assert bool(said) == judged


class TestEmployers:
    def said(self, *cells: Cells, scope: Scope = SCOPE) -> list[str]:
        # Five more employers, so that the system has the five that a reference asks for.
        more = {f"P{place}": f"Poplar {place}" for place in range(5)}
        whole = Scope({**scope.names, **more}, frozenset(), frozenset(), scope.pillars)
        frame = pd.DataFrame(cells, columns=["indicator", "organisation", "numerator", "denominator"])
        values = valued(frame.assign(pillar="all", month=pd.Timestamp("2025-04-30"), months=1))
        own = peers(values, NOWHERE, whole, "system")
        return employer_sentences(compared(values, own, 0.998), compared(values, own), whole)

    def test_that_differ_are_named_with_the_system_s_value(self) -> None:
        head, told = self.said(("vacancy_rate", "BBB", 40, 100), ("vacancy_rate", "AAA", 12, 100), *TENTH)
        assert head == (
            "On 1 indicator that can be judged, 1 value of employers lies beyond limits of 99.8%, which one in 500 "
            "would pass by chance:"
        )
        assert told == "- **\\<script\\>Birch**: vacancy rate 40.0% (worse, against 10.0%)."

    def test_stand_in_the_order_of_the_plan(self) -> None:
        cells = [("vacancy_rate", "BBB", 40.0, 100.0), ("vacancy_rate", "AAA", 45.0, 100.0)]
        told = self.said(*cells, *TENTH)[1].splitlines()
        assert [line.split(":")[0] for line in told] == ["- **Al\\_der\\***", "- **\\<script\\>Birch**"]

    def test_that_do_not_differ_are_said_not_to(self) -> None:
        assert self.said(("vacancy_rate", "AAA", 12, 100), *TENTH) == [
            "On 1 indicator that can be judged, no employer differs beyond limits of 99.8%."
        ]

    def test_that_differ_only_beyond_95_percent_are_counted(self) -> None:
        (said,) = self.said(("vacancy_rate", "AAA", 17, 100), *TENTH)
        assert said.endswith(
            "of 99.8%. 1 value differs beyond limits of 95%, as the table marks; of twenty such values "
            "one would do so by chance."
        )

    def test_of_which_nothing_can_be_judged_are_not_spoken_of(self) -> None:
        assert self.said(("participation", "AAA", 80, 100), *five("participation", 90, 100)) == []
        assert self.said() == []
        assert self.said(*TENTH[:4]) == []

    def test_do_not_stand_beside_the_system_s_own_row(self) -> None:
        head, told = self.said(("vacancy_rate", "AAA", 40, 100), ("vacancy_rate", SYSTEM, 900_000, 1_000_000), *TENTH)
        assert "1 value of employers lies beyond" in head
        assert told.count("- **") == 1
