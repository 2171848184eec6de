"""What a report says of its plan at a glance, put into its record: the portal lists plans by that and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.run.record import COMPARED, read_facts
from pipeline.run.state import Run
from pipeline.store import Store

if TYPE_CHECKING:
    import pandas as pd

DATED = ("staff", "activity", "waiting")
"""The tables of what is counted each month, by which a report is as fresh as its data."""
PILLAR = ("pillar", "in_post", "p10", "p50", "p90", "share_short")
MOVE = ("key", "unit", "label", "then", "now", "change", "data", "assumptions", "model")


def published_facts(run: Run, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Name, status, version, months, the gap by pillar and what moved since the last run, as the report shows them.

    `facts` are those of the run with its sign-offs. What no notebook has written is left out or None.
    """
    from pipeline.report.document import status_of

    file = run.plan.file
    return {
        "name": file.name,
        "status": status_of(run.plan, facts).label,
        "version": file.sign_off.version,
        "base_month": f"{run.plan.base_month:%Y-%m}",
        "horizon_months": file.horizon_months,
        "latest_month": _latest_month(run.store),
        "chance_short": _chance_short(run.store),
        "pillars": _rows(run.store, "gap_by_pillar", PILLAR),
        "changes": _changes(run),
    }


def _latest_month(store: Store) -> str | None:
    """The last month that any of the files counts something in."""
    found: list[dt.date] = []
    for name in DATED:
        frame = _columns(store, name, ("month",))
        found += [] if frame is None else [frame["month"].dropna().max()]
    known = [month for month in found if month == month]
    return f"{max(known):%Y-%m}" if known else None


def _chance_short(store: Store) -> float | None:
    """The share of calculations, of the scenario that the headline gap is of, in which staff are missing."""
    frame = _columns(store, "scenario_summary", ("gross_p50", "share_short"))
    known = [] if frame is None else frame.dropna(subset=["gross_p50"])["share_short"].tolist()
    return _number(known[0]) if known else None


def _changes(run: Run) -> dict[str, Any] | None:
    """How each headline moved since the run compared with, and from what; None where there was none."""
    rows = _rows(run.store, "headline_moves", MOVE)
    if not rows:
        return None
    last = read_facts(run.processed / COMPARED).get("last")
    earlier = run.past.named(last) if last else None
    since = {name: earlier.facts.get(name) for name in ("run_id", "made", "version")} if earlier else None
    return {"since": since, "headlines": rows}


def _rows(store: Store, table: str, columns: Iterable[str]) -> list[dict[str, Any]]:
    frame = _columns(store, table, tuple(columns))
    rows = [] if frame is None else frame.to_dict("records")
    return [{str(name): _number(value) for name, value in row.items()} for row in rows]


def _columns(store: Store, table: str, columns: tuple[str, ...]) -> pd.DataFrame | None:
    """These columns of a table; None where there is no such table or it has not all of them."""
    if not store.has(table) or not set(columns) <= set(store.record(table).columns):
        return None
    return store.read(table)[list(columns)]


def _number(value: Any) -> Any:
    """A value as JSON can hold it: a missing number is nothing."""
    return None if value != value else value
