"""`workforce approve` and `workforce compare`: what they take, what they refuse and what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_files import write_good_plan

from pipeline.cli import main
from pipeline.commands.plans import DONE, REFUSED
from pipeline.run.approve import Approved, Asked
from pipeline.run.build import Built
from pipeline.run.past_runs import PastRuns
from pipeline.run.sign_offs import SignOff
from pipeline.store import Store

pytestmark = pytest.mark.integration

SIGN = ["approve", "northvale", "--by", "A. Chair", "--role", "Chair", "--minute", "DB-31"]
THEN, NOW = "20251101T090000Z-000001", "20251201T090000Z-000002"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one plan, and the current folder."""
    write_good_plan(tmp_path / "data" / "raw" / "northvale")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keep(home: Path, run_id: str, gap: float, assumptions: str) -> None:
    """A run of the plan as it would have been kept."""
    row = {"key": "gap_gross_horizon", "label": "WTE missing", "value": gap, "low": None, "high": None, "unit": "WTE"}
    basis = {"model": "m", "assumptions": assumptions, "files": "f", "tables": "t", "settings": "s"}
    facts: dict[str, Any] = {"run_id": run_id, "made": "1 November 2025", "basis": basis, "headlines": [row]}
    facts |= {"settings": {"name": "North <b>vale"}, "inputs": [], "tables": {}, "assumptions": [], "scenarios": []}
    PastRuns(home / "data" / "kept" / "northvale").keep(facts, Store(home / "none"), [], 9)


@pytest.mark.usefixtures("home")
class TestApprove:
    def test_a_plan_without_a_strategy_is_refused_with_what_to_do(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(SIGN) == REFUSED
        assert (
            "there is no strategy of this plan yet; make one with `workforce run northvale`" in capsys.readouterr().err
        )

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (SIGN[:-2], "--minute"),
            ([*SIGN, "--on", "next Tuesday"], "a day is written as 2026-03-31; this is “next Tuesday”"),
        ],
    )
    def test_what_is_left_out_or_no_day_is_refused(
        self, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(words) == REFUSED
        assert says in capsys.readouterr().err

    def test_a_sign_off_says_who_what_is_open_and_where_it_is_printed(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked: list[Asked] = []

        def approve(folder: Path, wanted: Asked, **_places: object) -> Approved:
            asked.append(wanted)
            day = wanted.date.isoformat()
            signed = SignOff("r", "c", "p", "1.0", wanted.by, wanted.role, wanted.minute, day, "now", ["One"])
            return Approved(signed, Built(folder.name, "built", (), Path("reports/northvale/strategy.html")))

        monkeypatch.setattr("pipeline.run.approve.approve", approve)
        assert main([*SIGN, "--on", "2025-11-20", "--accept-placeholders"]) == DONE
        assert asked[0].accept_placeholders
        assert capsys.readouterr().out.splitlines() == [
            "northvale: approved by A. Chair, Chair, on 2025-11-20 (minute DB-31).",
            "  With      1 placeholder in use, listed in chapter 2",
            f"  Strategy  {Path('reports/northvale/strategy.html')}",
        ]


class TestCompare:
    @pytest.mark.parametrize("words", [["last"], ["last", "previous", "approved"], ["a", "b", "last", "previous"]])
    @pytest.mark.usefixtures("home")
    def test_takes_two_runs_and_perhaps_a_plan(self, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["compare", *words]) == REFUSED
        assert "give two runs, and before them a plan where needed" in capsys.readouterr().err

    def test_a_run_that_is_not_there_is_refused_with_those_that_are(
        self, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        keep(home, THEN, 10, "a")
        assert main(["compare", "northvale", "last", NOW]) == REFUSED
        said = " ".join(capsys.readouterr().err.split())
        assert f"there is not a run of this id; those kept are: {THEN} made on 1 November 2025. Found: {NOW}" in said

    @pytest.mark.parametrize(
        "words",
        [["previous", "last"], ["northvale", "last", "previous"], [NOW, THEN], ["previous", "last", "northvale"]],
    )
    def test_prints_and_renders_the_difference_with_its_split(
        self, home: Path, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        keep(home, THEN, 10, "a")
        keep(home, NOW, 30, "b")
        page = home / "changes.html"
        assert main(["compare", *words, "--html", str(page)]) == DONE
        said = capsys.readouterr().out
        assert f"Then: run {THEN}, made on 1 November 2025" in said
        assert "is up from 10 to 30 (200.0%): +20 from the assumptions." in said
        assert said.splitlines()[-3].split() == ["10", "30", "+20", "0", "+20", "0", "WTE", "missing"]
        shown = page.read_text(encoding="utf-8")
        assert "North &lt;b&gt;vale" in shown
        assert '<th scope="row">WTE missing</th>' in shown
