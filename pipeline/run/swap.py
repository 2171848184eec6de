"""Finished reports take their place whole: built aside, then swapped in, the one before kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.problems import InputRefused, Problem
from pipeline.run.errors import ReportInUse
from pipeline.run.record import RECORD, read_record

PAGE = "strategy.html"
REPORT_FILES = (RECORD, "strategy.*", "annex-*.html", "summary.pdf", "board.pptx")
"""Names of the files that a report is made of."""


@dataclass(frozen=True)
class Shelf:
    """Where the reports of one plan stand: the one in use, the one being built and the one before."""

    root: Path
    plan: str

    @property
    def live(self) -> Path:
        """The report in use."""
        return self.root / self.plan

    @property
    def building(self) -> Path:
        """The report being made."""
        return self.root / ".building" / self.plan

    @property
    def retiring(self) -> Path:
        """The report in use until a moment ago, while its successor moves in."""
        return self.root / ".retiring" / self.plan

    @property
    def previous(self) -> Path:
        """The report before the one in use."""
        return self.root / ".previous" / self.plan

    def refuse_foreign(self, plan_folder: Path, notebooks: Path) -> None:
        """Refuse a place where the report would take the place of something else.

        Raises InputRefused where the folder of the report holds files and no record of this plan, or lies in, on or
        above the plan, its data or the notebooks.
        """
        holds = self.live.is_dir() and any(self.live.iterdir())
        if holds and not self._is_ours():
            rule = (
                "this folder holds files that are not a report of this plan, and the report would take their place; "
                "move them away, or choose another place with --out"
            )
            raise InputRefused([Problem(file=str(self.live), rule=rule)])
        for kept in (plan_folder.resolve(), notebooks.resolve()):
            live = self.live.resolve()
            if live == kept or live in kept.parents or kept in live.parents:
                rule = f"a report cannot be put here, since {kept} has its place; choose another with --out"
                raise InputRefused([Problem(file=str(self.live), rule=rule)])

    def _is_ours(self) -> bool:
        """Whether what is in use is a report of this plan, or one whose record was damaged and will be made anew."""
        record, files = read_record(self.live), report_files(self.live)
        return record.get("plan") == self.plan or (not record and {RECORD, PAGE} <= {path.name for path in files})

    def begin(self) -> Path:
        """An empty folder to build a report in."""
        self.recover()
        self.building.mkdir(parents=True)
        return self.building

    def swap(self) -> None:
        """Put the report that was built in the place of the one in use, which becomes the previous one.

        Raises ReportInUse, with a whole report in use, where the system will not let go of a file.
        """
        try:
            if self.live.exists():
                _carry_over(self.live, self.building)
                _move(self.live, self.retiring)
            self._move_in()
            self._keep_retired()
        except OSError as error:
            raise ReportInUse(self.live) from error

    def abandon(self) -> None:
        """Give up the report being made."""
        shutil.rmtree(self.building, ignore_errors=True)

    def recover(self) -> None:
        """Put right what a run that was killed left half done: a whole report is in use, or there never was one."""
        try:
            if self.live.exists():
                self._keep_retired()
            elif self.retiring.exists():
                _move(self.retiring, self.live)
            _clear(self.building)
        except OSError as error:
            raise ReportInUse(self.live) from error

    def _move_in(self) -> None:
        try:
            _move(self.building, self.live)
        except OSError:
            if self.retiring.exists():
                _move(self.retiring, self.live)
            raise

    def _keep_retired(self) -> None:
        if self.retiring.exists():
            _clear(self.previous)
            _move(self.retiring, self.previous)


def report_files(folder: Path) -> list[Path]:
    """The files of a report, without what others have put beside them."""
    return sorted(path for path in folder.iterdir() if any(path.match(name) for name in REPORT_FILES))


def _carry_over(live: Path, building: Path) -> None:
    """What others have put beside the report, such as a board paper, goes with it into the new one."""
    ours = set(report_files(live))
    for path in live.iterdir():
        if path not in ours and not (building / path.name).exists():
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, building / path.name)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
