"""A small fictional strategy, made once: four executed notebooks, rendered, and a browser to open it in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure as Chart
from nbformat import NotebookNode

from pipeline.plan import Plan, load_plan
from pipeline.report import display, words
from pipeline.report.compose import Rendered, render

PLAN = """
name: Westmarch ICS <script>alert(1)</script>
ics: [QZZ]
employers: {{RZ1: Westmarch Infirmary, RZ2: "=cmd() Trust](javascript:alert(1))"}}
base_month: 2025-10
sources: [{{reader: hchs_core5, path: staff.csv}}]
governance: {{board: Diagnostic delivery board, analyst: the workforce analysis team}}
sign_off: {{status: {status}, version: "0.3", approver: A. Chair, date: 2025-11-20}}
"""
HOSTILE = '<script>alert(1)</script> & =cmd() [x](javascript:alert(1)) "quoted"'
PROFESSIONS = [
    ("Imaging", "Diagnostic radiographer"),
    ("Imaging", "Clinical radiologist"),
    ("Imaging", "Assistant practitioner, radiography"),
    ("Labs", "Blood sciences"),
    ("Labs", "Cellular sciences"),
    ("Labs", "Genetics"),
    ("Physiological", "Cardiac, vascular, respiratory and sleep sciences"),
    ("Physiological", "Neurosensory sciences"),
]


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A fictional plan with hostile names."""
    return write_plan(tmp_path_factory.mktemp("plans") / "westmarch")


def write_plan(folder: Path, status: str = "FOR APPROVAL") -> Plan:
    folder.mkdir(parents=True)
    (folder / "staff.csv").write_text("staff", encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN.format(status=status), encoding="utf-8")
    return load_plan(folder)


@pytest.fixture(scope="session")
def strategy(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The rendered strategy document."""
    folder = tmp_path_factory.mktemp("report")
    facts = {
        "run_id": "2025-11-21-a1b2c3",
        "made": "2025-11-21",
        "code": {"version": "0.1.0", "dirty": True},
        "placeholders": 4,
    }
    return render(plan, write_notebooks(folder / "notebooks"), folder / "out", facts)


def write_notebooks(folder: Path) -> dict[str, Path]:
    folder.mkdir()
    books = {"ingest": _ingest(), "metrics": _metrics(), "scenario": _scenario(), "evidence": _evidence()}
    books["action_plan"] = _action_plan()
    for stage, cells in books.items():
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{stage}.ipynb")
    return {stage: folder / f"{stage}.ipynb" for stage in books}


def prose_cell(text: str, chapter: str = "") -> NotebookNode:
    return nbformat.v4.new_markdown_cell(text, metadata=_tags(chapter))


def shown_cell(source: str, *shown: display.Shown, chapter: str = "") -> NotebookNode:
    """An executed code cell that showed these things, as a kernel would have recorded them."""
    outputs = [
        nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        for data, metadata in (one._repr_mimebundle_() for one in shown)
    ]
    return nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=1, metadata=_tags(chapter))


def printed_cell(source: str, text: str) -> NotebookNode:
    output = nbformat.v4.new_output("stream", name="stdout", text=text)
    return nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)


def _tags(chapter: str) -> dict[str, Any]:
    return {"tags": [f"chapter:{chapter}"]} if chapter else {}


def line_chart() -> Chart:
    fig = Chart(figsize=(8, 4), layout="constrained")
    axes = fig.subplots()
    waits = _waits()
    for name, colour in (("imaging", "#12436D"), ("endoscopy", "#801650")):
        axes.plot(waits["month"], waits[name] * 100, color=colour, linewidth=2)
        axes.annotate(
            name.capitalize(),
            (waits["month"].iloc[-1], waits[name].iloc[-1] * 100),
            xytext=(6, 0),
            textcoords="offset points",
            color=colour,
            va="center",
        )
    axes.set_ylabel("Waiting six weeks or more (%)", rotation=0, ha="left", y=1.03)
    axes.set_ylim(0)
    axes.spines[["top", "right"]].set_visible(False)
    return fig


def bar_chart() -> Chart:
    fig = Chart(figsize=(8, 3), layout="constrained")
    axes = fig.subplots()
    axes.barh(["Labs", "Physiological", "Imaging"], [42, 31, 96], color="#12436D")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("Whole-time equivalents short, October 2030")
    return fig


def _waits() -> pd.DataFrame:
    months = pd.date_range("2024-11-30", periods=12, freq="ME")
    shares = [0.21, 0.22, 0.24, 0.23, 0.21, 0.20, 0.20, 0.19, 0.21, 0.22, 0.20, 0.19]
    return pd.DataFrame({"month": months, "imaging": shares, "endoscopy": [share + 0.06 for share in shares]})


def _staff() -> pd.DataFrame:
    rows = [
        (employer, pillar, profession, band, 12.35 * (index + 1) / (4 if band == "Band 7" else 1), 14 * (index + 1))
        for employer in ("Westmarch Infirmary", "=cmd() Trust](javascript:alert(1))")
        for index, (pillar, profession) in enumerate(PROFESSIONS)
        for band in ("Band 6", "Band 7")
    ]
    return pd.DataFrame(rows, columns=["employer", "pillar", "profession", "band", "wte", "headcount"])


def _ingest() -> list[NotebookNode]:
    sources = pd.DataFrame(
        {
            "file": ["staff.csv", "waits.xls", HOSTILE],
            "publisher": ["NHS England", "NHS England", "Local"],
            "period": pd.to_datetime(["2025-10-31", "2025-09-30", None]),
            "rows": pd.array([12345, 678, None], dtype="Int64"),
        }
    )
    return [
        prose_cell("# Ingest\n\nReads the files of the plan into tables.\n\n## Files\n\nEach file is read once."),
        nbformat.v4.new_code_cell("plan_folder: str = 'data/raw/westmarch'  # the plan", execution_count=1),
        printed_cell("print('read 3 files')", "read 3 files\n"),
        shown_cell(
            "table(sources, caption='Files that were read')",
            display.table(sources, caption="Files that were read"),
            chapter="sources",
        ),
        shown_cell(
            "table(employers)",
            display.table(
                pd.DataFrame({"employer": ["Infirmary", "Hospital", HOSTILE], "code": ["RZ1", "RZ2", "RZ3"]}),
                caption="Employers in this plan",
            ),
            chapter="scope",
        ),
        prose_cell("## Audience, scope, governance and sign-off\n\nThe plan covers two employers.", "scope"),
    ]


def _metrics() -> list[NotebookNode]:
    staff = _staff()
    by_pillar = staff.groupby("pillar", as_index=False)[["wte", "headcount"]].sum()
    by_pillar = pd.concat(
        [by_pillar, pd.DataFrame([["Total", *by_pillar[["wte", "headcount"]].sum()]], columns=by_pillar.columns)]
    )
    waits = _waits()
    return [
        prose_cell("# Metrics\n\nWhat the tables say today."),
        prose_cell("#### Staff in post\n\nStaff are counted **once**, where they are employed.", "workforce"),
        shown_cell(
            "table(by_pillar)",
            display.say(f"{display.MARK.capitalize()} figures: {words.wte(9.94)} WTE at {words.plain(HOSTILE)}."),
            display.table(by_pillar, caption="Staff in post by pillar, October 2025", formats={"headcount": "count"}),
            display.table(staff, caption=f"Staff in post by employer, profession and band {HOSTILE}", note="Rounded."),
            chapter="workforce",
        ),
        shown_cell(
            "show(waits)",
            display.show(
                line_chart(),
                title=f"One in five wait more than six weeks {HOSTILE}",
                alt=f"A line chart of two pillars over twelve months; both end a little lower. {HOSTILE}",
                data=waits,
                formats={"imaging": "percent", "endoscopy": "percent"},
                note="Source: DM01, NHS England.",
            ),
            chapter="demand",
        ),
        prose_cell(
            "### Where the waits are\n\nMost are in endoscopy.\n\n- first\n- second\n\n1. one\n2. two", "demand"
        ),
        shown_cell("missing('the plan')", display.missing(HOSTILE, would_supply="each trust's plan"), chapter="plan"),
    ]


def _scenario() -> list[NotebookNode]:
    gap = pd.DataFrame({"pillar": ["Imaging", "Physiological", "Labs"], "gap": [96.2, 31.4, 42.0]})
    figures = [
        ("169", "WTE short by October 2030", "between 120 and 231 in eight runs of ten"),
        ("21.4%", "wait six weeks or more", "the standard is 1%"),
        ("£8.2 million", "a year to close the gap", ""),
    ]
    return [
        prose_cell("# Scenario\n\nWhat may come."),
        shown_cell(
            "key_figures(figures)",
            display.key_figures(figures),
            display.say(
                "The four pillars employ 1,111 WTE, 12 more than a year ago. Demand grows faster than staff.",
                "By October 2030 the largest gap is in **imaging**, where 96 WTE more are needed than are likely.",
            ),
            display.callout(
                "Decision asked of the board", "Approve the action plan and its first-year cost of £1.9 million."
            ),
            display.show(
                bar_chart(),
                title="Imaging is short of 96 WTE by 2030",
                alt="Bars: imaging 96, labs 42, physiological 31 WTE short.",
                data=gap,
            ),
            chapter="summary",
        ),
        shown_cell("say()", display.say("### Six scenarios", "The gap ranges widely."), chapter="scenarios"),
    ]


def _evidence() -> list[NotebookNode]:
    return [
        prose_cell("# How sure\n\nWhat was tested."),
        shown_cell("say()", display.say("No forecast has come due."), chapter="confidence"),
    ]


def _action_plan() -> list[NotebookNode]:
    actions = pd.DataFrame(
        {
            "action": ["Train reporting radiographers", "Share a bank across employers", "Return to practice"],
            "owner": ["Head of imaging", "Chief people officer", "Education lead"],
            "level": ["ICS", "ICS", "Employer"],
            "start": [dt.date(2026, 4, 3), dt.date(2026, 9, 1), dt.date(2027, 1, 5)],
            "cost": [245000.0, 18000.5, None],
            "wte_effect": [9.94, 4.25, -0.04],
        }
    )
    return [
        prose_cell("# Action plan\n\nWhat to do."),
        shown_cell(
            "table(actions)",
            display.table(actions, caption="Actions, by start", formats={"cost": "money"}),
            chapter="actions",
        ),
        shown_cell("missing()", display.missing("sickness", "sickness_absence", "pay_afc"), chapter="risks"),
    ]
