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
    """What an analyst would write who trusts the file: read it, group it, and name the groups. No cell is checked."""
    rows = pd.read_csv(path)
    rows = rows.assign(headcount=rows["Primary Assignment"] == "Y", row=range(2, len(rows) + 2))
    sums = rows.groupby([*READ_AS, "Area of Work"], as_index=False).agg(
        headcount=("headcount", "sum"), wte=("FTE", "sum"), row=("row", "min")
    )
    return _named(sums)


def _named(sums: pd.DataFrame) -> pd.DataFrame:
    meant = {
        heading: {text: READINGS[name](text).value for text in sums[heading].unique()}
        for heading, name in READ_AS.items()
    }
    mapping = default_mapping()
    places = sums[["Staff Group", "Area of Work"]].drop_duplicates()
    found = [mapping.find(meant["Staff Group"][group].scheme, area) for group, area in places.to_numpy()]
    places = places.assign(pillar=[place.pillar for place in found], profession=[place.name for place in found])
    contracts = meant["Assignment Category"]
    counted = sums[sums["Assignment Category"].map({text: counts for text, (_, counts) in contracts.items()})]
    named = counted.merge(places, on=["Staff Group", "Area of Work"]).assign(
        month=lambda rows: rows["Effective Date"].map(meant["Effective Date"]),
        employer=lambda rows: rows["Employer"],
        staff_group=lambda rows: rows["Staff Group"].map(
            {text: group.name for text, group in meant["Staff Group"].items()}
        ),
        discipline=lambda rows: rows["Area of Work"],
        band=lambda rows: rows["Pay Band"].map(meant["Pay Band"]),
        age_band=lambda rows: rows["Age Band"].map(meant["Age Band"]),
        contract=lambda rows: rows["Assignment Category"].map(
            {text: contract for text, (contract, _) in contracts.items()}
        ),
    )
    summed = named.groupby(KEYS, as_index=False)[SUMS].agg({"headcount": "sum", "wte": "sum", "row": "min"})
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
