"""Analysts' own words at the head of a chapter, from the commentary folder.

What comes in is data: Markdown, never HTML and never a template, so there is nothing in it that could be carried out.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.plain_text import UNFIT, named
from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import safety
from pipeline.report.chapters import chapters
from pipeline.report.display import callout

FOLDER = "commentary"
"""Folder of a plan that holds a Markdown file for each chapter that has a note: commentary/workforce.md."""
TITLE = "Analyst's note"
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)


def notes(plan: Plan) -> dict[str, str]:
    """The HTML of each chapter's note, by the chapter's id; an empty file is no note.

    Raises InputRefused for a file that is named after no chapter or that is not text in UTF-8.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((plan.folder / FOLDER).glob("*.md")):
        problem = _problem(path)
        if problem:
            problems.append(problem)
        elif text := path.read_text(encoding="utf-8-sig").strip():
            found[path.stem] = _note(text)
    if problems:
        raise InputRefused(problems)
    return found


def _problem(path: Path) -> Problem | None:
    names = [chapter.id for chapter in chapters()]
    if path.stem not in names:
        rule = f"a note is named after its chapter: {', '.join(f'{name}.md' for name in names)}"
        return Problem(file=str(path), value=path.name, rule=rule)
    try:
        return _text_problem(path, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return Problem(file=str(path), rule="the note should be text in UTF-8; save it again as such")
    except OSError as error:
        return Problem(file=str(path), rule=f"the note cannot be opened ({error.strerror})")


def _text_problem(path: Path, text: str) -> Problem | None:
    """What is wrong with the words of a note: it is not a template, so braces, percent signs and the like are words."""
    most, found = safety("note_letters"), UNFIT.search(text)
    if len(text) > most:
        return Problem(file=str(path), rule=f"a note has at most {most:,} letters; this one has {len(text):,}")
    if found:
        row = text.count("\n", 0, found.start()) + 1
        return Problem(file=str(path), row=row, rule=f"the note holds {named(found[0])}; type it again without")
    return None


def _note(text: str) -> str:
    # A heading in a note would take in all of the chapter that follows it.
    return _HEADING.sub(r"<p><strong>\2</strong></p>", callout(TITLE, text).html)
