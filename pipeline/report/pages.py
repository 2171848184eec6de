"""The templates of pages. Whatever is put into one is text, and never markup, unless it was made here as markup."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.report.display import TEMPLATES

PAGES = TEMPLATES / "pages"


def page(template: str, **context: Any) -> str:
    """A template filled in. Raises where it asks for something that is not given."""
    return _templates().get_template(template).render(**context)


def style(name: str) -> str:
    """A style sheet of the templates."""
    return (PAGES / name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
