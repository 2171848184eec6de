"""What the report says of assurance triggers: counts, who is told, grids in shapes and words, names as they are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from pipeline.metrics.assurance.definitions import Assurance
from pipeline.metrics.assurance.history import escalations
from pipeline.metrics.assurance.judging import UNKNOWN, judge
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.scope import Scope
from pipeline.report.assurance_words import (
    ALTOGETHER,
    GRID_NOTE,
    SHOWN_AS,
    assurance_sentences,
    changed_sentences,
    definitions_table,
    fired_table,
    grid_note,
    history_rows,
    pillar_grid,
    status_grid,
    telling_table,
)

pytestmark = pytest.mark.unit
LOCAL = "To be agreed locally (placeholder)"

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset(), ("endoscopy", "imaging"))
MONTHS = pd.date_range("2025-08-31", periods=3, freq="ME")
WAITS = {"indicator": "waits_6_plus", "worse": "above", "amber": 0.01, "red": 0.14, "weight": 2, "must": True}


def assurance(*titles: str) -> Assurance:
    """A group of triggers t0, t1 ... with these titles, each on the vacancy rate, and a group on waits."""
    vacancy = {"indicator": "vacancy_rate", "worse": "above", "amber": 0.067, "red": 0.1, "weight": 1}
    tell = {"amber": {"who": "heads of service", "days": 28}, "red": {"who": "the *board*", "days": 1}}
    made = [
        {
            **{"id": f"t{number}", "title": title, "weight": 1, "tell": tell},
            "metrics": [{**vacancy, "source": "placeholder"}],
        }
        for number, title in enumerate(titles)
    ]
    last = {"id": "w", "title": "Waits are long", "weight": 1, "tell": tell}
    last["metrics"] = [
        {**WAITS, "source": "the standard"},
        {**vacancy, "worse": "below", "amber": 0, "red": -0.1, "source": "ours"},
    ]
    return Assurance.model_validate(
        {
            "groups": [
                {"id": "g", "question": "Staffed?", "weight": 1, "why": "So.", "triggers": made},
                {"id": "h", "question": "Waiting?", "weight": 1, "why": "So.", "triggers": [last]},
            ]
        }
    )


OWN = assurance("Posts are empty", "Staff leave")


def past(said: Mapping[str, list[str]], organisation: str = "system", pillar: str = "all") -> pd.DataFrame:
    """Statuses of triggers in August, September and October 2025."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    **{"group": "g", "trigger": name, "organisation": organisation, "pillar": pillar},
                    **{"month": MONTHS, "status": statuses, "score": 1.0},
                }
            )
            for name, statuses in said.items()
        ],
        ignore_index=True,
    )


def now(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["month"] == MONTHS[-1]].reset_index(drop=True)


def sentences(said: Mapping[str, list[str]], own: Assurance = OWN) -> list[str]:
    frame = past(said)
    return assurance_sentences(now(frame), escalations(now(frame), frame, own), own)


GREEN, AMBER, RED, NOT = (["green"] * 3, ["green", "green", "amber"], ["green", "red", "red"], [UNKNOWN] * 3)


class TestSentences:
    """How many are red, and who is told."""

    def test_nothing_red_is_only_counted(self) -> None:
        assert sentences({"t0": GREEN, "t1": AMBER, "w": GREEN}) == [
            "Of 3 assurance triggers for the system, 1 is amber and 2 are green."
        ]

    def test_one_red_says_since_when_and_who_is_told(self) -> None:
        assert sentences({"t0": RED, "t1": AMBER, "w": GREEN}) == [
            "Of 3 assurance triggers for the system, 1 is red, 1 is amber and 1 is green.",
            r"- **Posts are empty**, red since September 2025: to be told, within 1 day, the \*board\*.",
        ]

    def test_many_red_have_a_line_each_longest_first(self) -> None:
        head, lines = sentences({"t0": RED, "t1": ["red"] * 3, "w": ["green", UNKNOWN, "red"]})
        assert head == "Of 3 assurance triggers for the system, 3 are red."
        assert [line.split(":")[0] for line in lines.splitlines()] == [
            "- **Staff leave**, red since August 2025 or before",
            "- **Posts are empty**, red since September 2025",
            # September is not known: it may have been red then.
            "- **Waits are long**, red since October 2025 or before",
        ]

    def test_what_is_not_known_is_counted_whether_it_has_a_row_or_not(self) -> None:
        assert sentences({"t0": GREEN, "t1": NOT}) == [
            "Of 3 assurance triggers for the system, 1 is green; of 2 others too little is on file to tell."
        ]
        assert sentences({"t0": GREEN, "t1": GREEN}) == [
            "Of 3 assurance triggers for the system, 2 are green; of 1 other too little is on file to tell."
        ]

    def test_nothing_known_is_said_in_a_sentence_of_its_own(self) -> None:
        assert sentences({"t0": NOT, "w": NOT}) == [
            "Too little is on file to tell of any of the 3 assurance triggers for the system."
        ]

    def test_no_row_of_the_system_says_nothing(self) -> None:
        frame = past({"t0": RED}, organisation="AAA")
        assert assurance_sentences(now(frame), escalations(now(frame), frame, OWN), OWN) == []

    def test_a_red_that_the_history_does_not_know_has_no_month(self) -> None:
        frame = past({"t0": RED})
        fired = escalations(now(frame), past({"t0": GREEN}), OWN)
        assert assurance_sentences(now(frame), fired, OWN)[1].startswith("- **Posts are empty**: to be told")

    @pytest.mark.parametrize("name", ["<script>alert(1)</script> & *all*", "_a_ [b](http://c) # `d`"])
    def test_names_of_a_plan_are_shown_as_they_stand(self, name: str) -> None:
        own = assurance(name)
        said = [*sentences({"t0": RED}, own), *changed_sentences(changed("t0"), own)]
        page = MarkdownIt("commonmark").render("\n\n".join(said))
        assert "<script>" not in page
        assert "<a " not in page
        assert page.count("<em>") == 0
        shown = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert page.count(shown) + page.count(shown[:1].lower() + shown[1:]) >= 2


def changed(*names: str, organisation: str = "system") -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{"trigger": list(names), "organisation": organisation, "pillar": "all", "month": MONTHS[1]},
            **{"before": "green", "status": "red"},
        }
    )


class TestChanges:
    """The latest changes of the system."""

    def test_each_says_from_what_to_what_and_when(self) -> None:
        assert changed_sentences(changed("t0", "t1"), OWN) == [
            "Changed in the last twelve months: posts are empty from green to red in September 2025 and staff leave "
            "from green to red in September 2025."
        ]

    def test_no_more_than_asked_for_and_none_of_others(self) -> None:
        assert changed_sentences(changed("t0", "t1"), OWN, most=1)[0].count("from green") == 1
        assert changed_sentences(changed("t0", organisation="AAA"), OWN) == []


def by_group(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["group", "organisation", "pillar", "status"])


class TestTables:
    """Grids, what fired, and the definitions."""

    def test_every_status_has_a_shape_and_a_word(self) -> None:
        read = {status: said.replace("\N{NO-BREAK SPACE}", " ") for status, said in SHOWN_AS.items()}
        assert read == {"green": "● Green", "amber": "▲ Amber", "red": "■ Red", UNKNOWN: "○ Not known"}

    def test_the_grid_has_questions_by_employer_with_all_together_last(self) -> None:
        found = by_group(
            ("h", "AAA", "all", "green"),
            ("g", "system", "all", "red"),
            ("g", "AAA", "all", "amber"),
            ("g", "AAA", "imaging", "red"),
            ("g", "ZZZ", "all", "red"),
        )
        whole = by_group(("", "system", "all", UNKNOWN), ("", "AAA", "all", "amber")).drop(columns="group")
        grid = status_grid(found, whole, OWN, SCOPE)
        assert grid.columns[0] == "question"
        assert grid.columns[2:].tolist() == ["Alder", "Birch"]
        assert grid.to_numpy().tolist() == [
            ["Staffed?", SHOWN_AS["red"], SHOWN_AS["amber"], SHOWN_AS[UNKNOWN]],
            ["Waiting?", SHOWN_AS[UNKNOWN], SHOWN_AS["green"], SHOWN_AS[UNKNOWN]],
            [ALTOGETHER, SHOWN_AS[UNKNOWN], SHOWN_AS["amber"], SHOWN_AS[UNKNOWN]],
        ]

    def test_the_grid_of_pillars_is_of_the_system_alone(self) -> None:
        found = by_group(("g", "system", "imaging", "red"), ("g", "AAA", "endoscopy", "red"))
        grid = pillar_grid(found, OWN, SCOPE)
        assert grid.columns.tolist() == ["question", "Endoscopy", "Imaging"]
        assert grid.iloc[0].tolist() == ["Staffed?", SHOWN_AS[UNKNOWN], SHOWN_AS["red"]]
        assert grid.iloc[1].tolist() == ["Waiting?", SHOWN_AS[UNKNOWN], SHOWN_AS[UNKNOWN]]

    def test_what_fired_says_which_threshold_was_passed_where_and_since_when(self) -> None:
        values = pd.DataFrame(
            {
                "indicator": ["vacancy_rate", "waits_6_plus"],
                "organisation": ["system", "AAA"],
                "pillar": "all",
                "month": MONTHS[-1],
                "value": [0.12, 0.02],
            }
        )
        frame = pd.concat([past({"t0": RED}), past({"w": AMBER}, "AAA"), past({"t1": RED}, "system", "imaging")])
        shown = fired_table(escalations(now(frame), frame, OWN), judge(values, OWN), SCOPE, values.assign(months=1.0))
        assert shown["trigger"].tolist() == ["Posts are empty", "Waits are long"]
        assert shown["where"].iloc[1] == "Alder"
        assert shown["status"].tolist() == [SHOWN_AS["red"], SHOWN_AS["amber"]]
        assert shown["passed"].tolist() == [
            "October 2025: vacancy rate 12.0% (red from 10.0%)",
            "October 2025: waiting 6 weeks or more for a key test 2.0% (amber from 1.0%)",
        ]
        assert shown["since"].tolist() == ["September 2025", "October 2025"]
        assert shown["told"].tolist() == ["the *board*, 1 day", "heads of service, 28 days"]

    @pytest.mark.parametrize(
        ("value", "said"), [(0.0996, "9.96% (amber from 6.70%, red from 10.00%)"), (0.0994, "9.9% (amber from 6.7%)")]
    )
    def test_a_value_that_reads_as_the_threshold_it_has_not_reached_has_a_decimal_more(
        self, value: float, said: str
    ) -> None:
        cell = {"indicator": "vacancy_rate", "organisation": "system", "pillar": "all", "month": MONTHS[-1]}
        values = pd.DataFrame([{**cell, "value": value}])
        frame = past({"t0": AMBER})
        shown = fired_table(escalations(now(frame), frame, OWN), judge(values, OWN), SCOPE, values.assign(months=1.0))
        assert shown["passed"].tolist() == [f"October 2025: vacancy rate {said}"]

    def test_nothing_fired_has_an_empty_table(self) -> None:
        frame = past({"t0": GREEN})
        empty = pd.DataFrame(columns=["indicator", "organisation", "pillar", "month", "value"])
        empty = empty.astype({"month": "datetime64[ns]", "value": "float64"})
        assert fired_table(
            escalations(now(frame), frame, OWN), judge(empty, OWN), SCOPE, empty.assign(months=1.0)
        ).empty

    def test_definitions_give_thresholds_in_their_unit_weight_and_source(self) -> None:
        shown = definitions_table(OWN)
        assert shown["trigger"].tolist() == ["Posts are empty", "Staff leave", "Waits are long", "Waits are long"]
        assert shown["amber"].tolist() == ["from 6.7%", "from 6.7%", "from 1.0%", "down from 0.0%"]
        assert shown["red"].tolist() == ["from 10.0%", "from 10.0%", "from 14.0%", "down from −10.0%"]
        assert shown["weight"].tolist() == ["1", "1", "2 (must)", "1"]
        assert shown["source"].tolist() == [LOCAL, LOCAL, "the standard", "ours"]

    def test_the_table_of_who_is_told_has_the_question_and_the_days(self) -> None:
        shown = telling_table(OWN)
        assert shown["trigger"].tolist() == ["Posts are empty", "Staff leave", "Waits are long"]
        assert shown["at_amber"].iloc[0] == "heads of service, within 28 days"
        assert shown["at_red"].iloc[0] == "the *board*, within 1 day"

    def test_history_is_of_the_system_in_the_order_of_the_file_without_what_was_never_known(self) -> None:
        frame = pd.concat([past({"w": GREEN, "t0": RED, "t1": NOT}), past({"t1": RED}, "AAA")])
        rows = history_rows(frame[::-1], OWN)
        assert rows["trigger"].tolist() == ["Posts are empty"] * 3 + ["Waits are long"] * 3
        assert rows["status"].tolist() == [*RED, *GREEN]
        assert rows["month"].tolist() == [*MONTHS, *MONTHS]


def test_the_note_says_why_an_answer_is_amber_though_one_of_its_triggers_is_red() -> None:
    given = assurance("Too many leave", "Few come")
    place = {"organisation": SYSTEM, "pillar": ALL_PILLARS}
    groups = pd.DataFrame([{**place, "group": "g", "status": "amber", "score": 1.0}])
    now = pd.DataFrame(
        [{**place, "trigger": f"t{number}", "status": word} for number, word in enumerate(("red", "green"))]
    )
    told = grid_note(groups, now, given)
    assert (
        "Staffed? For the system, “Too many leave” is red (weight 1) and “Few come” is green (weight 1): 1.00" in told
    )
    assert "red is from 1.5" in told
    assert grid_note(groups, now.assign(status="amber"), given) == GRID_NOTE
    assert grid_note(groups.assign(status="red"), now, given) == GRID_NOTE
    assert grid_note(groups.head(0), now.head(0), given) == GRID_NOTE
