"""The committed sample is what the code makes, and it stays small."""

from __future__ import annotations

import ast
import gzip
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.commands.plans import REFUSED
from pipeline.plan import load_plan
from pipeline.problems import InputRefused
from pipeline.sources.ingest import read_sources
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.sample import synthesise

pytestmark = pytest.mark.integration

WHOLE, EACH = 8_000_000, 2_000_000
ZIPPED = {".xlsx", ".zip"}


SMALL = Recipe(staff=500, employers=2, seed=1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest plan there is, for what does not hang on how many staff there are."""
    folder = tmp_path_factory.mktemp("small") / "sample"
    synthesise(folder, SMALL)
    return folder


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def contents(path: Path) -> dict[str, bytes]:
    """The bytes of a file; of a packed one those of its members, since another zlib may pack the same otherwise."""
    if path.suffix == ".gz":
        return {"": gzip.decompress(path.read_bytes())}
    if path.suffix not in ZIPPED:
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {f"{info.filename} {info.date_time}": archive.read(info) for info in archive.infolist()}


def test_the_committed_sample_is_4000_staff_5_employers_and_seed_1(tmp_path: Path, root: Path) -> None:
    committed, made = files(root / "data" / "raw" / "sample"), files(from_command_line(tmp_path, 4000, 5))

    assert list(committed) == list(made)
    differ = [
        f"{name} {member}"
        for name, path in made.items()
        for member, content in contents(path).items()
        if content != contents(committed[name]).get(member)
    ]
    assert differ == []


def test_the_same_recipe_gives_the_same_bytes_from_the_command_line(small: Path, tmp_path: Path) -> None:
    again = files(from_command_line(tmp_path, SMALL.staff, SMALL.employers))
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files(small).items()
    }


def from_command_line(home: Path, staff: int, employers: int) -> Path:
    """The folder of a sample that another process has made, in which sets have another order."""
    (home / "data" / "raw").mkdir(parents=True)
    command = [sys.executable, "-m", "pipeline", "synthesise", "sample"]
    command += ["--staff", str(staff), "--employers", str(employers), "--seed", "1"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": "77"}
    subprocess.run(command, check=True, capture_output=True, cwd=home, env=environment)
    return home / "data" / "raw" / "sample"


def test_another_seed_gives_other_figures_in_the_same_files(small: Path, tmp_path: Path) -> None:
    synthesise(tmp_path / "sample", replace(SMALL, seed=2))

    other = files(tmp_path / "sample")
    changed = {name for name, path in files(small).items() if contents(path) != contents(other[name])}
    assert list(other) == list(files(small))
    assert {
        "dm01/dm01_provider_2025-09.xlsx",
        "workforce/hchs_core5_2025-09.csv",
        "workforce/esr_ZZ1.csv.gz",
        "plan/operational_plan_2025-26.xlsx",
    } < changed
    assert "standards.yaml" not in changed


@pytest.mark.parametrize(("staff", "employers"), [(500, 2), (500, 12), (1500, 3)])
def test_a_plan_of_another_size_is_read_without_a_problem(tmp_path: Path, staff: int, employers: int) -> None:
    folder = tmp_path / "small"
    synthesise(folder, Recipe(staff, employers, seed=5))

    plan = load_plan(folder)
    tables = read_sources(plan).tables
    assert len(plan.file.employers) == employers
    assert set(plan.file.employers) <= set(tables["staff"]["employer"])
    assert len(list(folder.glob("workforce/esr_*.csv.gz"))) == employers - 1


def test_the_sample_is_small_enough_for_git(root: Path) -> None:
    sizes = {name: path.stat().st_size for name, path in files(root / "data" / "raw" / "sample").items()}

    assert sum(sizes.values()) < WHOLE
    assert max(sizes.values()) < EACH


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dm01").mkdir()
    mine = tmp_path / "dm01" / "mine.xlsx"
    mine.write_text("mine", encoding="utf-8")

    with pytest.raises(InputRefused, match="choose another name"):
        synthesise(tmp_path, Recipe())

    assert files(tmp_path) == {"dm01/mine.xlsx": mine}


@pytest.mark.parametrize(
    "words", [["two words"], ["small", "--staff", "20"], ["small", "--employers", "40"], ["small", "--seed", "x"]]
)
def test_a_name_or_number_that_cannot_be_used_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    assert main(["synthesise", *words]) == REFUSED
    assert files(tmp_path) == {}


@pytest.mark.parametrize(("staff", "employers"), [(499, 5), (20_001, 5), (4000, 1), (4000, 13)])
def test_a_recipe_beyond_the_limits_is_refused(staff: int, employers: int) -> None:
    with pytest.raises(ValueError, match="should be from"):
        Recipe(staff, employers)


def test_no_other_room_imports_the_synthetic_one(root: Path) -> None:
    # The command line and what it carries out make fictional plans.
    outside = [path for path in (root / "pipeline").rglob("*.py") if not {"synthetic", "commands"} & {*path.parts}]

    importers = [
        path.name
        for path in outside
        if path.name != "cli.py" and any(name.startswith("pipeline.synthetic") for name in _imported(path))
    ]
    assert len(outside) > 20
    assert importers == []


def _imported(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return whole + [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
