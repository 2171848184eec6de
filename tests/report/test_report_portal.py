"""What the list of all plans says of each, in which order, and that what is written in a plan stays text."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from portal_folders import SIGNED, changes, headlines, published, report

from pipeline.report import portal_words
from pipeline.report.portal import portal_page
from pipeline.report.portal_record import Failure, Listed, PastReport, PillarGap, Unreadable, record_of
from pipeline.report.portal_risk import by_risk, gap_share, level_of, levels
from pipeline.report.portal_shapes import gap_bars, line
from pipeline.report.security_policy import source

pytestmark = pytest.mark.unit

NOW = dt.datetime(2026, 6, 2, 8, 30)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% include 'style.css' %}",
    "=cmd|'/c calc'!A1",
    "</title></style><svg onload=alert(1)>",
    "مستشفى ‮gnp.exe",
    "long " * 5000,
    "a" * 20000,
    "null\x00and\x1b[31mcontrol",
    "half \ud800 a letter",
)


def listed(number: int = 1, name: str = "Northvale", gap: float | None = 340.0, **more: Any) -> Listed:
    facts = {key: more.pop(key) for key in list(more) if key in ("approval", "last_approved", "published")}
    return Listed(folder=f"plan-{number}", name=name, record=record_of(report(number, name, gap, **facts)), **more)


def page(*plans: Listed, unreadable: tuple[Unreadable, ...] = ()) -> str:
    return portal_page(plans, unreadable, NOW, "abc123")


def past(number: int, gap: float, basis: str, made: str) -> PastReport:
    marks = dict.fromkeys(("model", "assumptions", "files", "tables", "settings"), basis)
    facts = report(number, "Northvale", gap) | {"basis": marks, "made": made}
    return PastReport(record_of(facts), ("data", "model"), signed=False)


class TestOrder:
    def test_what_cannot_be_seen_comes_first_then_failures_then_the_larger_gap_for_its_staff(self) -> None:
        failed = Failure("2026-07-01T09:00:00", "ingest", "wrong")
        plans = [
            Listed("begun", "Not begun"),
            listed(1, "Small", 100.0),
            listed(2, "None", None),
            listed(3, "Large", 600.0),
            listed(4, "Failed", 100.0, failure=failed),
            Listed("unseen", "Unseen", failure=failed),
            listed(5, "Larger", 640.0),
            listed(6, "Middle", 300.0),
        ]
        ordered = [plan.name for plan in by_risk(plans)]
        assert ordered == ["Unseen", "Failed", "Larger", "Large", "Middle", "Small", "None", "Not begun"]

    @pytest.mark.parametrize(("gap", "key"), [(455.6, "high"), (455.5, "medium"), (227.8, "medium"), (227.7, "low")])
    def test_the_bounds_of_levels_are_those_of_the_reference_file(self, gap: float, key: str) -> None:
        assert level_of(listed(gap=gap)).key == key

    def test_a_plan_file_that_is_refused_counts_as_a_failure(self) -> None:
        assert level_of(listed(refused="key employers: missing")).key == "failed"

    def test_every_level_says_why_it_stands_where_it_does(self) -> None:
        assert all(level.why and level.says for level in levels().values())

    def test_a_share_is_not_made_of_no_staff(self) -> None:
        record = record_of(report(1, "Northvale") | {"headlines": headlines(40.0, staff=0.0)})
        assert gap_share(record) is None


class TestWords:
    def test_a_plan_is_headed_by_its_gap_with_its_range(self) -> None:
        said = portal_words.headline_sentence(record_of(report(1, "Northvale", 340.0)))
        assert said == "340 WTE missing in May 2031 if present trends go on, gross (P10 to P90: 204 to 544)."

    def test_without_a_gap_the_first_figure_heads_it(self) -> None:
        said = portal_words.headline_sentence(record_of(report(1, "Northvale", None)))
        assert said == "3,400 WTE of diagnostic staff in post in May 2026."

    def test_a_change_is_split_as_the_report_splits_it(self) -> None:
        plan = listed(gap=340.0, published=published("Northvale", 340.0, changes=changes(320.0, 340.0)))
        said = portal_words.change_sentence(plan)
        assert said == (
            "WTE missing up from 320 to 340 (6.3%) since the report of 1 March 2026: +15 from the data and +5.0 from "
            "the assumptions."
        )
        assert portal_words.change_in_short(plan) == "+20"

    def test_a_report_that_splits_nothing_is_set_against_the_run_before_that_was_made_of_other_things(self) -> None:
        history = (
            past(1, 340.0, "new", "1 June 2026"),
            past(2, 340.0, "new", "30 May 2026"),
            past(3, 300.0, "old", "1 May 2026"),
        )
        said = portal_words.change_sentence(listed(history=history))
        assert said == (
            "WTE missing up from 300 to 340 (13.3%) since the report of 1 May 2026; the data and the model changed."
        )

    def test_a_first_report_has_nothing_to_compare_with(self) -> None:
        assert "Nothing to compare with" in portal_words.change_sentence(listed())
        assert portal_words.change_in_short(listed()) == ""

    def test_a_failure_says_what_stands(self) -> None:
        plan = listed(failure=Failure("2026-07-01T09:00:00+01:00", "ingest", "staff.csv, row 3: a number is expected"))
        assert portal_words.failure(plan) == (
            "The last try on 1 July 2026 failed at the stage ingest: staff.csv, row 3: a number is expected. "
            "The last good report, made on 1 June 2026, stands."
        )

    def test_a_sign_off_says_who_when_and_in_which_minute(self) -> None:
        record = record_of(report(1, "Northvale", approval=[SIGNED]))
        said = "Approved by A. Chair, Chair of the Diagnostics Board, 12 March 2026 (minute DB-2026-31)"
        assert portal_words.sign_off(record) == said

    def test_an_older_form_of_record_gives_what_it_has(self) -> None:
        record = record_of({"run_id": "x", "started": "2026-06-01T09:00:00", "headlines": headlines(340.0)})
        assert portal_words.latest_data(record) == portal_words.looks_ahead_to(record) == "not given"
        assert portal_words.status(record) == "DRAFT"
        assert portal_words.made(record) == "1 June 2026"

    @pytest.mark.parametrize(("base", "months"), [("9999-12", 60), ("2026-13", 12), ("x", 12), ("2026-05", 10**9)])
    def test_a_month_that_is_none_is_not_given(self, base: str, months: int) -> None:
        facts = published("Northvale", base_month=base, horizon_months=months)
        assert portal_words.looks_ahead_to(record_of(report(1, "Northvale", published=facts))) == "not given"

    def test_a_unit_that_is_not_known_is_written_as_a_number(self) -> None:
        assert portal_words.said("rooms", 12.0) == "12"


class TestRecord:
    @pytest.mark.parametrize(
        "facts",
        [
            {},
            {"run_id": 7},
            {"run_id": "x", "headlines": "none"},
            {"run_id": "x", "headlines": [{"key": "a", "value": "much"}]},
            {"run_id": "x", "headlines": [{"key": "a", "value": float("inf")}]},
            {"run_id": "x", "stages": {"ingest": "built"}},
            {"run_id": "x", "published": {"pillars": [{}]}},
        ],
    )
    def test_a_record_of_another_shape_is_refused_by_its_place(self, facts: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"run_id|headlines|stages|published"):
            record_of(facts)

    def test_what_is_not_known_is_passed_over(self) -> None:
        assert record_of({"run_id": "x", "colour": "blue"}).run_id == "x"


class TestShapes:
    def test_bars_share_a_scale_and_stand_on_nought(self) -> None:
        gaps = [PillarGap(pillar="labs", p10=-50, p50=50, p90=150), PillarGap(pillar="imaging", p50=-25)]
        first, second = gap_bars(gaps)
        assert first is not None
        assert second is not None
        assert (first.nought, first.start, first.width, first.low, first.high) == (25.0, 25.0, 25.0, 0.0, 100.0)
        assert (second.start, second.width) == (12.5, 12.5)

    def test_a_pillar_without_a_figure_has_no_bar(self) -> None:
        assert gap_bars([PillarGap(pillar="labs")]) == [None]

    def test_nothing_but_noughts_can_be_drawn(self) -> None:
        assert gap_bars([PillarGap(pillar="labs", p10=0, p50=0, p90=0)])[0] is not None

    def test_the_largest_figure_is_on_top_and_a_level_line_in_the_middle(self) -> None:
        assert line([1.0, 3.0, 2.0]) == [(2.0, 18.0), (50.0, 2.0), (98.0, 10.0)]
        assert line([5.0, 5.0]) == [(2.0, 10.0), (98.0, 10.0)]


class TestPage:
    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_whatever_is_written_in_a_plan_stays_text(self, text: str) -> None:
        figures = [row | {"label": text, "unit": text} for row in headlines(340.0)]
        signed = dict.fromkeys(SIGNED, text)
        told = published(text, status=text, version=text, base_month=text, latest_month=text)
        told["pillars"] = [row | {"pillar": text} for row in told["pillars"]]
        record = report(1, text, published=told, headlines=figures, made=text, approval=[signed], last_approved=signed)
        plan = Listed(
            folder=text[:200],
            name=text,
            record=record_of(record),
            failure=Failure(text, text, text),
            refused=text,
            links={"strategy": "a/b.html"},
            previous=("c/d.html", text),
            history=(PastReport(record_of(record), None, signed=True), PastReport(record_of(record), ("data",), False)),
            damaged=(text,),
        )
        made = page(plan, unreadable=(Unreadable(text, text),))
        bare = page(listed())
        for tag in ("<script", "<img", "<svg onload", "</title>", "</style>", "onerror=alert(1)>"):
            assert made.count(tag) == (0 if tag in ("<img", "<svg onload", "onerror=alert(1)>") else bare.count(tag))
        assert "7 * 7" in made or "7 * 7" not in text
        assert not re.search("[\x00-\x08\x0b-\x1f]", made)
        assert "\u202e" not in made
        assert made.encode()

    def test_only_the_pages_own_style_and_script_may_run(self) -> None:
        made = page(listed())
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', made)
        assert policy is not None
        for kind in ("style", "script"):
            (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", made, re.DOTALL)
            assert f"{kind}-src &#39;{source(text)}&#39;" in policy[1]
        assert "default-src &#39;none&#39;" in policy[1]

    def test_the_page_names_nothing_elsewhere(self) -> None:
        made = page(listed(links={"strategy": "plan-1/strategy.html"}))
        assert re.findall(r'(?:href|src)="(?!#|plan-1/|data:,")([^"]*)"', made) == []
        assert "style=" not in made

    def test_each_plan_is_there_once_in_the_list_and_once_by_itself_without_a_script(self) -> None:
        made = page(listed(1, "Northvale"), listed(2, "Eastmere", 600.0))
        assert made.index("<bdi>Eastmere</bdi></a>") < made.index("<bdi>Northvale</bdi></a>")
        for pillar in ("Endoscopy", "Imaging", "Laboratories", "Physiological sciences"):
            assert made.count(f'<th scope="row"><span class="bounded">{pillar}<') == 2

    def test_no_plan_at_all_says_how_to_make_one(self) -> None:
        made = page()
        assert "There is no plan yet." in made
        assert "workforce run" in made

    def test_what_could_not_be_read_is_named(self) -> None:
        made = page(unreadable=(Unreadable("old/run.json", "it is damaged"),))
        assert "<bdi>old/run.json</bdi>: it is damaged" in made

    def test_history_has_a_line_with_its_words(self) -> None:
        runs = (past(1, 340.0, "b", "1 June 2026"), past(2, 300.0, "a", "1 May 2026"))
        made = page(listed(history=runs))
        alt = "WTE missing over 2 runs: 300 on 1 May 2026, 340 on 1 June 2026; lowest 300, highest 340."
        assert f'role="img" aria-label="{alt}"' in made
        assert '<polyline points="2.0,18.0 98.0,2.0 "' in made
        assert '<th scope="row">1 June 2026, 09:00</th>' in made
