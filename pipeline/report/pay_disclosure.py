"""What the pay bill tells of small teams: it adds up their WTE, each times a pay point that anybody can look up.

Pay here is the mid-point of a band and no person's own. But from a sum of WTE times known prices, and the WTE of large
teams, that of a small one could be worked out. So where some WTE is hidden, sums of pay are told to the nearest million
pounds, and the WTE that have a price are not told where they would leave hidden ones over. Bills of years to come are
forecasts with chance in them, of the whole plan, and tell of no team.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.metrics.indicators.parts import SYSTEM
from pipeline.model.pay_bill import ALL, OWN
from pipeline.report.disclosure import HIDDEN, Disclosed
from pipeline.report.words import join, lower, plain
from pipeline.report.wte_disclosure import NOTHING_HELD, TEAM, HeldWte

NEAREST = 1e6
"""Pounds to which sums are rounded: about ten people's pay with all that it costs."""
OF_STAFF = ["wte", "basic", "on_costs", "whole"]
"""Columns of pay_bill.bill_today that go with the WTE in post."""


@dataclass(frozen=True)
class HeldPay:
    """What not to tell of pay: `pillars` of which the WTE with a price would tell small teams, ALL for their sum."""

    held: HeldWte = NOTHING_HELD
    pillars: frozenset[str] = frozenset()

    def rounded(self, today: pd.DataFrame) -> pd.DataFrame:
        """Sums of pay to the nearest million pounds, where some WTE is hidden; as they are where none is."""
        if self.held.groups.empty:
            return today
        amounts = [name for name in today.columns if name not in ("pillar", "wte")]
        return today.assign(**{name: (today[name] / NEAREST).round() * NEAREST for name in amounts})

    def nearest(self, amount: float) -> float:
        """One sum of pay as it may be told."""
        return amount if self.held.groups.empty else round(amount / NEAREST) * NEAREST

    def without_few(self, shown: pd.DataFrame) -> Disclosed:
        """A table by pillar, ALL for the last row, without the WTE and pay of few people."""
        hidden = pd.DataFrame(False, index=shown.index, columns=shown.columns)
        hidden["wte"] = shown["pillar"].isin(self.pillars)
        small = [self.held.has(pillar=SYSTEM if pillar == ALL else pillar) for pillar in shown["pillar"]]
        hidden.loc[small, OF_STAFF] = True
        says = SAYS if hidden.any(axis=None) else ""
        return Disclosed(shown.mask(hidden), hidden, f"{says} {ROUNDED}".strip() if len(self.held.groups) else says)

    def says_unpriced(self, prices: pd.DataFrame) -> str:
        """Whose WTE have no price of their own, without how many they are. Takes pay_bill.Prices.cells."""
        odd = prices[~_is_priced(prices)]
        return (
            f"Some staff in post have no price of their own bands: {join(_names(odd))}. How many is not said, so that "
            "nobody can be identified."
        )


NO_PAY_HELD = HeldPay()
SAYS = f"{HIDDEN} stands for the WTE or the pay of few people, or for a figure by which these could be worked out."
ROUNDED = "Pay is told to the nearest million pounds, so that the WTE of small teams cannot be worked out from it."


def held_pay(prices: pd.DataFrame, held: HeldWte) -> HeldPay:
    """What not to tell of pay. Takes pay_bill.Prices.cells and what is hidden of WTE."""
    odd = prices[~_is_priced(prices)]
    few = odd[held.are_held(odd[TEAM])] if len(held.groups) and len(odd) else odd.head(0)
    pillars = set(few["pillar"])
    return HeldPay(held, frozenset({*pillars, ALL} if pillars else ()))


def _is_priced(prices: pd.DataFrame) -> pd.Series:
    own: pd.Series = (prices["priced_as"] == OWN) & ~(prices["unpriced_wte"] > 0)
    return own


def _names(odd: pd.DataFrame) -> list[str]:
    return [plain(lower(name)) for name in dict.fromkeys(odd["profession"])]
