from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.problems import InputRefused
from pipeline.run import swap
from pipeline.run.errors import ReportInUse
from pipeline.run.swap import Shelf, report_files

pytestmark = pytest.mark.unit


class Killed(BaseException):
    """Stands for the process being killed: nothing in the code under test may catch it."""


def put(folder: Path, words: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("strategy.html", "run.json"):
        (folder / name).write_text(words, encoding="utf-8")


def words_in(folder: Path) -> set[str]:
    return {path.read_text(encoding="utf-8") for path in folder.iterdir()}


def publish(shelf: Shelf, words: str) -> None:
    put(shelf.begin(), words)
    shelf.swap()


def leftovers(shelf: Shelf) -> list[Path]:
    return [folder for folder in (shelf.building, shelf.retiring) if folder.exists()]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "reports", "tiny")


def test_what_goes_with_a_report_is_the_reports_and_is_not_carried_into_the_next(shelf: Shelf) -> None:
    folder = shelf.begin()
    put(folder, "first")
    for name in ("strategy.xlsx", "strategy.pdf", "summary.pdf", "board.pptx"):
        (folder / name).write_text("first", encoding="utf-8")
    shelf.swap()
    (shelf.live / "paper for the board.pptx").write_text("another's", encoding="utf-8")
    publish(shelf, "second")
    assert sorted(path.name for path in shelf.live.iterdir()) == [
        "paper for the board.pptx",
        "run.json",
        "strategy.html",
    ]
    assert len(report_files(shelf.previous)) == 6


def test_a_first_report_takes_its_place(shelf: Shelf) -> None:
    publish(shelf, "first")
    assert words_in(shelf.live) == {"first"}
    assert not shelf.previous.exists()


def test_the_report_before_is_kept_and_the_one_before_that_goes(shelf: Shelf) -> None:
    for words in ("first", "second", "third"):
        publish(shelf, words)
    assert (words_in(shelf.live), words_in(shelf.previous)) == ({"third"}, {"second"})
    assert not leftovers(shelf)


@pytest.mark.parametrize("step", range(4))
def test_a_run_killed_at_any_step_of_the_swap_leaves_a_whole_report(
    shelf: Shelf, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shelf, "first")
    publish(shelf, "second")
    put(shelf.begin(), "third")
    steps_left = [step]

    def until_killed(act: object) -> object:
        def stepped(*folders: Path) -> None:
            if steps_left[0] == 0:
                raise Killed
            steps_left[0] -= 1
            act(*folders)  # type: ignore[operator]

        return stepped

    with monkeypatch.context() as patched:
        patched.setattr(swap, "_move", until_killed(swap._move))
        patched.setattr(swap, "_clear", until_killed(swap._clear))
        with pytest.raises(Killed):
            shelf.swap()

    shelf.recover()
    assert words_in(shelf.live) in ({"second"}, {"third"})
    assert not leftovers(shelf)
    publish(shelf, "fourth")
    assert words_in(shelf.live) == {"fourth"}
    assert words_in(shelf.previous) in ({"second"}, {"third"})


def test_a_half_built_report_of_a_killed_run_is_cleared_away(shelf: Shelf) -> None:
    publish(shelf, "first")
    (shelf.begin() / "strategy.html").write_text("half", encoding="utf-8")
    publish(shelf, "second")
    assert words_in(shelf.live) == {"second"}


@pytest.mark.parametrize("stuck", ["live", "building"])
def test_a_report_that_the_system_holds_open_stays_in_use(
    shelf: Shelf, stuck: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(shelf, "first")
    put(shelf.begin(), "second")
    held, move = getattr(shelf, stuck), swap._move

    def refuse_held(source: Path, target: Path) -> None:
        if source == held:
            raise PermissionError(13, "the file is in use")
        move(source, target)

    monkeypatch.setattr(swap, "_move", refuse_held)
    with pytest.raises(ReportInUse, match="Close its files in other programs"):
        shelf.swap()
    assert words_in(shelf.live) == {"first"}
    assert not shelf.retiring.exists()


def test_files_that_others_put_beside_a_report_go_with_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "ostrey")
    for text in ("first", "second", "third"):
        (shelf.begin() / "strategy.html").write_text(text)
        shelf.swap()
        (shelf.live / "board paper.docx").write_text("ours")
    assert (shelf.live / "strategy.html").read_text() == "third"
    assert (shelf.live / "board paper.docx").read_text() == "ours"
    assert [path.name for path in report_files(shelf.live)] == ["strategy.html"]


def test_a_folder_of_other_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "share", "ostrey")
    shelf.live.mkdir(parents=True)
    (shelf.live / "notes.docx").write_text("mine")
    with pytest.raises(InputRefused, match="not a report of this plan"):
        shelf.refuse_foreign(tmp_path / "plans" / "ostrey", tmp_path / "notebooks")
    assert (shelf.live / "notes.docx").read_text() == "mine"


def test_a_report_is_never_put_on_the_plan_or_the_notebooks(tmp_path: Path) -> None:
    for root, notebooks in ((tmp_path / "plans", tmp_path / "notebooks"), (tmp_path, tmp_path / "ostrey")):
        with pytest.raises(InputRefused, match="has its place"):
            Shelf(root, "ostrey").refuse_foreign(tmp_path / "plans" / "ostrey", notebooks)
