"""Two runs compared, as lines for a terminal and as a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd

from pipeline.report import change_words, compose, prose, words
from pipeline.report.moves import Moves
from pipeline.report.tables import to_html

STATUS = "COMPARISON"


class Compared(Protocol):
    """Two runs compared, as pipeline.run.comparison has them."""

    @property
    def then(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def now(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def moves(self) -> Moves: ...  # noqa: D102
    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def covers(self) -> list[tuple[str, str, str]]: ...  # noqa: D102
    @property
    def assumptions(self) -> pd.DataFrame | None: ...  # noqa: D102
    @property
    def scenarios(self) -> list[tuple[str, str]]: ...  # noqa: D102
    @property
    def damaged(self) -> list[str]: ...  # noqa: D102


def terminal_lines(found: Compared) -> list[str]:
    """The comparison as plain lines: both runs, the sentences, and the table of headlines."""
    told = [text.replace("**", "").replace("\\", "") for text in [*_moved(found), *_inputs(found)]]
    table = change_words.moves_table(found.moves)
    # The headlines last: they are long, and the figures then stand below one another on any terminal.
    figures = table[[*table.columns[1:], *table.columns[:1]]] if len(table) else table
    shown = figures.to_string(index=False, justify="left", formatters={"headline": str}).splitlines()
    return [*_runs(found), "", *told, "", *(line.rstrip() for line in shown)]


def comparison_page(found: Compared) -> str:
    """The comparison as an HTML page."""
    runs = "\n".join(f"- {words.plain(line)}" for line in _runs(found))
    parts = [_words(runs), "<h2>Headline figures</h2>", _words(*_moved(found))]
    parts += _table(change_words.moves_table(found.moves), "Headline figures of both runs", change_words.WHAT_IS_WHAT)
    parts += ["<h2>What changed in the inputs</h2>", _words(*_inputs(found))]
    if found.assumptions is not None:
        parts += _table(found.assumptions, "Assumptions that changed")
    parts += _table(change_words.files_table(found.files), "Input files that changed")
    name = str(found.now["settings"]["name"])
    return compose.lone_page(name, STATUS, "Two runs compared", "".join(parts), found.now)


def _runs(found: Compared) -> list[str]:
    return [
        f"{word}: run {facts['run_id']}, made on {facts['made']}"
        for word, facts in (("Then", found.then), ("Now", found.now))
    ]


def _moved(found: Compared) -> list[str]:
    return [
        *change_words.damage_sentences([], found.damaged),
        *change_words.moved_sentences(found.moves, change_words.since(found.then)),
    ]


def _inputs(found: Compared) -> list[str]:
    return [
        *change_words.inputs_sentences(found.files, found.covers, found.then, found.now),
        change_words.assumptions_sentence(found.assumptions),
        *change_words.scenarios_sentences(found.scenarios),
    ]


def _words(*paragraphs: str) -> str:
    text = "\n\n".join(paragraphs)
    return f'<div class="wf wf-words">{prose.to_html(text)}</div>'


def _table(frame: pd.DataFrame, caption: str, note: str = "") -> list[str]:
    return [to_html(frame, caption, note=note)] if len(frame) else []
