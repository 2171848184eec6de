"""Patients registered at GP practices: the counts by age and sex, and the map from practice to board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.synthetic.chance import apportion
from pipeline.synthetic.files import Value, csv_text, write_zip
from pipeline.synthetic.places import Practice, SubIcb, places

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


def write_gp(folder: Path) -> None:
    """The two zips, each with one CSV."""
    name = "gp-reg-pat-prac-quin-age"
    write_zip(folder / "gp" / f"{name}.zip", f"{name}.csv", csv_text([COUNT_NAMES, *_counts()]))
    name = "gp-reg-pat-prac-map"
    write_zip(folder / "gp" / f"{name}.zip", f"{name}.csv", csv_text([MAP_NAMES, *map(_mapped, places().practices)]))


def patients(persons: int, older: float) -> Patients:
    """Registered patients by sex and age band."""
    weights = [share * (older if band >= OLDER_FROM else 1.0) for band, share in enumerate(places().ages)]
    by_age = apportion(persons, weights)
    counts: Patients = Counter()
    for band, number, female in zip(BANDS, by_age, places().female_share, strict=True):
        women = round(number * female)
        counts.update({("FEMALE", band): women, ("MALE", band): number - women})
    return counts


def of_sub_icb(sub: SubIcb) -> Patients:
    """Registered patients of a sub-ICB location."""
    return patients(sub.persons, sub.older)


def of_icb(code: str) -> Patients:
    """Registered patients of an integrated care board: the sum of its locations."""
    return _sum(of_sub_icb(sub) for sub in places().sub_icbs if sub.ics == code)


def _sum(many: Iterator[Patients]) -> Patients:
    total: Patients = Counter()
    for one in many:
        total.update(one)
    return total


def _counts() -> Iterator[list[Value]]:
    systems = places().systems_on(places().population_date)
    for region in sorted(places().regions, key=lambda each: each.code):
        whole = _sum(of_icb(system.code) for system in systems if system.region == region.code)
        yield from _block("Comm Region", region.code, region.ons_code, "", whole)
    for system in systems:
        yield from _block("ICB", system.code, system.ons_code, "", of_icb(system.code))
    for sub in places().sub_icbs:
        yield from _block("SUB_ICB_LOCATION_CODE", sub.code, sub.ons_code, "", of_sub_icb(sub))
    for pcn in sorted({practice.pcn for practice in places().practices}):
        members = [practice for practice in places().practices if practice.pcn == pcn]
        yield from _block("PCN", pcn, "", "", _sum(_of_practice(practice) for practice in members))
    for practice in places().practices:
        yield from _block("GP", practice.code, "", practice.postcode, _of_practice(practice))


def _sub_icb(practice: Practice) -> SubIcb:
    return next(sub for sub in places().sub_icbs if sub.code == practice.sub_icb)


def _of_practice(practice: Practice) -> Patients:
    return patients(practice.persons, _sub_icb(practice).older)


def _block(kind: str, code: str, ons_code: str, postcode: str, counts: Patients) -> Iterator[list[Value]]:
    start: list[Value] = [PUBLICATION, places().population_date.isoformat(), kind, code, ons_code, postcode]
    yield [*start, "ALL", "ALL", counts.total()]
    for sex in SEXES:
        # The publication sorts the bands as text: 5_9 comes after 55_59.
        for band in sorted(BANDS):
            yield [*start, sex, band, counts[sex, band]]
        yield [*start, sex, "ALL", sum(counts[sex, band] for band in BANDS)]


def _mapped(practice: Practice) -> list[Value]:
    sub = _sub_icb(practice)
    system = places().system(sub.ics)
    region = places().region(system.region)
    return [
        PUBLICATION,
        f"{places().population_date:%d%b%Y}",
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
