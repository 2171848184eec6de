"""The tables of what is to be done and who decides: actions, risks, the calendar of boards; and primary care."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd
import pandera.pandas as pa

from pipeline import schema
from pipeline.plan import PILLARS
from pipeline.schema import RowRule

Theme = Literal["Leadership and culture", "Recruitment and retention", "Education and supply", "Workforce planning"]
THEMES: tuple[Theme, ...] = get_args(Theme)
ACTION_ID = r"[A-Za-z0-9_-]{1,20}"
ACTION_ID_SAYS = "an id is at most 20 letters, digits, - and _, without spaces"
Status = Literal["proposed", "agreed", "under way", "delivered", "stopped"]
STATUSES: tuple[Status, ...] = get_args(Status)
STRATEGY = "strategy"
"""What an item of the calendar is about that is about the whole of the plan, and not about single actions."""
CAPACITIES = {
    "placements": ("clinical placements that it takes at one time", "placements"),
    "supervision_hours": ("hours a week of supervision that it takes beyond what its effects say", "hours a week"),
    "management_days": ("days a month of managers' time that it takes", "days a month"),
}
"""What an action takes of what there is only so much of: what the column holds, and its unit."""


RISK_EVENTS = {
    "gap_above": ("more WTE are missing than the level, shortages added up", "WTE"),
    "short_above": ("a larger share of the staff needed is missing than the level", "share"),
    "short_by": ("such a share is missing in some month up to the one given", "share"),
    "need_growth_above": ("staff needed have grown by more than the level since the base month", "share"),
    "staff_below": ("WTE in post have fallen below the level, as a share of today's", "share"),
    "vacancies_above": ("a larger share of today's funded posts is empty than the level", "share"),
    "plan_missed": ("WTE in post are below those of the operational plan by more than the level", "share"),
    "agency_above": ("agency staff work more WTE than the level, on average over the financial year", "WTE"),
    "leavers_above": ("a larger share of staff leaves the system in an average year to the horizon", "share"),
    "retired_above": ("a larger share of today's staff retires by the horizon than the level", "share"),
}
"""Events of the model that a risk may be stated as: when each has come about, and the unit of its level."""
TO_HORIZON = ("leavers_above", "retired_above")
"""Events that are counted up to the horizon only."""
_OF_SHARES = [name for name, (_, unit) in RISK_EVENTS.items() if unit == "share"]


def _id(holds: str) -> pa.Column:
    fits = schema.rule(lambda ids: ids.str.fullmatch(ACTION_ID), ACTION_ID_SAYS)
    return schema.column("str", "id", holds, fits)


def _pillars() -> pa.Column:
    says = f"should be one or more of {', '.join(PILLARS)}, with commas between"

    def known(cells: pd.Series) -> pd.Series:
        return cells.map(lambda cell: all(part.strip() in PILLARS for part in str(cell).split(",")))

    return schema.column("str", "list", "diagnostic pillars, with commas between", schema.rule(known, says))


GOVERNANCE = [
    schema.table(
        "actions",
        "What could be done about the gap: who, from when, at what cost, to what effect.",
        ["id"],
        held_by="the ICB's workforce lead, with the owners of actions",
        sent_by=["icb"],
        example={
            "id": "A1",
            "title": "Settle and keep radiographers in their first three years",
            "theme": "Recruitment and retention",
            "level": "ICS",
            "pillars": "imaging",
            "owner": "Lead Allied Health Professional",
            "start": "2026-01-31",
            "lead_months": 9,
            "recurrent": 145000.0,
            "capital": 0.0,
            "wte_low": 3.0,
            "wte": 6.0,
            "wte_high": 9.0,
            "profession": "Diagnostic radiographers",
            "measure": "Share of band 5 and 6 radiographers who leave within three years",
            "depends_on": None,
            "evidence": "Exit interviews at three trusts",
            "employer": None,
            "excludes": None,
            "placements": 0,
            "supervision_hours": 12.0,
            "management_days": 3.0,
            "ends": None,
            "status": "proposed",
            "done": 0.0,
        },
        rules=[
            RowRule(
                ("wte", "wte_low", "wte_high"),
                lambda rows: (rows["wte_low"] <= rows["wte"]) & (rows["wte"] <= rows["wte_high"]),
                "low, middle and high go up",
            ),
            RowRule(
                ("employer", "level"),
                lambda rows: (rows["level"] != "employer") | rows["employer"].notna(),
                "an action of one employer says which",
            ),
            RowRule(
                ("ends", "start"),
                lambda rows: rows["ends"].isna() | (rows["ends"] >= rows["start"]),
                "an action does not end before it starts",
            ),
            RowRule(
                ("done", "status"),
                lambda rows: rows["done"].isna() | (rows["done"] == 0) | ~rows["status"].isin(["proposed", "agreed"]),
                "an action of which some is done is under way, delivered or stopped",
            ),
        ],
        columns={
            "id": _id("short name of the action"),
            "title": schema.text("the action in one line"),
            "theme": schema.one_of("theme", THEMES),
            "level": schema.one_of("who acts: the system together or one employer", ["ICS", "employer"]),
            "pillars": _pillars(),
            "owner": schema.text("post that owns the action"),
            "start": schema.month("month in which it starts, as its last day"),
            "lead_months": schema.between_whole("months from the start to full effect", "months", 0, 240),
            "recurrent": schema.amount("cost each year", "£ a year"),
            "capital": schema.amount("cost once", "£"),
            "wte_low": schema.number("owner's low estimate of effective WTE once in full", "WTE"),
            "wte": schema.number("owner's middle estimate", "WTE"),
            "wte_high": schema.number("owner's high estimate", "WTE"),
            "profession": schema.profession("profession it relieves"),
            "measure": schema.text("how success is measured"),
            "depends_on": schema.text("ids of actions that must come first, with commas between", nullable=True),
            "evidence": schema.text("why it is expected to work", nullable=True),
            "employer": schema.employer("employer that acts, where it is one alone", nullable=True),
            "excludes": schema.text("ids of actions that cannot be beside it, with commas between", nullable=True),
            **{name: schema.amount(*holds, nullable=True) for name, holds in CAPACITIES.items()},
            "ends": schema.month("last month of its yearly cost; left empty, the cost goes on", nullable=True),
            "status": schema.one_of("how far it is; left empty, proposed", STATUSES, nullable=True),
            "done": schema.share("share of it that is done", "the action", nullable=True),
        },
    ),
    schema.table(
        "action_effects",
        "What each action changes in the model. An action without a row here brings what its owner estimates.",
        ["action", "lever", "item", "test", "profession", "employer", "pillar"],
        held_by="the ICB's workforce lead, with the owners of actions",
        sent_by=["icb"],
        example={
            "action": "A1",
            "lever": "exit_rate",
            "item": "leaving",
            "test": None,
            "profession": "Diagnostic radiographers",
            "employer": None,
            "pillar": None,
            "low": -0.03,
            "add": -0.08,
            "high": -0.14,
            "after_months": None,
            "over_months": None,
            "lasts_months": None,
            "grade": "placeholder",
            "because": "Owner's reading of exit interviews at three trusts",
        },
        rules=[
            RowRule(
                ("add", "low", "high"),
                lambda rows: (
                    (rows["low"].isna() & rows["high"].isna())
                    | ((rows["add"] - rows["low"]) * (rows["high"] - rows["add"]) >= 0)
                ),
                "low and high are given together, and the middle lies between",
            )
        ],
        columns={
            "action": _id("action that it is the effect of"),
            "lever": schema.text("lever that it moves, by its name in docs/levers.md"),
            "item": schema.text("part of the lever, such as leaving", nullable=True),
            "test": schema.counted_test("test that it is limited to", nullable=True),
            "profession": schema.text("profession that it is limited to", nullable=True, vocabulary="profession"),
            "employer": schema.employer("employer that it is limited to", nullable=True),
            "pillar": schema.one_of("pillar that it is limited to", PILLARS, nullable=True),
            "low": schema.number("least effect: one in ten would be less", "on the lever's scale", nullable=True),
            "add": schema.number("middle effect", "on the lever's scale"),
            "high": schema.number("most effect: one in ten would be more", "on the lever's scale", nullable=True),
            "after_months": schema.amount("months from start to effect; left empty, the lead", "months", nullable=True),
            "over_months": schema.amount("months over which it builds up after that", "months", nullable=True),
            "lasts_months": schema.between("months for which it lasts", "months", 1, 240, nullable=True),
            "grade": schema.one_of("how good the figure is", ["published", "derived", "measured", "placeholder"]),
            "because": schema.text("where the figure comes from"),
        },
    ),
    schema.table(
        "action_costs",
        "What an action costs in each financial year, in place of its yearly cost, where years differ.",
        ["action", "year"],
        held_by="the ICB's finance lead, with the owners of actions",
        sent_by=["icb"],
        example={"action": "A1", "year": "2026/27", "recurrent": 145000.0, "capital": 0.0},
        columns={
            "action": _id("action that it is the cost of"),
            "year": schema.financial_year("financial year, as 2026/27"),
            "recurrent": schema.amount("running cost of the year", "£"),
            "capital": schema.amount("capital of the year", "£"),
        },
    ),
    schema.table(
        "risks",
        "What could go wrong, how likely and how bad, and what is done about it.",
        ["id"],
        held_by="the ICB's programme office",
        sent_by=["icb"],
        example={
            "id": "R1",
            "title": "Corvane Riverside opens without its staff",
            "pillars": "imaging, endoscopy",
            "cause": "Radiographers are recruited from the same employers",
            "effect": "Hospital lists are cancelled to staff the centre",
            "likelihood": 4,
            "impact": 4,
            "owner": "Director of Diagnostics Transformation",
            "trigger": "Fewer than 80 % of the centre's posts filled three months before it opens",
            "response": "Open by modality as posts are filled",
            "review_on": "2025-11-30",
            "event": "short_by",
            "level": 0.1,
            "by_month": "2027-03-31",
            "profession": "Diagnostic radiographers",
            "employer": None,
            "threatens": None,
        },
        rules=[
            RowRule(
                ("level", "event"),
                lambda rows: rows["level"].notna() == rows["event"].notna(),
                "an event has a level, and a level an event; give both or neither",
            ),
            RowRule(
                ("level", "event"),
                lambda rows: ~rows["event"].isin(_OF_SHARES) | rows["level"].isna() | (rows["level"] <= 1),
                "the level of this event is a share: 0.1 for 10 %",
            ),
            RowRule(
                ("event", "level", "by_month", "profession", "employer"),
                lambda rows: rows["event"].notna() | rows[["by_month", "profession", "employer"]].isna().all(axis=1),
                "a month, profession or employer limits an event; say which event",
            ),
            RowRule(
                ("by_month", "event"),
                lambda rows: rows["by_month"].isna() | ~rows["event"].isin(TO_HORIZON),
                "this event is counted up to the horizon; leave the month empty",
            ),
        ],
        columns={
            "id": _id("short name of the risk"),
            "title": schema.text("the risk in one line"),
            "pillars": _pillars(),
            "cause": schema.text("what would bring it about"),
            "effect": schema.text("what would follow"),
            "likelihood": schema.scale("how likely, 5 being almost certain", 5),
            "impact": schema.scale("how bad, 5 being worst", 5),
            "owner": schema.text("post that owns the risk"),
            "trigger": schema.text("what would show that it is happening"),
            "response": schema.text("what is done about it"),
            "review_on": schema.day("when it is next looked at"),
            "event": schema.one_of(
                "event of the model that it is (docs/method.md, section 8), which measures its likelihood",
                RISK_EVENTS,
                nullable=True,
            ),
            "level": schema.amount("level of the event: a share, or WTE", "share or WTE", nullable=True),
            "by_month": schema.month("month by which it comes about; left empty, the horizon", nullable=True),
            "profession": schema.text(
                "profession that the event is limited to", nullable=True, vocabulary="profession"
            ),
            "employer": schema.employer("employer that the event is limited to", nullable=True),
            "threatens": schema.may_be_left_out(
                schema.text("ids of actions that it would hold up or undo, with commas between")
            ),
        },
    ),
    schema.table(
        "governance",
        "The calendar: which board sees what, and when.",
        ["date", "body", "item"],
        held_by="the ICB's programme office",
        sent_by=["icb"],
        example={
            "date": "2025-12-11",
            "body": "Diagnostics Programme Board",
            "item": "Workforce strategy",
            "purpose": "decide",
            "owner": "Director of Diagnostics Transformation",
            "about": STRATEGY,
        },
        columns={
            "date": schema.day("date of the meeting"),
            "body": schema.text("board or group that meets"),
            "item": schema.text("what comes before it"),
            "purpose": schema.one_of("what is asked of it", ["decide", "endorse", "discuss", "note"]),
            "owner": schema.text("who brings it"),
            "about": schema.may_be_left_out(
                schema.text(f"what it is about: {STRATEGY}, or ids of actions with commas between")
            ),
        },
    ),
    schema.table(
        "practices",
        "General practices and their staff, where the plan reaches into primary care.",
        ["as_of", "practice"],
        held_by="the ICB's primary care team (NHS England publishes general practice workforce)",
        sent_by=["icb"],
        example={
            "as_of": "2025-09-30",
            "practice": "ZP1001",
            "practice_name": "Larkmere Bridge Surgery",
            "sub_icb": "ZS1",
            "patients": 11840,
            "gp_wte": 6.2,
            "nurse_wte": 3.4,
            "direct_care_wte": 4.1,
            "admin_wte": 11.5,
        },
        columns={
            "as_of": schema.day("date of the count"),
            "practice": schema.code("code of the practice"),
            "practice_name": schema.text("its name"),
            "sub_icb": schema.code("sub-location of the integrated care board", nullable=True),
            "patients": schema.count("registered patients", "people"),
            "gp_wte": schema.amount("general practitioners", "WTE"),
            "nurse_wte": schema.amount("nurses", "WTE"),
            "direct_care_wte": schema.amount("other direct patient care", "WTE"),
            "admin_wte": schema.amount("administrative staff", "WTE"),
        },
    ),
]
