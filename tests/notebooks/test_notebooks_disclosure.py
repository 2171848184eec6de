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


def planned() -> list[dict[str, object]]:
    """An operational plan whose outturn is the staff of the last month."""
    now = records()
    teams = now[now["month"] == LAST].groupby(["employer", "pillar", "profession"], as_index=False)["wte"].sum()
    kinds = (("baseline", "2024-03-31", 0.9), ("planned", "2024-08-31", 1.1), ("outturn", "2024-08-31", 1.0))
    return [
        {"employer": row.employer, "pillar": row.pillar, "profession": row.profession, "cycle": "2024/25"}
        | {"kind": kind, "month": pd.Timestamp(month), "wte": round(row.wte * times, 3)}
        for row in teams.itertuples()
        for kind, month, times in kinds
    ]


def cover() -> list[dict[str, object]]:
    """Agency radiographers at one employer, who are many, and one immunologist's locum."""
    whom = ((RADIOGRAPHERS, "imaging", 14.0), (IMMUNOLOGISTS, "labs", 0.7))
    return [
        {"month": month, "employer": "RZ1", "pillar": pillar, "profession": who, "kind": "agency"}
        | {"wte": number, "cost": number * 9000.0}
        for month in MONTHS[1:]
        for who, pillar, number in whom
    ]


ROUTE = {"route": "Radiography degree", "pillar": "imaging", "profession": RADIOGRAPHERS, "length_months": 36} | {
    **{"completes": 0.8, "joins_nhs": 0.75, "stays_local": 0.5, "participation": 0.9, "lag_months": 2},
    **{"supervision_hours_week": 4.0, "placement_cap": 60},
}
BEGAN = ((2022, 7), (2023, 31))


def intakes() -> list[dict[str, object]]:
    """Seven who began in one year and thirty-one in the next."""
    return [
        {"route": ROUTE["route"], "education_provider": "ZZU1", "starts_on": pd.Timestamp(f"{year}-09-30")}
        | {"ends_on": pd.Timestamp(f"{year + 3}-08-31"), "places": 35, "starters": number}
        for year, number in BEGAN
    ]


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
    for name, rows in (("planned_wte", planned()), ("temporary_staff", cover()), ("training_intakes", intakes())):
        store.write(name, table(name, rows), [origin])
    store.write("training_routes", table("training_routes", [ROUTE]), [origin])
    ran = {"ingest": folder / "notebooks" / "ingest.ipynb"}
    for stage in ("metrics", "scenario", "evidence", "action_plan"):
        ran[stage] = folder / f"{stage}.ipynb"
        run_notebook(
            NOTEBOOKS / f"{stage}.ipynb", ran[stage], {"plan_folder": str(full.plan), "processed_folder": str(folder)}
        )
    with mock.patch("pipeline.report.pdf.write", return_value=(None, "left out by this test")):
        rendered = render(load_plan(full.plan), ran, root / "report", {}, store)
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


def rows_of(page: str, caption: str) -> dict[str, list[str]]:
    """The rows of a table of a page by their first cell."""
    (found,) = re.findall(rf"<table>(?:(?!</table>).)*?{caption}.*?</table>", page, re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", found, re.DOTALL)[1:]
    said = [[visible(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)] for row in rows]
    return {row[0]: row[1:] for row in said}


def test_outturn_of_a_small_profession_is_hidden_and_its_plan_is_not(pages: dict[str, str]) -> None:
    _, base, plan, outturn, difference, _ = rows_of(pages["strategy.html"], "Plan and outturn by profession")[NUCLEAR]
    assert all("hidden" in word for word in (base, outturn, difference))
    assert plan == wte(3 * 0.8 * 1.1)


def test_a_locum_is_hidden_with_what_they_cost_and_the_total_less_the_others_does_not_tell(
    pages: dict[str, str],
) -> None:
    rows = rows_of(pages["strategy.html"], "Bank and agency by profession")
    assert all("hidden" in word for word in rows[IMMUNOLOGISTS][2:])
    others_hidden = all("hidden" in word for word in rows[RADIOGRAPHERS][2:])
    assert others_hidden or "few WTE of agency" in visible(pages["strategy.html"])


def test_what_an_intake_of_few_people_brings_is_in_no_table_nor_total(pages: dict[str, str]) -> None:
    (row,) = rows_of(pages["strategy.html"], "WTE expected in post here by the financial year").values()
    few, many = (wte(number * 0.8 * 0.75 * 0.5 * 0.9) for _, number in BEGAN)
    assert "hidden" in row[1]
    assert "hidden" in row[-1]
    assert many in row
    assert few not in row
    assert "1 intake of few people is not counted here." in visible(pages["strategy.html"])


def test_pay_is_told_to_the_nearest_million_where_small_teams_are_in_it(pages: dict[str, str]) -> None:
    rows = rows_of(pages["strategy.html"], "What staff cost a year in August 2024")
    assert all(word.endswith(".00") for row in rows.values() for word in row[1:] if "hidden" not in word)
