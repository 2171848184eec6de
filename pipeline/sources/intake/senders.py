"""Who sends a plan a workbook of their own, which sheets it has, and which rows of the plan are theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.plan import Plan
from pipeline.schema import Sender, Table
from pipeline.tables import TABLES

SENDER_WORDS: dict[Sender, str] = {
    "employer": "employer",
    "cdc_host": "host of community diagnostic centres",
    "education_provider": "education provider",
    "icb": "integrated care board",
}
"""How a kind of sender is written in a sentence."""
_OWN: dict[Sender, tuple[str, ...]] = {
    "employer": ("employer", "provider"),
    "cdc_host": ("host",),
    "education_provider": ("education_provider",),
    "icb": (),
}


@dataclass(frozen=True)
class PlanSender:
    """One sender of a plan: what it is, its code and the name to show."""

    kind: Sender
    code: str
    name: str

    @property
    def shown(self) -> str:
        """Who it is, in words."""
        return self.name if self.kind == "icb" else f"{self.name} ({self.code}), {SENDER_WORDS[self.kind]}"


def plan_senders(plan: Plan) -> list[PlanSender]:
    """Everyone who gets a workbook: employers, hosts of centres (employers too), education providers and boards."""
    employers, providers = plan.file.employers, plan.file.education_providers
    return [
        *(PlanSender("employer", code, name) for code, name in employers.items()),
        *(PlanSender("cdc_host", code, employers[code]) for code in plan.file.cdc_hosts),
        *(PlanSender("education_provider", code, name) for code, name in providers.items()),
        *(PlanSender("icb", code, f"Integrated care board {code}") for code in plan.file.ics),
    ]


def sheets_of(kind: Sender) -> list[Table]:
    """The tables that such a sender's workbook has a sheet for, in the order of the sheets."""
    return [table for table in TABLES.values() if kind in table.sent_by]


def own_column(kind: Sender, table: Table) -> str | None:
    """The column of a table that holds the sender's own code in every row, if it has one."""
    return next((column for column in table.own_columns if column in _OWN[kind]), None)


def rows_of_sender(
    sender: PlanSender, tables: Mapping[str, pd.DataFrame], senders: Sequence[PlanSender] = ()
) -> dict[str, pd.DataFrame]:
    """The rows of canonical tables that a sender's next workbook carries forward, by table.

    Every row goes to one sender only, so that the workbooks of a plan never repeat each other: an education provider
    has its intakes and the routes that it alone teaches, a board the other routes and intakes. `senders` are all those
    of the plan: intakes of a provider that is not among them go to the board, and what no column divides between
    several boards goes to the first. Without it, every provider is taken to have a workbook and the board to be alone.
    """
    rows = {}
    for table in sheets_of(sender.kind):
        frame = tables.get(table.name)
        if frame is not None:
            kept = frame[_sent(table, frame) & _owned(sender, table, frame, tables, senders)]
            rows[table.name] = kept.reset_index(drop=True)
    return {name: frame for name, frame in rows.items() if len(frame)}


def _sent(table: Table, frame: pd.DataFrame) -> pd.Series:
    """Rows that a workbook can hold: what nobody fills in is as every workbook has it."""
    sent = pd.Series(True, index=frame.index)
    for column, value in table.fixed.items():
        sent &= frame[column] == value
    return sent


def _owned(
    sender: PlanSender,
    table: Table,
    frame: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    senders: Sequence[PlanSender],
) -> pd.Series:
    own = own_column(sender.kind, table)
    if own is not None:
        return frame[own] == sender.code
    if sender.kind == "cdc_host":
        return frame["site"].isin(_sites_of(sender, tables))
    if table.name == "training_routes":
        return _routes(sender, frame, tables, senders)
    if sender.kind == "icb" and sender.code != _first_board(sender, senders):
        return pd.Series(False, index=frame.index)
    if table.name == "training_intakes":
        return ~frame["education_provider"].isin(_providers(frame, senders))
    return pd.Series(True, index=frame.index)


def _sites_of(host: PlanSender, tables: Mapping[str, pd.DataFrame]) -> set[str]:
    plans = tables.get("cdc_plans")
    return set() if plans is None else set(plans.loc[plans["host"] == host.code, "site"])


def _routes(
    sender: PlanSender, frame: pd.DataFrame, tables: Mapping[str, pd.DataFrame], senders: Sequence[PlanSender]
) -> pd.Series:
    taught = tables.get("training_intakes")
    alone: pd.Series = pd.Series(dtype="str")
    if taught is not None:
        known = taught[taught["education_provider"].isin(_providers(taught, senders))]
        by_route = known.groupby("route")["education_provider"]
        alone = by_route.first()[by_route.nunique() == 1]
    teacher = frame["route"].map(alone)
    if sender.kind == "education_provider":
        return (teacher == sender.code).fillna(False).astype("bool")
    return teacher.isna() & (sender.code == _first_board(sender, senders))


def _providers(intakes: pd.DataFrame, senders: Sequence[PlanSender]) -> set[str]:
    known = {each.code for each in senders if each.kind == "education_provider"}
    return known if senders else set(intakes["education_provider"])


def _first_board(sender: PlanSender, senders: Sequence[PlanSender]) -> str:
    return next((each.code for each in senders if each.kind == "icb"), sender.code)
