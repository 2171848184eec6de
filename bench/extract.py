"""An extract of staff records read by our intake, or by pandas doing the same sums: one of the two, in its own process.

`python -m bench.extract ours|pandas FILE OUT` reads FILE, writes the sums to OUT and prints seconds and peak memory.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import pandas as pd

from pipeline.sources import esr_extract
from pipeline.sources._esr_values import READINGS
from pipeline.sources.mapping import default_mapping

KEYS = ["month", "employer", "pillar", "staff_group", "profession", "discipline", "band", "age_band", "contract"]
SUMS = ["headcount", "wte", "row"]
READ_AS = {
    "Effective Date": "effective_date",
    "Employer": "employer",
    "Pay Band": "pay_band",
    "Age Band": "age_band",
    "Staff Group": "staff_group",
    "Assignment Category": "category",
}


def ours(path: Path) -> pd.DataFrame:
    return esr_extract.read(path)["staff"][KEYS + SUMS]


def by_pandas(path: Path) -> pd.DataFrame:
    """What a careful analyst would write: categories to save memory, one groupby, then the few groups named."""
    words = dict.fromkeys([*READ_AS, "Area of Work", "Role", "Primary Assignment"], "category")
    rows = pd.read_csv(path, dtype={**words, "FTE": "float64"})
    rows = rows.assign(headcount=rows["Primary Assignment"] == "Y", row=range(2, len(rows) + 2))
    raw = [*READ_AS, "Area of Work"]
    sums = rows.groupby(raw, observed=True, as_index=False).agg(
        headcount=("headcount", "sum"), wte=("FTE", "sum"), row=("row", "min")
    )
    return _named(sums)


def _named(sums: pd.DataFrame) -> pd.DataFrame:
    meant = {
        name: sums[heading].map(lambda text, name=name: READINGS[name](text).value) for heading, name in READ_AS.items()
    }
    mapping = default_mapping()
    places = {
        (group, area): mapping.find(group.scheme, area)
        for group, area in set(zip(meant["staff_group"], sums["Area of Work"], strict=True))
    }
    placed = [places[pair] for pair in zip(meant["staff_group"], sums["Area of Work"], strict=True)]
    named = sums.assign(
        month=meant["effective_date"],
        employer=meant["employer"],
        pillar=[place.pillar for place in placed],
        staff_group=[group.name for group in meant["staff_group"]],
        profession=[place.name for place in placed],
        discipline=sums["Area of Work"],
        band=meant["pay_band"],
        age_band=meant["age_band"],
        contract=[contract for contract, _ in meant["category"]],
    )
    counted = named[[counts for _, counts in meant["category"]]]
    summed = counted.groupby(KEYS, observed=True, as_index=False)[SUMS].agg(
        {"headcount": "sum", "wte": "sum", "row": "min"}
    )
    return summed.assign(wte=summed["wte"].round(5))


def main() -> None:
    how, path, out = sys.argv[1:]
    started = time.perf_counter()
    sums = {"ours": ours, "pandas": by_pandas}[how](Path(path))
    taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    text = {key: sums[key].astype("str").str.removesuffix(" 00:00:00") for key in KEYS}
    sums.assign(**text, headcount=sums["headcount"].astype("int64"), row=sums["row"].astype("int64")).to_parquet(out)
    print(taken, peak)


if __name__ == "__main__":
    main()
