"""Patients registered at GP practices: the counts by age and sex, and the map from practice to board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.synthetic.chance import apportion
from pipeline.synthetic.files import Value, csv_text, write_zip
from pipeline.synthetic.places import Practice, SubIcb, places
from pipeline.synthetic.recipe import Recipe

PUBLICATION = "GP_PRAC_PAT_LIST"
BANDS = [*(f"{low}_{low + 4}" for low in range(0, 95, 5)), "95+"]
SEXES = ("FEMALE", "MALE")
# Bands from 60 upwards are scaled by how much older a place is.
OLDER_FROM = 12
COUNT_NAMES = [
    "PUBLICATION",
    "EXTRACT_DATE",
    "ORG_TYPE",
    "ORG_CODE",
    "ONS_CODE",
    "POSTCODE",
    "SEX",
    "AGE_GROUP_5",
    "NUMBER_OF_PATIENTS",
]
MAP_NAMES = [
    "PUBLICATION",
    "EXTRACT_DATE",
    "PRACTICE_CODE",
    "PRACTICE_NAME",
    "PRACTICE_POSTCODE",
    "PCN_CODE",
    "PCN_NAME",
    "ONS_SUB_ICB_LOCATION_CODE",
    "SUB_ICB_LOCATION_CODE",
    "SUB_ICB_LOCATION_NAME",
    "ONS_ICB_CODE",
    "ICB_CODE",
    "ICB_NAME",
    "ONS_COMM_REGION_CODE",
    "COMM_REGION_CODE",
    "COMM_REGION_NAME",
    "SUPPLIER_NAME",
]
Patients = Counter[tuple[str, str]]


def write_gp(folder: Path, recipe: Recipe) -> None:
    """The two zips, each with one CSV."""
    name = "gp-reg-pat-prac-quin-age"
    write_zip(folder / "gp" / f"{name}.zip", f"{name}.csv", csv_text([COUNT_NAMES, *_counts(recipe)]))
    name = "gp-reg-pat-prac-map"
    write_zip(
        folder / "gp" / f"{name}.zip",
        f"{name}.csv",
        csv_text([MAP_NAMES, *(_mapped(recipe, one) for one in places(recipe).practices)]),
    )


def patients(recipe: Recipe, persons: int, older: float) -> Patients:
    """Registered patients by sex and age band."""
    weights = [share * (older if band >= OLDER_FROM else 1.0) for band, share in enumerate(places(recipe).ages)]
    by_age = apportion(persons, weights)
    counts: Patients = Counter()
    for band, number, female in zip(BANDS, by_age, places(recipe).female_share, strict=True):
        women = round(number * female)
        counts.update({("FEMALE", band): women, ("MALE", band): number - women})
    return counts


def of_sub_icb(recipe: Recipe, sub: SubIcb) -> Patients:
    """Registered patients of a sub-ICB location."""
    return patients(recipe, sub.persons, sub.older)


def of_icb(recipe: Recipe, code: str) -> Patients:
    """Registered patients of an integrated care board: the sum of its locations."""
    return _sum(of_sub_icb(recipe, sub) for sub in places(recipe).sub_icbs if sub.ics == code)


def _sum(many: Iterator[Patients]) -> Patients:
    total: Patients = Counter()
    for one in many:
        total.update(one)
    return total


def _counts(recipe: Recipe) -> Iterator[list[Value]]:
    systems = places(recipe).systems_on(places(recipe).population_date)
    for region in sorted(places(recipe).regions, key=lambda each: each.code):
        whole = _sum(of_icb(recipe, system.code) for system in systems if system.region == region.code)
        yield from _block(recipe, "Comm Region", region.code, region.ons_code, "", whole)
    for system in systems:
        yield from _block(recipe, "ICB", system.code, system.ons_code, "", of_icb(recipe, system.code))
    for sub in places(recipe).sub_icbs:
        yield from _block(recipe, "SUB_ICB_LOCATION_CODE", sub.code, sub.ons_code, "", of_sub_icb(recipe, sub))
    for pcn in sorted({practice.pcn for practice in places(recipe).practices}):
        members = [practice for practice in places(recipe).practices if practice.pcn == pcn]
        yield from _block(recipe, "PCN", pcn, "", "", _sum(_of_practice(recipe, practice) for practice in members))
    for practice in places(recipe).practices:
        yield from _block(recipe, "GP", practice.code, "", practice.postcode, _of_practice(recipe, practice))


def _sub_icb(recipe: Recipe, practice: Practice) -> SubIcb:
    return next(sub for sub in places(recipe).sub_icbs if sub.code == practice.sub_icb)


def _of_practice(recipe: Recipe, practice: Practice) -> Patients:
    return patients(recipe, practice.persons, _sub_icb(recipe, practice).older)


def _block(
    recipe: Recipe, kind: str, code: str, ons_code: str, postcode: str, counts: Patients
) -> Iterator[list[Value]]:
    start: list[Value] = [PUBLICATION, places(recipe).population_date.isoformat(), kind, code, ons_code, postcode]
    yield [*start, "ALL", "ALL", counts.total()]
    for sex in SEXES:
        # The publication sorts the bands as text: 5_9 comes after 55_59.
        for band in sorted(BANDS):
            yield [*start, sex, band, counts[sex, band]]
        yield [*start, sex, "ALL", sum(counts[sex, band] for band in BANDS)]


def _mapped(recipe: Recipe, practice: Practice) -> list[Value]:
    sub = _sub_icb(recipe, practice)
    system = places(recipe).system(sub.ics)
    region = places(recipe).region(system.region)
    return [
        PUBLICATION,
        f"{places(recipe).population_date:%d%b%Y}",
        practice.code,
        practice.name,
        practice.postcode,
        practice.pcn,
        practice.pcn_name,
        sub.ons_code,
        sub.code,
        f"NHS {system.name} ICB - {sub.code}",
        system.ons_code,
        system.code,
        f"NHS {system.name} Integrated Care Board",
        region.ons_code,
        region.code,
        region.name,
        practice.supplier,
    ]
