"""Staff for the people they serve: WTE per 100,000 registered, and per 100,000 weighted by need for tests.

Weights by age are those of `pipeline/reference/need_weights.csv`, placeholders until a source counts tests by age
(docs/method.md, section 12). Areas are integrated care boards under the codes that stand today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.metrics.ages import age_from
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.plan import PILLARS
from pipeline.reference import NeedWeight, need_weights
from pipeline.sources.organisations import current_code
from pipeline.tables.published import HCHS

PER = 100_000
PEOPLE = ["persons", "weighted"]


def weighted_population(population: pd.DataFrame, weights: Sequence[NeedWeight] | None = None) -> pd.DataFrame:
    """Registered people and people weighted by need of each integrated care board at the latest date on file.

    Takes the canonical population; returns area, persons and weighted. Weighted = sum of persons x weight, scaled so
    that all areas on file have together as many as are registered. A band takes the weight of its first age. Raises
    ValueError where an age lies below the first weight.
    """
    boards = population[population["area_kind"] == "icb"]
    newest = boards[boards["as_of"] == boards["as_of"].max()]
    persons = newest["persons"].astype("float64")
    need = persons * weight_of(age_from(newest["age_band"]), need_weights() if weights is None else weights)
    summed = newest.assign(persons=persons, weighted=need).groupby("area", as_index=False)[PEOPLE].sum()
    total = float(summed["weighted"].sum())
    return summed.assign(
        weighted=summed["weighted"] * (float(summed["persons"].sum()) / total if total > 0 else np.nan)
    )


def weight_of(ages: pd.Series, weights: Sequence[NeedWeight]) -> pd.Series:
    """How much somebody of each age needs, against others. Raises ValueError for an age below the first weight."""
    starts = np.array([each.age_from for each in weights])
    place = np.searchsorted(starts, ages.to_numpy(dtype=np.float64), side="right") - 1
    if (place < 0).any():
        raise ValueError(f"some ages are below {starts[0]:g}, the first age with a weight; add a weight for them")
    return pd.Series(np.array([each.weight for each in weights])[place], index=ages.index)


def with_rates(wte: pd.DataFrame) -> pd.DataFrame:
    """The rows (wte, persons, weighted) with WTE per 100,000 registered and per 100,000 weighted by need.

    Missing where there are no people.
    """
    rates = {"persons": "wte_per_100000", "weighted": "wte_per_100000_weighted"}
    return wte.assign(**{rate: PER * wte["wte"] / wte[base].where(wte[base] > 0) for base, rate in rates.items()})


def system_rates(staff: pd.DataFrame, people: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The plan's WTE in post by pillar, its people, and WTE per 100,000 of them.

    Takes workforce.current_staff and the result of weighted_population. Missing where the files have no people of the
    plan's boards.
    """
    own = people.loc[people["area"].isin(scope.ics_codes), PEOPLE].sum(min_count=1)
    summed = in_pillars(staff, scope).groupby("pillar", as_index=False)["wte"].sum(min_count=1)
    return with_rates(summed.assign(persons=float(own["persons"]), weighted=float(own["weighted"])))


@dataclass(frozen=True)
class Comparison:
    """Published staff of every board on one footing.

    `rates` has a row for each area and pillar (wte, persons, weighted and both rates). `left_out` names the areas and
    pillars that cannot be compared: the codes of the trusts whose staff are not on file (`lacking`, with a comma), and
    whether the area's people are (`people_known`).
    """

    rates: pd.DataFrame
    left_out: pd.DataFrame


def compared(staff: pd.DataFrame, organisations: pd.DataFrame, people: pd.DataFrame) -> Comparison:
    """Published WTE per 100,000 of every board whose trusts and people are all on file, by pillar.

    Takes canonical staff and organisations, and the result of weighted_population. Published figures only, of the
    latest month of each staff group in any trust, so that records of one system never stand beside published figures
    of others. Every trust open today must be on file: in the file of staff other than doctors where that holds the
    pillar, and in the doctors' file where that does and the trust has diagnostic staff.
    """
    published = _latest_published(staff)
    boards = _board_of_trusts(organisations)
    today = [current_code(organisations, area) for area in people["area"]]
    stand = people.assign(area=pd.Series(today, index=people.index, dtype="str"))
    base = stand.groupby("area", as_index=False)[PEOPLE].sum()
    pairs = [(area, pillar) for area in sorted(set(boards.values())) for pillar in _pillars_of(published)]
    frame = pd.DataFrame(pairs, columns=["area", "pillar"]).astype("str")
    lacking = [", ".join(_lacking(published, pillar, _trusts(boards, area))) for area, pillar in pairs]
    frame = frame.assign(lacking=pd.Series(lacking, dtype="str"), people_known=frame["area"].isin(base["area"]))
    whole = (frame["lacking"] == "") & frame["people_known"]
    wte = (
        published.assign(area=published["employer"].map(boards).astype("str")).groupby(["area", "pillar"])["wte"].sum()
    )
    kept = frame.loc[whole, ["area", "pillar"]].join(wte, on=["area", "pillar"]).fillna({"wte": 0.0})
    return Comparison(
        with_rates(kept.merge(base, on="area")).reset_index(drop=True), frame[~whole].reset_index(drop=True)
    )


def _latest_published(staff: pd.DataFrame) -> pd.DataFrame:
    own = staff[staff["dataset"] == HCHS]
    latest = own[own["month"] == own.groupby("staff_group")["month"].transform("max")]
    return latest.assign(doctors=latest["staff_group"].str.casefold().str.contains("doctor"))


def _board_of_trusts(organisations: pd.DataFrame) -> dict[str, str]:
    trusts = organisations[(organisations["kind"] == "trust") & organisations["valid_to"].isna()]
    placed = trusts.dropna(subset=["parent"])
    return {
        str(code): current_code(organisations, parent)
        for code, parent in zip(placed["code"], placed["parent"], strict=True)
    }


def _pillars_of(published: pd.DataFrame) -> list[str]:
    on_file = set(published["pillar"])
    return [pillar for pillar in PILLARS if pillar in on_file]


def _trusts(boards: dict[str, str], area: str) -> list[str]:
    return sorted(code for code, board in boards.items() if board == area)


def _lacking(published: pd.DataFrame, pillar: str, trusts: Iterable[str]) -> list[str]:
    """Trusts that are missing from a file that holds the pillar.

    Every trust employs others than doctors, so each is in their file; one with diagnostic staff has doctors too.
    """
    in_pillar = published[published["pillar"] == pillar]
    diagnostic = set(published.loc[published["pillar"].isin(PILLARS), "employer"])
    kinds = set(in_pillar["doctors"])
    doctors, others = (set(published.loc[published["doctors"] == kind, "employer"]) for kind in (True, False))
    lacks_others = set(trusts) - others if False in kinds else set[str]()
    lacks_doctors = (set(trusts) & diagnostic) - doctors if True in kinds else set[str]()
    nowhere = set(trusts) - others - doctors
    return sorted(lacks_others | lacks_doctors | nowhere)
