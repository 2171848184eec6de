"""The case of one stock by PySD, looped over draws: prints person-months a second and staff at months 12 and 60.

`python peer_pysd.py MODEL DRAWS`, MODEL being one_stock.mdl.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pysd

STAFF, MONTHS = 200, 120


def main() -> None:
    draws = int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        model = pysd.read_vensim(shutil.copy(sys.argv[1], Path(folder) / "one_stock.mdl"))
        whole = model.run(return_columns=["staff"])["staff"]
        started = time.perf_counter()
        for draw in range(draws):
            model.run(params={"yearly chance": 0.08 + 0.04 * draw / draws}, return_columns=["staff"])
        seconds = time.perf_counter() - started
    found = {"person_months_a_second": STAFF * MONTHS * draws / seconds, "m12": whole[12], "m60": whole[60]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
