"""Who does each kind of work: the plan's table of skill mix beside counted work (docs/method.md, section 16).

A work of the table is taken for the tests that its name holds, by their own name or by a word of skill_mix_words.csv; a
name that holds none stands for the tests of its pillar that no other work names. What a profession does of a test
belongs to one work: of those that name the profession, the one of which it has the largest share. Who does a work today
is known where every profession that the table names for it has counted work of its own there; no other work is moved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.need import Factors, base_hours, effort_factor, moved_work
from pipeline.model.paths import Paths
from pipeline.model.plan_setting import Setting
from pipeline.model.work import Work
from pipeline.reference import skill_mix_words

Array = NDArray[np.float64]
LEVER = "skill_mix_reached"
OF_WORK = ["pillar", "work"]
OF_REPORTS = "report_minutes"
"""How the assumption begins that says what a report takes: it belongs to a work of reporting, and to no other."""


@dataclass(frozen=True)
class Mix:
    """The table of skill mix, and the work of it that each row of counted work belongs to.

    `works` has pillar, work and known (whether it is known who does it today), `shares` the number of a work,
    profession, band and share (those of a work add up to 1). `of_row` is the number of a work for each row of
    Work.rows, -1 where the table says nothing of it.
    """

    works: pd.DataFrame
    shares: pd.DataFrame
    of_row: NDArray[np.int64]

    def by_profession(self, work: int) -> dict[str, float]:
        """The share of each profession in a work, all its bands together."""
        own = self.shares[self.shares["number"] == work]
        return {str(who): float(share) for who, share in own.groupby("profession", sort=False)["share"].sum().items()}


@dataclass(frozen=True)
class Part:
    """A profession's part of a work at one employer: hours a year as it is done today and by the table.

    `a_wte` are hours a year that a WTE has for tests. Each is months + 1 x draws, or broadcasts to them.
    """

    work: int
    cell: int
    today: Array
    wanted: Array
    a_wte: Array

    @property
    def more(self) -> Array:
        """WTE that the profession would take on (above zero) or give up, were the table's mix reached."""
        return np.asarray((self.wanted - self.today) / self.a_wte)


def plan_mix(setting: Setting, work: Work) -> Mix:
    """The plan's table of skill mix beside the work of its counted tests."""
    return mix_of(setting.skill_mix, work.rows, {*setting.annual["test"], *skill_mix_words().values()})


def mix_of(skill_mix: pd.DataFrame, rows: pd.DataFrame, tests: Collection[str]) -> Mix:
    """The table matched to rows of counted work (pillar, test, profession); `tests` are all that a name may hold."""
    works = skill_mix[OF_WORK].drop_duplicates().reset_index(drop=True)
    numbered = skill_mix.merge(works.assign(number=works.index), on=OF_WORK)
    share = numbered["share"] / numbered.groupby("number")["share"].transform("sum")
    shares = numbered.assign(share=share)[["number", "profession", "band", "share"]]
    whole = shares.groupby(["number", "profession"])["share"].sum().to_dict()
    held = [named_in(name, tests) for name in works["work"]]

    reporting = works["work"].str.contains("report", case=False)

    @cache
    def work_of(pillar: str, test: str, profession: str, reports: bool) -> int:
        own = works.index[(works["pillar"] == pillar) & (reporting | (not reports))].tolist()
        named = [number for number in own if test in held[number]]
        may = named or [number for number in own if not held[number]]
        does = [number for number in may if whole.get((number, profession), 0) > 0]
        return max(does, key=lambda number: whole[number, profession], default=-1)

    named = rows[["pillar", "test", "profession"]].assign(reports=rows["each"].str.startswith(OF_REPORTS))
    found = [work_of(*row) for row in named.itertuples(index=False, name=None)]
    done = set(zip(found, rows["profession"], strict=True))
    known = [all(pair in done for pair in whole if pair[0] == number) for number in works.index]
    return Mix(works.assign(known=known), shares, np.array(found, dtype=np.int64))


def named_in(name: str, tests: Collection[str]) -> set[str]:
    """The tests that the name of a work holds as whole words: CT stands in “CT scanning”, and not in “PET-CT”."""
    words = {test: test for test in tests} | {word: test for word, test in skill_mix_words().items() if test in tests}
    return {test for word, test in words.items() if re.search(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", name, re.I)}


def parts_of_mix(
    mix: Mix, work: Work, number: NDArray[np.int64], cells: Mapping[tuple[str, str], int], of: Factors, paths: Paths
) -> Iterator[Part]:
    """Every profession's part of every work at every employer that does it, where it is known who does it today.

    `number` is the cell of each row of the work, and `cells` numbers them by employer and profession. A profession
    that the table names and the employer has no staff of takes none, and the others do its share between them.
    """
    hours_of, shares_of = cache(lambda profession: base_hours(profession, paths)), cache(mix.by_profession)
    known = np.isin(mix.of_row, mix.works.index[mix.works["known"]])
    covered = work.rows.assign(number=mix.of_row, row=range(len(work.rows)))[known & (number >= 0)]
    for (employer, which), rows in covered.groupby(["employer", "number"], sort=False):
        there = {who: share for who, share in shares_of(which).items() if (employer, who) in cells}
        hours = {who: np.zeros((1, 1)) for who in there}
        for row, who in zip(rows["row"], rows["profession"], strict=True):
            hours[who] = hours[who] + work.wte[row] * grown(work, row, of, paths) * hours_of(who)
        whole = sum(hours.values(), np.zeros((1, 1)))
        for who, share in there.items():
            wanted = whole * (share / sum(there.values()))
            yield Part(which, cells[employer, who], hours[who], wanted, hours_of(who) / of.time[who])


def grown(work: Work, row: int, of: Factors, paths: Paths) -> Array:
    """What the hours of a row of the work are multiplied by, by month and draw."""
    return np.asarray(of.tests.whole[work.keys[row][0]] * effort_factor(work, row, paths) * of.output)


def work_moved(
    setting: Setting, work: Work, number: NDArray[np.int64], counted: Array, of: Factors, paths: Paths
) -> Array:
    """WTE that each cell takes on from others of its employer (above zero) or gives up, by month and draw.

    Work first goes towards the table of skill mix; of what a profession then does of counted tests, a share may go to
    another (moved_work). The hours stay the same.
    """
    if LEVER not in paths.steps:
        return moved_work(counted, setting.cells, paths)
    mixed = np.zeros_like(counted)
    # What is reached at the base month is there already: in the work of those who do it.
    share = paths.at(LEVER) - paths.base[LEVER]
    for part in parts_of_mix(plan_mix(setting, work), work, number, setting.numbers, of, paths):
        mixed[part.cell] += share * part.more
    return mixed + moved_work(counted + mixed, setting.cells, paths)
