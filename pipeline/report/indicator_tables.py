"""Indicators as tables a reader can use: by pillar, by employer, against others, and what each is made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.metrics.comparison import NOT_COMPARED, SIMILAR
from pipeline.metrics.indicators.cards import Card, cards
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM, few_events
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.retirement import HORIZONS
from pipeline.metrics.scope import Scope
from pipeline.reference import source_cards
from pipeline.report.disclosure import HIDDEN, Disclosed, rules
from pipeline.report.linked import People, View, everyone, hidden_cells
from pipeline.report.narrative import ROW_NAMES
from pipeline.report.signal_words import written
from pipeline.report.words import is_missing, plural
from pipeline.statistics.standardised import LEAST_EVENTS

RuleOf = Callable[..., str]
"""Gives the strictest disclosure rule of some tables, as a notebook's desk does."""
THE_SYSTEM = "The system"
EVENTS_NOTE = f"A rate of leavers or joiners is given and judged from {LEAST_EVENTS} of them in the year."
PART_NOTE = (
    "The files do not hold every staff group of every employer, so staff are too few here and their shares uneven."
)


def held_back(
    values: pd.DataFrame, rule_of: RuleOf, employers: Collection[str], also: Sequence[pd.Series] = ()
) -> pd.DataFrame:
    """The values without those whose numerator is a number of people too small to show; `hidden` says which.

    Of a share the others count as well: where 98 of 100 stayed, two left. So do moves within the system, which the two
    leaver rates tell by their difference, and an age band, which shares near retirement tell by theirs. Further values
    are hidden by which the figures of the system, or of all pillars, would give one away. A zero is never hidden.
    `also` say of rows by their index what other tables of the same people hide (staff_disclosure and others).
    """
    rules_by = values["indicator"].map({name: _rule(card, rule_of) for name, card in cards().items()})
    hide_to = rules_by.map({name: rule.hide_to for name, rule in rules().items()}).astype("int64")
    number = values["numerator"]
    others = (values["denominator"] - number).where(values["indicator"].isin(_shares_of_people()))
    hidden = number.between(0, hide_to, inclusive="right")
    hidden |= others.fillna(_moved_within(values)).between(0, hide_to, inclusive="right")
    hidden |= _tells_an_age_band(values, hide_to)
    for told in also:
        hidden |= told.reindex(values.index, fill_value=False)
    # The latest values of employers may be of different months and are one sum; those of a table by month are not.
    when = [] if "months" in values else ["month"]
    own = values[(hide_to > 0) & values["organisation"].isin([*employers, SYSTEM])].assign(rule=rules_by)
    for told in (number, others):
        for _, rows in own.assign(told=told).groupby(["indicator", *when]):
            hidden.loc[rows.index] |= _given_away(rows, hidden[rows.index])
    return values.assign(value=values["value"].mask(hidden), hidden=hidden)


def of_the_charts(values: pd.DataFrame, organisation: str) -> pd.DataFrame:
    """Of a table by month, what charts may draw: numbers of people of one organisation and of all pillars only.

    Few people join or leave a pillar of an employer in a month, so nearly every such number would be small.
    """
    of_people = values["indicator"].isin([name for name, card in cards().items() if card.persons])
    drawn = (values["organisation"] == organisation) & (values["pillar"] == ALL_PILLARS)
    return values[~of_people | drawn]


def hidden_there(values: pd.DataFrame, latest: pd.DataFrame) -> pd.Series:
    """Which values of a table by month the latest values hide, so that a chart does not end in what a table hides."""
    cell = ["indicator", "organisation", "pillar", "month"]
    hidden = pd.MultiIndex.from_frame(latest.loc[latest["hidden"], cell])
    return pd.Series(pd.MultiIndex.from_frame(values[cell]).isin(hidden), index=values.index)


def _moved_within(values: pd.DataFrame) -> pd.Series:
    """Beside a leaver rate without moves within the system: how many moved, which is what the other rate adds.

    Missing in a table by month, of which only one of the two rates is ever shown.
    """
    if "months" not in values:
        return pd.Series(float("nan"), index=values.index)
    cell = ["indicator", "organisation", "pillar"]
    every = values[values["indicator"] == "leaver_rate"].assign(indicator="system_leaver_rate")
    joined = values[cell].merge(every[[*cell, "numerator"]].drop_duplicates(cell), on=cell, how="left")
    return pd.Series(joined["numerator"].to_numpy("float64"), index=values.index) - values["numerator"]


def _tells_an_age_band(values: pd.DataFrame, hide_to: pd.Series) -> pd.Series:
    """Shares near retirement within 1 and 3 years that, beside that within 5, tell the people of a small age band.

    With people spread evenly over five years, k of them take k fifths of the band in: 5 years less 1 are four fifths.
    """
    spans = {f"retirement_{years}y": years for years in HORIZONS}
    longest = max(spans, key=lambda name: spans[name])
    keys = [name for name in ("organisation", "pillar", "month") if name in values]
    rows = values[values["indicator"].isin(list(spans))]
    whole = rows[rows["indicator"] == longest].set_index(keys)["numerator"]
    beside = pd.Series(whole.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy("float64"), index=rows.index)
    left = spans[longest] - rows["indicator"].map(spans).astype("float64")
    band = ((beside - rows["numerator"]) * spans[longest] / left.where(left > 0)).round(6)
    small = hide_to[rows.index]
    tells = band.between(0, small, inclusive="right") | (beside - band).between(0, small, inclusive="right")
    return tells.reindex(values.index, fill_value=False)


def _shares_of_people() -> list[str]:
    """Indicators whose numerator is a part of the people of the denominator; a flow's denominator is of many months."""
    return [
        name for name, card in cards().items() if card.persons and card.unit == "percent" and card.period == "month"
    ]


def _given_away(rows: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """What has to be hidden as well of one indicator's numbers of people, so that no total tells one that is hidden.

    `rows` have organisation, pillar and `told`, the number. A total that is not the sum of its parts, since some part
    is not known, tells nothing of them exactly and is left out.
    """
    known = rows.dropna(subset=["told"])
    if not hidden[known.index].any():
        return hidden & False
    inner = known[(known["organisation"] != SYSTEM) & (known["pillar"] != ALL_PILLARS)]
    whole = known[(known["organisation"] != SYSTEM) & ~known["organisation"].isin(inner["organisation"])]
    parts = pd.concat([inner, whole]).rename(columns={"told": "number"})[["organisation", "pillar", "number"]]
    if parts.empty:
        return hidden & False
    people = People(
        parts.assign(pillar=parts["pillar"].replace({ALL_PILLARS: ""})),
        [["organisation", "pillar"]],
        "number",
        heads="" if (parts["number"] % 1 == 0).all() else "number",
    )
    frame = known.assign(pillar=known["pillar"].replace({ALL_PILLARS: SYSTEM}), number=known["told"])
    added = frame[[_adds_up(row, people.rows) for row in frame.to_dict("records")]]
    view = View(added, ["organisation", "pillar"], {"number": everyone}, total=SYSTEM, exact=True, complete=False)
    given = {"values": hidden[added.index].to_frame("number")}
    found = hidden_cells({"values": view}, people, str(rows["rule"].iloc[0]), given)["values"]["number"]
    return found.reindex(hidden.index, fill_value=False)


def _adds_up(row: Mapping[Hashable, Any], parts: pd.DataFrame) -> bool:
    """Whether a number is the sum of the parts of its organisation and pillar."""
    of = [parts[name].eq(row[name]) | (row[name] == SYSTEM) for name in ("organisation", "pillar")]
    return bool(abs(parts.loc[of[0] & of[1], "number"].sum() - row["number"]) < SAME)


SAME = 1e-6
"""Numbers closer than this are one."""


def _rule(card: Card, rule_of: RuleOf) -> str:
    return rule_of(*card.tables) if card.persons else "none"


def by_pillar(values: pd.DataFrame, organisation: str, pillars: Sequence[str]) -> Disclosed:
    """Every indicator that is known of an organisation, a column a pillar, in the order of the cards."""
    own = values[values["organisation"] == organisation]
    heads = {ALL_PILLARS: "All pillars", **{pillar: ROW_NAMES[pillar].capitalize() for pillar in pillars}}
    return _grid(own, "pillar", heads, lambda row: written(cards()[row["indicator"]], row["value"]))


def by_employer(compared: pd.DataFrame, scope: Scope, pillar: str = ALL_PILLARS) -> Disclosed:
    """Every indicator of a pillar, a column an employer, saying which differ from the reference beyond chance."""
    own = compared[compared["pillar"] == pillar]
    return _grid(own, "organisation", {SYSTEM: THE_SYSTEM, **scope.names}, _beside)


def _beside(row: Mapping[str, Any]) -> str:
    said = written(cards()[str(row["indicator"])], row["value"])
    standing = str(row["standing"])
    return said if standing in (SIMILAR, NOT_COMPARED) else f"{said} ({standing})"


def _grid(
    rows: pd.DataFrame, column: str, heads: Mapping[str, str], say: Callable[[Mapping[str, Any]], str]
) -> Disclosed:
    """A row an indicator and a column for each of `heads`, in words; hidden values marked, unknown ones left empty.

    A rate of few events is left empty as well (indicators.parts.few_events).
    """
    known = set(rows.loc[rows["value"].notna() | rows["hidden"], "indicator"])
    shown = [name for name in cards() if name in known]
    said: dict[tuple[str, str], str] = {}
    hidden: set[tuple[str, str]] = set()
    for row in rows.assign(few=few_events(rows)).to_dict("records"):
        place = (row["indicator"], row[column])
        if row["hidden"]:
            hidden.add(place)
        elif not is_missing(row["value"]) and not row["few"]:
            said[place] = say(row)
    columns = ["indicator", *heads.values()]
    cells = [[_named(name, rows), *(said.get((name, key)) for key in heads)] for name in shown]
    mask = [[False, *((name, key) in hidden for key in heads)] for name in shown]
    notes = [f"{HIDDEN} stands for a value hidden because few people are behind it."] if hidden else []
    own = rows[rows["indicator"].isin(shown) & rows[column].isin(list(heads))]
    notes += [EVENTS_NOTE] if (few_events(own) & own["value"].notna()).any() else []
    return Disclosed(pd.DataFrame(cells, columns=columns), pd.DataFrame(mask, columns=columns), " ".join(notes))


def _named(name: str, rows: pd.DataFrame) -> str:
    """The indicator's name, with the months of a year that is not whole."""
    months = rows.loc[rows["indicator"] == name, "months"].max()
    whole = cards()[name].period != "year" or months == MONTHS_IN_YEAR
    return cards()[name].name if whole else f"{cards()[name].name} ({plural(int(months), 'month')})"


def unknown_table(values: pd.DataFrame) -> pd.DataFrame:
    """The indicators of which the system has no value at all, and what would supply each."""
    known = set(values.loc[values["value"].notna() | values["hidden"], "indicator"])
    rows = [
        {"indicator": card.name, "would_be_supplied_by": _supply(card)}
        for card in cards().values()
        if card.id not in known
    ]
    return pd.DataFrame(rows, columns=["indicator", "would_be_supplied_by"])


def _supply(card: Card) -> str:
    published = [f"{source_cards()[name].title} ({source_cards()[name].publisher})" for name in card.readers]
    return "; ".join([*published, *([card.sent] if card.sent else [])])


BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": "neither is better by itself"}
PERIODS = {"month": "the latest month", "year": "the latest twelve months, pooled"}
JUDGED = {
    "wilson": "differences by Wilson's interval",
    "spread": "differences by funnel limits",
    "none": "differences are not judged",
}


def parts_table() -> pd.DataFrame:
    """What each indicator is made of: its parts and its period."""
    rows = [
        {
            "indicator": card.name,
            "numerator": card.numerator,
            "denominator": "not divided" if card.is_level else card.denominator,
            "period": PERIODS[card.period],
        }
        for card in cards().values()
    ]
    return pd.DataFrame(rows)


def reading_table(rule_of: RuleOf) -> pd.DataFrame:
    """How each indicator is read: which way is better, how a difference is judged, why it matters, its source."""
    rows = [
        {"indicator": card.name, "read_as": _reading(card, rule_of), "why": card.why, "source": _supply(card)}
        for card in cards().values()
    ]
    return pd.DataFrame(rows)


def _reading(card: Card, rule_of: RuleOf) -> str:
    rule = _rule(card, rule_of)
    hidden = f". Disclosure rule {rule}" if rule != "none" else ""
    return f"{BETTER[card.better].capitalize()}; {JUDGED[card.interval]}{hidden}"


def spine_rows(compared: pd.DataFrame, organisation: str, pillar: str) -> pd.DataFrame:
    """The indicators of an organisation that others have too, as a spine chart takes them, in the cards' order."""
    own = compared[(compared["organisation"] == organisation) & (compared["pillar"] == pillar)]
    # Where all have one value there is no spread to stand in.
    known = own[own["value"].notna() & own["reference"].notna() & (own["lowest"] < own["highest"])]
    order = {name: place for place, name in enumerate(cards())}
    ordered = known.sort_values("indicator", key=lambda names: names.map(order))
    of = [cards()[name] for name in ordered["indicator"]]
    return pd.DataFrame(
        {
            "indicator": [card.name for card in of],
            "group": [card.group for card in of],
            "value": ordered["value"].to_numpy(),
            "comparator": ordered["reference"].to_numpy(),
            **{name: ordered[name].to_numpy() for name in ("lowest", "p25", "p75", "highest", "standing")},
            "direction": [card.better for card in of],
            "value_said": [written(card, value) for card, value in zip(of, ordered["value"], strict=True)],
            "comparator_said": [written(card, value) for card, value in zip(of, ordered["reference"], strict=True)],
            "organisations": ordered["organisations"].to_numpy(),
        }
    )
