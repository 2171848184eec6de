"""The government's list of operational community diagnostic centres, with the day each opened.

A text file with tabs: region, area (a parliamentary constituency or town), name, day. Traps: a site that works under
another centre has `HUB` in place of the day, so its own day is not known and stays empty; some days are later than
the list, because it names openings that were planned; names are not spelled as on the map (no apostrophes). The date
of the list is in its file name (2022-08-14), where it is at all. The list gives no board.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.problems import InputRefused
from pipeline.sources._cells import dates, empty_cells
from pipeline.sources._text import has_columns, read_rows
from pipeline.sources.cdc_map import list_date
from pipeline.sources.reading import ReadOptions, Tables

COLUMNS = ("region", "area", "cdc_title", "live_date")
DAY = "%d %b %Y"
HUB = "HUB"
UNSAID = ("icb", "open_12_7", "imaging", "endoscopy", "labs", "physiological", "other")


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """The centres of the list: cdc_sites, list `operational`. Raises InputRefused with every day that is not one."""
    rows = read_rows(path, delimiter="\t", required=COLUMNS)
    dated = rows[~rows["live_date"].isin(["", HUB])]
    opened, problems = dates(dated, "live_date", path, [DAY])
    problems += empty_cells(rows, ["cdc_title"], path)
    if problems:
        raise InputRefused(problems)
    sites = pd.DataFrame(
        {
            "site": rows["cdc_title"],
            "list": "operational",
            "as_of": list_date(path),
            "region": rows["region"].replace("", None),
            "address": rows["area"].replace("", None),
            "opened": opened.reindex(rows.index),
            **dict.fromkeys(UNSAID),
            "file": path.name,
            "sheet": "",
            "row": rows["row"],
        }
    )
    return {"cdc_sites": tables.validate("cdc_sites", sites)}


def recognise(path: Path) -> bool:
    """Whether the header has the list's four columns, separated by tabs."""
    return has_columns(path, COLUMNS, delimiter="\t")
