"""Sentences and tables about staff needed by band, and how far today's skill mix is from the plan's table."""

from __future__ import annotations

import pandas as pd

from pipeline.model.skill_mix_ahead import MixAhead
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import join, lower, month, percent, plain, plural, wte

BANDS_NOTE = (
    "Needed: the middle of the calculations for each profession; counted tests that the table of skill mix speaks of "
    "are shared over bands as it says, all else as the bands in post today. With the mix reached: professions too "
    "do what the table says, where it is known what they do today. Bands with under half a WTE are left out."
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


def bands_sentences(bands: pd.DataFrame, horizon: pd.Timestamp) -> list[str]:
    """Where most staff are needed beyond those in post today, by band, and how much of it rests on the table.

    Takes the result of skill_mix_ahead.by_band.
    """
    more = (bands["needed"] - bands["in_post"]).sort_values(ascending=False)
    largest = [number for number in more.index[:3] if more[number] >= 1]
    need = bands["needed"].sum()
    shared = (bands["needed"] * bands["by_table"]).sum() / need if need else 0.0
    told = (
        f"The table of skill mix says who is to do {percent(shared)} of the work; the rest is shared over bands as "
        "they are in post today."
        if shared
        else "No table of skill mix speaks of counted work, so need is shared over bands as they are in post today."
    )
    if not largest:
        return [f"No band is to grow by a WTE or more. {told}"]
    named = [f"{_named(bands.loc[number])} ({wte(more[number])} WTE)" for number in largest]
    return [f"In {month(horizon)}, most is needed beyond the staff in post today in {join(named)}. {told}"]


def bands_table(bands: pd.DataFrame, known: pd.Index) -> pd.DataFrame:
    """Staff in post and needed by band for a reader, those that change most first.

    Rows that are not `known` to the reader, who is shown no number of theirs, are last: their place would tell of it.
    """
    kept = bands[bands[["in_post", "needed", "if_reached"]].max(axis=1) >= LEAST]
    shown = name_pillars(kept).assign(band=kept["band"].map(band_name), more=kept["needed"] - kept["in_post"])
    columns = ["profession", "pillar", "band", "in_post", "needed", "more", "if_reached"]
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
    change = (works["wte_wanted"] - works["wte_now"]).groupby(works["profession"], sort=False).sum()
    largest = change[change.abs().sort_values(ascending=False, kind="stable").index]
    parts = [_change(profession, wte_more) for profession, wte_more in largest.items() if abs(wte_more) >= 1][:MOST]
    guessed = works.loc[works["guessed"], "work"].nunique()
    told = (
        f"If work were shared as the table says, most would change in {month(horizon)} for these: {join(parts)}."
        if parts
        else "Work is shared as the table says already, within a WTE for each profession."
    )
    rests = (
        f" What is done now rests on a placeholder for {plural(guessed, 'work')}, so this shows a direction at most."
    )
    return [" ".join(part for part in (told + (rests if guessed else ""), left_out) if part)]


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
