"""The data that an output carries beside its HTML."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure as Chart

from pipeline.report import display
from pipeline.report.carried import MIME, Carried, pack, unpack
from pipeline.report.disclosure import Disclosed, protect

pytestmark = pytest.mark.unit

FRAME = pd.DataFrame(
    {
        "wte": [96.25, None],
        "pillar": ["imaging", "  "],
        "month": pd.to_datetime(["2025-10-31", None]),
        "people": pd.array([12, None], dtype="Int64"),
        "open": [True, False],
        "either": ["not given", 4.5],
    }
)


def carried(frame: pd.DataFrame | Disclosed = FRAME, **how: Any) -> Carried:
    (each,) = display.table(frame, caption="Staff", row_header="pillar", **how).held
    return each


def test_a_table_carries_its_columns_as_they_are_written_the_row_header_first() -> None:
    found = carried(note="Rounded.", formats={"people": "wte"})
    assert (found.kind, found.title, found.notes, found.rows) == ("Table", "Staff", ("Rounded.",), 2)
    assert [(column.heading, column.kind) for column in found.columns] == [
        ("Pillar", "text"),
        ("WTE", "wte"),
        ("Month", "month"),
        ("People", "wte"),
        ("Open", "text"),
        ("Either", "text"),
    ]
    assert [column.values for column in found.columns] == [
        ("imaging", None),
        (96.25, None),
        (dt.date(2025, 10, 31), None),
        (12, None),
        (True, False),
        ("not given", 4.5),
    ]


def test_what_is_packed_is_unpacked_as_it_was() -> None:
    found = (carried(), carried(note="“a”\nb"))
    assert unpack(pack(found)) == found
    assert "\n" not in pack(found)


def test_words_in_a_column_of_days_stay_words() -> None:
    days = pd.DataFrame({"day": pd.Series([dt.date(2026, 4, 3), "not yet"], dtype=object)})
    (found,) = display.table(days, caption="Days", formats={"day": "date"}).held
    assert unpack(pack([found]))[0].columns[0].values == (dt.date(2026, 4, 3), "not yet")


def test_a_hidden_value_is_left_out_whatever_the_frame_holds_there() -> None:
    frame = pd.DataFrame({"employer": ["A", "B"], "people": [3, 40]})
    found = carried_people(protect(frame, rule="hes_2018"))
    assert (found.values, found.hidden) == ((None, 40), {0})
    leaking = Disclosed(frame, pd.DataFrame({"employer": False, "people": [True, False]}), "* is hidden.")
    assert carried_people(leaking).values == (None, 40)
    assert display.table(leaking, caption="People").held[0].notes == ("* is hidden.",)


def carried_people(frame: Disclosed) -> Any:
    return display.table(frame, caption="People").held[0].columns[1]


def test_a_figure_carries_its_data_and_its_description() -> None:
    fig = Chart(figsize=(2, 2))
    fig.subplots().plot([1, 2])
    (found,) = display.show(fig, title="It rises", alt="A line\nthat rises.", data=FRAME, note="Source: x.").held
    assert (found.kind, found.title, found.says, found.notes) == (
        "Figure",
        "It rises",
        "A line that rises.",
        ("Source: x.",),
    )


def test_things_shown_together_carry_the_data_of_each_in_order() -> None:
    tables = [display.table(FRAME, caption=caption) for caption in ("First", "Second")]
    both = display.together([display.say("Words."), *tables])
    assert [each.title for each in both.held] == ["First", "Second"]


def test_the_data_are_in_the_output_as_one_line_and_words_have_none() -> None:
    data, _ = display.table(FRAME, caption="Staff")._repr_mimebundle_()
    assert unpack(data[MIME])[0].title == "Staff"
    assert MIME not in display.say("Words.")._repr_mimebundle_()[0]
