"""Which of the posts that the need asks for are funded already and empty, and which would be new."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.model.gap_ahead import middle_of_all
from pipeline.model.outcome import Outcome
from pipeline.model.staff_ahead import StaffAhead, in_post_path
from pipeline.report.disclosure import Disclosed
from pipeline.report.narrative import name_pillars
from pipeline.report.words import month, wte, wte_written
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte

BY = ["pillar", "profession"]
POSTS_NOTE = (
    "Needed, there (in post at their output, with bank and agency) and in post are the middles of the calculations. "
    "Vacant: funded less in post; below zero more are in post than funded. New: needed less funded. To fill: needed "
    "less in post, as if there were no bank or agency. Nothing below zero is counted in the last two, whose last row "
    "adds up the professions above it; its other middles are of the whole. Funded posts are as in the table of staff "
    "in post."
)


def posts_needed(gaps: pd.DataFrame, in_post: pd.DataFrame) -> pd.DataFrame:
    """Posts by profession at the horizon, WTE; most to fill first.

    Takes gap_ahead.gap_by and staff_ahead.in_post_by, both by pillar and profession. Returns pillar, profession,
    in_post (now), posts (funded), needed, there and then (in post at the horizon), all P50, and vacant = posts - then,
    new = needed - posts and to_fill = needed - then, the last two never below zero.
    """
    then = in_post[[*BY, "posts", "p50"]].rename(columns={"p50": "then"})
    both = gaps[[*BY, "in_post", "needed", "there"]].merge(then, on=BY)
    counted = both.assign(
        vacant=both["posts"] - both["then"],
        new=(both["needed"] - both["posts"]).clip(lower=0.0),
        to_fill=(both["needed"] - both["then"]).clip(lower=0.0),
    )
    return counted.sort_values("to_fill", ascending=False, ignore_index=True)


def posts_of_all(found: Outcome, ahead: StaffAhead) -> dict[str, float]:
    """The columns of posts_needed that are middles, of all professions together; and in_post and posts."""
    return {
        **{name: float(ahead.cells[name].sum()) for name in ("in_post", "posts")},
        **{name: middle_of_all(getattr(found.by_month, name), -1) for name in ("needed", "there")},
        "then": float(in_post_path(ahead)["p50"].iloc[-1]),
    }


def new_posts(posts: pd.DataFrame) -> float:
    """WTE of posts to fill that are not funded, profession by profession. Takes rows of posts_needed."""
    return float(posts[["new", "to_fill"]].min(axis="columns").sum())


def posts_sentences(
    posts: pd.DataFrame, whole: Mapping[str, float], horizon: pd.Timestamp, posts_known: bool
) -> list[str]:
    """How many of the posts to fill are funded and empty, and how many would be new, by profession and in all.

    Takes the rows of posts_needed that a reader may see, and the result of posts_of_all. `posts_known` is whether the
    funded posts of all teams are on file.
    """
    if not posts_known:
        return ["Which of the posts that are needed are funded cannot be said, since no file has all funded posts."]
    to_fill = float(posts["to_fill"].sum())
    new = new_posts(posts)
    funded = wte_written(to_fill) - wte_written(new)
    if to_fill < 1:
        return [f"In {month(horizon)} every profession has as many staff in post as it needs."]
    told = (
        f"To have all who are needed in post in {month(horizon)}, without bank or agency, **{wte(to_fill)} WTE of "
        f"posts must be filled: {wte(funded)} of them are funded and empty, and {wte(new)} would be new**, each "
        "profession's need above its funded posts added up."
    )
    return [f"{told} {_in_all(whole['needed'], whole['posts'])}"]


def _in_all(needed: float, funded: float) -> str:
    """The same set against professions with posts to spare."""
    more = wte_written(needed) - wte_written(funded)
    if more > 0:
        return (
            f"Set against professions with more posts than they need, at least {wte(more)} would be new in all; that "
            "many are enough only if a funded post can be turned into one of another profession."
        )
    return "In all, as many posts are funded as are needed, but not all in the professions that need them."


def posts_table(posts: pd.DataFrame, whole: Mapping[str, float], held: HeldWte = NOTHING_HELD) -> Disclosed:
    """The posts by profession and of all, for a reader, without those of small teams.

    Takes the results of posts_needed and posts_of_all.
    """
    shown = held.rows(name_pillars(posts), posts)
    sums = shown.frame[["new", "to_fill"]].sum()
    total = {"profession": "All", "pillar": "All", **whole, "vacant": whole["posts"] - whole["then"], **sums}
    frame = pd.concat([shown.frame, pd.DataFrame([total])], ignore_index=True)
    hidden = shown.hidden.reset_index(drop=True).reindex(frame.index, fill_value=False)
    names = {
        "posts": "funded_posts",
        "needed": "needed_p50",
        "there": "there_p50",
        "then": "in_post_then",
        "vacant": "vacant_then",
        "new": "new_posts_needed",
        "to_fill": "posts_to_fill",
    }
    order = ["profession", "pillar", "in_post", *names]
    return Disclosed(frame[order].rename(columns=names), hidden[order].rename(columns=names), shown.says)
