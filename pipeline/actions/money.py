"""What the chosen plan costs, brings and saves by financial year (docs/method.md, section 9)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.actions.chosen import Chosen
from pipeline.model.pay_bill import IN_POST, PAID, Prices, bill


def plan_money(chosen: Chosen, of: Prices) -> pd.DataFrame:
    """The money of the chosen set by year, in pounds at constant prices.

    Columns: year, months; recurrent and capital of its actions; pay_in_post, bank and agency, each by how much the set
    raises it in the mean of the draws (below zero: it saves); net, their sum, with net_p10 and net_p90 over the draws,
    which are the same ones without the set and with it; in_post, by how many WTE in post it raises.
    """
    more = bill(chosen.after.paid, of).sum(axis=1) - bill(chosen.before.paid, of).sum(axis=1)
    recurrent, capital = costs_of(chosen)
    staff = dict(zip(PAID, more.mean(axis=2), strict=True))
    net = more.sum(axis=0) + (recurrent + capital)[:, np.newaxis]
    wte = (chosen.after.paid.in_post - chosen.before.paid.in_post).sum(axis=0, dtype=np.float64).mean(axis=1)
    return pd.DataFrame(
        {
            "year": list(chosen.years.names),
            "months": chosen.years.months_of,
            "in_post": wte,
            "recurrent": recurrent,
            "capital": capital,
            "pay_in_post": staff[IN_POST],
            "bank": staff["bank"],
            "agency": staff["agency"],
            "net": net.mean(axis=1),
            "net_p10": np.percentile(net, 10, axis=1),
            "net_p90": np.percentile(net, 90, axis=1),
        }
    )


def costs_of(chosen: Chosen) -> tuple[np.ndarray, np.ndarray]:
    """Recurrent cost and capital of the chosen actions by year, in pounds."""
    taken = [option for option in chosen.choice.options if option.id in chosen.ids]
    none = np.zeros(len(chosen.years.names))
    recurrent = np.sum([none, *(option.recurrent for option in taken)], axis=0)
    return recurrent, np.sum([none, *(option.capital for option in taken)], axis=0)
