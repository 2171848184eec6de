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
from pipeline.plan import PILLARS
from pipeline.sources import esr_extract
from pipeline.sources._esr_layout import HEADINGS
from pipeline.sources._esr_reference import contracts, plain, staff_groups
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
    raw = [HEADINGS[name] for name in ("day", "employer", "staff_group", "area", "band", "age_band", "category")]
    rows = pd.read_csv(path)
    rows["main"] = rows[HEADINGS["main"]] == "Y"
    rows["row"] = rows.index + 2
    sums = {"headcount": ("main", "sum"), "wte": (HEADINGS["fte"], "sum"), "row": ("row", "min")}
    grouped = rows.groupby(raw, sort=False).agg(**sums).reset_index()
    grouped.columns = ["month", "employer", "group", "area", "band", "age_band", "category", *sums]
    return _by_meaning(grouped)


def _by_meaning(grouped: pd.DataFrame) -> pd.DataFrame:
    pairs = grouped[["group", "area"]].drop_duplicates()
    groups = [staff_groups()[plain(group)] for group in pairs["group"]]
    found = [default_mapping().find(group.scheme, area) for group, area in zip(groups, pairs["area"], strict=True)]
    places = pairs.assign(
        pillar=[place.pillar for place in found],
        profession=[place.name for place in found],
        staff_group=[group.name for group in groups],
    )
    table = grouped.merge(places, on=["group", "area"]).rename(columns={"area": "discipline", "category": "contract"})
    carries = table["contract"].map({contract.name: contract.carries_wte for contract in contracts().values()})
    table["wte"] = table["wte"].where(carries, 0.0)
    table["band"] = table["band"].str.removeprefix("Band ")
    table["month"] = pd.to_datetime(table["month"]).astype("datetime64[us]")
    table.loc[~table["pillar"].isin(PILLARS), ["band", "age_band", "contract"]] = "All"
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
    pd.testing.assert_frame_equal(ours, other, check_dtype=False, rtol=1e-9)


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
