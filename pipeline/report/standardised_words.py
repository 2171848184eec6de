"""Tables of organisations compared as if each had the same mix of tests, or staff of the same ages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.report.disclosure import HIDDEN, Disclosed, rules
from pipeline.report.words import is_missing, ratio, wte

WAITS_NOTE = (
    "Expected: had each test the share of all organisations on file. A ratio of 1 is as expected; the limits are of "
    "chance alone, so they are rather too narrow for queues."
)
LEAVERS_NOTE = (
    "Leavers of twelve months for 100 staff, had each employer the ages of all of them together; moves within the "
    "system count. There is no rate under 10 leavers."
)


def waits_table(ratios: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Long waits of each employer over those expected for its tests, with 95% limits. Takes waits_ratio."""
    named = scope.named(ratios, "provider").rename(columns={"provider": "employer"})
    said = [_limits(row, ratio) for row in named.to_dict("records")]
    shown = named[["employer", "waiting", "observed", "expected"]].assign(observed_over_expected=said)
    return shown.rename(columns={"observed": "waiting_6_weeks_or_more"})


def leavers_table(rates: pd.DataFrame, scope: Scope, rule: str, also: pd.DataFrame | None = None) -> Disclosed:
    """Leavers by employer, standardised for age, with 95% limits. Takes leaver_rates_by_age.

    Numbers of leavers that a disclosure rule hides are hidden with their rate, and those of `also` besides
    (movement_disclosure.movements_hidden): the leavers of all employers together would give one away.
    """
    further = False if also is None else also["leavers"]
    hidden = rates["leavers"].between(1, rules()[rule].hide_to) | further
    said = [_limits(row, wte, "rate") for row in rates.to_dict("records")]
    shown = scope.named(rates, "employer")[["employer", "headcount", "leavers"]].assign(for_100_staff=said)
    masked = shown.assign(
        leavers=shown["leavers"].astype("Int64").mask(hidden), for_100_staff=shown["for_100_staff"].mask(hidden)
    )
    mask = pd.DataFrame(False, index=masked.index, columns=masked.columns)
    mask["leavers"] = mask["for_100_staff"] = hidden
    says = f"{HIDDEN} stands for a number that is hidden so that nobody can be identified." if hidden.any() else ""
    return Disclosed(masked, mask, says)


def _limits(row: dict[str, Any], say: Callable[[Any], str], value: str = "ratio") -> str:
    if is_missing(row[value]):
        return f"not given: {row['reason']}"
    return f"{say(row[value])} ({say(row['low'])} to {say(row['high'])})"
