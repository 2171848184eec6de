"""Tables and sentences about the plan itself: who it is for, where its figures come from, who decides."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.months import add_months
from pipeline.plan import PILLAR_NAMES, Plan
from pipeline.reference import glossary
from pipeline.report.disclosure import rules
from pipeline.report.words import join, lower, month, plain, plural
from pipeline.store import Store
from pipeline.tables import TABLES


def scope_sentences(plan: Plan) -> list[str]:
    """What the plan covers, from when and for how long, and who answers for it."""
    file = plan.file
    pillars = join(PILLAR_NAMES[pillar] for pillar in file.pillars)
    ahead = add_months(plan.base_month, file.horizon_months)
    return [
        f"This strategy is for {plain(file.name)} (integrated care board {join(file.ics)}) and the "
        f"{plural(len(file.employers), 'employer')} below. It covers {pillars}, starts from "
        f"{month(plan.base_month)} and looks {plural(file.horizon_months, 'month')} ahead, to {month(ahead)}.",
        *_answers_for(plan),
    ]


def _answers_for(plan: Plan) -> list[str]:
    """Who approves the strategy, who owns it and who made it, as far as that is stated."""
    governance = plan.file.governance
    parts = [
        f"{plain(who)} {does}"
        for who, does in (
            (governance.board, "approves it"),
            (governance.owner, "owns it and answers for it"),
            (governance.analyst, "worked it out and answers questions on it"),
        )
        if who
    ]
    return [f"{join(parts)} (chapter 14)."] if parts else []


def employers_table(scope: Scope) -> pd.DataFrame:
    """The plan's employers and their organisation codes."""
    return pd.DataFrame({"employer": list(scope.names.values()), "code": list(scope.names)})


def governance_table(plan: Plan) -> pd.DataFrame:
    """Who decides, who owns the plan, who to ask and how often it is refreshed, with what is left out said to be."""
    governance = plan.file.governance
    rows = {
        "Approving board": governance.board,
        "Owner": governance.owner,
        "Analyst": governance.analyst,
        "Refreshed": governance.refresh,
    }
    said = [text or "not stated yet" for text in rows.values()]
    return pd.DataFrame({"part": list(rows), "who_or_when": said})


def files_table(store: Store) -> pd.DataFrame:
    """One row a file the plan was made from: publication, file, period, publisher, licence, size and checksum."""
    records = [record for record in store.records() if record.name in TABLES]
    rows = {(origin.reader, origin.file): origin for record in records for origin in record.origins}
    columns = ["title", "file", "period", "publisher", "licence", "page", "bytes", "sha256"]
    return pd.DataFrame([asdict(origin) for _, origin in sorted(rows.items())])[columns]


def disclosure_sentences(store: Store) -> list[str]:
    """By which rule small numbers of people are hidden, and of which files."""
    records = [record for record in store.records() if record.name in TABLES]
    found = sorted({(origin.disclosure, origin.title) for record in records for origin in record.origins})
    by_rule = {name: [title for rule, title in found if rule == name] for name in rules() if rules()[name].hide_to}
    told = [
        f"Where {join(plain(lower(title)) for title in titles)} count 1 to {rules()[name].hide_to} people, the number, "
        f"their WTE and what would give them away are hidden (rule {name})."
        for name, titles in by_rule.items()
        if titles
    ]
    if not told:
        return ["No number is hidden for being small: the files are published, or the people in them are invented."]
    return [" ".join([*told, "The rule of a file may be changed in plan.yaml (disclosure)."])]


def glossary_table() -> pd.DataFrame:
    """The words of the document and what they mean."""
    return pd.DataFrame({"word": list(glossary()), "meaning": list(glossary().values())})


def sources_table(store: Store) -> pd.DataFrame:
    """One row a publication the plan was made from: how many files, publisher, licence."""
    grouped = files_table(store).groupby(["title", "publisher", "licence"], sort=False, as_index=False)
    counted = grouped.agg(files=("file", "count"), first=("period", "first"), last=("period", "last"))
    period = counted["first"].where(counted["first"] == counted["last"], counted["first"] + " … " + counted["last"])
    shown = counted.assign(periods=period)[["title", "files", "periods", "publisher", "licence"]]
    return shown.rename(columns={"title": "publication"})


def tables_table(store: Store) -> pd.DataFrame:
    """One row a canonical table: what it holds, its rows and how many files it came from."""
    return pd.DataFrame(
        [
            {
                "table": record.name,
                "holds": TABLES[record.name].holds,
                "rows": record.rows,
                "files": len(record.origins),
            }
            for record in store.records()
            if record.name in TABLES
        ]
    )
