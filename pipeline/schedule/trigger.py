"""When a run is due, as APScheduler asks for it and keeps it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from pipeline.schedule.cron import cron_rule, is_cron
from pipeline.schedule.plain_words import words_rule
from pipeline.schedule.rule import Rule

A_MOMENT = dt.timedelta(microseconds=1)


def rule_of(when: str) -> Rule:
    """The rule of a cron expression or of plain words. Raises ValueError saying what can be written."""
    return cron_rule(when) if is_cron(when) else words_rule(when)


class WallClock(BaseTrigger):  # type: ignore[misc]
    """Due when clocks on the wall of a time zone show what `when` says (`rule_of`). It is kept as these two texts."""

    def __init__(self, when: str, zone: str) -> None:
        self.when, self.zone = when, zone
        self._rule, self._place = rule_of(when), ZoneInfo(zone)

    def get_next_fire_time(self, previous_fire_time: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
        """The next time after the previous one. Times that were missed since are due as well, each of them once."""
        return self._rule.next(now if previous_fire_time is None else previous_fire_time + A_MOMENT, self._place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WallClock) and (self.when, self.zone) == (other.when, other.zone)

    def __hash__(self) -> int:
        return hash((self.when, self.zone))

    def __getstate__(self) -> dict[str, Any]:
        return {"when": self.when, "zone": self.zone}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __repr__(self) -> str:
        return f"WallClock({self.when!r}, {self.zone!r})"
