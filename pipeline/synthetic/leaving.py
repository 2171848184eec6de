"""Who leaves in a month: reasons compete, contracts end, and transfers inside the system are conserved."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.careers import LEAVING, OLDEST, PULLED, TRANSFER, careers, leaving_hazards
from pipeline.synthetic.chance import Floats, choose, spread, stream, uniforms
from pipeline.synthetic.events import JOINER, LEAVER, Events, by_reason
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.posts import PERMANENT, Posts, fill, kind_of
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.settings import Setting
from pipeline.synthetic.teams import Flags, Integers, Slots, Team
from pipeline.tables.workforce import TRANSFER_NHS, TRANSFER_WITHIN

END_OF_CONTRACT = "end of contract"
ONE_BAND = 1.0


@dataclass(frozen=True)
class Leaving:
    """What the month's leaving needs of every slot: kind of career, and the factor on resigning and transferring.

    `years` is the factor of each step's year on every reason: rows for the first month to the one after the last.
    """

    slots: Slots
    kind: Integers
    factor: Floats
    years: Floats

    @classmethod
    def of(cls, slots: Slots, recipe: Recipe, last: int) -> Leaving:
        """From the slots, the parameters, and how far the recipe lets years differ, up to the one after step `last`."""
        by_team = np.array([pull(team) for team in slots.teams])
        years = [_year(recipe, (last - step) // 12) for step in range(last + 2)]
        return cls(slots, kind_of(slots), by_team[slots.team], np.array(years))


def _year(recipe: Recipe, back: int) -> list[float]:
    """The factor of a year on each reason; `back` is 0 for the twelve months to the last step, -1 for those to come."""
    return [spread(stream(recipe.seed, "year", back, reason), recipe.years_differ) for reason in LEAVING]


def pull(team: Team) -> float:
    """The true factor of a team on the hazards of resigning and of transferring."""
    employer = careers()["employers"].get(team.trust.code, 1.0)
    return float(employer * team.setting.pull * retention(team).get("factor", 1.0))


def retention(team: Team) -> dict[str, float]:
    """What was planted for a team that keeps its staff badly: factor and months to fill."""
    for row in parameters("planted")["retention"]:
        named = (row["trust"], row["setting"]) == (team.trust.code, team.setting.setting)
        if named and row.get("group", team.setting.group) == team.setting.group:
            return {"factor": row["factor"], "fill": row["fill"]}
    return {}


def hazards(leaving: Leaving, slot: Integers, age: Integers, step: int | Integers) -> Floats:
    """Monthly hazards of leaving: a row for each person and a column for each reason. Steps are one, or one each."""
    found = leaving_hazards()[leaving.kind[slot], np.minimum(age // 12, OLDEST)]
    found[:, PULLED] *= leaving.factor[slot][:, None]
    return np.asarray(found * leaving.years[step])


def leave(posts: Posts, leaving: Leaving, events: Events, step: int, expected: Floats) -> None:
    """Take this month's leavers out of their posts. `expected` (team by reason) grows by the leavers to expect."""
    here = np.flatnonzero(posts.filled)
    found = hazards(leaving, posts.slot[here], posts.age[here], step)
    total = found.sum(axis=1)
    chance = 1 - np.exp(-total)
    np.add.at(expected, leaving.slots.team[posts.slot[here]], found / total[:, None] * chance[:, None])
    going = uniforms(posts.key[here], "leave", step) < chance
    which, hazard = here[going], found[going]
    reasons = choose(uniforms(posts.key[which], "reason", step), hazard)
    vacant = posts.vacant
    posts.filled[which] = False
    for reason, leavers in by_reason(which, reasons, LEAVING):
        if reason == TRANSFER:
            _transfer(posts, leaving.slots, events, step, leavers, vacant)
        else:
            events.add(posts, leavers, step, LEAVER, reason)
    _end_contracts(posts, leaving.slots, events, step)


def _end_contracts(posts: Posts, slots: Slots, events: Events, step: int) -> None:
    ending = np.flatnonzero(posts.filled & (posts.ends == step))
    stays = uniforms(posts.key[ending], "permanent", step) < careers()["fixed_term"]["made_permanent"]
    stays &= slots.training[posts.slot[ending]] == 0
    events.add(posts, ending[~stays], step, LEAVER, END_OF_CONTRACT)
    posts.filled[ending[~stays]] = False
    posts.ends[ending[stays]] = PERMANENT


def _transfer(posts: Posts, slots: Slots, events: Events, step: int, leavers: Integers, vacant: Flags) -> None:
    """Leavers who look inside the system take a vacant post there, if there is one; the others go elsewhere."""
    inside = uniforms(posts.key[leavers], "inside", step) < careers()["transfer_within"]
    looking = leavers[inside & (slots.training[posts.slot[leavers]] == 0)]
    looking = looking[np.argsort(uniforms(posts.key[looking], "turn", step), kind="stable")]
    open_posts = _vacancies(posts, slots, np.flatnonzero(vacant), step) if len(looking) else {}
    pairs = [(who, _take(posts, slots, open_posts, who)) for who in looking.tolist()]
    found = np.array([who for who, post in pairs if post is not None], dtype=np.int64)
    taken = np.array([post for _, post in pairs if post is not None], dtype=np.int64)
    events.add(posts, found, step, LEAVER, TRANSFER_WITHIN)
    events.add(posts, np.setdiff1d(leavers, found), step, LEAVER, TRANSFER_NHS)
    if len(found):
        fill(posts, slots, taken, posts.age[found], step)
        events.add(posts, taken, step, JOINER, TRANSFER_WITHIN)


Place = tuple[str, Setting]


def _vacancies(posts: Posts, slots: Slots, vacant: Integers, step: int) -> dict[Place, list[int]]:
    found: defaultdict[Place, list[int]] = defaultdict(list)
    for post in vacant[np.argsort(uniforms(posts.key[vacant], "offer", step), kind="stable")].tolist():
        found[_place(slots, int(posts.slot[post]))].append(post)
    return found


def _place(slots: Slots, slot: int) -> Place:
    team = slots.teams[slots.team[slot]]
    return team.trust.ics, team.setting


def _take(posts: Posts, slots: Slots, open_posts: dict[Place, list[int]], who: int) -> int | None:
    """A vacant post of the same setting at another employer of the system, at the same band or the next."""
    slot = int(posts.slot[who])
    offers = open_posts.get(_place(slots, slot), [])
    employer = slots.teams[slots.team[slot]].trust
    for post in offers:
        other = int(posts.slot[post])
        step_up = slots.rank[other] - slots.rank[slot]
        if slots.teams[slots.team[other]].trust != employer and 0 <= step_up <= ONE_BAND and not slots.training[other]:
            offers.remove(post)
            return post
    return None
