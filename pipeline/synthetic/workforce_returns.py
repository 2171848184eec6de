"""What each employer sends about its workforce and its own tests: frames by employer and table."""

from __future__ import annotations

import pandas as pd

from pipeline.synthetic.laboratory import local_activity
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import smallest_employer
from pipeline.synthetic.returns_staff import ESTABLISHMENT, MOVEMENTS, STAFF, establishment, movements, staff
from pipeline.synthetic.temporary import temporary_staff

Frames = dict[str, pd.DataFrame]
"""Frames by table, with the columns that a sender fills in."""


def workforce_returns(recipe: Recipe) -> dict[str, Frames]:
    """Frames by employer code and table: establishment, movements, temporary staff and own tests.

    The employer that has no extract of its staff records to send sends its staff as well.
    """
    whole = {
        ESTABLISHMENT: (establishment(recipe), "employer"),
        MOVEMENTS: (movements(recipe), "employer"),
        "temporary_staff": (temporary_staff(recipe), "employer"),
        "activity": (local_activity(recipe), "provider"),
    }
    codes = [trust.code for trust in places(recipe).employers]
    made: dict[str, Frames] = {code: _of(code, whole) for code in codes}
    made[smallest_employer(recipe)][STAFF] = staff(recipe, smallest_employer(recipe))
    return made


def _of(code: str, whole: dict[str, tuple[pd.DataFrame, str]]) -> Frames:
    return {name: frame[frame[column] == code].reset_index(drop=True) for name, (frame, column) in whole.items()}
