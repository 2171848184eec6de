"""The real notebooks, run on tiny plans through the real door, and what they leave."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from notebook_plans import PLANS
from small_files import write_plan

from pipeline.run.build import Built, build
from pipeline.store import Store

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PRINTED = {"full", "hostile"}
"""Plans whose strategy is printed as well: the others would only take longer."""


@dataclass(frozen=True)
class Made:
    """A plan that was built: its folder, its tables and its pages."""

    plan: Path
    built: Built
    store: Store

    @property
    def pages(self) -> dict[str, str]:
        """Every page of the finished report, as it was written, by its name."""
        assert self.built.html is not None
        return {path.name: path.read_text(encoding="utf-8") for path in self.built.html.parent.glob("*.html")}

    @property
    def text(self) -> str:
        """What a reader of the strategy sees or hears."""
        return visible(self.pages["strategy.html"])

    def chapter(self, name: str) -> str:
        """What a reader of one chapter sees or hears."""
        found = re.search(rf'<section class="chapter" id="{name}".*?</section>', self.pages["strategy.html"], re.DOTALL)
        assert found, f"there is no chapter {name}"
        return visible(found[0])


def visible(page: str) -> str:
    """The words of a page and the descriptions of its figures, without markup, style or code, on one line."""
    body = re.sub(r'<(style|head)\b.*?</\1>|<pre class="code">.*?</pre>', " ", page, flags=re.DOTALL)
    body = re.sub(r'<[^>]*?\balt="([^"]*)"[^>]*>', r" \1 ", body)
    body = re.sub(r"</?(strong|em|b|a|span)\b[^>]*>", "", body)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def build_tiny(name: str, root: Path) -> Made:
    """Write a tiny plan by its name into a folder and make its strategy."""
    folder = root / "raw" / name
    folder.mkdir(parents=True)
    tiny = PLANS[name]
    write_plan(folder, tiny.write(folder), **{"base_month": "2024-08", **tiny.keys})
    built = _printed(name, folder, root)
    return Made(folder, built, Store(root / "processed" / name))


def _printed(name: str, folder: Path, root: Path) -> Built:
    roots = {"processed_root": root / "processed", "reports_root": root / "reports", "notebooks_folder": NOTEBOOKS}
    if name in PRINTED:
        return build(folder, **roots)
    with mock.patch("pipeline.report.pdf.write", return_value=(None, "left out by this test")):
        return build(folder, **roots)
