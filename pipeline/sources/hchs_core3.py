"""NHS Workforce Statistics, Core 3: doctors by specialty and grade, for each organisation.

One CSV a month: one row for each organisation, specialty and grade.

Traps of the format:
- STAFF_GROUP_1 repeats the grade behind the words "HCHS doctors - ".
- Doctors in training sit in the specialty of their present placement, whatever they will become.
- Rows whose DATA_LEVEL is not Organisation are sums of the others and are left out.
- Every specialty is here; those the mapping does not know come out as `unmapped`, none is dropped.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused
from pipeline.sources._hchs_core import core_rows, mapped, staff_table
from pipeline.sources._text import has_columns
from pipeline.sources.reading import ReadOptions, Tables

STAFF_GROUP = "HCHS doctors"
LABELS = ["SPECIALTY_GROUP", "SPECIALTY", "STAFF_GROUP_1", "GRADE"]


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The canonical `staff` table: headcount and WTE of doctors by organisation, specialty and grade.

    Raises InputRefused with every problem of the file.
    """
    rows, problems = core_rows(path, LABELS)
    if problems:
        raise InputRefused(problems)
    schemes = pd.Series("specialty", index=rows.index)
    rows = rows.join(mapped(options.mapping, schemes, rows["SPECIALTY"])).assign(
        staff_group=STAFF_GROUP,
        discipline=rows["SPECIALTY"],
        level=rows["STAFF_GROUP_1"].str.replace(rf"^{STAFF_GROUP} - ", "", regex=True),
        band=rows["GRADE"],
    )
    specialty_and_group = rows["SPECIALTY"] + " (" + rows["SPECIALTY_GROUP"] + ")"
    return {"staff": staff_table(rows, path, {"discipline": specialty_and_group})}


def recognise(path: Path) -> bool:
    """Whether the header is that of a Core 3 file."""
    return has_columns(path, ["DATA_MONTH", "ORG_CODE", *LABELS, "FTE", "HEADCOUNT"])
