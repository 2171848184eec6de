"""A large extract of staff records read by our intake and by pandas, in turn, each in a process of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pandas as pd

from bench.extract import KEYS
from bench.timing import Result, middle, output
from pipeline.synthetic.extract import write_extract

ROWS = 10_000_000
PAIRS = 3
OURS, PANDAS = "our intake of an extract", "pandas on the same extract"
ROUNDING = 2e-5
"""WTE is given to five decimals, and the sums of the two differ in binary fractions before they are rounded."""


def intake_results(rows: int = ROWS) -> list[Result]:
    """Rows a second and peak memory of both, and the ratios pair by pair. Stops where their sums differ."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extract.csv"
        write_extract(path, rows, seed=1)
        pairs = [(_read("ours", path), _read("pandas", path)) for _ in range(PAIRS)]
        _compare(Path(folder))
    load = os.getloadavg()[0]
    print(f"{rows:,} rows, {PAIRS} pairs, {os.cpu_count()} processors, load {load:.1f} at the end")
    return [
        *_figures(OURS, rows, [ours for ours, _ in pairs], PANDAS),
        *_figures(PANDAS, rows, [plain for _, plain in pairs], OURS),
        *_ratios(pairs),
    ]


def _read(how: str, path: Path) -> tuple[float, float]:
    """Seconds, and the most memory that was held, in bytes."""
    said = output([sys.executable, "-m", "bench.extract", how, str(path), str(path.parent / how)])
    taken, peak = map(float, said.split())
    return taken, peak


def _compare(folder: Path) -> None:
    ours, plain = (pd.read_parquet(folder / how).sort_values(KEYS, ignore_index=True) for how in ("ours", "pandas"))
    pd.testing.assert_frame_equal(ours, plain, rtol=0, atol=ROUNDING)


def _figures(name: str, rows: int, runs: list[tuple[float, float]], other: str) -> list[Result]:
    return [
        Result(name, middle([rows / taken for taken, _ in runs]), "rows/s", "no aim", other),
        Result(f"{name}: peak memory", max(peak for _, peak in runs) / 1e9, "GB", "under 2 for ours", other),
    ]


def _ratios(pairs: list[tuple[tuple[float, float], tuple[float, float]]]) -> list[Result]:
    times = middle([ours[0] / plain[0] for ours, plain in pairs])
    peaks = middle([ours[1] / plain[1] for ours, plain in pairs])
    return [
        Result(
            "our intake / pandas", times, "ratio of wall times", "no aim: ours checks every cell, pandas none", PANDAS
        ),
        Result("our intake / pandas: peak memory", peaks, "ratio", "under 1", PANDAS),
    ]
