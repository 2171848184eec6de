"""WTE of small teams: where the people behind a WTE are few enough for a rule to hide, it is hidden as well.

A WTE of 2.6 says that three people are there, so a rule for people holds for it. Whether a cell is hidden goes by its
headcount; what may be told of it by the others goes by WTE, which the tables add up. Published staff are no secret and
stay as they are: only records and returns count here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.metrics.disciplines import disciplines
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.scope import Scope, plan_scope
from pipeline.metrics.vacancies import matched, posts_and_staff
from pipeline.metrics.workforce import NOT_BANDED, ON_SCALE, current_staff, is_doctor, is_support_staff
from pipeline.plan import Plan
from pipeline.report.disclosure import HIDDEN, Disclosed, holds_numbers, named_rule, strictest
from pipeline.report.linked import People, View, everyone, hidden_cells
from pipeline.report.plan_disclosure import outturn_hidden, plan_teams
from pipeline.report.words import join, lower, wte
from pipeline.sources.mapping import Mapping as Labels
from pipeline.sources.mapping import plan_mapping
from pipeline.store import Store
from pipeline.tables import empty
from pipeline.tables.published import HCHS

TEAM = ["employer", "pillar", "profession"]
SENT = ["has_posts", "has_outturn", "in_plan"]
"""Whether a team is in a table that shows only some teams: that of posts, of the plan's outturn, of staff and plan."""
GROUPS = [*TEAM, "band", "on_scale", "kind", "science", *SENT]
FUNDED, SCIENCE = "funded", "healthcare science"
OUTTURN_KNOWN, PLANNED_FOR = "outturn known", "planned for"
MARKS = dict(zip(SENT, (FUNDED, OUTTURN_KNOWN, PLANNED_FOR), strict=True))
NEITHER = "not sent"
Teams = Mapping[str, pd.DataFrame]
"""By the name of each column of SENT, rows of the teams (TEAM) that its table has."""


@dataclass(frozen=True)
class HeldWte:
    """The WTE that are not shown: each a group of staff (columns and their names), by what adds it up.

    `groups` have a row for each hidden cell: employer, pillar, profession, band, on_scale (the band, or that it is
    none), kind (support, registered), science (a discipline of it), and marks of the teams that a table has: has_posts
    (funded, where posts and staff are both known), has_outturn (of the operational plan, beside what was planned) and
    in_plan (staff and plan of one month), with `system` for all of them.
    """

    groups: pd.DataFrame
    rule: str

    def also(self, groups: pd.DataFrame) -> HeldWte:
        """The same with further groups: of what is not among their columns, all."""
        if groups.empty:
            return self
        whole = groups.reindex(columns=self.groups.columns, fill_value=SYSTEM)
        return replace(self, groups=pd.concat([self.groups, whole], ignore_index=True))

    def has(self, **group: str) -> bool:
        """Whether the WTE of a group is hidden; what is not named is all of it."""
        if self.groups.empty:
            return False
        wanted = {**dict.fromkeys(self.groups.columns, SYSTEM), **group}
        return bool((self.groups == pd.Series(wanted)).all(axis="columns").any())

    def are_held(self, rows: pd.DataFrame) -> pd.Series:
        """Whether each row is of a group whose WTE is hidden. Takes rows with some of the columns of `groups`."""
        named = [name for name in GROUPS if name in rows]
        whole = [name for name in GROUPS if name not in named and name != "pillar"]
        held = self.groups.loc[(self.groups[whole] == SYSTEM).all(axis="columns"), named]
        return pd.Series(pd.MultiIndex.from_frame(rows[named]).isin(pd.MultiIndex.from_frame(held)), index=rows.index)

    def left_in(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of groups whose WTE may be said, for a figure or a sentence that names some."""
        return rows if self.groups.empty or rows.empty else rows[~self.are_held(rows)]

    def rows(self, shown: pd.DataFrame, groups: pd.DataFrame) -> Disclosed:
        """A table without the numbers of the rows that are of small teams. `groups` names each row's, by its index."""
        hidden = pd.DataFrame(False, index=shown.index, columns=shown.columns)
        if self.groups.empty or shown.empty:
            return Disclosed(shown, hidden, "")
        held = self.are_held(groups).reindex(shown.index)
        for name in shown.columns:
            if holds_numbers(shown[name]):
                hidden[name] = held & shown[name].notna()
        return Disclosed(shown.mask(hidden), hidden, explained(self.rule) if held.any() else "")

    def together(self, by_profession: pd.DataFrame) -> str:
        """What the professions come to that are hidden, by pillar: what the total less the others tells in any case.

        Takes WTE by pillar and profession.
        """
        teams = zip(by_profession["pillar"], by_profession["profession"], strict=True)
        hidden = by_profession[[self.has(pillar=str(pillar), profession=str(name)) for pillar, name in teams]]
        said = [
            f"{join(lower(name) for name in rows['profession'])} come to {wte(rows['wte'].sum())} WTE together"
            for _, rows in hidden.groupby("pillar", sort=False)
        ]
        return f"Of those hidden, {join(said)}." if said else ""

    def of_vacancies(self, frame: pd.DataFrame) -> Disclosed:
        """A table of vacancies_by without the staff of small teams, nor the vacancies beside funded posts."""
        group = {name: f"@{name}" for name in TEAM if name in frame}
        # Of one team there are posts or none; of more, those with posts are a sum of their own.
        group |= {} if set(group) == set(TEAM) else {"has_posts": FUNDED}
        told = [name for name in ("vacancy", "rate", "position") if name in frame]
        return self.withhold(frame, {"in_post": group}, told=told)

    def of_support(self, frame: pd.DataFrame) -> Disclosed:
        """A table of support_ratio without the staff of small teams, nor the ratios that would tell them."""
        team = {"employer": "@employer", "pillar": "@pillar"}
        kinds = {f"{kind}_wte": {**team, "kind": kind} for kind in ("support", "registered")}
        return self.withhold(frame, kinds, told=["ratio"])

    def withhold(
        self, frame: pd.DataFrame, columns: Mapping[str, Mapping[str, str]], *, told: Sequence[str] = ()
    ) -> Disclosed:
        """The table without the WTE of small teams.

        `columns` are those of WTE, each with the names that stand in the table's other columns (`{"employer": "ZZ1"}`)
        and the columns whose words name a row's group (`{"profession": "@profession"}`). `told` are columns that tell
        those of the row, such as a vacancy beside funded posts, and are hidden with any of them.
        """
        hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
        for index, row in zip(frame.index, frame.to_dict("records"), strict=True):
            for column, names in columns.items():
                group = {key: str(row[name[1:]]) if name.startswith("@") else name for key, name in names.items()}
                hidden.loc[index, column] = self.has(**group) and pd.notna(row[column])
        anyone = hidden.any(axis="columns")
        for column in told:
            hidden[column] = anyone & frame[column].notna()
        return Disclosed(frame.mask(hidden), hidden, explained(self.rule) if anyone.any() else "")


NOTHING_HELD = HeldWte(pd.DataFrame(columns=GROUPS, dtype="str"), "none")


def relabelled(shown: Disclosed, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Disclosed:
    """The same table with other names in it or above it, which leaves its rows and columns in their places."""
    frame = change(shown.frame)
    return Disclosed(frame, shown.hidden.set_axis(frame.columns, axis="columns").set_axis(frame.index), shown.says)


def explained(rule: str) -> str:
    """The sentence under a table of WTE of which some are hidden."""
    return (
        f"{HIDDEN} stands for the WTE of 1 to {named_rule(rule).hide_to} people, or for one by which such a WTE could "
        "be worked out, hidden so that nobody can be identified."
    )


def held_wte(tables: Mapping[str, pd.DataFrame], scope: Scope, mapping: Labels, rule: str) -> HeldWte:
    """Which WTE not to show of a plan's staff in post. Takes the canonical tables and the plan's mapping of labels."""
    if not named_rule(rule).hide_to:
        return NOTHING_HELD
    staff = current_staff(tables["staff"], scope)
    posts = posts_and_staff(tables["establishment"], tables["staff"], scope)
    outturn, planned = plan_teams(tables["planned_wte"], tables["staff"], scope)
    sent = {"has_posts": matched(posts), "has_outturn": outturn, "in_plan": planned}
    held = wte_hidden(staff, sent, disciplines(mapping, scope), scope.pillars, rule)
    return held.also(outturn_hidden(outturn, staff, rule).assign(has_outturn=OUTTURN_KNOWN))


def held_of(plan: Plan, store: Store) -> HeldWte:
    """Which WTE not to show, from the tables of a plan as they are kept; nothing where no file has a rule."""
    names = ("organisations", "staff", "establishment", "planned_wte")
    rule = strictest(store, "staff", "planned_wte")
    if not named_rule(rule).hide_to:
        return NOTHING_HELD
    tables = {name: store.read(name) if store.has(name) else empty(name) for name in names}
    return held_wte(tables, plan_scope(plan, tables["organisations"]), plan_mapping(plan), rule)


def wte_hidden(
    staff: pd.DataFrame, sent: Teams, science: Collection[str], pillars: Sequence[str], rule: str
) -> HeldWte:
    """Which WTE of teams, professions, employers, bands and support staff not to show.

    Takes the result of workforce.current_staff, the teams that other tables have of the same staff, and the professions
    that are disciplines of healthcare science, whose WTE a sentence adds up.
    """
    own = staff[staff["pillar"].isin(list(pillars)) & (staff["dataset"] != HCHS)]
    rows = own.assign(
        headcount=own["headcount"].fillna(0).astype("float64"),
        on_scale=own["band"].where(own["band"].str.fullmatch(ON_SCALE), NOT_BANDED),
        kind=_kinds(own),
        science=np.where(own["profession"].isin(list(science)), SCIENCE, "other"),
        **{name: np.where(_teams(own).isin(_teams(sent[name])), mark, NEITHER) for name, mark in MARKS.items()},
    )
    views = dict(_views(rows))
    people = People(rows, [[*TEAM, "kind", "science", *SENT], ["band", "on_scale"]], "wte", heads="headcount")
    masks = hidden_cells(views, people, rule)
    found = [_groups(views[name].frame, mask) for name, mask in masks.items()]
    return HeldWte(pd.concat(found, ignore_index=True), rule)


def _teams(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[TEAM])


def _kinds(staff: pd.DataFrame) -> pd.Series:
    support, doctor = is_support_staff(staff), is_doctor(staff)
    return pd.Series("registered", index=staff.index).mask(doctor, "doctors").mask(support, "support")


def _views(rows: pd.DataFrame) -> Iterator[tuple[str, View]]:
    """The groups of staff that tables add up: teams and their professions, employers and pillars, bands, support."""
    for worth, *by in _SHOWN:
        frame = (
            rows.assign(**{name: SYSTEM for name in GROUPS if name not in by})
            .groupby(GROUPS, as_index=False)["wte"]
            .sum()
        )
        if "kind" in by:
            frame = frame[frame["kind"] != "doctors"]
        for name in set(by) & set(SENT):
            frame = frame[frame[name] == MARKS[name]]
        if "science" in by:
            frame = frame[frame["science"] == SCIENCE]
        yield "/".join(by), View(frame, by, {"wte": everyone}, exact=True, worth=worth, complete=False)


_SHOWN: list[tuple[Any, ...]] = [
    (1, *TEAM),
    (8, "pillar", "profession"),
    (4, "employer", "pillar"),
    (16, "employer"),
    (16, "pillar"),
    (1, "pillar", "on_scale"),
    (0.5, "pillar", "profession", "band"),
    (0.25, "employer", "pillar", "kind"),
    (8, "pillar", "profession", "has_posts"),
    (16, "employer", "has_posts"),
    (16, "has_posts"),
    (8, "pillar", "profession", "has_outturn"),
    (16, "employer", "has_outturn"),
    (16, "pillar", "has_outturn"),
    (16, "has_outturn"),
    (16, "pillar", "in_plan"),
    (16, "in_plan"),
    (16, "science"),
    (16,),
]
"""What tables show the WTE of, and how much a reader would miss it."""


def _groups(frame: pd.DataFrame, mask: pd.DataFrame) -> pd.DataFrame:
    return frame.loc[mask["wte"], GROUPS]


TELLS_WTE: dict[str, list[dict[str, str]]] = {
    **{
        name: [{}]
        for name in (
            *("staff_wte", "participation", "senior_share", "activity_per_wte", "pay_per_wte"),
            *("wte_per_100000", "wte_per_100000_need", "temporary_share", "agency_share"),
        )
    },
    "support_ratio": [{}, {"kind": "support"}, {"kind": "registered"}],
    "vacancy_rate": [{}, {"has_posts": FUNDED}],
}
"""Indicators that tell, alone or beside what is public, the WTE of groups of an organisation and pillar."""
PART_OF_STAFF = "senior_share"
"""The indicator whose numerator is a part of the WTE that no table adds up."""


def of_indicators(latest: pd.DataFrame, held: HeldWte, employers: Collection[str]) -> pd.Series:
    """Which values tell the WTE of a team that is too small to show. Takes latest_values and the plan's employers."""
    hidden = pd.Series([_tells(row, held) for row in latest.to_dict("records")], index=latest.index, dtype=bool)
    hide_to = named_rule(held.rule).hide_to
    of_part = (latest["indicator"] == PART_OF_STAFF) & latest["organisation"].isin([*employers, SYSTEM])
    few = (latest["numerator"] > 0) & (latest["numerator"] < hide_to + 1)
    return hidden | (of_part & few.fillna(False) & bool(hide_to))


def _tells(row: Mapping[Hashable, Any], held: HeldWte) -> bool:
    pillar = SYSTEM if row["pillar"] == ALL_PILLARS else str(row["pillar"])
    return any(
        held.has(employer=str(row["organisation"]), pillar=pillar, **group)
        for group in TELLS_WTE.get(str(row["indicator"]), [])
    )
