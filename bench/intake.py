"""Our reading of an extract of staff records against pandas on the same file, each in a process of its own.

`python -m bench.intake` runs the pairs alone. pandas reads the file with `read_csv` and groups it to the same table,
checking nothing; ours also refuses what is wrong or could be about people. Both tables must be equal.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from bench.timing import Result, middle, output, write
from pipeline.sources import esr_extract
from pipeline.sources._esr_file import COLUMNS
from pipeline.sources._esr_values import categories, staff_groups
from pipeline.sources.mapping import default_mapping
from pipeline.synthetic.extract import write_extract

ROWS = 10_000_000
PAIRS = 3
KILOBYTE = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of ru_maxrss."""
KEY = ["month", "employer", "pillar", "staff_group", "profession", "discipline", "band", "age_band", "contract"]


def results(rows: int = ROWS, pairs: int = PAIRS) -> list[Result]:
    """Rows a second and peak memory of both, medians of alternating pairs. Ends the process if their tables differ."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extract.csv"
        write_extract(path, rows, seed=1)
        taken = [(_measured("ours", path), _measured("pandas", path)) for _ in range(pairs)]
        _refuse_difference(path)
    ours, other = zip(*taken, strict=True)
    speed = [middle([rows / run["seconds"] for run in runs]) for runs in (ours, other)]
    memory = [middle([run["peak_mb"] for run in runs]) for runs in (ours, other)]
    ratio = middle([b["seconds"] / a["seconds"] for a, b in taken])
    name, pair = f"intake of {rows:.0e} assignment-months", "pandas read_csv and groupby, no checks"
    return [
        Result(f"{name}: ours", speed[0], "rows a second", "no aim", pair),
        Result(f"{name}: pandas", speed[1], "rows a second", "no aim", "ours"),
        Result(f"{name}: ours / pandas", ratio, "ratio of speeds", "over 1", pair),
        Result(f"peak memory of {name}: ours", memory[0], "MB at most", "under 2000", pair),
        Result(f"peak memory of {name}: pandas", memory[1], "MB at most", "no aim", "ours"),
    ]


def by_ours(path: Path) -> pd.DataFrame:
    """The staff table by the reader."""
    return esr_extract.read(path)["staff"]


def by_pandas(path: Path) -> pd.DataFrame:
    """The same table by pandas, with nothing checked."""
    rows = pd.read_csv(path).rename(columns=COLUMNS)
    rows["is_primary"] = rows["is_primary"] == "Y"
    rows["row"] = rows.index + 2
    sums = {"headcount": ("is_primary", "sum"), "wte": ("fte", "sum"), "row": ("row", "min")}
    raw = ["effective_date", "employer", "staff_group", "area", "pay_band", "age_band", "category"]
    return _by_meaning(rows.groupby(raw, sort=False).agg(**sums).reset_index())


def _by_meaning(grouped: pd.DataFrame) -> pd.DataFrame:
    groups = grouped["staff_group"].str.casefold().map(staff_groups())
    places = [default_mapping().find(group.scheme, area) for group, area in zip(groups, grouped["area"], strict=True)]
    contracts = grouped["category"].str.casefold().map(categories())
    table = grouped.assign(
        month=pd.to_datetime(grouped["effective_date"]).astype("datetime64[us]"),
        pillar=[place.pillar for place in places],
        profession=[place.name for place in places],
        staff_group=groups.map(lambda group: group.name),
        discipline=grouped["area"],
        band=grouped["pay_band"].str.removeprefix("Band "),
        contract=contracts.map(lambda held: held[0]),
    )[contracts.map(lambda held: held[1])]
    return table.groupby(KEY, sort=False, as_index=False).agg({"headcount": "sum", "wte": "sum", "row": "min"})


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {"ours": by_ours, "pandas": by_pandas}


def _measured(reader: str, path: Path) -> dict[str, float]:
    said: dict[str, float] = json.loads(output([sys.executable, "-m", "bench.intake", reader, str(path)]))
    return said


def _refuse_difference(path: Path) -> None:
    ours, other = (
        reader(path)[[*KEY, "headcount", "wte", "row"]]
        .astype({"headcount": "int64", "row": "int64"})
        .sort_values(KEY, ignore_index=True)
        for reader in READERS.values()
    )
    pd.testing.assert_frame_equal(ours, other, check_dtype=False, rtol=1e-6)


def main() -> None:
    """Time one reader on one file in this process, or run the pairs."""
    if len(sys.argv) == 1:
        write(results())
        return
    reader, path = sys.argv[1:]
    started = time.perf_counter()
    READERS[reader](Path(path))
    taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTE / 1e6
    print(json.dumps({"seconds": taken, "peak_mb": peak}))


if __name__ == "__main__":
    main()
