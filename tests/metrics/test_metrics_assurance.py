"""Assurance triggers worked by hand: what a file of them may say, how they are judged, and what they did over time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.assurance.definitions import Assurance, read_assurance
from pipeline.metrics.assurance.history import changes, escalations, since
from pipeline.metrics.assurance.judging import UNKNOWN, groups, judge, overall, triggers
from pipeline.problems import InputRefused, Problem
from pipeline.reference import FOLDER

pytestmark = pytest.mark.unit

TELL = {"amber": {"who": "heads of service", "days": 28}, "red": {"who": "the board", "days": 7}}
PLACE = {"organisation": "AAA", "pillar": "all"}
Words = dict[str, Any]


def metric(indicator: str, **changed: Any) -> Words:
    """Amber from 10, red from 20, unless it says otherwise."""
    usual = {"indicator": indicator, "worse": "above", "amber": 10, "red": 20, "weight": 1, "source": "placeholder"}
    return {**usual, **changed}


def trigger(name: str, *metrics: Words, weight: float = 1) -> Words:
    return {"id": name, "title": f"About {name}", "weight": weight, "tell": TELL, "metrics": list(metrics)}


def group(name: str, *found: Words, weight: float = 1) -> Words:
    return {"id": name, "question": f"Is {name} well?", "weight": weight, "why": "It shows.", "triggers": list(found)}


def assurance_of(*found: Words) -> Assurance:
    return Assurance.model_validate({"groups": list(found)})


def one(*metrics: Words) -> Assurance:
    """One group with one trigger of these metrics."""
    return assurance_of(group("g", trigger("t", *metrics)))


def values(*rows: tuple[str, float | None], month: str = "2025-10-31") -> pd.DataFrame:
    """Indicator and value at one place and month."""
    frame = pd.DataFrame(rows, columns=["indicator", "value"]).astype({"value": "float64"})
    return frame.assign(**PLACE, month=pd.Timestamp(month))


def months(indicator: str, *found: float | None) -> pd.DataFrame:
    """An indicator's values month by month from January 2025."""
    ends = pd.date_range("2025-01-31", periods=len(found), freq="ME")
    return pd.DataFrame({"indicator": indicator, **PLACE, "month": ends, "value": list(found)}).astype(
        {"value": "float64"}
    )


def levels(frame: pd.DataFrame, assurance: Assurance) -> list[float | None]:
    ordered = judge(frame, assurance).sort_values(["month", "indicator"])
    return [None if pd.isna(level) else float(level) for level in ordered["level"]]


def status(frame: pd.DataFrame, assurance: Assurance) -> str:
    """The status of the only trigger, or of all together where there are several groups."""
    found = triggers(judge(frame, assurance), assurance)
    assert len(found) == 1
    return str(found["status"].iloc[0])


class TestDefinitions:
    """What a file of triggers may say."""

    def test_the_default_file_has_six_questions_and_every_metric_has_a_source(self) -> None:
        found = read_assurance(FOLDER / "assurance.yaml")
        assert [each.id for each in found.groups] == ["staffed", "keeping", "well", "lasting", "waiting", "centres"]
        assert (found.metrics()["source"].str.len() > 0).all()
        vacancy = found.metrics().set_index("indicator").loc["vacancy_rate"]
        assert (vacancy["amber"], vacancy["red"], vacancy["must"], vacancy["months"]) == (0.067, 0.10, True, 1)

    def test_metrics_stand_in_the_order_of_the_file_with_their_group_and_trigger(self) -> None:
        found = assurance_of(
            group("g", trigger("t", metric("stability"), metric("sickness_rate"))),
            group("h", trigger("u", metric("stability"))),
        )
        assert found.metrics()[["group", "trigger", "indicator"]].to_numpy().tolist() == [
            ["g", "t", "stability"],
            ["g", "t", "sickness_rate"],
            ["h", "u", "stability"],
        ]

    @pytest.mark.parametrize(
        ("wrong", "key", "rule"),
        [
            ([trigger("t", metric("vacancies"))], "0.triggers.0.metrics.0.indicator", "no indicator of that name"),
            ([trigger("t", metric("stability", red=9))], "0.triggers.0.metrics.0", "red (9) should be worse than"),
            (
                [trigger("t", metric("stability", worse="below"))],
                "0.triggers.0.metrics.0",
                "red (20) should be worse than amber (10), or the same",
            ),
            ([trigger("t", metric("stability", colour="x"))], "0.triggers.0.metrics.0.colour", "this key is not known"),
            ([trigger("t", metric("stability", weight=0))], "0.triggers.0.metrics.0.weight", "should be more than 0"),
            ([trigger("t", metric("stability", worse="up"))], "0.triggers.0.metrics.0.worse", "'above' or 'below'"),
            ([trigger("t", metric("stability", months=0))], "0.triggers.0.metrics.0.months", "should be 1 or more"),
            ([trigger("t", metric("stability", source=""))], "0.triggers.0.metrics.0.source", "should not be empty"),
            ([trigger("t", metric("stability", source="  "))], "0.triggers.0.metrics.0.source", "should not be empty"),
            (
                [trigger("t", metric("stability", amber=float("nan")))],
                "0.triggers.0.metrics.0.amber",
                "should be a finite number",
            ),
            (
                [trigger("t", metric("stability", weight=float("inf")))],
                "0.triggers.0.metrics.0.weight",
                "should be a finite number",
            ),
            ([trigger("t", metric("stability"), metric("stability"))], "0.triggers.0", "t names an indicator twice"),
            ([trigger("t")], "0.triggers.0.metrics", "should not be empty"),
            ([], "0.triggers", "should not be empty"),
            (
                [{**trigger("t", metric("stability")), "tell": {"amber": TELL["amber"]}}],
                "0.triggers.0.tell.red",
                "this key is needed and is not there",
            ),
        ],
    )
    def test_what_is_wrong_is_named_with_file_key_and_rule(
        self, tmp_path: Path, wrong: list[Words], key: str, rule: str
    ) -> None:
        (found,) = refused(tmp_path, json.dumps({"groups": [group("g", *wrong)]}))
        assert (Path(found.file).name, found.key) == ("own.yaml", f"groups.{key}")
        assert rule in found.rule

    def test_every_error_is_told_not_only_the_first(self, tmp_path: Path) -> None:
        wrong = trigger("t", metric("vacancies"), metric("stability", weight=-1), weight=0)
        found = refused(tmp_path, json.dumps({"groups": [group("g", wrong)]}))
        assert [each.key.removeprefix("groups.0.triggers.0.") for each in found] == [
            "weight",
            "metrics.0.indicator",
            "metrics.1.weight",
        ]

    @pytest.mark.parametrize(
        ("found", "rule"),
        [
            ([group("g", trigger("t", metric("stability")), trigger("t", metric("stability")))], "twice there is t"),
            ([group("g", trigger("g", metric("stability")))], "twice there is g"),
            (
                [group("g", trigger("t", metric("stability"))), group("g", trigger("u", metric("stability")))],
                "twice there is g",
            ),
        ],
    )
    def test_an_id_given_twice_is_refused(self, tmp_path: Path, found: list[Words], rule: str) -> None:
        (problem,) = refused(tmp_path, json.dumps({"groups": found}))
        assert rule in problem.rule

    def test_a_title_or_a_question_given_twice_is_refused_since_rows_are_named_by_it(self, tmp_path: Path) -> None:
        same = [{**trigger(name, metric("stability")), "title": "Same"} for name in ("t", "u")]
        (problem,) = refused(tmp_path, json.dumps({"groups": [group("g", *same)]}))
        assert problem.rule == "questions and titles differ from one another; twice there is Same"

    @pytest.mark.parametrize(
        ("words", "key", "rule"),
        [
            ("groups: []\n", "groups", "should not be empty"),
            ("", "", "should be lines of `key: value`"),
            ("- one\n", "", "should be lines of `key: value`"),
            ("groups: [\n", "", "not valid YAML"),
            ("groups: []\ngroups: []\n", "", "the key groups is written twice"),
        ],
    )
    def test_a_file_that_holds_no_groups_or_is_no_yaml_is_refused(
        self, tmp_path: Path, words: str, key: str, rule: str
    ) -> None:
        (found,) = refused(tmp_path, words)
        assert (Path(found.file).name, found.key) == ("own.yaml", key)
        assert rule in found.rule


def refused(folder: Path, words: str) -> list[Problem]:
    """The problems of a file of triggers that cannot be taken."""
    path = folder / "own.yaml"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(InputRefused) as caught:
        read_assurance(path)
    return list(caught.value.problems)


class TestLevels:
    """Each value against its thresholds."""

    @pytest.mark.parametrize(
        ("value", "level"), [(9.99, 0), (10, 1), (10.01, 1), (19.99, 1), (20, 2), (500, 2), (-4, 0), (None, None)]
    )
    def test_a_value_on_a_threshold_has_reached_it_and_a_missing_one_has_no_level(
        self, value: float | None, level: float | None
    ) -> None:
        assert levels(values(("vacancy_rate", value)), one(metric("vacancy_rate"))) == [level]

    @pytest.mark.parametrize(("value", "level"), [(20.01, 0), (20, 1), (10.01, 1), (10, 2), (-1, 2), (None, None)])
    def test_where_low_is_worse_a_value_counts_from_the_threshold_down(
        self, value: float | None, level: float | None
    ) -> None:
        own = one(metric("stability", worse="below", amber=20, red=10))
        assert levels(values(("stability", value)), own) == [level]

    def test_more_staff_than_posts_is_green(self) -> None:
        own = read_assurance(FOLDER / "assurance.yaml")
        found = judge(values(("vacancy_rate", -0.12)), own)
        assert found["level"].tolist() == [0]

    def test_an_indicator_that_no_trigger_names_is_left_out(self) -> None:
        assert judge(values(("stability", 50)), one(metric("vacancy_rate"))).empty

    def test_a_threshold_that_must_last_is_reached_in_its_last_month_and_not_before(self) -> None:
        own = one(metric("vacancy_rate", months=3))
        assert levels(months("vacancy_rate", 12, 12, 12, 12), own) == [0, 0, 1, 1]

    @pytest.mark.parametrize("between", [5, None])
    def test_a_green_or_missing_month_begins_the_count_again(self, between: float | None) -> None:
        own = one(metric("vacancy_rate", months=2))
        found = levels(months("vacancy_rate", 12, 12, between, 12, 12), own)
        assert found == [0, 1, None if between is None else 0, 0, 1]

    def test_a_month_that_has_no_row_begins_the_count_again(self) -> None:
        own = one(metric("vacancy_rate", months=2))
        without = months("vacancy_rate", 12, 12, 12, 12).drop(index=2)
        assert levels(without, own) == [0, 1, 0]

    def test_months_at_red_count_towards_amber_but_not_the_other_way_round(self) -> None:
        own = one(metric("vacancy_rate", months=2))
        assert levels(months("vacancy_rate", 12, 25, 25, 12), own) == [0, 1, 2, 1]

    def test_each_place_is_counted_by_itself(self) -> None:
        own = one(metric("vacancy_rate", months=2))
        here = months("vacancy_rate", 12, 12)
        there = here.assign(organisation="BBB", value=[5.0, 12.0])
        found = judge(pd.concat([here, there], ignore_index=True), own).set_index(["organisation", "month"])["level"]
        assert found.loc["AAA"].tolist() == [0, 1]
        assert found.loc["BBB"].tolist() == [0, 0]


THREE = ("vacancy_rate", "sickness_rate", "stability")


class TestNow:
    """The latest values, where thresholds must last."""

    own = one(metric("vacancy_rate", months=2))

    @pytest.mark.parametrize(("before", "level"), [((5, 12), 1), ((12, 5), 0), ((12, None), 0), ((25, 25), 1)])
    def test_months_before_the_latest_count_and_are_not_judged(
        self, before: tuple[float | None, ...], level: int
    ) -> None:
        latest = values(("vacancy_rate", 12), month="2025-03-31")
        found = judge(latest, self.own, months("vacancy_rate", *before, 99, 99))
        assert found[["month", "value", "level"]].to_numpy().tolist() == [[pd.Timestamp("2025-03-31"), 12, level]]

    def test_without_a_past_one_month_is_not_two(self) -> None:
        assert levels(values(("vacancy_rate", 12)), self.own) == [0]

    def test_another_place_does_not_count(self) -> None:
        past = months("vacancy_rate", 12, 12).assign(organisation="BBB")
        found = judge(values(("vacancy_rate", 12), month="2025-03-31"), self.own, past)
        assert found["level"].tolist() == [0]


class TestTriggers:
    """Metrics rolled up to a trigger."""

    @pytest.mark.parametrize(
        ("found", "said"),
        [
            ((5, 5, 5), "green"),
            ((12, 5, 5), "green"),  # 1 of 3
            ((12, 12, 5), "amber"),  # 2 of 3
            ((25, 5, 5), "amber"),  # 2 of 3, and a red part
            ((25, 25, 5), "amber"),  # 4 of 3 = 1.33
            ((25, 25, 12), "red"),  # 5 of 3 = 1.67
        ],
    )
    def test_the_weighted_average_tells(self, found: tuple[float, ...], said: str) -> None:
        own = one(*(metric(name) for name in THREE))
        assert status(values(*zip(THREE, found, strict=True)), own) == said

    def test_a_score_of_exactly_a_half_is_amber_and_of_one_and_a_half_is_red(self) -> None:
        own = one(metric("vacancy_rate"), metric("stability"))
        assert status(values(("vacancy_rate", 12), ("stability", 5)), own) == "amber"
        assert status(values(("vacancy_rate", 25), ("stability", 12)), own) == "red"

    def test_weights_that_are_no_exact_fractions_do_not_move_the_boundary(self) -> None:
        weights = (0.3, 0.1, 0.2)  # 0.3 of 0.6, which floating point makes a little less than a half
        own = one(*(metric(name, weight=weight) for name, weight in zip(THREE, weights, strict=True)))
        assert status(values(*zip(THREE, (12, 5, 5), strict=True)), own) == "amber"
        assert status(values(*zip(THREE, (12, None, None), strict=True)), own) == "amber"

    def test_a_red_part_of_small_weight_still_makes_amber(self) -> None:
        own = one(metric("vacancy_rate", weight=1), metric("stability", weight=99))
        assert status(values(("vacancy_rate", 25), ("stability", 5)), own) == "amber"

    def test_must_makes_red_whatever_else_but_only_at_red(self) -> None:
        own = one(metric("vacancy_rate", weight=1, must=True), metric("stability", weight=99))
        assert status(values(("vacancy_rate", 20), ("stability", 5)), own) == "red"
        assert status(values(("vacancy_rate", 19), ("stability", 5)), own) == "green"

    def test_half_the_weight_is_enough_and_less_is_not_known(self) -> None:
        half = one(metric("vacancy_rate"), metric("stability"))
        assert status(values(("vacancy_rate", 5), ("stability", None)), half) == "green"
        third = one(metric("vacancy_rate", weight=1), metric("stability", weight=2))
        assert status(values(("vacancy_rate", 25), ("stability", None)), third) == UNKNOWN
        assert status(values(("vacancy_rate", 25)), third) == UNKNOWN

    def test_a_must_at_red_is_said_however_little_is_known(self) -> None:
        own = one(metric("vacancy_rate", must=True), metric("stability", weight=9))
        assert status(values(("vacancy_rate", 25), ("stability", None)), own) == "red"
        assert status(values(("vacancy_rate", 12), ("stability", None)), own) == UNKNOWN

    def test_nothing_known_is_not_known_and_nothing_at_all_has_no_rows(self) -> None:
        own = one(metric("vacancy_rate"))
        found = triggers(judge(values(("vacancy_rate", None)), own), own)
        assert (found["status"].tolist(), found["known"].tolist()) == ([UNKNOWN], [0])
        assert found["score"].isna().all()
        nothing = triggers(judge(values(("vacancy_rate", 5)).head(0), own), own)
        assert overall(groups(nothing, own), own).empty

    def test_score_and_share_are_those_worked_by_hand(self) -> None:
        own = one(metric("vacancy_rate", weight=3), metric("sickness_rate"), metric("stability", weight=4))
        (row,) = triggers(
            judge(values(("vacancy_rate", 25), ("sickness_rate", 12), ("stability", None)), own), own
        ).to_dict("records")
        assert (row["group"], row["trigger"], row["score"], row["known"]) == ("g", "t", 7 / 4, 0.5)


class TestRollUp:
    """Triggers rolled up to groups, and groups to a place."""

    own = assurance_of(
        group("g", trigger("t", metric("vacancy_rate", must=True)), trigger("u", metric("stability"), weight=3)),
        group("h", trigger("v", metric("sickness_rate")), weight=4),
    )

    def rolled(self, *found: tuple[str, float | None]) -> tuple[dict[str, str], str]:
        """The status of each group, and of all together."""
        by = groups(triggers(judge(values(*found), self.own), self.own), self.own)
        (whole,) = overall(by, self.own)["status"]
        return dict(zip(by["group"], by["status"], strict=True)), whole

    def test_triggers_count_by_their_weight_and_groups_by_theirs(self) -> None:
        # g: (1 x 1 + 3 x 0) / 4 = 0.25; h: 1. Together (0 + 4 x 1) / 5 = 0.8.
        found = self.rolled(("vacancy_rate", 12), ("stability", 5), ("sickness_rate", 12))
        assert found == ({"g": "green", "h": "amber"}, "amber")
        # g: (0 + 3 x 2) / 4 = 1.5; h: 0. Together (1 x 2 + 0) / 5 = 0.4, and a red part.
        assert self.rolled(("vacancy_rate", 5), ("stability", 20), ("sickness_rate", 5)) == (
            {"g": "red", "h": "green"},
            "amber",
        )

    def test_must_makes_all_above_it_red(self) -> None:
        found = self.rolled(("vacancy_rate", 20), ("stability", 5), ("sickness_rate", 5))
        assert found == ({"g": "red", "h": "green"}, "red")

    def test_what_is_not_known_below_counts_as_not_known_above(self) -> None:
        found = self.rolled(("vacancy_rate", 5), ("stability", None), ("sickness_rate", 5))
        assert found == ({"g": UNKNOWN, "h": "green"}, "green")
        assert self.rolled(("vacancy_rate", 5), ("stability", 5), ("sickness_rate", None)) == (
            {"g": "green", "h": UNKNOWN},
            UNKNOWN,
        )
        assert self.rolled(("vacancy_rate", 5), ("stability", 5)) == ({"g": "green"}, UNKNOWN)

    def test_the_order_of_rows_does_not_matter(self) -> None:
        first = months("vacancy_rate", 5, 12, 25, None, 25)
        frame = pd.concat([first, first.assign(indicator="stability", organisation="BBB")], ignore_index=True)
        found = [
            triggers(judge(each, self.own), self.own)
            for each in (frame, frame.sample(frac=1, random_state=3), frame[::-1])
        ]
        pd.testing.assert_frame_equal(found[0], found[1])
        pd.testing.assert_frame_equal(found[0], found[2])


ORDER = {"green": 0, "amber": 1, "red": 2}
NAMES = ("vacancy_rate", "sickness_rate", "stability", "joiner_rate")
amounts = st.one_of(st.none(), st.sampled_from([0, 10, 20]), st.floats(0, 30, allow_nan=False))
weights = st.sampled_from([0.1, 0.3, 1.0, 2.0, 7.0])


@given(
    st.lists(st.lists(amounts, min_size=3, max_size=3), min_size=4, max_size=4),
    st.lists(weights, min_size=10, max_size=10),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.lists(st.integers(1, 3), min_size=4, max_size=4),
    st.tuples(st.integers(0, 3), st.integers(0, 2)),
    st.floats(0, 30),
)
def test_a_value_that_gets_worse_never_makes_any_status_better(
    found: list[list[float | None]],
    weighing: list[float],
    must: list[bool],
    lasting: list[int],
    where: tuple[int, int],
    worse_by: float,
) -> None:
    made = [
        metric(name, weight=weighing[place], must=must[place], months=lasting[place])
        for place, name in enumerate(NAMES)
    ]
    own = assurance_of(
        group(
            "g",
            trigger("t", *made[:2], weight=weighing[4]),
            trigger("u", made[2], weight=weighing[5]),
            weight=weighing[6],
        ),
        group("h", trigger("v", made[3], made[0], weight=weighing[7]), weight=weighing[8]),
    )
    indicator, month = where
    before = found[indicator][month]
    if before is None:
        return
    worse = [list(each) for each in found]
    worse[indicator][month] = before + worse_by
    for old, new in zip(statuses(found, own), statuses(worse, own), strict=True):
        for was, came in zip(old, new, strict=True):
            # What was not known may become red, which is said however little is known, and nothing else.
            assert came in (UNKNOWN, "red") if was == UNKNOWN else ORDER[came] >= ORDER[was]


def statuses(found: list[list[float | None]], own: Assurance) -> list[list[str]]:
    """Every status of triggers, of groups and of all together, in order."""
    frame = pd.concat([months(name, *each) for name, each in zip(NAMES, found, strict=True)], ignore_index=True)
    by_trigger = triggers(judge(frame, own), own)
    by_group = groups(by_trigger, own)
    return [each["status"].tolist() for each in (by_trigger, by_group, overall(by_group, own))]


def history(*said: str, name: str = "t", organisation: str = "system") -> pd.DataFrame:
    """A trigger's statuses month by month from January 2025."""
    ends = pd.date_range("2025-01-31", periods=len(said), freq="ME")
    return pd.DataFrame(
        {"group": "g", "trigger": name, "organisation": organisation, "pillar": "all", "month": ends, "status": said}
    )


def began(*said: str) -> tuple[str, str, str | None]:
    """Status now, the month since when, and what it was before."""
    (row,) = since(history(*said)).to_dict("records")
    return row["status"], f"{row['since']:%b}", None if pd.isna(row["before"]) else row["before"]


class TestHistory:
    """Since when, what changed, and who is told."""

    def test_a_run_begins_after_the_last_month_of_another_status(self) -> None:
        assert began("green", "amber", "red", "red") == ("red", "Mar", "amber")
        assert began("red", "green", "red") == ("red", "Mar", "green")

    def test_a_status_that_the_history_begins_with_has_none_before(self) -> None:
        assert began("red", "red") == ("red", "Jan", None)
        assert began("green") == ("green", "Jan", None)

    def test_a_month_that_is_not_known_ends_a_run(self) -> None:
        assert began("red", UNKNOWN, "red", "red") == ("red", "Mar", UNKNOWN)
        assert began("red", UNKNOWN, UNKNOWN) == (UNKNOWN, "Feb", "red")

    def test_each_trigger_and_place_has_its_own_run_in_any_order_of_rows(self) -> None:
        frame = pd.concat(
            [history("red", "red"), history("green", "red", name="u"), history("green", "green", organisation="AAA")]
        )
        found = since(frame[::-1]).set_index(["trigger", "organisation"])
        assert found["since"].dt.strftime("%b").to_dict() == {
            ("t", "AAA"): "Jan",
            ("t", "system"): "Jan",
            ("u", "system"): "Feb",
        }

    def test_no_history_has_nothing_to_tell(self) -> None:
        assert since(history()).empty
        assert changes(history()).empty

    def test_changes_are_told_latest_first_and_not_into_or_out_of_what_is_not_known(self) -> None:
        found = changes(history("green", "red", "red", UNKNOWN, "green", "amber"))
        told = [(f"{row.month:%b}", row.before, row.status) for row in found.itertuples()]
        assert told == [("Jun", "green", "amber"), ("Feb", "green", "red")]

    def test_a_trigger_does_not_change_from_the_last_month_of_another(self) -> None:
        assert changes(pd.concat([history("red"), history("green", name="u")])).empty

    def test_who_is_told_comes_worst_first_then_longest_then_by_score(self) -> None:
        own = assurance_of(group("g", *(trigger(name, metric("stability")) for name in "tuvwx")))
        past = pd.concat(
            [
                history("green", "amber", name="t"),
                history("green", "red", name="u"),
                history("red", "red", name="v"),
                history("green", "red", name="w"),
                history("green", "green", name="x"),
            ],
            ignore_index=True,
        )
        scores = {"t": 1.0, "u": 1.5, "v": 1.5, "w": 2.0, "x": 0.0}
        current = past[past["month"] == past["month"].max()].assign(score=past["trigger"].map(scores))
        found = escalations(current, past, own)
        assert found["trigger"].tolist() == ["v", "w", "u", "t"]
        assert found["who"].tolist() == ["the board"] * 3 + ["heads of service"]
        assert found["days"].tolist() == [7, 7, 7, 28]
        assert found["title"].iloc[0] == "About v"
        assert found["since"].dt.strftime("%b").tolist() == ["Jan", "Feb", "Feb", "Feb"]

    def test_what_the_history_lacks_or_says_otherwise_has_no_month(self) -> None:
        own = assurance_of(group("g", trigger("t", metric("stability"))))
        current = history("red").assign(score=2.0)
        for past in (history("green"), history("red", organisation="AAA")):
            found = escalations(current, past, own)
            assert found["status"].tolist() == ["red"]
            assert found["since"].isna().all()

    def test_nothing_amber_or_red_tells_nobody(self) -> None:
        own = assurance_of(group("g", trigger("t", metric("stability"))))
        found = escalations(history("green").assign(score=0.0), history("green"), own)
        assert found.empty
        assert {"title", "since", "before", "who", "days"} <= set(found.columns)
