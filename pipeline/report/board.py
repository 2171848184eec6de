"""What a board is told of a strategy on two pages or six slides: gathered once, for both.

Everything comes from what notebooks wrote and showed. A part that no file supplies is empty, and is said to be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from pipeline.actions.library import actions_table
from pipeline.actions.reading import SENT, plan_actions
from pipeline.metrics.assurance.definitions import plan_assurance
from pipeline.metrics.assurance.judging import UNKNOWN
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.registers import meetings_after, ranked_risks
from pipeline.metrics.scope import plan_scope
from pipeline.plan import Plan
from pipeline.report import document, seen_risk_words
from pipeline.report.cells import by_chapter, fragment, kind_of, shown_in, tagged
from pipeline.report.chapters import GAP_BY_PILLAR, LISTS, PAST_FORECASTS, PLAN_REACH, SUMMARY, THREE_BARS
from pipeline.report.disclosure import Disclosed, protect
from pipeline.report.document import RunFacts, Status
from pipeline.report.headlines import COLUMNS
from pipeline.report.narrative import name_pillars
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte, held_of, relabelled
from pipeline.store import Store

CALLOUT = "wf-callout"


@dataclass(frozen=True)
class Told:
    """What the summary chapter says, as HTML: sentences, and the decision asked; and two figures of other chapters.

    `past_forecasts` says in text how forecasts fared, `plan_reach` whether the operational plan is enough and reached,
    and `lists` what becomes of the waiting lists; empty where no notebook does.
    """

    sentences: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    gap_figure: str = ""
    bars_figure: str = ""
    past_forecasts: str = ""
    plan_reach: str = ""
    lists: str = ""


@dataclass(frozen=True)
class Board:
    """The plan, its status and run, and what was found; frames are empty where no file supplies them.

    `headlines` are rows of headlines.COLUMNS. `pillars` are those of gap_by_pillar with names; `scenarios` and
    `beyond` the scenario summary and staff beyond the plan. `actions` are those of action_plan where the model has
    weighed them (`weighed`), or else the owners' own list; `portfolio` is its one row. `triggers` are the assurance
    triggers of the system with title and status, `risks` are worst first, `meetings` soonest first. `gaps` are the
    professions of gap_at_horizon that are short and whose WTE may be said, `seen` those of risks_seen with a `title`.
    """

    plan: Plan
    status: Status
    run: RunFacts
    headlines: pd.DataFrame
    pillars: Disclosed
    told: Told = field(default_factory=Told)
    scenarios: pd.DataFrame = field(default_factory=pd.DataFrame)
    beyond: pd.DataFrame = field(default_factory=pd.DataFrame)
    actions: pd.DataFrame = field(default_factory=pd.DataFrame)
    portfolio: pd.DataFrame = field(default_factory=pd.DataFrame)
    triggers: pd.DataFrame = field(default_factory=pd.DataFrame)
    risks: pd.DataFrame = field(default_factory=pd.DataFrame)
    meetings: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaps: pd.DataFrame = field(default_factory=pd.DataFrame)
    seen: pd.DataFrame = field(default_factory=pd.DataFrame)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the strategy is called."""
        return f"{self.plan.file.name}: diagnostic workforce strategy"

    @property
    def weighed(self) -> bool:
        """Whether the model has worked out what the actions bring; otherwise only their owners have."""
        return "relief" in self.actions.columns

    @property
    def particulars(self) -> list[tuple[str, str]]:
        """Status, version, board, base month and the rest of what a cover says, and the run that it is from."""
        run = self.run
        return [
            ("Status", self.status.label),
            *document.particulars(self.plan, self.status, run, self.facts),
            ("Run", run.id),
            ("Code version", f"{run.version}{run.state}"),
        ]


def gather(
    plan: Plan,
    status: Status,
    run: RunFacts,
    facts: Mapping[str, Any],
    store: Store | None,
    books: Mapping[str, NotebookNode],
) -> Board:
    """What a board is told of a plan, from the facts, the tables and the executed notebooks of its run."""
    actions, portfolio = _actions(plan, store)
    held = held_of(plan, store) if store else NOTHING_HELD
    return Board(
        plan=plan,
        status=status,
        run=run,
        headlines=pd.DataFrame(list(facts.get("headlines") or []), columns=COLUMNS),
        pillars=_pillars(_read(store, "gap_by_pillar"), held),
        told=_told(books),
        scenarios=_read(store, "scenario_summary"),
        beyond=_read(store, "beyond_plan"),
        actions=actions,
        portfolio=portfolio,
        triggers=_triggers(plan, _read(store, "assurance_triggers")),
        risks=_ranked(plan, _read(store, "risks")),
        meetings=_ahead(plan, _read(store, "governance")),
        gaps=_gaps(_read(store, "gap_at_horizon"), held),
        seen=_seen(plan, store, held),
        facts=facts,
    )


def _read(store: Store | None, name: str) -> pd.DataFrame:
    return store.read(name) if store is not None and store.has(name) else pd.DataFrame()


def _pillars(gaps: pd.DataFrame, held: HeldWte) -> Disclosed:
    if gaps.empty:
        return protect(gaps, rule="none")
    return relabelled(held.withhold(gaps, {"in_post": {"pillar": "@pillar"}}), name_pillars)


def _actions(plan: Plan, store: Store | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The actions as the model weighed them and the portfolio of those chosen, or the owners' list and no portfolio."""
    weighed = _read(store, "action_plan")
    if len(weighed):
        return weighed, _read(store, "portfolio_summary")
    sent = {name: _read(store, name) for name in SENT}
    listed = plan_actions(plan, {name: frame for name, frame in sent.items() if len(frame)})
    return actions_table(listed), pd.DataFrame()


def _triggers(plan: Plan, found: pd.DataFrame) -> pd.DataFrame:
    """Every trigger of the system over all pillars with its title, in the order in which they are written down."""
    if found.empty:
        return found
    own = found[(found["organisation"] == SYSTEM) & (found["pillar"] == ALL_PILLARS)].set_index("trigger")["status"]
    listed = [(each.title, own.get(each.id, UNKNOWN)) for _, each in plan_assurance(plan).triggers()]
    return pd.DataFrame(listed, columns=["title", "status"])


def _ranked(plan: Plan, risks: pd.DataFrame) -> pd.DataFrame:
    return ranked_risks(risks, plan.base_month) if len(risks) else risks


def _ahead(plan: Plan, calendar: pd.DataFrame) -> pd.DataFrame:
    return meetings_after(calendar, plan.base_month) if len(calendar) else calendar


def _gaps(found: pd.DataFrame, held: HeldWte) -> pd.DataFrame:
    """Professions that are short at the horizon, by enough to be seen."""
    return held.left_in(found[found["p50"] >= seen_risk_words.SMALLEST]) if len(found) else found


def _seen(plan: Plan, store: Store | None, held: HeldWte) -> pd.DataFrame:
    found = _read(store, "risks_seen")
    if store is None or found.empty:
        return found
    organisations = store.read("organisations") if store.has("organisations") else None
    named = seen_risk_words.titles(found, plan_scope(plan, organisations))
    return seen_risk_words.without_small(found, held).assign(title=named)


def _told(books: Mapping[str, NotebookNode]) -> Told:
    said = [fragment(output) for output in shown_in(by_chapter(books)[SUMMARY]) if kind_of(output) == "words"]
    return Told(
        sentences=tuple(each for each in said if CALLOUT not in each),
        decisions=tuple(each for each in said if CALLOUT in each),
        gap_figure=_figure(books, GAP_BY_PILLAR),
        bars_figure=_figure(books, THREE_BARS),
        past_forecasts=" ".join(_texts(books, PAST_FORECASTS)),
        plan_reach=" ".join(_texts(books, PLAN_REACH)),
        lists=" ".join(_texts(books, LISTS)),
    )


def _texts(books: Mapping[str, NotebookNode], tag: str) -> list[str]:
    """The sentences that cells of a tag show, as text."""
    return [document.text_of(fragment(output)) for output in shown_in(tagged(books, tag)) if kind_of(output) == "words"]


def _figure(books: Mapping[str, NotebookNode], tag: str) -> str:
    """The first figure that cells of a tag show, without the table of its data; empty where they show none."""
    found = [fragment(output) for output in shown_in(tagged(books, tag)) if kind_of(output) == "figure"]
    return document.without_data(found[0]) if found else ""
