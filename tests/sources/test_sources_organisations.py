import datetime as dt

import pandas as pd
import pytest

from pipeline.problems import InputRefused
from pipeline.sources.organisations import codes_of, combine, current_code, ons_to_code
from pipeline.tables import validate

pytestmark = pytest.mark.unit

MAP_DAY = "2026-07-01"
DAY_BEFORE = pd.Timestamp("2026-06-30")


def rows(*said: dict[str, object], file: str = "file.csv") -> pd.DataFrame:
    blank = dict.fromkeys(["parent", "region", "ons_code", "valid_from", "valid_to", "successor"])
    full = [
        {**blank, "name": one["code"], "file": file, "sheet": "", "row": at, **one} for at, one in enumerate(said, 2)
    ]
    frame = pd.DataFrame(full)
    for column in ("valid_from", "valid_to"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def old_list(**board_of_ccg: str) -> pd.DataFrame:
    boards = dict.fromkeys(board_of_ccg.values())
    return rows(
        *({"code": ccg[1:], "kind": "ccg", "parent": board} for ccg, board in board_of_ccg.items()),
        *({"code": board, "kind": "icb", "name": f"Old {board}"} for board in boards),
        file="old.csv",
    )


def new_map(day: str = MAP_DAY, **board_of_place: str) -> pd.DataFrame:
    boards = dict.fromkeys(board_of_place.values())
    return rows(
        *(
            {"code": place[1:], "kind": "sub_icb", "parent": board, "valid_from": day}
            for place, board in board_of_place.items()
        ),
        *({"code": board, "kind": "icb", "name": f"New {board}", "valid_from": day} for board in boards),
        file="map.csv",
    )


def one(organisations: pd.DataFrame, code: str) -> pd.Series:
    found = organisations[organisations["code"] == code]
    assert len(found) == 1, found
    return found.iloc[0]


def test_a_board_whose_places_all_moved_ends_and_names_its_successor() -> None:
    organisations, notes = combine([old_list(_01A="QAA", _01B="QBB"), new_map(_01A="NEW1", _01B="NEW1")])
    board = one(organisations, "QAA")
    assert board["valid_to"] == DAY_BEFORE
    assert board["successor"] == "NEW1"
    assert current_code(organisations, "QAA") == current_code(organisations, "QBB") == "NEW1"
    assert notes == []


def test_a_board_that_still_has_a_place_goes_on_although_it_lost_another() -> None:
    organisations, _ = combine([old_list(_01A="QAA", _01B="QAA"), new_map(_01A="QAA", _01B="QBB")])
    board = one(organisations, "QAA")
    assert pd.isna(board["valid_to"])
    assert pd.isna(board["successor"])
    assert current_code(organisations, "QAA") == "QAA"


def test_a_board_divided_between_two_has_no_successor_and_a_note_names_both() -> None:
    organisations, notes = combine([old_list(_01A="QAA", _01B="QAA"), new_map(_01A="NEW1", _01B="NEW2")])
    board = one(organisations, "QAA")
    assert board["valid_to"] == DAY_BEFORE
    assert pd.isna(board["successor"])
    assert current_code(organisations, "QAA") == "QAA"
    assert notes == [
        "Old QAA (QAA) has ended and its places are now under New NEW1 (NEW1) and New NEW2 (NEW2): "
        "no single successor is recorded."
    ]


def test_a_board_whose_places_are_all_gone_has_no_successor_and_a_note() -> None:
    organisations, notes = combine([old_list(_01A="QAA"), new_map(_02A="QBB")])
    assert pd.isna(one(organisations, "QAA")["successor"])
    assert one(organisations, "01A")["valid_to"] == DAY_BEFORE
    assert notes == ["Old QAA (QAA) has ended and the newest map has none of its places: no successor is recorded."]


def test_a_board_of_which_no_file_lists_the_places_has_no_successor_and_a_note() -> None:
    board = rows({"code": "QAA", "kind": "icb", "name": "Old Board", "valid_from": "2024-12-31"})
    organisations, notes = combine([board, new_map(_01A="QBB")])
    assert one(organisations, "QAA")["valid_to"] == DAY_BEFORE
    assert notes == ["Old Board (QAA) has ended and no file says which places it held: no successor is recorded."]


def test_a_former_ccg_that_the_map_does_not_have_does_not_hide_the_successor() -> None:
    organisations, _ = combine([old_list(_01A="QAA", _99X="QAA"), new_map(_01A="NEW1")])
    assert one(organisations, "QAA")["successor"] == "NEW1"


def test_a_place_that_changes_board_has_a_row_for_each_and_only_the_last_is_current() -> None:
    organisations, _ = combine([old_list(_01A="QAA"), new_map(_01A="NEW1")])
    place = organisations[organisations["code"] == "01A"]
    assert place["parent"].tolist() == ["QAA", "NEW1"]
    assert place["valid_to"].tolist() == [DAY_BEFORE, pd.NaT]
    assert pd.isna(place["valid_from"].iloc[0])
    assert place["kind"].tolist() == ["sub_icb", "sub_icb"]


def test_a_place_that_stays_has_one_row_with_the_lineage_of_the_newest_file() -> None:
    organisations, _ = combine([new_map(_01A="QAA"), old_list(_01A="QAA")])
    place = one(organisations, "01A")
    assert place["kind"] == "sub_icb"
    assert place["file"] == "map.csv"
    assert one(organisations, "QAA")["name"] == "New QAA"


def test_every_code_has_at_most_one_current_row() -> None:
    frames = [old_list(_01A="QAA", _01B="QBB"), new_map("2025-07-01", _01A="QAA", _01B="QBB"), new_map(_01A="NEW1")]
    organisations, _ = combine(frames)
    assert organisations[organisations["valid_to"].isna()]["code"].is_unique
    pd.testing.assert_frame_equal(validate("organisations", organisations), organisations)


def test_three_vintages_chain_from_map_to_map() -> None:
    frames = [old_list(_01A="QAA"), new_map("2025-07-01", _01A="MID1"), new_map(_01A="NEW1")]
    organisations, _ = combine(frames)
    assert current_code(organisations, "QAA") == "NEW1"
    assert current_code(organisations, "MID1") == "NEW1"


def test_without_a_map_nothing_ends() -> None:
    organisations, notes = combine([old_list(_01A="QAA")])
    assert organisations["valid_to"].isna().all()
    assert notes == []


def test_a_board_first_said_on_or_after_the_day_of_the_map_is_not_ended_by_it() -> None:
    later = rows({"code": "QZZ", "kind": "icb", "valid_from": "2026-07-31"})
    organisations, _ = combine([new_map(_01A="QAA"), later])
    assert pd.isna(one(organisations, "QZZ")["valid_to"])


def test_a_practice_that_a_newer_map_no_longer_has_is_closed() -> None:
    practices = rows({"code": "A81001", "kind": "practice", "parent": "01A", "valid_from": "2025-07-01"})
    organisations, _ = combine([practices, new_map(_01A="QAA")])
    assert one(organisations, "A81001")["valid_to"] == DAY_BEFORE


def test_a_trust_keeps_one_row_with_its_opening_date_and_its_latest_name() -> None:
    register = rows({"code": "RAA", "kind": "trust", "name": "Old Name", "parent": "QAA", "valid_from": "1994-04-01"})
    workbooks = [
        rows({"code": "RAA", "kind": "trust", "name": name, "parent": "QAA", "valid_from": month})
        for name, month in [("New Name", "2024-12-31"), ("Middle Name", "2024-08-31")]
    ]
    organisations, notes = combine([register, *workbooks])
    trust = one(organisations, "RAA")
    assert trust["valid_from"] == pd.Timestamp("1994-04-01")
    assert trust["name"] == "New Name"
    assert notes == []


def test_a_trust_that_closed_stays_closed_and_does_not_depend_on_the_map() -> None:
    closed = rows(
        {"code": "RAA", "kind": "trust", "parent": "QAA", "valid_from": "1994-04-01", "valid_to": "2024-09-30"},
        {"code": "RBB", "kind": "trust", "parent": "QAA", "valid_from": "1994-04-01"},
    )
    organisations, _ = combine([closed, new_map(_01A="NEW1")])
    assert one(organisations, "RAA")["valid_to"] == pd.Timestamp("2024-09-30")
    assert pd.isna(one(organisations, "RBB")["valid_to"])


def test_files_that_place_a_trust_under_different_boards_are_noted() -> None:
    register = rows({"code": "RAA", "kind": "trust", "name": "A Trust", "parent": "QAA", "valid_from": "1994-04-01"})
    month = {"code": "RAA", "kind": "trust", "name": "A Trust", "parent": "QBB", "valid_from": "2024-12-31"}
    organisations, notes = combine([rows(month, file="month.xlsx"), register])
    assert one(organisations, "RAA")["parent"] == "QBB"
    assert notes == [
        "Files place A Trust (RAA) under different boards: QBB is kept, as the newest file has it; "
        "QAA (file.csv) is not."
    ]


def test_a_board_listed_as_an_employer_under_itself_is_a_board_without_that_parent() -> None:
    employer = rows({"code": "QAA", "kind": "trust", "parent": "QAA", "valid_from": "2024-12-31"})
    board = one(combine([old_list(_01A="QAA"), employer])[0], "QAA")
    assert board["kind"] == "icb"
    assert pd.isna(board["parent"])


def test_two_parents_on_one_date_are_refused_with_both_rows_named() -> None:
    twice = rows(
        {"code": "01A", "kind": "sub_icb", "parent": "QAA", "valid_from": MAP_DAY},
        {"code": "01A", "kind": "sub_icb", "parent": "QBB", "valid_from": MAP_DAY},
    )
    with pytest.raises(InputRefused) as refused:
        combine([twice])
    assert "repeats code, valid_from" in str(refused.value)
    assert "row 2" in str(refused.value)


def test_a_plan_finds_its_board_by_an_old_or_a_new_code_but_not_the_other_boards_that_merged() -> None:
    organisations, _ = combine(
        [old_list(_01A="QAA", _01B="QBB", _01C="QCC"), new_map(_01A="N1", _01B="N1", _01C="QCC")]
    )
    assert codes_of(organisations, ["N1"]) == {"N1", "QAA", "QBB"}
    assert codes_of(organisations, ["QAA"]) == {"QAA", "N1"}
    assert codes_of(organisations, ["QCC", "QBB"]) == {"QCC", "QBB", "N1"}


def test_a_code_that_no_file_has_stands_for_itself() -> None:
    organisations, _ = combine([new_map(_01A="QAA")])
    assert current_code(organisations, "QXX") == "QXX"
    assert codes_of(organisations, ["QXX"]) == {"QXX"}


def test_ons_codes_of_every_date_lead_to_the_code() -> None:
    older = rows({"code": "QAA", "kind": "icb", "ons_code": "E54000042", "valid_from": "2025-07-01"})
    newer = rows({"code": "QAA", "kind": "icb", "ons_code": "E54000067", "valid_from": MAP_DAY})
    organisations, _ = combine([older, newer])
    assert ons_to_code(organisations) == {"E54000042": "QAA", "E54000067": "QAA"}
    assert organisations["valid_to"].tolist() == [pd.Timestamp(dt.date(2026, 6, 30)), pd.NaT]


def test_successors_that_run_in_a_circle_are_an_error() -> None:
    circle = rows(
        {"code": "QAA", "kind": "icb", "valid_to": "2025-01-01", "successor": "QBB"},
        {"code": "QBB", "kind": "icb", "valid_to": "2025-01-01", "successor": "QAA"},
    )
    organisations, _ = combine([circle])
    with pytest.raises(ValueError, match="QAA to QBB to QAA"):
        current_code(organisations, "QAA")


def test_no_rows_at_all_make_an_empty_table() -> None:
    organisations, notes = combine([])
    assert len(organisations) == 0
    assert notes == []
