"""WTE of small teams: where the people behind a WTE are few enough for a rule to hide, it is hidden as well.

A WTE of 2.6 says that three people are there, so a rule for people holds for it. Whether a cell is hidden goes by its
headcount; what may be told of it by the others goes by WTE, which the tables add up. Published staff are no secret and
stay as they are: only records and returns count here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.metrics.disciplines import disciplines
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.scope import Scope
from pipeline.metrics.vacancies import matched, posts_and_staff
from pipeline.metrics.workforce import NOT_BANDED, ON_SCALE, current_staff, is_doctor, is_support_staff
from pipeline.report.disclosure import HIDDEN, Disclosed, holds_numbers, named_rule
from pipeline.report.linked import People, View, everyone, hidden_cells
from pipeline.report.words import join, lower, wte
from pipeline.sources.mapping import Mapping as Labels
from pipeline.tables.published import HCHS

TEAM = ["employer", "pillar", "profession"]
GROUPS = [*TEAM, "band", "on_scale", "kind", "science", "has_posts"]
FUNDED, SCIENCE = "funded", "healthcare science"


@dataclass(frozen=True)
class HeldWte:
    """The WTE that are not shown: each a group of staff (columns and their names), by what adds it up.

    `groups` have a row for each hidden cell: employer, pillar, profession, band, on_scale (the band, or that it is
    none), kind (support, registered), science (a discipline of it) and has_posts (funded, where posts and staff are
    both known), with `system` for all of them.
    """

    groups: pd.DataFrame
    rule: str

    def has(self, **group: str) -> bool:
        """Whether the WTE of a group is hidden; what is not named is all of it."""
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
    posts = posts_and_staff(tables["establishment"], tables["staff"], scope)
    return wte_hidden(current_staff(tables["staff"], scope), posts, disciplines(mapping, scope), scope.pillars, rule)


def wte_hidden(
    staff: pd.DataFrame, posts: pd.DataFrame, science: Collection[str], pillars: Sequence[str], rule: str
) -> HeldWte:
    """Which WTE of teams, professions, employers, bands and support staff not to show.

    Takes the results of workforce.current_staff and vacancies.posts_and_staff, and the professions that are disciplines
    of healthcare science, whose WTE a sentence adds up.
    """
    own = staff[staff["pillar"].isin(list(pillars)) & (staff["dataset"] != HCHS)]
    rows = own.assign(
        headcount=own["headcount"].fillna(0).astype("float64"),
        on_scale=own["band"].where(own["band"].str.fullmatch(ON_SCALE), NOT_BANDED),
        kind=_kinds(own),
        science=np.where(own["profession"].isin(list(science)), SCIENCE, "other"),
        has_posts=np.where(_teams(own).isin(_teams(matched(posts))), FUNDED, "not funded"),
    )
    views = dict(_views(rows))
    people = People(rows, [[*TEAM, "kind", "science", "has_posts"], ["band", "on_scale"]], "wte", heads="headcount")
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
        if "has_posts" in by:
            frame = frame[frame["has_posts"] == FUNDED]
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
    (16, "science"),
    (16,),
]
"""What tables show the WTE of, and how much a reader would miss it."""


def _groups(frame: pd.DataFrame, mask: pd.DataFrame) -> pd.DataFrame:
    return frame.loc[mask["wte"], GROUPS]


def of_indicators(latest: pd.DataFrame, held: HeldWte) -> pd.Series:
    """Which values of staff in post, in WTE, are of a team that is too small to show."""
    is_wte = latest["indicator"] == "staff_wte"
    hidden = [
        wte and held.has(employer=str(organisation), pillar=SYSTEM if pillar == ALL_PILLARS else str(pillar))
        for wte, organisation, pillar in zip(is_wte, latest["organisation"], latest["pillar"], strict=True)
    ]
    return pd.Series(hidden, index=latest.index, dtype=bool)
