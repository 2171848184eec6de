import subprocess
import sys
from pathlib import Path

import pytest

import pipeline.sources
from pipeline.problems import InputRefused
from pipeline.reference import source_cards
from pipeline.sources import discover as discover_module
from pipeline.sources.catalogue import reader, readers
from pipeline.sources.discover import discover

pytestmark = pytest.mark.unit

OPERATIONAL = "region\tarea\tcdc_title\tlive_date\nA\tB\tC CDC\t1 Jul 2021\n"


def test_every_source_card_has_a_reader_that_reads_and_recognises() -> None:
    found = readers()
    assert list(found) == list(source_cards())
    lacking = [name for name, module in found.items() for part in ("read", "recognise") if not hasattr(module, part)]
    assert lacking == []


def test_every_public_module_that_reads_files_has_a_source_card() -> None:
    folder = Path(pipeline.sources.__file__).parent
    public = [path for path in folder.glob("*.py") if not path.stem.startswith("_")]
    reading = {path.stem for path in public if "\ndef read(" in path.read_text(encoding="utf-8")}
    assert reading == set(source_cards())


def test_a_name_without_a_card_is_an_error_even_if_there_is_such_a_module() -> None:
    with pytest.raises(KeyError, match="organisations is not a reader"):
        reader("organisations")


def test_naming_the_readers_does_not_import_pandas() -> None:
    code = "import sys, pipeline.sources.catalogue; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_files_are_found_in_subfolders_by_what_is_in_them_and_none_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    listed = tmp_path / "deep" / "down" / "strange name.dat"
    listed.write_text(OPERATIONAL, encoding="utf-8")
    other = tmp_path / "cdc_operational.tsv"
    other.write_text("just words\n", encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.touch()
    found = discover(tmp_path)
    assert found.found == (("cdc_operational", (listed,)),)
    assert set(found.unrecognised) == {other, empty}


def test_hidden_files_and_folders_and_excel_locks_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    for name in (".cache/list.tsv", ".list.tsv", "~$list.xlsx"):
        (tmp_path / name).write_text(OPERATIONAL, encoding="utf-8")
    found = discover(tmp_path)
    assert (found.found, found.unrecognised) == ((), ())


def test_a_hidden_folder_above_does_not_hide_the_folder_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / ".downloads"
    folder.mkdir()
    (folder / "list.tsv").write_text(OPERATIONAL, encoding="utf-8")
    assert [name for name, _ in discover(folder).found] == ["cdc_operational"]


def test_readers_come_in_the_order_of_the_source_cards(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("CCG Code,ICB Code,ICB NAME\n15N,QAA,Here\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text(OPERATIONAL, encoding="utf-8")
    assert [name for name, _ in discover(tmp_path).found] == ["cdc_operational", "icb_codes"]


def test_two_readers_that_claim_one_file_are_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Greedy:
        @staticmethod
        def recognise(_: Path) -> bool:
            return True

    (tmp_path / "a.csv").touch()
    monkeypatch.setattr(discover_module, "readers", lambda: {"one": Greedy, "other": Greedy})
    with pytest.raises(RuntimeError, match="one and other both claim"):
        discover(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no folder here"):
        discover(tmp_path / "nowhere")
