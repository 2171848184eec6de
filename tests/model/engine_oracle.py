"""Staff needed and the gap in expected values, written a second time, as plainly as can be.

From docs/method.md, sections 4 and 14 to 16, a cell and a month at a time. Staff: supply_oracle.py.
Taken from the engine as they stand, with tests of their own: people to come, trainees by month, the tables of lists, of
centres and of who reports, who comes in an average month, and the numbers (not the steps) of the course of staff.
"""

from __future__ import annotations

from math import exp, expm1, isnan, log, log1p

import numpy as np
from skill_mix_oracle import mixed
from small_settings import expected
from supply_oracle import staff_by_the_book

from pipeline.model.plan_centres import Levers, plan_centre_path
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario
from pipeline.model.supply.system import ORIGINS, SETTLED, Course
from pipeline.months import add_months, months_between

TO = {
    "linear": lambda v: v,
    "log": log,
    "logit": lambda v: log(v / (1 - v)),
    "cloglog": lambda v: log(-log1p(-v)),
}
FROM = {"linear": lambda v: v, "log": exp, "logit": lambda v: 1 / (1 + exp(-v)), "cloglog": lambda v: -expm1(-exp(v))}


class Oracle:
    """A scenario of a plan, every assumption at its value. Arrays are cells x months + 1."""

    def __init__(self, setting: Setting, scenario: Scenario) -> None:
        self.of, self.scenario, self.held, self.last = setting, scenario, setting.assumptions, setting.months
        self.months, self.known = range(self.last + 1), {}
        self.had = setting.wte_at_base + setting.cover.wte[:, 0, 0] - self.lacking(0)

    def lacking(self, month: int) -> np.ndarray:
        """Output that those who came in the two years before the base month still lack, by cell."""
        lost = np.zeros(len(self.of.keys))
        for origin, name in enumerate(ORIGINS):
            first, full = (self.at(f"{kind} / {name}", 0) for kind in ("output_at_start", "output_months"))
            for served in range(month, SETTLED):
                lost += self.of.arrivals[origin] * (1 - min(1.0, first + (1 - first) * served / full))
        return lost

    def at(self, key: str, month: int) -> float:
        """The value of an assumption in a month."""
        if (key, month) not in self.known:
            self.known[key, month] = self._at(key, month)
        return self.known[key, month]

    def _at(self, key: str, month: int) -> float:
        own = self.held[key]
        start = TO[own.scale](own.value)
        now = end = start
        for each in self.scenario.changes:
            fits = [(each.item, own.item), (each.test, own.test), (each.profession, own.profession)]
            if each.kind != own.kind or any(wanted and wanted != part for wanted, part in fits):
                continue
            words = {"low": own.low, "high": own.high, "plan": self.of.implied.values.get(key), "horizon": self.last}
            target = words.get(each.moves_to, each.moves_to) if each.moves_to is not None else each.at_least
            if each.add is None and target is None:
                continue
            amount = each.add if each.add is not None else TO[own.scale](target) - end
            amount = max(0.0, amount) if each.at_least is not None else amount
            lasts = self.of.implied.months if each.moves_to == "plan" else each.lasts_months
            weight = {}
            for when in (month, self.last):
                since = when - each.after_months
                weight[when] = min(1.0, since / each.over_months) if each.over_months else 1.0
                if since <= 0 or (lasts is not None and since > lasts):
                    weight[when] = 0.0
            now, end = now + amount * weight[month], end + amount * weight[self.last]
        return own.value if now == start else FROM[own.scale](now)

    def summed(self, kind: str, who: str, month: int) -> float:
        return sum(self.at(k, month) for k, a in self.held.items() if a.kind == kind and a.profession in ("", who))

    def hours(self, who: str, month: int) -> float:
        """Hours a year at work of one WTE."""
        own = f"contract_hours_week / {who}"
        week = self.at(own if own in self.held else "contract_hours_week", month)
        return week * self.at("weeks_year", month) * (1 - self.summed("unavailable", who, month))

    def for_tests(self, who: str, month: int) -> float:
        shares = [k for k, a in self.held.items() if a.kind == "category_allowance" and a.profession == who]
        return self.hours(who, month) * (1 - sum(self.at(k, month) for k in shares))

    def rate(self, key: str, month: int) -> float:
        """A yearly rate added up to a month."""
        return sum(self.at(key, m) for m in range(1, month + 1)) / 12

    def output(self, month: int) -> float:
        return exp(sum(log1p(self.at("productivity_growth", m)) for m in range(1, month + 1)) / 12)

    def many(self, test: str, month: int) -> float:
        """Tests against the base month."""
        base, growth = self.of.base_month, self.held.get(f"activity_growth / {test}")
        factor = float(self.of.people.factor(base, [add_months(base, month)])[0, 0])
        if growth is not None:
            past = growth.grade == "measured" and growth.from_date < base
            ageing = self.of.people.growth_a_year(growth.from_date, base) if past else 0.0
            factor *= exp(self.rate(growth.key, month) - ageing * month / 12)
        factor *= self.at("activity_shock", month) / self.at("activity_shock", 0)
        return factor * (1 - self.at("avoided", month)) / (1 - self.at("avoided", 0))

    def tests(self, row: object) -> float:
        """Tests a year of a row of counts, at the base month."""
        months = months_between(row.from_month, self.of.base_month)
        months -= months_between(row.from_month, row.to_month) / 2
        growth = f"activity_growth / {row.test}"
        tests = row.annual_tests * exp((self.at(growth, 0) if growth in self.held else 0.0) * months / 12)
        return tests / (1 + self.at("productivity_growth", 0)) ** (months / 12)

    def reporters(self, employer: str, test: str) -> list[object]:
        """Who reports a test at an employer, or might."""
        return [each for each in self.of.reports.itertuples() if (each.employer, each.test) == (employer, test)]

    def reported(self, employer: str, test: str) -> tuple[list[tuple[str, list[float]]], set[str]]:
        """Hours of reports for each test that are work of their own, and whose standard they stand in the place of."""
        known = [e for e in self.reporters(employer, test) if e.reports_a_test == 0 or not isnan(e.minutes_each)]
        takes = []
        for each in known:
            if each.work in ("instead", "beside") and each.reports_a_test:
                slower = [self.at(f"report_minutes / {each.reporter}", m) for m in self.months]
                takes.append((each.profession, [each.reports_a_test * each.minutes_each / 60 * s for s in slower]))
        return takes, {each.profession for each in known if each.work == "instead"}

    def work(self) -> list[tuple[str, str, str, float, float, list[float], bool]]:
        """Employer, profession, test, tests a year, WTE at the base month, what a test takes then over now, reports."""
        found, cells = [], self.of.keys
        for row in self.of.annual.itertuples():
            tests = self.tests(row)
            takes_by, own = self.reported(row.provider, row.test)
            reports = len(takes_by)
            for key, each in self.held.items():
                if each.profession in own:
                    continue
                if each.kind == "minutes" and each.test == row.test:
                    takes_by.append((each.profession, [self.at(key, m) / 60 for m in self.months]))
                elif each.kind == "list_hours" and f"points / {row.test}" in self.held:
                    keys = (key, f"points / {row.test}", "points_per_list")
                    takes = [self.at(keys[0], m) * self.at(keys[1], m) / self.at(keys[2], m) for m in self.months]
                    takes_by.append((each.profession, takes))
                elif (each.kind, each.test) == ("work_follows", row.test) and (row.provider, each.profession) in cells:
                    wte = self.had[cells.index((row.provider, each.profession))] * self.at(key, 0)
                    found.append((row.provider, each.profession, row.test, tests, wte, [1.0] * len(self.months), False))
            for n, (who, takes) in enumerate(takes_by):
                wte = tests * takes[0] / self.for_tests(who, 0)
                more = [each_now / takes[0] for each_now in takes]
                found.append((row.provider, who, row.test, tests, wte, more, n < reports))
        return found

    def reports_moved(self, moved: np.ndarray) -> None:
        """WTE of reports that another makes than at the base month, each in minutes of their own."""
        names = [each.item for each in self.held.values() if each.kind == "reports_moved"]
        for row in self.of.annual.itertuples():
            reporters = self.reporters(row.provider, row.test)
            by = {each.reporter: each for each in reporters}
            many = {who: each.reports_a_test for who, each in by.items()}
            many["bought in"] = sum(each.reports_a_test for each in reporters if not each.profession)
            can = [name for name in names if self.can_move(row.provider, by, many, *name.split(" to "))]
            for name, m in ((name, m) for name in can for m in self.months):
                giver, taker = name.split(" to ")
                share = {n: self.at(f"reports_moved / {n}", m) - self.at(f"reports_moved / {n}", 0) for n in can}
                whole = sum(part for n, part in share.items() if n.split(" to ")[0] == giver)
                made = self.tests(row) * self.many(row.test, m) / self.output(m) * many[giver]
                for who, sign in ((giver, -1), (taker, 1)):
                    each = by.get(who)
                    if each is not None and (row.provider, each.profession) in self.of.keys:
                        hours = each.minutes_each / 60 * self.at(f"report_minutes / {who}", m)
                        wte = made * share[name] / max(1.0, whole) * hours / self.for_tests(each.profession, m)
                        moved[self.of.keys.index((row.provider, each.profession)), m] += sign * wte

    def can_move(self, employer: str, by: dict, many: dict, giver: str, taker: str) -> bool:
        """Whether there are reports to give, somebody to take them, and minutes of both."""
        ends = [by[who] for who in (giver, taker) if who in by]
        timed = all(not each.profession or not isnan(each.minutes_each) for each in ends)
        staffed = taker in by and (not by[taker].profession or (employer, by[taker].profession) in self.of.keys)
        return many.get(giver, 0) > 0 and staffed and timed

    def need(self) -> dict[str, np.ndarray]:
        cells, shape = self.of.keys, (len(self.of.keys), self.last + 1)
        part = {n: np.zeros(shape) for n in ("counted", "moved", "other", "lists", "centres", "education")}
        floor = {n: np.zeros(shape) for n in ("rooms", "rotas")}
        work, other = self.work(), self.had.copy()
        pooled: dict[tuple[str, str], list[np.ndarray]] = {}
        seen: set[tuple[str, str, str]] = set()
        for employer, who, test, tests, wte, more, _ in work:
            time = [self.for_tests(who, 0) / self.for_tests(who, m) for m in self.months]
            each = np.array([wte / tests * more[m] * time[m] / self.output(m) for m in self.months])
            once = 0.0 if (employer, test, who) in seen else tests
            seen.add((employer, test, who))
            pooled.setdefault((test, who), []).append(np.array([each * tests, np.full(len(self.months), once)]))
            if (employer, who) not in cells:
                continue
            cell = cells.index((employer, who))
            other[cell] -= wte
            part["counted"][cell] += each * tests * [self.many(test, m) for m in self.months]
            part["lists"][cell] += each * self.list_tests(employer, test)
        for (cell, (_, who)), m in ((c, m) for c in enumerate(cells) for m in self.months):
            time = self.for_tests(who, 0) / self.for_tests(who, m)
            part["other"][cell, m] = other[cell] * exp(self.rate("other_work_growth", m)) * time
            part["education"][cell, m] = self.supervision(cell, who, m) - self.supervision(cell, who, 0)
            for name, wte in self.floors(*cells[cell], m).items():
                floor[name][cell, m] = wte
        part["moved"] += mixed(self, work)
        has = part["counted"] + part["moved"]
        for key, move in self.held.items():
            for cell, (employer, who) in enumerate(cells):
                if move.kind == "work_moved" and who == move.profession and (employer, move.item) in cells:
                    gives = has[cell] * [self.at(key, m) - self.at(key, 0) for m in self.months]
                    part["moved"][cell] -= gives
                    rate = self.for_tests(who, 0) / self.for_tests(move.item, 0)
                    part["moved"][cells.index((employer, move.item))] += gives * rate
        self.reports_moved(part["moved"])
        each_test = {key: np.sum(rows, axis=0) for key, rows in pooled.items()}
        self.centres(part["centres"], {key: wte / tests for key, (wte, tests) in each_test.items()})
        workload = np.sum(list(part.values()), axis=0)
        whole = np.maximum(np.maximum(workload, floor["rooms"]), floor["rotas"])
        return {**part, **floor, "workload": workload, "whole": whole}

    def list_tests(self, employer: str, test: str) -> np.ndarray:
        """Tests a year for a waiting list, by month."""
        rows = self.of.lists[(self.of.lists["provider"] == employer) & (self.of.lists["test"] == test)]
        share, done = self.at("list_cleared", self.last), np.zeros(self.last + 1)
        for row in rows.itertuples():
            span = self.at("clear_months", self.last)
            cleared = min(int(np.ceil(span)), self.last)
            f = -log1p(-self.at("seen_in_time", self.last))
            target = row.referrals * self.many(test, cleared) * (6 * 7 / 365.25) / f
            part_of = [0.0] + [min(max(span - (m - 1), 0.0), 1.0) for m in self.months if m]
            years = sum(part_of[m] * self.many(test, m) for m in self.months) / 12
            backlog = max(0.0, row.waiting - max(0.0, -row.list_growth) * years - target)
            for m in self.months[1:]:
                done[m] += share * (max(0.0, row.list_growth) * self.many(test, m) + backlog * part_of[m] / span * 12)
        return done

    def supervision(self, cell: int, who: str, month: int) -> float:
        trainees, same = self.of.trainees, [c for c, (_, w) in enumerate(self.of.keys) if w == who]
        share = self.of.wte_at_base[cell] / self.of.wte_at_base[same].sum()
        times = self.at("supervision", month) * self.at("weeks_year", month)
        hours = 0.0
        for number, route in enumerate(trainees.routes.itertuples()):
            if route.profession == who:
                people = trainees.settled[number, month]
                for intake in np.flatnonzero(trainees.planned_route == number):
                    places = self.at("places_to_come", int(trainees.planned_begins[intake]))
                    people += trainees.planned[intake, month] * places
                hours += route.supervision_hours_week * people * times
        return share * hours / self.hours(who, month)

    def floors(self, employer: str, who: str, month: int) -> dict[str, float]:
        year = self.at("weeks_year", month) / self.hours(who, month)
        own = [t[(t["employer"] == employer) & (t["profession"] == who)] for t in (self.of.rooms, self.of.rotas)]
        return {
            "rooms": sum(r.rooms * r.open_hours_week * r.staff_per_room * year for r in own[0].itertuples()),
            "rotas": sum(r.posts * r.hours_week * year for r in own[1].itertuples()),
        }

    def centre_paths(self) -> list[tuple[object, list[float]]]:
        """What open centres and those to come do, and how much of it comes about in each month."""
        levers = Levers(self.at("centres_later", self.last), self.at("centre_hours_extra", self.last))
        shares = ((False, [1.0] * len(self.months)), (True, [self.at("centres_to_come", m) for m in self.months]))
        paths = [(plan_centre_path(self.of, levers, to_come=to_come), share) for to_come, share in shares]
        return [(path, share) for path, share in paths if path is not None]

    def centres(self, needed: np.ndarray, each: dict[tuple[str, str], np.ndarray]) -> None:
        for path, share in self.centre_paths():
            for (site, test), rows in path.tests.groupby(["site", "test"]):
                tests, new, host = rows["tests"].to_numpy(), rows["share_new"].to_numpy(), rows["host"].iat[0]
                staff = path.staff[(path.staff["site"] == site) & (path.staff["test"] == test)]
                leave = path.sources[(path.sources["site"] == site) & (path.sources["test"] == test)]
                for who in {*staff["profession"], *(w for t, w in each if t == test)}:
                    room = staff[staff["profession"] == who].groupby("month")["room_wte"].sum()
                    for m in self.months:
                        per = each[test, who][m] if (test, who) in each else 0.0
                        now, then = (max(room.get(k, 0.0), tests[k] * per) for k in (m, 0))
                        more = max(0.0, now - then) * share[m]
                        gives = [(host, more)]
                        gives += [(r.employer, -more * (1 - new[m]) * r.share) for r in leave.itertuples()]
                        for employer, wte in gives:
                            if (employer, who) in self.of.keys:
                                needed[self.of.keys.index((employer, who)), m] += wte

    def there(self, course: Course) -> dict[str, np.ndarray]:
        """Staff in post and effective, and cover."""
        staff, setting = staff_by_the_book(self.of.staff.system, course, 0), self.of
        hours = np.array([exp(self.rate("hours_growth", m)) for m in self.months])
        before = np.array([self.lacking(m) for m in self.months]).T
        in_post, learning = staff["wte"].T * hours, (staff["learning"].T + before) * hours
        team, posts = setting.staff.system.team_cell, np.zeros_like(in_post)
        np.add.at(posts, team, course.posts * course.posts_factor[0])
        bank, agency = setting.cover.bank[:, 0, 0], setting.cover.agency[:, 0, 0]
        wanted = {kind: np.zeros_like(in_post) for kind in ("bank", "agency")}
        for cell, m in np.ndindex(in_post.shape):
            v0, v = (max(0.0, posts[cell, k] - in_post[cell, k]) for k in (0, m))
            both = bank[cell] + agency[cell]
            part = min(both, v0) / both if both else 0.0
            kinds = (("bank", bank[cell]), ("agency", agency[cell]))
            fill = [c * part / v0 * self.at(f"temporary_share / {k}", m) if v0 else 0.0 for k, c in kinds]
            for (kind, c), one in zip(kinds, fill, strict=True):
                wanted[kind][cell, m] = one / max(1.0, sum(fill)) * v + c * (1 - part)
        cover = np.zeros_like(in_post)
        for kind, today in (("bank", bank), ("agency", agency)):
            for _, rows in setting.cells.reset_index(drop=True).groupby(["employer", "pillar"]):
                own = list(rows.index)
                for m in self.months:
                    asked, paid = (
                        wanted[kind][own, m].sum(),
                        self.at(f"temporary_budget / {kind}", m) * today[own].sum(),
                    )
                    cut = min(1.0, paid / asked) if asked > 0 else 1.0
                    cover[own, m] += wanted[kind][own, m] * cut if m else today[own]
        for path, share in self.centre_paths():
            for row in path.staff.itertuples():
                for employer, sign in ((row.host, 1), (row.source, -1)):
                    if (employer, row.profession) in setting.keys:
                        cell = setting.keys.index((employer, row.profession))
                        in_post[cell, row.month] += sign * row.redeployed * share[row.month]
        own = (in_post - learning) * [self.at("output_of_staff", m) for m in self.months]
        return {"in_post": in_post, "own": own, "whole": own + cover}

    def gap(self, need: np.ndarray, there: dict[str, np.ndarray]) -> np.ndarray:
        gap = need - there["whole"]
        for who in {who for _, who in self.of.keys}:
            same = [c for c, (_, w) in enumerate(self.of.keys) if w == who]
            for m in self.months:
                # Less than a ten-thousandth of a WTE is what is left of rounding, and nobody shares it.
                felt = np.where(np.abs(gap[same, m]) < 1e-4, 0.0, gap[same, m])
                own, short = np.maximum(there["own"][same, m], 0), np.maximum(felt, 0)
                spare = np.minimum(np.maximum(-felt, 0), own * self.at("passport", m))
                sent = min(spare.sum(), short.sum())
                lent = spare * sent / spare.sum() - short * sent / short.sum() if sent > 0 else 0.0
                short = np.maximum(felt + lent, 0)
                extra = min(own.sum() * self.at("shared_bank", m), short.sum())
                gap[same, m] += lent - (short * extra / short.sum() if extra > 0 else 0.0)
        return gap


def agrees(of: Setting, what_if: Scenario) -> None:
    """The engine gives what the second writing gives, to nine digits, in every cell and month."""
    found, _ = expected(of, what_if)
    oracle = Oracle(of, what_if)
    need = oracle.need()
    for name, mine in need.items():
        theirs = np.broadcast_to(getattr(found.need, name), found.gap.shape)[:, :, 0]
        np.testing.assert_allclose(theirs, mine, rtol=1e-9, atol=1e-9, err_msg=name)
    there = oracle.there(found.supply.course)
    for name in ("in_post", "own", "whole"):
        np.testing.assert_allclose(
            getattr(found.supply, name)[:, :, 0], there[name], rtol=1e-9, atol=1e-9, err_msg=name
        )
    np.testing.assert_allclose(found.gap[:, :, 0], oracle.gap(need["whole"], there), rtol=1e-9, atol=1e-9)
