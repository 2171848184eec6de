"""Words that tables share: professions, tests, bands, centres, routes, education providers and age bands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

import pandas as pd

from pipeline.plan import PILLARS
from pipeline.problems import Problem
from pipeline.schema import words_of
from pipeline.sources._words import nearest
from pipeline.sources.mapping import STAFF_SCHEMES, TEST_SCHEMES
from pipeline.sources.rules.kit import SENT, CrossRule, Known, Row, listed, problems, tables_limited
from pipeline.sources.vocabulary import ALL
from pipeline.tables.published import ESR

AGE_BAND = r"(under |<)?\d{1,3}|\d{1,3}(-\d{1,3}|\+| and over)|all|unknown|not known"
PARTS = ("band", "age_band", "contract")
"""Columns in which “All” may stand for every part."""
Mapped = Literal["profession", "test"]
SCHEMES = {"profession": STAFF_SCHEMES, "test": TEST_SCHEMES}


def _mapped(known: Known, what: Mapped) -> Iterator[Problem]:
    """Professions or tests that the mapping does not know, or that it puts in another pillar than their row does."""
    pillars = known.mapping.pillars_of(SCHEMES[what])
    for column, rows in known.limited(what):
        filled = rows.dropna(subset=[column])
        inside = filled[filled["pillar"].isin(PILLARS)] if "pillar" in rows else filled
        strange = ~inside[column].isin(known.words[what])
        yield from problems(inside[strange], column, partial(_unmapped, known, what, column))
        if "pillar" in rows:
            elsewhere = inside[~strange & (inside[column].map(pillars) != inside["pillar"])]
            yield from problems(elsewhere, "pillar", partial(_another_pillar, pillars, column))


def _unmapped(known: Known, what: Mapped, column: str, row: Row) -> str:
    return (
        f"the mapping knows no {what} of this name in the four pillars; correct it, or add it to the plan's mapping "
        f"(plan.yaml: mapping){nearest(str(row[column]), known.words[what])}"
    )


def _another_pillar(pillars: dict[str, str], column: str, row: Row) -> str:
    return f"the mapping puts {row[column]} in {pillars[row[column]]}; correct the pillar or the {column}"


def _bands(known: Known) -> Iterator[Problem]:
    """Bands and grades that nobody is paid on; those of an extract of staff records are the business of its reader."""
    allowed = known.words["band"]
    for column, rows in known.limited("band"):
        typed = rows[rows["dataset"] != ESR] if "dataset" in rows else rows
        inside = typed[typed["pillar"].isin(PILLARS)]
        strange = inside[~inside[column].isin(allowed)]
        rule = f"the pay table has no such band or grade; use one of {', '.join(allowed)}"
        yield from problems(strange, column, rule)


def _listed_elsewhere(known: Known, vocabulary: Literal["site", "route"], home: str) -> Iterator[Problem]:
    """Centres or routes that are not in the table which says what they are; nothing where no file fills that."""
    words = known.words[vocabulary]
    for column, rows in known.limited(vocabulary) if words else ():
        strange = rows[~rows[column].isin(words)]
        yield from problems(strange, column, partial(_not_listed, words, column, words_of(home)))


def _not_listed(words: list[str], column: str, home: str, row: Row) -> str:
    return (
        f"the table “{home}” has no {column} of this name ({listed(words)}); write it the same way in both, or add it "
        f"there{nearest(str(row[column]), words)}"
    )


def _education_providers(known: Known) -> Iterator[Problem]:
    """Education providers that plan.yaml does not name; its employers and boards may train people themselves."""
    file, rows = known.plan.file, known.rows("training_intakes")
    named = [*file.education_providers, *file.employers, *file.ics]
    strange = rows[~rows["education_provider"].isin(named)] if file.education_providers else rows.head(0)
    rule = f"plan.yaml does not name this education provider ({listed(named)}); correct the code, or add it there"
    yield from problems(strange, "education_provider", rule)


def _age_bands(known: Known) -> Iterator[Problem]:
    rule = "an age band is written as 45-49, 65+, Under 25 or All; Excel turns 5-9 into a date unless the cell is text"
    for table in SENT:
        rows = known.rows(table.name)
        if "age_band" in rows and len(rows):
            strange = ~rows["age_band"].str.casefold().str.fullmatch(AGE_BAND)
            yield from problems(rows[strange], "age_band", rule)


def _counted_twice(known: Known) -> Iterator[Problem]:
    """Rows for All beside rows for the parts of it."""
    for table in SENT:
        rows = known.rows(table.name)
        for column in PARTS:
            if column in table.key and len(rows):
                yield from problems(_all_beside_parts(rows, list(table.key), column), column, _twice(column))


def _all_beside_parts(rows: pd.DataFrame, key: list[str], column: str) -> pd.DataFrame:
    others = [each for each in key if each != column]
    kinds = rows.groupby(others, dropna=False)[column].transform("nunique")
    return rows[(rows[column] == ALL) & (kinds > 1)]


def _twice(column: str) -> str:
    name = words_of(column).lower()
    return (
        f"a row for All stands beside rows for each {name}, so the same would be counted twice; send one or the other"
    )


_SITE_TABLES, _ROUTE_TABLES = tables_limited("site"), tables_limited("route")
RULES = (
    CrossRule(
        tables_limited("profession"),
        "A profession is one that the mapping knows, in the pillar that the mapping gives it.",
        partial(_mapped, what="profession"),
    ),
    CrossRule(
        tables_limited("test"),
        "A test is one that the mapping knows, in the pillar that the mapping gives it.",
        partial(_mapped, what="test"),
    ),
    CrossRule(
        tables_limited("band"),
        "A band is one of the pay table (of Agenda for Change where the plan has no pay table), a medical grade that "
        "the pay table prices, or All; an extract of staff records may have others.",
        _bands,
    ),
    CrossRule(
        _SITE_TABLES,
        "A centre is one of the table cdc_plans, where there is one.",
        partial(_listed_elsewhere, vocabulary="site", home="cdc_plans"),
    ),
    CrossRule(
        _ROUTE_TABLES,
        "A route is one of the table training_routes, where there is one.",
        partial(_listed_elsewhere, vocabulary="route", home="training_routes"),
    ),
    CrossRule(
        ("training_intakes",),
        "The education provider is one that plan.yaml names, where it names any, or an employer or board of the plan.",
        _education_providers,
    ),
    CrossRule(
        tuple(table.name for table in SENT if "age_band" in table.columns),
        "An age band is written as 45-49, 65+, Under 25 or All.",
        _age_bands,
    ),
    CrossRule(
        tuple(table.name for table in SENT if set(PARTS) & set(table.key)),
        "No row for All stands beside rows for the parts of it, so that nobody is counted twice.",
        _counted_twice,
    ),
)
