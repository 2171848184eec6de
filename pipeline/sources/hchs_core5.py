"""NHS Workforce Statistics, Core 5: non-medical staff by care setting, level and grade, for each organisation.

One CSV a month: one row for each organisation, staff group, care setting, level and Agenda for Change band.

Traps of the format:
- Labels carry numbers ("007_Radiography (diagnostic)", "106_Support Worker"). The numbers of care settings and levels
  start again in other staff groups and mean other things there, so nothing is keyed on them.
- One care setting appears under registered and under support staff; the main staff group tells them apart.
- Rows whose DATA_LEVEL is not Organisation are sums of the others and are left out.
- Headcount does not add up over rows: a person with two roles is counted in both. FTE can exceed headcount.
- Every staff group but doctors is here; settings outside diagnostics come out as `unmapped`, none is dropped.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused
from pipeline.sources._hchs_core import core_rows, mapped, staff_table, unknown_label_problems
from pipeline.sources._text import has_columns
from pipeline.sources.reading import ReadOptions, Tables

MAIN_GROUP = "MAIN_STAFF_GROUP"
LABELS = {"staff_group": "STAFF_GROUP_2", "discipline": "CARE_SETTING", "level": "LEVEL"}
BAND = "GRADE"
NO_SCHEME = ""
SCHEMES = {
    "professionally qualified clinical staff": "care_setting",
    "support to clinical staff": "support_care_setting",
    "nhs infrastructure support": NO_SCHEME,
    "other staff or those with unknown classification": NO_SCHEME,
}
"""The mapping scheme of each main staff group. Managers and clerks of the organisation share the names of some support
settings, but are no service's own staff: no scheme knows them, so they come out as `unmapped`."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The canonical `staff` table: headcount and WTE by organisation, care setting, level and band.

    Raises InputRefused with every problem of the file.
    """
    rows, problems = core_rows(path, [MAIN_GROUP, *LABELS.values(), BAND])
    schemes = _unnumbered(rows[MAIN_GROUP]).str.casefold().map(SCHEMES)
    rule = f"the main staff group tells registered from support staff, and should be one of: {'; '.join(SCHEMES)}"
    problems += unknown_label_problems(rows, schemes.isna() & (rows[MAIN_GROUP] != ""), MAIN_GROUP, path, rule)
    if problems:
        raise InputRefused(problems)
    labels = {column: _unnumbered(rows[published]) for column, published in LABELS.items()}
    rows = rows.assign(**labels, band=_band(rows[BAND]))
    rows = rows.join(mapped(options.mapping, schemes, rows["discipline"]))
    return {"staff": staff_table(rows, path, {column: rows[published] for column, published in LABELS.items()})}


def recognise(path: Path) -> bool:
    """Whether the header is that of a Core 5 file."""
    return has_columns(path, ["DATA_MONTH", "ORG_CODE", MAIN_GROUP, *LABELS.values(), BAND, "FTE", "HEADCOUNT"])


def _unnumbered(labels: pd.Series) -> pd.Series:
    return labels.str.replace(r"^[0-9]+_", "", regex=True).str.strip()


def _band(grades: pd.Series) -> pd.Series:
    """ "Band 8a" becomes "8a"; grades outside Agenda for Change keep their name."""
    return grades.str.replace(r"^[Bb]and ([1-9][a-dA-D]?)$", r"\1", regex=True)
