"""docs/evidence.md: how far forecasts of published series were from what came, against other methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.evidence.forecasts import Method
from pipeline.evidence.opponents import (
    drift,
    last_value,
    last_years_growth,
    naive,
    same_month,
    same_month_with_growth,
    systems_growth,
)
from pipeline.evidence.statistical_opponents import exponential_smoothing, theta
from pipeline.evidence.stock_backtest import backtest, scored, verdict, verdicts
from pipeline.evidence.stock_growth_forecast import growth_forecast
from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.months import month_name
from pipeline.plan_schema import SCHEMA_FILE
from pipeline.reference import stock_forecast

PAGE_FILE = SCHEMA_FILE.with_name("evidence.md")
OURS = "this project"
SCORES = {"mape": "MAPE", "crps": "CRPS"}

OPENING = """# Evidence: forecasts of published series against what came

Where a plan has no records of joiners and leavers, all that is known of its staff is how many there were each month.
This page holds how far the project's forecast of such series (docs/method.md, section 17) would have been from what
came, and how far other methods would have been. It is written by

    WORKFORCE_REALDATA=folder make evidence

from the newest NHS Workforce Statistics workbook and the Diagnostic Imaging Dataset files in the folder; put later
months there and run it again. A few minutes on two cores, nearly all of them for exponential smoothing and theta.

**How it is done.** From each origin, every method forecasts with what was known then and nothing later; what it learns
from the panel, and its range, come from earlier months too. The few fixed numbers of the project's method
(`pipeline/reference/stock_forecast.yaml`) were set by people who had seen these years, so that later months are the
stricter trial. Series that are hard to forecast stay in: a trust that took over another after the
origin counts against every method. Bodies that had joined a trust by the origin are added to its past for all methods
alike.

- **MAPE**: mean absolute error, per cent of what came.
- **CRPS**: the same for the whole range of a forecast, per cent of what came. A range that is too narrow or too wide
  scores worse.
- **MASE**: error against that of saying that nothing changes, as it was in the past; below 1 is better.
- **Bias**: per cent by which forecasts together were too high (+) or too low (−).
- **Coverage**: share of what came that lay within the 80 % interval; it should be near 80 %.

Better and worse mean by more than {level:.0f} % of the score of the best other method; closer is level.

Naive methods get a range from their own past errors, all series together; exponential smoothing (on logs, chosen by
AICc, with and without season) and theta, both of the package statsmodels, bring their own.
"""


@dataclass(frozen=True)
class Chapter:
    """A kind of series: its heading, what it is, the panel, the unit of its series and the methods tried on it."""

    heading: str
    what: str
    panel: Panel
    of: str
    methods: Mapping[str, Method]
    by_parent: str = ""


def stock_methods(workers: int) -> dict[str, Method]:
    """Methods for stocks, ours first."""
    return {
        OURS: growth_forecast,
        "last value": naive(last_value),
        "three-year drift": naive(drift),
        "last year's growth": naive(last_years_growth),
        "the whole's growth": naive(systems_growth),
        **_statistical(workers),
    }


def count_methods(workers: int) -> dict[str, Method]:
    """Methods for monthly counts with a season, ours first."""
    return {
        OURS: growth_forecast,
        "last value": naive(last_value),
        "same month of last year": naive(same_month),
        "same month and last year's growth": naive(same_month_with_growth),
        **_statistical(workers),
    }


def _statistical(workers: int) -> dict[str, Method]:
    return {"exponential smoothing": exponential_smoothing(workers), "theta": theta(workers)}


def page(chapters: list[Chapter], waiting_months: int) -> str:
    """The whole page as Markdown. `waiting_months` is how many months of DM01 are on file."""
    scores = {each.heading: backtest(each.panel, each.methods) for each in chapters}
    told = "\n".join(_chapter(each, scores[each.heading]) for each in chapters)
    return f"{opening()}\n{told}\n{_not_reached(scores, waiting_months)}"


def opening() -> str:
    """What the page says before any figure."""
    return OPENING.format(level=100 * stock_forecast("level_within"))


def _chapter(chapter: Chapter, rows: pd.DataFrame) -> str:
    scores = scored(rows)
    parts = [f"## {chapter.heading}", _span(chapter, scores), *_sentences(scores), _table(scores), _year_table(scores)]
    if chapter.by_parent:
        parts.append(_by_parent(chapter.by_parent, rows))
    return "\n\n".join(parts) + "\n"


def _span(chapter: Chapter, scores: pd.DataFrame) -> str:
    months = chapter.panel.months
    origins = scores.groupby("horizon")["origins"].max()
    said = ", ".join(f"{count} at {horizon} months" for horizon, count in origins.items())
    return (
        f"{chapter.what} {len(chapter.panel.series)} {chapter.of}, {month_name(months[0].date())} to "
        f"{month_name(months[-1].date())}. Origins: {said}."
    )


def _sentences(scores: pd.DataFrame) -> Iterator[str]:
    for score, name in SCORES.items():
        told = [
            f"at {horizon} months {word} ({_per_cent(1 - ratio)} than {other})"
            if (word := verdict(ratio)) != "level"
            else f"at {horizon} months level with {other}"
            for horizon, _, other, ratio in verdicts(scores, OURS, score)
        ]
        yield f"**{name} of {OURS} against the best other method:** {'; '.join(told)}."


def _per_cent(less: float) -> str:
    return f"{abs(less):.0%} {'lower' if less > 0 else 'higher'}".replace("%", " %")


def _table(scores: pd.DataFrame) -> str:
    horizons = sorted(scores["horizon"].unique())
    heads = [f"{name}, {horizon} m" for name in SCORES.values() for horizon in horizons]
    wide = scores.pivot(index="method", columns="horizon", values=list(SCORES))
    rows = [
        [method, *(f"{wide.at[method, (score, horizon)]:.2f}" for score in SCORES for horizon in horizons)]
        for method in scores["method"].unique()
    ]
    return _markdown(["Method", *heads], rows)


def _year_table(scores: pd.DataFrame) -> str:
    horizon = min(MONTHS_IN_YEAR, int(scores["horizon"].max()))
    rows = [
        [row.method, f"{row.mase:.2f}", f"{row.bias:+.1f}".replace("-", "−"), f"{row.coverage:.0%}".replace("%", " %")]
        for row in scores[scores["horizon"] == horizon].itertuples()
    ]
    return _markdown([f"Method, {horizon} months ahead", "MASE", "Bias, %", "Coverage of the 80 % interval"], rows)


def _by_parent(name: str, rows: pd.DataFrame) -> str:
    horizon = min(MONTHS_IN_YEAR, int(rows["horizon"].max()))
    scores = scored(rows[rows["horizon"] == horizon], ["parent"])
    lines = []
    for parent, at in scores.groupby("parent"):
        ours, others = at[at["method"] == OURS].iloc[0], at[at["method"] != OURS]
        best = others.loc[others["mape"].idxmin()]
        lines.append(
            [str(parent), str(ours["series"]), f"{ours['mape']:.2f}", f"{best['mape']:.2f} ({best['method']})"]
        )
    return _markdown([f"{name}, {horizon} months ahead", "Series", f"MAPE, {OURS}", "MAPE, best other method"], lines)


def _not_reached(scores: Mapping[str, pd.DataFrame], waiting_months: int) -> str:
    lines = [
        f"- {heading}, {horizon} months ahead, {SCORES[score]}: {word} {'with' if word == 'level' else 'than'} {other}."
        for heading, rows in scores.items()
        for score in SCORES
        for horizon, word, other, _ in verdicts(scored(rows), OURS, score)
        if word != "better"
    ]
    waits = (
        f"- DM01: {waiting_months} months are on file. A horizon of three months needs 30: two years to tell season "
        "from growth, three months to learn from and three to be scored on. Nothing of it is scored."
    )
    kept = "- No method knows of a merger before it happens; the largest errors of trust totals are mergers."
    return "\n".join(["## What is not reached", "", *lines, waits, kept, ""])


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
