"""The operational plan against what came of it: staff and tests, this cycle and those before.

Like is compared with like: a cell (an employer and a profession, or a provider and a test) counts only where plan and
outturn are both known for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import best_staff, in_pillars
from pipeline.reference import indicator
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED

STAFF_CELL = ["employer", "pillar", "profession"]
TEST_CELL = ["provider", "pillar", "test"]


def own_plan(planned_wte: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The planned staff of the plan's employers and pillars."""
    return in_pillars(planned_wte[planned_wte["employer"].isin(scope.employers)], scope)


def current_cycle(plan: pd.DataFrame) -> str:
    """The latest planning cycle for which anything was planned; empty where there is none."""
    planned = plan.loc[plan["kind"] == PLANNED, "cycle"]
    return str(planned.max()) if len(planned) else ""


def progress(plan: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """Baseline, plan and outturn (WTE) of each employer and profession in one cycle, and where the plan ends.

    Takes the result of own_plan. The month is the latest for which most employers sent an outturn, or the last one
    planned where none did. Returns employer, pillar, profession, month, baseline, planned, outturn, end_month and
    planned_end, a row for each cell that was planned at that month; what was not sent is missing.
    """
    rows = plan[plan["cycle"] == cycle]
    planned = rows[rows["kind"] == PLANNED]
    month, end = outturn_month(rows), planned["month"].max()
    at_month = {
        "planned": planned[planned["month"] == month],
        "outturn": rows[(rows["kind"] == OUTTURN) & (rows["month"] == month)],
        "planned_end": planned[planned["month"] == end],
        "baseline": baseline_rows(rows),
    }
    wide = pd.DataFrame({name: _wte(each) for name, each in at_month.items()})
    known = wide.dropna(subset=["planned"]).rename_axis(STAFF_CELL).reset_index()
    return known.assign(month=month, end_month=end)


def outturn_month(rows: pd.DataFrame) -> pd.Timestamp:
    """The latest month for which the most employers sent an outturn; the last month planned where none did."""
    sent = rows[rows["kind"] == OUTTURN].groupby("month")["employer"].nunique()
    planned = rows.loc[rows["kind"] == PLANNED, "month"]
    month: pd.Timestamp = sent[sent == sent.max()].index.max() if len(sent) else planned.max()
    return month


def _wte(rows: pd.DataFrame) -> pd.Series:
    summed: pd.Series = rows.groupby(STAFF_CELL)["wte"].sum()
    return summed


def baseline_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a cycle's latest baseline month."""
    base = rows[rows["kind"] == BASELINE]
    return base[base["month"] == base["month"].max()]


def progress_by(progressed: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Baseline, plan, outturn, difference (outturn less plan) and plan at the end, in WTE, by the columns of `by`.

    Takes the result of progress and sums only the cells whose plan and outturn are both known, so that the difference
    is theirs; the baseline or the end is missing where some of those cells have none.
    """
    both = progressed.dropna(subset=["planned", "outturn"])
    values = ["baseline", "planned", "outturn", "planned_end"]
    groups = both.groupby(list(by))[values]
    whole = groups.sum().where(groups.count().eq(groups.size(), axis=0)).reset_index()
    shown = whole.assign(difference=whole["outturn"] - whole["planned"])
    return shown[[*by, "baseline", "planned", "outturn", "difference", "planned_end"]]


def in_post_against_plan(plan: pd.DataFrame, staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Staff in post and planned WTE of each employer and profession, in the latest month that both are known for.

    Takes own_plan and the canonical staff table; the month is chosen for each employer and pillar, and where two cycles
    planned it the later one counts. Returns employer, pillar, profession, month, planned and in_post (known for both).
    """
    own = in_pillars(best_staff(staff[staff["employer"].isin(scope.employers)]), scope)
    keys = ["employer", "pillar", "month"]
    planned = plan[plan["kind"] == PLANNED].sort_values("cycle")
    newest = planned.drop_duplicates([*STAFF_CELL, "month"], keep="last")
    shared = newest[keys].merge(own[keys].drop_duplicates(), on=keys).groupby(keys[:2], as_index=False)["month"].max()
    in_post = own.merge(shared, on=keys).groupby([*STAFF_CELL, "month"], as_index=False)["wte"].sum()
    wanted = newest.merge(shared, on=keys)[[*STAFF_CELL, "month", "wte"]].rename(columns={"wte": "planned"})
    return wanted.merge(in_post.rename(columns={"wte": "in_post"}), on=[*STAFF_CELL, "month"])


def past_cycles(plan: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Planned and actual change in WTE of each cycle before the current one, by cycle and the columns of `by`.

    Each change is from the baseline to the last month that has both plan and outturn, over the employers and
    professions that have all three. `ratio` is actual over planned change, pooled; it is missing unless a growth of
    five WTE or more was planned and staff grew, since else it would mislead.
    """
    columns = ["cycle", *by, "planned_change", "outturn_change", "ratio"]
    cells = past_changes(plan)
    if cells.empty:
        return pd.DataFrame(columns=columns)
    summed = cells.groupby(["cycle", *by], as_index=False)[["planned_change", "outturn_change"]].sum()
    return with_ratio(summed)[columns]


def past_changes(plan: pd.DataFrame) -> pd.DataFrame:
    """Baseline, planned and actual change in WTE of each employer and profession in each cycle before the current one.

    Takes the result of own_plan. Returns cycle, employer, pillar, profession, baseline, planned_change, outturn_change.
    """
    current = current_cycle(plan)
    columns = ["cycle", *STAFF_CELL, "baseline", "planned_change", "outturn_change"]
    cells = [_changes(rows).assign(cycle=cycle) for cycle, rows in plan.groupby("cycle") if cycle < current]
    if not cells:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[-3:], "float64"))
    return pd.concat(cells, ignore_index=True).rename(columns={"wte": "baseline"})[columns]


def with_ratio(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes with actual over planned change where that says something."""
    stands = (changes["planned_change"] >= indicator("planned_change_from_wte")) & (changes["outturn_change"] >= 0)
    return changes.assign(ratio=changes["outturn_change"] / changes["planned_change"].where(stands))


def _changes(rows: pd.DataFrame) -> pd.DataFrame:
    keys = [*STAFF_CELL, "month"]
    both = rows[rows["kind"] == PLANNED].merge(
        rows[rows["kind"] == OUTTURN], on=keys, suffixes=("_planned", "_outturn")
    )
    last = both[both["month"] == both["month"].max()]
    base = _wte(baseline_rows(rows)).reset_index()
    known = last[[*STAFF_CELL, "wte_planned", "wte_outturn"]].merge(base, on=STAFF_CELL)
    return known.assign(
        planned_change=known["wte_planned"] - known["wte"], outturn_change=known["wte_outturn"] - known["wte"]
    )


def plan_months(plan: pd.DataFrame, cycle: str) -> pd.DataFrame:
    """Planned and actual WTE of each pillar by month of a cycle, over the employers that sent an outturn.

    Over all employers where none sent any. Actual is missing in months for which one of them sent none. Returns pillar,
    month, planned and actual.
    """
    rows = plan[plan["cycle"] == cycle]
    sent = rows.loc[(rows["kind"] == OUTTURN) & (rows["month"] == outturn_month(rows)), "employer"].unique()
    own = rows[rows["employer"].isin(sent)] if len(sent) else rows
    planned = own[own["kind"] == PLANNED].groupby(["pillar", "month"]).agg(planned=("wte", "sum"), n=("wte", "size"))
    actual = own[own["kind"] == OUTTURN].groupby(["pillar", "month"]).agg(actual=("wte", "sum"), m=("wte", "size"))
    both = planned.join(actual)
    return both.assign(actual=both["actual"].where(both["n"] == both["m"])).reset_index()[
        ["pillar", "month", "planned", "actual"]
    ]


def tests_against_plan(planned_activity: pd.DataFrame, scope: Scope, by: Sequence[str]) -> pd.DataFrame:
    """Tests planned and done so far in the current cycle by the columns of `by`, and the difference as a share.

    Over the providers, tests and months whose plan and outturn are both known; `months` says how many those are.
    """
    own = in_pillars(planned_activity[planned_activity["provider"].isin(scope.employers)], scope)
    rows = own[own["cycle"] == current_cycle(own)]
    keys = [*TEST_CELL, "month"]
    sides = [rows.loc[rows["kind"] == kind, [*keys, "tests"]] for kind in (PLANNED, OUTTURN)]
    both = sides[0].merge(sides[1], on=keys, suffixes=("_planned", "_done"))
    summed = both.groupby(list(by), as_index=False).agg(
        planned=("tests_planned", "sum"), done=("tests_done", "sum"), months=("month", "nunique")
    )
    share = (summed["done"] - summed["planned"]) / summed["planned"].where(summed["planned"] > 0)
    return summed.assign(difference=share.astype("float64")).sort_values("planned", ascending=False, ignore_index=True)
