"""What plan.yaml may say, and every reason it may be refused.

A plan is a folder holding plan.yaml and its input files. Reading it opens no input file: it
checks the keys, the values and that each named file is there, and reports everything at once.
"""

from __future__ import annotations

import datetime as dt
import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.months import month_end
from pipeline.plain_text import unfit
from pipeline.problems import InputRefused, Problem
from pipeline.reference import money_entries, source_cards
from pipeline.yaml_file import MONTH, fault, read_yaml

PLAN_FILE = "plan.yaml"
SAFE_NAME = re.compile(r"\A(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\Z)[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z", re.IGNORECASE)
"""Names that a folder can have on every system; Windows keeps some words to itself."""

Pillar = Literal["endoscopy", "imaging", "labs", "physiological"]
PILLARS: tuple[Pillar, ...] = ("endoscopy", "imaging", "labs", "physiological")
PILLAR_NAMES: dict[str, str] = {
    "endoscopy": "endoscopy",
    "imaging": "imaging",
    "labs": "laboratories",
    "physiological": "physiological sciences",
}
"""How a pillar is written in a sentence."""
_CODE = r"^[A-Z0-9]{3,9}$"
OrganisationCode = Annotated[str, Field(pattern=_CODE)]
Disclosure = Literal["none", "hes_2018", "threshold_n"]
_SAYS = {
    _CODE: "an organisation code is 3 to 9 capital letters and digits",
    "extra_forbidden": "this key is not known; check its spelling against docs/plan.schema.json",
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class SourceEntry(_Section):
    """One kind of input and where its files are."""

    reader: str = Field(description="Name of the file format; `workforce sources` lists them.")
    path: str = Field(
        min_length=1,
        description="File or pattern (*.xls), relative to the plan folder. ${NAME} is taken from the environment.",
    )
    sheet: str | None = Field(default=None, description="Sheet to read, where the usual one is not wanted.")
    disclosure: Disclosure | None = Field(
        default=None,
        description="Rule by which small numbers of people in these files are hidden. Left out: none for published "
        "and fictional files, and for a plan's own files the strictest, threshold_n.",
    )
    fictional: bool = Field(
        default=False, description="true for made-up files: they are then not credited to the publisher of the format."
    )

    @field_validator("reader")
    @classmethod
    def _reader_is_known(cls, reader: str) -> str:
        known = source_cards()
        if reader not in known:
            raise ValueError(f"no reader of that name; choose one of {', '.join(sorted(known))}")
        return reader


class Governance(_Section):
    """Who decides, who owns the plan and how often it is refreshed."""

    board: str = Field(default="", description="The board that approves the strategy.")
    owner: str = Field(default="", description="The person or post that owns the plan.")
    analyst: str = Field(default="", description="Who to ask about a number.")
    refresh: str = Field(default="", description="How often the plan is refreshed, in words.")
    decision: str = Field(default="", description="The decision asked of the board, in one sentence.")


class Portfolio(_Section):
    """Within what limits the best set of actions is chosen. What is left out does not limit it."""

    recurrent: float | dict[str, float] | None = Field(
        default=None, description="Running cost that can be met, in pounds a year, or by financial year (2026/27: …)."
    )
    capital: float | dict[str, float] | None = Field(
        default=None, description="Capital that can be met, in pounds a year, or by financial year."
    )
    placements: float | None = Field(default=None, ge=0, description="Clinical placements there are at one time.")
    supervision_hours: float | None = Field(default=None, ge=0, description="Hours a week there are to supervise in.")
    management_days: float | None = Field(default=None, ge=0, description="Days a month of managers' time there are.")
    most_unmet: float | None = Field(
        default=None, gt=0, le=1, description="The largest share of its staff that any employer may be left short of."
    )
    weights: dict[Pillar, float] = Field(
        default_factory=dict, description="What a missing WTE of each pillar counts for; left out, 1."
    )
    take: list[str] = Field(default_factory=list, description="Ids of actions that are taken whatever comes of it.")
    leave: list[str] = Field(default_factory=list, description="Ids of actions that are left whatever comes of it.")
    business_case_from: float | None = Field(
        default=None, ge=0, description="Cost over the plan's years, in pounds, from which a business case is made."
    )

    @field_validator("recurrent", "capital")
    @classmethod
    def _are_budgets(cls, budget: float | dict[str, float] | None) -> float | dict[str, float] | None:
        sums = budget.values() if isinstance(budget, dict) else [budget]
        if any(each is not None and not each >= 0 for each in sums):
            raise ValueError("a budget is 0 pounds or more")
        years = budget if isinstance(budget, dict) else {}
        if odd := [year for year in years if not re.fullmatch(r"20\d\d/\d\d", year, re.ASCII)]:
            raise ValueError(f"a financial year is written as 2026/27, not {', '.join(odd)}")
        return budget

    @model_validator(mode="after")
    def _takes_or_leaves(self) -> Portfolio:
        if both := sorted(set(self.take) & set(self.leave)):
            raise ValueError(f"take and leave both name {', '.join(both)}")
        return self


class Money(_Section):
    """What pay may come to, and the plan's own figures of what a WTE costs."""

    pay_growth: float | None = Field(
        default=None,
        gt=-0.5,
        lt=0.5,
        description="Growth of the money for pay that can be met, a year, beyond pay awards: 0.02 is 2 %.",
    )
    pay_awards: float | None = Field(
        default=None, gt=-0.5, lt=0.5, description="Pay award of every year to come, from April: 0.03 is 3 %."
    )
    figures: dict[str, float] = Field(
        default_factory=dict,
        description="Figures in place of those of pipeline/reference/money.yaml, by name: agency_over_basic: 0.4.",
    )

    @field_validator("figures")
    @classmethod
    def _are_known(cls, figures: dict[str, float]) -> dict[str, float]:
        if odd := sorted(set(figures) - set(money_entries())):
            raise ValueError(f"there is no figure {', '.join(odd)}; choose from {', '.join(money_entries())}")
        if low := sorted(name for name, value in figures.items() if not value > -1):
            raise ValueError(f"{', '.join(low)} should be more than -1")
        return figures


class SignOff(_Section):
    """The state of the draft, as printed on the document until it is signed off."""

    status: Literal["DRAFT", "FOR APPROVAL", "APPROVED"] = Field(
        default="DRAFT",
        description="Printed on the cover until `workforce approve` records a sign-off of the strategy; DRAFT or FOR "
        "APPROVAL. APPROVED, with an approver and a date, is still read, and approves nothing.",
    )
    version: str = Field(default="0.1", description="Version of the document, in quotation marks.")
    approver: str = Field(default="", description="The person or board that is asked to approve it.")
    date: dt.date | None = Field(default=None, description="Day of the approval that is asked for, as 2026-03-31.")

    @model_validator(mode="after")
    def _approval_names_approver_and_date(self) -> SignOff:
        if self.status == "APPROVED" and (not self.approver or self.date is None):
            raise ValueError("an APPROVED plan names its approver and the date")
        return self


class PlanFile(_Section):
    """plan.yaml, version 1."""

    name: str = Field(min_length=1, max_length=120, description="What the plan is called on its cover.")
    ics: list[OrganisationCode] = Field(
        min_length=1, title="ICS codes", description="Code(s) of the integrated care board(s), for example QJK."
    )
    employers: dict[OrganisationCode, str] = Field(
        min_length=1, description="The employers of the plan: organisation code and the name to show."
    )
    cdc_hosts: list[OrganisationCode] = Field(
        default_factory=list,
        title="Hosts of community diagnostic centres",
        description="Codes of the employers that run community diagnostic centres; each gets a workbook to fill in.",
    )
    education_providers: dict[OrganisationCode, str] = Field(
        default_factory=dict,
        description="Universities and others that train staff: a code and the name to show; each gets a workbook.",
    )
    pillars: list[Pillar] = Field(
        default_factory=lambda: list(PILLARS), min_length=1, description="The diagnostic pillars the plan covers."
    )
    base_month: str = Field(pattern=MONTH, description="The month the plan starts from, as 2025-10.")
    horizon_months: int = Field(default=60, ge=1, le=240, description="How far ahead the plan looks, in months.")
    sources: list[SourceEntry] = Field(min_length=1, description="The plan's input files, one entry for each kind.")
    mapping: str | None = Field(
        default=None, description="CSV that adds to or overrides how published labels map to pillars and professions."
    )
    standards: str | None = Field(default=None, description="YAML that overrides the default standards.")
    scenarios: list[str] = Field(default_factory=list, description="Scenario files (YAML) of the plan.")
    actions: str | None = Field(default=None, description="The plan's list of actions (YAML).")
    portfolio: Portfolio = Field(
        default_factory=Portfolio, description="Budgets and other limits for the choice of actions."
    )
    money: Money = Field(default_factory=Money, description="What pay may come to, and what a WTE costs.")
    assurance: str | None = Field(
        default=None, description="YAML of assurance triggers, with their thresholds, in place of the default ones."
    )
    governance: Governance = Field(default_factory=Governance, description="Who decides and who owns the plan.")
    sign_off: SignOff = Field(default_factory=SignOff, description="The state of approval printed on the document.")

    @model_validator(mode="after")
    def _hosts_are_employers(self) -> PlanFile:
        strangers = sorted(set(self.cdc_hosts) - set(self.employers))
        if strangers:
            raise ValueError(f"cdc_hosts names {', '.join(strangers)}, which employers does not; add it there")
        return self

    @field_validator("ics", "pillars", "cdc_hosts")
    @classmethod
    def _no_repeats(cls, values: list[str]) -> list[str]:
        repeated = sorted({value for value in values if values.count(value) > 1})
        if repeated:
            raise ValueError(f"named more than once: {', '.join(repeated)}")
        return values


@dataclass(frozen=True)
class SourceFile:
    """One input file of a plan and how to read it."""

    reader: str
    path: Path
    sheet: str | None
    disclosure: Disclosure
    fictional: bool = False


@dataclass(frozen=True)
class Plan:
    """A plan that has been read and checked: its folder, its words and its input files."""

    folder: Path
    file: PlanFile
    sources: tuple[SourceFile, ...]

    @property
    def slug(self) -> str:
        """The folder's name: the name of the plan on disk and on the command line."""
        return self.folder.name

    @property
    def base_month(self) -> dt.date:
        """The month the plan starts from, as its last day."""
        year, month = self.file.base_month.split("-")
        return month_end(int(year), int(month))

    def with_choice(self, take: Sequence[str], leave: Sequence[str]) -> Plan:
        """The plan with more actions that are taken or left whatever comes of it; the later word holds."""
        written = self.file.portfolio
        taken = [one for one in dict.fromkeys([*written.take, *take]) if one not in leave]
        left = [one for one in dict.fromkeys([*written.leave, *leave]) if one not in take]
        file = self.file.model_copy(update={"portfolio": written.model_copy(update={"take": taken, "leave": left})})
        return replace(self, file=file)

    def resolve(self, name: str) -> Path:
        """A path written in plan.yaml as a path on disk."""
        return _resolve(self.folder, name)


def load_plan(folder: Path) -> Plan:
    """Read and check a plan folder (or the path of its plan.yaml).

    Raises InputRefused with every unknown key, bad value, missing file and clashing source.
    """
    folder = folder.parent if folder.name == PLAN_FILE else folder
    folder = folder.resolve()
    raw = _read_yaml(folder)
    problems: list[Problem] = []
    if not SAFE_NAME.match(folder.name):
        problems.append(
            Problem(
                file=str(folder),
                rule="a plan folder's name may hold only letters, digits, - and _ (at most 64), and not be a word "
                "that Windows keeps to itself, such as CON; rename it",
            )
        )
    try:
        parsed = PlanFile.model_validate(raw)
    except ValidationError as error:
        problems += [fault(folder / PLAN_FILE, detail, _SAYS) for detail in error.errors()]
        parsed = None
    sources, missing = _source_files(folder, raw)
    problems += missing + _missing_files(folder, raw)
    if problems or parsed is None:
        raise InputRefused(problems)
    return Plan(folder=folder, file=parsed, sources=sources)


def _read_yaml(folder: Path) -> dict[str, Any]:
    path = folder / PLAN_FILE
    if not path.is_file():
        raise InputRefused(
            [
                Problem(
                    file=str(path),
                    rule="there is no plan here; `workforce new NAME --ics CODE --from FOLDER` writes one",
                )
            ]
        )
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise InputRefused([Problem(file=str(path), rule="the file should be a list of `key: value` lines")])
    return raw


_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _resolve(folder: Path, name: str) -> Path:
    return _followed(folder / _VARIABLE.sub(lambda match: os.environ.get(match[1], ""), name))


def _followed(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        # A link that leads back to itself, or a name that no disk allows: there is no file there.
        return path


def _unset_variables(name: str) -> list[str]:
    return [variable for variable in _VARIABLE.findall(name) if not os.environ.get(variable)]


def _expand(folder: Path, name: str) -> list[Path]:
    whole = _resolve(folder, name)
    if _is_file(whole) or not any(mark in name for mark in "*?["):
        return [whole] if _is_file(whole) else []
    pattern = _VARIABLE.sub(lambda match: glob.escape(os.environ.get(match[1], "")), name)
    # Path.glob would take brackets in the name of the folder itself for a pattern.
    found = {_followed(folder / path) for path in glob.glob(pattern, root_dir=folder, recursive=True)}  # noqa: PTH207
    # Excel leaves “~$name.xlsx” beside a workbook that is open.
    return sorted(path for path in found if _is_file(path) and not path.name.startswith("~$"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _path_problem(folder: Path, key: str, name: str) -> Problem | None:
    unset = _unset_variables(name)
    if unset:
        rule = f"the environment variable {', '.join(unset)} is not set; set it or write the path out"
        return Problem(file=str(folder / PLAN_FILE), key=key, value=name, rule=rule)
    if not _expand(folder, name):
        rule = f"no file is there (looked for {_resolve(folder, name)})"
        return Problem(file=str(folder / PLAN_FILE), key=key, value=name, rule=rule)
    # A name that is not text in the system's encoding reaches Python in halves of characters.
    strange = [(path, sign) for path in _expand(folder, name) if (sign := unfit(path.name))]
    if strange:
        path, sign = strange[0]
        rule = f"the name of this file holds {sign}; rename it"
        return Problem(file=str(folder / PLAN_FILE), key=key, value=path.name, rule=rule)
    return None


def _named_sources(raw: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = raw.get("sources")
    if isinstance(entries, list):
        for index, entry in enumerate(entries):
            if isinstance(entry, dict) and isinstance(entry.get("path"), str) and entry["path"]:
                yield index, entry


def _source_files(folder: Path, raw: dict[str, Any]) -> tuple[tuple[SourceFile, ...], list[Problem]]:
    files: list[SourceFile] = []
    problems: list[Problem] = []
    claimed: dict[tuple[Path, str], int] = {}
    for index, entry in _named_sources(raw):
        key = f"sources.{index}.path"
        problem = _path_problem(folder, key, entry["path"])
        if problem:
            problems.append(problem)
            continue
        for path in _expand(folder, entry["path"]):
            first = claimed.setdefault((path, str(entry.get("sheet"))), index)
            if first != index:
                rule = f"this file is already read by sources.{first}; each file is read once"
                problems.append(Problem(file=str(folder / PLAN_FILE), key=key, value=str(path), rule=rule))
                continue
            files.append(
                SourceFile(
                    reader=str(entry.get("reader", "")),
                    path=path,
                    sheet=entry.get("sheet"),
                    disclosure=_rule_of(entry),
                    fictional=bool(entry.get("fictional", False)),
                )
            )
    return tuple(files), problems


def _rule_of(entry: dict[str, Any]) -> Disclosure:
    """The rule that an entry states; else none for invented people, and for others what their format's card says."""
    card = source_cards().get(str(entry.get("reader", "")))
    by_default = "none" if entry.get("fictional") is True or card is None else card.disclosure
    return cast("Disclosure", entry.get("disclosure") or by_default)


def _missing_files(folder: Path, raw: dict[str, Any]) -> list[Problem]:
    named: list[tuple[str, Any]] = [(key, raw.get(key)) for key in ("mapping", "standards", "actions", "assurance")]
    scenarios = raw.get("scenarios")
    if isinstance(scenarios, list):
        named += [(f"scenarios.{index}", name) for index, name in enumerate(scenarios)]
    found = [_path_problem(folder, key, name) for key, name in named if isinstance(name, str) and name]
    return [problem for problem in found if problem]
