"""Whose rows they are: employers of the plan, and providers that exist when they do the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd

from pipeline.problems import Problem
from pipeline.reference import limit
from pipeline.sources._words import nearest
from pipeline.sources.rules.kit import CrossRule, Known, Row, listed, problems, tables_limited


def _employers(known: Known) -> Iterator[Problem]:
    """Rows of organisations that are no employer of the plan; until the base month, nor ever were in its ICS."""
    employers = known.words["employer"]
    for column, rows in known.limited("employer"):
        strange = rows[~rows[column].isin(employers) & rows[column].notna()]
        if "month" in strange:
            past = strange["month"] <= known.base_month
            strange = strange[~(past & strange[column].isin(known.former))]
        yield from problems(strange, column, partial(_no_employer, known, column))


def _no_employer(known: Known, column: str, row: Row) -> str:
    employers = known.words["employer"]
    if row[column] in known.former:
        return (
            "this organisation was in the ICS in the past but is no employer of the plan; for what stands now or is "
            f"still to come, use the employer that took over: {listed(employers)}"
        )
    return (
        f"this is no employer of the plan ({listed(employers)}); correct the code, or add it to plan.yaml"
        f"{nearest(str(row[column]), employers)}"
    )


def _providers(known: Known) -> Iterator[Problem]:
    """Rows of providers that nobody knows, or in months well after their code ended.

    When a code began is not asked: the list's first day is only the first that some file knows of it.
    """
    organisations, employers = known.any_rows("organisations"), known.words["provider"]
    ended = _ended(organisations)
    grace = pd.DateOffset(months=int(limit("months_after_code_ended")))
    for column, rows in known.limited("provider"):
        last = pd.to_datetime(rows[column].map(ended))
        yield from problems(rows[last + grace < rows["month"]], column, partial(_after_its_end, ended, column))
        strange = rows[~rows[column].isin({*employers, *organisations["code"]})]
        yield from problems(strange, column, partial(_nobody_knows, employers, column))


def _ended(organisations: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """The last day of every code that holds no more."""
    spans = organisations.groupby("code")["valid_to"]
    last = spans.max()[spans.apply(lambda days: days.notna().all())]
    return dict(last.items())


def _after_its_end(ended: Mapping[str, pd.Timestamp], column: str, row: Row) -> str:
    return (
        f"this provider's code ended in {ended[row[column]]:%B %Y}; use the code of the organisation that took over, "
        "or correct the month"
    )


def _nobody_knows(employers: list[str], column: str, row: Row) -> str:
    return (
        "neither the list of organisations nor plan.yaml knows this provider; correct the code, or add it to the "
        f"plan's employers{nearest(str(row[column]), employers)}"
    )


RULES = (
    CrossRule(
        tables_limited("employer"),
        "Organisations are employers of the plan; until the base month, also those that were ever in its ICS.",
        _employers,
    ),
    CrossRule(
        tables_limited("provider"),
        "A provider is in the list of organisations, and its code had not ended a year before the month; one that the "
        "list does not know is an employer of the plan.",
        _providers,
    ),
)
