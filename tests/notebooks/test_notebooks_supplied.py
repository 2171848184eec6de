"""What the chapters show of the tables that a plan's own people supply, all of them and some of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from notebook_plans import SCRIPT
from notebook_runs import MANY, Made, chapter_of, supplied, visible
from notebook_tables import GREAT_RISK, PLANNED_SITE
from small_files import TRUSTS

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

Make = Callable[[str], Made]
FIRST, SECOND = TRUSTS["RZ1"], TRUSTS["RZ2"]


@pytest.fixture(scope="module")
def whole(made: Make, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The strategy with every table that a plan's own people supply."""
    return supplied(made("full"), tmp_path_factory.mktemp("whole"))


SHOWN = [
    # 15 and 5 radiographers of records, 6 of the other trust's published ones; 4.5 nurses; 3 scientists; 3.5 published.
    ("workforce", "34 WTE of diagnostic staff were in post in August 2024: imaging 23, endoscopy 4.5"),
    ("workforce", "The figures come from staff records and published statistics."),
    ("workforce", f"clinical radiologists at {FIRST} (12 WTE)"),
    ("workforce", "Of the 28 people whose age is known, 28.6% (8) are 55 or over."),
    ("workforce", "22 WTE were in post against 24 funded: 2.5 WTE vacant (10.4%)."),
    (
        "workforce",
        "Endoscopy nurses and support staff Endoscopy 4.0 4.5 −0.5 –not available over-established by 0.5 WTE",
    ),
    ("workforce", "Histopathologists 2.0 funded posts and nobody in post, or another name for the profession"),
    # Of 32 people on average: 20 radiographers, 5 nurses and 3 scientists of records, 4 published scientists.
    ("workforce", "4 people left and 3 people joined, of 32 on average; a leaver rate is given from 10 leavers."),
    ("workforce", f"or their headcount is not known: {SECOND}."),
    ("workforce", "2.0 WTE of bank and 1.0 WTE of agency were at work on average. They cost £204,000."),
    ("plan", "17 WTE were in post against 19 in the plan for 2024/25: 2.0 WTE fewer than planned."),
    ("plan", "2023/24: +10 WTE planned, +4.0 WTE came (40.0% of it)."),
    ("plan", "3,800 tests were done against 4,000 planned (5.0% fewer)."),
    ("cdc", "Northvale CDC (3 months late)"),
    # One room of 84 hours and 52 weeks at 85%: 30 minutes each for CT, 40 for MRI.
    ("cdc", "12,995 tests a year, of which 5,569 (42.9%) are new to the system and 7,426 are moved from hospital."),
    ("cdc", f"5.9 WTE: 4.4 recruited and 1.5 redeployed (1.5 from {FIRST})"),
    ("demand", "800 reports were made: consultant 75.0% and outsourced 25.0%. 10.0% of them took more than 28 days."),
    ("demand", "Consultant 600 75.0% 150 1,200 20 5.0%"),
    ("demand", "Nights Laboratories Healthcare scientists: blood sciences 2 256 8.9"),
    ("demand", "CT scanning Imaging Diagnostic radiographers 25.0% 75.0% 100.0%"),
    ("scenarios", "If training intakes to come were 10.0% larger"),
    ("actions", f"The plan lists {MANY} actions"),
    ("actions", "Leadership and culture: who leads, from when, effect and cost"),
    # 25 begun and 40 to begin, x 0.8 x 0.75 x 0.5 x 0.9.
    (
        "actions",
        "18 WTE (20 people) into post here from 2025/26 to 2027/28, 11 of them from intakes that have not begun.",
    ),
    ("actions", "Radiography degree Diagnostic radiographers 22 20 above the cap 3.0"),
    ("risks", "The register holds 2 risks: 1 extreme and 1 low."),
    ("risks", "1 August 2024, overdue"),
    ("equality", "From 2024 to 2029 the population is expected to go down from 1,100 to 1,050 (4.5%)."),
    ("equality", "1 practice with 9,000 registered patients, 2,000 for each WTE of general practitioner."),
    ("governance", "The first is on 12 September 2024: Programme Board is to discuss “Strategy”."),
]


@pytest.mark.parametrize(("chapter", "words"), SHOWN)
def test_a_chapter_shows_what_was_supplied(chapter: str, words: str, whole: str) -> None:
    assert words in chapter_of(whole, chapter)


def test_nothing_that_was_supplied_is_said_to_be_missing(whole: str) -> None:
    lacking = set(re.findall(r"This chapter could not show (.*?)\. It would be supplied", visible(whole)))
    assert lacking == {
        "the ratio of support to registered staff",
        "each employer's staff over time",
        "all staff in post to come",
        "laboratory workload",
    }


def test_no_figure_is_described_in_more_than_two_sentences_or_headed_by_more_than_ten_words(whole: str) -> None:
    titles = re.findall(r'<figcaption><span class="wf-title">(?:<span[^>]*>.*?</span>)?(.*?)</span>', whole)
    assert len(titles) > 8
    assert [title for title in titles if len(title.split()) > 10] == []
    descriptions = re.findall(r'<img [^>]*alt="([^"]*)"', whole)
    assert [alt for alt in descriptions if len(re.findall(r"[.!?](?:\s|$)", alt)) > 2] == []


def test_no_value_is_missing_in_words_and_hostile_text_is_shown_as_it_was_written(whole: str) -> None:
    assert re.findall(r".{60}(?:\b(?:nan|NaN|None|inf|NaT|\w*Warning)\b|<NA>).{20}", visible(whole)) == []
    assert GREAT_RISK in chapter_of(whole, "risks")
    assert PLANNED_SITE in chapter_of(whole, "cdc")
    assert SCRIPT not in whole


# Two strategies show the parts of five chapters: a chapter that has a part lacks the rest of what it needs, and no
# part stands in for what another one lacks.
SOME = {"first": {"movements", "planned_wte", "training_intakes"}, "second": {"establishment", "cdc_plans"}}


@pytest.fixture(scope="module")
def in_part(made: Make, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The strategy with some of those tables and no staff records."""
    return cache(lambda name: supplied(made("full"), tmp_path_factory.mktemp(name), SOME[name], records=False))


# Without records the published staff of August 2024 are counted: 25 WTE of 28 radiographers, 51 people in all at RZ1.
PARTS = [
    ("first", "workforce", "4 people left and 3 people joined, of 51 on average"),
    ("second", "workforce", "In August 2024, 25 WTE were in post against 20 funded"),
    ("first", "plan", "25 WTE were in post in August 2024 in the professions that the plan names, against 19"),
    ("second", "cdc", "This chapter could not show what the centres have place for."),
    ("first", "actions", "Radiography degree has intakes and no route that says who completes"),
]


@pytest.mark.parametrize(("name", "chapter", "words"), PARTS)
def test_part_of_what_a_chapter_needs_is_shown_for_what_it_is(
    name: str, chapter: str, words: str, in_part: Callable[[str], str]
) -> None:
    assert words in chapter_of(in_part(name), chapter)


@pytest.mark.parametrize("name", SOME)
def test_where_a_part_is_missing_no_value_is(name: str, in_part: Callable[[str], str]) -> None:
    assert re.findall(r".{60}(?:\b(?:nan|NaN|None|inf|NaT)\b|<NA>).{20}", visible(in_part(name))) == []
