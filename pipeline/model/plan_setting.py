"""What the model starts from for a plan: its tests, assumptions and staff in post, as known at the base month."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.assumptions import Assumptions, plan_assumptions
from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import current_staff
from pipeline.model.base_year import annual_activity
from pipeline.model.capacity import WorkingYear, working_year
from pipeline.model.demand import used_by
from pipeline.model.gap import staff_in_post
from pipeline.model.measured import with_measured
from pipeline.model.outcome import Setting
from pipeline.plan import Plan


def plan_setting(plan: Plan, tables: Mapping[str, pd.DataFrame], scope: Scope) -> Setting:
    """The setting of a plan from its canonical tables; a table without rows leaves its part empty.

    Months after the base month are not used. Raises InputRefused for bad standards.
    """
    activity, staff = (up_to(tables[name], plan.base_month) for name in ("activity", "staff"))
    every = plan_assumptions_measured(plan, tables, scope)
    annual = annual_activity(activity, scope.employers, scope.pillars)
    return Setting(annual, used_by(annual, every), staff_in_post(current_staff(staff, scope)), plan.base_month)


def plan_year(plan: Plan, tables: Mapping[str, pd.DataFrame], scope: Scope) -> WorkingYear:
    """The working year by the plan's assumptions, those that its own files measure among them."""
    return working_year(plan_assumptions_measured(plan, tables, scope))


def plan_assumptions_measured(plan: Plan, tables: Mapping[str, pd.DataFrame], scope: Scope) -> Assumptions:
    """All assumptions of a plan, with those about work that its own files measure in place of the others."""
    activity, absence = (up_to(tables[name], plan.base_month) for name in ("activity", "absence"))
    return with_measured(plan_assumptions(plan, tables["standards"]), activity, absence, scope)
