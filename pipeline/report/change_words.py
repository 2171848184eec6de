"""What changed since an earlier strategy, in sentences and tables a board member understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.report import words
from pipeline.report.headlines import saying
from pipeline.report.moves import PARTS, Moves
from pipeline.report.words import is_missing, join, plain

MAIN = ("beyond_plan_gross", "gap_gross_horizon", "staff_in_post", "waiting")
"""The figure that the sentence and the chart are about: the first of these that both runs have."""
NAMES = {"waiting_6_plus_share": "share of patients waiting six weeks or more"}
"""Headlines whose label completes the figure before it and does not stand alone."""
FROM = {"data": "the data", "assumptions": "the assumptions", "model": "the model"}
"""What a move comes from, in the order in which a reader is told."""
FIRST_RUN = (
    "This is the first strategy of the plan of which the inputs are kept, so there is nothing to compare with. The "
    "next one will say how far each headline figure moved, and how much of that comes from the data, the assumptions "
    "and the model."
)
NEVER_APPROVED = "No earlier strategy of this plan was signed off, so there is no approved one to compare with."
SAME_RUN = "The last strategy is also the last that was signed off, so the same holds since then."
WHAT_IS_WHAT = (
    "Data are the input files and what the plan covers; assumptions are the register of assumptions, the scenarios "
    "and the plan's list of actions; the model is the code. The model's part is taken first, then the assumptions', "
    "then the data's. Parts add up before rounding."
)
CHART_TITLE = "What the change comes from"
NO_PART = "not split"
NOT_GIVEN = "not given"


def since(then: Mapping[str, Any], *, approved: bool = False) -> str:
    """The earlier strategy, as a sentence names it."""
    version = f"version {plain(then['version'])}, " if then.get("version") else ""
    return f"the strategy {'last signed off ' if approved else ''}({version}made on {then['made']})"


def moved_sentences(moves: Moves, before: str) -> list[str]:
    """How many headlines moved, what the main one did and where that comes from, and why nothing could be split."""
    count, moved = len(moves.table), len(shown_moves(moves))
    number = "none" if not moved else words.count(moved)
    told = [f"Of {words.plural(count, 'headline figure')}, **{number}** changed since {before}. {_causes(moves)}"]
    main = main_headline(moves)
    if main is not None:
        told.append(_main_sentence(main))
    if moves.unsplit:
        told.append(
            "The moves could not be split into data, assumptions and model, since what the earlier strategy was made "
            f"from cannot be worked out again with this version of the code: {plain(moves.unsplit)}"
        )
    return told


def main_headline(moves: Moves) -> pd.Series | None:
    """The most important headline that both runs have; None where there is none."""
    both = moves.table.dropna(subset=["change"]).set_index("key", drop=False)
    key = next((name for name in MAIN if name in both.index), None)
    return None if key is None else both.loc[key]


def worth_a_chart(moves: Moves) -> bool:
    """Whether the main headline moved for more than one reason, so that a waterfall says more than a sentence."""
    main = main_headline(moves)
    return main is not None and sum(_part_moved(main, part) for part in PARTS) > 1


def waterfall_steps(moves: Moves) -> pd.DataFrame:
    """The main headline then, each part of its move, and now (charts.waterfall)."""
    main = main_headline(moves)
    assert main is not None
    parts = [(part.capitalize(), main[part], "change") for part in reversed(PARTS)]
    rows = [("Then", main["then"], "total"), *parts, ("Now", main["now"], "total")]
    return pd.DataFrame(rows, columns=["label", "amount", "kind"])


def shown_moves(moves: Moves) -> pd.DataFrame:
    """The headlines that moved by as much as is written, came or went: zeros say less than a sentence."""
    written = [is_missing(row["change"]) or _moved_in_words(row) for _, row in moves.table.iterrows()]
    return moves.table[written]


def _moved_in_words(row: pd.Series) -> bool:
    signed = _signed(row["unit"])
    return signed(row["change"]) != signed(0.0)


def moves_table(moves: Moves) -> pd.DataFrame:
    """Every headline then and now, its change, and the part of each of data, assumptions and model, in words."""
    return pd.DataFrame([_row(row) for _, row in moves.table.iterrows()])


def inputs_sentences(files: pd.DataFrame, covers: Sequence[tuple[str, str, str]], then: Any, now: Any) -> list[str]:
    """What changed in the inputs as a whole: files, what the plan covers, the version of the code."""
    counts = files["what"].value_counts()
    number = [f"{counts[what]} {what}" for what in ("added", "removed", "changed") if what in counts]
    told = [f"Of the input files, {join(number)}." if number else "The input files are the same."]
    told += [f"The plan's {name} went from {plain(old)} to {plain(new)}." for name, old, new in covers]
    return [*told, _code_sentence(then, now)]


def files_table(files: pd.DataFrame) -> pd.DataFrame:
    """The files that are not the same."""
    return files.rename(columns={"what": "what_happened", "kind": "read_as"})


def scenarios_sentences(changed: Sequence[tuple[str, str]]) -> list[str]:
    """Which scenarios are not the same."""
    return (
        [f"Scenarios that changed: {join(f'{plain(label)} ({what})' for label, what in changed)}."] if changed else []
    )


def assumptions_sentence(changed: pd.DataFrame | None) -> str:
    """How many assumptions are not the same."""
    if changed is None:
        return "Which assumptions changed cannot be said: an earlier version of the code wrote them otherwise."
    return f"{words.plural(len(changed), 'assumption')} changed." if len(changed) else "No assumption changed."


def damage_sentences(altered: Sequence[str], damaged: Sequence[str]) -> list[str]:
    """What was kept of past runs and can no longer be used, in plain words."""
    told = []
    if altered:
        told.append(
            f"**What was kept of an earlier run is damaged or was altered** ({join(map(plain, altered))} in "
            "data/kept), so this strategy is not compared with it. Put the file back from a backup, or remove it."
        )
    if damaged:
        told.append(
            "**Tables that were kept of the earlier strategy are missing or were altered** "
            f"({join(map(plain, damaged))}), so its figures stand as they were printed and cannot be worked out again."
        )
    return told


def _causes(moves: Moves) -> str:
    """Which kinds of input are not the same, and which are."""
    changed = [FROM[part] for part in FROM if part in moves.changed]
    same = [FROM[part] for part in FROM if part not in moves.changed]
    if not changed:
        return "Data, assumptions and model are the same."
    rest = f"; {join(same)} did not" if same else ""
    return f"{_capital(join(changed))} changed{rest}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _main_sentence(main: pd.Series) -> str:
    says, what = saying(main["unit"]), f"The figure “{plain(_name(main))}”"
    if main["change"] == 0:
        return f"{what} stays at **{says(main['now'])}**{_of_then(main, plain)}."
    parts = [f"{_signed(main['unit'])(main[part])} from {FROM[part]}" for part in FROM if _part_moved(main, part)]
    split = f": {join(parts)}" if parts else ""
    return f"{what} is **{words.change(main['then'], main['now'], says)}**{split}{_of_then(main, plain)}."


def _of_then(row: pd.Series, safe: Callable[[Any], str] = str) -> str:
    """That the earlier figure was of another month or scenario, where it was."""
    same = row["label"] == row["label_then"] or is_missing(row["label_then"]) or is_missing(row["now"])
    return "" if same else f" (then: {safe(row['label_then'])})"


def _part_moved(row: pd.Series, part: str) -> bool:
    return not is_missing(row[part]) and bool(row[part] != 0)


def _code_sentence(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    old, new = (str((facts.get("code") or {}).get("version") or "not recorded") for facts in (then, now))
    dirty = ", with changes that are not recorded" if (now.get("code") or {}).get("dirty") else ""
    if old == new:
        return f"Both were made by version {plain(new)} of the code{dirty}."
    return f"The code is version {plain(new)}{dirty}; then it was {plain(old)}."


def _row(row: pd.Series) -> dict[str, str]:
    says, signed = saying(row["unit"]), _signed(row["unit"])
    then, now = (NOT_GIVEN if is_missing(row[side]) else says(row[side]) for side in ("then", "now"))
    told = {"headline": f"{_name(row)}{_of_then(row)}{_unit(row)}", "then": then, "now": now}
    if is_missing(row["change"]):
        change = "new" if is_missing(row["then"]) else "no longer given"
        return {**told, "change": change, **dict.fromkeys(FROM, NO_PART)}
    return {
        **told,
        "change": signed(row["change"]),
        **{part: NO_PART if is_missing(row[part]) else signed(row[part]) for part in FROM},
    }


def _name(row: pd.Series) -> str:
    return _capital(NAMES.get(row["key"], str(row["label"])))


def _unit(row: pd.Series) -> str:
    return " (WTE)" if row["unit"] == "WTE" and "WTE" not in row["label"] else ""


def _signed(unit: str) -> Callable[[Any], str]:
    """A difference of a headline with its sign; of shares in percentage points."""
    return words.signed(_points if unit == "share" else saying(unit))


def _points(value: Any) -> str:
    shown = words.percent(value).removesuffix("%")
    return "0" if shown == "0.0" else f"{shown} percentage points"
