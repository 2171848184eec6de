"""What managers of fictional services send, in systems of several sizes, as it would be read."""

from __future__ import annotations

from functools import cache

import pandas as pd

from pipeline.schema import Sender
from pipeline.synthetic.local import service_returns
from pipeline.synthetic.places import base_month
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.workforce_returns import Frames
from pipeline.tables import validate

RECIPE = Recipe(staff=4000, employers=5, seed=1)
RECIPES = [RECIPE, Recipe(500, 2, 1), Recipe(1500, 3, 4), Recipe(20_000, 12, 2)]
BASE = pd.Timestamp(base_month())
WEEKS_A_YEAR = 365.25 / 7


@cache
def sent(recipe: Recipe) -> dict[tuple[Sender, str], Frames]:
    """Frames by sender and table."""
    return service_returns(recipe)


@cache
def whole(name: str, recipe: Recipe = RECIPE) -> pd.DataFrame:
    """A table of all senders together."""
    frames = [
        tables[name].assign(file=f"{kind}-{code}.xlsx", sheet=name, row=range(2, len(tables[name]) + 2))
        for (kind, code), tables in sent(recipe).items()
        if name in tables
    ]
    return validate(name, pd.concat(frames, ignore_index=True))
