"""What is true of the fictional system: its parameters, what was planted, and what chance made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import yaml

from pipeline.plan import PILLARS
from pipeline.synthetic.activity import dm01_months, returns, weeks_of_list
from pipeline.synthetic.careers import monthly_hazard
from pipeline.synthetic.events import JOINER, LEAVER, MOVE_IN, MOVE_OUT
from pipeline.synthetic.files import csv_text
from pipeline.synthetic.joining import months_to_fill
from pipeline.synthetic.leaving import pull
from pipeline.synthetic.local import service_truth
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.planning import cycles, hope, staff_plan
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import by_profession, month_ends, slot_facts, smallest_employer
from pipeline.synthetic.teams import Integers, teams
from pipeline.synthetic.temporary import SUPPLIED_BY, cover_share
from pipeline.synthetic.training import training_truth

ABOUT = "True parameters of this fictional system. No stage of the pipeline reads this file; docs and tests do."
WIDTH = 200
Row = dict[str, Any]


class _WithoutAliases(yaml.SafeDumper):
    """What stands twice is written twice: a person reads this file."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def truth_text(recipe: Recipe) -> str:
    """truth.yaml: what holds only plain values stands on one line."""
    text: str = yaml.dump(
        _truth(recipe),
        Dumper=_WithoutAliases,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
        default_flow_style=None,
    )
    return text


def truth_staff_text(recipe: Recipe) -> str:
    """truth_staff.csv: true headcount, WTE and funded WTE by month, employer and profession, merged employers too."""
    rows = by_profession(recipe)
    shown = rows.assign(month=month_ends(recipe, rows["step"]).dt.strftime("%Y-%m-%d"))
    names = ["month", "employer", "pillar", "profession", "headcount", "wte", "funded_wte"]
    return csv_text([names, *shown[names].itertuples(index=False, name=None)])


def _truth(recipe: Recipe) -> Row:
    return {
        "about": ABOUT,
        "recipe": {"staff": recipe.staff, "employers": recipe.employers, "seed": recipe.seed},
        "planted": planted(recipe),
        "leaving": _leaving(recipe),
        "teams": _teams(recipe),
        "staff_plans": _staff_plans(recipe),
        "activity_plans": {trust.code: hope(trust.code) for trust in places(recipe).employers},
        "cover": {
            trust.code: {kind: round(cover_share(trust.code, kind), 4) for kind in SUPPLIED_BY}
            for trust in places(recipe).employers
        },
        "training": training_truth(recipe),
        "services": service_truth(recipe),
        "lists": _lists(recipe),
        "careers": parameters("careers"),
        "planning": parameters("planning"),
        "activity": parameters("activity"),
        "places": _places(recipe),
    }


def planted(recipe: Recipe) -> Row:
    """What was planted, of the trusts that the recipe has."""
    here, activity, rows = places(recipe), parameters("activity"), parameters("planted")
    present = {trust.code for trust in here.all_trusts}
    merged = here.closed[0]
    planted_people = {
        name: [row for row in rows[name] if row["trust"] in present]
        for name in ("retention", "small_team", "freeze", "expansion")
    }
    return {
        **planted_people,
        "campaign": rows["campaign"],
        "poor_data": rows["poor_data"] if rows["poor_data"]["trust"] in present else None,
        "no_extract": smallest_employer(recipe),
        "merged_trust": {"closed": merged.code, "successor": merged.successor, "last_day": str(merged.closed)},
        "merged_boards": {"closed": ["Q4A", "Q4B"], "successor": here.plan_ics, "first_day": "2025-04-01"},
        "centres_to_come": [
            {"name": each.name, "host": each.host, "planned": str(each.planned), "expected": str(each.expected)}
            for each in here.cdcs_to_come
        ],
        "late_centre": [each.name for each in here.cdcs_to_come if each.late],
        "centres_without_endoscopy": [cdc.name for cdc in here.cdcs if "Endoscopy" not in cdc.services],
        "no_dm01_return": _present(activity["dm01"]["no_return"], present),
        "no_imaging_submitted": _present(activity["did"]["not_submitted"], present),
        "suppressed_small_counts": _present(activity["did"]["few"], present),
        "slow_or_quick_reports": _present(activity["did"]["turnaround_shift"], present),
        "thin_or_large_staffing": [row for row in parameters("teams")["staffing"] if row["trust"] in present],
        "unmapped_specialty": {"trust": "ZZ1", "setting": "Audio vestibular medicine"},
    }


def _present(rows: list[Row], trusts: set[str]) -> list[Row]:
    return [row for row in rows if row["provider"] in trusts]


def _leaving(recipe: Recipe) -> Row:
    """Monthly hazards of each kind of career before age and employer, and the factor of each employer."""
    kinds = parameters("careers")["kinds"]
    own = {trust.code for trust in places(recipe).all_trusts if trust.ics == places(recipe).plan_ics}
    factors = parameters("careers")["employers"]
    return {
        "monthly_hazards": {
            kind: {reason: round(monthly_hazard(rate), 7) for reason, rate in row["leave"].items()}
            for kind, row in kinds.items()
        },
        "employer_factors": {code: factors[code] for code in sorted(own)},
    }


def _teams(recipe: Recipe) -> list[Row]:
    """Each team of the plan's system in the four pillars: true rates, and people, leavers and joiners in five years."""
    flows, exposed = _flows(recipe), _person_months(recipe)
    expected = history(recipe).expected.sum(axis=1)
    return [
        {
            "team": [team.trust.code, team.setting.label, team.setting.group],
            "pull": round(pull(team), 4),
            "fill": months_to_fill(team),
            "growth": team.setting.growth,
            "person_months": int(exposed[number]),
            "expected_to_leave": round(float(expected[number]), 1),
            **flows.get(number, {}),
        }
        for number, team in enumerate(teams(recipe))
        if team.trust.ics == places(recipe).plan_ics and team.setting.place[0] in PILLARS and team.posts
    ]


def _person_months(recipe: Recipe) -> Integers:
    """Months of people at risk of leaving, by team: everyone's but the last."""
    made = history(recipe)
    exposed = made.in_post.loc[made.in_post["step"] < len(made.months) - 1, "slot"].to_numpy()
    return np.bincount(made.slots.team[exposed], minlength=len(made.slots.teams))


def _flows(recipe: Recipe) -> dict[int, Row]:
    """Leavers by reason, joiners by reason and moves of each team."""
    events = history(recipe).events
    team = slot_facts(recipe)["team"].to_numpy()[events["slot"]]
    sizes = events.groupby([team, "kind", "reason"]).size()
    made: dict[int, Row] = {}
    for (number, kind, reason), people in sizes.items():
        flows = made.setdefault(int(number), {"leavers": {}, "joiners": {}, "moves": {}})
        name = {LEAVER: "leavers", JOINER: "joiners", MOVE_IN: "moves", MOVE_OUT: "moves"}[kind]
        key = f"{reason}, {'in' if kind == MOVE_IN else 'out'}" if name == "moves" else reason
        flows[name][key] = int(people)
    return {number: {name: flow for name, flow in flows.items() if flow} for number, flows in made.items()}


def _staff_plans(recipe: Recipe) -> list[Row]:
    bias = parameters("planning")["staff"]["bias"]
    plans = [staff_plan(recipe, cycle, trust.code) for cycle in cycles() for trust in places(recipe).employers]
    return [
        {
            "cycle": plan.cycle,
            "employer": plan.employer,
            "bias": bias[plan.employer],
            "planned_change": round(plan.planned_change, 2),
            "outturn_change": None if plan.outturn_change is None else round(plan.outturn_change, 2),
        }
        for plan in plans
    ]


def _lists(recipe: Recipe) -> list[Row]:
    months = returns(recipe).values()
    rows = []
    for last in returns(recipe)[dm01_months()[-1]]:
        provider = last.provider
        if isinstance(provider, Trust) and provider.ics == places(recipe).plan_ics:
            mine = [one for made in months for one in made if (one.provider, one.test) == (provider, last.test)]
            first, now = weeks_of_list(provider, last.test)
            rows.append(
                {
                    "list": [provider.code, last.test.name],
                    "weeks": [round(first, 3), round(now, 3)],
                    "referrals": sum(one.referrals for one in mine),
                    "waiting": last.waiting,
                }
            )
    return rows


def _places(recipe: Recipe) -> Row:
    here = places(recipe)
    trusts = [trust for trust in here.all_trusts if trust.ics == here.plan_ics]
    return {
        "population": sum(sub.persons for sub in here.sub_icbs if sub.ics == here.plan_ics),
        "trusts": [
            {"code": trust.code, "name": trust.name, "population": round(trust.population, 1), "wte": round(trust.wte)}
            for trust in trusts
        ],
        "centres": [cdc.name for cdc in here.cdcs if cdc.ics == here.plan_ics],
    }
