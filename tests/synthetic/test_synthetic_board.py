"""What the fictional board and its education providers send: actions, risks, the calendar, routes and intakes."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipeline.actions.library import actions_table
from pipeline.actions.reading import plan_actions
from pipeline.months import months_between
from pipeline.plan import PILLARS, Plan, PlanFile
from pipeline.report.chapters import chapters
from pipeline.sources.cross_rules import cross_problems
from pipeline.sources.mapping import default_mapping
from pipeline.sources.reading import Tables
from pipeline.synthetic.parameters import FOLDER
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.registers import board_returns
from pipeline.synthetic.sample import sender_frames
from pipeline.synthetic.training import every_intake, intakes, millions, routes, training_returns, training_truth
from pipeline.synthetic.workforce_returns import Frames
from pipeline.synthetic.writers_plan import notes
from pipeline.tables import TABLES, validate
from pipeline.tables.governance import THEMES

pytestmark = pytest.mark.integration

RECIPE = Recipe(staff=4000, employers=5, seed=1)
RECIPES = [RECIPE, Recipe(800, 2, 3), Recipe(6000, 9, 2)]
UNIVERSITIES = [("education_provider", "ZZU1"), ("education_provider", "ZZU2")]


def with_lineage(name: str, frame: pd.DataFrame, file: str = "made.xlsx") -> pd.DataFrame:
    return frame.assign(**TABLES[name].fixed, file=file, sheet=name, row=range(2, len(frame) + 2))


def plan_of(recipe: Recipe) -> Plan:
    """The plan of a recipe as its template has it, without its files."""
    raw = (FOLDER / "plan.yaml").read_text(encoding="utf-8").replace("$employers", "").replace("$hosts", "")
    words = yaml.safe_load(raw) | {
        "employers": {trust.code: trust.name for trust in places(recipe).employers},
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
    }
    return Plan(folder=Path("fictional"), file=PlanFile.model_validate(words), sources=())


def all_tables(recipe: Recipe) -> Tables:
    """The tables of all senders together, each sender's rows from a file of its own."""
    sent: dict[str, list[pd.DataFrame]] = {}
    for (kind, code), frames in sender_frames(recipe).items():
        for name, frame in frames.items():
            sent.setdefault(name, []).append(with_lineage(name, frame, f"{kind}-{code}.xlsx"))
    return {name: validate(name, pd.concat(frames, ignore_index=True)) for name, frames in sent.items()}


@pytest.fixture(scope="module")
def board() -> Frames:
    return board_returns(RECIPE)["icb", "Q4W"]


@pytest.fixture(scope="module")
def actions(board: Frames) -> pd.DataFrame:
    table = validate("actions", with_lineage("actions", board["actions"]))
    return actions_table(plan_actions(plan_of(RECIPE), {"actions": table}))


@pytest.mark.parametrize("recipe", RECIPES)
def test_frames_of_all_senders_are_valid_and_break_no_rule_between_tables(recipe: Recipe) -> None:
    tables = all_tables(recipe)

    assert {"actions", "risks", "governance", "training_routes", "training_intakes"} <= set(tables)
    assert cross_problems(plan_of(recipe), default_mapping(), tables) == []


def test_the_board_sends_registers_and_routes_and_universities_their_own_intakes() -> None:
    sent = sender_frames(RECIPE)
    own = {key: set(sent[key]["training_intakes"]["education_provider"]) for key in [*UNIVERSITIES, ("icb", "Q4W")]}

    assert set(sent["icb", "Q4W"]) >= {"actions", "risks", "governance", "training_routes", "training_intakes"}
    assert all(set(sent[key]) == {"training_intakes"} for key in UNIVERSITIES)
    assert own == {UNIVERSITIES[0]: {"ZZU1"}, UNIVERSITIES[1]: {"ZZU2"}, ("icb", "Q4W"): {"ZZU3"}}


def test_columns_are_those_that_a_sender_fills_in() -> None:
    frames = board_returns(RECIPE)["icb", "Q4W"] | training_returns(RECIPE)["icb", "Q4W"]

    assert {name: list(frame.columns) for name, frame in frames.items()} == {
        name: TABLES[name].own_columns for name in frames
    }


def test_every_theme_and_level_has_an_action_of_every_term(actions: pd.DataFrame) -> None:
    terms = set(actions[["theme", "level", "term"]].itertuples(index=False, name=None))

    assert 32 <= len(actions) <= 36
    assert terms == set(product(THEMES, ["ICS", "employer"], ["short", "medium", "long"]))
    assert actions["theme"].value_counts().min() >= 7
    assert actions["level"].value_counts().min() >= 10


def test_actions_are_distinct_and_reach_every_pillar(actions: pd.DataFrame, board: Frames) -> None:
    pillars = {pillar for cell in board["actions"]["pillars"] for pillar in cell.split(", ")}

    assert pillars == set(PILLARS)
    assert actions["title"].is_unique
    assert actions["measure"].is_unique
    assert board["actions"]["evidence"].is_unique
    assert actions["owner"].nunique() >= 20
    assert (actions["wte_low"] < actions["wte"]).all()
    assert (actions["wte"] < actions["wte_high"]).all()


def test_an_action_starts_no_earlier_than_those_that_must_come_first(actions: pd.DataFrame) -> None:
    starts = actions.set_index("id")["start"]
    waits = [(row.id, first) for row in actions.itertuples() for first in row.depends_on.split(", ") if first]

    assert len(waits) >= 15
    assert [pair for pair in waits if starts[pair[0]] < starts[pair[1]]] == []


def test_the_first_ten_actions_keep_their_ids(board: Frames) -> None:
    assert list(board["actions"]["id"]) == [f"A{number}" for number in range(1, len(board["actions"]) + 1)]


def test_risks_name_actions_that_are_there(board: Frames) -> None:
    named = {action for said in board["risks"]["response"].str.findall(r"A\d+") for action in said}

    assert 12 <= len(board["risks"]) <= 16
    assert len(named) > 10
    assert named <= set(board["actions"]["id"])


def test_the_calendar_has_four_bodies_and_every_purpose(board: Frames) -> None:
    calendar = board["governance"]

    assert 16 <= len(calendar) <= 24
    assert calendar["body"].nunique() == 4
    assert set(calendar["purpose"]) == {"decide", "endorse", "discuss", "note"}
    assert calendar["date"].is_monotonic_increasing
    assert calendar["date"].between("2025-10-01", "2026-12-31").all()
    assert (calendar["date"].dt.day_of_week < 5).all()
    assert plan_of(RECIPE).file.governance.board in set(calendar["body"])


def test_an_intake_lasts_as_long_as_its_route() -> None:
    lengths = routes(RECIPE).set_index("route")["length_months"]
    made = every_intake(RECIPE)

    assert 9 <= len(lengths) <= 12
    assert {intake.route for intake in made} == set(lengths.index)
    assert all(months_between(one.starts_on, one.ends_on) == lengths[one.route] > 0 for one in made)
    assert {intake.starts_on.year for intake in made} == set(range(2019, 2028))


def test_starters_are_known_until_the_base_month_and_never_exceed_places() -> None:
    begun = [intake for intake in every_intake(RECIPE) if intake.starts_on <= base_month()]
    to_come = [intake for intake in every_intake(RECIPE) if intake.starts_on > base_month()]

    assert len(begun) > 80
    assert all(intake.starters is not None and 0 <= intake.starters <= intake.places for intake in begun)
    assert len(to_come) >= 24
    assert {intake.starters for intake in to_come} == {None}


def test_places_are_taken_up_at_the_true_rate() -> None:
    for row in training_truth(Recipe(20_000, 12, 1)):
        error = math.sqrt(row["filled"] * (1 - row["filled"]) / row["places_begun"])
        assert row["starters"] / row["places_begun"] == pytest.approx(row["filled"], abs=4 * error)


def test_the_true_yield_is_what_the_routes_say_and_adds_up_over_intakes() -> None:
    said = routes(RECIPE).set_index("route")
    people = said["completes"] * said["joins_nhs"] * said["stays_local"]
    started = intakes(RECIPE).groupby("route")["starters"].sum()

    for row in training_truth(RECIPE):
        assert row["people_a_starter"] == pytest.approx(people[row["route"]], abs=1e-4)
        assert row["wte_a_starter"] == pytest.approx(
            people[row["route"]] * said["participation"][row["route"]], abs=1e-4
        )
        assert row["starters"] == started[row["route"]]
        assert 0 <= row["people_expected_by_base_month"] <= row["people_expected"]


def test_places_and_caps_go_with_the_people_served() -> None:
    large, small = RECIPES[2], RECIPES[1]
    times = millions(large) / millions(small)
    degree = {recipe: routes(recipe)["placement_cap"][0] for recipe in (large, small)}

    def total(recipe: Recipe) -> int:
        return sum(one.places for one in every_intake(recipe) if one.route == "Radiography degree (BSc)")

    assert total(large) / total(small) == pytest.approx(times, rel=0.05)
    assert degree[large] / degree[small] == pytest.approx(times, rel=0.05)


def test_another_seed_changes_starters_alone() -> None:
    mine, other = intakes(RECIPE), intakes(Recipe(4000, 5, 2))

    pd.testing.assert_frame_equal(mine.drop(columns="starters"), other.drop(columns="starters"))
    assert not mine["starters"].equals(other["starters"])
    pd.testing.assert_frame_equal(routes(RECIPE), routes(Recipe(4000, 5, 2)))


def test_notes_are_named_after_chapters_and_speak_of_nobody_who_is_not_there() -> None:
    text = " ".join(notes(Recipe(800, 2, 3)).values())

    assert {name.removesuffix(".md") for name in notes(RECIPE)} <= {chapter.id for chapter in chapters()}
    assert len(notes(RECIPE)) >= 4
    assert "Corvane" in " ".join(notes(RECIPE).values())
    assert "Corvane" not in text
    assert "Thessick" in text


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_radiography_degree_alone_has_more_trainees_than_its_placement_cap(recipe: Recipe) -> None:
    said = routes(recipe).set_index("route")
    left_a_month = said["completes"] ** (1 / said["length_months"])
    trainees = dict.fromkeys(said.index, 0.0)
    for one in every_intake(recipe):
        if one.starters and one.starts_on <= base_month() < one.ends_on:
            trainees[one.route] += one.starters * left_a_month[one.route] ** months_between(one.starts_on, base_month())

    caps = said["placement_cap"].dropna()
    assert [route for route in caps.index if trainees[route] > caps[route]] == ["Radiography degree (BSc)"]
