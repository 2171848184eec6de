"""Healthcare science: which disciplines of laboratory and physiological science the files show, and which they hide.

Disciplines are those that the mapping gives registered staff of the laboratories and of physiological sciences. One
that no file shows is listed: its people may be there and counted under a wider name (docs/method.md, section 12).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.sources.mapping import Mapping
from pipeline.tables import UNMAPPED

SCIENCE_PILLARS = ("labs", "physiological")
REGISTERED = "care_setting"
"""The mapping's scheme of registered staff; support staff have one of their own and are no discipline."""
STAFF_GROUP = "healthcare scientists"
"""Staff group, in lower case, of those whose discipline may be one that the mapping does not know."""
MEASURES = ["headcount", "wte"]


def disciplines(mapping: Mapping, scope: Scope) -> dict[str, str]:
    """The pillar of every discipline of healthcare science in the plan's pillars, by the mapping's name."""
    wanted = set(SCIENCE_PILLARS) & set(scope.pillars)
    return {name: pillar for name, pillar in mapping.pillars_of([REGISTERED]).items() if pillar in wanted}


def scientists(staff: pd.DataFrame, mapping: Mapping, scope: Scope) -> pd.DataFrame:
    """Healthcare scientists among current staff, with `stated`: whether the file says their discipline.

    Takes workforce.current_staff. Those whose discipline lies outside the plan's pillars (medical physics) are left
    out; those in a setting that the mapping does not know, or in none, are kept and not stated.
    """
    stated = staff["profession"].isin(disciplines(mapping, scope))
    unknown = (staff["pillar"] == UNMAPPED) & (staff["staff_group"].str.casefold() == STAFF_GROUP)
    return staff.assign(stated=stated)[stated | unknown]


def by_employer(staff: pd.DataFrame, mapping: Mapping, scope: Scope) -> pd.DataFrame:
    """Headcount (people) and WTE of each discipline (`profession`) by employer, most WTE first in each pillar."""
    own = scientists(staff, mapping, scope)
    keys = ["pillar", "profession", "employer"]
    summed = own[own["stated"]].groupby(keys, as_index=False)[MEASURES].sum(min_count=1)
    return summed.sort_values(["pillar", "wte"], ascending=[True, False], ignore_index=True)


def seen(staff: pd.DataFrame, mapping: Mapping, scope: Scope) -> pd.DataFrame:
    """Every discipline of the mapping: WTE, headcount, and how many employers and files show somebody in it.

    One that no file shows has no WTE (missing, since its people may be counted elsewhere), 0 employers and 0 files.
    Most WTE first in each pillar.
    """
    own = scientists(staff, mapping, scope)
    present = own[own["stated"] & ((own["wte"] > 0) | (own["headcount"].fillna(0) > 0))]
    known = disciplines(mapping, scope)
    listed = pd.DataFrame({"pillar": list(known.values()), "profession": list(known)}, dtype="str")
    groups = present.astype({"profession": "str"}).groupby("profession")
    counted = groups[["employer", "file"]].nunique().rename(columns={"employer": "employers", "file": "files"})
    both = listed.join(groups[MEASURES].sum(min_count=1).join(counted), on="profession")
    whole = both.fillna({"employers": 0, "files": 0}).astype({"employers": "int64", "files": "int64"})
    return whole.sort_values(["pillar", "wte", "profession"], ascending=[True, False, True], ignore_index=True)


def stated_share(staff: pd.DataFrame, mapping: Mapping, scope: Scope, by: Sequence[str]) -> pd.DataFrame:
    """WTE of healthcare scientists, those whose discipline is stated, and their share (0 to 1), by `by`; pooled.

    Missing where there are none.
    """
    own = scientists(staff, mapping, scope)
    summed = own.assign(stated_wte=own["wte"].where(own["stated"], 0.0)).groupby(list(by), as_index=False)
    counts = summed[["wte", "stated_wte"]].sum()
    shared = counts.assign(share=counts["stated_wte"] / counts["wte"].where(counts["wte"] > 0))
    return shared.sort_values("wte", ascending=False, ignore_index=True)
