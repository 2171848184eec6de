"""What the HCHS Core files share: who is counted, at which month end, and how rows stay apart."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.sources._cells import amounts, cell_problems, codes, counts, empty_cells, file_name_problems, month_ends
from pipeline.sources._text import read_rows
from pipeline.sources.mapping import Mapping
from pipeline.tables import TABLES, validate
from pipeline.tables.published import HCHS

MONTH, LEVEL_OF_DATA, EMPLOYER, WTE, HEADCOUNT = "DATA_MONTH", "DATA_LEVEL", "ORG_CODE", "FTE", "HEADCOUNT"
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


def core_rows(path: Path, labels: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of single organisations with `month`, `employer`, `wte` and `headcount`, and their problems.

    Rows whose DATA_LEVEL is not Organisation are sums of the others (England, region, ICS) and are left out.
    Raises InputRefused where the file has not the columns of its kind, or no row of an organisation.
    """
    rows = read_rows(path, required=[MONTH, LEVEL_OF_DATA, EMPLOYER, *labels, WTE, HEADCOUNT])
    single = rows[LEVEL_OF_DATA].str.casefold() == "organisation"
    if not single.any():
        rule = "no row is of a single organisation; use the file of the publication that goes down to organisations"
        held = ", ".join(rows[LEVEL_OF_DATA].unique())
        raise InputRefused([Problem(str(path), rule, column=LEVEL_OF_DATA, value=held)])
    rows = rows[single].reset_index(drop=True)
    month, bad_months = month_ends(rows, MONTH, path, DATE_FORMATS)
    employer, bad_codes = codes(rows, EMPLOYER, path)
    wte, bad_wte = amounts(rows, WTE, path)
    headcount, bad_counts = counts(rows, HEADCOUNT, path)
    problems = [*bad_months, *file_name_problems(path, MONTH, month), *bad_codes, *bad_wte, *bad_counts]
    problems += empty_cells(rows, labels, path)
    return rows.assign(month=month, employer=employer, wte=wte, headcount=headcount), problems


def staff_table(rows: pd.DataFrame, path: Path, as_published: Map[str, pd.Series]) -> pd.DataFrame:
    """The canonical `staff` table of rows that already hold its labels.

    Two published rows whose labels become the same are neither added up (the same people may be in both) nor lost:
    each takes the fuller label of `as_published` that tells it from the other. Raises InputRefused for rows that
    repeat a published row.
    """
    staff = rows.assign(dataset=HCHS, age_band="All", contract="All", file=path.name, sheet="")[TABLES["staff"].columns]
    key = list(TABLES["staff"].key)
    alike = staff[staff.duplicated(key, keep=False)]
    for column, labels in as_published.items():
        differ = labels[alike.index].groupby([alike[name] for name in key]).transform("nunique") > 1
        differing = differ.index[differ]
        staff.loc[differing, column] = labels[differing]
    return validate("staff", staff)


def mapped(mapping: Mapping, schemes: pd.Series, labels: pd.Series) -> pd.DataFrame:
    """`pillar` and `profession` of each label in its scheme; each distinct pair is looked up once."""
    pairs = pd.DataFrame({"scheme": schemes, "label": labels})
    distinct = pairs.drop_duplicates()
    found = [mapping.find(scheme, label) for scheme, label in distinct.itertuples(index=False)]
    places = distinct.assign(pillar=[place.pillar for place in found], profession=[place.name for place in found])
    return pairs.merge(places, on=["scheme", "label"], how="left", validate="many_to_one")[["pillar", "profession"]]


def unknown_label_problems(rows: pd.DataFrame, unknown: pd.Series, column: str, path: Path, rule: str) -> list[Problem]:
    """One problem for each distinct label that is not known, at the first row that has it."""
    return cell_problems(rows[unknown].drop_duplicates(column), column, path, rule)
