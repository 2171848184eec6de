"""Sentences and tables about staff needed by band, and how far today's skill mix is from the plan's table."""

from __future__ import annotations

import pandas as pd

from pipeline.model.skill_mix_ahead import MixAhead
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, join, lower, month, percent, plain, plural, wte

BANDS_NOTE = (
    "Needed: the middle of the calculations for each profession; counted tests that the table of skill mix speaks of "
    "are shared over bands as it says, all else as the bands in post today. With the mix reached: professions too "
    "do what the table says, where it is known what they do today. The bands of a profession add up to its own need, "
    "so one can grow by more than the profession does while others shrink. Rests on a guess: what the profession or "
    "others do of its work today is a placeholder, and so is how its need divides. Bands with under half a WTE are "
    "left out."
)
WORKS_NOTE = (
    "Shares of the hours of each work. Now: by the tests counted and the time that each profession has for them; "
    "within a profession, by those in post. Others who do some of a work, such as surgeons who do endoscopies, are in "
    "no share. WTE at the horizon. Rests on a guess: what some profession does of the work today is a placeholder, so "
    "the difference is one too; minutes for each test, sent as standards, would settle it."
)
MOST = 4
"""Professions that a sentence names."""
LEAST = 0.5
"""WTE below which a band is not shown."""


def bands_sentences(
    bands: pd.DataFrame, professions: pd.DataFrame, guesses: tuple[int, int], horizon: pd.Timestamp
) -> list[str]:
    """Where most staff are needed beyond those in post today, by band, and how much of it rests on the table.

    Takes the results of skill_mix_ahead.by_band and gap_ahead.gap_by by profession, both without what a reader may not
    see, and of skill_mix_ahead.works_guessed. A band of which a guess decides whether it grows is not named.
    """
    more = (bands["needed"] - bands["in_post"]).sort_values(ascending=False)
    settled = _settled(bands, professions)
    largest = [number for number in more.index if more[number] >= 1 and settled[number]][:3]
    unsettled = [number for number in more.index if more[number] >= 1 and not settled[number]]
    need = bands["needed"].sum()
    shared = (bands["needed"] * bands["by_table"]).sum() / need if need else 0.0
    told = (
        f"The table of skill mix says who is to do {percent(shared)} of the work; the rest is shared over bands as "
        "they are in post today."
        if shared
        else "No table of skill mix speaks of counted work, so need is shared over bands as they are in post today."
    )
    if not largest:
        none = "No band is to grow by a WTE or more" + (", whatever the placeholders" if unsettled else "")
        return [" ".join([f"{none}.", told, *_not_named(bands.loc[unsettled])])]
    named = [f"{_named(bands.loc[number])} ({wte(more[number])} WTE)" for number in largest]
    rests = _rests_on(guesses) if bands.loc[largest, "guessed"].any() else ""
    first = f"In {month(horizon)}, most is needed beyond the staff in post today in {join(named)}{rests}."
    whole = _whole(professions, list(dict.fromkeys(bands.loc[largest, "profession"])))
    return [" ".join([first, whole, *_not_named(bands.loc[unsettled]), told])]


def _settled(bands: pd.DataFrame, professions: pd.DataFrame) -> pd.Series:
    """Whether no guess decides that a band grows.

    It rests on none, or grows as it would with the bands of today and with the mix reached, as does its profession.
    """
    whole = bands.groupby("profession")[["in_post", "needed", "if_reached"]].transform("sum")
    of = professions.set_index("profession")
    known = {name: bands["profession"].map(of[name]).fillna(whole[name]) for name in ("in_post", "needed")}
    as_today = bands["in_post"] * (known["needed"] / known["in_post"].where(known["in_post"] > 0)).fillna(1.0)
    reached = known["needed"] + whole["if_reached"] - whole["needed"]
    grows = (
        (bands["if_reached"] > bands["in_post"])
        & (as_today > bands["in_post"])
        & (known["needed"] > known["in_post"])
        & (reached > known["in_post"])
    )
    return ~bands["guessed"] | grows


def _rests_on(guesses: tuple[int, int]) -> str:
    """How many works rest on a placeholder, after the bands that are named."""
    guessed, works = guesses
    return f"; how need divides between bands rests on a placeholder for {count(guessed)} of {plural(works, 'work')}"


def _whole(professions: pd.DataFrame, named: list[str]) -> str:
    """What becomes of the whole professions whose bands are named."""
    rows = professions.set_index("profession").reindex(named).dropna(subset=["needed"])
    parts = [
        f"{plain(lower(name))} {wte(row.in_post)} in post, {wte(row.needed)} needed" for name, row in rows.iterrows()
    ]
    so = "Bands add up to their profession, and one can grow by more than it does while others shrink"
    return f"{so}: {join(parts)}." if parts else f"{so}."


def _not_named(bands: pd.DataFrame) -> list[str]:
    """The professions of which a guess decides whether bands grow or shrink."""
    if bands.empty:
        return []
    who = join(dict.fromkeys(plain(lower(name)) for name in bands["profession"]))
    return [f"Whether more or fewer are needed in bands of {who} turns on a placeholder, so none of these is named."]


def bands_table(bands: pd.DataFrame, known: pd.Index) -> pd.DataFrame:
    """Staff in post and needed by band for a reader, those that change most first.

    Rows that are not `known` to the reader, who is shown no number of theirs, are last: their place would tell of it.
    """
    kept = bands[bands[["in_post", "needed", "if_reached"]].max(axis=1) >= LEAST]
    shown = name_pillars(kept).assign(band=kept["band"].map(band_name), more=kept["needed"] - kept["in_post"])
    shown = shown.assign(rests_on_a_guess=shown["guessed"].map({True: "Yes", False: "No"}))
    columns = ["profession", "pillar", "band", "in_post", "needed", "more", "if_reached", "rests_on_a_guess"]
    change = shown["more"].abs().where(shown.index.isin(known), -1.0)
    ordered = shown.loc[change.sort_values(ascending=False, kind="stable").index]
    return ordered[columns].rename(columns={"if_reached": "needed_with_the_mix_reached"})


def works_sentences(works: pd.DataFrame, found: MixAhead, horizon: pd.Timestamp) -> list[str]:
    """By how much professions would be more or fewer if the table's mix were reached, and what is not known.

    Takes the result of skill_mix_ahead.by_work.
    """
    unknown = found.mix.works.loc[~found.mix.works["known"], "work"]
    left_out = (
        f"Who does {join(plain(lower(name)) for name in unknown)} today is in no file, so "
        f"{agree(len(unknown), 'it is', 'they are')} not compared."
        if len(unknown)
        else ""
    )
    if works.empty:
        return [left_out or "No table of skill mix is on file, so today's mix cannot be set against it."]
    change, decided = _changes(works)
    large = [name for name, wte_more in change.items() if abs(wte_more) >= 1]
    parts = [_change(name, change[name]) for name in large if not decided[name]][:MOST]
    turning = [plain(lower(name)) for name in large if decided[name]]
    told = [
        f"If work were shared as the table says, most would change in {month(horizon)} for these: {join(parts)}."
        if parts
        else "",
        _no_direction(works, turning) if turning else "",
        left_out,
    ]
    same = "Work is shared as the table says already, within a WTE for each profession."
    return [" ".join(part for part in ([] if large else [same]) + told if part)]


def _changes(works: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """WTE more by profession if the table's mix were reached, largest first, and whether a guess decides which way.

    It does where works whose split is known come to less than a WTE of the profession, or to the other direction.
    """
    more, by = works["wte_wanted"] - works["wte_now"], works["profession"]
    change, known = (each.groupby(by, sort=False).sum() for each in (more, more.mask(works["guessed"], 0.0)))
    rests = works["guessed"].groupby(by, sort=False).any()
    largest = change.abs().sort_values(ascending=False, kind="stable").index
    return change[largest], rests & ~((change * known > 0) & (known.abs() >= 1))


def _no_direction(works: pd.DataFrame, turning: list[str]) -> str:
    """Of how many works today's split is a guess, and the professions for which that decides the direction."""
    guessed, every = works.loc[works["guessed"], "work"].nunique(), works["work"].nunique()
    return (
        f"What is done now rests on a placeholder for {count(guessed)} of {plural(every, 'work')}, which decides "
        f"whether the table asks for more or fewer {join(turning, 'or')}, so no direction is given for them."
    )


def works_table(works: pd.DataFrame) -> pd.DataFrame:
    """Who does each work now and who is to, for a reader."""
    shown = name_pillars(works).assign(
        band=works["band"].map(band_name),
        wte_more=works["wte_wanted"] - works["wte_now"],
        rests_on_a_guess=works["guessed"].map({True: "Yes", False: "No"}),
    )
    columns = ["work", "pillar", "profession", "band", "in_post", "share_now", "share_wanted", "wte_more"]
    return shown[[*columns, "rests_on_a_guess"]]


def band_name(band: object) -> str:
    """A band as a reader would say it: Band 6; grades of doctors stand as they are."""
    return f"Band {band}" if str(band)[:1].isdigit() else str(band)


def _band(band: object) -> str:
    """A band or a doctor's grade inside a sentence."""
    return f"band {band}" if str(band)[:1].isdigit() else str(band).lower()


def _named(row: pd.Series) -> str:
    return f"{plain(lower(row['profession']))}, {plain(_band(row['band']))}"


def _change(profession: object, wte_more: float) -> str:
    return f"{wte(abs(wte_more))} WTE {'more' if wte_more > 0 else 'fewer'} {plain(lower(profession))}"
