"""The figures of money that a plan uses, as the register of assumptions has its own."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.money import Figure, Figures
from pipeline.model.pay_bill import RETURNS, UNPRICED
from pipeline.reference import choice_entries
from pipeline.report.assumption_words import COLUMNS, exact, register_row


def figures_in_use(figures: Figures, prices: pd.DataFrame) -> dict[str, Figure]:
    """The figures that these prices call on: those of bank and agency only where returns do not state the cost."""
    if prices.empty:
        return {}
    stated = {
        name: (prices.loc[prices["priced_as"] != UNPRICED, f"{kind}_from"] == RETURNS).all()
        for kind, name in (("agency", "agency_over_basic"), ("bank", "bank_over_employed"))
    }
    return {name: figure for name, figure in figures.items() if not stated.get(name, False)}


def figures_table(figures: Figures) -> pd.DataFrame:
    """The figures as the register of assumptions has them, with the same columns."""
    return pd.DataFrame([register_row(each, range_stands_in=True) for each in figures.values()], columns=COLUMNS)


def choice_figures_table() -> pd.DataFrame:
    """What a WTE counts for where the set of actions is chosen, with the columns of the register of assumptions."""
    rows = [
        [each["label"], exact(each["unit"], each["value"]), "no range", each["grade"], each["why"], "no date"]
        for each in choice_entries()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
