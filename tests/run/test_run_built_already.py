"""Plans of which nothing has changed: left as they are, all held against the code looked at once."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

import pytest
from tiny_workshop import Workshop, copy_renderer, lay_out

from pipeline.commands import many, plans
from pipeline.commands.many import Making, make_all
from pipeline.commands.plans import DONE, REFUSED
from pipeline.run import fingerprint, json_lines, lock
from pipeline.run.build import Built, build, built_already
from pipeline.run.checksums import Checksums
from pipeline.run.errors import PlanBusy
from pipeline.run.imports import CodeSnapshot
from pipeline.run.lock import plan_lock
from pipeline.run.log import LOG, WHOLE
from pipeline.run.stages import STAGES

pytestmark = pytest.mark.integration


def code_of(shop: Workshop) -> CodeSnapshot:
    with mock.patch.object(fingerprint, "PACKAGE", shop.package):
        return CodeSnapshot(shop.notebooks, Checksums(Path(os.devnull)))


def left(shop: Workshop, code: CodeSnapshot | None = None, stage: str | None = None) -> Built | None:
    roots = {"processed_root": shop.processed.parent, "reports_root": shop.reports, "notebooks_folder": shop.notebooks}
    with mock.patch.object(fingerprint, "PACKAGE", shop.package):
        return built_already(shop.plan, **roots, stage=stage, code=code or code_of(shop))


def everything(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_plan_that_is_up_to_date_is_what_a_run_would_say(built: Workshop) -> None:
    found = left(built)
    assert found is not None
    assert found == built.build()
    assert [each.status for each in found.stages] == ["fresh"] * len(STAGES)


def test_it_says_so_in_the_log_and_tidies_as_a_run_does(built: Workshop) -> None:
    half = built.processed / ".pay.parquet.999999999.partial"
    half.write_text("half", encoding="utf-8")
    assert left(built)
    said = [(line["stage"], line["state"]) for line in json_lines.read(built.processed / LOG)][-len(STAGES) - 2 :]
    assert said == [(WHOLE, "running"), *((stage.name, "fresh") for stage in STAGES), (WHOLE, "fresh")]
    assert not half.exists()


def test_a_plan_with_work_is_not_touched(built: Workshop) -> None:
    (built.plan / "numbers.csv").write_text("employer,wte\nRZ1,30\n", encoding="utf-8")
    before = everything(built.root)
    assert left(built) is None
    assert everything(built.root) == before


def test_only_the_stages_before_the_one_asked_for_count(built: Workshop) -> None:
    built.rewrite("action_plan", "print('other')")
    assert left(built) is None
    found = left(built, stage="metrics")
    assert found is not None
    assert [each.name for each in found.stages] == ["ingest", "metrics"]


def test_code_that_has_changed_since_a_plan_was_made_is_work(built: Workshop) -> None:
    before = code_of(built)
    (built.package / "reference" / "mapping.csv").write_text("label,pillar\nx,imaging\n", encoding="utf-8")
    assert left(built) is None
    assert left(built, code=before), "held against the code as it was, the plan is up to date"


def test_a_plan_that_another_process_runs_is_said_to_be_busy_and_not_in_its_log(
    built: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT", 0.1)
    code, said = code_of(built), list(json_lines.read(built.processed / LOG))
    with plan_lock(built.processed, "tiny"), pytest.raises(PlanBusy):
        left(built, code)
    assert list(json_lines.read(built.processed / LOG)) == said


def test_code_that_changes_while_a_stage_works_is_the_code_of_the_next(built: Workshop) -> None:
    """Stage by stage, each is held against the code that its own notebook begins with."""
    note = built.package / "reference" / "mapping.csv"
    built.rewrite(
        "action_plan",
        f"from pathlib import Path\nPath({str(note)!r}).write_text('label,pillar\\ny,labs\\n')",
        "import pandas as pd\nrow = {'key': 'staff', 'label': 'staff', 'value': 1.0, 'low': None, 'high': None}\n"
        "store.write('headlines', pd.DataFrame([{**row, 'unit': 'WTE'}]));",
    )
    made = built.statuses()
    assert (made["action_plan"], made["changes"], made["document"]) == ("built", "built", "built")
    again = built.statuses()
    assert (again["ingest"], again["action_plan"]) == ("built", "built"), "made before the code changed"


class TestManyPlans:
    """`workforce run` over plans of one workspace, in this process."""

    @pytest.fixture
    def shop(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
        shop = lay_out(tmp_path / "shop")
        monkeypatch.chdir(shop.root)
        monkeypatch.setattr(plans, "NOTEBOOKS", shop.notebooks)
        monkeypatch.setattr(many, "NOTEBOOKS", shop.notebooks)
        monkeypatch.setattr(fingerprint, "PACKAGE", shop.package)
        for name in ("north", "south"):
            folder = shop.plan.parent / name
            folder.mkdir()
            for file in shop.plan.iterdir():
                (folder / file.name).write_bytes(file.read_bytes())
            roots = plans.roots(folder, None)
            build(folder, **roots, render=copy_renderer)
        return shop

    def test_the_package_is_looked_through_once_for_all_of_them(
        self, shop: Workshop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with mock.patch.object(fingerprint, "code_files", wraps=fingerprint.code_files) as walked:
            assert list(make_all(["north", "south"], asked(shop), 2, "")) == [DONE, DONE]
        assert walked.call_count == 1
        said = capsys.readouterr().out
        assert "north: up to date, nothing to do.\n" in said
        assert "south: up to date, nothing to do.\n" in said

    def test_one_that_is_refused_is_said_and_the_rest_is_done(
        self, shop: Workshop, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (shop.plan.parent / "north" / "plan.yaml").write_text("name: 3\n", encoding="utf-8")
        assert list(make_all(["north", "south", "nowhere"], asked(shop), 2, "")) == [REFUSED, DONE, REFUSED]
        said = capsys.readouterr()
        assert "north: refused." in said.err
        assert "there is no plan of this name" in said.err
        ends = [line["state"] for line in json_lines.read(shop.processed.parent / "north" / LOG) if "cause" in line]
        assert ends[-1] == "refused"


def asked(shop: Workshop) -> Making:
    return Making(stage=None, force=False, out=None, write_marked=False, home=shop.root)
