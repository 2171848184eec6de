"""What plan.yaml may say and how it is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from pipeline.plan import load_plan
from pipeline.problems import InputRefused
from pipeline.reference import source_cards
from pipeline.report.disclosure import rules

pytestmark = pytest.mark.unit

GOOD = {
    "name": "Ostrey",
    "ics": ["Q1X"],
    "employers": {"ZZ1": "Ostrey Hospitals"},
    "base_month": "2025-09",
    "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
}


def write_plan(folder: Path, **changes: object) -> Path:
    plan = folder / "ostrey"
    plan.mkdir()
    (plan / "pay.csv").write_text("x")
    words = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    (plan / "plan.yaml").write_text(yaml.safe_dump(words, sort_keys=False))
    return plan


def refused(folder: Path) -> dict[str, str]:
    with pytest.raises(InputRefused) as caught:
        load_plan(folder)
    return {problem.key: problem.rule for problem in caught.value.problems}


def test_a_good_plan_gives_its_files_base_month_and_slug(tmp_path: Path) -> None:
    plan = load_plan(write_plan(tmp_path))
    assert plan.slug == "ostrey"
    assert plan.base_month == dt.date(2025, 9, 30)
    assert [source.path.name for source in plan.sources] == ["pay.csv"]
    assert plan.file.pillars == ["endoscopy", "imaging", "labs", "physiological"]


def test_every_mistake_is_reported_at_once_by_key(tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        base_month="Sept 2025",
        horizon_months=0,
        employers=None,
        colour="blue",
        mapping="nowhere.csv",
        sources=[{"reader": "nonsense", "path": "pay.csv"}, {"reader": "pay_afc", "path": "gone.csv"}],
    )
    rules = refused(folder)
    assert set(rules) == {
        "base_month",
        "horizon_months",
        "employers",
        "colour",
        "mapping",
        "sources.0.reader",
        "sources.1.path",
    }
    assert "not known" in rules["colour"]
    assert "pay_afc" in rules["sources.0.reader"]


def test_a_variable_of_the_environment_is_put_into_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "a.csv").write_text("x")
    folder = write_plan(tmp_path, sources=[{"reader": "pay_afc", "path": "${DOWNLOADS}/*.csv"}])
    assert "DOWNLOADS is not set" in refused(folder)["sources.0.path"]
    monkeypatch.setenv("DOWNLOADS", str(tmp_path / "downloads"))
    assert [source.path.name for source in load_plan(folder).sources] == ["a.csv"]


def test_two_sources_may_not_read_one_file(tmp_path: Path) -> None:
    two = [{"reader": "pay_afc", "path": "pay.csv"}, {"reader": "pay_medical", "path": "*.csv"}]
    assert "already read by sources.0" in refused(write_plan(tmp_path, sources=two))["sources.1.path"]


def test_a_key_written_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = write_plan(tmp_path)
    path = folder / "plan.yaml"
    path.write_text(path.read_text() + "name: Again\n")
    with pytest.raises(InputRefused) as caught:
        load_plan(folder)
    problem = caught.value.problems[0]
    assert "written twice" in problem.rule
    assert problem.row == path.read_text().count("\n")


def test_an_approved_plan_names_who_approved_it_and_when(tmp_path: Path) -> None:
    folder = write_plan(tmp_path, sign_off={"status": "APPROVED", "version": "1.0"})
    assert "approver" in refused(folder)["sign_off"]


def test_a_folder_without_a_plan_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="workforce new"):
        load_plan(tmp_path)


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "5\n", ""])
def test_a_file_that_is_not_a_list_of_keys_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(InputRefused, match="key: value"):
        load_plan(tmp_path)


def test_a_folder_name_that_could_leave_the_reports_folder_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "bad name;"
    write_plan(tmp_path).rename(plan)
    with pytest.raises(InputRefused, match="letters, digits"):
        load_plan(plan)


class TestDisclosure:
    """Which rule for small numbers of people the files of a plan have."""

    @pytest.mark.parametrize(
        ("entry", "rule"),
        [
            ({"reader": "hchs_core5"}, "none"),
            ({"reader": "esr_extract"}, "threshold_n"),
            ({"reader": "intake_workbook"}, "threshold_n"),
            ({"reader": "esr_extract", "disclosure": None}, "threshold_n"),
            ({"reader": "esr_extract", "disclosure": "hes_2018"}, "hes_2018"),
            ({"reader": "esr_extract", "disclosure": "none"}, "none"),
            ({"reader": "esr_extract", "fictional": True}, "none"),
            ({"reader": "hchs_core5", "disclosure": "threshold_n"}, "threshold_n"),
        ],
    )
    def test_a_plans_own_files_have_the_strictest_unless_plan_yaml_names_another(
        self, tmp_path: Path, entry: dict[str, object], rule: str
    ) -> None:
        folder = write_plan(tmp_path, sources=[{**entry, "path": "pay.csv"}])
        assert [source.disclosure for source in load_plan(folder).sources] == [rule]

    def test_every_format_that_nobody_publishes_has_the_strictest(self) -> None:
        strictest = max(rules(), key=lambda name: rules()[name].hide_to)
        own = {name: card.disclosure for name, card in source_cards().items() if not card.published}
        assert set(own) >= {"esr_extract", "intake_workbook", "table_csv"}
        assert set(own.values()) == {strictest}
