"""A plan's staff as the engine takes them: the system from its tables, and the course of a scenario from the draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.education_load import places_of
from pipeline.model.paths import Paths
from pipeline.model.posterior import Fitted
from pipeline.model.supply.exits import (
    ALIKE,
    Differing,
    career_hazards,
    exits_memory,
    leaving_by_team,
    leaving_seasons,
    remembered,
    team_factors,
    within_share,
)
from pipeline.model.supply.exposure import History, history, known_staff
from pipeline.model.supply.joining import Pace, entry_ages, ladder, open_months, pace, vacant_heads
from pipeline.model.supply.measured_staff import exits_fitted, hiring_fitted, hours_fitted, net_change_fitted
from pipeline.model.supply.rates import monthly_hazard, yearly_chance
from pipeline.model.supply.recency import UNTRIED, Choice
from pipeline.model.supply.routes import Intakes, intakes_of, odds_multiplied
from pipeline.model.supply.seasons import NO_SEASONS, Seasons
from pipeline.model.supply.system import (
    ORIGINS,
    RISKS,
    SETTLED,
    YOUNGEST,
    Course,
    Real,
    System,
)
from pipeline.model.supply.team_spread import spread_of
from pipeline.model.supply.teams import CAREERS, CELL, IN_TRAINING, JOB, Teams, teams_of

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class PlanStaff:
    """The staff of a plan: its teams and what was measured of them, as tables and as the engine's system.

    `cells` has employer and profession of each cell, `measured` the yearly chance of each risk among the staff in post.
    `fitted` are the assumptions of which the plan's files say something, `leaving` how teams differ in leaving,
    `memory` how far back leaving is measured, and `seasons` when in the year people leave. `begins` is the month of the
    year of the base month, 1 to 12.
    """

    teams: Teams
    cells: pd.DataFrame
    past: History
    pace: Pace
    intakes: Intakes
    system: System
    measured: dict[str, float]
    within: float | None
    fitted: list[Fitted] = field(default_factory=list)
    leaving: Differing = ALIKE
    memory: Choice = UNTRIED
    seasons: Seasons = NO_SEASONS
    begins: int = 1

    @cached_property
    def fill(self) -> Real:
        """People hired a month for each vacancy, by team."""
        return self.pace.of(self.teams)

    @cached_property
    def jobs(self) -> pd.DataFrame:
        """Each profession and band, a gate of the system, with the people a month who come to it from abroad."""
        jobs = self.teams.teams[JOB].drop_duplicates()
        return jobs.merge(self.pace.abroad[[*JOB, "heads"]], on=JOB, how="left").fillna({"heads": 0.0})

    @cached_property
    def spread(self) -> Real:
        """How little is known of each cell's own rate of leaving (team_spread)."""
        return spread_of(self.cells, self.leaving)


def plan_staff(tables: Tables, scope: Scope, base_month: dt.date, assumptions: Assumptions, months: int) -> PlanStaff:
    """The staff of a plan at its base month, from its canonical tables; a missing table leaves a default in its place.

    `months` is the horizon, up to which trainees begin. Rates come from joiners and leavers where they are on file,
    else from the assumptions. Raises nothing of its own.
    """
    known = {name: up_to(tables[name], base_month) for name in ("staff", "establishment", "movements")}
    teams = teams_of(known["staff"], known["establishment"], scope, base_month)
    own = known_staff(known["staff"], scope)
    past = history(own, known["movements"], scope)
    memory = exits_memory(past)
    usual = {name: assumptions[f"exit_rate / {name}"].value for name in RISKS}
    hazards = career_hazards(remembered(past, memory.memory), usual)
    leaving = leaving_by_team(past, hazards)
    intakes = intakes_of(tables["training_routes"], tables["training_intakes"], past, teams, scope, base_month, months)
    funded = in_pillars(known["establishment"], scope)
    vacant = vacant_heads(funded[funded["employer"].isin(scope.employers)], own)
    how = pace(past, vacant, teams, intakes, assumptions["time_to_hire"].value, assumptions["vacancy_months"].value)
    cells = teams.teams[CELL].drop_duplicates().reset_index(drop=True)
    found = _system(teams, cells, hazards, team_factors(leaving, teams), entry_ages(past), how, intakes)
    share = within_share(past)
    fits = exits_fitted(assumptions, past, chances_in_post(found), share, memory.memory)
    system = _fitted(found, fits)
    fits += [*hiring_fitted(assumptions, how), *hours_fitted(assumptions, own, months)]
    fits += [] if teams.posts_known else net_change_fitted(assumptions, own, months)
    within = next((each.after.value for each in fits if each.after.kind == "transfers_within"), share)
    return PlanStaff(
        teams,
        cells,
        past,
        how,
        intakes,
        system,
        chances_in_post(system),
        within,
        fits,
        leaving,
        memory,
        leaving_seasons(past),
        base_month.month,
    )


def _fitted(system: System, fits: list[Fitted]) -> System:
    """The system with hazards as much higher or lower as a rate is after it was weighed with what was thought before.

    Against the rate of the files, or against what was thought where nobody was seen to leave.
    """
    ratio = np.ones(len(RISKS))
    for each in fits:
        if each.after.kind == "exit_rate":
            files = each.before.value if np.isnan(each.alone[0]) else each.alone[0]
            ratio[RISKS.index(each.after.item)] = monthly_hazard(each.after.value) / monthly_hazard(files)
    return system._replace(hazard=system.hazard * ratio[:, None, None])


def _system(
    teams: Teams, cells: pd.DataFrame, hazards: Real, factors: Real, ages: Real, how: Pace, intakes: Intakes
) -> System:
    table = teams.teams
    cell = _number(table, cells, CELL)
    jobs = table[JOB].drop_duplicates().reset_index(drop=True)
    gate = _number(table, jobs, JOB)
    professions = cells["profession"].drop_duplicates().tolist()
    up = ladder(teams)
    moves = [*((lower, upper, -1) for lower, upper in up), *intakes.moves]
    rate = [how.promoted.get((table["profession"][upper], table["band"][upper]), 0.0) for _, upper in up]
    return System(
        team_cell=cell,
        team_gate=gate,
        gate_start=np.concatenate([[0], np.cumsum(np.bincount(gate, minlength=len(jobs)))]).astype(np.int32),
        gate_team=np.argsort(gate, kind="stable").astype(np.int32),
        cell_profession=cells["profession"].map(professions.index).to_numpy(dtype=np.int32),
        entry_wte=_entry_wte(table),
        row_team=teams.rows["team"].to_numpy(dtype=np.int32),
        row_age=(MONTHS_IN_YEAR * (teams.rows["age"] - YOUNGEST)).to_numpy(dtype=np.int32),
        row_span=(MONTHS_IN_YEAR * teams.rows["years"]).to_numpy(dtype=np.int32),
        row_heads=teams.rows["heads"].to_numpy(dtype=np.int32),
        row_wte=teams.rows["wte"].to_numpy(dtype=np.float64),
        hazard=hazards,
        team_class=table["career"].map(CAREERS.index).to_numpy(dtype=np.int32),
        team_factor=factors,
        entry_age=ages,
        move_from=np.array([move[0] for move in moves], dtype=np.int32),
        move_to=np.array([move[1] for move in moves], dtype=np.int32),
        move_rate=np.array([*rate, *(0.0 for _ in intakes.moves)]),
        move_pool=np.array([move[2] for move in moves], dtype=np.int32),
        pools=intakes.pools,
        intake_gate=_gates_of(intakes, jobs),
        intake_pool=intakes.table["pool"].to_numpy(dtype=np.int32),
    )


def _number(table: pd.DataFrame, keys: pd.DataFrame, columns: list[str]) -> np.ndarray:
    numbered = keys[columns].assign(number=np.arange(len(keys)))
    return np.asarray(table[columns].merge(numbered, on=columns, how="left")["number"], dtype=np.int32)


def _gates_of(intakes: Intakes, jobs: pd.DataFrame) -> np.ndarray:
    found = intakes.table[JOB].merge(jobs.assign(number=np.arange(len(jobs))), on=JOB, how="left")["number"]
    return np.where(intakes.table["pool"] >= 0, -1, found.fillna(-1)).astype(np.int32)


def _entry_wte(table: pd.DataFrame) -> Real:
    """WTE for each person: of the team, or of all teams of the job or the career where it has nobody."""
    each = table["wte"] / table["heads"].where(table["heads"] > 0)
    for keys in (JOB, ["career"]):
        sums = table.groupby(keys)[["wte", "heads"]].transform("sum")
        each = each.fillna(sums["wte"] / sums["heads"].where(sums["heads"] > 0))
    return np.asarray(each.fillna(1.0), dtype=np.float64)


def chances_in_post(system: System) -> dict[str, float]:
    """The yearly chance of each risk among the staff in post, all teams together but for doctors in training."""
    heads, total = 0.0, np.zeros(len(RISKS))
    for row in range(len(system.row_team)):
        team = system.row_team[row]
        if system.team_class[team] == CAREERS.index(IN_TRAINING):
            continue
        years = np.arange(system.row_age[row], system.row_age[row] + system.row_span[row]) // MONTHS_IN_YEAR
        hazard = system.hazard[:, system.team_class[team]][:, years].mean(axis=1) * system.team_factor[team]
        total += system.row_heads[row] * hazard
        heads += system.row_heads[row]
    chances = np.asarray(yearly_chance(total / max(heads, 1.0)))
    return dict(zip(RISKS, chances.tolist(), strict=True))


def posts(staff: PlanStaff, vacant: float, months: int) -> Real:
    """Funded posts by team and month, held as they are; where none are on file, staff in post / (1 − vacant)."""
    table = staff.teams.teams
    assumed = table["wte"] / np.where(table["career"] == IN_TRAINING, 1.0, 1.0 - vacant)
    return np.asarray(np.repeat(table["posts"].fillna(assumed).to_numpy(dtype=np.float64)[:, None], months + 1, axis=1))


def course(staff: PlanStaff, paths: Paths, posts_added: Real | float = 0.0) -> Course:
    """The course of a scenario, from every assumption by month and draw.

    `posts_added` are funded WTE by team and month beyond those on file, such as those of centres to come. What is the
    same in every month, profession or cell is held once.
    """
    system, draws, months = staff.system, len(paths.base["transfers_within"]), paths.months

    def path(key: str) -> Real:
        return np.broadcast_to(paths.at(key).T, (draws, months + 1))

    posts_factor, hours = (
        np.ascontiguousarray(np.exp(paths.added_up(f"{kind}_growth")).T) for kind in ("posts", "hours")
    )
    rates = [f"exit_rate / {name}" for name in RISKS]
    ratio = [monthly_hazard(paths.base[key]) / monthly_hazard(paths.assumptions[key].value) for key in rates]
    professions = len(set(staff.cells["profession"]))
    due = staff.intakes.table["arrives"].to_numpy(dtype=np.float64)
    here = _paths_by_team(staff, paths)
    leave, hire = (each.ahead(staff.begins, months) for each in (staff.seasons, staff.pace.seasons))
    return Course(
        posts=posts(staff, paths.assumptions["vacancy_share"].value, months) * here.posts + posts_added,
        posts_factor=posts_factor * _posts_assumed(staff, paths)[:, None],
        hazard_draw=np.broadcast_to(np.stack(ratio, axis=1)[:, None, :], (draws, system.cells, len(RISKS))),
        hazard_row=here.number[:, None] * len(RISKS) + np.arange(len(RISKS), dtype=np.int32)[None, :],
        # A change of a rate is one of the logarithm of its hazard, so it multiplies the hazard alike in every draw.
        hazard_lever=np.exp(np.stack([each.step(key) for each in here.paths for key in rates])) * leave,
        early=np.stack([paths.then(f"early_leaving / {origin}") for origin in ORIGINS], axis=1),
        within=path("transfers_within"),
        fill=staff.fill,
        applicants=np.zeros(system.teams),
        hiring=path("hiring_pace") * _pace_assumed(staff, path, paths.assumptions),
        hiring_row=here.number,
        # So is a change of the pace of hiring; what holds everywhere is in `hiring`.
        hiring_lever=here.hiring * hire,
        wait=path("time_to_hire"),
        moving=path("promotion_pace"),
        participation=np.broadcast_to(hours[:, None, :], (draws, professions, months + 1)),
        abroad=_abroad(staff, paths),
        abroad_factor=path("recruits_abroad") * path("recruits_abroad_kept"),
        starters=_starters(staff, paths),
        arrives=_arrives(staff, paths),
        month=np.broadcast_to(due, (draws, len(due))),
        dropout=paths.then("gives_up"),
        ramp=output_of_new({key: paths.then(key) for key in paths.base if key.startswith("output_")}),
    )


@dataclass(frozen=True)
class _ByTeam:
    """The paths that hold for some teams or others: `number` is which of `paths` holds for each team.

    Beyond what holds everywhere, `posts` is what funded posts are multiplied by, by team and month, and `hiring` what
    the pace of hiring is multiplied by, by group and month.
    """

    paths: list[Paths]
    number: np.ndarray
    posts: Real
    hiring: Real


def _paths_by_team(staff: PlanStaff, paths: Paths) -> _ByTeam:
    groups = paths.by_place(staff.teams.teams)
    number = np.zeros(staff.system.teams, dtype=np.int32)
    for place, (own, _) in enumerate(groups):
        number[own] = place
    alone = [each for _, each in replace(paths, steps={}).by_place(staff.teams.teams)]
    further = np.stack([each.step("posts_growth") for each in alone])
    grown = np.exp(np.cumsum(further[:, 1:], axis=1) / MONTHS_IN_YEAR)
    times = np.concatenate([np.ones((len(groups), 1)), grown], axis=1)
    hiring = np.exp(np.stack([each.step("hiring_pace") for each in alone]))
    return _ByTeam([each for _, each in groups], number, times[number], hiring)


def _posts_assumed(staff: PlanStaff, paths: Paths) -> Real:
    """What posts are multiplied by where no file gives any: they are then as unsure as the share of vacancies."""
    vacant = paths.base["vacancy_share"]
    if staff.teams.posts_known:
        return np.ones(len(vacant))
    return (1.0 - paths.assumptions["vacancy_share"].value) / (1.0 - vacant)


def _pace_assumed(staff: PlanStaff, path: Callable[[str], Real], assumptions: Assumptions) -> Real:
    """What the pace of hiring is multiplied by where no file shows it: as unsure as the months of a vacancy."""
    if staff.pace.months:
        return np.ones(1)
    values = (assumptions[kind].value for kind in ("vacancy_months", "time_to_hire"))
    usual = open_months(*values)
    return np.asarray(usual / open_months(path("vacancy_months"), path("time_to_hire")))


def _abroad(staff: PlanStaff, paths: Paths) -> Real:
    """People a month who come from abroad, by gate and month; what holds for all alike is a factor of the course."""
    people = staff.jobs["heads"].to_numpy(dtype=np.float64)
    found = np.repeat(people[:, None], paths.months + 1, axis=1)
    for own, alone in _by_profession(staff, staff.jobs["profession"], replace(paths, steps={})):
        found[own] *= np.exp(alone.step("recruits_abroad"))
    return found


def _by_profession(staff: PlanStaff, professions: pd.Series, paths: Paths) -> list[tuple[np.ndarray, Paths]]:
    """The paths of each group of rows of which the same holds, wherever their people work, and which rows these are."""
    if not paths.placed:
        return paths.by_place(professions.to_frame())
    pillars = staff.teams.teams.drop_duplicates("profession").set_index("profession")["pillar"]
    rows = pd.DataFrame({"employer": "", "pillar": professions.map(pillars).fillna(""), "profession": professions})
    return paths.by_place(rows)


def _starters(staff: PlanStaff, paths: Paths) -> Real:
    """People who begin, by draw and intake: known of intakes that have begun, and a share of the places of others."""
    table = staff.intakes.table
    began, to_come = table["began"].to_numpy(dtype=np.float64), ~table["begun"].to_numpy(dtype=bool)
    begins = table["begins"].to_numpy(dtype=np.int64)
    found = np.repeat(began[None, :], paths.draws, axis=0)
    for own, here in _by_profession(staff, table["profession"], paths):
        own &= to_come
        found[:, own] *= places_of(here.at("places_to_come"), begins[own]).T
    return found


def _arrives(staff: PlanStaff, paths: Paths) -> Real:
    """Share of those who begin that arrive: completes × joins × stays, each with its own odds."""
    table = staff.intakes.table
    share = np.ones((paths.draws, len(table)))
    for own, here in _by_profession(staff, table["profession"], paths):
        for item, column in (("completes", "completes"), ("joins", "joins_nhs"), ("stays", "stays_local")):
            odds = here.then(f"training_odds / {item}")[:, None]
            share[:, own] *= odds_multiplied(table[column].to_numpy(dtype=np.float64)[None, own], odds)
    return share


def output_of_new(draws: Mapping[str, Real]) -> Real:
    """Output by draw, origin and month in post: a straight line from the first day to the month of full output."""
    served = np.arange(SETTLED)
    lines = []
    for origin in ORIGINS:
        start, full = draws[f"output_at_start / {origin}"], draws[f"output_months / {origin}"]
        lines.append(np.minimum(1.0, start[:, None] + (1.0 - start)[:, None] * served / full[:, None]))
    return np.stack(lines, axis=1)
