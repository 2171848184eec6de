"""What the model starts from for a plan: its tests, staff, assumptions and plans, as known at the base month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import STAFF_KINDS, Assumption, Assumptions, of_kind, plan_assumptions
from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import current_staff, in_pillars
from pipeline.model.backlog import waiting_lists
from pipeline.model.base_year import annual_of, counted_months
from pipeline.model.capacity import WorkingYear, working_year
from pipeline.model.demography import People, weighted_people
from pipeline.model.draws import central
from pipeline.model.education_load import Trainees, trainees
from pipeline.model.floors import hours_of_rooms, hours_of_rotas
from pipeline.model.measured import with_measured
from pipeline.model.new_staff import arrivals_a_month, still_to_reach
from pipeline.model.paths import NO_PLAN, Implied
from pipeline.model.plan_implied import plan_implied
from pipeline.model.plan_path import PlanPath, plan_path
from pipeline.model.posterior import with_fitted
from pipeline.model.reports import NO_REPORTS, counted_reports, own_reports, possible_moves, replaced
from pipeline.model.supply.plan_staff import PlanStaff, output_of_new, plan_staff, posts
from pipeline.model.supply.system import ORIGINS
from pipeline.model.supply.teams import CELL
from pipeline.model.temporary_cover import Cover, cover_at_base
from pipeline.model.work import counted_work, known_by_no_standard, report_minutes
from pipeline.months import add_months, months_between
from pipeline.plan import Plan
from pipeline.reference import need_weights

Tables = Mapping[str, pd.DataFrame]
NEVER_DRAWN = ("waiting_standard", "unmeasured_growth", "unmeasured_swing")
PER_LIST = ("points_per_list", "list_hours")
OF_STAFF = ("other_work_growth", "work_moved", "skill_mix_reached", "work_follows", "reports_moved")
"""Assumptions about work that mean nothing where no staff are on file."""
OF_GROWTH = ("activity_growth", "activity_swing")
OF_REPORTS = ("report_minutes", "reports_moved")
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Setting:
    """What every scenario of a plan shares.

    `annual` are tests a year (annual_activity) and `reports` who reports them (own_reports). `cells` has employer,
    profession, pillar, in_post and posts (WTE) of each cell that has staff on file; `staff` is None where none are, and
    `wte_at_base` is what the engine starts from. `cover` is bank and agency cover, `lists` the waiting lists, `planned`
    the operational plan's WTE and `implied` what that plan supposes.
    """

    tables: Tables
    scope: Scope
    base_month: dt.date
    months: int
    annual: pd.DataFrame
    reports: pd.DataFrame
    assumptions: Assumptions
    staff: PlanStaff | None
    cells: pd.DataFrame
    wte_at_base: Array
    cover: Cover
    people: People
    lists: pd.DataFrame
    trainees: Trainees
    planned: PlanPath
    implied: Implied
    year: WorkingYear

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Employer and profession of each cell."""
        return list(self.cells[CELL].itertuples(index=False, name=None))

    @cached_property
    def numbers(self) -> dict[tuple[str, str], int]:
        """The number of each cell, by employer and profession."""
        return {key: number for number, key in enumerate(self.keys)}

    @property
    def staff_followed(self) -> PlanStaff:
        """The plan's staff. Raises ValueError where no file gives any."""
        if self.staff is None:
            raise ValueError("staff cannot be followed where no file gives any")
        return self.staff

    @property
    def in_post(self) -> pd.Series:
        """WTE in post by employer and profession."""
        wte: pd.Series = self.cells.set_index(CELL)["in_post"]
        return wte

    @cached_property
    def arrivals(self) -> Array:
        """WTE who come from outside in an average month, by origin and cell (new_staff)."""
        return np.zeros((len(ORIGINS), 0)) if self.staff is None else arrivals_a_month(self.staff, self.assumptions)

    @cached_property
    def beside_posts(self) -> Array:
        """Effective WTE today beyond that in post: bank and agency, less what the new lack of output (cells, 1, 1)."""
        lacking = still_to_reach(self.arrivals, output_of_new(central(self.assumptions)), 0) if self.staff else 0.0
        return np.asarray(self.cover.wte - lacking)

    @property
    def rooms(self) -> pd.DataFrame:
        """Rooms of the plan's employers and pillars, outside diagnostic centres."""
        return self._own("rooms")

    @property
    def rotas(self) -> pd.DataFrame:
        """Rotas of the plan's employers and pillars."""
        return self._own("rota_posts")

    @cached_property
    def asked_of_rooms(self) -> Array:
        """Hours a week of staff that open rooms ask for, by cell."""
        return hours_of_rooms(self.rooms, self.cells)

    @cached_property
    def asked_of_rotas(self) -> Array:
        """Hours a week that rotas ask for, by cell."""
        return hours_of_rotas(self.rotas, self.cells)

    @property
    def skill_mix(self) -> pd.DataFrame:
        """Who is to do each kind of work in the plan's pillars (the canonical table)."""
        return in_pillars(self.tables["skill_mix"], self.scope)

    def _own(self, table: str) -> pd.DataFrame:
        rows = self.tables[table]
        return in_pillars(rows[rows["employer"].isin(self.scope.employers)], self.scope)

    @property
    def figures(self) -> Assumptions:
        """The assumptions that are figures and no choices: those that a register lists."""
        return {key: each for key, each in self.assumptions.items() if each.grade != "choice"}


def plan_setting(plan: Plan, tables: Tables, scope: Scope, given: Assumptions | None = None) -> Setting:
    """The setting of a plan from its canonical tables; a table without rows leaves its part empty.

    Months after the base month are not used. `given` are assumptions in place of the plan's own (plan_assumptions);
    what its files measure is measured all the same. Raises InputRefused for bad standards.
    """
    base, months, every = (
        plan.base_month,
        plan.file.horizon_months,
        plan_assumptions_measured(plan, tables, scope, given),
    )
    activity = up_to(tables["activity"], base)
    counted = counted_months(activity, scope.employers, scope.pillars)
    annual = annual_of(counted)
    staff = None
    if not in_pillars(current_staff(up_to(tables["staff"], base), scope), scope).empty:
        staff = plan_staff(tables, scope, base, every, months)
        every = with_fitted(every, staff.fitted)
    mix, reports = in_pillars(tables["skill_mix"], scope), own_reports(tables["reporting"], annual, scope, base)
    in_use = used(_of_mix(every, mix), annual, staff, reports)
    cells, year = _cells(staff, every), working_year(every)
    ends = [pd.Timestamp(add_months(base, number)) for number in range(months + 1)]
    planned = plan_path(tables["planned_wte"], scope, cells, ends)
    return Setting(
        tables=tables,
        scope=scope,
        base_month=base,
        months=months,
        annual=annual,
        reports=reports,
        assumptions=in_use,
        staff=staff,
        cells=cells,
        wte_at_base=_wte_at_base(staff),
        cover=cover_at_base(tables["temporary_staff"], cells, scope, base),
        people=weighted_people(tables["population_projection"], scope.ics_codes, need_weights()),
        lists=waiting_lists(tables["waiting"], annual, scope, base, activity),
        trainees=trainees(tables["training_routes"], tables["training_intakes"], scope, base, months),
        planned=planned,
        implied=_implied(counted, tables, annual, reports, in_use, planned, scope, base),
        year=year,
    )


def _implied(
    counted: pd.DataFrame,
    tables: Tables,
    annual: pd.DataFrame,
    reports: pd.DataFrame,
    assumptions: Assumptions,
    planned: PlanPath,
    scope: Scope,
    base: dt.date,
) -> Implied:
    """What the operational plan supposes, each test weighing as much as the work that it is today."""
    if planned.ends is None or planned.ends <= pd.Timestamp(base):
        return NO_PLAN
    counted_wte = counted_work(annual, central(assumptions), assumptions, base, reports)
    work = pd.Series(counted_wte.wte[:, 0], index=counted_wte.rows["test"]).groupby(level=0).sum()
    values = plan_implied(counted, tables["planned_activity"], tables["planned_wte"], scope, work)
    return Implied(values, months_between(base, planned.ends.date()))


def plan_year(plan: Plan, tables: Tables, scope: Scope) -> WorkingYear:
    """The working year by the plan's assumptions, those that its own files measure among them."""
    return working_year(plan_assumptions_measured(plan, tables, scope))


def plan_assumptions_measured(
    plan: Plan, tables: Tables, scope: Scope, given: Assumptions | None = None
) -> Assumptions:
    """All assumptions of a plan, or those `given`, with those about work that its own files measure in their place."""
    activity, absence = (up_to(tables[name], plan.base_month) for name in ("activity", "absence"))
    own = plan_assumptions(plan, tables["standards"]) if given is None else given
    return with_measured(own, activity, absence, scope)


def _cells(staff: PlanStaff | None, assumptions: Assumptions) -> pd.DataFrame:
    columns = [*CELL, "pillar", "in_post", "posts"]
    if staff is None:
        return pd.DataFrame(columns=columns)
    teams = staff.teams.teams.assign(posts=posts(staff, assumptions["vacancy_share"].value, 0)[:, 0])
    summed = teams.groupby([*CELL, "pillar"], as_index=False)[["wte", "posts"]].sum()
    return staff.cells.merge(summed, on=CELL, how="left").rename(columns={"wte": "in_post"})[columns]


def _wte_at_base(staff: PlanStaff | None) -> Array:
    """WTE of each cell from which staff are followed."""
    if staff is None:
        return np.zeros(0)
    system = staff.system
    wte = np.zeros(system.cells)
    np.add.at(wte, system.team_cell[system.row_team], system.row_heads * system.row_wte)
    return wte


def used(
    every: Assumptions, annual: pd.DataFrame, staff: PlanStaff | None, reports: pd.DataFrame = NO_REPORTS
) -> Assumptions:
    """The assumptions that the tests counted and the staff on file really call on, so that a report lists no others."""
    tests = set(annual["test"])
    professions = set() if staff is None else set(staff.cells["profession"])
    lists = any(each.test in tests for each in of_kind(every, "points"))
    own, keys = counted_reports(reports), _of_reports(reports, staff)
    by_standard = {each.key for each in every.values() if _counts_somewhere(each, annual, replaced(reports))}
    of_tests = {each.profession for each in of_kind(every, "minutes") if each.key in by_standard}
    of_tests |= {each.profession for each in of_kind(every, "list_hours") if lists} | set(own["profession"])
    follows = {each.key for each in known_by_no_standard(every)}
    kept = {
        key: each
        for key, each in every.items()
        if each.kind not in NEVER_DRAWN
        and (each.kind != "work_follows" or key in follows)
        and (not each.test or each.test in tests)
        and (not (each.test and each.profession) or key in by_standard)
        and (each.kind not in (*PER_LIST, "points") or lists)
        and (not each.profession or each.profession in _wanted(each, of_tests, professions))
        and (staff is not None or each.kind not in (*STAFF_KINDS, *OF_STAFF))
        and (each.kind not in OF_REPORTS or key in keys)
    }
    with_standard = {each.test for each in kept.values() if each.kind in ("minutes", "points", "work_follows")}
    with_standard |= set(own["test"])
    return _without_idle(
        {key: each for key, each in kept.items() if each.kind not in OF_GROWTH or each.test in with_standard}, staff
    )


def _of_mix(every: Assumptions, skill_mix: pd.DataFrame) -> Assumptions:
    """The assumptions, without the lever that moves work towards a table of skill mix where the plan has none."""
    return every if len(skill_mix) else {key: each for key, each in every.items() if each.kind != "skill_mix_reached"}


def _counts_somewhere(assumption: Assumption, annual: pd.DataFrame, instead: set[tuple[str, str, str]]) -> bool:
    """Whether some employer that counts the test has no reports of its own in place of the profession's standard."""
    test, profession = assumption.test, assumption.profession
    return any(
        (employer, test, profession) not in instead for employer in annual.loc[annual["test"] == test, "provider"]
    )


def _of_reports(reports: pd.DataFrame, staff: PlanStaff | None) -> set[str]:
    """The keys of assumptions about reports that are called on: who makes them, and who might."""
    reporters, moves = set(counted_reports(reports)["reporter"]), {}
    if staff is not None:
        moves = possible_moves(reports, set(staff.cells[CELL].itertuples(index=False, name=None)))
    reporters |= {side.reporter for own in moves.values() for move in own for side in (move.giver, move.taker)}
    return {report_minutes(each) for each in reporters} | {f"reports_moved / {move}" for move in moves}


def _wanted(assumption: Assumption, of_tests: set[str], professions: set[str]) -> set[str]:
    if assumption.kind == "work_follows":
        return professions
    if assumption.kind == "work_moved":
        return professions & of_tests if assumption.item in professions else set()
    return of_tests


def _without_idle(used: Assumptions, staff: PlanStaff | None) -> Assumptions:
    """Without what stands in for a file that the plan has; funded posts keep no range where its files have them."""
    if staff is None:
        return used
    idle = {"vacancy_months"} if staff.pace.months else set()
    kept = dict(used)
    if staff.teams.posts_known == 1:
        # Funded posts are known, and what becomes of them is for scenarios to say.
        known = {"low": None, "high": None, "range": "none", "grade": "choice"}
        held = {**known, "source": "Held as the plan's files have them", "note": ""}
        kept["posts_growth"] = used["posts_growth"].model_copy(update=held)
        kept["vacancy_share"] = used["vacancy_share"].model_copy(update=held)
    kept.update({key: each.model_copy(update={"grade": "choice"}) for key, each in used.items() if each.kind in idle})
    return kept
