"""What notebooks may show, and what is refused."""

from __future__ import annotations

import base64
import html
import re
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure as Chart

from pipeline.reference import source_cards
from pipeline.report import display
from pipeline.report.disclosure import protect

pytestmark = pytest.mark.unit

HOSTILE = "<script>alert(1)</script> =cmd() ](javascript:alert(1)) \"x\" onload='y'"
DATA = pd.DataFrame({"pillar": ["imaging", "labs"], "wte": [96.2, 4.25]})


def _chart() -> Chart:
    fig = Chart(figsize=(4, 2))
    fig.subplots().plot([1, 2, 3])
    return fig


def _show(**changes: Any) -> display.Figure:
    arguments: dict[str, Any] = {"title": "Imaging is short", "alt": "Two bars, imaging the longer.", "data": DATA}
    return display.show(_chart(), **{**arguments, **changes})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alt": ""}, "no alt text"),
        ({"alt": " \n"}, "no alt text"),
        ({"alt": "Imaging is short"}, "only repeats its title"),
        ({"alt": "imaging is SHORT."}, "only repeats its title"),
        ({"title": " "}, "needs a title"),
        ({"title": "L" * (display.LONGEST_TITLE + 1)}, "at most 160 letters long; this one begins 'LLLL"),
        ({"data": DATA[:0]}, "has no data"),
        ({"data": pd.DataFrame()}, "has no data"),
    ],
)
def test_a_figure_without_description_title_or_data_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        _show(**changes)


def test_a_title_may_be_as_long_as_is_allowed() -> None:
    longest = "L" * display.LONGEST_TITLE
    assert longest in _show(title=longest).html


def test_alt_and_data_cannot_be_left_out() -> None:
    with pytest.raises(TypeError, match="alt"):
        display.show(_chart(), title="t", data=DATA)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="data"):
        display.show(_chart(), title="t", alt="a")  # type: ignore[call-arg]


def test_a_figure_has_its_title_its_description_and_its_data_one_click_away() -> None:
    page = _show(note="Source: the plan.").html
    assert re.search(r"<figure.*<figcaption>.*Imaging is short.*</figcaption>", page)
    assert 'alt="Two bars, imaging the longer."' in page
    assert re.search(r"<details.*<summary>Data of this figure.*<table>.*imaging.*96.*</table>.*</details>", page)
    assert "Source: the plan." in page


def test_a_figure_is_an_svg_inside_the_page_and_the_same_every_time() -> None:
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', _show().html)
    assert image is not None
    svg = base64.b64decode(image[1]).decode("utf-8")
    assert svg.startswith("<svg")
    assert "dc:date" not in svg
    assert "DOCTYPE" not in svg
    assert _show().html == _show().html


def test_the_size_of_a_figure_is_known_before_it_is_drawn() -> None:
    size = re.search(r'width="(\d+)" height="(\d+)"|height="(\d+)" width="(\d+)"', _show().html)
    assert size is not None
    assert all(100 < int(side) < 500 for side in size.groups() if side)


def test_pyplot_does_not_show_a_figure_a_second_time() -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    fig, axes = pyplot.subplots()
    axes.plot([1, 2])
    display.show(fig, title="A line", alt="It rises.", data=DATA)
    assert pyplot.get_fignums() == []


def test_hostile_text_in_a_figure_is_shown_and_never_run() -> None:
    page = _show(title=HOSTILE, alt=f"It says {HOSTILE}", note=HOSTILE).html
    assert "<script" not in page
    alt = re.search(r'alt="([^"]*)"', page)
    assert alt is not None
    assert html.unescape(alt[1]) == f"It says {HOSTILE}"
    assert html.unescape(page).count(HOSTILE) == 7


def test_the_data_of_a_figure_passes_the_disclosure_rule() -> None:
    page = _show(data=pd.DataFrame({"trust": ["a"], "people": [3]}), rule="hes_2018").html
    assert ">3<" not in page
    assert "* stands for a count from 1 to 7" in page


def test_a_table_takes_a_rule_or_a_protected_frame_but_not_both() -> None:
    frame = pd.DataFrame({"trust": ["a"], "people": [3]})
    assert ">3<" not in display.table(frame, caption="Staff", rule="hes_2018").html
    protected = protect(frame, rule="hes_2018")
    assert ">3<" not in display.table(protected, caption="Staff").html
    assert "3" not in display.table(protected, caption="Staff").text.split("\n", 1)[1]
    with pytest.raises(ValueError, match="give the rule once"):
        display.table(protected, caption="Staff", rule="hes_2018")


def test_sentences_are_markdown_and_names_in_them_are_data() -> None:
    shown = display.say("There are **12 WTE** at <script>alert(1)</script>.", "", "Second.")
    assert "<strong>12 WTE</strong>" in shown.html
    assert "&lt;script&gt;" in shown.html
    assert shown.html.count("<p>") == 2


def test_saying_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        display.say("", " ")


def test_what_is_missing_names_the_file_that_would_supply_it() -> None:
    card = source_cards()["sickness_absence"]
    page = display.missing("sickness", "sickness_absence", would_supply="each trust's own records").html
    assert "This chapter could not show sickness." in page
    assert f'<a href="{html.escape(card.page)}">{html.escape(card.title)}</a>, published by {card.publisher}' in page
    assert "each trust&#x27;s own records" in page


def test_what_nobody_publishes_is_named_without_a_link() -> None:
    card = source_cards()["operational_plan"]
    page = display.missing("the operational plan", "operational_plan").html
    assert f"<li>{html.escape(card.title)}, from the plan&#x27;s own senders, which supplies" in page
    assert "<a " not in page


def test_what_is_missing_must_say_what_would_supply_it() -> None:
    with pytest.raises(ValueError, match="say which file"):
        display.missing("sickness")
    with pytest.raises(ValueError, match="no source card is called nonsense"):
        display.missing("sickness", "nonsense")


def test_key_figures_give_value_label_and_note() -> None:
    page = display.key_figures([("169", "WTE short", "120 to 231"), ("1.2%", HOSTILE, "")]).html
    assert page.count("<li>") == 2
    assert page.count("wf-key-note") == 1
    assert "<script" not in page
    with pytest.raises(ValueError, match="value and a label"):
        display.key_figures([("169", "", "")])


def test_a_callout_needs_something_to_say() -> None:
    assert "<strong>Decision</strong>" in display.callout("Decision", "Approve *it*.").html
    with pytest.raises(ValueError, match="callout"):
        display.callout("Decision", "")


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (display.say("a"), "words"),
        (display.table(DATA, caption="c"), "table"),
        (display.key_figures([("1", "a", "")]), "key_figures"),
    ],
)
def test_what_is_shown_carries_its_mark_its_style_and_plain_text(shown: display.Shown, kind: str) -> None:
    data, metadata = shown._repr_mimebundle_()
    assert metadata == {display.MARK: {"kind": kind}}
    assert data["text/html"].startswith("<style>")
    assert data["text/html"].endswith(shown.html)
    assert data["text/plain"] == repr(shown) != ""
