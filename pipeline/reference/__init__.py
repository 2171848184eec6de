"""The reference data the project ships: source cards and mappings. Data files with their sources beside them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class SourceCard:
    """What a published or local file format is: who publishes it, where, and what it yields.

    `disclosure` names the rule for small numbers of people in files whose plan names none.
    """

    name: str
    title: str
    publisher: str
    page: str
    licence: str
    file_type: str
    yields: tuple[str, ...]
    disclosure: str
    supplies: str

    @property
    def published(self) -> bool:
        """Whether somebody publishes such files; otherwise a plan's own people fill them in."""
        return self.page.startswith("https://")


@cache
def source_cards() -> dict[str, SourceCard]:
    """Every file format the pipeline reads, by reader name, in the order of sources.yaml."""
    raw = yaml.load((FOLDER / "sources.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: SourceCard(name=name, **{**card, "yields": tuple(card["yields"])}) for name, card in raw.items()}


@cache
def _values(file: str) -> dict[str, float]:
    raw = yaml.load((FOLDER / file).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: float(entry["value"]) for name, entry in raw.items()}


def limit(name: str) -> float:
    """A bound of limits.yaml beyond which a figure that somebody sent is taken for a slip."""
    return _values("limits.yaml")[name]


def safety(name: str) -> int:
    """A bound of safety.yaml on the files and texts that are read."""
    return int(_values("safety.yaml")[name])


def indicator(name: str) -> float:
    """A number of indicators.yaml by which an indicator is shown or held back."""
    return _values("indicators.yaml")[name]


def engine(name: str) -> float:
    """A number of engine.yaml by which the engine of staff over time works."""
    return _values("engine.yaml")[name]


def stock_forecast(name: str) -> float:
    """A number of stock_forecast.yaml by which stocks are forecast from stocks alone."""
    return _values("stock_forecast.yaml")[name]


def kept_runs() -> int:
    """How many past runs are kept (kept.yaml), besides those that were signed off."""
    return int(_values("kept.yaml")["runs"])


@cache
def recency(name: str) -> tuple[int, ...]:
    """Whole numbers of recency.yaml: how far back rates may be measured, and how that is chosen."""
    raw = yaml.load((FOLDER / "recency.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)[name]["value"]
    return tuple(raw) if isinstance(raw, list) else (int(raw),)


def back_testing(name: str) -> float:
    """A number of back_test.yaml by which past forecasts are made and scored."""
    return _values("back_test.yaml")[name]


def portfolio(name: str) -> float:
    """A number of portfolio.yaml by which the set of actions is chosen."""
    return _values("portfolio.yaml")[name]


@cache
def choice_entries() -> tuple[dict[str, Any], ...]:
    """The entries of portfolio.yaml that say what a WTE counts for, which have a label and a grade."""
    raw = yaml.load((FOLDER / "portfolio.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(entry for entry in raw.values() if "grade" in entry)


def seen_risk(name: str) -> float:
    """A number of seen_risks.yaml by which the model calls something a risk."""
    return _values("seen_risks.yaml")[name]


@cache
def money_entries() -> dict[str, dict[str, Any]]:
    """The entries of money.yaml: what a WTE costs beyond its salary, by name, each with its source."""
    entries: dict[str, dict[str, Any]] = yaml.load(
        (FOLDER / "money.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return entries


@dataclass(frozen=True)
class RiskBand:
    """A class of likelihood or of impact: its number from 1 to 5, the share it begins at, and its word."""

    number: int
    begins: float
    word: str


@cache
def risk_bands(what: str) -> tuple[RiskBand, ...]:
    """The classes of `likelihood` or `impact` (risk_bands.csv), lowest first."""
    rows = [row for row in _rows("risk_bands.csv") if row["what"] == what]
    return tuple(RiskBand(int(row["class"]), float(row["from"]), row["words"]) for row in rows)


@cache
def glossary() -> dict[str, str]:
    """What the words of the document mean, in the order of the alphabet."""
    with (FOLDER / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return {row["term"]: row["meaning"] for row in csv.DictReader(file)}


@cache
def exit_reasons() -> dict[str, str]:
    """The engine's risk of each reason for leaving (exit_reasons.csv)."""
    return {row["reason"]: row["risk"] for row in _rows("exit_reasons.csv")}


@cache
def joining_reasons() -> dict[str, str]:
    """Where people come from, by reason for joining (joining_reasons.csv); empty for moves inside the system."""
    return {row["reason"]: row["origin"] for row in _rows("joining_reasons.csv")}


@cache
def bank_holiday_rules() -> tuple[dict[str, str], ...]:
    """The rules of bank holidays in England, and the days by which single years differed (bank_holidays.csv).

    `kind` is date (the day, or the next weekday), monday (the first from the day on), easter (so many days from Easter
    Sunday); in one year, added or not.
    """
    return tuple(_rows("bank_holidays.csv"))


@cache
def skill_mix_words() -> dict[str, str]:
    """Words in the names of work, and the test that each stands for (skill_mix_words.csv)."""
    return {row["word"]: row["test"] for row in _rows("skill_mix_words.csv")}


@dataclass(frozen=True)
class ReporterRole:
    """Whose work the reports of a kind of reporter are (reporters.csv); the profession is empty where they are bought.

    `work` says how they stand to what the profession's tests take by standard: `instead` of it, `beside` it, or
    `within` it; `bought in` where none of the employer's staff make them.
    """

    pillar: str
    test: str
    reporter: str
    profession: str
    work: str


@cache
def reporter_roles() -> tuple[ReporterRole, ...]:
    """The roles of reporters.csv; an empty pillar or test stands for every one that has no row of its own."""
    names = [each.name for each in fields(ReporterRole)]
    return tuple(ReporterRole(**{name: row[name] for name in names}) for row in _rows("reporters.csv"))


@cache
def reporting_moves() -> dict[str, tuple[str, str]]:
    """Who gives up reports and who takes them on, by the name of the move (reporting_moves.csv)."""
    return {row["move"]: (row["from"], row["to"]) for row in _rows("reporting_moves.csv")}


def default_ages(what: str, item: str = "") -> dict[int, float]:
    """Values by first age, for want of a plan's own (ages.csv): `staff`, `entry` of an origin, `exit` of a risk."""
    return {
        int(row["age_from"]): float(row["value"])
        for row in _rows("ages.csv")
        if (row["what"], row["item"]) == (what, item)
    }


def _rows(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class NeedWeight:
    """How much a person of an age and over needs, against others, and where the figure was read."""

    age_from: float
    weight: float
    source: str

    @property
    def is_placeholder(self) -> bool:
        """Whether the weight stands in for a figure nobody has supplied."""
        return self.source.startswith("placeholder")


@cache
def need_weights() -> tuple[NeedWeight, ...]:
    """The weights of need_weights.csv by broad age group, youngest first."""
    rows = [
        NeedWeight(float(row["age_from"]), float(row["weight"]), row["source"]) for row in _rows("need_weights.csv")
    ]
    return tuple(sorted(rows, key=lambda row: row.age_from))
