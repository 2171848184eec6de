"""Signing a strategy off: what is refused and how that is said, what is recorded, and what later runs make of it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from tiny_workshop import Copied, Workshop, copy_renderer

from pipeline.problems import InputRefused
from pipeline.report import document
from pipeline.run import fingerprint
from pipeline.run.approve import Approved, Asked, approve
from pipeline.run.past_runs import PastRuns
from pipeline.run.sign_offs import SignOff, SignOffs
from pipeline.store import file_sha256

pytestmark = pytest.mark.notebook

CHAIR = Asked("A. Chair", "Chair of the board", "DB-31", dt.date(2025, 11, 20), accept_placeholders=True)


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


def status_renderer(plan: Any, notebooks: dict[str, Path], out: Path, facts: dict[str, Any], store: Any) -> Copied:
    """A page with the headlines, the status as it is printed, and who approved."""
    copied = copy_renderer(plan, notebooks, out, facts, store)
    status = document.status_of(plan, facts)
    cover = document.particulars(plan, status, document.run_facts(facts), facts)
    text = copied.html.read_text(encoding="utf-8")
    copied.html.write_text(f"{text}\n{status.label}\n{cover}", encoding="utf-8")
    return copied


def build(shop: Workshop) -> dict[str, str]:
    return shop.statuses(render=status_renderer)


def sign(shop: Workshop, asked: Asked = CHAIR) -> Approved:
    with mock.patch.object(fingerprint, "PACKAGE", shop.package):
        return approve(
            shop.plan,
            asked,
            processed_root=shop.processed.parent,
            reports_root=shop.reports,
            notebooks_folder=shop.notebooks,
            render=status_renderer,
        )


def refusal(shop: Workshop, asked: Asked = CHAIR) -> str:
    with pytest.raises(InputRefused) as refused:
        sign(shop, asked)
    return str(refused.value)


def page(shop: Workshop) -> list[str]:
    return (shop.report / "strategy.html").read_text(encoding="utf-8").splitlines()


def record(shop: Workshop) -> dict[str, Any]:
    return dict(json.loads((shop.report / "run.json").read_text(encoding="utf-8")))


def kept(shop: Workshop) -> Path:
    return shop.root / "data" / "kept" / "tiny"


@pytest.fixture(scope="session")
def committed_once(built_once: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop whose code git knows, with a strategy made from it."""
    root = tmp_path_factory.mktemp("committed") / "shop"
    shutil.copytree(built_once.root, root)
    git(root, "init")
    git(root, "add", "pipeline", "notebooks")
    git(root, "commit", "-m", "first")
    shop = Workshop(root)
    with (shop.plan / "plan.yaml").open("a", encoding="utf-8") as plan:
        plan.write('sign_off: {status: FOR APPROVAL, version: "1.0", approver: The board}\n')
    build(shop)
    return shop


@pytest.fixture
def shop(committed_once: Workshop, tmp_path: Path) -> Workshop:
    shutil.copytree(committed_once.root, tmp_path / "shop")
    return Workshop(tmp_path / "shop")


class TestWhatIsRefused:
    def test_a_plan_without_a_strategy(self, shop: Workshop) -> None:
        shutil.rmtree(shop.report)
        assert "there is no strategy of this plan yet; make one with `workforce run tiny`" in refusal(shop)

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda shop: (shop.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n"), "ingest: an input file"),
            (lambda shop: (shop.report / "strategy.html").write_text("mine"), "document: something it made is missing"),
            (lambda shop: (shop.package / "__init__.py").write_text("x = 1"), "ingest: code or reference data"),
        ],
    )
    def test_a_strategy_that_is_not_of_the_plan_as_it_stands(self, shop: Workshop, change: Any, why: str) -> None:
        change(shop)
        said = refusal(shop)
        assert f"the strategy in use is not of the plan as it now stands ({why}" in said
        assert "make it again with `workforce run tiny`" in said

    def test_one_made_from_changed_code(self, shop: Workshop) -> None:
        (shop.notebooks / "draft.txt").write_text("not committed", encoding="utf-8")
        assert "commit the change (git commit) or put it back" in refusal(shop)
        (shop.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n", encoding="utf-8")
        build(shop)
        assert "the code was changed after its last recorded version" in refusal(shop)

    def test_one_made_from_code_of_no_known_version(self, built: Workshop) -> None:
        assert "the version of the code that made the strategy is not known" in refusal(built)

    def test_placeholders_that_nobody_accepts_are_named(self, shop: Workshop) -> None:
        said = refusal(shop, replace(CHAIR, accept_placeholders=False))
        assert "3 values stand in for a figure that nobody has supplied: Guess 0; Guess 1; Guess 2. Supply them" in said
        assert "--accept-placeholders" in said

    def test_an_empty_name_and_a_day_to_come_are_told_at_once(self, shop: Workshop) -> None:
        tomorrow = dt.date.today() + dt.timedelta(days=1)
        said = refusal(shop, replace(CHAIR, by=" ", minute="", date=tomorrow))
        assert "--by is empty" in said
        assert "--minute is empty" in said
        assert "is yet to come" in said

    def test_nothing_is_recorded_or_altered(self, shop: Workshop) -> None:
        before = page(shop)
        refusal(shop, replace(CHAIR, accept_placeholders=False))
        assert page(shop) == before
        assert not (kept(shop) / "sign_offs.jsonl").exists()


class TestASignOff:
    def test_is_printed_on_the_same_strategy_with_nothing_else_made_again(self, shop: Workshop) -> None:
        before, said = record(shop), page(shop)
        shown = file_sha256(shop.report / "strategy.html")
        done = sign(shop)
        assert {stage.name: stage.status for stage in done.built.stages} == dict.fromkeys(
            ("ingest", "metrics", "scenario", "evidence", "action_plan", "changes"), "fresh"
        ) | {"document": "built"}
        assert said[1] == "FOR APPROVAL"
        assert page(shop)[:2] == [said[0], "APPROVED"]
        assert "('Approved by', 'A. Chair, Chair of the board, 20 November 2025 (minute DB-31)')" in page(shop)[2]
        assert "('Approved with', '3 placeholder values, listed in chapter 2')" in page(shop)[2]
        assert (done.sign_off.run_id, done.sign_off.strategy_sha256) == (before["run_id"], shown)
        assert record(shop)["headlines"] == before["headlines"]
        assert record(shop)["approval"][0]["placeholders"] == ["Guess 0", "Guess 1", "Guess 2"]

    def test_needs_no_further_run_and_is_not_recorded_twice(self, shop: Workshop) -> None:
        sign(shop)
        assert set(build(shop).values()) == {"fresh"}
        assert "signed this strategy off already, on 2025-11-20" in refusal(shop)
        sign(shop, replace(CHAIR, by="B. Other"))
        assert [each["by"] for each in record(shop)["approval"]] == ["A. Chair", "B. Other"]

    def test_holds_when_all_is_made_again_from_the_same_things(self, shop: Workshop) -> None:
        sign(shop)
        shutil.rmtree(shop.processed)
        shutil.rmtree(shop.reports)
        build(shop)
        assert page(shop)[1] == "APPROVED"

    def test_is_over_once_anything_else_is_reported(self, shop: Workshop) -> None:
        sign(shop)
        (shop.plan / "commentary").mkdir()
        (shop.plan / "commentary" / "summary.md").write_text("Other words.", encoding="utf-8")
        build(shop)
        assert page(shop)[1] == "FOR APPROVAL"
        assert "('Last approved', 'version 1.0, on 20 November 2025')" in page(shop)[2]

    def test_makes_the_strategy_one_that_later_ones_are_compared_with(self, shop: Workshop) -> None:
        signed = sign(shop).sign_off.run_id
        (shop.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n", encoding="utf-8")
        build(shop)
        compared = json.loads((shop.processed / ".compared.json").read_text(encoding="utf-8"))
        assert compared["approved"] == signed
        assert compared["last"] != signed, "the strategy that prints the sign-off is the newer one"
        last = PastRuns(kept(shop)).named(compared["last"])
        approved = PastRuns(kept(shop)).named(signed)
        assert last is not None
        assert approved is not None
        assert last.basis == approved.basis

    def test_whose_history_was_altered_counts_for_nothing(self, shop: Workshop) -> None:
        sign(shop)
        path = kept(shop) / "sign_offs.jsonl"
        path.write_text(path.read_text(encoding="utf-8").replace("A. Chair", "Somebody"), encoding="utf-8")
        assert build(shop)["document"] == "built"
        assert page(shop)[1].startswith("DRAFT — approval withheld: the history of sign-offs was altered")
        assert "the history of sign-offs was altered or damaged at this line" in refusal(shop)


def test_sign_offs_are_only_added_to(tmp_path: Path) -> None:
    first = SignOff("run", "content", "page", "1", "A", "Chair", "M1", "2025-01-01", "now", ["a\u2028b"])
    signed = SignOffs(tmp_path)
    signed.add(first)
    before = signed.path.read_bytes()
    signed.add(replace(first, by="B", placeholders=[]))
    assert signed.path.read_bytes().startswith(before)
    assert [asdict(replace(each, seal="")) for each in signed.all()] == [
        asdict(first),
        asdict(replace(first, by="B", placeholders=[])),
    ]
    signed.path.write_bytes(signed.path.read_bytes()[len(before) :])
    with pytest.raises(InputRefused, match="row 1"):
        signed.all()
