"""docs/performance.md and its figures, from the figures of one run of `python -m bench`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from bench.growth import MULTIPLES
from bench.timing import ROOT, Result
from pipeline.charts.theme import MUTED, SERIES, look, panels

PAGE, FIGURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.svg"
RUNS_FIGURE = ROOT / "docs" / "performance_runs.svg"
RUNS_SHOWN = (
    "![Time of a cold run of the sample, and of several plans on two workers, each as a share of the time of the plain "
    f"chain.]({RUNS_FIGURE.name})"
)
BEGIN, END = "<!-- figures of python -m bench {part} -->", "<!-- end of figures -->"
SHOWN = ("ratio", "times", "standard errors", "GB", "s")
"""Units of what is shown: speeds in person-months a second are the machine's, and change with it."""
MARKS = ("o", "s", "^", "D")


def write_page(results: Sequence[Result], curve: dict[str, float]) -> None:
    """Draw the figure of the engine, and put its figures into the page."""
    draw(results, curve)
    put("staff", results)


def put(part: str, results: Sequence[Result]) -> None:
    """Put the figures of a part of the benchmarks between its marks in the page."""
    text, begin = PAGE.read_text(encoding="utf-8"), BEGIN.format(part=part)
    start = text.index(begin) + len(begin)
    after = text[text.index(END, start) :]
    PAGE.write_text("\n\n".join([text[:start], table(results), after]), encoding="utf-8")


def draw_runs(results: Sequence[Result], path: Path = RUNS_FIGURE) -> None:
    """Runs against the plain chain, as shares of its time; the chain itself is the line at one."""
    shown = [result for result in results if "plain chain" in result.name]
    figure, (axes,) = panels(1, row_height=2.0)
    with look():
        axes.barh(range(len(shown)), [result.value for result in shown], color=SERIES[0], height=0.5)
        for place, result in enumerate(shown):
            axes.annotate(
                f"{result.value:.2f}", (result.value, place), xytext=(4, 0), textcoords="offset points", va="center"
            )
        axes.axvline(1.0, color=MUTED, linestyle="--", linewidth=1)
        axes.set_yticks(range(len(shown)), labels=[result.name.partition(" / ")[0] for result in shown])
        axes.invert_yaxis()
        axes.set(title="Time against the plain chain", xlabel="share of its time")
        axes.grid(visible=False, axis="y")
        figure.savefig(path, format="svg", metadata={"Date": None})
    text = PAGE.read_text(encoding="utf-8")
    if RUNS_SHOWN not in text:
        PAGE.write_text(text.replace(f"{BEGIN.format(part='run')}\n", f"{RUNS_SHOWN}\n\n{BEGIN.format(part='run')}\n"))


def _number(value: float) -> str:
    """Two significant digits, and whole numbers from a hundred on."""
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}"


def table(results: Sequence[Result]) -> str:
    """The figures as a table, and how many cores they were measured on."""
    shown = [result for result in results if result.unit.startswith(SHOWN)]
    rows = [f"| {result.name} | {_number(result.value)} {_unit(result)} | {result.aim} |" for result in shown]
    head = ["| what | measured | aim |", "|---|---|---|"]
    return "\n".join([f"Measured on {os.cpu_count()} cores.", "", *head, *rows])


def _unit(result: Result) -> str:
    return "times" if result.unit.startswith("ratio") else result.unit


def draw(results: Sequence[Result], curve: dict[str, float], path: Path = FIGURE) -> None:
    """How time grows, and what a draw's time is made of, side by side."""
    figure, (left, right) = panels(2, row_height=3.0)
    with look():
        growth_panel(left, curve)
        floor_panel(right, {result.name: result.value for result in results})
        figure.savefig(path, format="svg", metadata={"Date": None})


def growth_panel(axes: Axes, curve: dict[str, float]) -> None:
    """Time against size, both as multiples of the smallest; a line in proportion is dashed."""
    things = dict.fromkeys(name.split()[0] for name in curve)
    axes.plot(MULTIPLES, MULTIPLES, color=MUTED, linestyle="--", linewidth=1, label="in proportion")
    for colour, mark, thing in zip(SERIES, MARKS, things, strict=True):
        times = [curve[f"{thing} {multiple}"] / curve[f"{thing} {MULTIPLES[0]}"] for multiple in MULTIPLES]
        axes.plot(MULTIPLES, times, color=colour, marker=mark, markersize=5, label=thing)
    for axis, set_scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        set_scale("log", base=2)
        axis.set_major_locator(FixedLocator(MULTIPLES))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(lambda number, _: f"{number:.0f}")
    axes.set(title="How time grows", xlabel="times as many", ylabel="times as long")
    axes.legend(frameon=False, fontsize=9)


def floor_panel(axes: Axes, values: dict[str, float]) -> None:
    """A draw's time, and that of each thing that it cannot do without, in milliseconds."""
    whole, start = "a draw on one thread", "floor of a draw: "
    parts = {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}
    bars = {"whole draw": values[whole], "floor": sum(parts.values()), **parts}
    shades = [SERIES[0], SERIES[2], *(SERIES[1] for _ in parts)]
    axes.barh(range(len(bars)), list(bars.values()), color=shades, height=0.6)
    for place, value in enumerate(bars.values()):
        axes.annotate(
            f"{value / bars['whole draw']:.1%}", (value, place), xytext=(4, 0), textcoords="offset points", va="center"
        )
    axes.set_yticks(range(len(bars)), labels=list(bars))
    axes.invert_yaxis()
    axes.set_xlim(0, 1.18 * bars["whole draw"])
    axes.set(title="A draw and its floor", xlabel="milliseconds on one thread")
    axes.grid(visible=False, axis="y")
