"""What the counted tests of the base month need, against the staff in post (docs/method.md, section 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.model.draws import central
from pipeline.model.plan_setting import Setting
from pipeline.model.supply.teams import CELL
from pipeline.model.work import counted_work


def counted_today(setting: Setting) -> pd.DataFrame:
    """Each employer and profession whose tests have a known time, every assumption at its value.

    Returns employer, pillar, profession, in_post (WTE; missing where no file gives staff) and counted (WTE needed).
    """
    of = setting.assumptions
    work = counted_work(setting.annual, central(of), of, setting.base_month, setting.reports)
    rows = work.rows.assign(counted=work.wte[:, 0])
    # A profession is put with the pillar that most of its counted work belongs to.
    whole = rows.groupby(["profession", "pillar"], as_index=False)["counted"].sum()
    pillars = whole.sort_values("counted").drop_duplicates("profession", keep="last").set_index("profession")["pillar"]
    summed = rows.groupby(CELL, as_index=False)["counted"].sum()
    in_post = [float(setting.in_post.get(key, np.nan)) for key in summed[CELL].itertuples(index=False, name=None)]
    found = summed.assign(pillar=summed["profession"].map(pillars).astype("str"), in_post=in_post)
    order = ["pillar", "profession", "employer"]
    return found[["employer", "pillar", "profession", "in_post", "counted"]].sort_values(order, ignore_index=True)


def by_profession(cells: pd.DataFrame) -> pd.DataFrame:
    """The result of counted_today by pillar and profession, over the employers whose staff are known.

    Returns in_post and counted (missing where no employer's staff are known), employers and employers_unknown.
    """
    known = cells.dropna(subset=["in_post"]).groupby(["pillar", "profession"])[["in_post", "counted"]].sum()
    counts = cells.groupby(["pillar", "profession"])["in_post"].agg(employers="count", every="size")
    whole = counts.join(known).reset_index()
    return whole.assign(employers_unknown=whole["every"] - whole["employers"]).drop(columns="every")
