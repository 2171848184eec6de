"""What the portal reads of a plan: records of runs as they lie on disk, whatever version of the code wrote them.

A record is taken only as far as it has the right shape; text in it is anything that somebody has written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, ValidationError


def _or_nothing(value: Any) -> Any:
    """An unknown text is an empty one."""
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_or_nothing)]
Figure = FiniteFloat | None


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Headline(_Read):
    """One headline figure: WTE, patients, a share (0 to 1) or assumptions, with P10 and P90 where it has a range."""

    key: str
    label: Text = ""
    value: Figure = None
    low: Figure = None
    high: Figure = None
    unit: Text = ""


class PillarGap(_Read):
    """The gap of a pillar at the end of the plan, WTE, as staff needed less staff there."""

    pillar: str
    in_post: Figure = None
    p10: Figure = None
    p50: Figure = None
    p90: Figure = None


class Move(_Read):
    """How far a headline moved since an earlier run, and how much of that came from what."""

    key: str
    unit: Text = ""
    label: Text = ""
    then: Figure = None
    now: Figure = None
    change: Figure = None
    data: Figure = None
    assumptions: Figure = None
    model: Figure = None


class Since(_Read):
    """The earlier run that a report compares itself with."""

    run_id: Text = ""
    made: Text = ""
    version: Text = ""


class Changes(_Read):
    """What moved since an earlier run."""

    since: Since | None = None
    headlines: tuple[Move, ...] = ()


class Published(_Read):
    """What a report says of its plan at a glance (run.published)."""

    name: Text = ""
    status: Text = ""
    version: Text = ""
    base_month: Text = ""
    horizon_months: int | None = None
    latest_month: Text = ""
    chance_short: Figure = None
    pillars: tuple[PillarGap, ...] = ()
    changes: Changes | None = None


class SignedOff(_Read):
    """An approval as a record holds it."""

    by: Text = ""
    role: Text = ""
    minute: Text = ""
    date: Text = ""
    version: Text = ""
    run_id: Text = ""


class StageOutcome(_Read):
    """How a stage came out."""

    name: str
    status: Text = ""
    seconds: float = 0.0
    why: Text = ""


class DocumentFiles(_Read):
    """The files of a report by name."""

    html: Text = ""
    pdf: Text = ""
    beside: dict[str, str] = Field(default_factory=dict)


class Settings(_Read):
    """What a past run's plan.yaml said, as far as it is listed."""

    name: Text = ""


class Record(_Read):
    """The record of one run (run.json, or a run that was kept)."""

    run_id: str
    started: Text = ""
    made: Text = ""
    seconds: Figure = None
    version: Text = ""
    headlines: tuple[Headline, ...] = ()
    approval: tuple[SignedOff, ...] = ()
    last_approved: SignedOff | None = None
    sign_offs_refused: Text = ""
    stages: tuple[StageOutcome, ...] = ()
    document: DocumentFiles | None = None
    published: Published | None = None
    settings: Settings | None = None
    basis: dict[str, str] = Field(default_factory=dict)

    @property
    def figures(self) -> dict[str, Headline]:
        """Its headline figures by key; one without a value is left out."""
        return {each.key: each for each in self.headlines if each.value is not None}


def record_of(facts: Mapping[str, Any]) -> Record:
    """A record from what a file says. Raises ValueError, naming the first place that has another shape."""
    try:
        return Record.model_validate(facts)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {first['msg'].lower()}") from None


@dataclass(frozen=True)
class PastReport:
    """A run that was kept: its record, which of data, assumptions and model differ from the run before, if signed."""

    record: Record
    changed: tuple[str, ...] | None
    signed: bool


@dataclass(frozen=True)
class Failure:
    """The last try, where it came to nothing: when it began, at which stage it stopped, and why."""

    started: str
    stage: str
    cause: str


@dataclass(frozen=True)
class Listed:
    """All that the portal knows of one plan.

    `folder` is its name and that of its folder; `record` is that of the report in use, None where there is none.
    `failure` is the last try if it failed, `refused` why plan.yaml cannot be used as it stands. `links` are addresses
    of files by what they are, `previous` that of the report before, with the day it was made. `history` are the kept
    runs, newest first; `damaged` names the files of runs that cannot be used.
    """

    folder: str
    name: str
    record: Record | None = None
    failure: Failure | None = None
    refused: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    previous: tuple[str, str] | None = None
    history: tuple[PastReport, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A folder or file that could not be used, and why."""

    place: str
    why: str
