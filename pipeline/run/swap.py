"""Finished reports take their place whole: built aside, then swapped in, the one before kept."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.run.errors import ReportInUse


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


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def _clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
