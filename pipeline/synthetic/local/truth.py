"""What is true of centres and reporting, whatever the returns say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.months import months_between
from pipeline.synthetic.local.centres import Site, running, sites
from pipeline.synthetic.local.frames import local_parameters
from pipeline.synthetic.local.reporting import (
    OUTSOURCED,
    examinations,
    median_days,
    reporters,
    reporting_months,
    share_late,
    slow_employers,
    tests_of,
    true_minutes,
)
from pipeline.synthetic.local.system import Employer, employers_of
from pipeline.synthetic.places import base_month
from pipeline.synthetic.recipe import Recipe

Truth = dict[str, Any]
PLACES = 3
MOST = 0.5


def service_truth(recipe: Recipe) -> Truth:
    """True parameters, as plain values: centres, reporting by employer and test, and what was planted in them.

    They hold for every seed: chance moves the figures and not these.
    """
    everyone = employers_of(recipe)
    return {
        "centres": {site.name: _centre(site) for site in sites(recipe)},
        "reporting": {
            one.code: {name: _reporting(one, name) for name in tests_of(one)} for one in everyone if tests_of(one)
        },
        "planted": _planted(recipe, everyone),
    }


def _centre(site: Site) -> Truth:
    opened = months_between(site.opening, base_month())
    really = site.plan["really"]
    return {
        "host": site.host.code,
        "share_of_capacity_in_first_month": really["first_month"],
        "months_until_full": really["ramp_months"],
        "share_of_room_time_filled": really["utilisation"],
        "running_at_base_month": round(running(site, opened), PLACES) if opened >= 0 else 0.0,
    }


def _reporting(employer: Employer, name: str) -> Truth:
    test = tests_of(employer)[name]
    first, last = reporting_months()[0], reporting_months()[-1]
    days = median_days(employer, name, test, last)
    truth: Truth = {
        "growth_a_year": examinations(name, test)[1],
        "minutes": {
            reporter: round(true_minutes(employer, test, reporter), PLACES)
            for reporter in reporters(employer, test, last)
        },
        "median_days": [round(median_days(employer, name, test, first), PLACES), round(days, PLACES)],
        "share_over_28_days_at_base_month": round(share_late(days, test["sigma"]), PLACES + 1),
    }
    if OUTSOURCED in test["share"][employer.kind]:
        ends = [reporters(employer, test, day)[OUTSOURCED] for day in (first, last)]
        truth["outsourced_share"] = [round(share, PLACES) for share in ends]
    return truth


def _planted(recipe: Recipe, everyone: Sequence[Employer]) -> Truth:
    late = [site.name for site in sites(recipe) if site.plan["opening"] != site.plan["planned_opening"]]
    moved = [site for site in sites(recipe) if site.plan["recruited"] < MOST]
    return {
        "late_centres": late,
        "centres_staffed_by_redeployment": {site.name: site.host.code for site in moved},
        "rooms_that_stand_dark": [
            {"employer": one.code, "test": row["test"], "hours_week": row["hours"]}
            for row in local_parameters("capacity")["short_hours"]
            for one in everyone
            if one.place == row["place"]
        ],
        "slow_reports": slow_employers(everyone),
    }
