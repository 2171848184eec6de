"""The tables of employers' own workforce returns, and of training: none is published by trust and profession."""

from __future__ import annotations

import pandas as pd

from pipeline import schema
from pipeline.schema import RowRule
from pipeline.tables.published import wte_fits_headcount

TRANSFER_WITHIN = "transfer within the system"
TRANSFER_NHS = "transfer with another NHS employer"
UNKNOWN_REASON = "not known"
NEWLY_QUALIFIED = "newly qualified"
FROM_INTERNATIONAL = "international recruitment"
JOINED_BY = (
    NEWLY_QUALIFIED,
    TRANSFER_WITHIN,
    TRANSFER_NHS,
    FROM_INTERNATIONAL,
    "return to practice",
    "other",
    UNKNOWN_REASON,
)
LEFT_BY = (
    "retirement",
    "resignation",
    TRANSFER_WITHIN,
    TRANSFER_NHS,
    "end of contract",
    "ill health",
    "death in service",
    "dismissal",
    "career break",
    "other",
    UNKNOWN_REASON,
)
FROM_OUTSIDE, STAFF_IN_POST, FROM_ABROAD = "from outside", "staff in post", "from abroad"
ENTRANTS = [FROM_OUTSIDE, STAFF_IN_POST, FROM_ABROAD]
REASONS = list(dict.fromkeys([*LEFT_BY, *JOINED_BY]))


def _reason_fits_kind(rows: pd.DataFrame) -> pd.Series:
    joined, left = rows["reason"].isin(JOINED_BY), rows["reason"].isin(LEFT_BY)
    return joined.where(rows["kind"] == "joiner", left)


WORKFORCE = [
    schema.table(
        "establishment",
        "Funded posts in WTE. Staff in post above them are over-established: the vacancy is then below zero.",
        ["month", "employer", "profession", "band"],
        held_by="the employer's finance team (budgeted establishment of the ledger)",
        sent_by=["employer"],
        example={
            "month": "2025-09-30",
            "employer": "ZZ1",
            "pillar": "imaging",
            "profession": "Diagnostic radiographers",
            "band": "6",
            "funded_wte": 101.4,
        },
        columns={
            "month": schema.month(),
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "profession": schema.profession(),
            "band": schema.band(),
            "funded_wte": schema.amount("funded whole-time equivalents", "WTE"),
        },
    ),
    schema.table(
        "movements",
        "People who joined and left in the month, by reason and age.",
        ["month", "employer", "profession", "band", "age_band", "kind", "reason"],
        held_by="the employer's workforce information team (electronic staff record)",
        sent_by=["employer"],
        example={
            "month": "2025-09-30",
            "employer": "ZZ1",
            "pillar": "imaging",
            "profession": "Diagnostic radiographers",
            "band": "6",
            "age_band": "25-29",
            "kind": "leaver",
            "reason": TRANSFER_WITHIN,
            "headcount": 2,
            "wte": 1.8,
        },
        rules=[
            RowRule(("reason", "kind"), _reason_fits_kind, "this reason does not go with joiner or leaver as given"),
            wte_fits_headcount(),
        ],
        columns={
            "month": schema.month("month in which they joined or left, as its last day"),
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "profession": schema.profession(),
            "band": schema.band(),
            "age_band": schema.text("age band such as 45-49, or All"),
            "kind": schema.one_of("whether they joined or left", ["joiner", "leaver"]),
            "reason": schema.one_of("why", REASONS),
            "headcount": schema.count("people", "people"),
            "wte": schema.amount("whole-time equivalents", "WTE"),
        },
    ),
    schema.table(
        "temporary_staff",
        "Bank and agency cover in the month, as whole-time equivalents worked, and its cost.",
        ["month", "employer", "profession", "kind"],
        held_by="the employer's temporary staffing and finance teams",
        sent_by=["employer"],
        example={
            "month": "2025-09-30",
            "employer": "ZZ1",
            "pillar": "imaging",
            "profession": "Diagnostic radiographers",
            "kind": "agency",
            "wte": 3.2,
            "cost": 27400.0,
        },
        columns={
            "month": schema.month(),
            "employer": schema.employer(),
            "pillar": schema.own_pillar(),
            "profession": schema.profession(),
            "kind": schema.one_of("who supplied them", ["bank", "agency"]),
            "wte": schema.amount("whole-time equivalents worked", "WTE"),
            "cost": schema.amount("cost in the month", "£", nullable=True),
        },
    ),
    schema.table(
        "training_routes",
        "Ways into a profession: how long each takes and how many who begin end up in post here.",
        ["route"],
        held_by="the ICB's education lead, with education providers",
        sent_by=["icb", "education_provider"],
        example={
            "route": "Radiography degree (BSc)",
            "pillar": "imaging",
            "profession": "Diagnostic radiographers",
            "length_months": 36,
            "completes": 0.8,
            "joins_nhs": 0.85,
            "stays_local": 0.6,
            "participation": 0.95,
            "lag_months": 2,
            "supervision_hours_week": 4.0,
            "placement_cap": 40,
            "entrants": "from outside",
            "trained_from": None,
            "source": "Fictional sample",
        },
        columns={
            "route": schema.text("name of the route"),
            "pillar": schema.own_pillar(),
            "profession": schema.profession("profession that the route leads to"),
            "length_months": schema.count("length of the training", "months"),
            "completes": schema.share("share of starters who complete", "starters"),
            "joins_nhs": schema.share("share of completers who join the NHS", "completers"),
            "stays_local": schema.share("share of those who join a plan's employer", "joiners"),
            "participation": schema.share("WTE for each person once in post", "a whole-time week"),
            "lag_months": schema.count("months from completing to being in post", "months"),
            "supervision_hours_week": schema.between(
                "hours of supervision by staff for each trainee", "hours a week", 0, 168
            ),
            "placement_cap": schema.count("most trainees at one time", "people", nullable=True),
            "entrants": schema.one_of("who begins the route; from outside where empty", ENTRANTS, nullable=True),
            "trained_from": schema.text(
                "profession of the staff in post who train; empty where it is the route's own",
                nullable=True,
                vocabulary="profession",
            ),
            "source": schema.text("where the figures come from; empty where nobody has sourced them", nullable=True),
        },
    ),
    schema.table(
        "training_intakes",
        "People who began, or are to begin, each route.",
        ["route", "education_provider", "starts_on"],
        held_by="universities and other education providers",
        sent_by=["education_provider", "icb"],
        example={
            "route": "Radiography degree (BSc)",
            "education_provider": "ZZU1",
            "starts_on": "2025-09-30",
            "ends_on": "2028-08-31",
            "places": 36,
            "starters": 33,
        },
        rules=[
            RowRule(
                ("ends_on", "starts_on"),
                lambda rows: rows["ends_on"] > rows["starts_on"],
                "an intake ends after it begins; check both dates",
            )
        ],
        columns={
            "route": schema.text("name of the route", vocabulary="route"),
            "education_provider": schema.code("code of the education provider"),
            "starts_on": schema.month("month in which the intake begins, as its last day"),
            "ends_on": schema.month("month in which it ends, as its last day"),
            "places": schema.count("commissioned places", "people"),
            "starters": schema.count("people who began; empty while still to come", "people", nullable=True),
        },
    ),
]
