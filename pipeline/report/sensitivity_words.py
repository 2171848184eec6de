"""Sentences and tables about what the gap depends on: shares of what is not known, switch values, and two at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.evidence.groups import groups, number
from pipeline.evidence.switch import ALL
from pipeline.evidence.uncertainty import GROSS, NET
from pipeline.plan import PILLAR_NAMES
from pipeline.report.assumption_words import figure
from pipeline.report.words import (
    is_missing,
    join,
    lower,
    month,
    percent,
    plain,
    plural,
    rounded,
    wte,
)

FRACTIONS = {
    "a tenth": 0.1,
    "a fifth": 0.2,
    "a quarter": 0.25,
    "a third": 1 / 3,
    "two fifths": 0.4,
    "half": 0.5,
    "three fifths": 0.6,
    "two thirds": 2 / 3,
    "three quarters": 0.75,
    "four fifths": 0.8,
    "nine tenths": 0.9,
}
HARDLY, NEARLY_ALL, TOLD = 0.05, 0.95, 0.15
"""Shares below and above which no fraction is named, and from which a group is named in a sentence."""
_SURE = f"{number('confidence') * 100:g}%"
INTERVAL = f"{_SURE} interval"
"""What the bars of the shares are, for charts.ranges."""
SHARES = ("by_itself", "with_others", "by_itself_net", "with_others_net")
"""Columns of the table of shares that are percentages."""
NONE = "none plausible"
UNCERTAINTY_NOTE = (
    "Share of the variance of the gap at the horizon. Dot: what would no longer be unsure, on average, if the group "
    "were known and nothing else. Bar: how far the share itself may be off, since it is worked out from a sample of "
    f"calculations ({_SURE} interval). Chance in who comes and goes is left out."
)
UNCERTAINTY_TABLE_NOTE = (
    "By itself: what would no longer be unsure if the group were known. With others: what would still be unsure if all "
    f"else were known. Where both are alike the group acts by itself. Each with its {_SURE} interval, since it is "
    "worked out from a sample of calculations. What comes out a little below 0 by the chance of that is shown as 0."
)
SWITCH_NOTE = (
    "The value at which the net gap closes, one assumption moved and all others at their middle; in brackets whether "
    f"that lies between its P10 and P90. Looked for up to {number('switch_reach'):g} times as far from the middle as "
    "these and within what the assumption may be; none plausible: the gap does not close anywhere in there."
)
TWO_WAY_NOTE = (
    "Gross gap, WTE, with all other assumptions at their middle and staff at their expected numbers. Orange is less "
    "than with the middle of both, blue more. Leaving: those who resign or leave otherwise."
)


def in_words(share: float) -> str:
    """A share as a board would say it: about half, about two fifths, hardly any, nearly all."""
    if share < HARDLY:
        return "hardly any"
    if share > NEARLY_ALL:
        return "nearly all"
    return f"about {min(FRACTIONS, key=lambda name: abs(FRACTIONS[name] - share))}"


def uncertainty_sentences(indices: pd.DataFrame) -> list[str]:
    """Where what is not known about the gap comes from, how sure that is, and by pillar. Takes uncertainty_of_gap."""
    whole = _of(indices, GROSS).sort_values("first", ascending=False)
    if not whole["total"].any():
        return ["No assumption with a range moves the gap."]
    named = whole[whole["first"] >= TOLD]
    named = named if len(named) else whole.head(1)
    first, *others = (f"from {_says(group)}" for group in named["group"])
    shares = [in_words(share) for share in named["first"]]
    parts = [
        f"{shares[0]} comes {first}",
        *(f"{share} {where}" for share, where in zip(shares[1:], others, strict=True)),
    ]
    rest = 1.0 - float(named["first"].clip(lower=0.0).sum())
    told = f"Of what is not known about the gap, **{join(parts)}**."
    if HARDLY <= rest < 1:
        told += f" {in_words(rest).capitalize()} comes from everything else."
    return [f"{told} {_together(whole)}", _by_pillar(indices)]


def _together(whole: pd.DataFrame) -> str:
    """What comes from groups acting together, and how far the shares may be off."""
    off = float(((whole["first_high"] - whole["first_low"]) / 2).max())
    alone = float(whole["first"].sum())
    acting = (
        "Hardly any of it comes from several groups acting together"
        if alone > NEARLY_ALL
        else f"{percent(1 - alone)} of it comes from several groups acting together"
    )
    return f"{acting}. The shares may be off by up to {percent(off)} of the whole either way."


def _by_pillar(indices: pd.DataFrame) -> str:
    parts: list[str] = []
    for pillar, rows in indices[~indices["answer"].isin([GROSS, NET])].groupby("answer"):
        most = rows.loc[rows["first"].idxmax()]
        if most["first"] >= HARDLY:
            comes = "" if parts else "most of it comes "
            parts.append(
                f"in {PILLAR_NAMES[str(pillar)]} {comes}from {_says(most['group'])} ({percent(most['first'])})"
            )
    told = join(parts)
    return f"{told[0].upper()}{told[1:]}." if parts else "No pillar's gap depends on any of them."


def uncertainty_table(indices: pd.DataFrame) -> pd.DataFrame:
    """The shares of each group for a reader, largest first: for the gross gap with intervals, and for the net gap."""
    whole, net = (_of(indices, answer).set_index("group") for answer in (GROSS, NET))
    shown = pd.DataFrame(
        {
            "by_itself": whole["first"].clip(lower=0.0),
            "by_itself_interval": _interval(whole, "first"),
            "with_others": whole["total"].clip(lower=0.0),
            "with_others_interval": _interval(whole, "total"),
            "by_itself_net": net["first"].clip(lower=0.0),
            "with_others_net": net["total"].clip(lower=0.0),
        }
    )
    return shown.sort_values("with_others", ascending=False).rename_axis("group").reset_index()


def uncertainty_bars(indices: pd.DataFrame) -> pd.DataFrame:
    """The first-order shares of the gross gap as charts.ranges takes them, those that may be 1 % or more."""
    whole = _of(indices, GROSS).sort_values("first", ascending=False)
    shown = whole[whole["first_high"] >= 0.01]
    ends = {"p10": "first_low", "p50": "first", "p90": "first_high"}
    return shown[["group"]].assign(**{name: shown[column].clip(lower=0.0) for name, column in ends.items()})


def switch_sentences(switches: pd.DataFrame, assumptions: Assumptions, horizon: pd.Timestamp) -> list[str]:
    """Which single assumption would close the net gap, of all pillars and of each. Takes gap_switches."""
    if switches.empty:
        return ["No assumption with a range moves the gap, so none can close it."]
    whole = switches[switches["answer"] == ALL]
    gap, tried = float(whole["at_value"].iloc[0]), len(whole)
    state = f"is {wte(gap)} WTE short" if gap > 0 else f"has {wte(-gap)} WTE more than it needs"
    lead = f"With every assumption at its middle the system, net, {state} in {month(horizon)}."
    closing = whole.dropna(subset=["switch"])
    if closing.empty:
        row = whole.loc[whole["at_nearest"].abs().idxmin()]
        nearest = figure(assumptions[row["key"]], row["nearest"])
        said = (
            f"**No single one of the {tried} assumptions that matter most brings need and staff level** at any "
            f"plausible value. {plain(row['assumption'])} comes nearest: at {nearest} the net gap would be "
            f"{wte(row['at_nearest'])} WTE."
        )
    else:
        level = "That would come to nothing" if gap > 0 else "What is needed would grow to the staff there are"
        said = f"{level} with {_any_of(closing, assumptions, NAMED)}."
    return [f"{lead} {said}", _pillars_closed(switches, assumptions)]


NAMED, NAMED_OF_PILLAR = 3, 1
"""Assumptions that a sentence names; the table has them all."""


def _any_of(closing: pd.DataFrame, assumptions: Assumptions, most: int) -> str:
    """Those that need to move least for their range, and how many more the table has."""
    nearest = sorted(_rows(closing), key=lambda row: _moved(row, assumptions[row["key"]]))
    others = len(nearest) - most
    more = f" (the table has {plural(others, 'other')})" if others > 0 else ""
    return join((_closes(row, assumptions) for row in nearest[:most]), "or") + more


def _moved(row: pd.Series, each: Assumption) -> float:
    """How far an assumption moves to its switch value, in widths of its range."""
    width = 0.0 if each.low is None or each.high is None else each.high - each.low
    return float(abs(row["switch"] - each.value) / (width or 1.0))


def _closes(row: pd.Series, assumptions: Assumptions) -> str:
    each = assumptions[row["key"]]
    inside = "within" if row["inside"] else "outside"
    return (
        f"{plain(lower(each.label))} at {figure(each, row['switch'])} rather than {figure(each, each.value)} ({inside} "
        "its P10 to P90)"
    )


def _pillars_closed(switches: pd.DataFrame, assumptions: Assumptions) -> str:
    """The pillars of which the answer hangs on one assumption, and those of which it does not."""
    parts: list[str] = []
    firm: list[str] = []
    for pillar, rows in switches[switches["answer"] != ALL].groupby("answer"):
        name, closing = PILLAR_NAMES[str(pillar)], rows.dropna(subset=["switch"])
        inside = closing[closing["inside"].astype(bool)]
        if len(inside):
            parts.append(f"the gap in {name} would close with {_any_of(inside, assumptions, NAMED_OF_PILLAR)}")
        else:
            firm.append(name)
    told = [f"Pillar by pillar, {'; '.join(parts)}."] if parts else []
    if firm:
        told.append(f"For {join(firm)} no assumption changes by itself, within its range, whether staff are short.")
    return " ".join(told)


def switch_table(switches: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """The switch values of each assumption, a column for all pillars and one for each, in the assumption's own unit."""
    rows = []
    for key, of_key in switches.groupby("key", sort=False):
        each = assumptions[str(key)]
        about = {"assumption": each.label, "middle": figure(each, each.value), "P10 to P90": _range(each)}
        rows.append(about | {_column(row["answer"]): _switch(row, each) for row in _rows(of_key)})
    return pd.DataFrame(rows)


def _column(answer: str) -> str:
    return answer.capitalize() if answer == ALL else PILLAR_NAMES[answer].capitalize()


def _switch(row: pd.Series, each: Assumption) -> str:
    if is_missing(row["switch"]):
        return NONE
    return f"{figure(each, row['switch'])} ({'inside' if row['inside'] else 'outside'})"


def two_way_sentences(squares: pd.DataFrame) -> list[str]:
    """What productivity and leaving do to the gross gap together, and against each other. Takes two_way."""
    best, worst = squares.loc[squares["gross"].idxmin()], squares.loc[squares["gross"].idxmax()]
    told = (
        f"With {_square(best)} the gross gap would be {wte(best['gross'])} WTE; with {_square(worst)} it would be "
        f"{wte(worst['gross'])}."
    )
    level = float(squares["productivity"].median())
    across = squares[squares["productivity"] == level].set_index("leaving")["gross"]
    down = squares[squares["leaving"] == 0].set_index("productivity")["gross"]
    fewer = float(across.loc[0] - across.loc[across.index.min()])
    faster = float(down.iloc[0] - down.iloc[-1])
    return [
        f"{told} With as many leaving, going from {percent(down.index[0])} to {percent(down.index[-1])} of "
        f"productivity a year takes {wte(faster)} WTE off the gap; with productivity at {percent(level)}, "
        f"{_whole_percent(-across.index.min())} fewer leaving takes off {wte(fewer)}."
    ]


def _square(row: pd.Series) -> str:
    return (
        f"productivity growing {percent(row['productivity'])} a year and {lower(_leaving(row['leaving'], 'leaving'))}"
    )


def _leaving(change: float, word: str = "leave") -> str:
    """A change of the rate of leaving, in words: 30% fewer leave."""
    if not change:
        return f"As many {word}"
    return f"{_whole_percent(abs(change))} {'fewer' if change < 0 else 'more'} {word}"


def two_way_table(squares: pd.DataFrame) -> pd.DataFrame:
    """The gross gap by productivity (rows) and leaving (columns), as charts.heat_map takes it."""
    wide = squares.pivot(index="productivity", columns="leaving", values="gross")
    rows = [f"Productivity {percent(level)} a year" for level in wide.index]
    columns = [_leaving(float(change)) for change in wide.columns]
    return wide.set_axis(rows, axis=0).set_axis(columns, axis=1).rename_axis("productivity", axis=0)


def _range(each: Assumption) -> str:
    return figure(each, each.low or 0.0, each.high or 0.0)


def _of(indices: pd.DataFrame, answer: str) -> pd.DataFrame:
    return indices[indices["answer"] == answer]


def _interval(rows: pd.DataFrame, name: str) -> list[str]:
    ends = rows[[f"{name}_low", f"{name}_high"]].clip(lower=0.0)
    return [f"{percent(low)} to {percent(high)}" for low, high in ends.itertuples(index=False)]


def _says(name: object) -> str:
    return next(group.says for group in groups() if group.name == name)


def _rows(frame: pd.DataFrame) -> Sequence[pd.Series]:
    return [row for _, row in frame.iterrows()]


def _whole_percent(share: float) -> str:
    return f"{rounded(share * 100, 0)}%"
