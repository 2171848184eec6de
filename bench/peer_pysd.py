"""The case of one stock by PySD, looped over draws of the yearly chance of leaving, checked at months 12 and 60.

`python peer_pysd.py DRAWS` prints one line of JSON. Person-months are nominal: people at the start x months x draws.
The model is one_stock.mdl, by Euler steps of a month, so it agrees with the closed form to rounding.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pysd

MODEL = Path(__file__).with_name("one_stock.mdl")
PEOPLE, JOINERS, MONTHS, CENTRAL, EITHER_SIDE = 200, 3, 120, 0.10, 0.02
CHECKED = (12, 60)


def closed_form(month: int) -> float:
    """Staff at the end of a month: those still there of the first, and of the joiners of each month since."""
    stays = (1 - CENTRAL) ** (1 / 12)
    return float(PEOPLE * stays**month + JOINERS * (1 - stays**month) / (1 - stays))


def main() -> None:
    draws = int(sys.argv[1])
    chances = [CENTRAL + EITHER_SIDE * (2 * (draw + 0.5) / draws - 1) for draw in range(draws)]
    # PySD writes its translation beside the model, which must not appear among our own files.
    with tempfile.TemporaryDirectory() as folder:
        model = pysd.read_vensim(shutil.copy(MODEL, Path(folder) / MODEL.name))
        central = model.run(params={"yearly chance": CENTRAL}, return_columns=["staff"])["staff"]
        started = time.perf_counter()
        for chance in chances:
            model.run(params={"yearly chance": chance}, return_columns=["staff"])
        seconds = time.perf_counter() - started
    line = {
        "name": "PySD, one stock looped over draws",
        "person_months_per_second": PEOPLE * MONTHS * draws / seconds,
        "seconds": seconds,
        "people": PEOPLE,
        "months": MONTHS,
        "draws": draws,
        "processes": 1,
        "check": {
            **{f"month_{month}": float(central[month]) for month in CHECKED},
            **{f"expected_month_{month}": closed_form(month) for month in CHECKED},
        },
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
