"""People in funded posts: what goes in and out adds up, and chance follows the true parameters."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipeline.plan import PILLARS
from pipeline.synthetic.careers import LEAVING, leaving_hazards, monthly_hazard
from pipeline.synthetic.events import JOINER, LEAVER, MERGED, MOVE_IN, MOVE_OUT
from pipeline.synthetic.leaving import Leaving
from pipeline.synthetic.people import History, history
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import by_profession, in_plan, slot_facts, step_of
from pipeline.synthetic.teams import teams
from pipeline.tables.workforce import JOINED_BY, LEFT_BY, TRANSFER_WITHIN

pytestmark = pytest.mark.unit

RECIPE = Recipe(staff=4000, employers=5, seed=1)
SIZES = [RECIPE, Recipe(staff=500, employers=2, seed=3), Recipe(staff=1200, employers=12, seed=4)]
RADIOGRAPHY, CARDIAC = "007_Radiography (diagnostic)", "024_Cardiac, Vascular, Respiratory & Sleep Sciences"


def by_team(recipe: Recipe, rows: pd.DataFrame) -> np.ndarray:
    """Rows counted by step and team."""
    made = history(recipe)
    team = made.slots.team[rows["slot"].to_numpy()]
    counts = np.zeros((len(made.months), len(made.slots.teams)), dtype=int)
    np.add.at(counts, (rows["step"].to_numpy(), team), 1)
    return counts


def named_events(recipe: Recipe) -> pd.DataFrame:
    facts = slot_facts(recipe)[["employer", "ics", "setting", "group", "pillar", "profession"]]
    return history(recipe).events.join(facts, on="slot")


@pytest.mark.parametrize("recipe", SIZES)
def test_every_team_s_people_are_those_before_less_leavers_plus_joiners_and_moves(recipe: Recipe) -> None:
    made = history(recipe)
    people = by_team(recipe, made.in_post)
    flows = {kind: by_team(recipe, made.events[made.events["kind"] == kind]) for kind in made.events["kind"].unique()}

    change = flows[JOINER] + flows[MOVE_IN] - flows[LEAVER] - flows[MOVE_OUT]
    assert len(made.months) == 61
    assert flows[LEAVER].sum() > 100
    np.testing.assert_array_equal(people[1:], people[:-1] + change[1:])


@pytest.mark.parametrize("recipe", SIZES)
def test_those_who_transfer_inside_the_system_join_there_in_the_same_month(recipe: Recipe) -> None:
    events = named_events(recipe)
    inside = events[events["reason"] == TRANSFER_WITHIN]
    by = ["step", "ics", "setting", "group"]
    left, joined = (inside[inside["kind"] == kind].groupby(by).size() for kind in (LEAVER, JOINER))

    assert len(inside) > 20
    pd.testing.assert_series_equal(left, joined)


def test_reasons_are_those_of_the_movements_table() -> None:
    events = history(RECIPE).events

    assert set(events.loc[events["kind"] == LEAVER, "reason"]) <= set(LEFT_BY)
    assert set(events.loc[events["kind"] == JOINER, "reason"]) <= set(JOINED_BY)


@pytest.mark.parametrize("reason", LEAVING)
def test_people_leave_for_each_reason_as_often_as_its_hazard_says(reason: str) -> None:
    made = history(Recipe(staff=20_000, employers=5, seed=1))
    expected = made.expected[:, LEAVING.index(reason)].sum()
    words = (TRANSFER_WITHIN, "transfer with another NHS employer") if reason == "transfer" else (reason,)
    events = made.events[made.events["kind"] == LEAVER]
    left = int(events["reason"].isin(words).sum())

    assert expected > 30
    assert abs(left - expected) < 3.5 * math.sqrt(expected)


def test_a_yearly_share_becomes_a_hazard_that_gives_that_share_over_a_year() -> None:
    assert 1 - math.exp(-12 * monthly_hazard(0.10)) == pytest.approx(0.10)


def test_nobody_retires_before_50_and_more_do_at_66_than_at_56() -> None:
    retiring = leaving_hazards()[:, :, LEAVING.index("retirement")]
    ages = history(RECIPE).events.query("reason == 'retirement'")["age"]

    assert (retiring[:, :50] == 0).all()
    assert (retiring[:, 66] > 4 * retiring[:, 56]).all()
    assert ages.min() >= 50


def test_newly_qualified_people_join_in_summer_and_autumn_and_are_young() -> None:
    events = named_events(RECIPE).query("reason == 'newly qualified' and group in ('ahp', 'science', 'nursing')")
    months = events["step"].map(lambda step: history(RECIPE).months[step].month)

    assert len(events) > 300
    assert months.between(7, 10).mean() > 0.5
    assert events["age"].median() < 27


def test_posts_below_the_staff_in_them_do_not_happen_in_truth() -> None:
    rows = by_profession(RECIPE)

    assert (rows["wte"] <= rows["funded_wte"] + 1e-6).all()
    assert (rows["wte"] <= rows["headcount"] + 1e-6).all()


@pytest.mark.parametrize("recipe", [*SIZES, Recipe(staff=20_000, employers=12, seed=2)])
def test_there_are_about_as_many_diagnostic_staff_as_were_asked_for(recipe: Recipe) -> None:
    rows = by_profession(recipe)
    own = {trust.code for trust in places(recipe).employers}
    last = rows[(rows["step"] == rows["step"].max()) & rows["employer"].isin(own)]

    assert last["headcount"].sum() == pytest.approx(recipe.staff, rel=0.06)
    assert len(own) == recipe.employers


@pytest.mark.parametrize("employers", range(2, 13))
def test_employers_differ_in_size_and_one_of_them_is_small(employers: int) -> None:
    trusts = places(Recipe(employers=employers)).employers
    sizes = sorted((trust.population for trust in trusts), reverse=True)

    assert sizes == sorted(set(sizes), reverse=True) or employers > 8
    assert sizes[-1] < 0.35 * sizes[0]


def people(recipe: Recipe, trust: str, setting: str, group: str) -> list[int]:
    number = next(i for i, team in enumerate(teams(recipe)) if team.name == (trust, setting, group))
    counts: list[int] = by_team(recipe, history(recipe).in_post)[:, number].tolist()
    return counts


def test_the_small_team_has_three_to_five_people_throughout() -> None:
    counts = people(RECIPE, "ZZ2", "026_Gastrointestinal & Urodynamic Sciences", "science")

    assert 3 <= min(counts) <= max(counts) <= 5


def test_the_merged_trust_s_people_move_to_its_successor_and_are_neither_leavers_nor_joiners() -> None:
    made, events = history(RECIPE), named_events(RECIPE)
    moved = events[events["reason"] == MERGED]
    before = made.in_post[made.in_post["step"] == step_of(RECIPE, places(RECIPE).closed[0].closed)]
    theirs = slot_facts(RECIPE)["employer"].to_numpy()[before["slot"]] == "ZZ8"
    after = made.in_post[made.in_post["step"] > before["step"].iloc[0]]

    assert moved.groupby(["kind", "employer"]).size().to_dict() == {
        (MOVE_IN, "ZZ2"): theirs.sum(),
        (MOVE_OUT, "ZZ8"): theirs.sum(),
    }
    assert theirs.sum() > 100
    assert "ZZ8" not in set(slot_facts(RECIPE)["employer"].to_numpy()[after["slot"].unique()])


def test_recruitment_abroad_shows_in_the_year_of_the_campaign() -> None:
    events = named_events(RECIPE).query("reason == 'international recruitment' and setting == @RADIOGRAPHY")
    mine = events[(events["group"] == "ahp") & events["employer"].isin(["ZZ1", "ZZ2", "ZZ3"])]
    months = pd.to_datetime(mine["step"].map(dict(enumerate(history(RECIPE).months))))
    by_year = (months - pd.DateOffset(months=3)).dt.year.value_counts()

    assert by_year[2023] > 2.5 * by_year[[2021, 2022, 2024]].max()


def test_posts_do_not_grow_and_hardly_fill_in_the_year_of_the_freeze() -> None:
    rows = by_profession(RECIPE).query("employer == 'ZZ2'")
    total = rows.groupby("step")[["wte", "funded_wte"]].sum()
    start, end = 18, 30  # March 2022 and March 2023
    joined = named_events(RECIPE).query("employer == 'ZZ2' and kind == 'joiner' and pillar in @PILLARS")
    by_year = joined.groupby((joined["step"] - start - 1) // 12).size()

    assert history(RECIPE).months[end].isoformat() == "2023-03-31"
    assert total["funded_wte"][end] <= total["funded_wte"][start]
    assert total["wte"][end] < total["wte"][start]
    assert by_year[0] < 0.75 * by_year[1]


def test_the_planted_team_loses_people_while_its_posts_stand_vacant() -> None:
    made = history(RECIPE)
    number = next(i for i, team in enumerate(teams(RECIPE)) if team.name == ("ZZ2", CARDIAC, "science"))
    mine = np.flatnonzero(made.slots.team == number)
    last = made.in_post[(made.in_post["step"] == 60) & made.in_post["slot"].isin(mine)]

    assert last["worked"].sum() < 0.8 * made.funded[60, mine].sum()


def test_a_trust_s_people_do_not_hang_on_what_is_planted_at_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def alone(made: History, recipe: Recipe) -> list[float]:
        neighbour = np.flatnonzero(slot_facts(recipe)["employer"].to_numpy() == "ZZD")
        found: list[float] = made.in_post[made.in_post["slot"].isin(neighbour)]["worked"].tolist()
        return found

    before = alone(history(RECIPE), RECIPE)
    monkeypatch.setattr(
        "pipeline.synthetic.leaving.retention", lambda _team: {"factor": 3.0} if _team.trust.code == "ZZ1" else {}
    )
    changed = history.__wrapped__(RECIPE)

    assert alone(changed, RECIPE) == before
    assert len(changed.events) != len(history(RECIPE).events)


def test_the_plan_s_slots_are_those_of_the_four_pillars() -> None:
    facts = slot_facts(RECIPE)[in_plan(RECIPE).to_numpy()]

    assert set(facts["pillar"]) == set(PILLARS)
    assert set(facts["employer"]) == {"ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5"}


def test_years_differ_as_far_as_the_recipe_lets_them() -> None:
    made, last = history(RECIPE), len(history(RECIPE).months) - 1
    alike, apart = (
        Leaving.of(made.slots, Recipe(staff=4000, seed=1, years_differ=differ), last).years for differ in (0.0, 0.06)
    )
    assert (alike == 1).all()
    assert apart.shape == (last + 2, len(LEAVING))
    by_year = apart[::-1][1::12]
    assert (apart[-2] == apart[-13]).all()
    assert (apart[-1] != apart[-2]).all()
    many = [Leaving.of(made.slots, Recipe(seed=seed, years_differ=0.06), last).years[::12] for seed in range(40)]
    assert np.log(np.concatenate(many)).std() == pytest.approx(0.06, rel=0.1)
    assert len(np.unique(by_year[:, 0])) == len(by_year)
