"""The gap in figures: by scenario, profession and month, against the operational plan, and when it first shows.

Draws are added up before percentiles are taken, so that ranges are those of the whole. Gross adds up the employers and
professions that are short; net sets those that have more than they need against them (docs/method.md, section 6).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.beyond_plan import beyond_plan_by, deliverability
from pipeline.model.gap import PERCENTILES, ROUNDING, spread
from pipeline.model.outcome import GROUP, Outcome, Single
from pipeline.model.plan_setting import Setting
from pipeline.model.shortage import first_shortage
from pipeline.model.supply.system import FLOWS, OUT
from pipeline.months import add_months
from pipeline.reference import engine

Values = NDArray[np.float64]
KEPT = ("gap_by_month", "gap_by_cell", "gap_parts", "gap_draws")
"""Tables of every scenario that are kept for later chapters and for analysts (kept_tables)."""
_SPREAD = [*PERCENTILES, "mean"]
SUMMARY = [
    *("scenario", "name", "month"),
    *(f"{kind}_{key}" for kind in ("gross", "net") for key in _SPREAD),
    *("needed_p50", "share_short"),
]
BY = ["in_post", "needed", "there", *_SPREAD, "gross", "share_short", "employers"]


def summary(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """A row an outcome at the last month (SUMMARY), with its gross and net gap in WTE.

    `needed_p50` is the middle of all staff needed, WTE, and `share_short` the share of draws whose net gap is above
    zero.
    """
    rows = [
        {
            "scenario": each.scenario.label,
            "name": each.scenario.name,
            "month": each.months[-1],
            **spread("gross", each.gross[-1]),
            **spread("net", each.net[-1]),
            "needed_p50": middle_of_all(each.by_month.needed, -1),
            "share_short": float((each.net[-1] > ROUNDING).mean()),
        }
        for each in outcomes
    ]
    return pd.DataFrame(rows, columns=SUMMARY)


def middle_of_all(by_month: Single, month: int) -> float:
    """The middle over the draws of the WTE of all groups at a month, from WTE by group, month and draw."""
    return float(np.median(by_month[:, month].sum(axis=0, dtype=np.float64)))


def gap_by(found: Outcome | None, by: Sequence[str], month: int = -1) -> pd.DataFrame:
    """The gap at a month by columns of the groups (pillar, profession), largest first; no rows without an outcome.

    Returns `by`, in_post (WTE at the base month), needed and there (P50), p10, p50, p90 and mean of the net gap, gross
    (P50), and share_short.
    """
    groups = found.groups.groupby(list(by), sort=False) if found else ()
    rows = [dict(zip(by, key, strict=True)) | _gap_of(found, own, month) for key, own in groups if found]
    return pd.DataFrame(rows, columns=[*by, *BY]).sort_values("p50", ascending=False, ignore_index=True)


def _gap_of(found: Outcome, groups: pd.DataFrame, month: int) -> dict[str, object]:
    needed, there, gross = (
        values[groups.index.to_numpy(), month].sum(axis=0, dtype=np.float64) for values in found.by_month
    )
    cells = found.cells.merge(groups[GROUP], on=GROUP)
    return {
        "in_post": float(cells["in_post"].sum()),
        "needed": float(np.percentile(needed, PERCENTILES["p50"])),
        "there": float(np.percentile(there, PERCENTILES["p50"])),
        **spread("", needed - there),
        "gross": float(np.percentile(gross, PERCENTILES["p50"])),
        "share_short": float((needed - there > ROUNDING).mean()),
        "employers": cells["employer"].nunique(),
    }


def gap_path(found: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All staff needed, and all staff there, by month: month, p10, p50 and p90 (WTE) each."""
    needed, there = (each.sum(axis=0, dtype=np.float64) for each in (found.by_month.needed, found.by_month.there))
    return _path(found.months, needed), _path(found.months, there)


def _path(months: list[pd.Timestamp], values: Values) -> pd.DataFrame:
    return pd.DataFrame({"month": months} | {key: np.percentile(values, at, axis=1) for key, at in PERCENTILES.items()})


def planned_staff(setting: Setting, *, adjusted: bool = False) -> Values:
    """The operational plan's WTE as staff needed are counted: cells x months + 1 x 1.

    Plans are of staff in post; today's bank and agency, less what the new lack of output, go on beside them.
    """
    plan = setting.planned.adjusted if adjusted else setting.planned.raw
    return np.asarray(plan + setting.beside_posts)


def planned_path(setting: Setting) -> pd.DataFrame | None:
    """The operational plan's WTE, all cells that have one, up to its last month: month and wte; None without one."""
    ends = setting.implied.months
    if ends is None:
        return None
    whole = np.nansum(planned_staff(setting)[:, : min(ends, setting.months) + 1, 0], axis=0)
    months = [pd.Timestamp(add_months(setting.base_month, number)) for number in range(len(whole))]
    return pd.DataFrame({"month": months, "wte": whole})


def kept_tables(outcomes: Sequence[Outcome]) -> dict[str, pd.DataFrame]:
    """What is kept of every scenario, by the name of its table: by month, by employer, by part, and draw by draw."""
    of = {"gap_by_month": by_month, "gap_by_cell": by_cell, "gap_parts": parts_by_cell, "gap_draws": gap_draws}
    return {
        name: pd.concat([table(each).assign(scenario=each.scenario.name) for each in outcomes], ignore_index=True)
        for name, table in of.items()
    }


def parts_by_cell(found: Outcome) -> pd.DataFrame:
    """The mean gap at the last month by employer, profession and part: employer, pillar, profession, part and wte."""
    keys = found.cells[["employer", *GROUP]]
    wide = keys.assign(**dict(found.parts))
    return wide.melt(list(keys.columns), var_name="part", value_name="wte")


def flows_by_cell(found: Outcome, month: pd.Timestamp) -> pd.DataFrame:
    """The mean WTE of each flow out of the system up to a month by employer and profession: columns of parts_by_cell.

    They are what parts_by_cell has of these flows at the last month.
    """
    until, draws = found.months.index(month) + 1, found.by_cell.needed.shape[2]
    flows = found.sums.flow[:, :until].sum(axis=1) / draws
    keys = found.cells[["employer", *GROUP]]
    wide = keys.assign(**{name: flows[FLOWS.index(name)] for name in OUT})
    return wide.melt(list(keys.columns), var_name="part", value_name="wte")


def by_month(found: Outcome) -> pd.DataFrame:
    """Every profession and month: pillar, profession, month, and needed, there and gap as P10, P50, P90 and mean."""
    needed, there = found.by_month.needed.astype(np.float64), found.by_month.there.astype(np.float64)
    rows = found.groups.loc[found.groups.index.repeat(len(found.months))].reset_index(drop=True)
    return _with_spreads(rows.assign(month=list(found.months) * len(found.groups)), needed, there)


def by_cell(found: Outcome) -> pd.DataFrame:
    """Every employer and profession in the months kept: keys, month, and needed, there and gap, with share_short."""
    kept = found.by_cell
    needed, there = kept.needed.astype(np.float64), kept.there.astype(np.float64)
    keys = found.cells[["employer", *GROUP]]
    rows = keys.loc[keys.index.repeat(len(kept.kept))].reset_index(drop=True)
    return _with_spreads(rows.assign(month=[found.months[number] for number in kept.kept] * len(keys)), needed, there)


def _with_spreads(rows: pd.DataFrame, needed: Values, there: Values) -> pd.DataFrame:
    """Rows of (keys x months) with percentiles and means of needed, there and gap over the last axis of either."""
    spreads: dict[str, Values] = {}
    for name, values in (("needed", needed), ("there", there), ("gap", needed - there)):
        percentiles = np.percentile(values, list(PERCENTILES.values()), axis=2)
        spreads |= {f"{name}_{key}": each.ravel() for key, each in zip(PERCENTILES, percentiles, strict=True)}
        spreads[f"{name}_mean"] = values.mean(axis=2).ravel()
    return rows.assign(**spreads, share_short=(needed - there > ROUNDING).mean(axis=2).ravel())


def gap_draws(found: Outcome) -> pd.DataFrame:
    """The gap of every employer and profession in the months kept, draw by draw: keys, month, draw and gap (WTE)."""
    kept, draws = found.by_cell, found.by_cell.needed.shape[2]
    gap = kept.needed - kept.there
    keys = found.cells[["employer", *GROUP]].astype("category")
    rows = keys.loc[keys.index.repeat(len(kept.kept) * draws)].reset_index(drop=True)
    months = pd.Series([found.months[number] for number in kept.kept])
    return rows.assign(
        month=np.tile(months.repeat(draws).to_numpy(), len(keys)),
        draw=np.tile(np.arange(draws, dtype=np.int32), len(keys) * len(kept.kept)),
        gap=gap.ravel(),
    )


def parts_by_pillar(found: Outcome) -> pd.DataFrame:
    """The mean gap at the last month by part (rows) and pillar (columns), in WTE; a column adds up to its gap."""
    parts = pd.DataFrame(found.parts).groupby(found.cells["pillar"].to_numpy()).sum().T
    return parts.rename_axis("part").reset_index()


def shortage_by_pillar(found: Outcome) -> pd.DataFrame:
    """When each pillar, gross, is first as likely short as not: pillar and the columns of shortage.first_shortage.

    A pillar counts as short where the shortages of its employers and professions come to more than
    `short_from_share_of_need` (engine.yaml) of the staff it needs.
    """
    rows = []
    for pillar, groups in found.groups.groupby("pillar"):
        numbers = groups.index.to_numpy()
        needed, gross = (
            each[numbers].sum(axis=0, dtype=np.float64) for each in (found.by_month.needed, found.by_month.gross)
        )
        missed = gross - engine("short_from_share_of_need") * needed
        rows.append(first_shortage(missed[np.newaxis], found.months).assign(pillar=pillar))
    return pd.concat(rows, ignore_index=True)


def beyond_whole(found: Outcome, setting: Setting) -> pd.DataFrame:
    """Staff needed beyond the plan, all cells: a row for the plan as sent and one as corrected for past plans (`plan`).

    The columns of beyond_plan_by, with scenario, month, and cycle and ends of the plan. No rows without a plan.
    """
    ends = setting.planned.ends
    if ends is None:
        return pd.DataFrame()
    rows = [beyond(found, setting, [], adjusted=adjusted) for adjusted in (False, True)]
    told = {"scenario": found.scenario.label, "month": found.months[-1], "cycle": setting.planned.cycle, "ends": ends}
    both = pd.concat(rows, ignore_index=True).assign(plan=["as sent", "corrected"], **told)
    return both[both["cells"] > 0]


def beyond(found: Outcome, setting: Setting, by: Sequence[str], *, adjusted: bool = False) -> pd.DataFrame:
    """Staff needed beyond the operational plan at the last month (beyond_plan_by); the plan is held after its end."""
    place = len(found.by_cell.kept) - 1
    needed = found.by_cell.needed.astype(np.float64)
    plan = planned_staff(setting, adjusted=adjusted)[:, found.by_cell.kept]
    return beyond_plan_by(needed, plan, found.cells, by, place)


def against_plan(found: Outcome, setting: Setting, by: Sequence[str]) -> pd.DataFrame:
    """Staff needed, planned and there at the plan's last month, or at the horizon if earlier (deliverability)."""
    ends = min(setting.implied.months or setting.months, setting.months)
    kept = found.by_cell
    return deliverability(
        kept.needed.astype(np.float64),
        kept.there.astype(np.float64),
        planned_staff(setting)[:, kept.kept],
        found.cells,
        by,
        kept.kept.index(ends),
    )
