"""The real notebooks, run on tiny plans through the real door, and what they leave."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pandas as pd
from notebook_files import write_yaml
from notebook_plans import PLANS
from notebook_tables import many_actions, staff_records, write_tables
from small_files import write_plan

from pipeline.plan import load_plan
from pipeline.report.compose import render
from pipeline.run.build import Built, build
from pipeline.run.notebook import run_notebook
from pipeline.store import Store

MANY = 32
"""Actions of a plan whose list must still read well."""
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
        return chapter_of(self.pages["strategy.html"], name)


def chapter_of(page: str, name: str) -> str:
    """What a reader of one chapter of a strategy sees or hears."""
    found = re.search(rf'<section class="chapter" id="{name}".*?</section>', page, re.DOTALL)
    assert found, f"there is no chapter {name}"
    return visible(found[0])


def supplied(full: Made, root: Path, names: Iterable[str] | None = None, *, records: bool = True) -> str:
    """The strategy of the full plan with what its own people supply put beside its published tables.

    Only the tables of `names` where they are given; `records` adds staff records of the first employer.
    """
    folder = root / "full"
    shutil.copytree(full.store.folder, folder)
    store = Store(folder)
    write_tables(store, names)
    if records:
        store.write("staff", pd.concat([store.read("staff"), staff_records()], ignore_index=True))
    plan = shutil.copytree(full.plan, root / "raw" / "full")
    write_yaml(plan / "actions.yaml", many_actions(MANY))
    (plan / "plan.yaml").write_text(
        (plan / "plan.yaml").read_text(encoding="utf-8") + "actions: actions.yaml\n", encoding="utf-8"
    )
    ran = {"ingest": folder / "notebooks" / "ingest.ipynb"}
    for stage in ("metrics", "scenario", "evidence", "action_plan"):
        ran[stage] = folder / f"{stage}.ipynb"
        places = {"plan_folder": str(plan), "processed_folder": str(folder)}
        run_notebook(NOTEBOOKS / f"{stage}.ipynb", ran[stage], places)
    with mock.patch("pipeline.report.pdf.write", return_value=(None, "left out by this test")):
        rendered = render(load_plan(plan), ran, root / "report", {})
    return rendered.html.read_text(encoding="utf-8")


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
