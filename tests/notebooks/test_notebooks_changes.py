"""The notebook of changes on a tiny plan that is really run, changed, and run again: to what each move is put down."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pytest
import yaml
from made_once import made_once
from notebook_files import RADIOGRAPHY, REGISTERED, core5_line, write_core5
from notebook_plans import PLANS
from notebook_runs import NOTEBOOKS, Made, chapter_of
from small_files import replace_text, write_plan

from pipeline.plan import load_plan
from pipeline.report.working_out import headlines_of, plan_inputs
from pipeline.run.basis import CALCULATE, drawn
from pipeline.run.build import Built, build
from pipeline.run.past_runs import PastRuns
from pipeline.store import Store
from pipeline.tables import TABLES, empty

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

KEY = "gap_gross_horizon"
DRAWS = 50
PARTS = ["model", "assumptions", "data"]
OPENED = (
    "import pandas as pd\nfrom pipeline.run.workbench import open_plan\n"
    "desk = open_plan(plan_folder, processed_folder, stage={stage!r})\n"
)
EMPTY = "for name in ('indicators', 'assurance_triggers'):\n    desk.store.write(name, pd.DataFrame({'none': []}))"
WITHOUT = {"metrics": EMPTY, "evidence": ""}
"""Notebooks that take long and on which no headline rests, and what they have to write all the same."""


@dataclass(frozen=True)
class Shop:
    """A folder laid out as the repository is, with the plan `single` and notebooks that draw less often."""

    root: Path

    @property
    def plan(self) -> Path:
        return self.root / "data" / "raw" / "single"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def store(self) -> Store:
        return Store(self.root / "data" / "processed" / "single")

    @property
    def past(self) -> PastRuns:
        return PastRuns(self.root / "data" / "kept" / "single")

    def build(self) -> Built:
        with mock.patch("pipeline.report.pdf.write", return_value=(None, "left out by this test")):
            return build(
                self.plan,
                processed_root=self.root / "data" / "processed",
                reports_root=self.root / "reports",
                notebooks_folder=self.notebooks,
            )

    def chapter(self) -> str:
        page = (self.root / "reports" / "single" / "strategy.html").read_text(encoding="utf-8")
        return chapter_of(page, "changes")

    def moves(self) -> pd.DataFrame:
        return self.store.read("headline_moves").set_index("key")

    def main(self) -> dict[str, float]:
        return self.moves().loc[KEY, ["then", "now", "change", *PARTS]].to_dict()

    def assume(self, minutes: float) -> None:
        """So many minutes for each MRI scan."""
        path = self.plan / "standards.yaml"
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in entries:
            if entry["kind"] == "minutes":
                entry["value"] = minutes
        path.write_text(yaml.safe_dump(entries, sort_keys=False, allow_unicode=True), encoding="utf-8")

    def staff(self, wte: float) -> None:
        """So many radiographers in post."""
        write_core5(self.plan / "core5.csv", core5_line("RZ1", REGISTERED, RADIOGRAPHY, "Band 6", wte, 11))


def lay_out(root: Path) -> Shop:
    shop = Shop(root)
    tiny = PLANS["single"]
    shop.plan.mkdir(parents=True)
    write_plan(shop.plan, tiny.write(shop.plan), **{"base_month": "2024-08", **tiny.keys})
    shutil.copytree(NOTEBOOKS, shop.notebooks)
    replace_text(shop.notebooks / "scenario.ipynb", "draws: int = 1000 ", f"draws: int = {DRAWS} ")
    for stage, cells in WITHOUT.items():
        cut(shop.notebooks / f"{stage}.ipynb", cells)
    for stage in CALCULATE:
        show_nothing(shop.notebooks / f"{stage}.ipynb")
    return shop


def show_nothing(path: Path) -> None:
    """Leave of a notebook what it works out: cells that go to a chapter only show it."""
    book = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if not str(cell["metadata"].get("tags", "")).count("chapter:")]
    path.write_text(json.dumps({**book, "cells": cells}), encoding="utf-8")


def cut(path: Path, cells: str) -> None:
    """Leave of a notebook its opening alone, and what it has to write: no headline rests on the rest of it."""
    book = json.loads(path.read_text(encoding="utf-8"))
    parameters = next(cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", []))
    title = next(cell for cell in book["cells"] if cell["cell_type"] == "markdown")
    opened = {**parameters, "id": "opened", "metadata": {}, "source": OPENED.format(stage=path.stem) + cells}
    path.write_text(json.dumps({**book, "cells": [title, parameters, opened]}), encoding="utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the plan has been run once; copy it before changing it."""

    def make(root: Path) -> Path:
        lay_out(root / "shop").build()
        return root / "shop"

    return made_once(tmp_path_factory, "changes", make)


@pytest.fixture
def shop(first: Path, tmp_path: Path) -> Shop:
    """A copy, free to change, of the plan that has been run once."""
    shutil.copytree(first, tmp_path / "shop")
    return Shop(tmp_path / "shop")


def test_a_first_run_says_that_there_is_nothing_to_compare_with(first: Path) -> None:
    text = Shop(first).chapter()
    assert "This is the first strategy of the plan of which the inputs are kept" in text
    assert "No earlier strategy of this plan was signed off" in text


def test_one_assumption_takes_all_of_the_move_and_one_file_all_of_the_next(shop: Shop) -> None:
    shop.assume(66)
    shop.build()
    main = shop.main()
    assert abs(main["change"]) > 1
    assert (main["assumptions"], main["model"], main["data"]) == (main["now"] - main["then"], 0, 0)
    text = shop.chapter()
    assert "The assumptions changed; the data and the model did not." in text
    assert "Our minutes 60 66 as the default A test" in text
    page = (shop.root / "reports" / "single" / "strategy.html").read_bytes()

    again = shop.build()
    assert again.status == "fresh"
    assert (shop.root / "reports" / "single" / "strategy.html").read_bytes() == page

    shop.staff(11)
    shop.build()
    moved = shop.moves()
    assert moved["data"].tolist() == (moved["now"] - moved["then"]).tolist()
    assert moved[["model", "assumptions"]].to_numpy().tolist() == [[0.0, 0.0]] * len(moved)
    assert moved.loc["staff_in_post", "data"] == 1
    text = shop.chapter()
    assert "The data changed; the assumptions and the model did not." in text
    assert "core5.csv hchs_core5 changed" in text
    assert shop.build().status == "fresh"


def test_a_run_that_only_says_more_about_the_same_figures_goes_on_comparing_with_the_one_before(shop: Shop) -> None:
    shop.assume(66)
    shop.build()
    before = shop.moves()
    (shop.plan / "commentary").mkdir()
    (shop.plan / "commentary" / "changes.md").write_text("The minutes are those of the new audit.", encoding="utf-8")
    done = shop.build()
    assert [stage.name for stage in done.stages if stage.status == "built"] == ["document"]
    pd.testing.assert_frame_equal(shop.moves(), before)
    assert "The minutes are those of the new audit." in shop.chapter()


def test_a_change_of_all_three_is_split_and_adds_up(shop: Shop) -> None:
    (kept,) = shop.past.runs()
    shop.assume(66)
    shop.staff(11)
    replace_text(shop.notebooks / "scenario.ipynb", f"draws: int = {DRAWS} ", f"draws: int = {DRAWS + 10} ")
    shop.build()
    main = shop.main()
    new = plan_inputs(load_plan(shop.plan), read(shop.store))
    old = kept.inputs()
    by_model, by_both = (value(headlines_of(each, DRAWS + 10, 1)) for each in (old, old.assuming(new)))
    assert main["model"] == by_model - main["then"] != 0
    assert main["assumptions"] == by_both - by_model != 0
    assert main["data"] == main["now"] - by_both != 0
    assert sum(main[part] for part in PARTS) == pytest.approx(main["change"], abs=1e-9)
    assert "What the change comes from" in shop.chapter()


def test_working_an_unchanged_run_out_again_gives_its_headlines_bit_for_bit(
    first: Path, made: Callable[[str], Made]
) -> None:
    (kept,) = Shop(first).past.runs()
    pd.testing.assert_frame_equal(
        headlines_of(kept.inputs(), **drawn(Shop(first).notebooks)),
        Shop(first).store.read("headlines"),
        check_exact=True,
    )
    for name in ("full", "only_pay"):
        plan = made(name)
        found = headlines_of(plan_inputs(load_plan(plan.plan), read(plan.store)), **drawn(NOTEBOOKS))
        pd.testing.assert_frame_equal(found, plan.store.read("headlines"), check_exact=True)


def read(store: Store) -> dict[str, pd.DataFrame]:
    return {name: store.read(name) if store.has(name) else empty(name) for name in TABLES}


def value(headlines: pd.DataFrame) -> float:
    return float(headlines.set_index("key").loc[KEY, "value"])


def test_what_was_kept_and_is_damaged_is_told_and_stops_nothing(shop: Shop) -> None:
    shop.assume(66)
    shop.staff(11)
    (kept,) = shop.past.runs()
    table = next(path for path in kept.files if path.name.startswith(kept.facts["tables"]["staff"]))
    table.write_bytes(table.read_bytes()[:-1])
    shop.build()
    text = shop.chapter()
    assert "Tables that were kept of the earlier strategy are missing or were altered (staff)" in text
    assert "could not be split into data, assumptions and model" in text
    assert shop.moves()[PARTS].isna().all(axis=None)

    run = shop.past.folder / "runs" / f"{kept.id}.json"
    run.write_text(run.read_text(encoding="utf-8").replace('"value": 10.0', '"value": 11.0', 1), encoding="utf-8")
    shop.build()
    text = shop.chapter()
    assert f"What was kept of an earlier run is damaged or was altered ({kept.id}.json in data/kept)" in text
    assert "This is the first strategy of the plan of which the inputs are kept" in text


def test_inputs_of_a_time_that_this_code_no_longer_reads_leave_the_move_whole(shop: Shop) -> None:
    (kept,) = shop.past.runs()
    facts: dict[str, Any] = json.loads(json.dumps(kept.facts))
    facts["assumptions"][0]["a key of another time"] = 1
    shop.past.keep(facts, shop.store, [], 5)
    shop.assume(66)
    shop.staff(11)
    shop.build()
    text = shop.chapter()
    assert "cannot be worked out again with this version of the code" in text
    assert "Which assumptions changed cannot be said" in text
    assert abs(shop.main()["change"]) > 1
