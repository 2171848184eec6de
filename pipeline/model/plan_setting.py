"""What the model starts from for a plan: its tests, staff, assumptions and plans, as known at the base month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.assumptions import STAFF_KINDS, Assumption, Assumptions, of_kind, plan_assumptions
from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import current_staff, in_pillars
from pipeline.model.base_year import annual_activity
from pipeline.model.capacity import WorkingYear, working_year
from pipeline.model.centre_path import Centres
from pipeline.model.centres import plans_of
from pipeline.model.demography import People, weighted_people
from pipeline.model.measured import with_measured
from pipeline.model.paths import Implied
from pipeline.model.plan_implied import plan_implied
from pipeline.model.supply.measured_staff import with_measured_staff
from pipeline.model.supply.plan_staff import PlanStaff, plan_staff, posts
from pipeline.model.supply.teams import CELL
from pipeline.plan import Plan
from pipeline.reference import need_weights

Tables = Mapping[str, pd.DataFrame]
NEVER_DRAWN = ("waiting_standard", "unmeasured_growth")
PER_LIST = ("points_per_list", "list_hours")


@dataclass(frozen=True)
class Setting:
    """What every scenario of a plan shares.

    `annual` are tests a year (annual_activity). `cells` has employer, profession, pillar, in_post and posts (WTE) of
    each cell that has staff on file. `staff` is None where none are. `tables` are the canonical tables, nothing after
    the base month in those that tell of the past.
    """

    tables: Tables
    scope: Scope
    base_month: dt.date
    months: int
    annual: pd.DataFrame
    assumptions: Assumptions
    staff: PlanStaff | None
    cells: pd.DataFrame
    people: People
    implied: Implied
    year: WorkingYear

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Employer and profession of each cell."""
        return list(self.cells[CELL].itertuples(index=False, name=None))

    @property
    def in_post(self) -> pd.Series:
        """WTE in post by employer and profession."""
        wte: pd.Series = self.cells.set_index(CELL)["in_post"]
        return wte

    @property
    def figures(self) -> Assumptions:
        """The assumptions that are figures and no choices: those that a register lists."""
        return {key: each for key, each in self.assumptions.items() if each.grade != "choice"}


def plan_setting(plan: Plan, tables: Tables, scope: Scope) -> Setting:
    """The setting of a plan from its canonical tables; a table without rows leaves its part empty.

    Months after the base month are not used. Raises InputRefused for bad standards.
    """
    base, every = plan.base_month, plan_assumptions_measured(plan, tables, scope)
    annual = annual_activity(up_to(tables["activity"], base), scope.employers, scope.pillars)
    staff = None
    if not in_pillars(current_staff(up_to(tables["staff"], base), scope), scope).empty:
        staff = plan_staff(tables, scope, base, every)
        every = with_measured_staff(every, staff)
    cells = _cells(staff, every)
    weighted = weighted_people(tables["population_projection"], scope.ics_codes, need_weights())
    return Setting(
        tables,
        scope,
        base,
        plan.file.horizon_months,
        annual,
        used(every, annual, cells, staff),
        staff,
        cells,
        weighted,
        plan_implied(tables, annual, scope, base),
        working_year(every),
    )


def plan_year(plan: Plan, tables: Tables, scope: Scope) -> WorkingYear:
    """The working year by the plan's assumptions, those that its own files measure among them."""
    return working_year(plan_assumptions_measured(plan, tables, scope))


def plan_assumptions_measured(plan: Plan, tables: Tables, scope: Scope) -> Assumptions:
    """All assumptions of a plan, with those about work that its own files measure in place of the others."""
    activity, absence = (up_to(tables[name], plan.base_month) for name in ("activity", "absence"))
    return with_measured(plan_assumptions(plan, tables["standards"]), activity, absence, scope)


def _cells(staff: PlanStaff | None, assumptions: Assumptions) -> pd.DataFrame:
    columns = [*CELL, "pillar", "in_post", "posts"]
    if staff is None:
        return pd.DataFrame(columns=columns)
    teams = staff.teams.teams.assign(posts=posts(staff, assumptions["vacancy_share"].value, 0)[:, 0])
    summed = teams.groupby([*CELL, "pillar"], as_index=False)[["wte", "posts"]].sum()
    return staff.cells.merge(summed, on=CELL, how="left").rename(columns={"wte": "in_post"})[columns]


def used(every: Assumptions, annual: pd.DataFrame, cells: pd.DataFrame, staff: PlanStaff | None) -> Assumptions:
    """The assumptions that the tests counted and the staff on file really call on, so that a report lists no others."""
    tests, professions = set(annual["test"]), set(cells["profession"])
    lists = any(each.test in tests for each in of_kind(every, "points"))
    of_tests = {each.profession for each in of_kind(every, "minutes") if each.test in tests}
    if lists:
        of_tests |= {each.profession for each in of_kind(every, "list_hours")}
    kept = {
        key: each
        for key, each in every.items()
        if each.kind not in NEVER_DRAWN
        and (not each.test or each.test in tests)
        and (each.kind not in (*PER_LIST, "points") or lists)
        and (not each.profession or each.profession in _wanted(each, of_tests, professions))
        and (staff is not None or each.kind not in (*STAFF_KINDS, "other_work_growth", "work_moved", "work_follows"))
    }
    with_standard = {each.test for each in kept.values() if each.kind in ("minutes", "points", "work_follows")}
    return _without_idle(
        {key: each for key, each in kept.items() if each.kind != "activity_growth" or each.test in with_standard}, staff
    )


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
