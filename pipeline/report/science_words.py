"""Sentences and tables about healthcare science by discipline, retirement, and staff for the people served."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.need import Comparison
from pipeline.metrics.retirement import HORIZONS, with_shares
from pipeline.metrics.scope import Scope
from pipeline.report.disclosure import Derive, Disclosed, protect
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, join, lower, percent, plain, plural, wte
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte, relabelled

NEED_NOTE = (
    "People are those registered with a GP of the system; weights for age are placeholders (section 12 of the method)."
)
RETIREMENT_NOTE = (
    "Within 1, 3 and 5 years leave out those of that age already, and so does the share; the indicators of chapter 4 "
    "count them in. Expected numbers: the people of an age band are spread evenly over its ages. Nobody has to retire "
    "then."
)


def disciplines_sentences(seen: pd.DataFrame, held: HeldWte = NOTHING_HELD) -> list[str]:
    """How many disciplines of healthcare science the files show, the largest, and those that nobody is counted in.

    Takes the result of disciplines.seen.
    """
    there = seen[seen["employers"] > 0]
    if there.empty:
        return []
    there = there.assign(discipline=_short(there["profession"]))
    top = there.sort_values("wte", ascending=False).iloc[0]
    said = "" if held.has(pillar=top["pillar"], profession=top["profession"]) else f" ({wte(top['wte'])})"
    sentences = [
        f"The files show healthcare scientists in {count(len(there))} of {plural(len(seen), 'discipline')}: "
        f"**{wte(there['wte'].sum())} WTE**, the largest in {plain(lower(top['discipline']))}{said}."
    ]
    absent = [plain(lower(name)) for name in _short(seen.loc[seen["employers"] == 0, "profession"])]
    if absent:
        sentences.append(
            f"Nobody is counted in {join(absent)}; {agree(len(absent), 'its', 'their')} staff may stand under another "
            "name, or work elsewhere."
        )
    return [" ".join(sentences)]


def disciplines_table(
    seen: pd.DataFrame, by_employer: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD
) -> Disclosed:
    """WTE of each discipline by employer, with how many employers show somebody; those that nobody shows come last."""
    wide = by_employer.pivot_table(index="profession", columns="employer", values="wte", aggfunc="sum")
    ordered = wide.reindex(columns=[code for code in scope.employers if code in wide.columns])
    joined = seen[["pillar", "profession", "employers", "wte"]].join(ordered, on="profession")
    row = {"pillar": "@pillar", "profession": "@profession"}
    cells = {"wte": row, **{code: {"employer": code, **row} for code in ordered.columns}}
    shown = held.withhold(joined.sort_values("employers", ascending=False, kind="stable"), cells)
    names = {"profession": "discipline", **scope.names}
    found = relabelled(shown, lambda frame: frame.assign(profession=_short(frame["profession"])).rename(columns=names))
    return Disclosed(found.frame.drop(columns="pillar"), found.hidden.drop(columns="pillar"), found.says)


def _short(professions: pd.Series) -> pd.Series:
    """The discipline alone: what stands after the colon of a profession."""
    short: pd.Series = professions.str.split(": ", n=1).str[-1].str.capitalize()
    return short


def retirement_table(exposure: pd.DataFrame, rule: str, hidden: pd.DataFrame | None = None) -> Disclosed:
    """People past the retirement age, and who reach it within 1, 3 and 5 years, with the share of five years.

    Takes the result of retirement.retirement_by by pillar and profession. Small numbers are hidden by a rule, and the
    counts of `hidden` besides (staff_disclosure.ages_hidden). Those of 1 and 3 years are a part of those of 5 by
    arithmetic alone: like the share, they are made again from what is left.
    """
    counts = ["people", "reached", *(f"within_{years}" for years in HORIZONS)]
    whole = {name: exposure[name].round().astype("Int64") for name in counts}
    named = name_pillars(exposure.assign(**whole))[["profession", "pillar", *counts, f"share_{HORIZONS[-1]}"]]
    share = f"share_{HORIZONS[-1]}"
    made = {name: _made_again(name, exposure) for name in [share, *(f"within_{years}" for years in HORIZONS[:-1])]}
    shown = protect(named, ["people", "reached", f"within_{HORIZONS[-1]}"], rule=rule, derived=made, also=hidden)
    names = {
        "reached": "of_that_age_already",
        **{f"within_{years}": f"within_{plural(years, 'year').replace(' ', '_')}" for years in HORIZONS},
        share: f"share_within_{HORIZONS[-1]}_years",
    }
    return Disclosed(shown.frame.rename(columns=names), shown.hidden.rename(columns=names), shown.says)


def _made_again(name: str, exposure: pd.DataFrame) -> Derive:
    return lambda kept: with_shares(_with_fewer_years(kept, exposure))[name]


def _with_fewer_years(kept: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """The counts with those of fewer years, as the part of those of most that they are."""
    longest = f"within_{HORIZONS[-1]}"
    whole = exposure[longest].where(exposure[longest] > 0)
    parts = {name: (exposure[name] / whole).fillna(0.0) for name in (f"within_{years}" for years in HORIZONS[:-1])}
    made = {name: (kept[longest].astype("Float64") * part).round() for name, part in parts.items()}
    return kept.assign(**made)


def boards_table(found: Comparison, names: dict[str, str], scope: Scope) -> pd.DataFrame:
    """Published WTE per 100,000 people of each board that can be compared, a row a board and pillar, highest first."""
    rates = found.rates.sort_values(["pillar", "wte_per_100000"], ascending=[True, False])
    board = [f"{names.get(area, area)}{' (this plan)' if area in scope.ics_codes else ''}" for area in rates["area"]]
    shown = name_pillars(rates.assign(board=board))
    return shown[["board", "pillar", "wte", *RATES]].rename(columns=RATES)


RATES = {"wte_per_100000": "WTE for 100,000 people", "wte_per_100000_weighted": "WTE for 100,000, weighted for age"}


def rates_table(rates: pd.DataFrame, held: HeldWte = NOTHING_HELD) -> Disclosed:
    """The result of need.system_rates for a reader, without pillars of few people."""
    shown = held.withhold(rates, {"wte": {"pillar": "@pillar"}}, told=list(RATES))
    return relabelled(shown, lambda frame: name_pillars(frame).rename(columns=RATES))


def left_out_sentences(found: Comparison, names: dict[str, str]) -> list[str]:
    """Which boards cannot be compared, because a trust's staff or the board's people are not on file."""
    areas = list(dict.fromkeys(found.left_out["area"]))
    if not areas:
        return []
    said = [plain(names.get(area, area)) for area in areas[:MOST_NAMED]]
    more = [f"{plural(len(areas) - MOST_NAMED, 'other board')}"] if len(areas) > MOST_NAMED else []
    return [
        f"Not every pillar of {join([*said, *more])} can be compared: some trust's published staff, or the people "
        "registered, are not on file."
    ]


MOST_NAMED = 4


TRAINEES = "training_places_per_100"
"""The indicator whose denominator is the staff of professions that a training route leads to."""


def without_route_sentences(latest: pd.DataFrame, held: HeldWte = NOTHING_HELD) -> list[str]:
    """The share of staff in professions that no training route leads to, and trainees over all staff.

    Takes latest_values. Nothing where either is not known, or where small teams are hidden, whose WTE it could tell.
    """
    whole = latest[(latest["organisation"] == SYSTEM) & (latest["pillar"] == ALL_PILLARS) & latest["value"].notna()]
    rows = whole.set_index("indicator")
    if TRAINEES not in rows.index or "staff_wte" not in rows.index or not held.groups.empty:
        return []
    trained, staff = (float(rows.loc[*cell]) for cell in ((TRAINEES, "denominator"), ("staff_wte", "numerator")))
    if staff - trained < 1:
        return []
    each = 100 * float(rows.loc[TRAINEES, "numerator"]) / staff
    return [
        f"{percent(1 - trained / staff)} of the WTE in post are in professions that no training route on file leads "
        f"to. They are not among those to whom trainees and supervision are set; over all staff there are {wte(each)} "
        "trainees for 100 WTE in post."
    ]
