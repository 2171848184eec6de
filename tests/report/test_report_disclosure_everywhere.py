"""No WTE of a small team of a random plan can be worked out from all that its tables show, by a reader who tries.

The reader knows the number of every cell shown with all its decimals, and solves for what is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
import pytest
from disclosure_attack import TEAM, Shares, inside, read, whole_range
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.report import plan_words, workforce_words
from pipeline.report.disclosure import rules
from pipeline.report.pay_disclosure import held_pay
from pipeline.report.wte_disclosure import MARKS, OUTTURN_KNOWN, PLANNED_FOR, HeldWte, wte_hidden

pytestmark = pytest.mark.unit

RULE = "threshold_n"
FEW = rules()[RULE].hide_to
EMPLOYERS = ("AAA", "BBB", "CCC")
PROFESSIONS = {"Genetics": "labs", "Blood": "labs", "Radiographers": "imaging"}
TEAMS = [(employer, profession) for employer in EMPLOYERS for profession in PROFESSIONS]
PILLARS = ("labs", "imaging", "endoscopy")
heads = st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 80))
team_flags = st.lists(st.booleans(), min_size=len(TEAMS), max_size=len(TEAMS))


@st.composite
def plans(draw: st.DrawFn) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.DataFrame]:
    """Staff of a few teams in two bands, the teams that other tables have, and which of them have a price."""
    people = draw(st.lists(st.tuples(heads, heads), min_size=len(TEAMS), max_size=len(TEAMS)))
    part = draw(st.lists(st.integers(60, 100), min_size=len(TEAMS), max_size=len(TEAMS)))
    rows = [
        {"employer": employer, "pillar": PROFESSIONS[profession], "profession": profession, "band": band}
        | {"headcount": number, "wte": number * share / 100, "dataset": "esr", "staff_group": "Healthcare scientists"}
        for (employer, profession), numbers, share in zip(TEAMS, people, part, strict=True)
        for band, number in zip(("6", "7"), numbers, strict=True)
        if number
    ]
    staff = pd.DataFrame(rows, columns=[*TEAM, "band", "headcount", "wte", "dataset", "staff_group"])
    teams = staff[TEAM].drop_duplicates(ignore_index=True)
    flags = {name: draw(team_flags)[: len(teams)] for name in ("has_posts", "has_outturn", "in_plan", "priced")}
    sent = {name: teams[np.array(flags[name], dtype=bool)] for name in flags}
    return staff, sent, sent.pop("priced")


def met(staff: pd.DataFrame) -> pd.DataFrame:
    """The people of every team and band: no table says which bands a team has, so a reader does not know it."""
    every = staff[TEAM].drop_duplicates().merge(pd.DataFrame({"band": ["6", "7"]}), how="cross")
    there = staff.groupby([*TEAM, "band"], as_index=False)[["headcount", "wte"]].sum()
    return every.merge(there, on=[*TEAM, "band"], how="left").fillna(0.0)


def summed(parts: pd.DataFrame, where: pd.DataFrame, by: list[str], name: str) -> pd.DataFrame:
    chosen = parts[inside(parts, where)]
    return chosen.groupby(by, as_index=False)["wte"].sum().rename(columns={"wte": name})


def shown_of_staff(
    parts: pd.DataFrame, sent: Mapping[str, pd.DataFrame], priced: pd.DataFrame, held: HeldWte
) -> Iterator[tuple[np.ndarray, float | None]]:
    """Every number of staff that the chapters on staff, vacancies, the operational plan and money show."""

    def named(*names: str, where: pd.DataFrame | None = None) -> Callable[[dict[str, object]], np.ndarray]:
        return lambda row: inside(parts, where, **{name: row[name] for name in names})

    wide = parts.pivot_table(index=["pillar", "profession"], columns="employer", values="wte", aggfunc="sum")
    table = wide.rename_axis(columns=None).reindex(columns=list(EMPLOYERS)).reset_index()
    table = table.assign(total=table[list(EMPLOYERS)].sum(axis="columns"))
    row = {"pillar": "@pillar", "profession": "@profession"}
    staff = held.withhold(table, {**{code: {"employer": code, **row} for code in EMPLOYERS}, "total": row}).frame
    for code in EMPLOYERS:
        yield from read(
            staff.dropna(subset=[code]),
            code,
            lambda each, code=code: inside(parts, employer=code, profession=each["profession"]),
        )
    yield from read(staff, "total", named("profession"))
    for by in (["employer", "pillar"], ["employer"], ["pillar"]):
        frame = parts.groupby(by, as_index=False)["wte"].sum()
        yield from read(held.withhold(frame, {"wte": {name: f"@{name}" for name in by}}).frame, "wte", named(*by))
    bands = parts.assign(on_scale=parts["band"]).groupby(["pillar", "on_scale"], as_index=False)["wte"].sum()
    bands = held.withhold(bands, {"wte": {"pillar": "@pillar", "on_scale": "@on_scale"}}).frame
    yield from read(bands.rename(columns={"on_scale": "band"}), "wte", named("pillar", "band"))
    mix = parts.groupby(["pillar", "profession", "band"], as_index=False)["wte"].sum()
    yield from read(
        held.rows(mix.assign(profession_name=mix["profession"]), mix).frame, "wte", named("profession", "band")
    )
    for by in (["pillar", "profession"], ["employer"]):
        frame = summed(parts, sent["has_posts"], by, "in_post").assign(vacancy=0.0, rate=0.0)
        yield from read(held.of_vacancies(frame).frame, "in_post", named(*by, where=sent["has_posts"]))
        frame = summed(parts, sent["has_outturn"], by, "outturn").assign(baseline=0.0, difference=0.0)
        group = {name: f"@{name}" for name in by} | {"has_outturn": OUTTURN_KNOWN}
        plan = held.withhold(frame, {"outturn": group}, told=["baseline", "difference"]).frame
        yield from read(plan, "outturn", named(*by, where=sent["has_outturn"]))
    months = summed(parts, sent["has_outturn"], ["pillar"], "actual")
    yield from read(plan_words.months_shown(months, held), "actual", named("pillar", where=sent["has_outturn"]))
    against = summed(parts, sent["in_plan"], ["pillar"], "in_post").assign(planned=0.0)
    against = held.withhold(against, {"in_post": {"pillar": "@pillar", "in_plan": PLANNED_FOR}}).frame
    yield from read(against, "in_post", named("pillar", where=sent["in_plan"]))
    for name, mark in MARKS.items():
        if not held.has(**{name: mark}):
            yield inside(parts, sent[name]), float(parts.loc[inside(parts, sent[name]), "wte"].sum())
    yield from _paid(parts, priced, held)
    if not held.has():
        yield inside(parts), float(parts["wte"].sum())


def _paid(parts: pd.DataFrame, priced: pd.DataFrame, held: HeldWte) -> Iterator[tuple[np.ndarray, float | None]]:
    """The WTE that have a price, by pillar and in all, as the table of today's pay shows them."""
    teams = parts[TEAM].drop_duplicates()
    own = pd.MultiIndex.from_frame(teams).isin(pd.MultiIndex.from_frame(priced))
    pay = held_pay(teams.assign(priced_as=np.where(own, "its own bands", "not priced"), unpriced_wte=0.0), held)
    by = summed(parts, priced, ["pillar"], "wte")
    whole = pd.DataFrame([{"pillar": "all", "wte": by["wte"].sum()}])
    amounts = dict.fromkeys(("basic", "on_costs", "whole"), 0.0)
    shown = pay.without_few(pd.concat([by, whole], ignore_index=True).assign(**amounts)).frame
    yield from read(
        shown,
        "wte",
        lambda row: inside(parts, priced) if row["pillar"] == "all" else inside(parts, priced, pillar=row["pillar"]),
    )


@given(plans())
@settings(max_examples=12, deadline=None)
def test_no_wte_of_a_small_team_can_be_worked_out_from_all_tables_of_staff_plan_and_pay(
    case: tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.DataFrame],
) -> None:
    staff, sent, priced = case
    if staff.empty:
        return
    held = wte_hidden(staff, sent, ["Genetics"], ["labs", "imaging"], RULE)
    parts = met(staff)
    shown: Shares = list(shown_of_staff(parts, sent, priced, held))
    for by in (["employer", "profession"], ["profession"], ["profession", "band"], ["employer"]):
        for key, row in parts.groupby(by)[["headcount", "wte"]].sum().iterrows():
            if not 0 < row["headcount"] <= FEW:
                continue
            names = dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True))
            least, most = whole_range(shown, inside(parts, **names))
            assert least <= max(1.0, row["wte"] - 0.5)
            assert most >= min(FEW, row["wte"] + 0.5)


def test_a_sentence_about_staff_does_not_say_how_many_a_small_pillar_has() -> None:
    rows = [("AAA", "labs", "Genetics", 3, 2.6), ("AAA", "imaging", "Radiographers", 40, 36.0)]
    rows += [("BBB", "endoscopy", "Nurses", 20, 18.0)]
    staff = pd.DataFrame(rows, columns=[*TEAM, "headcount", "wte"]).assign(
        band="6", dataset="esr", staff_group="Healthcare scientists", month=pd.Timestamp("2025-03-31")
    )
    scope = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA"}), PILLARS)
    none = staff.head(0)[TEAM]
    sent = dict.fromkeys(("has_posts", "has_outturn", "in_plan"), none)
    held = wte_hidden(staff, sent, [], list(PILLARS), RULE)
    (said,) = workforce_words.staff_sentences(staff, scope, held)
    assert "laboratories few" in said
    assert "2.6" not in said
