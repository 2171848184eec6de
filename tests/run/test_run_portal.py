"""The list of all plans as it is gathered and written: whatever lies beside, and however often."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from portal_folders import (
    FILES,
    keep,
    many_plans,
    published,
    report,
    run_id,
    write_failure,
    write_json,
    write_plan,
    write_report,
)
from tiny_workshop import Workshop

from pipeline.report.portal_record import Listed, Unreadable
from pipeline.run import portal
from pipeline.run.errors import NotebookFailed
from pipeline.run.portal import LOCK, PAGE, PortalNotWritten, Rooms, write_portal
from pipeline.run.portal_plans import cause_of, listed

pytestmark = pytest.mark.integration


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    """A workspace in which there is nothing yet."""
    made = Rooms.of(tmp_path / "home")
    made.reports.mkdir(parents=True)
    return made


def gathered(rooms: Rooms) -> tuple[dict[str, Listed], list[Unreadable]]:
    plans, unreadable = listed(rooms.reports, rooms.raw, rooms.processed, rooms.kept)
    return {plan.folder: plan for plan in plans}, unreadable


class TestGathering:
    def test_a_report_is_listed_with_the_files_that_are_there(self, rooms: Rooms) -> None:
        made = write_report(rooms, "north vale", report(1, "Northvale"))
        (made / "summary.pdf").unlink()
        write_report(rooms, "north vale", report(1, "Northvale", made="1 March 2026"), ".previous")
        plan = gathered(rooms)[0]["north vale"]
        assert plan.name == "Northvale"
        assert plan.links == {
            "strategy": "north%20vale/strategy.html",
            "pdf": "north%20vale/strategy.pdf",
            "slides": "north%20vale/board.pptx",
            "workbook": "north%20vale/strategy.xlsx",
        }
        assert plan.previous == (".previous/north%20vale/strategy.html", "1 March 2026")

    @pytest.mark.parametrize("name", ["../../secret.html", "/etc/passwd", "javascript:alert(1)", ".hidden", "", ".."])
    def test_a_record_cannot_link_out_of_its_folder(self, rooms: Rooms, name: str) -> None:
        write_report(rooms, "northvale", report(1, "Northvale", document={**FILES, "html": name}))
        (rooms.reports.parent / "secret.html").write_text("x", encoding="utf-8")
        assert "strategy" not in gathered(rooms)[0]["northvale"].links

    def test_a_plan_whose_first_try_failed_is_listed_with_the_cause_and_without_the_value(self, rooms: Rooms) -> None:
        write_plan(rooms, "northvale", "Northvale ICS")
        write_failure(rooms, "northvale", 1, "a.csv, row 3: a number is expected. Found: J. Bloggs\nb.csv: wrong")
        plan = gathered(rooms)[0]["northvale"]
        assert (plan.name, plan.record) == ("Northvale ICS", None)
        assert plan.failure is not None
        assert plan.failure.cause == "a.csv, row 3: a number is expected (and 1 more; `workforce check` lists them)"

    def test_a_failure_is_over_once_a_report_was_made(self, rooms: Rooms) -> None:
        write_failure(rooms, "northvale", 1, "wrong")
        write_report(rooms, "northvale", report(1, "Northvale", run_id=run_id(2, 8)))
        assert gathered(rooms)[0]["northvale"].failure is None

    def test_a_failure_after_the_report_stands_beside_it(self, rooms: Rooms) -> None:
        write_report(rooms, "northvale", report(1, "Northvale"))
        write_failure(rooms, "northvale", 1, "The notebook x stopped\nCause: KeyError: 'wte'\nParameters: none")
        failure = gathered(rooms)[0]["northvale"].failure
        assert failure is not None
        assert failure.cause == "KeyError: 'wte'"

    def test_a_plan_file_that_is_refused_is_said_without_the_place_of_this_computer(self, rooms: Rooms) -> None:
        (write_plan(rooms, "northvale", "Northvale") / "numbers.csv").unlink()
        refused = gathered(rooms)[0]["northvale"].refused
        assert "numbers.csv" in refused
        assert str(rooms.raw) not in refused

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", "null", '"x"', "{}", '{"run_id": 3}', "[" * 100_000, '{"run_id": "x", "headlines": 3}', "\xff"],
        ids=range(10),
    )
    def test_a_record_that_cannot_be_used_is_named_and_hides_no_other(self, rooms: Rooms, text: str) -> None:
        write_report(rooms, "northvale", report(1, "Northvale"))
        broken = write_report(rooms, "eastmere", {})
        (broken / "run.json").write_text(text, encoding="latin-1")
        plans, unreadable = gathered(rooms)
        assert [each.place for each in unreadable] == ["eastmere/run.json"]
        assert plans["northvale"].record is not None
        assert plans["eastmere"].failure is not None
        assert plans["eastmere"].links == {"strategy": "eastmere/strategy.html"}
        assert write_portal(rooms)

    def test_folders_that_hold_no_report_are_passed_over(self, rooms: Rooms) -> None:
        for name in ("faults", ".building/northvale", "templates/northvale"):
            (rooms.reports / name).mkdir(parents=True)
        write_json(rooms.reports / ".hidden" / "run.json", report(1, "Hidden"))
        assert gathered(rooms) == ({}, [])

    def test_history_is_newest_first_with_what_changed_and_damage_named(self, rooms: Rooms) -> None:
        write_report(rooms, "northvale", report(1, "Northvale"))
        keep(rooms, "northvale", "Northvale", 1, [300.0, 310.0, 320.0])
        damaged = rooms.kept / "northvale" / "runs" / f"{run_id(9, 1)}.json"
        damaged.write_text("{}", encoding="utf-8")
        plan = gathered(rooms)[0]["northvale"]
        assert [past.record.figures["gap_gross_horizon"].value for past in plan.history] == [320.0, 310.0, 300.0]
        assert [past.changed for past in plan.history] == [("assumptions", "data"), ("data",), None]
        assert plan.damaged == (damaged.name,)

    def test_an_altered_history_of_sign_offs_is_named(self, rooms: Rooms) -> None:
        write_report(rooms, "northvale", report(1, "Northvale"))
        offs = rooms.kept / "northvale" / "sign_offs.jsonl"
        offs.parent.mkdir(parents=True)
        offs.write_text('{"by": "me"}\n', encoding="utf-8")
        assert gathered(rooms)[0]["northvale"].damaged == ("sign_offs.jsonl",)

    @pytest.mark.parametrize(
        ("why", "cause"),
        [
            ("", "no reason was given"),
            ("x: wrong. Found: secret", "x: wrong"),
            ("The stage document failed.\nCause: no room", "no room"),
        ],
    )
    def test_a_cause_is_short(self, why: str, cause: str) -> None:
        assert cause_of(why) == cause
        assert len(cause_of(why + "x" * 9000)) < 400


class TestWriting:
    def test_what_has_not_changed_is_not_written_again(self, rooms: Rooms) -> None:
        write_report(rooms, "northvale", report(1, "Northvale"))
        page = write_portal(rooms)
        assert page == rooms.reports / PAGE
        assert write_portal(rooms) is None
        write_failure(rooms, "northvale", 1, "wrong")
        assert write_portal(rooms) == page
        assert "Last try failed" in page.read_text("utf-8")

    def test_a_page_of_something_else_is_left_alone(self, rooms: Rooms) -> None:
        page = rooms.reports / PAGE
        page.write_text("<title>Our intranet</title>", encoding="utf-8")
        with pytest.raises(PortalNotWritten, match="page of something else"):
            write_portal(rooms)
        assert page.read_text("utf-8") == "<title>Our intranet</title>"

    def test_one_run_waits_for_another_to_have_written(self, rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(portal, "WAIT", 0.1)
        with FileLock(rooms.reports / LOCK), pytest.raises(PortalNotWritten, match="another run has been writing"):
            write_portal(rooms)
        assert write_portal(rooms)

    def test_many_runs_that_end_at_once_leave_one_whole_page(self, rooms: Rooms) -> None:
        wrong: list[BaseException] = []

        def end(number: int) -> None:
            try:
                write_report(rooms, f"plan-{number}", report(number, f"Plan {number}"))
                write_portal(rooms)
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=end, args=(number,)) for number in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert wrong == []
        text = (rooms.reports / PAGE).read_text("utf-8")
        assert all(f"<bdi>Plan {number}</bdi>" in text for number in range(8))
        assert text.endswith("</html>")
        assert [path.name for path in rooms.reports.iterdir() if "partial" in path.name] == []

    def test_a_folder_without_a_plan_has_a_list_that_says_so(self, rooms: Rooms) -> None:
        page = write_portal(rooms)
        assert page is not None
        assert "There is no plan yet." in page.read_text("utf-8")

    def test_forty_two_plans_are_listed(self, tmp_path: Path) -> None:
        page = write_portal(many_plans(tmp_path))
        assert page is not None
        text = page.read_text("utf-8")
        assert text.count('<article class="card"') == 42
        assert "J. Bloggs" not in text


class TestOfARun:
    def test_a_record_says_what_its_report_shows_at_a_glance(self, built: Workshop) -> None:
        record: dict[str, Any] = json.loads((built.report / "run.json").read_text("utf-8"))
        told = record["published"]
        assert (told["name"], told["status"], told["base_month"]) == ("Tiny plan", "DRAFT", "2025-10")
        assert told["pillars"] == []
        assert told["changes"] is None

    def test_the_gap_by_pillar_and_what_moved_are_those_of_the_tables(self, workshop: Workshop) -> None:
        gap = "{'pillar': ['labs'], 'in_post': [9.0], 'p10': [1.0], 'p50': [2.0], 'p90': [3.0], 'share_short': [0.9]}"
        move = {"key": "gap", "unit": "WTE", "label": "gap", "then": 1.0, "now": 2.0, "change": 1.0, "data": None}
        move |= {"assumptions": None, "model": 1.0}
        old = published("x")
        workshop.rewrite(
            "scenario",
            "for name in ('scenario_summary', 'counted_today', 'gap_at_horizon'):\n"
            "    store.write(name, store.read('pay'))",
            "import pandas as pd\nstore.write('assumptions_in_use', pd.DataFrame({'Grade': ['read']}))\n"
            f"store.write('gap_by_pillar', pd.DataFrame({gap}));",
        )
        workshop.rewrite("changes", f"import pandas as pd\nstore.write('headline_moves', pd.DataFrame([{move}]));")
        workshop.build()
        told = json.loads((workshop.report / "run.json").read_text("utf-8"))["published"]
        assert told.keys() == old.keys()
        assert told["pillars"][0] == {
            "pillar": "labs", "in_post": 9.0, "p10": 1.0, "p50": 2.0, "p90": 3.0, "share_short": 0.9
        }  # fmt: skip
        assert told["changes"] == {"since": None, "headlines": [move]}

    def test_a_run_that_goes_to_its_end_clears_the_failure_before_it(self, built: Workshop) -> None:
        book = built.notebooks / "metrics.ipynb"
        good = book.read_text("utf-8")
        built.rewrite("metrics", "raise ValueError('no')")
        with pytest.raises(NotebookFailed):
            built.build()
        rooms = Rooms(built.reports, built.plan.parent, built.processed.parent, built.root / "data" / "kept")
        failure = gathered(rooms)[0]["tiny"].failure
        assert failure is not None
        assert (failure.stage, failure.cause) == ("metrics", "ValueError: no")
        book.write_text(good, encoding="utf-8")
        built.build()
        assert gathered(rooms)[0]["tiny"].failure is None
