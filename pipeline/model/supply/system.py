"""What the engine of staff over time works on: the staff there are, and what a course of events does to them.

Both are bundles of arrays, so that the expected values (`expected`) and the draws (`chances`) read the very same
numbers. The meaning of each and the order of a month are in docs/method.md, section 14.

Sizes: *teams* (employer, profession and band), *cells* (employer and profession), *gates* (profession and band: the
teams of one gate can take one another's people), *rows* of opening staff, *moves* between teams, *intakes* of training,
*draws*, and *months* 0 … T, where 0 is the base month.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int32]
Real = NDArray[np.float64]

RISKS = ("retirement", "leaving", "transfer", "ill health or death", "career break")
RETIREMENT, LEAVING, TRANSFER = (RISKS.index(name) for name in ("retirement", "leaving", "transfer"))
ORIGINS = ("hired", "newly qualified", "international")
HIRED, NEWLY_QUALIFIED, INTERNATIONAL = range(len(ORIGINS))
FLOWS = (
    "retired",
    "left",
    "transferred out of the system",
    "ill health or death",
    "career break",
    "moved away within the system",
    "moved here within the system",
    "newly qualified",
    "recruited abroad",
    "hired",
)
OUT_OF_SYSTEM = FLOWS.index("transferred out of the system")
MOVED_AWAY, MOVED_HERE = FLOWS.index("moved away within the system"), FLOWS.index("moved here within the system")
FROM_ORIGIN = (FLOWS.index("hired"), FLOWS.index("newly qualified"), FLOWS.index("recruited abroad"))
OUT, INTO = FLOWS[:MOVED_AWAY], FLOWS[MOVED_HERE + 1 :]
"""The flows that take people out of the system, in the order of RISKS, and those that bring them to it."""

YOUNGEST, OLDEST = 16, 80
"""Ages in years that the engine tells apart; whoever passes the oldest stays at it."""
AGES = OLDEST - YOUNGEST
SETTLED = 24
"""Months in post after which somebody from outside counts as settled (section 14)."""


class System(NamedTuple):
    """Staff in post at the base month and everything about them that no scenario changes."""

    team_cell: Whole
    """Cell of each team."""
    team_gate: Whole
    """Gate of each team."""
    gate_start: Whole
    """Where each gate's teams begin in `gate_team`; one more than there are gates."""
    gate_team: Whole
    """Teams in the order of their gates."""
    cell_profession: Whole
    """Profession of each cell."""
    entry_wte: Real
    """WTE for each person who is hired into a team."""
    row_team: Whole
    """Team of each row of opening staff."""
    row_age: Whole
    """Youngest age of the row, in months above YOUNGEST."""
    row_span: Whole
    """Months of age over which the row's people are spread evenly."""
    row_heads: Whole
    """People of each row."""
    row_wte: Real
    """WTE for each person of the row."""
    hazard: Real
    """Monthly hazard by risk, class of career and year of age above YOUNGEST."""
    team_class: Whole
    """Class of career of each team."""
    team_factor: Real
    """How a team's hazard differs from its class, by team and risk."""
    entry_age: Real
    """Share of those who arrive that are of an age, by origin, class of career and year of age above YOUNGEST."""
    move_from: Whole
    """Team that each move leaves."""
    move_to: Whole
    """Team that each move goes to."""
    move_rate: Real
    """Moves a month for each vacancy at the destination; not used where people train for the move."""
    move_pool: Whole
    """Which trained people a move is for, or -1. The moves of one pool stand together."""
    pools: int
    """Number of pools of people who trained for a move."""
    intake_gate: Whole
    """Gate that each intake of training leads to, or -1 where it trains staff in post for a move."""
    intake_pool: Whole
    """Pool of trained people that each intake leads to, or -1."""

    @property
    def teams(self) -> int:
        """Number of teams."""
        return len(self.team_cell)

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.cell_profession)

    @property
    def gates(self) -> int:
        """Number of gates."""
        return len(self.gate_start) - 1

    @property
    def heads(self) -> int:
        """People in post at the base month."""
        return int(self.row_heads.sum())


class Course(NamedTuple):
    """What happens to the staff in one scenario, in each draw. The last axis of what varies in time is months 0 … T."""

    posts: Real
    """Funded posts in WTE, by team and month; infinite where hiring is not limited by them."""
    posts_factor: Real
    """What funded posts are multiplied by, by draw and month."""
    hazard_draw: Real
    """What hazards are multiplied by, by draw, cell and risk."""
    hazard_row: Whole
    """Which row of `hazard_lever` holds for a team and risk."""
    hazard_lever: Real
    """What hazards are multiplied by, by row and month."""
    early: Real
    """What the hazard of leaving is multiplied by until people are settled, by draw and origin."""
    within: Real
    """Share of transfers that land at another employer of the system, by draw and month."""
    fill: Real
    """People hired a month for each vacancy without an offer, by team."""
    applicants: Real
    """People a month who apply whatever the vacancies, by team."""
    hiring: Real
    """What `fill` and `applicants` are multiplied by, by draw and month."""
    hiring_row: Whole
    """Which row of `hiring_lever` holds for a team."""
    hiring_lever: Real
    """What `fill` and `applicants` are multiplied by, by row and month."""
    wait: Real
    """Months from an offer to the first day, by draw and month of the offer."""
    moving: Real
    """What `move_rate` is multiplied by, by draw and month."""
    participation: Real
    """What everybody's WTE is multiplied by, by draw, profession and month."""
    abroad: Real
    """People a month who arrive from abroad, by gate and month."""
    abroad_factor: Real
    """What `abroad` is multiplied by, by draw and month."""
    starters: Real
    """People who begin each intake, by draw and intake."""
    arrives: Real
    """Share of those who begin that arrive here, by draw and intake."""
    month: Real
    """Month in which an intake arrives, by draw and intake; a part of a month is shared by the months about it."""
    dropout: Real
    """Share of the unplaced who give up in a month, by draw."""
    ramp: Real
    """Output of those from outside against that of the settled, by draw, origin and month in post, 0 … SETTLED - 1."""

    @property
    def months(self) -> int:
        """T: months after the base month."""
        return int(self.posts.shape[1]) - 1

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.within)

    def only(self, first: int, last: int) -> Course:
        """The course in the draws from `first` up to `last`.

        An array may hold once what repeats itself; here each is written out, as what is compiled takes it.
        """
        by_draw: dict[str, Any] = {
            name: np.require(getattr(self, name)[first:last], None, ["C", "W"]) for name in BY_DRAW
        }
        return self._replace(**by_draw)

    def repeated(self, draws: int) -> Course:
        """The first draw of the course, so many times, held once."""
        first = {name: getattr(self, name)[:1] for name in BY_DRAW}
        by_draw: dict[str, Any] = {
            name: np.broadcast_to(each, (draws, *each.shape[1:])) for name, each in first.items()
        }
        return self._replace(**by_draw)


BY_DRAW = (
    *("posts_factor", "hazard_draw", "early", "within", "hiring", "wait", "moving", "participation"),
    *("abroad_factor", "starters", "arrives", "month", "dropout", "ramp"),
)
"""Arrays of a course that have a value for each draw."""


class Staff(NamedTuple):
    """Staff by month. Headcount and WTE are never mixed; WTE is before the course's participation."""

    heads: Real
    """People in post, by month and cell."""
    wte: Real
    """Their WTE, by month and cell."""
    learning: Real
    """WTE lost since people from outside have not their full output yet, by month and cell."""
    flow_heads: Real
    """People of each flow in a month, by flow, month and cell."""
    flow_wte: Real
    """Their WTE, by flow, month and cell."""
    unplaced: Real
    """People waiting for a vacancy, by month, origin and gate."""
    gave_up: Real
    """Unplaced people who gave up in a month, by month, origin and gate."""
    trained: Real
    """Staff in post who have trained for a move and wait for a vacancy, by month and pool."""
