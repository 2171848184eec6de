"""What data/schedule.yaml may say, and every reason it may be refused.

The file is a list of entries, each with the plans that it runs and when. Reading it reports everything at once: key,
value and what was expected.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator

from pipeline.plan import PLAN_FILE, SAFE_NAME
from pipeline.problems import InputRefused, Problem
from pipeline.schedule.notify_settings import ADDRESS, VARIABLE, Notify, Section
from pipeline.schedule.trigger import rule_of
from pipeline.yaml_file import fault, read_yaml

SCHEDULE_FILE = Path("data") / "schedule.yaml"
ALL = "all"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,59}$"
_SAYS = {
    _NAME: "a name has letters, digits, spaces, - and _ (at most 60)",
    ADDRESS: "an e-mail address is written as name@example.org",
    VARIABLE: "the name of an environment variable has letters, digits and _; the secret itself does not stand here",
    r"^[A-Za-z0-9._-]+$": "the name of a mail server is written as mail.example.org",
    "extra_forbidden": "this key is not known; check its spelling against docs/schedule.schema.json",
}
_SECRET = ("password", "url")
"""Keys of which what was written is not repeated in a message."""


class Entry(Section):
    """Plans, and when they are run: at certain times (`when`), or when a file of theirs has changed (`watch`)."""

    name: Annotated[str, Field(pattern=_NAME)] = Field(description="What the entry is called in messages and logs.")
    plans: Literal["all"] | list[str] = Field(
        description="Names of plans in data/raw, or all: every plan that is there when the time comes."
    )
    when: str | None = Field(
        default=None,
        description="A cron expression (0 7 * * mon; days of the week as cron has them, 0 and 7 are Sunday), or words: "
        "every Monday at 07:00, third Thursday at 09:45, first working day at 07:00, last Friday of March at 09:30.",
    )
    watch: bool = Field(default=False, description="true: run a plan whenever one of its files has changed.")
    quiet_seconds: float = Field(
        default=30, ge=1, le=86400, description="How long the files of a watched plan have to stay the same first."
    )

    @field_validator("plans", mode="before")
    @classmethod
    def _one_is_a_list(cls, plans: Any) -> Any:
        return [plans] if isinstance(plans, str) and plans != ALL else plans

    @field_validator("plans")
    @classmethod
    def _some_plan(cls, plans: list[str] | str) -> list[str] | str:
        if not plans:
            raise ValueError("name at least one plan, or write all")
        return plans

    @field_validator("when")
    @classmethod
    def _is_understood(cls, when: str | None) -> str | None:
        if when is not None and not rule_of(when).comes(dt.date.today()):
            raise ValueError("such a day never comes")
        return when

    @model_validator(mode="after")
    def _either_way(self) -> Entry:
        if (self.when is None) != self.watch:
            raise ValueError("an entry has either `when: …` or `watch: true`, and not both")
        return self

    def plans_now(self, raw: Path) -> list[str]:
        """The plans that it means, those in data/raw now where it means all."""
        return plans_in(raw) if self.plans == ALL else list(self.plans)

    @property
    def said(self) -> str:
        """When it is due, as the file has it."""
        return self.when or f"when a file has changed and been quiet for {self.quiet_seconds:g} s"


class ScheduleFile(Section):
    """data/schedule.yaml."""

    time_zone: str = Field(default="Europe/London", description="The time zone of every `when`.")
    grace_hours: float = Field(
        default=24,
        gt=0,
        le=24 * 31,
        description="How late a run that was missed (the machine slept or was off) is still made, once.",
    )
    look_every_seconds: float = Field(
        default=5, ge=0.1, le=3600, description="How often this file and the files of watched plans are looked at."
    )
    runs: list[Entry] = Field(
        default_factory=list,
        description="What is run, and when. Empty where another scheduler runs `workforce run --notify`.",
    )
    notify: Notify = Field(default_factory=Notify, description="Who is told how it came out.")

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("there is no time zone of this name; write it as Europe/London") from None
        return zone

    @field_validator("runs")
    @classmethod
    def _each_has_its_name(cls, runs: list[Entry]) -> list[Entry]:
        names = [entry.name.casefold() for entry in runs]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two entries have the same name: {', '.join(repeated)}")
        return runs

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of every `when`."""
        return ZoneInfo(self.time_zone)


def load_schedule(home: Path, *, to_run: bool = True) -> ScheduleFile:
    """Read and check the schedule of a workspace, which has something `to_run` unless only people are to be told.

    Raises InputRefused with every unknown key, bad value and plan that is not there.
    """
    path = home / SCHEDULE_FILE
    if not path.is_file():
        rule = "there is no schedule here; docs/schedule.md says how to write one"
        raise InputRefused([Problem(file=str(path), rule=rule)])
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise InputRefused(
            [Problem(file=str(path), rule="the file should be lines of `key: value`, `runs:` among them")]
        )
    problems = list(_strangers(path, raw, plans_in(home / "data" / "raw")))
    try:
        parsed = ScheduleFile.model_validate(raw)
    except ValidationError as error:
        problems = [*(_without_secret(fault(path, detail, _SAYS)) for detail in error.errors()), *problems]
        parsed = None
    if parsed is not None and to_run and not parsed.runs:
        problems.append(Problem(file=str(path), key="runs", rule="should not be empty"))
    if problems or parsed is None:
        raise InputRefused(problems)
    return parsed


def plans_in(raw: Path) -> list[str]:
    """The names of the plans in data/raw."""
    return sorted(path.parent.name for path in raw.glob(f"*/{PLAN_FILE}") if SAFE_NAME.match(path.parent.name))


def _strangers(path: Path, raw: dict[str, Any], known: list[str]) -> Iterator[Problem]:
    """Plans that an entry names and that are not there."""
    entries = raw.get("runs")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        named = entry.get("plans") if isinstance(entry, dict) else None
        for place, plan in enumerate([named] if isinstance(named, str) else named if isinstance(named, list) else []):
            if isinstance(plan, str) and plan not in (*known, ALL):
                rule = f"there is no plan of this name; the plans in data/raw are: {', '.join(known) or 'none yet'}"
                yield Problem(file=str(path), key=f"runs.{index}.plans.{place}", value=plan, rule=rule)


def _without_secret(problem: Problem) -> Problem:
    secret = problem.key.rsplit(".", 1)[-1] in _SECRET
    return Problem(file=problem.file, key=problem.key, rule=problem.rule) if secret else problem
