"""The code lists: trusts (etr, no header, 27 columns), and sub-locations and former CCGs with the older boards."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pipeline.synthetic.files import Value, csv_text, write_text
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe

COLUMNS = 27
ADDRESS, POSTCODE, OPENED, CLOSED, CURRENT = 4, 9, 10, 11, 21
BYTE_ORDER_MARK = "\ufeff"


def write_codes(folder: Path, recipe: Recipe) -> None:
    """Both code lists."""
    text = io.StringIO()
    rows = [_trust(recipe, trust) for trust in sorted(places(recipe).all_trusts, key=lambda each: each.code)]
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    write_text(folder / "ods" / "etr.csv", text.getvalue())
    header = ["CCG Code", "ICB Code", "ICB NAME"]
    write_text(folder / "ods" / "ccg_icb_code.csv", BYTE_ORDER_MARK + csv_text([header, *_boards(recipe)]))


def _trust(recipe: Recipe, trust: Trust) -> list[str]:
    row = [""] * COLUMNS
    system = places(recipe).system(trust.ics)
    row[:4] = [trust.code, trust.name.upper(), system.region, system.code]
    row[ADDRESS:POSTCODE] = ["TRUST HEADQUARTERS", "HOSPITAL ROAD", "", trust.town.upper(), ""]
    row[POSTCODE], row[OPENED] = trust.postcode, f"{trust.opened:%Y%m%d}"
    row[CLOSED] = f"{trust.closed:%Y%m%d}" if trust.closed else ""
    row[CURRENT] = "0"
    return row


def _boards(recipe: Recipe) -> list[list[Value]]:
    """Sub-locations and former CCGs with the board they had before the merger."""
    rows: list[list[Value]] = []
    for sub in places(recipe).sub_icbs:
        board = places(recipe).system(sub.before or sub.ics)
        name = f"NHS {board.name} Integrated Care Board"
        rows += [[code, board.code, name] for code in (sub.code, *sub.former_ccgs)]
    return rows
