"""The last check before publication: a number that a rule hides is found wherever it stands, and no other is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure as Chart
from pptx import Presentation

from pipeline.plan import Plan, load_plan
from pipeline.report import compose, deck_parts, display, pdf, sweep, tables, workbook
from pipeline.report.cells import DocumentRefused
from pipeline.report.deck_look import Box
from pipeline.report.read_back import Grid, Sentence, of_page, of_slides, of_workbook
from pipeline.report.unsaid import Unsaid, unsaid
from pipeline.store import Origin, Store
from pipeline.tables import empty

pytestmark = pytest.mark.unit

ALDER, GENETICS = "Alder Hospitals", "Genetic scientists"
TEAM = (frozenset({"zz1", ALDER.casefold()}), frozenset({GENETICS.casefold()}))
FOUND = [
    Unsaid(TEAM, "wte", 2.62),
    Unsaid(TEAM, "people", 3.0),
    Unsaid(TEAM[1:], "leavers", 4.0),
    Unsaid((TEAM[1], frozenset({"band 6"})), "wte", 1.8),
]
NAMES = ["zz1", ALDER.casefold(), "birch hospitals", GENETICS.casefold(), "immunologists"]
CAPTION = "WTE in post by profession and employer"


def told(*shown: Grid | Sentence) -> list[str]:
    return list(sweep.told_by(FOUND, NAMES, shown))


def of_html(frame: pd.DataFrame, caption: str) -> list[str]:
    return told(*of_page("strategy.html", display.table(frame, caption=caption).html))


def wide(**columns: float) -> pd.DataFrame:
    return pd.DataFrame({"profession": [GENETICS], **{name: [value] for name, value in columns.items()}})


class TestTables:
    def test_a_number_in_the_row_and_column_of_its_team_is_found_and_the_message_says_where_and_not_what(self) -> None:
        (said,) = of_html(wide(**{ALDER: 2.62, "Birch Hospitals": 40.0}), CAPTION)
        assert said.startswith(f"strategy.html, “{CAPTION}”, row 1, column “{ALDER}”")
        assert said.endswith(f"{ALDER.casefold()}, {GENETICS.casefold()}")
        assert "2.6" not in said

    @pytest.mark.parametrize(
        ("frame", "caption"),
        [
            (wide(**{"Birch Hospitals": 2.62}), CAPTION),
            (wide(**{ALDER: 2.8}), CAPTION),
            (pd.DataFrame({"profession": ["Immunologists"], ALDER: [2.62]}), CAPTION),
            (pd.DataFrame({"employer": [ALDER], "profession": [GENETICS], "funded_wte": [2.62]}), "Funded posts, WTE"),
            (pd.DataFrame({"employer": [ALDER], "profession": [GENETICS], "wte": [2.62]}), "Rooms and their WTE"),
            (pd.DataFrame({"profession": [GENETICS], "joiners": [4], "leavers": [12]}), "Joiners and leavers"),
        ],
    )
    def test_the_same_number_of_something_else_is_no_alarm(self, frame: pd.DataFrame, caption: str) -> None:
        assert not of_html(frame, caption)

    @pytest.mark.parametrize(
        ("frame", "caption"),
        [
            (pd.DataFrame({"employer": [ALDER], "profession": [GENETICS], "in_post": [2.6]}), "Vacancies by team"),
            (pd.DataFrame({"profession": [GENETICS], "headcount": [3]}), f"Staff at {ALDER}"),
            (pd.DataFrame({"profession": [GENETICS], "leavers": [4]}), "Joiners and leavers"),
            (pd.DataFrame({"profession": [GENETICS], "band": ["Band 6"], "in_post": [1.8]}), "By band"),
            (pd.DataFrame({"profession": [GENETICS], "outturn": [1.8]}), "Plan and outturn of Band 6"),
        ],
    )
    def test_columns_that_count_staff_are_known_by_their_headings(self, frame: pd.DataFrame, caption: str) -> None:
        assert len(of_html(frame, caption)) == 1

    def test_a_hidden_cell_is_no_number(self) -> None:
        frame = wide(**{ALDER: 2.62})
        hidden = pd.DataFrame({"profession": [False], ALDER: [True]})
        shown = display.Disclosed(frame.mask(hidden), hidden, "* hidden")
        assert not told(*of_page("p", display.table(shown, caption=CAPTION).html))


class TestFiguresAndSentences:
    def figure(self, alt: str, data: pd.DataFrame) -> list[str]:
        fig = Chart(figsize=(3, 2))
        fig.subplots().plot([1, 2])
        return told(*of_page("p", display.show(fig, title="Staff in post by profession", alt=alt, data=data).html))

    def test_the_data_and_the_description_of_a_figure_are_read(self) -> None:
        plain = pd.DataFrame({"profession": ["Immunologists"], "wte": [20.0]})
        assert len(self.figure(f"At {ALDER}, {GENETICS} have 2.6 WTE.", plain)) == 1
        own = pd.DataFrame({"employer": [ALDER], "profession": [GENETICS], "wte": [2.62]})
        assert len(self.figure("Bars of staff.", own)) == 1

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            (f"At {ALDER}, {GENETICS} are 3 people.", 1),
            (f"{GENETICS} at ZZ1: 2.6 WTE in post.", 1),
            (f"Of {GENETICS}, 4 leavers went.", 1),
            (f"At {ALDER}, {GENETICS} have 2.6 WTE funded.", 0),
            (f"At {ALDER} there are many {GENETICS}; immunologists are 3 people.", 0),
            (f"{GENETICS} are 3 people.", 0),
            (f"At {ALDER}, {GENETICS} are 13 people.", 0),
        ],
    )
    def test_a_number_is_bound_to_the_name_before_it(self, text: str, number: int) -> None:
        assert len(told(*of_page("p", f"<p>{text}</p>"))) == number

    def test_the_headlines_of_the_run_record_are_read(self) -> None:
        rows = [
            {"value": 3.0, "label": f"people in post: {GENETICS} at {ALDER}"},
            {"value": 2.62, "label": f"WTE in post of {GENETICS} at {ALDER}"},
            {"value": 2.62, "label": f"WTE needed of {GENETICS} at {ALDER}"},
        ]
        assert len(told(*sweep.published([], {}, {"headlines": rows}))) == 2


class TestFiles:
    FRAME = pd.DataFrame({"employer": [ALDER], "profession": [GENETICS], "in_post": [2.62], "funded_wte": [2.62]})

    def test_the_cells_of_a_workbook_are_read_with_all_their_decimals(self, tmp_path: Path) -> None:
        (carried,) = display.table(self.FRAME, caption="Posts and staff").held
        path = workbook.write(
            tmp_path / "s.xlsx", [], pd.DataFrame(), [workbook.Sheet("Table 4.1", "4", carried)], title="T", made=""
        )
        (said,) = told(*of_workbook(path))
        assert said.startswith("s.xlsx, sheet Table 4.1, row 1, column “In post”")

    def test_the_tables_of_slides_are_read(self, tmp_path: Path) -> None:
        made = Presentation()
        slide = deck_parts.slide(made, "Posts and staff", "foot", "notes")
        arranged = tables.arrange(self.FRAME)
        deck_parts.table(slide, Box(1, 1, 6, 3), arranged, (1, 1, 1, 1), "Posts and staff")
        made.save(str(tmp_path / "d.pptx"))
        (said,) = told(*of_slides(tmp_path / "d.pptx"))
        assert said.startswith("d.pptx, slide 1")


def staff(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    every = {"month": pd.Timestamp("2025-10-31"), "pillar": "labs", "dataset": "esr", "band": "6"}
    words = dict.fromkeys(("staff_group", "discipline", "level", "contract", "age_band"), "All")
    made = [{**every, **words, "employer": at, "profession": who, "headcount": n, "wte": w} for at, who, n, w in rows]
    return pd.DataFrame(made).reindex(columns=empty("staff").columns)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    folder = tmp_path / "raw" / "alder"
    folder.mkdir(parents=True)
    (folder / "staff.csv").write_text("staff", encoding="utf-8")
    text = f"name: Alder\nics: [QZZ]\nemployers: {{ZZ1: {ALDER}, ZZ2: Birch Hospitals}}\nbase_month: 2025-10\n"
    (folder / "plan.yaml").write_text(text + "sources: [{reader: esr_extract, path: staff.csv}]\n", encoding="utf-8")
    return load_plan(folder)


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[str], Store]:
    def with_rule(rule: str) -> Store:
        store = Store(tmp_path / "processed" / "alder")
        origin = Origin("staff.csv", "0", 1, "esr_extract", "Records", "own", "own", "", "", rule)
        rows = staff(("ZZ1", GENETICS, 3, 2.62), ("ZZ2", GENETICS, 30, 27.0), ("ZZ1", "Immunologists", 40, 38.0))
        store.write("staff", rows, [origin])
        return store

    return with_rule


def test_what_may_not_be_said_is_worked_out_from_the_tables_and_the_rules_of_their_files(
    plan: Plan, kept: Callable[[str], Store]
) -> None:
    assert {(each.whose, each.measure, each.number) for each in unsaid(plan, kept("threshold_n"))} == {
        (f"{ALDER}, {GENETICS}".casefold(), "wte", 2.62),
        (f"{ALDER}, {GENETICS}".casefold(), "people", 3.0),
    }
    assert unsaid(plan, kept("none")) == []


@pytest.mark.parametrize(("rule", "refused"), [("threshold_n", True), ("none", False)])
def test_a_strategy_with_such_a_number_is_not_made(
    plan: Plan,
    kept: Callable[[str], Store],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
    refused: bool,
) -> None:
    for name in ("write", "write_fitting"):
        monkeypatch.setattr(pdf, name, lambda *_: (None, "not printed in this test"))
    data, metadata = display.table(wide(**{ALDER: 2.62}), caption=CAPTION)._repr_mimebundle_()
    shown = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    cell = nbformat.v4.new_code_cell(
        "show()", outputs=[shown], execution_count=1, metadata={"tags": ["chapter:demand"]}
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "metrics.ipynb")

    def render() -> None:
        compose.render(plan, {"metrics": tmp_path / "metrics.ipynb"}, tmp_path / "out", {}, kept(rule))

    if not refused:
        render()
        return
    with pytest.raises(DocumentRefused) as stopped:
        render()
    # On the page of the strategy, in the annex of its notebook and in the workbook.
    places = str(stopped.value).splitlines()[1:]
    assert [place.split(",")[0] for place in places] == ["strategy.html", "annex-metrics.html", "strategy.xlsx"]
