"""Staff needed by band at the horizon, and how far today's skill mix is from the plan's table (section 16)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.assumptions import of_kind
from pipeline.model.ahead import Need, Start, need, start
from pipeline.model.draws import central
from pipeline.model.outcome import GROUP
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario
from pipeline.model.skill_mix import OF_WORK, Mix, Part, grown, parts_of_mix, plan_mix

PART = ["number", "profession"]
BY_BAND = [*GROUP, "band", "in_post", "needed", "if_reached", "by_table", "guessed"]
BY_WORK = [*OF_WORK, "profession", "band", "in_post", "share_now", "share_wanted", "wte_now", "wte_wanted"]


class MixAhead(NamedTuple):
    """Skill mix at the last month, every assumption at its value, all employers together.

    `in_post` is WTE in post today by pillar, profession and band. `parts` are hours a year by work (its number) and
    profession, today and wanted, and wte_now and wte_wanted: of works of which it is known who does them. `shared` is
    the share (0 to 1) of each profession's need that is counted work of each work of the table: number, profession and
    share. `guessed` are the numbers of works whose split today rests on a placeholder.
    """

    mix: Mix
    in_post: pd.DataFrame
    parts: pd.DataFrame
    shared: pd.DataFrame
    guessed: set[int]


def mix_ahead(setting: Setting, scenario: Scenario) -> MixAhead | None:
    """The skill mix of a scenario at its last month; None where no staff are on file."""
    if setting.staff is None:
        return None
    base = central(setting.assumptions)
    begin, of = start(setting, base), paths(scenario, base, setting.assumptions, setting.months, setting.implied)
    needed, mix = need(setting, begin, of), plan_mix(setting, begin.work)
    professions = setting.cells["profession"].to_numpy()
    rows = [
        [part.work, professions[part.cell], *_last(part)]
        for held in needed.held
        for part in parts_of_mix(mix, begin.work, begin.number, setting.numbers, held.factors, held.paths)
        if held.own[part.cell]
    ]
    parts = pd.DataFrame(rows, columns=[*PART, "today", "wanted", "wte_now", "wte_wanted"])
    teams = setting.staff.teams.teams.groupby([*GROUP, "band"], as_index=False)["wte"].sum()
    whole = pd.Series(needed.whole[:, -1, 0]).groupby(professions).sum()
    return MixAhead(
        mix,
        teams.rename(columns={"wte": "in_post"}),
        parts.groupby(PART, as_index=False).sum(),
        _shared(begin, mix, needed, whole),
        _guessed(setting, begin, mix),
    )


def by_band(found: MixAhead, needed: pd.DataFrame) -> pd.DataFrame:
    """Staff needed by band at the last month against those in post today, in WTE; a row a profession and band.

    `needed` has pillar, profession and needed (gap_ahead.gap_by). Counted work of the table is shared over bands as the
    table says, all other need as the bands in post today. Returns in_post, needed (professions do what they do today),
    if_reached (they do what the table says, where it is known what they do today), by_table, the share of the
    profession's need that the table shares out, and guessed, whether some of that is of a work that rests on a guess.
    """
    wanted = needed.set_index("profession")["needed"]
    table = found.mix.shares.assign(of_own=_within(found.mix.shares, "share", PART))
    shared = table.merge(found.shared.rename(columns={"share": "of_need"}), on=PART)
    more = table.merge(found.parts.assign(more=found.parts["wte_wanted"] - found.parts["wte_now"]), on=PART)
    rows = found.in_post.merge(_summed(shared, shared["of_own"] * shared["of_need"], "table"), how="outer", on=_JOB)
    rows = rows.merge(_summed(more, more["of_own"] * more["more"], "more"), how="outer", on=_JOB)
    rows["pillar"] = rows["profession"].map(needed.set_index("profession")["pillar"])
    rows = rows[rows["pillar"].notna()].fillna({"in_post": 0.0, "table": 0.0, "more": 0.0})
    by_table = rows.groupby("profession")["table"].transform("sum")
    rest = _within(rows, "in_post", ["profession"]) * (1 - by_table)
    need_of = rows["profession"].map(wanted) * (rows["table"] + rest)
    shown = rows.assign(
        needed=need_of,
        if_reached=need_of + rows["more"],
        by_table=by_table,
        guessed=rows["profession"].isin(found.shared.loc[found.shared["number"].isin(found.guessed), "profession"]),
    )
    return shown[BY_BAND].sort_values([*GROUP, "band"], ignore_index=True)


def works_guessed(found: MixAhead) -> tuple[int, int]:
    """Of how many works that need is shared over today's split rests on a placeholder, and how many these works are."""
    numbers = set(found.shared["number"])
    return len(numbers & found.guessed), len(numbers)


def by_work(found: MixAhead) -> pd.DataFrame:
    """Who does each work of the table now, and who is to: a row a work, profession and band.

    Of works of which it is known who does them. share_now and share_wanted are of the work's hours (0 to 1), wte_now
    and wte_wanted the WTE for it at the last month as it is done today and by the table. Within a profession, work is
    taken to be done by those in post of the bands that the table names.
    """
    table = found.mix.shares.assign(of_own=_within(found.mix.shares, "share", PART))
    rows = table.merge(found.parts, on=PART).merge(found.in_post, how="left", on=_JOB).fillna({"in_post": 0.0})
    now = _within(rows, "in_post", PART)
    whole = rows["number"].map(found.parts.groupby("number")["today"].sum())
    shown = rows.assign(
        share_now=rows["today"] * now / whole,
        share_wanted=rows["share"],
        wte_now=rows["wte_now"] * now,
        wte_wanted=rows["wte_wanted"] * rows["of_own"],
        guessed=rows["number"].isin(found.guessed),
    )
    named = shown.drop(columns="pillar").merge(found.mix.works[OF_WORK], left_on="number", right_index=True)
    return named.sort_values("number", kind="stable")[[*BY_WORK, "guessed"]].reset_index(drop=True)


_JOB = ["profession", "band"]


def _last(part: Part) -> list[float]:
    """Hours and WTE of a part at the last month, today's and the table's."""
    hours = [part.today, part.wanted, part.today / part.a_wte, part.wanted / part.a_wte]
    return [float(np.atleast_2d(each)[-1, 0]) for each in hours]


def _shared(begin: Start, mix: Mix, needed: Need, whole: pd.Series) -> pd.DataFrame:
    """The share of each profession's need that is counted work of each work of the table, at most all of it.

    `whole` is the need of each profession.
    """
    rows, wte = begin.work.rows, np.zeros(len(begin.work.rows))
    for held in needed.held:
        for row in np.flatnonzero((begin.number >= 0) & held.own[begin.number]):
            time = held.factors.time[rows["profession"].iat[row]]
            many = np.atleast_2d(grown(begin.work, int(row), held.factors, held.paths) * time)
            wte[row] = begin.work.wte[row, 0] * many[-1, 0]
    done = rows.assign(number=mix.of_row, share=wte)[(mix.of_row >= 0) & (begin.number >= 0)]
    found = done.groupby(PART, as_index=False)["share"].sum()
    share = found["share"] / found["profession"].map(whole)
    return found.assign(share=share / share.groupby(found["profession"]).transform("sum").clip(lower=1.0))


def _guessed(setting: Setting, begin: Start, mix: Mix) -> set[int]:
    """Works of which a profession's part rests on a placeholder: its minutes, its hours of a list, or what follows.

    Points of a test stand for the lists of all who work on it, so they move nobody's part.
    """
    stand_ins = {each.key for each in setting.assumptions.values() if each.is_placeholder}
    follows = {
        (each.test, each.profession) for each in of_kind(setting.assumptions, "work_follows") if each.is_placeholder
    }
    rows = begin.work.rows
    own = rows["hours"].where(rows["hours"] != "", rows["each"])
    pairs = zip(rows["test"], rows["profession"], own, strict=True)
    guessed = [each in stand_ins or (not each and (test, who) in follows) for test, who, each in pairs]
    return set(mix.of_row[np.array(guessed, dtype=bool) & (mix.of_row >= 0)].tolist())


def _within(rows: pd.DataFrame, value: str, by: list[str]) -> pd.Series:
    """Each row's part of its group's value; even parts where the group has none."""
    groups = rows.groupby(by)[value]
    total: pd.Series = groups.transform("sum")
    return (rows[value] / total.where(total > 0)).fillna(1.0 / groups.transform("size"))


def _summed(rows: pd.DataFrame, values: pd.Series, name: str) -> pd.DataFrame:
    return rows.assign(**{name: values}).groupby(_JOB, as_index=False)[name].sum()
