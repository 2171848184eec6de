"""Sentences about the figures, written as a careful analyst would: what, how much, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.actions.library import Action
from pipeline.metrics.places import share_aged
from pipeline.metrics.scope import Scope
from pipeline.model.supply.system import INTO, OUT
from pipeline.plan import PILLAR_NAMES, Plan
from pipeline.report.words import change, count, date, join, lower, month, percent, plain, plural, wte, wte_written
from pipeline.tables.published import LOCAL

ROW_NAMES = {**PILLAR_NAMES, "outside": "outside the four pillars", "unmapped": "not mapped"}
"""How the pillar of a row is written, which may be none of the four."""


def name_pillars(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with pillars written as a table or a chart would head them."""
    return frame.assign(pillar=frame["pillar"].map(ROW_NAMES).str.capitalize())


NAMED_AT_MOST = 4
"""Employers and months that a note names before it counts the rest."""
LEVEL = 0.005
"""A change smaller than this share of the figure is called level."""


def waits_sentences(by_pillar: pd.DataFrame, standard: float) -> list[str]:
    """Waits against the six-week standard: a sentence on the whole and one on each pillar's change.

    `by_pillar` has pillar, month, waiting and waiting_6_plus for every month.
    """
    if by_pillar.empty:
        return []
    months = by_pillar.groupby("month")[["waiting", "waiting_6_plus"]].sum().sort_index()
    now, first = months.iloc[-1], months.iloc[0]
    whole = f"At the end of {month(months.index[-1])}, {_were_waiting(now)}. The standard allows {percent(standard)}."
    if len(months) == 1 or not months["waiting"].any():
        return [whole]
    moves = [
        f"{ROW_NAMES[str(pillar)]} {_moved(rows.sort_values('month'))}" for pillar, rows in by_pillar.groupby("pillar")
    ]
    since = (
        f"Since {month(months.index[0])} the share over six weeks went {_from_to(first, now)} in all: {join(moves)}."
    )
    return [whole, since]


def _were_waiting(row: pd.Series) -> str:
    waiting, long = row["waiting"], row["waiting_6_plus"]
    if waiting == 0:
        return "nobody was waiting for a key test"
    if waiting == 1:
        return f"**1 patient** was waiting and had waited {'six weeks or more' if long else 'less than six weeks'}"
    long_waits = f"{count(long)} of them (**{_share(row)}**) had waited six weeks or more"
    return f"**{count(waiting)} patients** were waiting and {long_waits}"


def _share(row: pd.Series) -> str:
    return percent(row["waiting_6_plus"] / row["waiting"]) if row["waiting"] else "none"


def _from_to(first: pd.Series, last: pd.Series) -> str:
    return f"from {_share(first)} to {_share(last)}"


def _moved(rows: pd.DataFrame) -> str:
    return _from_to(rows.iloc[0], rows.iloc[-1])


DATASETS = {"dm01": "DM01", "did": "Diagnostic Imaging Dataset", LOCAL: "Employers' own counts"}


def incomplete_table(incomplete: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Months of tests that are missing or not whole, a row an employer, data set, month and reason, with the tests."""
    reasons = {"missing": "no count", "low": "far below the usual"}
    named = scope.named(incomplete, "provider").rename(columns={"provider": "employer", "test": "tests"})
    shown = named.assign(dataset=named["dataset"].map(DATASETS), why=named["why"].map(reasons))
    keys = ["employer", "dataset", "month", "why"]
    return shown.groupby(keys, as_index=False)["tests"].agg(lambda tests: join(sorted(tests)))


def incomplete_note(incomplete: pd.DataFrame, dataset: str, scope: Scope) -> str:
    """Which employers' counts of a data set are not whole in which months, so that a dip is not read as a fall."""
    own = incomplete[incomplete["dataset"] == dataset]
    pairs = own.drop_duplicates(["provider", "month"]).sort_values(["month", "provider"])
    named = scope.named(pairs, "provider")
    parts = [f"{row.provider} in {month(row.month)}" for row in named.itertuples()]
    if len(parts) > NAMED_AT_MOST:
        parts = [*parts[: NAMED_AT_MOST - 1], f"{count(len(parts) - NAMED_AT_MOST + 1)} more"]
    return f"Missing or not whole: {join(parts)}; chapter 15 lists them." if parts else ""


IMAGING_NOTE = (
    "Each modality is compared over the same months of both years: a calendar month in which some count is missing or "
    "not whole is left out of both (chapter 15 lists them). Months are as published, rounded to 5; recent ones can be "
    "provisional. Trusts that merged are counted with the system throughout."
)


def growth_sentences(changes: pd.DataFrame, first_year: str, last_year: str) -> list[str]:
    """How imaging by modality changed over the same months of two years. `changes` has test, first, last, change."""
    known = changes.dropna(subset=["change"]).sort_values("last", ascending=False)
    if known.empty or first_year == last_year:
        return []
    large = known.head(4)
    parts = [
        f"{plain(row.test)} about level at {count(row.last)}"
        if abs(row.change) < LEVEL
        else f"{plain(row.test)} {change(row.first, row.last, count)}"
        for row in large.itertuples()
    ]
    return [
        f"Over the same months of {first_year} and {last_year}, of the modalities with the most tests: "
        f"{'; '.join(parts)}."
    ]


def sickness_sentence(pooled: pd.DataFrame, months: pd.Series) -> list[str]:
    """Sickness by employer, pooled over `months`. `pooled` has employer (names), days_lost and days_available."""
    if pooled.empty:
        return []
    whole = pooled["days_lost"].sum() / pooled["days_available"].sum()
    parts = [f"{plain(row.employer)} {percent(row.rate)}" for row in pooled.sort_values("rate").itertuples()]
    return [
        f"Over the latest {plural(months.nunique(), 'month')} on file (to {month(months.max())}) **{percent(whole)}** "
        f"of available days were lost to sickness, all staff groups together: {join(parts)}. The publication does not "
        "split off diagnostic staff."
    ]


def centre_sentences(centres: pd.DataFrame, unplaced: int) -> list[str]:
    """How many centres there are, how many open long hours, and how many on the map belong to a board nobody knows.

    Nothing where the files have no centre at all.
    """
    sentences = []
    if len(centres):
        long_hours = int(centres["open_12_7"].eq(True).sum())
        of_them = "all" if long_hours == len(centres) > 1 else count(long_hours)
        sentences.append(
            f"The map shows {plural(len(centres), 'centre')} in the ICS, of which {of_them} "
            f"{agree(long_hours, 'opens', 'open')} 12 hours a day, 7 days a week. An opening date is shown where the "
            "operational list has a centre of the same name."
        )
    if unplaced:
        sentences.append(
            f"{plural(unplaced, 'centre')} on the map {agree(unplaced, 'carries', 'carry')} a board's code that no "
            "organisations file of the plan has, most often a board that has since merged, so whether "
            f"{agree(unplaced, 'it belongs', 'they belong')} here is not known."
        )
    return [" ".join(sentences)] if sentences else []


def population_sentence(population: pd.DataFrame) -> str:
    """How many people are served and how many are 65 and over, who need most tests."""
    total = population["persons"].sum()
    return (
        f"**{count(total)} people** were registered with a GP in the ICS on "
        f"{date(population['as_of'].max())}; {percent(share_aged(population, 65))} were 65 or over and "
        f"{percent(share_aged(population, 85))} 85 or over. Deprivation, and staff by sex, ethnicity and disability, "
        "are in none of the files read here: what the plan means for them is to be assessed beside it."
    )


def decision_sentence(plan: Plan) -> str:
    """The decision asked, as the plan's owner wrote it."""
    asked = plan.file.governance.decision
    return plain(asked) if asked else "No decision has been entered yet (in plan.yaml, under governance)."


def summary_sentences(
    found: pd.DataFrame,
    gaps: pd.DataFrame,
    parts: pd.DataFrame,
    actions: list[Action],
    covers_all: bool,
    compared: pd.DataFrame,
    funded: float | None = None,
    chosen: Sequence[str] = (),
    beyond: pd.DataFrame | None = None,
) -> list[str]:
    """The summary page in five short paragraphs: what is proposed, where we are, the gap, why, and how sure.

    `parts` are the parts of the gap (part, wte) if present trends go on, `covers_all` says whether the files hold every
    staff group of every employer, `compared` is the scenario summary, `funded` the WTE of funded posts where all are on
    file, `chosen` what is said of the set of actions that is chosen, and `beyond` the result of gap_ahead.beyond_whole.
    """
    values = {row.key: row for row in found.itertuples()}
    told = {
        "What is proposed": [*chosen] or _proposed(actions),
        "Where we are": _where(values, covers_all),
        "The gap": [
            *_gap(values),
            *_beside(values, compared, funded),
            *_beyond(values, beyond),
            *as_plans_turn_out(beyond),
        ],
        "Why": [*_why(gaps), *_drivers(parts)],
        "How sure": _trust(values),
    }
    return [f"**{name}.** {' '.join(sentences)}" for name, sentences in told.items() if sentences]


def _where(values: dict[str, Any], covers_all: bool) -> list[str]:
    sentences = []
    if "staff_in_post" in values:
        staff = values["staff_in_post"]
        sentences.append(f"The files show {wte(staff.value)} {plain(staff.label)}.")
        if not covers_all:
            sentences.append("They do not hold every staff group of every employer (chapter 4).")
    if "waiting" in values:
        waiting, share = values["waiting"], values["waiting_6_plus_share"]
        were, long = agree(int(waiting.value), "was", "were"), percent(share.value)
        label = waiting.label.removeprefix("patients waiting ")
        sentences.append(
            f"{plural(waiting.value, 'patient')} {were} waiting {label}, and {long} had waited six weeks or more."
        )
    return sentences


def _gap(values: dict[str, Any]) -> list[str]:
    if "gap_gross_horizon" not in values:
        return ["The gap between staff needed and staff in post cannot be worked out from these files."]
    gross, net = values["gap_gross_horizon"], values["gap_net_horizon"]
    label = plain(gross.label.replace("missing", "will be missing", 1))
    return [
        f"About {wte(gross.value)} {label} (P10 to P90: {wte(gross.low)} to {wte(gross.high)}); net {wte(net.value)} "
        f"({wte(net.low)} to {wte(net.high)})."
    ]


def _beside(values: dict[str, Any], compared: pd.DataFrame, funded: float | None) -> list[str]:
    """What the gap leaves out, whether there may be enough staff in all, and whether it is one of staff or of posts."""
    if "gap_gross_horizon" not in values:
        return []
    first, net = compared.iloc[0], values["gap_net_horizon"]
    told = [f"{not_in_gap('it')}, so empty posts do not add to it."]
    if net.low < 0:
        enough = count(round(100 * (1.0 - first["share_short"])))
        told.append(f"In {enough} of 100 calculations there are enough staff in all, though not everywhere.")
    if funded is not None:
        told.append(_posts_or_staff(float(first["needed_p50"]), funded))
    return told


def not_in_gap(gap: str) -> str:
    """What the gap leaves out, and where it starts from, without a full stop; `gap` is how it is called."""
    return (
        f"Clearing waiting lists and later centres are not in {gap}; today's staff are taken to be what today's work "
        "needs"
    )


def _posts_or_staff(needed: float, funded: float) -> str:
    """Takes posts as the model holds them, where those of doctors in training are funded as they are filled."""
    more = wte_written(needed) - wte_written(funded)
    rest = f"at least {wte(more)} posts would be new" if more > 0 else "staff are what is missing in all, not posts"
    return f"{wte(needed)} WTE are needed then; {wte(funded)} are funded today, vacant training posts left out: {rest}."


def _beyond(values: dict[str, Any], beyond: pd.DataFrame | None) -> list[str]:
    if "beyond_plan_gross" not in values:
        return []
    gross, net = values["beyond_plan_gross"], values["beyond_plan_net"]
    label = plain(held_after_its_end(gross.label.replace("needed", "will be needed", 1), beyond))
    return [f"Up to {wte(gross.value)} {label} ({wte(gross.low)} to {wte(gross.high)}); net {wte(net.value)}."]


def held_after_its_end(label: str, beyond: pd.DataFrame | None) -> str:
    """A label that names the operational plan, with the month after which the plan is held, if before the horizon.

    Takes the result of gap_ahead.beyond_whole.
    """
    if beyond is None or beyond.empty or not beyond["ends"].iloc[0] < beyond["month"].iloc[0]:
        return label
    named = "the operational plan"
    return label.replace(named, f"{named} (held as at its end, {month(beyond['ends'].iloc[0])})", 1)


def as_plans_turn_out(beyond: pd.DataFrame | None) -> list[str]:
    """Staff needed beyond the operational plan as it would come out if it fared as past plans did, where that is more.

    Takes the result of gap_ahead.beyond_whole; nothing where there is none.
    """
    if beyond is None or beyond.empty:
        return []
    sent, corrected = (float(value) for value in beyond["gross_p50"])
    if corrected - sent < 1:
        return []
    return [f"If the plan falls short as past ones did, {wte(corrected)} WTE are needed beyond it."]


def _why(gaps: pd.DataFrame) -> list[str]:
    short = gaps[gaps["p50"] > 0].sort_values("p50", ascending=False).head(2)
    if short.empty:
        return []
    parts = [f"{plain(lower(row.profession))} ({wte(row.p50)} WTE)" for row in short.itertuples()]
    largest = agree(len(parts), "The largest group is", "The largest groups are")
    return [f"{largest} {join(parts)}."]


def _drivers(parts: pd.DataFrame) -> list[str]:
    """How far work grows, how many leave and come meanwhile, what all other parts make, and the gap they add up to."""
    if parts.empty:
        return []
    sums: dict[str, float] = parts.groupby("part")["wte"].sum().to_dict()
    grows, older, output = (sums.get(name, 0.0) for name in ("growth", "demography", "productivity"))
    leave = sum(sums.get(name, 0.0) for name in OUT)
    come = -sum(sums.get(name, 0.0) for name in INTO)
    asked = [f"growth of tests asks for {wte(grows)} WTE more"] if grows >= 1 else []
    asked += [f"an older population for {wte(older)}"] if older >= 1 else []
    taken = f"; a higher output of each WTE saves {wte(-output)}" if output <= -1 and asked else ""
    work = f"{join(asked)}{taken}. Meanwhile " if asked else "meanwhile "
    whole = sum(sums.values())
    rest = whole - (grows + older + output + leave - come)
    others = f"; bank, agency, hours and all else make {wte(rest)}" if abs(rest) >= 1 else ""
    told = f"{work}{wte(leave)} WTE leave and {wte(come)} come{others}. In all: {wte(whole)}, the mean net gap."
    return [f"{told[:1].upper()}{told[1:]}"]


def _trust(values: dict[str, Any]) -> list[str]:
    stand_ins = int(values["placeholders"].value)
    if not stand_ins or "gap_gross_horizon" not in values:
        return []
    return [f"Local figures should replace the {plural(stand_ins, 'placeholder')} in use before posts are funded."]


def _proposed(actions: list[Action]) -> list[str]:
    if not actions:
        return ["No list of actions has been supplied yet."]
    quick = sum(action.term == "short" for action in actions)
    if len(actions) == 1:
        return [
            f"1 action is proposed, which {'can' if quick else 'cannot'} take full effect within a year of starting."
        ]
    return [
        f"{plural(len(actions), 'action')} are proposed, {quick} of which can take full effect within a year of "
        "starting."
    ]


def agree(number: int, one: str, several: str) -> str:
    """The words that go with one, or with none or several."""
    return one if number == 1 else several
