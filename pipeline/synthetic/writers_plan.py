"""The plan itself, its actions and standards, the pay scales, and the true parameters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipeline.synthetic.activity import dm01_months, returns, weeks_of_list
from pipeline.synthetic.files import write_text
from pipeline.synthetic.parameters import FOLDER, parameters
from pipeline.synthetic.people import CORE3, CORE5, Team, leave_and_fill, snapshot_months, teams
from pipeline.synthetic.places import Trust, places

COPIED = {
    "plan.yaml": "plan.yaml",
    "actions.yaml": "actions.yaml",
    "standards.yaml": "standards.yaml",
    "scenarios/ct_doubles.yaml": "scenarios/ct_doubles.yaml",
    "scenarios/lower_productivity.yaml": "scenarios/lower_productivity.yaml",
    "pay_afc.csv": "pay/afc_pay_scales.csv",
    "pay_medical.csv": "pay/medical_pay_scales.csv",
}
# Line ends are part of these files: git must not change them.
ATTRIBUTES = "* -text\n"
TRUTH = "truth.yaml"
ABOUT = "True parameters of the fictional sample. No stage of the pipeline reads this file; docs and tests do."


def write_plan(folder: Path, seed: int) -> None:
    """Copy what is written by hand and write the truth."""
    for name, target in COPIED.items():
        write_text(folder / target, (FOLDER / name).read_text(encoding="utf-8"))
    write_text(folder / ".gitattributes", ATTRIBUTES)
    write_text(folder / TRUTH, _yaml(_truth(seed)))


class _WithoutAliases(yaml.SafeDumper):
    """What stands twice is written twice: a person reads this file."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _yaml(truth: dict[str, Any]) -> str:
    text: str = yaml.dump(truth, Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=140)
    return text


def _truth(seed: int) -> dict[str, Any]:
    return {
        "about": ABOUT,
        "seed": seed,
        "planted": _planted(),
        "lists": [_list(seed, *pair) for pair in _plan_lists(seed)],
        "teams": [_team(team) for source in (CORE5, CORE3) for team in teams(seed, source) if _in_plan(team.trust)],
        "people": parameters("people"),
        "activity": parameters("activity"),
        "places": _plain_places(),
    }


def _planted() -> dict[str, Any]:
    people, activity = parameters("people"), parameters("activity")
    return {
        "no_dm01_return": activity["dm01"]["no_return"],
        "no_imaging_submitted": activity["did"]["not_submitted"],
        "suppressed_small_counts": activity["did"]["volume"],
        "slow_or_quick_reports": activity["did"]["turnaround_shift"],
        "poor_retention": people["retention"],
        "thin_staffing": people["staffing"],
        "unmapped_specialty": {"trust": "ZZ1", "setting": "Audio vestibular medicine"},
        "merged_trust": {"closed": "ZZ8", "successor": "ZZ2", "last_day": "2021-03-31"},
        "merged_boards": {"closed": ["Q4A", "Q4B"], "successor": "Q4W", "first_day": "2025-04-01"},
        "centre_not_on_dated_list": [cdc.name for cdc in places().cdcs if cdc.opened > places().cdc_list_date],
        "centres_without_endoscopy": [cdc.name for cdc in places().cdcs if "Endoscopy" not in cdc.services],
    }


def _in_plan(trust: Trust) -> bool:
    return trust.ics == "Q4W"


def _plan_lists(seed: int) -> Iterator[tuple[Any, Any]]:
    for one in returns(seed)[dm01_months()[-1]]:
        if isinstance(one.provider, Trust) and _in_plan(one.provider):
            yield one.provider, one.test


def _list(seed: int, provider: Trust, test: Any) -> dict[str, Any]:
    months = returns(seed).values()
    mine = [one for rows in months for one in rows if (one.provider, one.test) == (provider, test)]
    first, last = weeks_of_list(provider, test)
    return {
        "provider": provider.code,
        "test": test.name,
        "weeks": [round(first, 3), round(last, 3)],
        "referrals_in_months_returned": sum(one.referrals for one in mine),
        "waiting_at_base": mine[-1].waiting,
    }


def _team(team: Team) -> dict[str, Any]:
    leave, fill = leave_and_fill(team.trust, team.setting)
    last = snapshot_months()[-1]
    in_post = sum(sum(hours) for hours in team.snapshots[last].values())
    return {
        "trust": team.trust.code,
        "setting": team.setting.setting,
        "group": team.setting.group,
        "leave_a_year": leave,
        "months_to_fill": fill,
        "holders_at_start": team.holders_at_start,
        "leavers": team.leavers,
        "joiners": team.joiners,
        "holder_months": team.holder_months,
        "funded_wte": round(team.funded[last], 2),
        "in_post_wte": round(in_post, 2),
    }


def _plain_places() -> dict[str, Any]:
    return {key: value for key, value in parameters("places").items() if key in ("base_month", "ics", "trusts", "cdcs")}
