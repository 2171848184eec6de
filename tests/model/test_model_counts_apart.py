"""Tests that several files count, on a small plan, and what is said of them."""

from __future__ import annotations

import pandas as pd
import pytest
from small_settings import ALDER, YEAR, counts, setting, table

from pipeline.model.counts_apart import REPORTS, counts_apart
from pipeline.report import gap_words

pytestmark = pytest.mark.unit

OTHER = pd.concat(
    [
        counts({(ALDER, "CT"): 1000, (ALDER, "MRI"): 500})["activity"],
        counts({(ALDER, "CT"): 800}, YEAR[:-1])["activity"].assign(dataset="did"),
    ],
    ignore_index=True,
)
RETURNS = table(
    "reporting",
    *({"month": month, "reports": 900, "minutes_each": 10.0} for month in YEAR),
    employer=ALDER,
    pillar="imaging",
    test="CT",
    reporter="consultant",
)


def test_a_test_of_one_file_is_left_out_and_one_of_several_has_a_row_for_each() -> None:
    found = counts_apart(setting({"activity": OTHER}, RETURNS))
    assert found[["test", "source", "a_year", "used"]].to_numpy().tolist() == [
        ["CT", "did", 9600.0, 12000.0],
        ["CT", "dm01", 12000.0, 12000.0],
        ["CT", REPORTS, 10800.0, 12000.0],
    ]
    assert found.loc[found["source"] == "did", "to_month"].tolist() == [pd.Timestamp(YEAR[-2])]
    assert counts_apart(setting()).empty
    assert counts_apart(setting({"activity": OTHER.head(0)})).empty


def test_files_that_differ_are_named_and_stand_side_by_side() -> None:
    found = counts_apart(setting({"activity": OTHER}, RETURNS))
    (said,) = gap_words.counts_sentences(found)
    assert "differ by more than 10.0%** for CT (9,600 to 12,000 a year)" in said
    (_, without) = gap_words.counts_sentences(found.assign(a_year=[9600.0, 12000.0, 9000.0]))
    assert "No report is counted for 3,000 of 12,000 examinations of CT (25.0%)" in without
    assert "clinician" not in without
    xray = found.assign(a_year=[9600.0, 12000.0, 9000.0], test="X-ray")
    assert "clinician" in gap_words.counts_sentences(xray)[1]
    (alike,) = gap_words.counts_sentences(found.assign(a_year=100.0))
    assert "agree within 10.0%" in alike
    assert gap_words.counts_sentences(found.head(0)) == []
    shown = gap_words.counts_table(found)
    (row,) = shown.to_dict("records")
    assert (row["starts_from"], row["share_of_largest"]) == (12000, 1.0)
    assert (row["DM01, to September 2025"], row["Reports made, to September 2025"]) == (12000, 10800)
    assert row["Diagnostic Imaging Dataset, to August 2025"] == 9600
    assert set(gap_words.counts_formats(shown)) == set(shown.columns) - {"test", "pillar"}
