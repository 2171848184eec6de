"""The change chapter in words: what a board reads of how headlines moved, and what of the inputs is not the same."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.assumptions import Assumption, default_assumptions
from pipeline.model.scenarios import Scenario
from pipeline.report import change_words
from pipeline.report.differences import assumptions_changed, covers_changed, files_changed, scenarios_changed
from pipeline.report.moves import COLUMNS, Moves

pytestmark = pytest.mark.unit

THEN = {"made": "1 March 2026", "version": "0.3", "code": {"version": "0.1.0 (abc)"}}
GAP = "WTE missing in September 2030 if present trends go on, gross"


def moved(*rows: list[object], changed: tuple[str, ...] = ("data",), unsplit: str = "") -> Moves:
    return Moves(pd.DataFrame(rows, columns=COLUMNS), changed, unsplit)


def gap(then: float, now: float, model: float, assumptions: float, data: float, label: str = GAP) -> list[object]:
    return ["gap_gross_horizon", "WTE", label, GAP, then, now, now - then, model, assumptions, data]


def test_the_sentences_count_the_figures_and_say_where_the_main_move_comes_from() -> None:
    share = ["waiting_6_plus_share", "share", "of patients", "of patients", 0.3, 0.3, 0.0, 0.0, 0.0, 0.0]
    changes = moved(gap(100, 125, 0, 5, 20), share, changed=("assumptions", "data"))
    first, second = change_words.moved_sentences(changes, change_words.since(THEN))
    assert first == (
        r"Of 2 headline figures, **1** changed since the strategy (version 0\.3, made on 1 March 2026). "
        "The data and the assumptions changed; the model did not."
    )
    assert second.endswith("is **up from 100 to 125 (25.0%)**: +20 from the data and +5.0 from the assumptions.")


def test_nothing_that_changed_is_said_in_one_breath() -> None:
    told = change_words.moved_sentences(moved(gap(5, 5, 0, 0, 0), changed=()), "the strategy made on 1 March 2026")
    assert told[0].endswith("**none** changed since the strategy made on 1 March 2026. "
                            "Data, assumptions and model are the same.")  # fmt: skip
    assert told[1].endswith("stays at **5.0**.")


def test_a_headline_moved_only_by_as_much_as_is_written() -> None:
    still, little = gap(5, 5, 0, 0, 0), ["gap_net_horizon", *gap(5, 5.001, 0, 0, 0.001)[1:]]
    new = ["waiting", "patients", "patients waiting", None, None, 12.0, None, None, None, None]
    assert change_words.shown_moves(moved(still, little)).empty
    assert len(change_words.shown_moves(moved(still, gap(5, 6, 0, 0, 1), new))) == 2
    assert "**none** changed" in change_words.moved_sentences(moved(still, little), "the last")[0]


def test_a_figure_of_another_month_says_what_it_was_of_then() -> None:
    later = "WTE missing in December 2030 if present trends go on, gross"
    table = change_words.moves_table(moved(gap(100, 120, 0, 0, 20, later)))
    assert table.loc[0, "headline"] == f"{later} (then: {GAP})"


def test_the_table_gives_each_part_with_its_sign_and_shares_in_percentage_points() -> None:
    share = ["waiting_6_plus_share", "share", "of patients", "of patients", 0.30, 0.25, -0.05, 0.0, 0.0, -0.05]
    new = ["waiting", "patients", "patients waiting", None, None, 12.0, None, None, None, None]
    table = change_words.moves_table(moved(gap(100, 97, 1, 0, -4), share, new))
    assert table.loc[0].tolist() == [GAP, "100", "97", "−3.0", "−4.0", "0", "+1.0"]
    assert table.loc[1].tolist()[3:] == ["−5.0 percentage points", "−5.0 percentage points", "0", "0"]
    assert table.loc[2].tolist()[1:] == ["not given", "12", "new", *["not split"] * 3]


def test_a_move_that_could_not_be_split_says_why() -> None:
    none = float("nan")
    told = change_words.moved_sentences(moved(gap(1, 2, none, none, none), unsplit="KeyError: 'x'"), "then")
    assert "could not be split" in told[-1]
    assert "KeyError" in told[-1]


@pytest.mark.parametrize(("parts", "worth"), [((0, 0, 5), False), ((0, 2, 3), True), ((1, 0, 4), True)])
def test_a_chart_is_drawn_where_a_move_has_more_than_one_cause(parts: tuple[float, ...], worth: bool) -> None:
    changes = moved(gap(10, 15, *parts))
    assert change_words.worth_a_chart(changes) is worth
    steps = change_words.waterfall_steps(changes)
    assert steps["amount"].tolist() == [10, parts[2], parts[1], parts[0], 15]


def test_files_are_named_with_what_became_of_them() -> None:
    then = [{"file": name, "kind": "dm01", "sha256": name} for name in ("a", "b", "c")]
    now = [{"file": name, "kind": "dm01", "sha256": f"{name}{new}"} for name, new in (("a", ""), ("b", "!"), ("d", ""))]
    found = files_changed(then, now)
    assert found[["file", "what"]].to_numpy().tolist() == [["b", "changed"], ["c", "removed"], ["d", "added"]]
    told = change_words.inputs_sentences(found, [], THEN, THEN)
    assert told[0] == "Of the input files, 1 added, 1 removed and 1 changed."
    assert told[1] == r"Both were made by version 0\.1\.0 \(abc\) of the code."


def test_what_the_plan_covers_is_compared_whatever_its_order_or_names() -> None:
    then = {"base_month": "2025-09", "pillars": ["imaging", "labs"], "employers": {"RZ1": "One"}}
    now = {"base_month": "2025-12", "pillars": ["labs", "imaging"], "employers": {"RZ1": "Another name"}}
    assert covers_changed(then, now) == [("base month", "2025-09", "2025-12")]


def assumption(**change: object) -> Assumption:
    some = next(iter(default_assumptions().values()))
    return Assumption.model_validate({**some.model_dump(), **change})


def test_an_assumption_is_shown_with_its_old_and_new_value_and_its_source() -> None:
    old = assumption(value=0.5, low=None, high=None, range="none", scale="linear", source="A")
    new = assumption(value=0.25, low=0.125, high=0.5, range="published", scale="linear", source="B", grade="published")
    found = assumptions_changed({old.key: old}, {new.key: new})
    assert found.loc[0, ["then", "now", "source"]].tolist()[0].startswith("0.5")
    assert found.loc[0, "now"].startswith("0.25 (0.125 to 0.5)")
    assert found.loc[0, "source"] == "B"
    assert assumptions_changed({old.key: old}, {old.key: old}).empty
    assert assumptions_changed({}, {old.key: old}).loc[0, "then"] == "not there"


def test_another_unit_is_shown_and_a_change_too_small_to_write_is_none() -> None:
    old = assumption(value=0.5, low=None, high=None, range="none", scale="linear", unit="minutes")
    renamed = old.model_copy(update={"unit": "minutes a test"})
    assert assumptions_changed({old.key: old}, {old.key: renamed}).loc[0, ["then", "now"]].tolist() == [
        "0.5 minutes",
        "0.5 minutes a test",
    ]
    hardly = old.model_copy(update={"value": 0.5 + 1e-12})
    assert assumptions_changed({old.key: old}, {old.key: hardly}).empty


def test_scenarios_are_compared_by_name() -> None:
    one = Scenario(name="a", label="A", why="why")
    other = one.model_copy(update={"why": "another"})
    found = scenarios_changed([one, Scenario(name="b", label="B", why="why")], [other])
    assert found == [("A", "changed"), ("B", "removed")]
    assert change_words.scenarios_sentences(found) == ["Scenarios that changed: A (changed) and B (removed)."]


def test_damage_names_the_files_and_says_what_to_do() -> None:
    told = " ".join(change_words.damage_sentences(["one.json"], ["staff"]))
    assert r"one\.json" in told
    assert "Put the file back from a backup" in told
    assert "(staff)" in told
