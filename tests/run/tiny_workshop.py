"""A tiny plan, tiny notebooks and a renderer that only copies: enough to run every stage for real."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from pipeline.run import fingerprint
from pipeline.run.build import Built, Event, build
from pipeline.store import Store

PLAN = """\
name: Tiny plan
ics: [QZZ]
employers: {RZ1: Tiny Hospitals}
base_month: 2025-10
sources:
  - {reader: pay_afc, path: numbers.csv}
"""
PARAMETERS = (
    'plan_folder: str = "../data/raw/tiny"  # folder that holds plan.yaml\n'
    'processed_folder: str = "../data/processed/tiny"  # where the tables are\n'
)
OPEN = (
    "from pipeline.run.workbench import open_plan\n"
    "desk = open_plan(plan_folder, processed_folder, stage={stage!r})\nstore = desk.store"
)
CELLS = {
    "ingest": ["import pandas as pd\nstore.write('pay', pd.read_csv(desk.plan.sources[0].path));"],
    "metrics": [
        "print(int(store.read('pay')['wte'].sum()))",
        "for name in ('indicators', 'assurance_triggers'):\n    store.write(name, store.read('pay'))",
    ],
    "scenario": [
        "names = ('scenario_summary', 'counted_today', 'gap_at_horizon')",
        "for name in names:\n    store.write(name, store.read('pay'))",
        "import pandas as pd\nguesses = [f'Guess {number}' for number in range(3)]\n"
        "store.write('assumptions_in_use', pd.DataFrame({'Assumption': guesses, 'Grade': 'placeholder'}));",
    ],
    "evidence": ["print(len(desk.kept.files(desk.plan.base_month)))"],
    "action_plan": [
        "import pandas as pd\ntotal = float(store.read('scenario_summary')['wte'].sum())",
        "row = {'key': 'staff', 'label': 'staff in post', 'value': total, 'low': None, 'high': None, 'unit': 'WTE'}\n"
        "marks = {**row, 'key': 'placeholders', 'value': 3.0, 'unit': 'assumptions'}\n"
        "store.write('headlines', pd.DataFrame([row, marks]));",
    ],
    "changes": [
        "from pipeline.run.record import COMPARED, read_facts\nsaid = read_facts(store.folder / COMPARED)",
        "import pandas as pd\nstore.write('headline_moves', pd.DataFrame({'last': [said['last'] or 'none']}));",
        "print(said['last'], said['approved'], said['altered'])",
    ],
}


def cell(source: str, *tags: str, kind: str = "code") -> dict[str, Any]:
    """One notebook cell as JSON."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {"tags": list(tags)} if tags else {}, "source": source}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def write_notebook(path: Path, cells: list[dict[str, Any]]) -> Path:
    """A notebook file of these cells."""
    for place, each in enumerate(cells):
        each["id"] = f"cell-{place}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return path


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a notebook file in place."""
    book = json.loads(path.read_text(encoding="utf-8"))
    change(book)
    path.write_text(json.dumps(book, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class Copied:
    """What the tests' renderer gives back."""

    html: Path
    pdf: Path | None
    pdf_note: str
    beside: dict[str, Path] = field(default_factory=dict)


def copy_renderer(_plan: object, notebooks: dict[str, Path], out: Path, facts: dict[str, Any], store: Store) -> Copied:
    """A page that names its notebooks and headline figures, slides that count them, in the place of the real ones."""
    page, slides = out / "strategy.html", out / "board.pptx"
    page.write_text(f"{sorted(notebooks)} {facts['headlines']}", encoding="utf-8")
    slides.write_text(f"{len(store.read('headlines'))} headlines", encoding="utf-8")
    return Copied(page, None, "no PDF in this test", {"slides": slides})


@dataclass
class Workshop:
    """A folder laid out as the repository is, with one tiny plan."""

    root: Path
    reports_root: Path | None = None

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def plan(self) -> Path:
        return self.root / "data" / "raw" / "tiny"

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed" / "tiny"

    @property
    def reports(self) -> Path:
        return self.reports_root or self.root / "reports"

    @property
    def report(self) -> Path:
        return self.reports / "tiny"

    @property
    def package(self) -> Path:
        return self.root / "pipeline"

    def build(self, **how: Any) -> Built:
        """Run the plan. Only the code in the workshop counts as the pipeline's: the real one may be under edit."""
        with mock.patch.object(fingerprint, "PACKAGE", self.package):
            return build(
                self.plan,
                processed_root=self.processed.parent,
                reports_root=self.reports,
                notebooks_folder=self.notebooks,
                **{"render": copy_renderer, **how},
            )

    def statuses(self, **how: Any) -> dict[str, str]:
        """Build, and how each stage came out."""
        return {result.name: result.status for result in self.build(**how).stages}

    def events(self, **how: Any) -> list[Event]:
        said: list[Event] = []
        self.build(progress=said.append, **how)
        return said

    def rewrite(self, stage: str, *sources: str) -> None:
        """Give a stage's notebook these code cells after its parameters and its opening."""
        cells = [cell(PARAMETERS, "parameters"), cell("# Title", kind="markdown"), cell(OPEN.format(stage=stage))]
        write_notebook(self.notebooks / f"{stage}.ipynb", [*cells, *map(cell, sources)])


def lay_out(root: Path) -> Workshop:
    """A workshop in which nothing has run yet."""
    made = Workshop(root)
    made.plan.mkdir(parents=True)
    (made.package / "reference").mkdir(parents=True)
    (made.package / "__init__.py").write_text("", encoding="utf-8")
    (made.package / "reference" / "mapping.csv").write_text("label,pillar\n", encoding="utf-8")
    (made.plan / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (made.plan / "numbers.csv").write_text("employer,wte\nRZ1,3\nRZ1,4\n", encoding="utf-8")
    for stage, sources in CELLS.items():
        made.rewrite(stage, *sources)
    return made
