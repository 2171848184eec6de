"""Staff over time in expected values, written a second time from docs/method.md, section 14, as plainly as can be.

People are kept by team and month of age, and those from outside by team, origin, month in post and year of age.
"""

from __future__ import annotations

import numpy as np

from pipeline.model.supply.system import AGES, LEAVING, SETTLED, TRANSFER, Course, System

OUT = 5
"""Risks."""


def staff_by_the_book(system: System, course: Course, draw: int) -> dict[str, np.ndarray]:
    """Heads, WTE and learning by month and cell; flows of heads by flow, month and cell; the unplaced; the trained."""
    last, teams, cells = course.months, system.teams, system.cells
    head, work = np.zeros((teams, 12 * AGES)), np.zeros((teams, 12 * AGES))
    for team, age, span, n, wte in zip(
        *(getattr(system, f"row_{x}") for x in ("team", "age", "span", "heads", "wte")), strict=True
    ):
        head[team, age : age + span] += n / span
        work[team, age : age + span] += n / span * wte
    new = np.zeros((teams, 3, SETTLED, AGES))
    w, cell, kind = system.entry_wte, system.team_cell, system.team_class
    siblings = system.team_gate[:, None] == system.team_gate[None, :]
    others = siblings & ~np.eye(teams, dtype=bool)
    out = {name: np.zeros((last + 1, cells)) for name in ("heads", "wte", "learning")}
    flows, unplaced = np.zeros((10, last + 1, cells)), np.zeros((last + 1, 3, system.gates))
    pool, trained = np.zeros((3, system.gates)), np.zeros((last + 1, system.pools))
    ready, offered, starts = np.zeros(system.pools), np.zeros(teams), np.zeros((teams, last + 9))
    years = np.arange(12 * AGES) // 12

    def funded(t: int) -> np.ndarray:
        part = course.participation[draw, system.cell_profession[cell], t]
        return course.posts[:, t] * course.posts_factor[draw, t] / part

    def vacancy(t: int) -> np.ndarray:
        in_post = work.sum(1) + w * new.sum((1, 2, 3))
        return np.maximum(0, funded(t) - in_post - offered * w)

    def record(t: int) -> None:
        lost = (1 - course.ramp[draw])[None] * new.sum(3) * w[:, None, None]
        per_team = (head.sum(1) + new.sum((1, 2, 3)), work.sum(1) + w * new.sum((1, 2, 3)), lost.sum((1, 2)))
        for name, values in zip(out, per_team, strict=True):
            np.add.at(out[name][t], cell, values)

    def note(flow: int, t: int, by_team: np.ndarray) -> None:
        np.add.at(flows[flow, t], cell, by_team)

    def keen(t: int) -> tuple[np.ndarray, np.ndarray]:
        lift = course.hiring[draw, t] * course.hiring_lever[course.hiring_row, t]
        return lift * course.applicants, lift * course.fill

    def come(t: int, origin: int, heads: np.ndarray) -> None:
        new[:, origin, 0] += heads[:, None] * system.entry_age[origin, kind]
        note((9, 7, 8)[origin], t, heads)

    free, wait = vacancy(0) / w, course.wait[draw, 0]
    if wait > 0:
        fixed, fill = keen(0)
        before = np.minimum((fixed + fill * free) / (1 + fill * wait), free / wait)
        for month in range(1, int(wait) + 2):
            starts[:, month] += before * min(1.0, wait - month + 1)
        offered += before * wait
    record(0)
    for t in range(1, last + 1):
        scale = system.team_factor * course.hazard_draw[draw][cell] * course.hazard_lever[course.hazard_row, t]
        hazard = system.hazard[:, kind].transpose(1, 0, 2) * scale[:, :, None]  # team, risk, year
        stays = np.where(others.any(1), course.within[draw, t], 0.0)
        gone, gone_work = np.zeros((teams, 12 * AGES)), np.zeros((teams, 12 * AGES))
        # Everybody is a month older, and the exits of the settled.
        for array in (head, work):
            array[:, -1] += array[:, -2]
            array[:, 1:-1] = array[:, :-2]
            array[:, 0] = 0
        total = hazard.sum(1)
        left = np.divide(-np.expm1(-total), total, out=np.ones_like(total), where=total > 0)[:, None] * hazard
        for risk in range(OUT):
            leaving = head * left[:, risk][:, years]
            if risk == TRANSFER:
                gone += leaving * stays[:, None]
                gone_work += work * left[:, risk][:, years] * stays[:, None]
                leaving = leaving * (1 - stays[:, None])
            note(risk, t, leaving.sum(1))
        head, work = head * np.exp(-total)[:, years], work * np.exp(-total)[:, years]
        # The exits of those from outside, who then settle.
        older = np.zeros_like(new)
        for origin in range(3):
            early = hazard.copy()
            early[:, LEAVING] *= course.early[draw, origin]
            total = early.sum(1)
            left = np.divide(-np.expm1(-total), total, out=np.ones_like(total), where=total > 0)[:, None] * early
            for s in range(SETTLED):
                now = np.minimum(np.arange(AGES) + (s + 1) // 12, AGES - 1)
                at = np.minimum(12 * np.arange(AGES) + s + 1, 12 * AGES - 1)
                for risk in range(OUT):
                    leaving = new[:, origin, s] * left[:, risk][:, now]
                    if risk == TRANSFER:
                        np.add.at(gone.T, at, (leaving * stays[:, None]).T)
                        np.add.at(gone_work.T, at, (leaving * stays[:, None] * w[:, None]).T)
                        leaving = leaving * (1 - stays[:, None])
                    note(risk, t, leaving.sum(1))
                still = new[:, origin, s] * np.exp(-total)[:, now]
                if s + 1 < SETTLED:
                    older[:, origin, s + 1] = still
                else:
                    np.add.at(head.T, at, still.T)
                    np.add.at(work.T, at, (still * w[:, None]).T)
        new[:] = older
        # Transfers within the system.
        v = vacancy(t)
        weight = np.where(others, v[None, :], 0.0)
        none = (weight.sum(1) <= 1e-12) | np.isinf(weight.sum(1))
        weight[none] = others[none]
        weight /= np.maximum(weight.sum(1, keepdims=True), 1e-300)
        head, work = head + weight.T @ gone, work + weight.T @ gone_work
        note(5, t, gone.sum(1))
        note(6, t, (weight.T @ gone).sum(1))
        # People of training who arrive, by intake.
        whole, frac = np.floor(course.month[draw]), course.month[draw] % 1
        due = (
            np.where(whole == t, 1 - frac, np.where(whole + 1 == t, frac, 0))
            * course.starters[draw]
            * course.arrives[draw]
        )
        np.add.at(ready, system.intake_pool[system.intake_pool >= 0], due[system.intake_pool >= 0])
        # Moves, one after the other.
        for m, (a, b, rate, p) in enumerate(
            zip(system.move_from, system.move_to, system.move_rate, system.move_pool, strict=True)
        ):
            v = vacancy(t)
            room = v[b] / w[a]
            rest = v[system.move_to[m:]][system.move_pool[m:] == p].sum()
            wanted = (
                rate * course.moving[draw, t] * room if p < 0 else (ready[p] * v[b] / rest if rest > 1e-12 else 0.0)
            )
            n = min(wanted, room, head[a].sum())
            if n <= 0:
                continue
            moved, moved_work = head[a] * n / head[a].sum(), work[a] * n / head[a].sum()
            head[a], work[a] = head[a] - moved, work[a] - moved_work
            head[b], work[b] = head[b] + moved, work[b] + moved_work
            if p >= 0:
                ready[p] -= n
            if cell[a] != cell[b]:
                flows[5, t, cell[a]] += n
                flows[6, t, cell[b]] += n
        trained[t] = ready
        # Newly qualified people and recruits from abroad.
        for gate in range(system.gates):
            own = system.team_gate == gate
            for origin in (1, 2):
                coming = pool[origin, gate]
                coming += (
                    due[system.intake_gate == gate].sum()
                    if origin == 1
                    else course.abroad[gate, t] * course.abroad_factor[draw, t]
                )
                v, each = vacancy(t), w
                n = min(coming, (v / each)[own].sum())
                taken = np.zeros(teams)
                if n > 0 and origin == 1:
                    taken[own] = n * (v / each)[own] / (v / each)[own].sum()
                elif n > 0:
                    low, high = 0.0, 1.0  # the vacancy share down to which recruits bring everybody
                    for _ in range(200):
                        level = (low + high) / 2
                        taken = np.where(own, np.maximum(0, v - level * funded(t)) / each, 0.0)
                        low, high = (level, high) if taken.sum() > n else (low, level)
                come(t, origin, taken)
                unplaced[t, origin, gate] = pool[origin, gate] = (coming - n) * (1 - course.dropout[draw])
        # Offers and first days.
        fixed, fill = keen(t)
        free, wait = vacancy(t) / w, course.wait[draw, t]
        offers = np.minimum(fixed + fill * free, free)
        starts[:, min(t + int(wait), last + 8)] += offers * (1 - wait % 1)
        starts[:, min(t + int(wait) + 1, last + 8)] += offers * (wait % 1)
        offered += offers - starts[:, t]
        come(t, 0, starts[:, t])
        record(t)
    return {**out, "flow_heads": flows, "unplaced": unplaced, "trained": trained}
