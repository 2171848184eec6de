"""What a run keeps for good because nothing can make it again: the forecasts of every run (docs/decisions/0024)."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.store import Store, atomic_path, file_sha256

if TYPE_CHECKING:
    import pandas as pd

LETTERS = 12
"""Letters of a checksum in the name of a file: enough that no two files of a plan share them."""
TABLE = "forecasts"
"""The table in which a run's notebooks leave its forecasts."""


@dataclass(frozen=True)
class Kept:
    """The forecasts kept for one plan: a Parquet file each, named by base month, what it says and its own checksum."""

    folder: Path

    @classmethod
    def beside(cls, processed: Path) -> Kept:
        """What is kept for the plan whose tables are in data/processed/<plan>: it is in data/kept/<plan>."""
        return cls(processed.parent.with_name("kept") / processed.name)

    def files(self, before: dt.date | None = None) -> list[Path]:
        """The files of forecasts, those of base months before a day only where one is given, oldest base month first.

        A file whose name does not begin with a month is not one of them.
        """
        found = sorted(self.folder.glob("forecasts/????-??_*.parquet"))
        return [path for path in found if before is None or path.name[:7] < f"{before:%Y-%m}"]

    def read(self, before: dt.date) -> pd.DataFrame:
        """Forecasts of base months before a day, with `made` and `run_id` of their run; possibly none.

        A file that was altered is left out: `damaged` names it.
        """
        import pandas as pd

        from pipeline.evidence.kept_forecasts import COLUMNS

        found = [pd.read_parquet(path) for path in self.files(before) if _is_whole(path)]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*COLUMNS, "run_id", "made"])

    def damaged(self, before: dt.date | None = None) -> list[str]:
        """The names of files of forecasts that were altered since they were kept."""
        return [path.name for path in self.files(before) if not _is_whole(path)]

    def keep(self, store: Store, base_month: dt.date, run_id: str, made: dt.datetime) -> bool:
        """Keep the forecasts of a run; whether they were not kept already.

        A run that says the same as one before adds nothing, unless that was altered, and nothing is ever overwritten.
        """
        if not store.has(TABLE):
            return False
        begins = f"{base_month:%Y-%m}_{store.record(TABLE).sha256[:LETTERS]}"
        if any(path.name.startswith(begins) and _is_whole(path) for path in self.files()):
            return False
        frame = store.read(TABLE).assign(run_id=run_id, made=made.isoformat(timespec="seconds"))
        content = frame.to_parquet(compression="zstd", index=False)
        own = hashlib.sha256(content).hexdigest()[:LETTERS]
        with atomic_path(self.folder / "forecasts" / f"{begins}_{own}.parquet") as partial:
            partial.write_bytes(content)
        return True


def _is_whole(path: Path) -> bool:
    """Whether a file still has the checksum that ends its name; one that was kept without is taken as it is."""
    _, *checksums = path.stem.split("_")
    return len(checksums) == 1 or file_sha256(path).startswith(checksums[-1])
