"""What the model finds of fictional systems whose truth is known, over many seeds.

`python -m bench.recovery` makes a hundred systems in memory, measures rates of leaving on their records,
forecasts their staff from months past, and holds both to the truth. It writes docs/recovery.md.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import plan_assumptions
from pipeline.evidence.back_test import back_test
from pipeline.evidence.back_test_scores import scores
from pipeline.evidence.plan_opponents import LAST_VALUE, LINEAR_DRIFT, OPPONENTS
from pipeline.metrics.scope import Scope
from pipeline.model.posterior import with_fitted
from pipeline.model.supply.plan_staff import PlanStaff, plan_staff
from pipeline.model.supply.rates import yearly_chance
from pipeline.model.supply.system import AGES, LEAVING, RISKS, YOUNGEST
from pipeline.model.supply.teams import CAREERS, IN_TRAINING, TEAM, career_of
from pipeline.plan import PILLARS, Plan, PlanFile
from pipeline.plan_schema import SCHEMA_FILE
from pipeline.reference import back_testing, engine, exit_reasons
from pipeline.synthetic import careers as true_careers
from pipeline.synthetic import leaving
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import BY_PROFESSION, age_bands, in_plan, month_ends, people_of, slot_facts
from pipeline.synthetic.returns_staff import establishment, movements
from pipeline.synthetic.training import intakes, routes
from pipeline.tables.published import ESR

SEEDS, STAFF, HORIZON, DRAWS = 100, 4000, 12, 200
PAGE_FILE = SCHEMA_FILE.with_name("recovery.md")
PAGE = """# Is the truth found again?

{seeds} fictional systems of {staff} staff, whose true rates are known, are made from as many seeds; the model measures
rates on their records, forecasts their staff from months past, and both are held to the truth. Written by

    python -m bench.recovery

The systems have planted shocks that nobody could know: a third more posts in one team, a year of recruitment abroad, a
freeze of hiring. Each true rate of leaving differs from year to year by {yearly:.0%}, the usual spread of the model (a
standard deviation of its logarithm), and so does that of the coming year, which the ranges are of. Leaving is scored
together with contracts that end, and with the reasons that one employer does not record."""
CHAPTERS = {
    "rates": "## Rates of leaving\n\n`ratio` is leavers expected at the measured rates over those at the true ones, of "
    "the same people, its mean over systems and its standard deviation; `true` are true leavers of five years.",
    "ranges": "## Ranges of rates\n\nThe chance of those in post in the coming year, measured and true; the bias, "
    "which is the mean error of the measured one in per cent; and the share of systems in which the 80 % range holds "
    "the truth. What bias there is comes from what is thought before: the usual rates are not those of these systems.",
    "forecasts": "## Forecasts a year ahead\n\nErrors in per cent of people in post; `coverage` is the share that came "
    "within the 80 % range, and professions are those of {large} people or more.",
}
NAIVE = {name: OPPONENTS[name] for name in (LAST_VALUE, LINEAR_DRIFT)}
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Found:
    """What was found of one system.

    `rates` has career, risk, said and true: leavers that the measured and the true rates expect of the same people.
    `ranges` has risk, low, value, high and true: the yearly chance of those in post. `forecasts` as back_test has them.
    """

    seed: int
    rates: pd.DataFrame
    ranges: pd.DataFrame
    forecasts: pd.DataFrame
    flows: pd.DataFrame


def system_of(recipe: Recipe) -> tuple[Plan, Tables, Scope]:
    """A fictional system as its employers' records and returns would have it, without writing a file."""
    here = places(recipe)
    names = {trust.code: trust.name for trust in here.employers}
    people = people_of(recipe, in_plan(recipe), [*BY_PROFESSION, "band", "staff_group"])
    people = people.assign(age_band=age_bands(people["age"]), month=month_ends(recipe, people["step"]), dataset=ESR)
    by = ["month", "employer", "dataset", "pillar", "staff_group", "profession", "band", "age_band"]
    staff = people.groupby(by, as_index=False)["worked"].agg(headcount="size", wte="sum")
    tables = {
        "staff": staff,
        "establishment": establishment(recipe),
        "movements": movements(recipe),
        "training_routes": routes(recipe),
        "training_intakes": intakes(recipe),
    }
    file = {
        "name": "Fictional",
        "ics": [here.plan_ics],
        "employers": names,
        "base_month": f"{history(recipe).months[-1]:%Y-%m}",
    }
    sources = [{"reader": "pay_afc", "path": "pay.csv"}]
    plan = Plan(Path("nowhere"), PlanFile.model_validate({**file, "horizon_months": 60, "sources": sources}), ())
    return plan, tables, Scope(names, frozenset({here.plan_ics}), frozenset(names), tuple(PILLARS))


def found_of(seed: int, staff: int = STAFF, draws: int = DRAWS) -> Found:
    """What the model finds of the system of a seed."""
    recipe = Recipe(staff=staff, seed=seed, years_differ=engine("usual_year_to_year"))
    plan, tables, scope = system_of(recipe)
    every = plan_assumptions(plan)
    own = plan_staff(tables, scope, plan.base_month, every, HORIZON)
    measured = with_fitted(every, own.fitted)
    truth = _true_chances(recipe, own)
    ranges = [
        [risk, measured[key].low, measured[key].value, measured[key].high, truth[number]]
        for number, risk in enumerate(RISKS)
        for key in [f"exit_rate / {risk}"]
    ]
    tested = back_test(plan, tables, scope, seed=seed, draws=draws, horizons=(HORIZON,), opponents=NAIVE)
    found = Found(
        seed,
        _rates(recipe, own),
        pd.DataFrame(ranges, columns=["risk", "low", "value", "high", "true"]),
        tested.stocks[tested.stocks["measure"] == "headcount"],
        tested.flows,
    )
    history.cache_clear()
    return found


def _rates(recipe: Recipe, own: PlanStaff) -> pd.DataFrame:
    """Leavers expected of everybody who was at risk, by career and risk, by measured and by true rates."""
    said = _expected(own).rename("said")
    true = _true_leavers(recipe).rename("true")
    return pd.concat([said, true], axis=1).rename_axis(["career", "risk"]).reset_index()


def _expected(own: PlanStaff) -> pd.Series:
    risk = own.past.at_risk
    factors = own.teams.teams[TEAM].assign(number=range(len(own.teams.teams)))
    number = risk[TEAM].merge(factors, on=TEAM, how="left")["number"]
    factor = np.where(number.notna().to_numpy()[:, None], own.system.team_factor[number.fillna(0).astype(int)], 1.0)
    career = risk["career"].map(CAREERS.index).to_numpy(dtype=np.int64)
    age = np.clip(risk["age"].to_numpy(dtype=np.int64) - YOUNGEST, 0, AGES - 1)
    hazard = own.system.hazard[:, career, age].T * factor
    leavers = pd.DataFrame(risk["heads"].to_numpy()[:, None] * hazard, columns=list(RISKS))
    summed: pd.Series = leavers.groupby(risk["career"].to_numpy()).sum().stack()
    return summed


def _true_leavers(recipe: Recipe) -> pd.Series:
    """Leavers that the true rates expect, and contracts that ended; some reasons are lost, as in the returns."""
    made, facts = history(recipe), slot_facts(recipe)
    own = in_plan(recipe).to_numpy()
    people = made.in_post[own[made.in_post["slot"]] & (made.in_post["step"] < len(made.months) - 1).to_numpy()]
    career = facts["band"].map(career_of)[people["slot"]].to_numpy()
    employer = facts["employer"].to_numpy()[people["slot"]]
    hazard = _hazard_of(recipe, people)
    total = hazard.sum(axis=1, keepdims=True)
    expected = _lost(hazard / total * -np.expm1(-total), employer)
    rows = pd.DataFrame(expected, columns=list(RISKS)).groupby(career).sum()
    ended = made.events[(made.events["reason"] == leaving.END_OF_CONTRACT).to_numpy() & own[made.events["slot"]]]
    by_career = ended.groupby(facts["band"].map(career_of)[ended["slot"]].to_numpy()).size()
    rows[RISKS[LEAVING]] += by_career.reindex(rows.index, fill_value=0)
    summed: pd.Series = rows.drop(index=IN_TRAINING, errors="ignore").stack()
    return summed


def _hazard_of(recipe: Recipe, people: pd.DataFrame) -> NDArray[np.float64]:
    """The true hazard of each person by the engine's risks, in the month after the step they were seen at."""
    made = history(recipe)
    of = leaving.Leaving.of(made.slots, recipe, len(made.months) - 1)
    slot, age, step = (people[name].to_numpy(dtype=np.int64) for name in ("slot", "age", "step"))
    return _by_risk(leaving.hazards(of, slot, 12 * age, step + 1))


def _by_risk(hazard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reasons for leaving added up to the engine's risks."""
    places_ = [RISKS.index(exit_reasons()[_named(reason)]) for reason in true_careers.LEAVING]
    summed = np.zeros((len(hazard), len(RISKS)))
    for column, risk in enumerate(places_):
        summed[:, risk] += hazard[:, column]
    return summed


def _named(reason: str) -> str:
    return "transfer with another NHS employer" if reason == true_careers.TRANSFER else reason


def _lost(leavers: NDArray[np.float64], employer: NDArray[np.str_]) -> NDArray[np.float64]:
    """What the returns can show: one employer does not know why some left, and they count as leaving."""
    poor = parameters("planted")["poor_data"]
    theirs = (employer == poor["trust"])[:, None]
    known = np.where(theirs, (1 - poor["reason_not_known"]) * leavers, leavers)
    known[:, LEAVING] += (leavers - known).sum(axis=1)
    return np.asarray(known)


def _true_chances(recipe: Recipe, own: PlanStaff) -> NDArray[np.float64]:
    """The true chance of each risk in the coming year among those in post at the end, as the returns can show it.

    Doctors in training, who go by the calendar, are left out of it as they are of the engine's chances.
    """
    made, facts = history(recipe), slot_facts(recipe)
    last = made.in_post[made.in_post["step"] == len(made.months) - 1]
    people = last[in_plan(recipe).to_numpy()[last["slot"]]]
    people = people[(facts["band"].map(career_of)[people["slot"]] != IN_TRAINING).to_numpy()]
    mean = _lost(_hazard_of(recipe, people), facts["employer"].to_numpy()[people["slot"]]).mean(axis=0)
    ended = own.past.left.loc[own.past.left["reason"] == leaving.END_OF_CONTRACT, "heads"].sum()
    mean[LEAVING] += ended / own.past.at_risk["heads"].sum()
    return np.asarray(yearly_chance(mean))


def summary(found: Sequence[Found]) -> Mapping[str, pd.DataFrame]:
    """What was found over all systems: rates, ranges and forecasts a year ahead."""
    rates = pd.concat([each.rates.assign(seed=each.seed) for each in found])
    rates = rates.assign(ratio=rates["said"] / rates["true"])
    of_rates = rates.groupby(["career", "risk"], sort=False).agg(
        true=("true", "mean"), ratio=("ratio", "mean"), sd=("ratio", "std")
    )
    ranges = pd.concat([each.ranges for each in found])
    ranges = ranges.assign(inside=ranges["true"].between(ranges["low"], ranges["high"]))
    ranges = ranges.assign(bias=100.0 * (ranges["value"] / ranges["true"] - 1.0))
    of_ranges = ranges.groupby("risk", sort=False)[["value", "true", "bias", "inside"]].mean()
    return {"rates": of_rates.reset_index(), "ranges": of_ranges.reset_index(), "forecasts": _of_forecasts(found)}


def _of_forecasts(found: Sequence[Found]) -> pd.DataFrame:
    """Scores a year ahead by group and method; of professions those that are large enough."""
    rows = pd.concat([each.forecasts for each in found])
    large = (rows["level"] != "profession") | (rows["before"] >= back_testing("large_team"))
    return scores(rows[large], ["level", "method"])


def many(seeds: Sequence[int], staff: int = STAFF, draws: int = DRAWS) -> list[Found]:
    """What is found of the systems of several seeds, on all cores."""
    with ProcessPoolExecutor(min(len(seeds), os.cpu_count() or 1)) as pool:
        return list(pool.map(partial(found_of, staff=staff, draws=draws), seeds))


def page(found: Mapping[str, pd.DataFrame], seeds: int, staff: int) -> str:
    """docs/recovery.md from the result of summary."""
    parts = [PAGE.format(seeds=seeds, staff=f"{staff:,}", yearly=engine("usual_year_to_year"))]
    for name, words in CHAPTERS.items():
        table = found[name]
        rows = [[_cell(value) for value in row] for row in table.itertuples(index=False, name=None)]
        lines = [[str(column) for column in table.columns], ["---"] * len(table.columns), *rows]
        parts += [
            words.format(large=f"{back_testing('large_team'):.0f}"),
            "\n".join(f"| {' | '.join(line)} |" for line in lines),
        ]
    return "\n\n".join(parts) + "\n"


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def main() -> None:
    """Write what is found over as many seeds as are asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=SEEDS)
    asked.add_argument("--staff", type=int, default=STAFF)
    given = asked.parse_args()
    found = summary(many(range(1, given.seeds + 1), given.staff))
    PAGE_FILE.write_text(page(found, given.seeds, given.staff), encoding="utf-8")
    print(f"Written: {PAGE_FILE.name}")


if __name__ == "__main__":
    main()
