"""Status, headings, numbers and contents of a page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.plan import Plan, load_plan
from pipeline.report import document
from pipeline.report.chapters import chapters
from pipeline.report.dates_passed import late_starts, starts_passed
from pipeline.report.sign_off_words import sign_offs_shown

pytestmark = pytest.mark.unit

SIGNED = {"by": "A. Chair", "role": "Chair", "minute": "DB-31", "date": "2025-11-20", "version": "0.3", "run_id": "r1"}
SIGNED |= {"placeholders": []}
CLEAN = {"code": {"version": "0.1.0 (abc)", "dirty": False}, "placeholders": 0, "approval": [SIGNED]}


def _plan(folder: Path, status: str) -> Plan:
    (folder / "staff.csv").write_text("staff", encoding="utf-8")
    (folder / "plan.yaml").write_text(
        f"""
name: Westmarch
ics: [QZZ]
employers: {{RZ1: Westmarch Infirmary}}
base_month: 2025-10
sources: [{{reader: hchs_core5, path: staff.csv}}]
sign_off: {{status: {status}, version: "0.3", approver: A. Chair, date: 2025-11-20}}
""",
        encoding="utf-8",
    )
    return load_plan(folder)


@pytest.mark.parametrize("claimed", ["DRAFT", "FOR APPROVAL", "APPROVED"])
def test_a_report_that_was_signed_off_from_clean_code_is_approved_whatever_plan_yaml_says(
    tmp_path: Path, claimed: str
) -> None:
    plan = _plan(tmp_path, claimed)
    status = document.status_of(plan, CLEAN)
    assert status.label == status.short == "APPROVED"
    rows = dict(document.particulars(plan, status, document.run_facts({}), CLEAN))
    assert rows["Approved by"] == "A. Chair, Chair, 20 November 2025 (minute DB-31)"
    assert not {"Approver", "Approved with", "Last approved"} & set(rows)


def test_placeholders_that_were_accepted_do_not_withhold_approval_and_are_counted_on_the_cover(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "FOR APPROVAL")
    facts = {**CLEAN, "placeholders": 2, "approval": [{**SIGNED, "placeholders": ["One", "<b>Two</b>"]}]}
    status = document.status_of(plan, facts)
    assert status.label == "APPROVED"
    cover = dict(document.particulars(plan, status, document.run_facts({}), facts))
    assert cover["Approved with"] == "2 placeholder values, listed in chapter 2"
    page = "".join(shown.html for shown in sign_offs_shown(facts))
    assert "&lt;b&gt;Two&lt;/b&gt;" in page
    assert "2 values are standing in for a figure that nobody has supplied" in page


def test_another_report_than_the_one_signed_off_names_the_last_approval(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "FOR APPROVAL")
    facts = {**CLEAN, "approval": [], "last_approved": SIGNED}
    status = document.status_of(plan, facts)
    assert status.label == "FOR APPROVAL"
    cover = dict(document.particulars(plan, status, document.run_facts({}), facts))
    assert cover["Last approved"] == "version 0.3, on 20 November 2025"
    assert cover["Approver"] == "A. Chair"
    assert "This report is not approved." in document.text_of("".join(shown.html for shown in sign_offs_shown(facts)))


def test_a_plan_that_was_never_signed_off_says_nothing_of_sign_offs() -> None:
    assert sign_offs_shown({}) == []


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            {**CLEAN, "code": {"version": "0.1.0", "dirty": True}},
            "the code was changed after its last recorded version",
        ),
        ({**CLEAN, "placeholders": 1}, "1 placeholder value is still in use"),
        ({**CLEAN, "placeholders": 4}, "4 placeholder values are still in use"),
        ({**CLEAN, "code": {"version": "0.1.0"}}, "the version of the code is not known"),
        ({**CLEAN, "code": {"version": "0.1.0", "dirty": None}}, "the version of the code is not known"),
        ({**CLEAN, "placeholders": None}, "the placeholders in use were not counted"),
        ({**CLEAN, "approval": []}, "no sign-off of this report is recorded"),
        ({**CLEAN, "approval": [], "sign_offs_refused": "line 1"}, "the history of sign-offs was altered"),
        (
            {},
            "no sign-off of this report is recorded, the version of the code is not known and the placeholders in use "
            "were not counted",
        ),
    ],
)
def test_approval_is_withheld_with_the_reason(tmp_path: Path, facts: dict[str, Any], reason: str) -> None:
    plan = _plan(tmp_path, "APPROVED")
    status = document.status_of(plan, facts)
    assert status.label == f"DRAFT — approval withheld: {reason}"
    assert status.short == "DRAFT"
    rows = document.particulars(plan, status, document.run_facts(facts), facts)
    assert ("Approver", "A. Chair") in rows
    assert "APPROVED" not in status.label


@pytest.mark.parametrize("claimed", ["DRAFT", "FOR APPROVAL"])
def test_a_plan_that_claims_no_approval_keeps_its_status(tmp_path: Path, claimed: str) -> None:
    assert document.status_of(_plan(tmp_path, claimed), {}).label == claimed


def test_a_run_without_facts_says_that_they_are_not_recorded() -> None:
    run = document.run_facts({})
    assert (run.id, run.version, run.state) == ("not recorded", "not recorded", "")


def test_figures_and_tables_are_numbered_within_their_chapter() -> None:
    body = (
        '<figcaption><span class="wf-title"><!--number-->A</span>'
        '<caption><span class="wf-title"><!--number-->B</span>'
        '<figcaption><span class="wf-title"><!--number-->C</span>'
    )
    text = document.text_of(document.arrange(body, 3, "demand", 7))
    assert text == "Figure 7.1. ATable 7.1. BFigure 7.2. C"
    assert "Figure 1. A" in document.text_of(document.arrange(body, 3, "part"))


def test_headings_get_ids_that_are_unique_on_the_page() -> None:
    body = "<h2>Staff &amp; posts</h2><h2>Staff &amp; posts</h2><h2>é</h2><h2>…</h2>"
    arranged = document.arrange(body, 3, "workforce")
    assert [entry.href for entry in document.headings(arranged, 3)] == [
        "#workforce-staff-posts",
        "#workforce-staff-posts-n2",
        "#workforce-e",
        "#workforce-part",
    ]


def test_a_heading_that_only_repeats_its_chapter_is_dropped() -> None:
    assert document.without_repeated_heading("<h2>Demand</h2>\n<p>a</p>", "Demand") == "<p>a</p>"
    assert document.without_repeated_heading("<h2>Waits</h2><p>a</p>", "Demand") == "<h2>Waits</h2><p>a</p>"


def test_the_title_of_a_notebook_is_its_first_heading() -> None:
    assert document.take_title("<h1>Metrics</h1>\n<p>a</p>") == ("Metrics", "<p>a</p>")
    assert document.take_title("<h2>Metrics</h2>") == ("", "<h2>Metrics</h2>")


def test_the_chapters_are_in_the_boards_order_and_say_who_and_which_step_they_serve() -> None:
    listed = chapters()
    assert " ".join(chapter.id for chapter in listed) == (
        "summary scope changes workforce plan cdc demand scenarios confidence actions risks equality money governance "
        "sources"
    )
    assert [chapter.number for chapter in listed] == list(range(1, 16))
    assert all(chapter.title and chapter.serves and chapter.steps and chapter.needs for chapter in listed)
    assert {step[0] for chapter in listed for step in chapter.steps} == set("123456")


def test_the_numbers_and_titles_of_a_body_are_those_that_it_prints() -> None:
    marked = '<caption><span class="wf-title"><!--number-->Staff &amp; posts</span></caption>'
    drawn = marked.replace("caption", "figcaption").replace("Staff &amp; posts", "It\n rises")
    body = document.arrange(f"{marked}{drawn}{marked}", 3, "staff", 4)
    assert document.labels(body) == [
        ("Table 4.1", "Staff & posts"),
        ("Figure 4.1", "It rises"),
        ("Table 4.2", "Staff & posts"),
    ]


def test_paragraphs_and_entries_of_lists_are_told_one_by_one_as_text() -> None:
    body = "<p>One <strong>bold</strong> &lt;word&gt;.</p>\n<ul><li>two</li><li><p>three</p></li></ul><p> </p>"
    assert document.paragraphs(body) == ["One bold <word>.", "two", "three"]


def test_a_figure_is_taken_without_the_table_of_its_data() -> None:
    assert (
        document.without_data("<figure><img><details a>x<table></table></details></figure>") == "<figure><img></figure>"
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-10-31", "A day"),
        ("2025-11-01", "A day, 1 month after the base month"),
        ("2026-12-01", "A day, 14 months after the base month"),
    ],
)
def test_a_document_says_how_old_its_figures_were_when_it_was_made(tmp_path: Path, day: str, said: str) -> None:
    plan = _plan(tmp_path, "DRAFT")
    facts = {"started": f"{day}T09:00:00+00:00", "made": "A day"}
    rows = document.particulars(plan, document.status_of(plan, {}), document.run_facts(facts), facts)
    assert dict(rows)["Made"] == said


def test_a_strategy_made_long_after_its_base_month_says_which_new_actions_should_have_begun(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "DRAFT")
    when = (plan.base_month + dt.timedelta(days=200)).isoformat()
    run = document.run_facts({"made": "a day", "started": f"{when}T10:00:00+00:00"})
    status = document.status_of(plan, CLEAN)

    def made(**facts: object) -> str:
        return dict(document.particulars(plan, status, run, {**CLEAN, **facts}))["Made"]

    assert made() == made(starts_passed=[0, 10])
    assert made().startswith("a day, ")
    assert made().endswith(" months after the base month")
    assert made(starts_passed=[3, 10]).endswith(" after the base month: 3 of 10 new actions should have begun")
    assert made(starts_passed=[1, 1]).endswith(": 1 of 1 new action should have begun")


def test_the_starts_that_have_passed_are_those_of_new_actions_that_are_chosen() -> None:
    actions = pd.DataFrame(
        {
            "chosen": [True, True, True, False],
            "status": ["proposed", "proposed", "agreed", "proposed"],
            "start": pd.to_datetime(["2026-03-31", "2026-04-30", "2026-01-31", "2026-01-31"]),
        }
    )
    assert late_starts(actions, dt.date(2026, 4, 15)) == (1, 2)
    assert starts_passed(None, {"started": "2026-04-15T10:00:00+00:00"}) == {}
