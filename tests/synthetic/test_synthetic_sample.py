"""The committed sample is what the code makes, and it stays small."""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.synthetic.sample import make_sample

pytestmark = pytest.mark.integration

WHOLE, EACH = 3_000_000, 600_000
ZIPPED = {".xlsx", ".zip"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "sample"
    make_sample(folder, seed=1)
    return folder


def files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def contents(path: Path) -> dict[str, bytes]:
    """The bytes of a file; of a zip the bytes of its members, since another zlib may pack the same bytes otherwise."""
    if path.suffix not in ZIPPED:
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {f"{info.filename} {info.date_time}": archive.read(info) for info in archive.infolist()}


def test_the_committed_sample_is_what_seed_1_makes(made: Path, root: Path) -> None:
    committed = files(root / "data" / "raw" / "sample")

    assert list(committed) == list(files(made))
    differ = [name for name, path in files(made).items() if contents(path) != contents(committed[name])]
    assert differ == []


def test_the_same_seed_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipeline.synthetic", str(tmp_path / "again"), "--seed", "1"]
    subprocess.run(command, check=True, capture_output=True)

    again = files(tmp_path / "again")
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files(made).items()
    }


def test_another_seed_gives_other_figures_in_the_same_files(made: Path, tmp_path: Path) -> None:
    make_sample(tmp_path / "other", seed=2)

    other = files(tmp_path / "other")
    changed = {name for name, path in files(made).items() if contents(path) != contents(other[name])}
    assert list(other) == list(files(made))
    assert {"dm01/dm01_provider_2025-09.xlsx", "workforce/hchs_core5_2025-09.csv", "did/did_t13_2024-25.xlsx"} < changed
    assert "plan.yaml" not in changed


def test_the_sample_is_small_enough_for_git(root: Path) -> None:
    sizes = {name: path.stat().st_size for name, path in files(root / "data" / "raw" / "sample").items()}

    assert sum(sizes.values()) < WHOLE
    assert max(sizes.values()) < EACH


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dm01").mkdir()
    mine = tmp_path / "dm01" / "mine.xlsx"
    mine.write_text("mine", encoding="utf-8")

    command = [sys.executable, "-m", "pipeline.synthetic", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "choose an empty folder" in done.stderr
    assert files(tmp_path) == {"dm01/mine.xlsx": mine}


def test_no_other_room_imports_the_synthetic_one(root: Path) -> None:
    outside = [path for path in (root / "pipeline").rglob("*.py") if "synthetic" not in path.parts]

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
