"""Sentences and tables about what the plan's own history says of the figures that the model uses."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.model.plan_bias import NO_PAST, OWN
from pipeline.model.posterior import Fitted
from pipeline.model.supply.recency import Choice
from pipeline.model.supply.seasons import Seasons
from pipeline.report.assumption_words import without_unit
from pipeline.report.disclosure import Disclosed, protect, too_few
from pipeline.report.narrative import agree
from pipeline.report.words import count, join, lower, month, percent, plain, plural

FITTED_NOTE = (
    "Before: the project's figure, or one that the plan gave, with its range (P10 to P90). Files alone: what the "
    "plan's own history says by itself; no range where it gives none. After: both, by how sure each is; the model uses "
    "this. What was counted for each stands with the assumptions in chapter 15. Two years give a growth but no range: "
    "that is a placeholder."
)
TEAMS_NOTE = (
    "People who left or moved to another employer, against those to be expected if people of these ages and careers "
    "left as they did at all employers together in the same years: 0% is as many, 50% half as many again. The bar "
    "holds eight in ten of what is likely. Small teams are drawn towards their employer and profession."
)
MEMORY_NOTE = (
    "Score: mean logarithm of the chance that the forecast gave to what came, the higher the better. All months count "
    "unless another choice is better by more than two standard errors of the difference."
)
BALANCE_NOTE = "People. Unexplained: what joiners, leavers and moves between professions do not account for."
RATE_WORDS = {"leaving": "leaving", "hiring": "hiring"}
ENDINGS = {"leaving": "leave", "hiring": "are hired"}
SHARES = ("share of staff a year", "share of transfers", "share of contracted time")


def fitted_sentences(table: pd.DataFrame) -> list[str]:
    """How many figures the plan's files settle, and the rate that they moved most. Takes prior_to_posterior."""
    if table.empty:
        return ["The plan's files hold no history from which a figure could be measured: every figure is as it came."]
    settled = table[table["grade"] == "measured"]
    first = (
        f"The plan's own files say something of {plural(len(table), 'figure')} that the model uses, and carry at least "
        f"half of the weight in {count(len(settled))}."
    )
    rates = table[table["unit"].isin(SHARES) & table["alone"].notna()]
    if rates.empty:
        return [first]
    moved = rates.loc[(rates["posterior"] / rates["prior"] - 1.0).abs().idxmax()]
    return [
        f"{first} The largest change is in “{lower(moved['assumption'])}”: {percent(moved['prior'])} was taken before, "
        f"the files alone say {percent(moved['alone'])} and carry {percent(moved['weight'])} of the weight, and the "
        f"model uses **{percent(moved['posterior'])}**{_p10_to_p90(moved['low'], moved['high'])}."
    ]


def _p10_to_p90(low: float, high: float) -> str:
    return f" (P10 to P90: {percent(low)} to {percent(high)})" if pd.notna(low) else ""


def stocks_sentences(fitted: list[Fitted], months: int) -> list[str]:
    """What can be said where no file gives joiners and leavers: only the net change. `months` is that of the flows."""
    if months:
        return []
    net = next((each for each in fitted if each.after.kind == "posts_growth"), None)
    said = "No file gives joiners and leavers, so only the net change of staff in post can be measured"
    if net is None:
        return [f"{said}, and there are too few years for that: all rates are assumptions."]
    return [
        f"{said}: {percent(net.alone[0])} a year by the plan's own files, which weigh {percent(net.weight)}. Posts are "
        f"taken to grow by {percent(net.after.value)} a year{_p10_to_p90(*_ends(net))}; who leaves and who is hired "
        "stays an assumption, with the wider range of one."
    ]


def _ends(found: Fitted) -> tuple[float, float]:
    low, high = found.after.low, found.after.high
    return (float("nan"), float("nan")) if low is None or high is None else (low, high)


def fitted_table(table: pd.DataFrame) -> pd.DataFrame:
    """Each figure before, by the files alone and after, for a reader."""
    shown = table.assign(
        before=_with_range(table, "prior", "prior_low", "prior_high"),
        files_alone=_with_range(table, "alone", "alone_low", "alone_high"),
        after=_with_range(table, "posterior", "low", "high"),
        weight_of_the_files=[percent(weight) for weight in table["weight"]],
        grade=table["grade"].where(table["range"] != "placeholder", table["grade"] + ", range a placeholder"),
    )
    return shown[["assumption", "before", "files_alone", "after", "weight_of_the_files", "grade"]]


def _with_range(table: pd.DataFrame, value: str, low: str, high: str) -> list[str]:
    return [
        without_unit(row["unit"], row[value]) + _range(row[low], row[high], row["unit"])
        if pd.notna(row[value])
        else "nobody was seen to"
        for row in table.to_dict("records")
    ]


def _range(low: float, high: float, unit: str) -> str:
    return f" ({without_unit(unit, low)} to {without_unit(unit, high)})" if pd.notna(low) else ""


def per_cent(value: float) -> str:
    """A number of per cent, as charts of this part have them."""
    return percent(value / 100)


def rates_chart(table: pd.DataFrame) -> pd.DataFrame:
    """The yearly rates of leaving before and after, in per cent, for a dumbbell chart: label, before, after."""
    own = table[table["unit"] == "share of staff a year"]
    return pd.DataFrame(
        {"label": own["assumption"], "before": 100 * own["prior"], "after": 100 * own["posterior"]}
    ).reset_index(drop=True)


def memory_sentences(choices: Mapping[str, Choice]) -> list[str]:
    """How far back each rate is measured and how that was chosen."""
    return [_memory(name, each) for name, each in choices.items()]


def _memory(name: str, choice: Choice) -> str:
    what = RATE_WORDS[name].capitalize()
    if choice.scores.empty:
        return f"{what} is measured over all months on file, which are too few to try whether fewer forecast better."
    dates = plural(int(choice.scores["origins"].iloc[0]), "past date")
    tried = f"of {count(len(choice.scores))} choices tried at {dates}"
    if choice.scores["chosen"].iloc[0]:
        return f"{what} is measured over all months on file: {tried}, none forecast the next year clearly better."
    return f"{what} is measured with the {choice.memory.name}: {tried}, this one forecast the next year best."


def memory_table(scores: pd.DataFrame) -> pd.DataFrame:
    """The score of each choice of months for each rate, for a reader."""
    shown = scores.assign(
        rate=scores["rate"].map(RATE_WORDS).str.capitalize(), months=scores["memory"].str.capitalize()
    )
    return (
        shown.rename(columns={"error": "standard_error"})
        .assign(used=["yes" if each else "" for each in scores["chosen"]])[
            ["rate", "months", "score", "better", "standard_error", "used"]
        ]
        .rename(columns={"better": "better_than_all"})
    )


def seasons_sentences(found: Mapping[str, Seasons]) -> list[str]:
    """Whether the month of the year is used for leaving and hiring."""
    return [_season(name, each) for name, each in found.items()]


def _season(name: str, found: Seasons) -> str:
    who = f"In which months more people {ENDINGS[name]}"
    if not found.origins:
        return f"{who} cannot be tried: there are too few years on file."
    if not found.used:
        return f"{who} is left out: months not yet known would not have been forecast better with it."
    names = pd.Series(found.factors, index=pd.date_range("2024-01-31", periods=12, freq="ME").strftime("%B"))
    return f"{who} is used: {names.idxmax()} has most, {names.idxmin()} fewest."


def teams_sentences(differ: pd.DataFrame, scope: Scope) -> list[str]:
    """Which teams clearly lose more people than others. Takes teams_that_differ."""
    more = differ[differ["p10"] > 0]
    if more.empty:
        return ["No team of any size clearly loses more people than its ages and careers would bring."]
    named = [
        f"{plain(lower(row['profession']))} at {plain(scope.names.get(row['employer'], row['employer']))} "
        f"({percent(row['p50'])} more)"
        for row in more.head(3).to_dict("records")
    ]
    return [
        f"{plural(len(more), 'team')} clearly {agree(len(more), 'loses', 'lose')} more people than ages and careers "
        f"would bring, above all {join(named)}."
    ]


def teams_chart(differ: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The teams that differ most, in per cent, for a chart of ranges: label, p10, p50, p90."""
    labels = [
        f"{row['profession'].split(': ')[-1].capitalize()}, {scope.names.get(row['employer'], row['employer'])}"
        for row in differ.to_dict("records")
    ]
    return pd.DataFrame({"label": labels, **{name: 100 * differ[name] for name in ("p10", "p50", "p90")}})


def balance_sentences(by_employer: pd.DataFrame, scope: Scope, rule: str = "none") -> list[str]:
    """How well joiners and leavers explain the change in staff. Takes balance_by_employer."""
    if by_employer.empty:
        return ["No month has staff at both ends, joiners and leavers, so they cannot be held against each other."]
    heads, rest = by_employer["heads"].sum(), (by_employer["mean"] * 12).sum()
    apart = by_employer.loc[(by_employer["mean"].abs() + by_employer["sd"]) > 0, "employer"]
    merged = by_employer[by_employer["merged"] >= 1]
    if apart.empty:
        first = "Joiners, leavers and moves between professions explain every change in the number of staff on file."
    else:
        named = join([plain(scope.names.get(code, code)) for code in apart])
        first = (
            f"Joiners and leavers leave {count(abs(rest))} people a year unexplained ({percent(abs(rest) / heads)} of "
            f"staff), at {named}: people who changed profession or employer without a record, or errors."
        )
    took = [
        f"{plain(scope.names.get(row['employer'], row['employer']))} took over "
        f"{too_few(row['merged'], rule) or count(row['merged'])} people of an "
        "organisation that closed; they are neither joiners nor an error"
        for row in merged.to_dict("records")
    ]
    return [" ".join([first, *([f"{join(took)}."] if took else [])])]


def balance_table(by_employer: pd.DataFrame, scope: Scope, rule: str = "none") -> Disclosed:
    """The balance of each employer, for a reader, without small numbers of people.

    What a month leaves unexplained is a difference of counts and is no number of people.
    """
    named = scope.named(by_employer, "employer").rename(
        columns={
            "heads": "people",
            "mean": "unexplained_a_month",
            "sd": "standard_deviation",
            "share_a_year": "share_unexplained_a_year",
            "moved": "moved_between_professions_a_year",
            "merged": "came_by_mergers",
        }
    )
    counts = ["people", "moved_between_professions_a_year", "came_by_mergers"]
    others = [name for name in named.select_dtypes("number").columns if name not in counts]
    return protect(named, counts, rule=rule, public=others)


def largest_table(largest: pd.DataFrame, scope: Scope, rule: str = "none") -> Disclosed:
    """The largest unexplained changes, for a reader, with small numbers of people hidden by a rule."""
    named = scope.named(largest, "employer").assign(month=[month(each) for each in largest["month"]])
    columns = ["employer", "profession", "month", "people", "unexplained"]
    return protect(named.rename(columns={"before": "people"})[columns], rule=rule)


def bias_sentences(ratios: pd.DataFrame, scope: Scope) -> list[str]:
    """How much of planned growth came about, and what the plan is scaled by. Takes plan_bias.past_ratios."""
    own = ratios[ratios["basis"] == OWN].sort_values("own_ratio", kind="stable")
    if ratios.empty or (ratios["basis"] == NO_PAST).all():
        return ["No past plan can be held against what came of it, so plans are shown as they are sent."]
    if own.empty:
        return ["No employer planned enough growth in the past to have a record of its own; all take that of all."]
    ends = own.iloc[[0] if len(own) == 1 else [0, -1]].to_dict("records")
    came = [f"{_came(row['own_ratio'])} at {plain(scope.names.get(row['employer'], row['employer']))}" for row in ends]
    return [
        f"Of the growth that was planned before, {join(came)} came about. Part of such a record is chance, so each is "
        "drawn towards that of all by how little it can tell. The plan is shown as sent, and with its growth scaled by "
        f"the share that this leaves: {join([percent(row['ratio']) for row in ends])} there."
    ]


def _came(share: float) -> str:
    """The share of planned growth that came about: none where staff became fewer."""
    return percent(share) if share >= 0 else "none"


def bias_table(ratios: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Planned and actual change of each employer and what is made of it, for a reader."""
    named = scope.named(ratios, "employer")
    return named.rename(columns={"own_ratio": "own_share", "ratio": "share_used", "weight": "weight_of_own_record"})[
        [
            "employer",
            "planned_change",
            "outturn_change",
            "own_share",
            "share_used",
            "low",
            "high",
            "weight_of_own_record",
        ]
    ]
