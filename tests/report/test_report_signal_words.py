"""Sentences and tables about what changed: nothing is claimed that the months do not show."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.parts import SYSTEM
from pipeline.metrics.scope import Scope
from pipeline.metrics.signals import SIGNAL, charted, signals
from pipeline.report import signal_words as words

pytestmark = pytest.mark.unit
LIMITS = pd.DataFrame({"mean": [0.5, 0.5]})

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset(), ("imaging", "labs"))
APRIL = pd.Timestamp("2025-04-30")
NEVER = ("nan", "NaN", "NaT", "None", "<NA>")


def row(**cells: Any) -> dict[str, Any]:
    """A signal: the vacancy rate of the system, above its usual range in April 2025."""
    usual = {
        "indicator": "vacancy_rate",
        "organisation": SYSTEM,
        "pillar": "all",
        "month": APRIL,
        "value": 0.123,
        "months": 16,
        "variation": "concerning",
        "rule": "outside",
        "side": "high",
        "since": APRIL,
        "mean": 0.09,
        "lower": 0.07,
        "upper": 0.11,
        "moved": 0,
        "moved_from": 0.123,
        "target": None,
        "assured": "no target",
        "year_before": None,
        "counted": None,
        "of": None,
    }
    return {**usual, **cells}


def found(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=SIGNAL)


COMMON: dict[str, Any] = {"variation": "common", "rule": "", "side": "", "since": None}
FEW: dict[str, Any] = {**COMMON, "variation": "too few", "mean": None, "lower": None, "upper": None, "months": 5}


def told(**cells: Any) -> str:
    """The sentence of one signal."""
    head, sentence = words.signal_sentences(found(row(**cells)))
    assert head == "**1 indicator** changed by more than month-to-month chance explains:"
    return sentence


class TestSentences:
    def test_of_a_month_above_the_range_give_the_range(self) -> None:
        assert told() == (
            "- **Vacancy rate**: 12.3% in April 2025, above the 7.0% to 11.0% that chance explains; a change for the "
            "worse."
        )

    def test_of_a_month_below_the_range(self) -> None:
        said = told(side="low", variation="improving", value=0.05)
        assert said.endswith(
            "5.0% in April 2025, below the 7.0% to 11.0% that chance explains; a change for the better."
        )

    def test_of_a_shift_count_the_months_since_it_began(self) -> None:
        said = told(rule="shift", since=pd.Timestamp("2024-09-30"))
        assert "12.3% in April 2025, above its average of 9.0% for 8 months; a change for the worse." in said

    def test_of_a_shift_below_the_average(self) -> None:
        said = told(rule="shift", side="low", variation="improving", since=pd.Timestamp("2024-10-31"))
        assert "below its average of 9.0% for 7 months; a change for the better." in said

    @pytest.mark.parametrize(("moved", "way"), [(6, "a rise"), (-7, "a fall")])
    def test_of_a_trend_tell_what_it_began_with(self, moved: int, way: str) -> None:
        said = told(rule="trend", moved=moved, moved_from=0.08)
        assert (
            f"12.3% in April 2025, after {way} in each of {abs(moved)} months from 8.0%; a change for the worse."
            in said
        )

    @pytest.mark.parametrize(("side", "end"), [("high", "upper"), ("low", "lower")])
    def test_of_months_near_a_limit_name_the_end(self, side: str, end: str) -> None:
        said = told(rule="near limit", side=side)
        assert f"in April 2025, and in two of three months near the {end} end of what chance explains;" in said

    @pytest.mark.parametrize("state", ["high", "low"])
    def test_of_an_amount_call_it_neither_good_nor_bad(self, state: str) -> None:
        said = told(indicator="staff_wte", variation=state, side=state, value=140.0, lower=100.0, upper=120.0)
        assert said.startswith("- **Staff in post, WTE**: 140 in April 2025")
        assert said.endswith("; a change that is neither good nor bad by itself.")

    def test_tell_the_year_before_where_it_is_known(self) -> None:
        assert told(year_before=0.1).endswith(" A year before: 10.0%.")
        assert "year before" not in told(year_before=float("nan"))

    def test_name_the_pillar(self) -> None:
        assert told(pillar="labs").startswith("- **Vacancy rate** in laboratories: ")

    def test_put_what_is_worst_first(self) -> None:
        rows = [row(variation=state, pillar=pillar) for state, pillar in (("low", "labs"), ("improving", "imaging"))]
        head, said = words.signal_sentences(found(*rows, row(variation="high"), row(pillar="endoscopy")))
        assert head.startswith("**4 indicators** changed")
        order = [line.rsplit("; ", 1)[1] for line in said.splitlines()]
        good = "a change for the better."
        neither = "a change that is neither good nor bad by itself."
        assert order == ["a change for the worse.", good, neither, neither]

    def test_of_many_count_the_rest(self) -> None:
        rows = [row() for _ in range(7)]
        assert words.signal_sentences(found(*rows))[1].splitlines()[-1] == "- 1 more signal is in the table."
        assert words.signal_sentences(found(*rows), most=5)[1].splitlines()[-1] == "- 2 more signals are in the table."
        assert "more signal" not in words.signal_sentences(found(*rows[:6]))[1]

    def test_of_no_change_say_so_and_name_what_stayed(self) -> None:
        said = words.signal_sentences(found(row(**COMMON), row(**COMMON, indicator="sickness_rate", value=0.05)))
        assert said == [
            "No indicator changed by more than it usually does from month to month.",
            "No more than the usual movement from month to month was seen in vacancy rate (12.3%) and sickness "
            "absence, all staff (5.0%).",
        ]

    def test_of_what_cannot_be_judged_claim_no_change_and_no_lack_of_it(self) -> None:
        assert words.signal_sentences(found(row(**FEW, pillar="imaging"))) == [
            "There are too few months to tell a change from chance in vacancy rate in imaging (12.3%)."
        ]

    def test_of_some_of_each_kind_tell_them_apart(self) -> None:
        said = words.signal_sentences(found(row(**FEW), row(**COMMON, pillar="labs"), row(pillar="imaging")))
        assert [sentence.split(" ")[0] for sentence in said] == ["**1", "-", "No", "There"]
        assert "in laboratories" in said[2]

    def test_of_nothing_are_none(self) -> None:
        assert words.signal_sentences(found()) == []
        assert words.signal_table(found()).empty


class TestTable:
    def cells(self, **cells: Any) -> pd.Series:
        return words.signal_table(found(row(**cells))).iloc[0]

    def test_has_a_row_in_words(self) -> None:
        assert self.cells(year_before=0.1).to_dict() == {
            "indicator": "Vacancy rate",
            "latest": "12.3%",
            "month": "April 2025",
            "a_year_before": "10.0%",
            "usual_range": "7.0% to 11.0%",
            "signal": "■ Worse since April 2025",
            "target": None,
        }

    @pytest.mark.parametrize(
        ("state", "said"),
        [("improving", "◆ Better"), ("high", "▲ Higher"), ("low", "▼ Lower"), ("concerning", "■ Worse")],
    )
    def test_says_each_signal_with_a_sign_of_its_own(self, state: str, said: str) -> None:
        since = pd.Timestamp("2024-12-31")
        assert self.cells(variation=state, since=since)["signal"] == f"{said} since December 2024"

    def test_says_what_is_as_usual_and_what_has_too_few_months(self) -> None:
        assert self.cells(**COMMON)["signal"] == "● As usual"
        few = self.cells(**FEW)
        assert few["signal"] == "Too few months (5)"
        assert pd.isna(few["usual_range"])

    @pytest.mark.parametrize(
        ("assured", "said"),
        [
            ("passing", "8.0%: met every month"),
            ("failing", "8.0%: not met without a change"),
            ("hit or miss", "8.0%: met by chance in some months"),
            ("too few", "8.0%"),
        ],
    )
    def test_says_what_becomes_of_a_target(self, assured: str, said: str) -> None:
        assert self.cells(target=0.08, assured=assured)["target"] == said

    def test_says_how_many_employers_a_total_holds_where_not_all(self) -> None:
        assert self.cells(counted=4, of=5)["indicator"] == "Vacancy rate (4 of 5 employers)"
        assert self.cells(counted=5, of=5)["indicator"] == "Vacancy rate"
        assert self.cells(counted=0, of=1)["indicator"] == "Vacancy rate (0 of 1 employer)"

    def test_of_missing_parts_beside_known_ones_never_prints_a_missing_value(self) -> None:
        rows = [row(counted=4, of=5, year_before=0.1, target=0.1, assured="passing"), row(), row(**COMMON), row(**FEW)]
        frame = found(*rows)
        said = " ".join([*words.signal_sentences(frame), *words.signal_table(frame).fillna("").to_numpy().ravel()])
        assert not [word for word in NEVER if word in said]


class TestEveryIndicator:
    @pytest.mark.parametrize("name", list(cards()))
    def test_reads_without_a_missing_value_from_its_months(self, name: str) -> None:
        months = pd.date_range("2024-01-31", periods=14, freq="ME")
        base = {"indicator": name, "organisation": SYSTEM}
        jump = pd.DataFrame({**base, "pillar": "all", "month": months, "value": [0.2, 0.21] * 6 + [0.2, 0.9]})
        flat = pd.DataFrame({**base, "pillar": "labs", "month": months[:3], "value": [0.2, None, 0.3]})
        frame = signals(pd.concat([jump, flat]), {name: 0.5})
        sentences, table = words.signal_sentences(frame), words.signal_table(frame)
        said = " ".join([*sentences, *table.fillna("").to_numpy().ravel()])
        assert cards()[name].name in said.replace("\\", "")
        assert not [word for word in NEVER if word in said]
        assert "too few months" in sentences[-1].lower()


class TestPanels:
    def points(self) -> pd.DataFrame:
        months = pd.date_range("2024-01-31", periods=2, freq="ME")
        cells = {"indicator": "vacancy_rate", "organisation": "AAA", "pillar": "labs"}
        return charted(pd.DataFrame({**cells, "month": months, "value": [0.1, 0.2]}))

    @pytest.mark.parametrize(
        ("by", "name"), [("indicator", "Vacancy rate"), ("pillar", "Laboratories"), ("organisation", "Alder")]
    )
    def test_are_named_by_what_tells_them_apart(self, by: str, name: str) -> None:
        assert set(words.panels_of(self.points(), SCOPE, by)["name"]) == {name}

    def test_of_one_unit_are_those_that_can_share_an_axis(self) -> None:
        rows = pd.DataFrame({"indicator": ["staff_wte", "vacancy_rate", "sickness_rate", "participation"]})
        assert words.of_unit(rows, "percent")["indicator"].tolist() == ["vacancy_rate", "sickness_rate"]


class TestNotes:
    def series(self, counted: int, of: int) -> pd.DataFrame:
        return pd.DataFrame({"pillar": ["labs", "labs", "imaging"], "counted": [counted, counted, 5], "of": of})

    def test_say_which_pillars_do_not_hold_every_employer(self) -> None:
        said = words.series_note(self.series(4, 5), LIMITS, 5)
        assert said.startswith(words.CHART_NOTE)
        assert said.endswith("Laboratories counts 4 of 5 employers: the others have too few months.")

    def test_say_nothing_of_it_where_all_are_held(self) -> None:
        said = words.series_note(self.series(5, 5), LIMITS, 5)
        assert said == f"{words.CHART_NOTE} Each series is over the same employers in every month."

    def test_of_one_employer_speak_of_no_others(self) -> None:
        assert words.series_note(pd.DataFrame({"pillar": ["labs"]}), LIMITS, 1) == words.CHART_NOTE

    def test_of_series_without_a_known_number_say_nothing_of_it(self) -> None:
        rows = pd.DataFrame({"pillar": ["labs"], "counted": [float("nan")], "of": [float("nan")]})
        assert "counts" not in words.series_note(rows, LIMITS, 3)

    def test_speak_of_august_only_where_joiners_or_leavers_are_shown(self) -> None:
        assert "August" in words.rates_note(LIMITS.assign(indicator=["leaver_rate", "vacancy_rate"]))
        assert words.rates_note(LIMITS.assign(indicator="vacancy_rate")) == words.CHART_NOTE

    def test_say_so_where_there_are_too_few_months_for_limits(self) -> None:
        assert words.chart_note(pd.DataFrame({"mean": [float("nan")]})) == words.FEW_NOTE

    def test_a_panel_of_one_month_is_not_drawn(self) -> None:
        points = pd.DataFrame({"name": ["A", "A", "B", "B"], "value": [1.0, 2.0, 3.0, float("nan")]})
        assert words.followed(points)["name"].unique().tolist() == ["A"]
