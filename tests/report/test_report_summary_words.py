"""The summary page in sentences: what they say follows from the figures, and adds up."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.model.scenarios import shipped_scenarios
from pipeline.report import summary_words
from pipeline.report.headlines import headlines

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "B_i*rch"}, frozenset(), frozenset(), ("endoscopy", "imaging", "labs"))
NO_PLAN = pd.DataFrame()
APRIL, MAY = pd.Timestamp("2025-04-30"), pd.Timestamp("2025-05-31")


def staff() -> pd.DataFrame:
    return pd.DataFrame({"month": [APRIL], "employer": ["AAA"], "pillar": ["imaging"], "wte": [120.4]})


def found(net: tuple[float, float, float] = (10.0, 23.0, 266.0), needed: float = 1000.0) -> summary_words.Found:
    """What the summary is made of, of a plan whose net gap is this (P10, P50, P90)."""
    compared = pd.DataFrame(
        {
            "scenario": ["Present trends go on"],
            "month": [MAY],
            **dict(zip(("gross_p10", "gross_p50", "gross_p90"), ([5.0], [62.0], [280.0]), strict=True)),
            **dict(zip(("net_p10", "net_p50", "net_p90"), ([each] for each in net), strict=True)),
            "needed_p50": [needed],
            "share_short": [0.56],
        }
    )
    register = pd.DataFrame({"Grade": ["placeholder"]})
    waiting = pd.DataFrame({"month": [APRIL], "waiting": [200], "waiting_6_plus": [50]})
    return summary_words.Found(headlines(staff(), waiting, compared, NO_PLAN, register, SCOPE), compared)


def paragraph(of: summary_words.Found, name: str) -> str:
    return next(each for each in summary_words.summary_sentences(of) if each.startswith(f"**{name}.**"))


def summary(net: tuple[float, float, float], needed: float = 1000.0, posts: pd.DataFrame | None = None) -> str:
    return paragraph(replace(found(net, needed), posts=posts), "The gap")


def posts(needed: list[float], funded: list[float]) -> pd.DataFrame:
    """Rows of posts_needed of professions that have nobody in post at the horizon."""
    both = pd.DataFrame({"needed": needed, "posts": funded})
    return both.assign(new=(both["needed"] - both["posts"]).clip(lower=0), to_fill=both["needed"])


def test_the_gap_of_the_summary_has_both_ranges_and_says_what_is_not_in_it() -> None:
    said = summary((10.0, 23.0, 266.0))
    assert "gross (P10 to P90: 5.0 to 280); net 23 (10 to 266)." in said
    assert "Clearing waiting lists and later centres are not in it; today's staff are taken to be" in said
    assert "what today's work needs, so empty posts do not add to it." in said
    assert "enough staff" not in said
    assert "funded" not in said


def test_a_summary_says_in_how_many_calculations_nobody_is_missing_in_all() -> None:
    assert "In 44 of 100 calculations there are enough staff in all, though not everywhere." in summary(
        (-183.0, 23.0, 266.0)
    )


def test_posts_that_one_profession_has_to_spare_are_not_anothers() -> None:
    more = summary((10.0, 23.0, 266.0), 1064.0, posts([700.0, 364.0], [600.4, 400.0]))
    assert "1,064 WTE are needed then and 1,000 are funded today, vacant training posts left out: at least 100 " in more
    assert "posts would be new, profession by profession, and the rest is people for posts there are." in more
    less = summary((10.0, 23.0, 266.0), 990.0, posts([690.0, 300.0], [700.0, 300.0]))
    assert "vacant training posts left out: people are what is missing, not posts." in less


def test_growth_that_came_with_centres_is_told_where_it_moves_the_gap() -> None:
    said = paragraph(replace(found(), with_centres=79.4), "The gap")
    assert "came with centres which opened once goes on in it; without that 79 WTE fewer would be missing" in said
    assert "opened once" not in paragraph(replace(found(), with_centres=0.4), "The gap")


def test_lists_are_told_by_pillar_with_those_that_grow_most_first() -> None:
    lists = pd.DataFrame(
        {
            "pillar": ["imaging", "endoscopy", "imaging"],
            "waiting": [100, 50, 20],
            "at_horizon": [60.4, 100.2, 10.0],
            "growth_known": [True, True, False],
        }
    )
    said = paragraph(replace(found(), lists=lists, standard=0.01), "Where we are")
    assert "the lists go in endoscopy from 50 to 100 and in imaging from 120 to 70." in said
    assert "By May 2025, if present trends go on" in said
    assert "the standard is 1.0%" in said
    assert "120 WTE (whole-time equivalents) of diagnostic staff" in said
    unknown = paragraph(replace(found(), lists=lists.assign(growth_known=False)), "Where we are")
    assert "the lists go" not in unknown
    assert "standard" not in unknown


def test_what_the_largest_growth_has_in_it_that_the_gap_leaves_out_is_said() -> None:
    largest = next(each for each in shipped_scenarios() if each.name == "largest_growth")
    beyond = pd.DataFrame({"scenario": [largest.label]})
    assert summary_words._in_it(beyond) == ", with clearing waiting lists and later centres in it"
    assert summary_words._in_it(beyond.assign(scenario="Another")) == summary_words._in_it(NO_PLAN) == ""


def test_the_plan_as_past_plans_came_out_is_told_where_it_is_further_off() -> None:
    both = pd.DataFrame({"gross_p50": [835.0, 993.0]})
    (said,) = summary_words.as_plans_turn_out(both)
    assert said == "If the plan falls short as past ones did, 993 WTE are needed beyond it."
    assert summary_words.as_plans_turn_out(both.assign(gross_p50=835.0)) == []
    assert summary_words.as_plans_turn_out(both.head(0)) == summary_words.as_plans_turn_out(None) == []


def test_what_a_summary_says_of_the_reasons_adds_up_to_the_gap() -> None:
    wte = {"growth": 352.0, "demography": 101.0, "productivity": -109.0, "left": 1700.0, "hired": -1800.0, "bank": 34.0}
    parts = pd.DataFrame({"part": list(wte), "wte": list(wte.values())})
    (said,) = summary_words._drivers(parts)
    assert said == (
        "Growth of tests asks for 352 WTE more and an older population for 101; a higher output of each WTE "
        "saves 109. Meanwhile 1,700 WTE leave and 1,800 come; bank, agency, hours and all else make 34: 278 in all, "
        "net, as a mean."
    )
    (without,) = summary_words._drivers(parts[parts["part"] != "bank"])
    assert without.endswith("1,700 WTE leave and 1,800 come: 244 in all, net, as a mean.")


@pytest.mark.parametrize(("ends", "held"), [("2027-03-31", " (held as at its end, March 2027)"), ("2030-04-30", "")])
def test_a_plan_that_ends_before_the_horizon_is_said_to_be_held(ends: str, held: str) -> None:
    beyond = pd.DataFrame({"ends": [pd.Timestamp(ends)], "month": [pd.Timestamp("2030-04-30")]})
    label = "needed beyond the operational plan by April 2030"
    told = summary_words.held_after_its_end(label, beyond)
    assert told == f"needed beyond the operational plan{held} by April 2030"
    assert summary_words.held_after_its_end(label, None) == summary_words.held_after_its_end(label, NO_PLAN) == label
