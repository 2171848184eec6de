"""Analysts' own words at the head of a chapter, from the commentary folder. What comes in is data, never HTML."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
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
        path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Problem(file=str(path), rule="the note should be text in UTF-8; save it again as such")
    return None


def _note(text: str) -> str:
    # A heading in a note would take in all of the chapter that follows it.
    return _HEADING.sub(r"<p><strong>\2</strong></p>", callout(TITLE, text).html)
