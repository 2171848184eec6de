"""What is said of shares that are all alike, as if nobody had filled them in."""

from __future__ import annotations

import pandas as pd

from pipeline.model.equal_shares import CENTRES, SKILL_MIX
from pipeline.model.shares import uniform_warning, weighted_answer
from pipeline.plan import PILLAR_NAMES
from pipeline.report.words import plain

TABLES = {SKILL_MIX: "Skill mix", CENTRES: "Rooms of diagnostic centres"}
MOST = 3
"""Groups of shares that are warned of in words, those first whose two answers lie furthest apart."""
SHARES_NOTE = (
    "WTE that staff would grow by to the horizon: with equal shares, and with shares by the staff in post of each "
    "profession and band, or by the tests that the rooms of a centre have place for. Of a centre's shares no other "
    "figure of this document makes use."
)


_SOMEBODY_CHOSE = (
    "The files divide some work by shares: who does it, or which rooms of a centre. Nowhere are all shares of one "
    "kind of work or one centre the same, so none looks as if nobody had filled it in."
)


def shares_sentences(found: pd.DataFrame, sent: int) -> list[str]:
    """A warning for each group of equal shares, with both answers. Takes equal_shares; `sent` are rows with shares."""
    if found.empty:
        return ["No file gives shares of work."] if not sent else [_SOMEBODY_CHOSE]
    apart = (found["with_equal"] - found["with_weighted"]).abs().sort_values(ascending=False, kind="stable")
    told = [_warned(row) for _, row in found.loc[apart.index[:MOST]].iterrows()]
    return [*told, f"{len(found) - MOST} more are in the table."] if len(found) > MOST else told


def shares_table(found: pd.DataFrame) -> pd.DataFrame:
    """Equal shares and both answers, for a reader."""
    shown = found.assign(table=found["table"].map(TABLES))[
        ["of", "table", "parts", "share", "with_equal", "with_weighted"]
    ]
    return shown.rename(columns={"of": "shares_of", "with_equal": "wte_equal", "with_weighted": "wte_weighted"})


def _warned(row: pd.Series) -> str:
    in_mix = row["table"] == SKILL_MIX
    of = f"{plain(row['of'])} ({PILLAR_NAMES[row['pillar']]})" if in_mix else f"the tests of {plain(row['of'])}"
    warning = uniform_warning(of, row["parts"], row["share"])
    if pd.isna(row["with_equal"]):
        return warning
    return f"{warning} {weighted_answer(of, row['with_equal'], row['with_weighted'])}"
