"""The workbooks that employers, hosts of centres, education providers and the board sent back, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.schema import Sender
from pipeline.sources.intake.senders import PlanSender
from pipeline.sources.intake.template import write_workbook
from pipeline.sources.mapping import default_mapping
from pipeline.sources.vocabulary import words_of
from pipeline.synthetic.files import CREATED
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.workforce_returns import Frames
from pipeline.synthetic.writers_plan import plan_words_of


def write_returns(folder: Path, recipe: Recipe, frames: Mapping[tuple[Sender, str], Frames]) -> None:
    """Write returns/<kind>-<code>.xlsx for each sender, as the template makes it and with its rows filled in."""
    plan = plan_words_of(folder, recipe)
    words = words_of(plan["employers"], default_mapping(), _together(frames))
    for (kind, code), rows in frames.items():
        names = {**plan["employers"], **plan["education_providers"]}
        sender = PlanSender(kind, code, names.get(code, f"Integrated care board {code}"))
        path = folder / "returns" / f"{kind}-{code}.xlsx"
        write_workbook(path, sender, folder.name, plan["name"], words, rows, CREATED)


def _together(frames: Mapping[tuple[Sender, str], Frames]) -> dict[str, pd.DataFrame]:
    names = {name for rows in frames.values() for name in rows}
    return {name: pd.concat([rows[name] for rows in frames.values() if name in rows]) for name in sorted(names)}
