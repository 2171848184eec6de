"""Tables of the same people, protected together: a count hidden in one is hidden in all, and none gives it away.

A `View` says of one table, figure or sentence whom each of its counts counts. All views of one set of people go
through `hidden_cells` at once, which decides for the same cell only once and lets no total, part or difference of any
of them narrow down a small count (suppression.py). The frames it returns are what `disclosure.protect` takes as `also`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from pipeline.report.cells import DocumentRefused
from pipeline.report.disclosure import Derive, Disclosed, Rule, named_rule, protect
from pipeline.report.suppression import CLOSE, Cells, Flags, Numbers, recoverable, secondary

Whom = Callable[[pd.DataFrame], pd.Series]
"""Of each part (a row with the columns of the people), the share that a count counts: True, False or 0 to 1."""
HALF = 0.5


def everyone(parts: pd.DataFrame) -> pd.Series:
    """Counts all people of a row's group."""
    return pd.Series(1.0, index=parts.index)


@dataclass(frozen=True)
class View:
    """Counts that one table, figure or sentence shows of some people.

    `frame` has a row for each group that its columns `by` name, with `total` in place of a name for all of them; no
    columns, and one row, for a sentence. `counts` says whom each column of numbers counts. `implied` are pairs of those
    columns, a whole and a part of it, of which the rest is a count too. `rounded` where numbers are shown as whole and
    are not, `exact` where they are not rounded as the rule asks (a sentence, or a rate that tells them). A group
    without a row has nobody, unless `complete` is False. `worth` is how much a reader would miss a number of it, beside
    others of 1: where something has to be hidden besides, it is what is worth less.
    """

    frame: pd.DataFrame
    by: Sequence[str]
    counts: Mapping[str, Whom]
    implied: Sequence[tuple[str, str]] = ()
    total: str = ""
    rounded: bool = False
    exact: bool = False
    complete: bool = True
    worth: float = 1.0


@dataclass(frozen=True)
class People:
    """The people that all views count: `rows` with columns of groups and the columns `number` and `heads`.

    `groups` are the columns by which views may tell people apart; columns that go together (a profession and its
    pillar) are one of them, and a reader is taken to know which of those are there, and of no two groups which meet.
    `heads` are people where `number` is WTE or an average; whether a number is small goes by them.
    """

    rows: pd.DataFrame
    groups: Sequence[Sequence[str]]
    number: str = "headcount"
    heads: str = ""

    @property
    def whole(self) -> bool:
        """Whether the numbers are whole."""
        return not self.heads

    def parts(self) -> pd.DataFrame:
        """Every meeting of the groups, in order, with its number and heads; 0 where nobody is on file."""
        columns = [name for group in self.groups for name in group]
        numbers = list(dict.fromkeys([self.number, self.heads or self.number]))
        levels = [self.rows[list(group)].drop_duplicates() for group in self.groups]
        every = reduce(lambda left, right: left.merge(right, how="cross"), levels)
        there = self.rows.astype(dict.fromkeys(numbers, "float64")).groupby(columns)[numbers].sum().reset_index()
        joined = every.merge(there, on=columns, how="left").fillna(dict.fromkeys(numbers, 0.0))
        return joined.sort_values(columns, ignore_index=True)


@dataclass(frozen=True)
class _Cell:
    """A cell of a view: the view and place in it (empty where no view prints it) and the share of each part in it."""

    place: tuple[str, Hashable, str] | None
    share: Numbers
    shown: float
    rounded: bool = False
    exact: bool = False
    known: bool = True
    worth: float = 0.0


def hidden_cells(
    views: Mapping[str, View], people: People, rule: str, given: Mapping[str, pd.DataFrame] | None = None
) -> dict[str, pd.DataFrame]:
    """Which counts of each view to hide: frames of True and False as long as the views', a column for each count.

    `given` are such frames of what is hidden already, which is then hidden in every view that has the same cell.
    Raises ValueError where a view's number is not that of its people, since then nothing could be said of what it gives
    away, and DocumentRefused, naming table and cell, where an audit made apart finds a small count that is not safe.
    """
    masks = {
        name: pd.DataFrame(False, index=view.frame.index, columns=list(view.counts)) for name, view in views.items()
    }
    chosen = named_rule(rule)
    if not chosen.hide_to or people.rows.empty:
        return masks
    parts = people.parts()
    found = [cell for name, view in views.items() for cell in _cells_of(name, view, parts, people.number)]
    if not found:
        return masks
    shares, which = np.unique(np.array([cell.share for cell in found]), axis=0, return_inverse=True)
    places = which.ravel()
    before = np.zeros(len(shares), dtype=bool)
    before[[row for cell, row in zip(found, places, strict=True) if _is_given(cell, given or {})]] = True
    cells = _as_cells(found, shares, places, parts, people, chosen)
    hidden = secondary(cells, before)
    _refuse(found, places, recoverable(cells, hidden))
    for cell, row in zip(found, places, strict=True):
        if cell.place:
            masks[cell.place[0]].loc[cell.place[1], cell.place[2]] = bool(hidden[row])
    return masks


def _refuse(found: Sequence[_Cell], places: NDArray[np.intp], told: Sequence[int]) -> None:
    """Stop before anything is published by which a small count could be worked out."""
    named = [
        f"the table “{cell.place[0]}”, row {cell.place[1]}, {cell.place[2]}" if cell.place else "a count no table has"
        for cell, row in zip(found, places, strict=True)
        if int(row) in told
    ]
    if named:
        raise DocumentRefused(f"A hidden number of people could be worked out from what is shown: {'; '.join(named)}")


def _is_given(cell: _Cell, given: Mapping[str, pd.DataFrame]) -> bool:
    if cell.place is None or cell.place[0] not in given or cell.place[2] not in given[cell.place[0]]:
        return False
    return bool(given[cell.place[0]].loc[cell.place[1], cell.place[2]])


def protect_adding_up(
    frame: pd.DataFrame,
    by: Sequence[str],
    counts: Sequence[str],
    *,
    rule: str,
    total: str = "All",
    sums: Mapping[str, Sequence[str]] | None = None,
    derived: Mapping[str, Derive] | None = None,
    public: Sequence[str] = (),
) -> Disclosed:
    """A table whose rows and columns add up, protected so that no total less the others gives a small count away.

    `counts` are columns of the groups that `by` names; a row with `total` there holds all of them. `sums` are columns
    that add up others (`{"all": ["women", "men"]}`). The others are as for `disclosure.protect`.
    """
    added = dict(sums or {})
    inner = frame[~frame[list(by)].eq(total).any(axis="columns")]
    long = inner.melt(list(by), list(counts), var_name="column of the table", value_name="headcount")
    people = People(long.dropna(subset=["headcount"]), [*([name] for name in by), ["column of the table"]])
    whom = {name: _in_columns([name]) for name in counts} | {name: _in_columns(of) for name, of in added.items()}
    view = View(frame, by, whom, total=total, complete=False)
    also = hidden_cells({"table": view}, people, rule)["table"]
    return protect(frame, list(whom), rule=rule, derived=derived, public=public, also=also)


def _in_columns(names: Sequence[str]) -> Whom:
    return lambda parts: parts["column of the table"].isin(list(names))


def _cells_of(name: str, view: View, parts: pd.DataFrame, number: str) -> Iterator[_Cell]:
    """Every cell of a view, those that it implies, and groups that it leaves out, in which there must be nobody."""
    whom = {column: counts(parts).astype("float64").to_numpy() for column, counts in view.counts.items()}
    seen: Flags = np.zeros(len(parts), dtype=bool)
    for index, row in zip(view.frame.index, view.frame.to_dict("records"), strict=True):
        group = _group(view, parts, row)
        seen |= group
        for column, share in whom.items():
            if pd.notna(row[column]):
                place = (name, index, column)
                cell = _Cell(place, share * group, float(row[column]), view.rounded, view.exact, worth=view.worth)
                _check(cell, parts[number].to_numpy(), view)
                yield cell
        for whole, part in view.implied:
            rest = (whom[whole] - whom[part]) * group
            yield _Cell(None, rest, float(rest @ parts[number].to_numpy()), known=False)
    if view.complete:
        for share in whom.values():
            yield from _silent(share * ~seen, parts[number].to_numpy(), name)


def _silent(share: Numbers, numbers: Numbers, name: str) -> Iterator[_Cell]:
    """Parts of which a view has no row, where there must be nobody."""
    if abs(share @ numbers) > CLOSE:
        raise ValueError(f"the table “{name}” has no row for some people that it counts")
    if share.any():
        yield _Cell(None, share, 0.0)


def _group(view: View, parts: pd.DataFrame, row: Mapping[Hashable, object]) -> Flags:
    inside = np.ones(len(parts), dtype=bool)
    for name in view.by:
        if row[name] != view.total:
            inside &= (parts[name] == row[name]).to_numpy()
    return inside


def _check(cell: _Cell, numbers: Numbers, view: View) -> None:
    adds_up = float(cell.share @ numbers)
    if cell.place and abs(adds_up - cell.shown) > (HALF if view.rounded else 0.0) + CLOSE * (1.0 + abs(adds_up)):
        name, row, column = cell.place
        raise ValueError(f"the table “{name}”, row {row}, {column}: {cell.shown:g} is shown for {adds_up:g} people")


def _as_cells(
    found: Sequence[_Cell], shares: Numbers, which: NDArray[np.intp], parts: pd.DataFrame, people: People, rule: Rule
) -> Cells:
    """The cells of all views as suppression.py takes them: the same cell of several views once, and parts in order."""
    numbers = parts[people.number].to_numpy("float64")
    value = shares @ numbers
    heads = shares @ parts[people.heads or people.number].to_numpy("float64")
    low, high = np.zeros(len(value)), np.full(len(value), np.inf)
    printed, rounded = np.zeros(len(value), dtype=bool), np.zeros(len(value), dtype=bool)
    worth = np.zeros(len(value))
    for cell, row in zip(found, which, strict=True):
        printed[row] |= cell.known
        rounded[row] |= cell.rounded
        worth[row] = max(worth[row], cell.worth)
        if cell.known:
            value[row] = cell.shown
            least, most = _as_read(cell, rule, whole=people.whole)
            low[row], high[row] = max(low[row], least), min(high[row], most)
    # Somebody's second post may stand where nobody is counted: its WTE is that of one person.
    few = value if people.whole else np.where(value > CLOSE, np.maximum(heads, 1.0), 0.0)
    used = shares.any(axis=0)
    kinds, kind = np.unique(shares[:, used], axis=1, return_inverse=True)
    return Cells(
        adds=sparse.csr_array(kinds),
        parts=np.bincount(kind.ravel(), weights=numbers[used]).astype(np.float64),
        value=value,
        low=low,
        high=high,
        least=np.where(people.whole & (value > CLOSE), np.where(rounded, HALF, 1.0), 0.0),
        small=(few > CLOSE) & (few < rule.hide_to + 1),
        printed=printed,
        worth=worth,
        hide_to=float(rule.hide_to),
        whole=people.whole,
    )


def _as_read(cell: _Cell, rule: Rule, *, whole: bool) -> tuple[float, float]:
    """The least and the most that a cell can be for a reader who sees it and knows how the rule and the view round."""
    if cell.exact:
        return cell.shown, cell.shown
    nearest = rule.nearest(cell.shown)
    loose = (rule.round_to - 1) / 2 if whole else (rule.round_to / 2 if rule.round_to > 1 else 0.0)
    if nearest == 0:
        return 0.0, HALF if cell.rounded else 0.0
    own = HALF if cell.rounded else 0.0
    return max(nearest - loose, rule.hide_to + 1 if whole else 0.0) - own, nearest + loose + own
