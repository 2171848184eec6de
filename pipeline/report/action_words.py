"""Sentences and tables about the actions of a plan, and about the people its training routes will bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import pandas as pd

from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action
from pipeline.report.disclosure import HIDDEN, Disclosed, named_rule, protect
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, is_missing, join, month, plain, plural, pounds, wte, wte_written

TERMS = ("short", "medium", "long")
EFFECT_NOTE = (
    "Effects here are the owners' own estimates of effective WTE once in full; the model's are in the tables above. "
    "WTE are rounded row by row, so rows may add up to one or two more or fewer than all actions together."
)
ARRIVALS_NOTE = (
    "Expected values: those who began (or places, where an intake is still to begin) × share who complete × join the "
    "NHS × stay here × WTE a head. Courses and jobs change, so read the trend and not the decimal."
)

TIMELINES_NOTE = "Numbers are people expected in post here, who arrive where the diamond stands."


def states(actions: Sequence[Action], chosen: Chosen | None) -> dict[str, str]:
    """How each action stands, by id: chosen, or how far it is; nothing where no set was chosen."""
    if chosen is None:
        return {}
    return {action.id: "chosen" if action.id in chosen.ids else action.status for action in actions}


def action_sentences(listed: pd.DataFrame) -> list[str]:
    """How many actions there are by term, and what their owners expect of them together."""
    numbers = listed["term"].value_counts()
    terms = [f"{count(numbers[term])} {term}" for term in TERMS if term in numbers]
    brings = f"{wte(listed['wte'].sum())} WTE once"
    costs = f"for {pounds(listed['recurrent'].sum())} a year and {pounds(listed['capital'].sum())} of capital"
    if len(listed) == 1:
        return [
            f"The plan lists 1 action, {listed['term'].iloc[0]} term. By its owner's own estimate it brings {brings} "
            f"in full, {costs}."
        ]
    return [
        f"The plan lists {plural(len(listed), 'action')}: {join(terms)} term. By their owners' "
        f"own estimates they bring {brings} all are in full, {costs}."
    ]


def themes_table(listed: pd.DataFrame) -> pd.DataFrame:
    """A row a theme and level: how many actions, by term, and what they bring and cost together."""
    terms = {f"{term}_term": (listed["term"] == term).astype(int) for term in TERMS}
    counted = listed.assign(actions=1, **terms)
    return counted.groupby(["theme", "level"], as_index=False)[["actions", *terms, "wte", "recurrent", "capital"]].sum()


def actions_of(listed: pd.DataFrame, theme: str, modelled: pd.DataFrame | None = None) -> pd.DataFrame:
    """The actions of one theme, those of the whole system first, soonest in full effect first.

    `modelled` are rows of portfolio_tables.action_rows, where the model has worked out what each brings.
    """
    own = listed[listed["theme"] == theme]
    ordered = own.assign(system_first=own["level"] != "ICS").sort_values(["system_first", "lead_months", "id"])
    ranges = [f"{wte(row.wte)} ({wte(row.wte_low)} to {wte(row.wte_high)})" for row in ordered.itertuples()]
    shown = ordered.assign(owner_estimates=ranges)
    columns = ["id", "title", "level", "term", "owner", "recurrent", "capital", "owner_estimates"]
    if modelled is None:
        return shown[columns]
    by_id = {row.id: row for row in modelled.itertuples()}
    known = [by_id[name] for name in ordered["id"]]
    effects = ["–" if is_missing(row.relief) else wte(row.relief) for row in known]
    states = ["yes" if row.chosen else row.status if is_missing(row.relief) else "no" for row in known]
    return shown.assign(model_says=effects, chosen=states)[[*columns, "model_says", "chosen"]]


def training_sentences(
    arriving: pd.DataFrame, base_month: dt.date, unknown: Sequence[str], left_out: int = 0
) -> list[str]:
    """Who is expected to arrive by training after the base month. Takes arrivals_by_year and routes not described.

    `left_out` is how many intakes are not among them, since few people began.
    """
    sentences = []
    if len(arriving):
        total, still = arriving["wte"].sum(), arriving["wte_to_begin"].sum()
        first, last = arriving["financial_year"].min(), arriving["financial_year"].max()
        when = f"in {first}" if first == last else f"from {first} to {last}"
        begin = f", {wte(still)} of them from intakes that have not begun" if still else ""
        sentences.append(
            f"Training on file is expected to bring **{wte(total)} WTE** ({count(arriving['people'].sum())} people) "
            f"into post here {when}{begin}."
        )
    else:
        sentences.append(f"No intake on file is expected to bring anyone into post after {month(base_month)}.")
    if left_out:
        sentences.append(f"{plural(left_out, 'intake')} of few people {agree(left_out, 'is', 'are')} not counted here.")
    if unknown:
        sentences.append(
            f"{join(map(plain, unknown))} {agree(len(unknown), 'has', 'have')} intakes and no route that says who "
            "completes, so nobody is expected from there."
        )
    return [" ".join(sentences)]


def arrivals_table(arriving: pd.DataFrame, few: pd.DataFrame | None = None, rule: str = "none") -> Disclosed:
    """WTE expected by profession, a column a financial year, and their total.

    `few` are the same of intakes of few people alone: where these have any, the WTE is hidden, and the total with it.
    """
    wide = _by_year(arriving)
    there = pd.DataFrame(False, index=wide.index, columns=wide.columns)
    if few is not None and len(few):
        there |= _by_year(few).notna().reindex_like(wide).eq(True)
    marks = there.assign(total=there.any(axis="columns"))
    whole = wide.assign(total=wide.sum(axis=1))
    shown = whole.mask(marks).reset_index()
    hidden = marks.reset_index(drop=True).reindex(columns=shown.columns, fill_value=False)
    return Disclosed(
        name_pillars(shown), hidden, FEW_ARRIVE.format(few=named_rule(rule).hide_to + 1) if marks.any(axis=None) else ""
    )


def _by_year(arriving: pd.DataFrame) -> pd.DataFrame:
    wide = arriving.pivot_table(index=["pillar", "profession"], columns="financial_year", values="wte", aggfunc="sum")
    return wide.rename_axis(columns=None)


FEW_ARRIVE = (
    f"{HIDDEN} stands for what intakes bring of which under {{few}} people began, hidden so that nobody can be "
    "identified."
)


def timelines(expected: pd.DataFrame, base_month: dt.date, few: pd.Series | None = None) -> pd.DataFrame:
    """Intakes as a chart of timelines takes them: those still in training or still to arrive after the base month.

    Takes the result of arrivals. A line a route, in groups by pillar; intakes that have not begun are planned. Of the
    intakes that are `few` (training_disclosure.few_in_some) the number of people is missing.
    """
    told = expected if few is None else expected.assign(people=expected["people"].mask(few))
    ahead = told[told["arrives"] > pd.Timestamp(base_month)]
    columns = ["pillar", "route", "starts_on", "ends_on", "arrives", "people", "begun"]
    named = name_pillars(ahead.sort_values(["pillar", "route", "starts_on"])[columns])
    kinds = named["begun"].map({True: "begun", False: "planned"})
    shown = named.rename(columns={"route": "row", "pillar": "group", "starts_on": "starts", "ends_on": "ends"})
    return shown.assign(kind=kinds)[["row", "group", "starts", "ends", "arrives", "people", "kind"]]


def timelines_note(rows: pd.DataFrame) -> str:
    """The sentence under timelines, and what a marker without a number is. Takes the result of timelines."""
    unsaid = " A diamond without a number is of few people, whose number is hidden so that nobody can be identified."
    return TIMELINES_NOTE + (unsaid if rows["people"].isna().any() else "")


def routes_shown(routes: pd.DataFrame) -> pd.DataFrame:
    """Routes for a reader: length, the shares that make the yield, and WTE in post for 100 who begin."""
    columns = ["route", "profession", "length_months", "completes", "joins_nhs", "stays_local", "participation"]
    shown = routes[[*columns, "wte_in_post"]].assign(source=routes["source"].fillna("placeholder: no source given"))
    return shown.rename(columns={"wte_in_post": "wte_for_100_starters"})


def trainees_shown(trainees: pd.DataFrame, rule: str = "none", few: Collection[str] = ()) -> Disclosed:
    """Trainees and the staff who supervise them, with what the placement cap says, in words.

    Small numbers of trainees are hidden by a rule, with the staff for them, whose hours are a multiple of theirs; so
    are those of the routes `few`, of which some year's starters are hidden.
    """
    # As they are written, so that nothing stands above a cap that it reads the same as.
    over = trainees["trainees"].map(wte_written).astype("float64") > trainees["cap"].astype("float64")
    words = over.map({True: "above the cap", False: "within the cap"}).mask(trainees["cap"].isna(), "no cap given")
    columns = ["route", "profession", "trainees", "cap", "placements", "supervision_wte"]
    also = trainees["route"].isin(list(few)).to_frame("trainees")
    shown = protect(
        trainees.assign(placements=words)[columns], ["trainees"], rule=rule, public=["cap", SUPERVISION], also=also
    )
    few = shown.hidden.assign(**{SUPERVISION: shown.hidden["trainees"]})
    return Disclosed(shown.frame.mask(few), few, shown.says)


SUPERVISION = "supervision_wte"


def intakes_shown(intakes: pd.DataFrame, rule: str = "none") -> Disclosed:
    """Starters of places by route, a column a financial year: 9 of 10; places alone where none have begun yet.

    Small numbers of starters are hidden by a rule; places are offered whether anybody comes or not.
    """
    kept = protect(intakes, ["starters"], rule=rule, public=["places"])
    few = kept.hidden["starters"]
    began = kept.frame["starters"].map(lambda value: "" if is_missing(value) else f"{count(value)} of ")
    said = began.mask(few, f"{HIDDEN} of ") + kept.frame["places"].map(count)
    wide = kept.frame.assign(said=said).pivot(index="route", columns="financial_year", values="said")
    shown = wide.astype(object).rename_axis(columns=None).reset_index()
    return Disclosed(shown, pd.DataFrame(False, index=shown.index, columns=shown.columns), kept.says)


INTAKES_NOTE = "Starters of places; places alone where an intake has yet to begin. A dash: no intake on file."
