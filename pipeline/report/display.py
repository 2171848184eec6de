"""What notebooks show: the one door for figures, tables and generated sentences.

Everything shown here looks right in JupyterLab and goes into the strategy document as it stands.
A figure without a description or without its data is refused, so it never reaches a page.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from pipeline.reference import SourceCard, source_cards
from pipeline.report import prose, tables
from pipeline.report.carried import MIME, Carried, carry, pack
from pipeline.report.disclosure import Disclosed, protect

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Chart

MARK = "workforce"
"""Key of the output metadata that says an output came through this door, and what kind it is."""
LONGEST_TITLE = 160
"""Letters of a title: more would be a table or a paragraph that strayed into it."""
TEMPLATES = Path(__file__).parent / "templates"
_SVG = re.compile(r"<svg.*</svg>", re.DOTALL)
_SIZE = re.compile(r'(width|height)="([\d.]+)pt"')
_PIXELS_PER_POINT = 96 / 72


@dataclass(frozen=True)
class Shown:
    """Something a notebook shows: HTML for a page, plain text for a terminal or a comparison, and the data of both."""

    html: str
    text: str
    held: tuple[Carried, ...] = ()
    kind: ClassVar[str]

    def _repr_html_(self) -> str:
        return _lab_style() + self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        del include, exclude
        data = {MIME: pack(self.held)} if self.held else {}
        return {"text/html": self._repr_html_(), "text/plain": self.text, **data}, {MARK: {"kind": self.kind}}

    def __repr__(self) -> str:
        return self.text


class Figure(Shown):
    """A figure with its title, description and data."""

    kind = "figure"


class Table(Shown):
    """A table with its caption."""

    kind = "table"


class Words(Shown):
    """Sentences."""

    kind = "words"


class Several(Shown):
    """Several things shown one below another."""

    kind = "several"


class KeyFigures(Shown):
    """A few large numbers, each with what it is."""

    kind = "key_figures"


def show(
    fig: Chart,
    *,
    title: str,
    alt: str,
    data: pd.DataFrame | Disclosed,
    note: str = "",
    row_header: str | None = None,
    formats: tables.Formats | None = None,
    rule: str = "none",
) -> Figure:
    """A matplotlib figure with its title, a description for those who cannot see it, and its data one click away.

    `alt` says what the figure shows, in a sentence or three; it is not the title again. `data` is the table the figure
    was drawn from, written with `row_header`, `formats` and `rule` as `table` takes them. The figure is closed.
    Raises ValueError without a title, a description or data.
    """
    _check_words(title, alt)
    if (data.frame if isinstance(data, Disclosed) else data).empty:
        raise ValueError(f"the figure “{title}” has no data: give the table that it was drawn from")
    image, size = _as_svg(fig)
    shown = _protected(data, rule)
    arranged = tables.arrange(shown, row_header, formats)
    rows = tables.written(arranged, f"Data: {title}", number="")
    html = (
        f'<figure class="wf wf-figure"><figcaption><span class="wf-title">{tables.NUMBER_MARK}{escape(title)}</span>'
        f'</figcaption><div class="wf-scroll" role="region" tabindex="0" aria-label="{escape(f"Figure: {title}")}">'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{escape(_one_line(alt))}"{size}></div>{_note(note)}'
        f'<details class="wf-data"><summary>Data of this figure<span class="wf-hidden">: {escape(title)}</span>'
        f"</summary>"
        f"{rows}</details></figure>"
    )
    held = carry("Figure", title, arranged, note=note, says=_one_line(alt))
    return Figure(html, f"Figure: {title}. {held.says}", (held,))


def table(
    frame: pd.DataFrame | Disclosed,
    *,
    caption: str,
    note: str = "",
    row_header: str | None = None,
    formats: tables.Formats | None = None,
    rule: str = "none",
    printed: int = 0,
) -> Table:
    """A data frame as an accessible table.

    `formats` and `row_header` are those of `tables.arrange`; `rule` is a disclosure rule, applied to every column of
    numbers (give `disclosure.protect(…)` as the frame where some are rates or public). On paper a long table that
    has what matters most at its head may stop after its first `printed` rows, and says that it does.
    """
    shown = _protected(frame, rule)
    arranged = tables.arrange(shown, row_header, formats)
    html = tables.written(arranged, caption, note=note, printed=printed)
    plain = shown.frame if isinstance(shown, Disclosed) else shown
    text = f"Table: {caption}\n{plain.to_string(index=False, max_rows=20)}"
    return Table(html, text, (carry("Table", caption, arranged, note=note),))


def say(*paragraphs: str) -> Words:
    """Generated sentences, as Markdown paragraphs. Text that came from an input file goes in through `words.plain`."""
    kept = [paragraph.strip() for paragraph in paragraphs if paragraph.strip()]
    if not kept:
        raise ValueError("there is nothing to say: give at least one sentence")
    return Words(f'<div class="wf wf-words">{prose.to_html(_paragraphs(kept))}</div>', _paragraphs(kept))


def missing(what: str, *readers: str, would_supply: str = "") -> Words:
    """Say what the chapter could not show and which file would supply it.

    `readers` are names of source cards; `would_supply` says in words what else would, where no file is published.
    Raises ValueError where neither is given or a reader is unknown.
    """
    cards = source_cards()
    unknown = [name for name in readers if name not in cards]
    if unknown:
        raise ValueError(f"no source card is called {', '.join(unknown)}; `workforce sources` lists them")
    if not readers and not would_supply.strip():
        raise ValueError(f"say which file would supply {what}: a source card, or would_supply in words")
    supply = [_card(cards[name]) for name in readers]
    supply += [f"<li>{escape(would_supply.strip())}</li>"] if would_supply.strip() else []
    plain = [cards[name].title for name in readers] + ([would_supply.strip()] if would_supply.strip() else [])
    html = (
        f'<div class="wf wf-missing"><p><strong>This chapter could not show {escape(what)}.</strong> '
        f"It would be supplied by:</p><ul>{''.join(supply)}</ul></div>"
    )
    return Words(html, f"This chapter could not show {what}. It would be supplied by: {'; '.join(plain)}")


def callout(title: str, *paragraphs: str) -> Words:
    """A short passage set apart from the text, such as the decision asked of the board. `paragraphs` are Markdown."""
    if not title.strip() or not any(paragraph.strip() for paragraph in paragraphs):
        raise ValueError("a callout needs a title and at least one sentence")
    body = prose.to_html(_paragraphs(paragraphs))
    html = f'<div class="wf wf-callout"><p class="wf-callout-title"><strong>{escape(title)}</strong></p>{body}</div>'
    return Words(html, f"{title}\n\n{_paragraphs(paragraphs)}")


def key_figures(figures: Iterable[tuple[str, str, str]]) -> KeyFigures:
    """A few large numbers: (value as it reads, what it is, a note or an empty string)."""
    rows = [(str(value), str(label), str(note)) for value, label, note in figures]
    if not rows or not all(value.strip() and label.strip() for value, label, _ in rows):
        raise ValueError("key figures need a value and a label each")
    items = "".join(_key_figure(*row) for row in rows)
    html = f'<ul class="wf wf-key">{items}</ul>'
    return KeyFigures(html, "\n".join(f"{value} {label}. {note}".strip() for value, label, note in rows))


def together(shown: Iterable[Shown]) -> Several:
    """Several things as one, for a cell that shows as many as there are. Raises ValueError where there is none."""
    parts = list(shown)
    if not parts:
        raise ValueError("there is nothing to show: give at least one thing")
    held = tuple(each for part in parts for each in part.held)
    return Several("".join(part.html for part in parts), "\n\n".join(part.text for part in parts), held)


def _key_figure(value: str, label: str, note: str) -> str:
    small = f'<span class="wf-key-note">{escape(note)}</span>' if note.strip() else ""
    return (
        f'<li><span class="wf-key-value">{escape(value)}</span> '
        f'<span class="wf-key-label">{escape(label)}</span> {small}</li>'
    )


def _card(card: SourceCard) -> str:
    if not card.published:
        return f"<li>{escape(card.title)}, from {escape(card.publisher)}, which supplies {escape(card.supplies)}.</li>"
    link = f'<a href="{escape(card.page)}">{escape(card.title)}</a>'
    return f"<li>{link}, published by {escape(card.publisher)}, which supplies {escape(card.supplies)}.</li>"


def _check_words(title: str, alt: str) -> None:
    if not title.strip():
        raise ValueError("a figure needs a title that says what it shows")
    if len(title) > LONGEST_TITLE:
        raise ValueError(
            f"the title of a figure is at most {LONGEST_TITLE} letters long; this one begins {title[:40]!r}"
        )
    if not alt.strip():
        raise ValueError(f"the figure “{title}” has no alt text: say in a sentence what it shows")
    if _bare(alt) == _bare(title):
        raise ValueError(f"the alt text of “{title}” only repeats its title: say what the figure shows")


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _protected(data: pd.DataFrame | Disclosed, rule: str) -> pd.DataFrame | Disclosed:
    if isinstance(data, Disclosed):
        if rule != "none":
            raise ValueError("the table is protected already: give the rule once")
        return data
    return data if rule == "none" else protect(data, rule=rule)


def _as_svg(fig: Chart) -> tuple[str, str]:
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": MARK, "svg.fonttype": "path"}):
        undated = {"Date": None, "Creator": None, "Format": None, "Type": None}
        fig.savefig(buffer, format="svg", bbox_inches="tight", pad_inches=0.08, metadata=undated)
    _close(fig)
    svg = _SVG.search(buffer.getvalue().decode("utf-8"))
    if svg is None:
        raise ValueError("the figure could not be drawn as SVG")
    sizes = dict(_SIZE.findall(svg[0][:1000]))
    pixels = "".join(f' {side}="{round(float(points) * _PIXELS_PER_POINT)}"' for side, points in sizes.items())
    return base64.b64encode(svg[0].encode("utf-8")).decode("ascii"), pixels


def _close(fig: Chart) -> None:
    """Take the figure from pyplot, which would show it a second time at the end of the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(fig)


def _note(note: str) -> str:
    return f'<p class="wf-note">{escape(note)}</p>' if note.strip() else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraphs)


@cache
def _lab_style() -> str:
    return f"<style>{(TEMPLATES / 'lab.css').read_text(encoding='utf-8')}</style>"
