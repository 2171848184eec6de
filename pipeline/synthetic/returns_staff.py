"""What employers return about their staff: establishment, joiners and leavers, and staff where there is no extract.

Frames have the columns that a sender fills in, and the faults that were planted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.synthetic.chance import key, numbered, uniforms
from pipeline.synthetic.events import JOINER, LEAVER
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import (
    BY_PROFESSION,
    age_bands,
    contracts,
    funded_by_band,
    in_plan,
    month_ends,
    people_of,
    slot_facts,
    step_of,
)
from pipeline.synthetic.settings import Setting, settings
from pipeline.tables import TABLES
from pipeline.tables.workforce import UNKNOWN_REASON

ESTABLISHMENT, MOVEMENTS, STAFF = "establishment", "movements", "staff"
QUARTER = 3


def establishment(recipe: Recipe) -> pd.DataFrame:
    """Funded WTE by month, employer, profession and band: quarter ends for five years and each of the last months.

    The poor ledger shows a profession as it was, for as long as was planted.
    """
    funded = _stale(recipe, funded_by_band(recipe))
    kept = funded[funded["step"].isin(_shown_steps(recipe))]
    return _own(ESTABLISHMENT, kept.assign(month=month_ends(recipe, kept["step"])))


def _shown_steps(recipe: Recipe) -> list[int]:
    days, monthly = history(recipe).months, parameters("planning")["returns"]["monthly"]
    return [step for step, day in enumerate(days) if step >= len(days) - monthly or day.month % QUARTER == 0]


def stale_profession() -> str:
    """The profession whose establishment was not kept up to date."""
    row = parameters("planted")["poor_data"]["stale"]
    return _planted_setting(row).place[1]


def _planted_setting(row: dict[str, str]) -> Setting:
    return next(each for each in settings() if (each.setting, each.group) == (row["setting"], row["group"]))


def _stale(recipe: Recipe, funded: pd.DataFrame) -> pd.DataFrame:
    poor = parameters("planted")["poor_data"]
    first, last = (step_of(recipe, month(poor["stale"][end])) for end in ("from", "to"))
    theirs = (funded["employer"] == poor["trust"]) & (funded["profession"] == stale_profession())
    before = funded[theirs & (funded["step"] == first - 1)]
    old = [before.assign(step=step) for step in range(first, last + 1)]
    return pd.concat([funded[~(theirs & funded["step"].between(first, last))], *old], ignore_index=True)


def movements(recipe: Recipe) -> pd.DataFrame:
    """Joiners and leavers by month, employer, profession, band, age band and reason.

    Moves inside an employer, and people who came with a merger, are neither. Poor records do not know why some left.
    """
    events = history(recipe).events
    mine = in_plan(recipe).to_numpy()[events["slot"]] & events["kind"].isin([JOINER, LEAVER])
    rows = _reasons_lost(recipe, events[mine].join(slot_facts(recipe)[[*BY_PROFESSION, "band"]], on="slot"))
    rows = rows.assign(age_band=age_bands(rows["age"]), month=month_ends(recipe, rows["step"]))
    by = [column for column in TABLES[MOVEMENTS].own_columns if column not in ("headcount", "wte")]
    counted = rows.groupby(by, as_index=False)["worked"].agg(headcount="size", wte="sum")
    return _own(MOVEMENTS, counted)


def _reasons_lost(recipe: Recipe, rows: pd.DataFrame) -> pd.DataFrame:
    poor = parameters("planted")["poor_data"]
    keys = numbered(key(recipe.seed, "reason not known"), np.arange(len(rows)))
    lost = uniforms(keys, "lost") < poor["reason_not_known"]
    lost &= ((rows["kind"] == LEAVER) & (rows["employer"] == poor["trust"])).to_numpy()
    return rows.assign(reason=rows["reason"].where(~lost, UNKNOWN_REASON))


def staff(recipe: Recipe, employer: str) -> pd.DataFrame:
    """Staff in post of an employer by month, profession, band, age band and contract, for the last months."""
    wanted = in_plan(recipe) & (slot_facts(recipe)["employer"] == employer)
    people = people_of(recipe, wanted, [*BY_PROFESSION, "band", "staff_group"])
    first = len(history(recipe).months) - parameters("planning")["returns"]["staff"]
    people = people[people["step"] >= first]
    people = people.assign(
        month=month_ends(recipe, people["step"]),
        age_band=age_bands(people["age"]),
        contract=contracts(people["fixed_term"]),
    )
    by = [column for column in TABLES[STAFF].own_columns if column not in ("headcount", "wte")]
    return _own(STAFF, people.groupby(by, as_index=False)["worked"].agg(headcount="size", wte="sum"))


def _own(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that a sender fills in, in the order of the table's key, with hundredths of WTE."""
    columns = TABLES[table].own_columns
    by = [column for column in TABLES[table].key if column in columns]
    amounts = {name: rows[name].round(2) for name in ("wte", "funded_wte") if name in rows}
    return rows.assign(**amounts)[columns].sort_values(by, ignore_index=True)
