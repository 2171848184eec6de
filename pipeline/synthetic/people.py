"""People in post, by simulation of funded posts: holders leave, vacant posts are filled, the establishment changes.

Each team (one trust, one care setting or specialty) has its own stream of chance.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from pipeline.months import add_months, months_between
from pipeline.synthetic.chance import count, stream, whole
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.places import Trust, places

CORE5, CORE3 = "core5", "core3"


@dataclass(frozen=True)
class Setting:
    """A care setting or specialty: posts per million people, and how they empty, fill and grow."""

    setting: str
    group: str
    posts: float
    leave: float
    fill: float
    growth: float
    cells: dict[str, float]
    only: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    source: str = CORE5

    def at(self, trust: Trust) -> bool:
        """Whether the trust has such posts."""
        allowed = parameters("people")["only_settings"].get(trust.code)
        if allowed is not None and self.setting not in allowed:
            return False
        return (not self.only or trust.code in self.only) and trust.code not in self.excepted


@dataclass
class Post:
    """A funded post: its level and band, and its holder's share of full time (None while it is vacant)."""

    cell: str
    hours: float
    filled: bool


@dataclass
class Team:
    """The posts of one trust in one setting, and what happened to them."""

    trust: Trust
    setting: Setting
    snapshots: dict[dt.date, dict[str, list[float]]] = field(default_factory=dict)
    funded: dict[dt.date, float] = field(default_factory=dict)
    holders_at_start: int = 0
    leavers: int = 0
    joiners: int = 0
    holder_months: int = 0


@cache
def settings(source: str) -> tuple[Setting, ...]:
    """The care settings of Core 5 or the specialties of Core 3."""
    return tuple(
        Setting(
            **{key: value for key, value in row.items() if key not in ("only", "except")},
            only=tuple(row.get("only", ())),
            excepted=tuple(row.get("except", ())),
            source=source,
        )
        for row in parameters("people")[source]["settings"]
    )


@cache
def teams(seed: int, source: str) -> tuple[Team, ...]:
    """Every team of Core 5 or Core 3, month by month from the start to the last snapshot."""
    chosen = [(trust, setting) for trust in places().trusts for setting in settings(source) if setting.at(trust)]
    return tuple(_history(seed, trust, setting) for trust, setting in chosen)


def snapshot_months() -> list[dt.date]:
    """The months of the staff files."""
    return [month(written) for written in parameters("people")["snapshots"]]


def monthly(annual: float) -> float:
    """The monthly probability of an annual one."""
    return float(1 - (1 - annual) ** (1 / 12))


def leave_and_fill(trust: Trust, setting: Setting) -> tuple[float, float]:
    """True annual share leaving, and mean months to fill, of a team."""
    own = _planted("retention", trust, setting)
    return float(own.get("leave", setting.leave)), float(own.get("fill", setting.fill))


def _planted(kind: str, trust: Trust, setting: Setting) -> dict[str, Any]:
    rows = parameters("people")[kind]
    return next((row for row in rows if (row["trust"], row["setting"]) == (trust.code, setting.setting)), {})


def _history(seed: int, trust: Trust, setting: Setting) -> Team:
    rng = stream(seed, "posts", trust.code, setting.source, setting.group, setting.setting)
    team, posts = Team(trust, setting), _first_posts(rng, trust, setting)
    team.holders_at_start = sum(post.filled for post in posts)
    leave, fill = leave_and_fill(trust, setting)
    start, wanted = month(parameters("people")["start"]), snapshot_months()
    for step in range(1, months_between(start, wanted[-1]) + 1):
        _turn_over(rng, team, posts, monthly(leave), 1 / fill)
        _change_establishment(rng, team.setting, posts)
        now = add_months(start, step)
        if now in wanted:
            team.snapshots[now] = _in_post(posts)
            team.funded[now] = round(sum(post.hours for post in posts), 5)
    return team


def _first_posts(rng: Random, trust: Trust, setting: Setting) -> list[Post]:
    factor = float(_planted("staffing", trust, setting).get("factor", 1.0))
    expected = setting.posts * trust.population / 1000 * factor
    vacant = monthly(setting.leave) / (monthly(setting.leave) + 1 / setting.fill)
    return [_post(rng, setting, rng.random() >= vacant) for _ in range(max(1, count(rng, expected)))]


def _post(rng: Random, setting: Setting, filled: bool) -> Post:
    cell = rng.choices(list(setting.cells), list(setting.cells.values()))[0]
    return Post(cell, _hours(rng, setting), filled)


def _hours(rng: Random, setting: Setting) -> float:
    hours = parameters("people")["hours"]["doctors" if setting.source == CORE3 else "standard"]
    return float(rng.choices(list(hours), list(hours.values()))[0])


def _turn_over(rng: Random, team: Team, posts: list[Post], leave: float, fill: float) -> None:
    for post in posts:
        if post.filled:
            team.holder_months += 1
            if rng.random() < leave:
                post.filled = False
                team.leavers += 1
        elif rng.random() < fill:
            post.filled, post.hours = True, _hours(rng, team.setting)
            team.joiners += 1


def _change_establishment(rng: Random, setting: Setting, posts: list[Post]) -> None:
    change = whole(rng, len(posts) * abs(setting.growth) / 12)
    if setting.growth > 0:
        posts.extend(_post(rng, setting, filled=False) for _ in range(change))
        return
    for post in [post for post in posts if not post.filled][:change]:
        posts.remove(post)


def _in_post(posts: list[Post]) -> dict[str, list[float]]:
    cells: defaultdict[str, list[float]] = defaultdict(list)
    for post in posts:
        if post.filled:
            cells[post.cell].append(post.hours)
    return dict(cells)


def staff_rows(seed: int, source: str, day: dt.date) -> Iterator[tuple[Team, str, float, int]]:
    """Team, cell, whole-time equivalents and people of every filled cell in a month."""
    for team in teams(seed, source):
        for cell in team.setting.cells:
            hours = team.snapshots[day].get(cell, [])
            if hours:
                yield team, cell, round(sum(hours), 5), len(hours)
