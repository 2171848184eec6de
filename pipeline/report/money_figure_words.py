"""The figures of money that a plan uses, as the register of assumptions has its own."""

from __future__ import annotations

import pandas as pd

from pipeline.evidence.register import COLUMNS as REGISTER
from pipeline.metrics.money import Figure, Figures
from pipeline.model.pay_bill import RETURNS, UNPRICED

THOUSAND = 1e3


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
    rows = [
        [
            figure.label,
            _number(figure.value),
            "no range" if figure.low is None else f"{_number(figure.low)} to {_number(figure.high)} (placeholder)",
            figure.unit,
            figure.grade,
            figure.source or "placeholder: no source read",
            f"{figure.from_date:%Y-%m-%d}",
        ]
        for figure in figures.values()
    ]
    return pd.DataFrame(rows, columns=REGISTER)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value:.4g}"
