"""Waterfall: how one total becomes another, step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.alt_words import moved
from pipeline.charts.chart import Chart
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped

UPRIGHT_STEPS = 7
"""Steps that stand side by side with level labels; more run left to right, one below the other."""
TOLERANCE = 1e-6
"""Difference that a total may have from what leads to it, as a share of the largest figure."""
LETTER, MARGINS, BAR = 0.078, 1.0, 0.66
"""Inches of a letter and of the figure's width without bars; share of its place that a bar has."""
KINDS = ("total", "change")
_TOTAL: dict[str, Any] = {"facecolor": SERIES[0], "edgecolor": SERIES[0]}
_UP: dict[str, Any] = {"facecolor": SERIES[1], "edgecolor": SERIES[1]}
_DOWN: dict[str, Any] = {"facecolor": "white", "edgecolor": SERIES[2], "hatch": "/////"}


def waterfall(
    axes: Axes, frame: pd.DataFrame, says: Callable[[float], str], says_change: Callable[[float], str], unit: str
) -> Chart:
    """Totals as bars from zero, changes as bars from the total before them, in the frame's own order.

    `frame` has label, amount (in `unit`, changes with their sign) and kind ("total" or "change"). `says` writes a
    total in words, `says_change` a change with its sign. More than seven steps, or labels too long to stand side by
    side, run left to right in a row each: allow 0.34 inches of height a row. Raises ValueError for an empty frame,
    an amount that is missing, and a total that is not what the changes before it add up to.
    """
    steps = running_totals(frame)
    said = [says(row.amount) if row.kind == "total" else says_change(row.amount) for row in steps.itertuples()]
    room = (axes.figure.bbox.width / axes.figure.dpi - MARGINS) / len(steps) / LETTER
    upright = _fits(steps, said, int(room))
    with look():
        _draw_upright(axes, steps, said, int(room)) if upright else _draw_level(axes, steps, said)
        value = axes.yaxis if upright else axes.xaxis
        value.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        value.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,.10g}".replace("-", "−")))
        axes.grid(visible=False, axis="x" if upright else "y")
        axes.tick_params(axis="x" if upright else "y", length=0)
        # A name beside the upright axis would have to be read sideways.
        axes.set_title(unit, fontsize=9, fontweight="normal", color=MUTED) if upright else axes.set_xlabel(unit)
    return Chart(_alt(steps, says, says_change, unit), steps[["label", "amount", "kind", "running"]])


def running_totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Steps with the total after each (`running`) and where its bar begins (`start`).

    `frame` is that of `waterfall`, which raises the same errors.
    """
    if frame.empty:
        raise ValueError("a waterfall needs at least one step")
    if unknown := sorted(set(frame["kind"].astype(str)) - set(KINDS)):
        raise ValueError(f"the kind of a step is total or change, not {', '.join(unknown)}")
    steps = frame[["label", "amount", "kind"]].reset_index(drop=True).astype({"amount": "float64"})
    if steps["amount"].isna().any():
        raise ValueError(f"no amount is known for {steps.loc[steps['amount'].isna(), 'label'].iloc[0]}")
    allowed = TOLERANCE * float(steps["amount"].abs().max())
    running, starts, after = 0.0, [], []
    for place, step in enumerate(steps.itertuples()):
        if step.kind == "total" and place and not math.isclose(running, step.amount, rel_tol=0, abs_tol=allowed):
            raise ValueError(f"the changes before {step.label} add up to {running:,.6g} and not to {step.amount:,.6g}")
        starts.append(0.0 if step.kind == "total" else running)
        running = step.amount if step.kind == "total" else running + step.amount
        after.append(running)
    return steps.assign(start=starts, running=after)


def _fits(steps: pd.DataFrame, said: Sequence[str], letters: int) -> bool:
    """Whether every label and amount has room on one level side by side, in three lines at most."""
    words = [word for label in steps["label"] for word in str(label).split()]
    return (
        len(steps) <= UPRIGHT_STEPS
        and all(len(word) <= letters for word in [*words, *said])
        and all(len(wrapped(label, letters).splitlines()) <= 3 for label in steps["label"])
    )


def _style(step: Any) -> dict[str, Any]:
    return _TOTAL if step.kind == "total" else _DOWN if step.amount < 0 else _UP


def value_limits(steps: pd.DataFrame, spare: float) -> tuple[float, float]:
    """Ends of the axis of amounts: zero is always on it, with a share `spare` left for the amounts."""
    low = min(0.0, float(steps[["start", "running"]].min().min()))
    high = max(0.0, float(steps[["start", "running"]].max().max()))
    span = high - low or 1.0
    return low - (span * 0.03 if low < 0 else 0), high + span * spare


def _draw_upright(axes: Axes, steps: pd.DataFrame, said: Sequence[str], letters: int) -> None:
    for step, words in zip(steps.itertuples(), said, strict=True):
        axes.bar(step.Index, step.running - step.start, bottom=step.start, width=BAR, linewidth=1, **_style(step))
        top = (step.Index, max(step.running, step.start))
        axes.annotate(words, top, (0, 3), textcoords="offset points", ha="center", fontsize=9, fontweight="bold")
    for place in steps.index[:-1]:
        level = steps["running"].loc[place]
        axes.plot([place + BAR / 2, place + 1 - BAR / 2], [level, level], color=MUTED, linewidth=1)
    axes.axhline(0, color=TEXT, linewidth=1)
    axes.set_xticks(steps.index, labels=[wrapped(label, letters) for label in steps["label"]], fontsize=9)
    axes.set_xlim(-0.6, max(len(steps), 3) - 0.4)
    axes.set_ylim(*value_limits(steps, 0.12))


def _draw_level(axes: Axes, steps: pd.DataFrame, said: Sequence[str]) -> None:
    level_bars(axes, steps)
    for step, words in zip(steps.itertuples(), said, strict=True):
        end = (max(step.running, step.start), step.Index)
        axes.annotate(words, end, (4, 0), textcoords="offset points", va="center", fontsize=9, fontweight="bold")
    axes.set_yticks(steps.index, labels=[wrapped(label, 40) for label in steps["label"]], fontsize=9)
    axes.set_xlim(*value_limits(steps, 0.04 + 0.022 * max(map(len, said))))


def level_bars(axes: Axes, steps: pd.DataFrame, hidden: Collection[int] = ()) -> None:
    """Bars of `running_totals` from the top down, each joined to the next; the line passes by rows that are hidden."""
    shown = [step for step in steps.itertuples() if step.Index not in hidden]
    for step in shown:
        axes.barh(step.Index, step.running - step.start, left=step.start, height=BAR, linewidth=1, **_style(step))
    for step, following in pairwise(shown):
        ends = [step.Index + BAR / 2, following.Index - BAR / 2]
        axes.plot([step.running, step.running], ends, color=MUTED, linewidth=1)
    axes.axvline(0, color=TEXT, linewidth=1)
    axes.set_ylim(len(steps) - 0.4, -0.6)


def _alt(steps: pd.DataFrame, says: Callable[[float], str], says_change: Callable[[float], str], unit: str) -> str:
    first, last = steps.iloc[0], steps.iloc[-1]
    told = f"Waterfall of {unit}: {first['label']} {says(first['running'])}"
    changes = steps[steps["kind"] == "change"]
    if len(steps) > 1:
        told += f", {last['label']} {says(last['running'])}, {moved(first['running'], last['running'], says)}"
    parts = [
        f"the {f'largest of {len(own)} {name}s' if len(own) > 1 else f'only {name}'} is {row['label']}, "
        f"{says_change(row['amount'])}"
        for name, own in (("increase", changes[changes["amount"] > 0]), ("decrease", changes[changes["amount"] < 0]))
        if len(own)
        for row in [own.loc[own["amount"].abs().idxmax()]]
    ]
    said = "; ".join(parts)
    return f"{told}. {said[0].upper()}{said[1:]}." if said else f"{told}."
