"""Sentences and tables about forecasts made from months past, and how they did."""

from __future__ import annotations

import pandas as pd

from pipeline.evidence.back_test import BackTest
from pipeline.evidence.back_test_scores import (
    YEAR_AHEAD,
    Verdict,
    large_professions,
    scores,
    verdict,
    verdict_of_all,
)
from pipeline.evidence.flows_that_came import JOINERS, LEAVERS
from pipeline.evidence.forecast_rows import MODEL
from pipeline.evidence.plan_opponents import LAST_VALUE, LINEAR_DRIFT, SMOOTHING
from pipeline.metrics.months import months_back
from pipeline.reference import back_testing
from pipeline.report.words import (
    NOT_AVAILABLE,
    count,
    is_missing,
    join,
    lower,
    month,
    percent,
    plain,
    plural,
    ratio,
    rounded,
)

TABLE_NOTE = (
    "Error: mean of the absolute errors, in per cent of what came. Against usual movement: the error over the mean "
    "change of the same series in as many months before the forecast was made (MASE); the last value, which says that "
    "nothing changes, is below one where staff moved less afterwards than before. Bias: above zero, forecasts were too "
    "high. CRPS: the error of the whole forecast with its range, in per cent. In range: share of what came that lay in "
    "the range meant to hold 80%."
)
FAN_NOTE = (
    "Each band begins with what was known in its month and holds eight in ten of the calculations; the dark line is "
    "what came. The axis does not begin at zero."
)
MEANT = 0.8
"""Share of what comes that a range from P10 to P90 is meant to hold."""
HALF = 0.5
"""Share in range below which a profession is named."""
OF = {"profession": "professions of {size} people or more", "total": "all staff together"}
SCORE_COLUMNS = {
    "forecasts": "forecasts",
    "mape": "error",
    "mase": "error_against_usual_movement",
    "bias": "bias",
    "crps": "CRPS",
    "coverage": "in_range",
}
PERCENTS = ("error", "bias", "CRPS", "in_range")
FORMATS = {**dict.fromkeys(PERCENTS, "percent"), "error_against_usual_movement": "ratio", "forecasts": "count"}


def back_test_sentences(tested: BackTest) -> list[str]:
    """The verdict in a sentence, and what stands behind it; where nothing could be tested, why."""
    found = verdict(tested.stocks)
    if found is None:
        return [too_little(tested)]
    return [
        " ".join([_verdict(found), *_smoothing(found), *_of_all(found, tested)]),
        " ".join([_how(tested), *_ranges(tested), *_longest(tested), *_outside(tested), *_measured(tested)]),
    ]


def too_little(tested: BackTest) -> str:
    """Why no forecast could be tested, and what it would take."""
    needed = int(back_testing("history_months")) + YEAR_AHEAD + 1
    had = "no month" if tested.months == 0 else plural(tested.months, "month")
    return (
        f"**How well the model would have forecast the plan's own past cannot be tested yet:** its files hold {had} of "
        f"staff by profession, and it takes {needed} months of an employer, two years to learn from and one to be held "
        f"to. No figure is given in its place; every year of records that is added makes one."
    )


def _verdict(found: Verdict) -> str:
    of = OF[found.of].format(size=count(back_testing("large_team")))
    ours, theirs = _per_cent(found.errors[MODEL]), _per_cent(found.errors[found.naive])
    lead = {
        "better": f"**A year ahead the model would have done better than naive methods:** its error was {ours}, "
        f"against {theirs} for the best of them ({found.naive}), which is {_share(1 - found.ratio)} less",
        "level": f"**A year ahead the model would have done about as well as naive methods, and no better:** its error "
        f"was {ours}, against {theirs} for the best of them ({found.naive})",
        "worse": f"**A year ahead the model would have done worse than naive methods:** its error was {ours}, against "
        f"{theirs} for the best of them ({found.naive}), which is {_share(found.ratio - 1)} more",
    }[found.word]
    seen = f"{plural(found.forecasts, 'forecast')} made from {plural(found.origins, 'past month')}"
    return f"{lead} (mean absolute error of {of}; {seen})."


def _smoothing(found: Verdict) -> list[str]:
    if SMOOTHING not in found.errors:
        return []
    return [f"An established statistical method, exponential smoothing, had {_per_cent(found.errors[SMOOTHING])}."]


def _of_all(found: Verdict, tested: BackTest) -> list[str]:
    whole = verdict_of_all(tested.stocks)
    if whole is None or found.of == whole.of:
        return []
    did = {"better": "did better", "level": "did about as well", "worse": "did worse"}[whole.word]
    ours, theirs = _per_cent(whole.errors[MODEL]), _per_cent(whole.errors[whole.naive])
    return [f"For all staff together it {did}: {ours}, against {theirs} for {whole.naive}."]


def _how(tested: BackTest) -> str:
    months = join([month(origin) for origin in (tested.origins[0], tested.origins[-1])], "to")
    return (
        f"The model was run as it would have been at {plural(len(tested.origins), 'past month')} ({months}), with "
        f"nothing that came later: staff, posts, joiners and leavers to that month, and training intakes then begun."
    )


def _ranges(tested: BackTest) -> list[str]:
    rows = large_professions(tested.stocks)
    ours = rows[(rows["method"] == MODEL) & (rows["horizon"] == YEAR_AHEAD)]
    if ours.empty:
        return []
    inside = scores(ours, ["method"])["coverage"].iloc[0]
    return [f"Of what came, {percent(inside)} lay in the ranges meant to hold eight in ten, {_judged(inside)}."]


def _longest(tested: BackTest) -> list[str]:
    """How forecasts furthest ahead did, where some reach beyond a year."""
    rows = _professions_or_all(tested)
    horizon = int(rows["horizon"].max())
    found = verdict(tested.stocks, horizon)
    if horizon <= YEAR_AHEAD or found is None:
        return []
    ours = rows[(rows["method"] == MODEL) & (rows["horizon"] == horizon)]
    inside = percent(scores(ours, ["method"])["coverage"].iloc[0])
    return [
        f"{count(horizon)} months ahead, the furthest on file, its error was {_per_cent(found.errors[MODEL])}, against "
        f"{_per_cent(found.errors[found.naive])} for the best naive method ({found.naive}){_scaled(rows, horizon)}, "
        f"and {inside} of what came lay in its ranges."
    ]


def _scaled(rows: pd.DataFrame, horizon: int) -> str:
    """The errors against the usual movement, of the model and of the naive method that does best by them.

    Large series weigh no more than small ones in them, so that they may rank methods otherwise.
    """
    table = scores(rows[rows["horizon"] == horizon], ["method"]).set_index("method")["mase"].dropna()
    naive = table.reindex([LAST_VALUE, LINEAR_DRIFT]).dropna()
    if MODEL not in table or naive.empty:
        return ""
    best = str(naive.idxmin())
    return (
        f"; against the usual movement of each series it was {ratio(table[MODEL])}, against {ratio(naive[best])} for "
        f"{best}"
    )


def _outside(tested: BackTest) -> list[str]:
    """The large professions of which less than half of what came a year ahead lay in the model's ranges."""
    large = large_professions(tested.stocks)
    if not (large["horizon"] == YEAR_AHEAD).any():
        return []
    table = professions_table(tested)
    missed = table[table["in_range"] < HALF].sort_values("in_range", kind="stable")
    if missed.empty:
        return []
    named = [
        f"{plain(lower(row.profession))} ({percent(row.in_range)}; bias {percent(row.bias)})"
        for row in missed.itertuples()
    ]
    of = OF["profession"].format(size=count(back_testing("large_team")))
    return [f"Of {of}, less than half of what came a year ahead lay in the ranges for {join(named)}."]


LARGEST = 12
"""Professions with the largest gaps, as the figure of chapter 8 shows them."""


def largest_gaps_outside(tested: BackTest, gaps: pd.Series) -> pd.DataFrame:
    """Of the professions with the largest gaps, the large ones of which past ranges held less than half of what came.

    `gaps` is WTE missing by profession. Returns the rows of professions_table with `gap`, largest first; none where
    nothing a year ahead could be tested.
    """
    large = large_professions(tested.stocks)
    if not (large["horizon"] == YEAR_AHEAD).any():
        return pd.DataFrame(columns=["profession", "in_range", "bias", "gap"])
    largest = gaps[gaps > 0].nlargest(LARGEST)
    table = professions_table(tested).assign(gap=lambda rows: rows["profession"].map(largest))
    missed = table[table["gap"].notna() & (table["in_range"] < HALF)]
    return missed.sort_values("gap", ascending=False, ignore_index=True)


def largest_gaps_sentences(tested: BackTest, gaps: pd.Series) -> list[str]:
    """Which of the largest gaps rest on forecasts whose past ranges held too seldom, and which way these were off."""
    outside = largest_gaps_outside(tested, gaps)
    if outside.empty:
        return []
    never = outside[outside["in_range"] == 0]
    seldom = outside[outside["in_range"] > 0]
    parts = [f"in none of the past forecasts for {_names(never)}"] if len(never) else []
    parts += [f"in less than half of them for {_names(seldom)}"] if len(seldom) else []
    told = f"**Some of the largest gaps of chapter 8 have ranges that held too seldom:** {join(parts)}."
    return [" ".join([told, *_off(outside)])]


def never_held_sentences(tested: BackTest, gaps: pd.Series) -> list[str]:
    """For a board: those of the largest gaps whose past ranges held in no forecast; nothing where there are none."""
    outside = largest_gaps_outside(tested, gaps)
    never = outside[outside["in_range"] == 0]
    return [f"Of the largest gaps, no past range held for {_names(never)}."] if len(never) else []


def _names(rows: pd.DataFrame) -> str:
    return join(plain(lower(name)) for name in rows["profession"])


def _off(outside: pd.DataFrame) -> list[str]:
    """Which gaps are probably too large or too small: where forecasts of staff were off mostly in one way."""
    one_way = outside[outside["bias"].abs() > HALF * outside["error_of_model"]]
    return [
        f"A year ahead the staff forecast for {plain(lower(row.profession))} were {percent(abs(row.bias))} too "
        f"{'low' if row.bias < 0 else 'high'} on average, so that its gap is probably too "
        f"{'large' if row.bias < 0 else 'small'} by about that share of its staff."
        for row in one_way.itertuples()
    ]


def _judged(inside: float) -> str:
    off = inside - MEANT
    if abs(off) <= back_testing("covered_within"):
        return "which is about as it should be"
    return "so they are too narrow" if off < 0 else "so they are wider than they need be"


def _measured(tested: BackTest) -> list[str]:
    if tested.measured:
        return []
    return [
        "At some of these months the files held no joiners and leavers yet, and the model went by **assumed rates**: "
        "the test says how well those do."
    ]


def flow_sentences(tested: BackTest) -> list[str]:
    """How leavers and joiners of the year ahead compared with those who came."""
    rows = tested.flows[(tested.flows["level"] == "total") & (tested.flows["method"] == MODEL)]
    if rows.empty:
        return ["Leavers and joiners are not on file for two years about any of these months, so none are compared."]
    said = []
    for measure in (LEAVERS, JOINERS):
        own = rows[rows["measure"] == measure]
        found = scores(own, ["measure"]).iloc[0]
        way = "too many" if found["bias"] > 0 else "too few"
        said.append(
            f"{count(own['middle'].mean())} {measure} a year, where {count(own['came'].mean())} came "
            f"({_per_cent(abs(found['bias']))} {way})"
        )
    return [f"On average the model said {', and '.join(said)}."]


def scores_table(tested: BackTest) -> pd.DataFrame:
    """Scores by method and months ahead: of professions that are large enough, or of all staff where none is."""
    rows = _professions_or_all(tested).sort_values("horizon", kind="stable")
    return _shown(scores(rows, ["horizon", "method"]))


def _professions_or_all(tested: BackTest) -> pd.DataFrame:
    """Forecasts of professions that are large enough, or of all staff together where none is."""
    rows, whole = large_professions(tested.stocks), tested.stocks["level"] == "total"
    return rows if len(rows) else tested.stocks[whole & (tested.stocks["measure"] == "headcount")]


def groups_table(tested: BackTest) -> pd.DataFrame:
    """Scores a year ahead by method, of the people of all staff, of pillars and of employers."""
    rows = tested.stocks[tested.stocks["measure"] == "headcount"]
    wide = rows[(rows["horizon"] == YEAR_AHEAD) & (rows["level"] != "profession")]
    names = {"total": "all staff", "pillar": "pillars", "employer": "employers"}
    return _shown(scores(wide, ["level", "method"]).replace({"level": names}).rename(columns={"level": "of"}))


def professions_table(tested: BackTest) -> pd.DataFrame:
    """Errors a year ahead by profession that is large enough: the model's and the others', and its bias and range."""
    rows = large_professions(tested.stocks)
    rows = rows[rows["horizon"] == YEAR_AHEAD]
    table = scores(rows, ["name", "method"])
    errors = table.pivot(index="name", columns="method", values="mape") / 100
    ours = table[table["method"] == MODEL].set_index("name")
    people = rows[rows["method"] == MODEL].groupby("name")["before"].mean()
    shown = pd.DataFrame(
        {
            "people": people,
            "error_of_model": errors[MODEL],
            **{f"error_of_{key}": errors[name] for key, name in NAMED.items() if name in errors},
            "bias": ours["bias"] / 100,
            "in_range": ours["coverage"],
        }
    )
    return shown.rename_axis("profession").reset_index().sort_values("people", ascending=False, ignore_index=True)


NAMED = {"last_value": LAST_VALUE, "linear_drift": LINEAR_DRIFT, "smoothing": SMOOTHING}
PROFESSION_FORMATS = {
    **{f"error_of_{name}": "percent" for name in ("model", *NAMED)},
    "people": "count",
    "bias": "percent",
    "in_range": "percent",
}


def fans_shown(tested: BackTest) -> pd.DataFrame:
    """Fans of a year that do not overlap: from the last origin with a year after it, back year by year."""
    fans = tested.fans
    if fans.empty:
        return fans
    last = fans["month"].max()
    steps = months_back(fans["origin"], last)
    ahead = -months_back(fans["month"], fans["origin"])
    return fans[(steps % YEAR_AHEAD == 0) & (steps > 0) & (ahead <= YEAR_AHEAD)].reset_index(drop=True)


def counted_shown(tested: BackTest) -> pd.DataFrame:
    """What was counted from a year before the first fan that is shown."""
    fans, counted = fans_shown(tested), tested.counted
    return counted if fans.empty else counted[months_back(counted["month"], fans["origin"].min()) <= YEAR_AHEAD]


def growth_sentences(growth: pd.DataFrame) -> list[str]:
    """How the growth of tests compared with that which came."""
    if growth.empty:
        return ["Tests were not counted for three whole years, so their growth cannot be held to what came yet."]
    found = scores(growth, ["method"]).set_index("method")
    naive = found.drop(index=MODEL)["mape"]
    tests, origins = growth["name"].nunique(), growth["origin"].nunique()
    return [
        f"For tests, last year's number and the growth measured then were off by {_per_cent(found.loc[MODEL, 'mape'])} "
        f"a year ahead, against {join([f'{_per_cent(error)} for {name}' for name, error in naive.items()])} "
        f"({plural(tests, 'test')} from {plural(origins, 'past month')})."
    ]


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    shares = {name: table[name] / 100 for name in ("mape", "bias", "crps")}
    return table.assign(**shares).rename(columns={"horizon": "months_ahead", **SCORE_COLUMNS})


def _per_cent(value: float) -> str:
    """A score in per cent, to one decimal."""
    return NOT_AVAILABLE if is_missing(value) else percent(value / 100)


def _share(part: float) -> str:
    """A part as a whole percentage."""
    return NOT_AVAILABLE if is_missing(part) else f"{rounded(100 * part, 0)}%"


def verdict_said(tested: BackTest) -> str:
    """The verdict in a sentence or two for a board, and to be quoted elsewhere."""
    found = verdict(tested.stocks)
    if found is None:
        return "Forecasts could not be held to the past yet: too few months are on file."
    ours, theirs = _per_cent(found.errors[MODEL]), _per_cent(found.errors[found.naive])
    fared = {"better": "better than", "level": "no better than", "worse": "worse than"}[found.word]
    lead = (
        f"Held to the past, forecasts of each profession's staff a year ahead were {ours} off, {fared} the best of the "
        f"simple ones ({theirs})."
    )
    return " ".join([lead, *_ranges(tested), "The gap itself could not be held to the past."])
