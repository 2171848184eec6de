"""Under a disclosure rule no small number of people, nor the WTE of a small team, is on any page of a strategy."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from notebook_runs import NOTEBOOKS, Made, visible
from notebook_tables import LAST, MONTHS, table
from small_files import TRUSTS

from pipeline.plan import load_plan
from pipeline.report.compose import render
from pipeline.report.disclosure import rules
from pipeline.run.notebook import run_notebook
from pipeline.store import Origin, Store

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

Make = Callable[[str], Made]
RULE = "threshold_n"
FEW = rules()[RULE].hide_to
RADIOGRAPHERS, RADIOLOGISTS = "Diagnostic radiographers", "Clinical radiologists"
BLOOD, IMMUNOLOGISTS = "Healthcare scientists: blood sciences", "Immunologists"
NURSES, NUCLEAR = "Endoscopy nurses and support staff", "Nuclear medicine doctors"
# Pillar, staff group, profession, band, and people by employer in three ages.
TEAMS = [
    ("imaging", "Allied health professionals", RADIOGRAPHERS, "6", {"RZ1": (31, 22, 12), "RZ2": (23, 14, 11)}),
    ("imaging", "Allied health professionals", RADIOGRAPHERS, "8a", {"RZ1": (0, 3, 2), "RZ2": (0, 2, 0)}),
    ("imaging", "Medical and dental", RADIOLOGISTS, "Consultant", {"RZ1": (11, 12, 13), "RZ2": (4, 11, 2)}),
    ("imaging", "Medical and dental", NUCLEAR, "Consultant", {"RZ1": (0, 2, 1), "RZ2": (0, 0, 0)}),
    ("labs", "Healthcare scientists", BLOOD, "6", {"RZ1": (21, 24, 13), "RZ2": (5, 2, 1)}),
    ("labs", "Medical and dental", IMMUNOLOGISTS, "Consultant", {"RZ1": (0, 1, 0), "RZ2": (0, 3, 1)}),
    ("endoscopy", "Nursing and midwifery", NURSES, "5", {"RZ1": (13, 14, 3), "RZ2": (12, 11, 0)}),
]
AGES = ("30-34", "45-49", "55-59")
LEAVERS = {RADIOGRAPHERS: 23, RADIOLOGISTS: 5, BLOOD: 12, IMMUNOLOGISTS: 1, NURSES: 3}


@dataclass(frozen=True)
class Small:
    """A number that may not be said, and the words that must not stand beside it."""

    words: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table on a page: every word that says what it is of, and what stands in it."""

    of: str
    said: str


def records() -> pd.DataFrame:
    rows = []
    for month in MONTHS:
        for number, (pillar, group, profession, band, people) in enumerate(TEAMS):
            for employer, by_age in people.items():
                for age, heads in zip(AGES, by_age, strict=True):
                    wte = round(heads * (0.71 + 0.03 * number + (0.017 if employer == "RZ2" else 0)), 3)
                    row = {"month": month, "employer": employer, "pillar": pillar, "staff_group": group, "band": band}
                    every = {"dataset": "esr", "discipline": "All", "level": "All", "contract": "All"}
                    rows.append(
                        {**row, **every, "profession": profession, "age_band": age, "headcount": heads, "wte": wte}
                    )
    return table("staff", [row for row in rows if row["headcount"]])


def movements() -> pd.DataFrame:
    pillars = {profession: pillar for pillar, _, profession, _, _ in TEAMS}
    rows = []
    for profession, people in LEAVERS.items():
        for number in range(people):
            employer = "RZ2" if number % 4 == 3 else "RZ1"
            reason = ["resignation", "retirement", "transfer within the system", "ill health"][min(number % 7, 3)]
            rows.append(
                {"month": MONTHS[1 + number % 12], "employer": employer, "pillar": pillars[profession]}
                | {"profession": profession, "band": "6", "age_band": "45-49", "kind": "leaver", "reason": reason}
                | {"headcount": 1, "wte": 1.0}
            )
    frame = pd.DataFrame(rows)
    keys = ["month", "employer", "pillar", "profession", "band", "age_band", "kind", "reason"]
    summed = frame.groupby(keys, as_index=False)[["headcount", "wte"]].sum()
    return table("movements", summed.to_dict("records"))


@pytest.fixture(scope="module")
def pages(made: Make, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page of the strategy of the full plan, with records of small teams under a rule."""
    full, root = made("full"), tmp_path_factory.mktemp("held")
    folder = root / "full"
    shutil.copytree(full.store.folder, folder)
    store = Store(folder)
    origin = Origin("records.csv", "0", 1, "esr_extract", "Records", "the plan's own senders", "own", "", "", RULE)
    store.write("staff", records(), [origin])
    store.write("movements", movements(), [origin])
    ran = {"ingest": folder / "notebooks" / "ingest.ipynb"}
    for stage in ("metrics", "scenario", "evidence", "action_plan"):
        ran[stage] = folder / f"{stage}.ipynb"
        run_notebook(
            NOTEBOOKS / f"{stage}.ipynb", ran[stage], {"plan_folder": str(full.plan), "processed_folder": str(folder)}
        )
    with mock.patch("pipeline.report.pdf.write", return_value=(None, "left out by this test")):
        rendered = render(load_plan(full.plan), ran, root / "report", {})
    assert rendered.html.is_file()
    return {path.name: path.read_text(encoding="utf-8") for path in Path(rendered.html.parent).glob("*.html")}


def wte(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}"


def small_teams() -> list[Small]:
    """WTE and people of every team, profession and band of a profession that has few people."""
    now = records()
    now = now[now["month"] == LAST].assign(
        band=lambda rows: rows["band"].map(lambda band: f"Band {band}" if band[0].isdigit() else band)
    )
    now["employer"] = now["employer"].map(TRUSTS)
    found = []
    for by in (["profession", "employer"], ["profession"], ["profession", "band"]):
        summed = now.groupby(by)[["headcount", "wte"]].sum()
        for key, row in summed[summed["headcount"] <= FEW].iterrows():
            names = (key,) if isinstance(key, str) else tuple(key)
            found += [Small(names, wte(row["wte"])), Small((*names, "people"), str(int(row["headcount"])))]
    return found


def small_counts() -> list[Small]:
    """People of small age groups, and leavers of professions and reasons that few left for."""
    now = records()
    now = now[now["month"] == LAST]
    aged = now.groupby(["pillar", "age_band"])["headcount"].sum()
    older = now[now["age_band"] == AGES[-1]].groupby("profession")["headcount"].sum()
    left = movements().groupby("profession")["headcount"].sum()
    titles = {"imaging": "Imaging", "labs": "Laboratories", "endoscopy": "Endoscopy"}
    return [
        *(
            Small((titles[pillar], age, "Headcount"), str(number))
            for (pillar, age), number in aged.items()
            if number <= FEW
        ),
        *(Small((name, "Aged 55 and over"), str(number)) for name, number in older.items() if number <= FEW),
        *(Small((name, "Leavers"), str(number)) for name, number in left.items() if number <= FEW),
    ]


def cells(page: str) -> Iterator[Cell]:
    """Every cell of every table of a page, with its caption, the heading above it and the rest of its row."""
    for found in re.finditer(r"<table>.*?</table>", page, re.DOTALL):
        caption = visible(re.search(r"<caption>.*?</caption>", found[0], re.DOTALL)[0])  # type: ignore[index]
        heads = [visible(head) for head in re.findall(r'<th scope="col".*?</th>', found[0], re.DOTALL)]
        body = re.search(r"<tbody>.*?</tbody>", found[0], re.DOTALL)
        for row in re.findall(r"<tr.*?</tr>", body[0] if body else "", re.DOTALL):
            said = [visible(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)]
            names = [word for word in said if re.search(r"[A-Za-z]{3}|\d-\d", word)]
            for head, word in zip(heads, said, strict=False):
                yield Cell(" ".join([caption, head, *names]), word)


def test_no_table_has_the_number_of_a_small_team_beside_its_name(pages: dict[str, str]) -> None:
    small = [*small_teams(), *small_counts()]
    assert len(small) >= 25
    shown = [cell for page in pages.values() for cell in cells(page)]
    assert len(shown) > 1000
    told = [
        (each, cell)
        for each in small
        for cell in shown
        if cell.said == each.said and all(word.casefold() in cell.of.casefold() for word in each.words)
    ]
    assert not told


def test_no_sentence_nor_description_of_a_figure_has_it_either(pages: dict[str, str]) -> None:
    without_tables = [re.sub(r"<table>.*?</table>", " ", page, flags=re.DOTALL) for page in pages.values()]
    sentences = [one for page in without_tables for one in re.split(r"(?<=[.:;])\s", visible(html.unescape(page)))]
    names = [each for each in small_teams() if "people" not in each.words]
    told = [
        (each, sentence)
        for each in names
        for sentence in sentences
        if all(word.casefold() in sentence.casefold() for word in each.words)
        and re.search(rf"(?<![\d.,]){re.escape(each.said)}(?![\d.,]*\d)", sentence)
    ]
    assert len(sentences) > 100
    assert not told


def test_what_is_hidden_cannot_be_got_by_taking_the_others_from_a_total(pages: dict[str, str]) -> None:
    (wide,) = re.findall(
        r"<table>(?:(?!</table>).)*?WTE in post by profession and employer.*?</table>",
        pages["strategy.html"],
        re.DOTALL,
    )
    rows = re.findall(r"<tr.*?</tr>", wide, re.DOTALL)[1:]
    numbers = [[visible(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)][1:] for row in rows]
    stars = np.array([["hidden" in word for word in row] for row in numbers])
    assert stars.any()
    # A row with its total shown has no star alone.
    assert all(row[:-1].sum() != 1 for row in stars if not row[-1])
