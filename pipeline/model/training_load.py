"""Training against the staff in post: trainees, and the time of those who supervise them, for every 100 WTE."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from pipeline.model.capacity import WorkingYear
from pipeline.model.training import in_training
from pipeline.reference import indicator

KEYS = ["pillar", "profession"]
LOAD = ["trainees", "supervision_wte"]


def training_load(
    expected: pd.DataFrame,
    routes: pd.DataFrame,
    staff: pd.DataFrame,
    month: dt.date,
    year: WorkingYear,
    by: Sequence[str],
) -> pd.DataFrame:
    """Trainees at a month, WTE that supervise them, WTE in post, and both for every 100 WTE in post, by `by`.

    Takes the results of training.arrivals, training.routes_table and workforce.current_staff; `by` is of pillar and
    profession. Over the professions that a route on file leads to: one without a route may train people that no file
    tells of, so neither its staff nor its trainees count. Rows by most WTE.
    """
    pillars = dict(zip(routes["profession"], routes["pillar"], strict=True))
    trainees = in_training(expected, month, year)
    placed = trainees.assign(pillar=trainees["profession"].map(pillars).astype("str"))
    load = placed.groupby(KEYS)[LOAD].sum().astype("float64")
    in_post = staff.groupby(KEYS)["wte"].sum()
    own = routes[KEYS].drop_duplicates().join(load, on=KEYS).join(in_post, on=KEYS)
    numbers = [*LOAD, "wte"]
    summed = own.astype(dict.fromkeys(numbers, "float64")).groupby(list(by), as_index=False)[numbers].sum()
    return with_load(summed).sort_values("wte", ascending=False, ignore_index=True)


def with_load(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with `trainees_per_100_wte` and `supervision_per_100_wte` (education load).

    Missing under five WTE in post, and where a count is hidden.
    """
    wte = counts["wte"].astype("Float64")
    enough = wte.where(((wte >= indicator("rate_from_wte")) & (wte > 0)).fillna(False))
    rates = {"trainees_per_100_wte": "trainees", "supervision_per_100_wte": "supervision_wte"}
    return counts.assign(**{rate: 100 * counts[count].astype("Float64") / enough for rate, count in rates.items()})
