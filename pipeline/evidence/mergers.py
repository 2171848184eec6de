"""Mergers: bodies that closed, and whose staff stood with another body from the next month on.

The files of organisations date a closure but hardly ever name the successor. It is found in the stocks: an
organisation of the same board, or else of the same region, that rose in the month after by as much as the closed
bodies that are put to it had. Nothing later than that month is looked at, so a merger is known from it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evidence.stock_panel import Joined
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
MERGER_COLUMNS = ["closed", "successor", "month"]


def mergers(stocks: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Closed and successor codes, with the first month in which the successor held the staff of both.

    `stocks` is months by code, missing or 0 where a body had no staff; `organisations` is the canonical table. A
    successor that it names is taken. A closure without a body that rose enough is left out: its staff went to several.
    """
    held = stocks.fillna(0.0).sort_index()
    ends = _closures(held, organisations)
    places = organisations.drop_duplicates("code", keep="last").set_index("code")[["parent", "region", "successor"]]
    found = [_of_month(held, places, month, codes) for month, codes in ends.groupby("month")["code"]]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=MERGER_COLUMNS)


def joined(stocks: pd.DataFrame, merged: pd.DataFrame, series: Sequence[str]) -> list[Joined]:
    """What a panel of these series is told of mergers: the stocks of closed bodies, and of those that became them."""
    held = stocks.fillna(0.0).sort_index()
    place = {code: row for row, code in enumerate(series)}
    became = dict(zip(merged["closed"], merged["successor"], strict=True))
    known = dict(zip(merged["closed"], merged["month"], strict=True))
    parts = []
    for code in became:
        *_, last = _line(code, became)
        if last in place and code not in place:
            months = [known[each] for each in _line(code, became)[:-1]]
            parts.append(Joined(held.index.get_loc(max(months)), place[last], held[code].to_numpy(dtype=np.float64)))
    return parts


def _line(code: str, became: dict[str, str]) -> list[str]:
    """A body, what it became, and so on to the one that stands."""
    line = [code]
    while line[-1] in became and became[line[-1]] not in line:
        line.append(became[line[-1]])
    return line


def _closures(held: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Code of each body that closed and the first month without its staff.

    Those of the last month are left out, and those that had lost most of their staff before.
    """
    closed = set(organisations.loc[organisations["valid_to"].notna(), "code"]) & set(held.columns)
    last = {code: _last_month(held[code].to_numpy()) for code in sorted(closed)}
    gone = {code: place for code, place in last.items() if place is not None and place < len(held) - 1}
    return pd.DataFrame({"code": list(gone), "month": held.index[[place + 1 for place in gone.values()]]})


def _last_month(had: Array) -> int | None:
    """Place of a body's last month with staff, or None where it never had any or had lost most of them by then."""
    staffed = np.flatnonzero(had > 0)
    if not len(staffed) or had[staffed[-1]] < stock_forecast("merger_still_held") * had.max():
        return None
    return int(staffed[-1])


def _of_month(held: pd.DataFrame, places: pd.DataFrame, month: pd.Timestamp, codes: Iterable[str]) -> pd.DataFrame:
    now = held.index.get_loc(month)
    rise, before = held.iloc[now] - held.iloc[now - 1], held.iloc[now - 1]
    rows = [(code, _successor(code, before[code], rise, places), month) for code in codes]
    found = pd.DataFrame(rows, columns=MERGER_COLUMNS)
    had = found.groupby("successor")["closed"].transform(lambda closed: before[closed].sum())
    match = rise.reindex(found["successor"]).to_numpy() / had.to_numpy()
    slack = stock_forecast("merger_slack")
    return found[(match >= 1 - slack) & (match <= 1 + slack) | _is_new(found["successor"], before)]


def _successor(code: str, had: float, rise: pd.Series, places: pd.DataFrame) -> str:
    of = places.loc[code]
    if isinstance(of["successor"], str):
        return of["successor"]
    enough = rise[rise >= (1 - stock_forecast("merger_slack")) * had]
    around = places.reindex(enough.index)
    for within in ("parent", "region"):
        near = enough[(around[within] == of[within]).to_numpy(dtype=bool)]
        if len(near):
            return str(near.idxmax())
    return ""


def _is_new(codes: pd.Series, before: pd.Series) -> NDArray[np.bool_]:
    return np.asarray((before.reindex(codes).to_numpy() == 0) & (codes != "").to_numpy())
