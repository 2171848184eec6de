"""How far each headline moved between two runs, and how much of that comes from the model, assumptions and data.

The new code works the headlines out from the old data and old assumptions, then from the old data and new assumptions.
The first less what the old run said is the model's part, the second less the first the assumptions', and what the new
run says less the second the data's (docs/method.md, "What changed"). Where nothing of a kind changed its part is
exactly 0, and nothing is worked out again for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.problems import InputRefused
from pipeline.report.working_out import Inputs
from pipeline.store import StoreError

PARTS = ("model", "assumptions", "data")
"""What a move can come from, in the order in which it is taken out."""
COLUMNS = ["key", "unit", "label", "label_then", "then", "now", "change", *PARTS]
WorkOut = Callable[[Inputs], pd.DataFrame]
"""Inputs to headlines, by the code of today."""
Mixture = Mapping[str, bool]
"""Which inputs are the old run's."""
LONGEST_REASON = 300
"""Letters of a reason that a reader is shown."""


@dataclass(frozen=True)
class Marks:
    """Checksums of what a run was made from, equal where nothing changed.

    `files` are the input files and how they are read, `tables` the tables that came of them, `settings` what the plan
    covers, `assumptions` what plan_assumptions and the scenarios are made of, `model` the code and its libraries.
    """

    model: str
    assumptions: str
    files: str
    tables: str
    settings: str


@dataclass(frozen=True, eq=False)
class Told:
    """What a run said and was made from: `read` gives its inputs, and raises where they cannot be had."""

    headlines: pd.DataFrame
    marks: Marks
    read: Callable[[], Inputs]


@dataclass(frozen=True)
class Moves:
    """A row a headline of either run (COLUMNS); a part is missing where a headline was not split.

    `unsplit` says why none could be; `changed` is which of PARTS are not the same in both runs.
    """

    table: pd.DataFrame
    changed: tuple[str, ...] = ()
    unsplit: str = ""


def changed_parts(old: Marks, new: Marks) -> tuple[str, ...]:
    """Which of PARTS are not the same.

    Data are the same where either the files or what was read from them are: what another reader makes of the same files
    is the model's part. What the plan covers counts as data.
    """
    read = old.files != new.files and old.tables != new.tables
    differ = {
        "model": old.model != new.model,
        "assumptions": old.assumptions != new.assumptions,
        "data": read or old.settings != new.settings,
    }
    return tuple(part for part in PARTS if differ[part])


def moves(old: Told, new: Told, work_out: WorkOut, today: str) -> Moves:
    """What became of the headlines of one run in another, and why.

    `today` is the mark of the model by which `work_out` works. Where that is neither run's, the parts of assumptions
    and data are those that it finds, and the rest of the move is the model's. Inputs that cannot be read or worked out
    leave the move whole, with the reason in `unsplit`.
    """
    changed = changed_parts(old.marks, new.marks)
    before, after = _values(old.headlines), _values(new.headlines)
    try:
        first, second = _steps(_Pair(old, new, work_out, today), changed)
    except Exception as error:  # What was kept is of another time: whatever is wrong with it must not stop a run.
        return Moves(_table(old.headlines, new.headlines, {}), changed, _said(error))
    levels = [before, first, second, after]
    parts = {part: levels[place + 1] - levels[place] for place, part in enumerate(PARTS)}
    return Moves(_table(old.headlines, new.headlines, parts), changed)


@dataclass
class _Pair:
    """Two runs, and the headlines of mixtures of their inputs, each worked out once."""

    old: Told
    new: Told
    work_out: WorkOut
    today: str
    _found: dict[tuple[bool, bool], pd.Series] = field(default_factory=dict)
    _read: dict[str, Inputs] = field(default_factory=dict)

    def before(self, level: pd.Series, there: Mixture, here: Mixture) -> pd.Series:
        """The values a step before a level: a mixture's, or the level less what the code of today makes of the step."""
        if self.today == self.new.marks.model:
            return self.of(**here)
        return level - (self.of(**there) - self.of(**here))

    def of(self, old_data: bool, old_assumptions: bool = False) -> pd.Series:
        """Headline values of a mixture, by key."""
        key = (old_data, old_assumptions)
        if key not in self._found:
            data = self._data() if old_data else self._inputs("new")
            assuming = self._inputs("old" if old_assumptions else "new")
            self._found[key] = _values(self.work_out(data.assuming(assuming)))
        return self._found[key]

    def _inputs(self, which: str) -> Inputs:
        if which not in self._read:
            self._read[which] = (self.old if which == "old" else self.new).read()
        return self._read[which]

    def _data(self) -> Inputs:
        """The old run's data. Of the same files they are what the newer reader makes of them."""
        inputs = self._inputs("old")
        same_files = self.old.marks.files == self.new.marks.files
        return replace(inputs, tables=self._inputs("new").tables) if same_files else inputs


def _steps(pair: _Pair, changed: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """Headline values by the new model, and by the new model with the new assumptions, both on the old data."""
    old, new = _values(pair.old.headlines), _values(pair.new.headlines)
    data = "data" in changed
    if len(changed) <= 1:
        return (new if changed in ((), ("model",)) else old), (old if data else new)
    second = pair.before(new, {"old_data": False}, {"old_data": True}) if data else new
    if "model" not in changed:
        return old, second
    if "assumptions" not in changed:
        return second, second
    of = {"old_data": data}
    return pair.before(second, of, {**of, "old_assumptions": True}), second


def _values(headlines: pd.DataFrame) -> pd.Series:
    return headlines.set_index("key")["value"].astype("float64")


def _table(then: pd.DataFrame, now: pd.DataFrame, parts: dict[str, pd.Series]) -> pd.DataFrame:
    """The newer run's headlines in their order, then those that it no longer gives."""
    both = pd.concat([now, then]).drop_duplicates("key").set_index("key")
    told = both[["unit", "label"]].assign(
        label_then=then.set_index("key")["label"], then=_values(then), now=_values(now), **parts
    )
    table = told.assign(change=told["now"] - told["then"]).reset_index().reindex(columns=COLUMNS)
    split = table[list(PARTS)].notna().all(axis=1)
    return table.assign(**{part: table[part].where(split) for part in PARTS})


def _said(error: Exception) -> str:
    """An error in a few words."""
    if isinstance(error, InputRefused) and len(error.problems) > 1:
        return f"{_said(InputRefused(error.problems[:1]))} (and {len(error.problems) - 1} more like it)"
    words = " ".join(str(error).split())
    plain = words if isinstance(error, InputRefused | StoreError) else f"{type(error).__name__}: {words}"
    return plain if len(plain) <= LONGEST_REASON else f"{plain[:LONGEST_REASON]} …"
