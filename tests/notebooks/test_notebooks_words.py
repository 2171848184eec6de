"""What the strategy says where a plan lacks something, has one of something, or holds text that is hostile."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from notebook_plans import HOSTILE, HOSTILE_BOARD, HOSTILE_SETTING, HOSTILE_TEST, PLANS, SCRIPT
from notebook_runs import Made, visible

from pipeline.reference import source_cards

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

Make = Callable[[str], Made]


MISSING = [
    ("only_pay", "summary", "headline figures", "hchs_core5"),
    ("only_pay", "workforce", "staff in post", "hchs_core5"),
    ("only_pay", "workforce", "staff by profession", "hchs_core3"),
    ("only_pay", "workforce", "each employer's staff over time", "hchs_organisation"),
    ("only_pay", "workforce", "sickness absence", "sickness_absence"),
    ("only_pay", "cdc", "community diagnostic centres", "cdc_map"),
    ("only_pay", "demand", "waits", "dm01_provider"),
    ("only_pay", "demand", "tests done by month", "dm01_provider"),
    ("only_pay", "demand", "how quickly imaging is reported", "did_turnaround"),
    ("only_pay", "scenarios", "the staff there will be, and the gap", "hchs_core5"),
    ("only_pay", "confidence", "how much of the work the counted tests cover", "hchs_core5"),
    ("only_pay", "equality", "the population served", "gp_registered_patients"),
    ("only_pay", "money", "the pay bill", "hchs_core5"),
    ("only_dm01", "workforce", "staff in post", "hchs_core5"),
    ("only_dm01", "scenarios", "the staff there will be, and the gap", "hchs_core5"),
    ("only_dm01", "sources", "staff outside the four pillars", "hchs_core5"),
    ("only_staff", "demand", "waits", "dm01_provider"),
    ("only_staff", "demand", "tests counted by provider", "did_modality"),
    ("only_staff", "money", "the pay bill", "pay_afc"),
    ("single", "workforce", "sickness absence", "sickness_absence"),
    ("single", "cdc", "community diagnostic centres", "gp_practice_map"),
    ("single", "sources", "which organisations there are, and the board that each is under", "ods_trusts"),
    ("hostile", "demand", "growth of imaging over two whole financial years or more", "did_modality"),
    ("unmapped", "workforce", "staff in post", "hchs_core5"),
    ("unmapped", "workforce", "the mix of bands", "hchs_core5"),
]


@pytest.mark.parametrize(("name", "chapter", "what", "reader"), MISSING)
def test_a_chapter_says_what_it_could_not_show_and_which_file_would_supply_it(
    name: str, chapter: str, what: str, reader: str, made: Make
) -> None:
    sentence = f"This chapter could not show {what}. It would be supplied by:"
    said = made(name).chapter(chapter).split(sentence)
    assert len(said) == 2, f"said {len(said) - 1} times"
    assert source_cards()[reader].title in said[1].split("This chapter could not show")[0]


UNFOUNDED = [
    ("only_pay", "The files hold every staff group"),
    ("only_pay", "Every test counted has a standard"),
    ("only_pay", "The map shows"),
    ("only_pay", "The files agree with each other"),
    ("only_pay", "counts are whole"),
    ("only_dm01", "The files hold every staff group"),
    ("only_dm01", "The figures rest on"),
    ("only_staff", "counts are whole"),
    ("only_staff", "could not show staff outside the four pillars"),
    ("single", "The map shows"),
    ("only_pay", "counts more of these tests"),
    ("only_dm01", "No employer's counted tests need more"),
]


@pytest.mark.parametrize(("name", "claim"), UNFOUNDED)
def test_nothing_is_claimed_of_files_that_a_plan_does_not_have(name: str, claim: str, made: Make) -> None:
    assert claim not in made(name).text


SINGULAR = [
    ("scope", "and the 1 employer below. It covers imaging"),
    ("summary", "1 patient was waiting for a key diagnostic test at the end of August 2024"),
    ("summary", "The largest group is diagnostic radiographers (12 WTE)."),
    ("summary", "What is proposed. 1 action for £"),
    ("scenarios", "The largest group is diagnostic radiographers: 12 WTE"),
    ("cdc", "1 centre on the map carries a board's code"),
    ("cdc", "whether it belongs here is not known."),
    ("demand", "At the end of August 2024, 1 patient was waiting and had waited less than six weeks."),
    ("demand", "Line charts of August 2024: Imaging 1,200."),
    ("actions", "The plan lists 1 action, short term. By its owner's own estimate it brings 1.0 WTE once in full"),
]


@pytest.mark.parametrize(("chapter", "words"), SINGULAR)
def test_one_employer_patient_test_centre_and_action_are_written_of_as_one(
    chapter: str, words: str, made: Make
) -> None:
    assert words in made("single").chapter(chapter)


@pytest.mark.parametrize("name", PLANS)
def test_one_thing_is_counted_in_the_singular_and_others_are_not(name: str, made: Make) -> None:
    wrong = r"(?<![\d,.])1 (?:[a-z]+ )?(?:are|were|have|open|carry)\b"
    nouns = "patients|employers|centres|actions|months|files|tests|rows|placeholders|figures|scenarios|years|people"
    several = r"(?<![\d,.])(?:[02-9]|\d\d+) (?:patient|employer|centre|action|month|placeholder|headline figure)\b"
    for page, content in made(name).pages.items():
        text = visible(content)
        assert re.findall(rf".{{40}}(?:{wrong}|(?<![\d,.])1 (?:{nouns})\b).{{20}}", text) == [], page
        assert re.findall(rf".{{40}}{several}.{{20}}", text) == [], page


class Tags(HTMLParser):
    """The elements of a page with their attributes, as a browser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


class TestHostileText:
    @pytest.mark.parametrize("name", ["hostile", "single"])
    def test_is_never_run(self, name: str, made: Make) -> None:
        for page, content in made(name).pages.items():
            tags = Tags(content).found
            assert {tag for tag, _ in tags} & {"script", "iframe", "object", "embed", "form"} == set(), page
            links = [str(attributes.get("href", "")) for _, attributes in tags]
            assert [link for link in links if link.casefold().startswith(("javascript:", "data:"))] == []
            assert [name for _, attributes in tags for name in attributes if name.startswith("on")] == []

    @pytest.mark.parametrize(
        ("name", "chapter", "text"),
        [
            ("hostile", "scope", HOSTILE["RZ1"]),
            ("hostile", "scope", HOSTILE["RZ2"]),
            ("hostile", "scope", PLANS["hostile"].keys["name"]),
            ("hostile", "workforce", f"staff groups together: {HOSTILE['RZ1']} 4.4%"),
            ("hostile", "summary", PLANS["hostile"].keys["governance"]["decision"]),
            ("hostile", "governance", PLANS["hostile"].keys["governance"]["owner"]),
            ("hostile", "sources", HOSTILE_SETTING),
            ("hostile", "sources", HOSTILE_TEST),
            ("hostile", "sources", f"{HOSTILE_BOARD} (QZ9) has ended"),
            ("hostile", "demand", HOSTILE_TEST),
            ("single", "scenarios", f"No growth {SCRIPT}: *Nothing* grows."),
            ("single", "actions", f"Train {SCRIPT}"),
            ("single", "actions", "Posts *filled*"),
            ("single", "actions", "=cmd()"),
        ],
    )
    def test_is_shown_as_it_was_written(self, name: str, chapter: str, text: str, made: Make) -> None:
        assert text in made(name).chapter(chapter)
