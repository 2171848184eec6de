"""The whole sample, from its seed."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.synthetic.writers_cdc import write_cdc
from pipeline.synthetic.writers_codes import write_codes
from pipeline.synthetic.writers_did import write_did
from pipeline.synthetic.writers_dm01 import write_dm01
from pipeline.synthetic.writers_gp import write_gp
from pipeline.synthetic.writers_hchs import write_hchs
from pipeline.synthetic.writers_plan import TRUTH, write_plan
from pipeline.synthetic.writers_staff import write_sickness, write_staff

FOLDERS = ("cdc", "did", "dm01", "gp", "ods", "pay", "sickness", "workforce")


def make_sample(folder: Path, seed: int = 1) -> None:
    """Write the sample plan into a folder, in place of the sample that is there. The same seed gives the same bytes.

    Raises FileExistsError for a folder that holds anything but a sample: it may be somebody's plan.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / TRUTH).is_file():
        raise FileExistsError(f"{folder} holds files that are not the sample; choose an empty folder")
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    write_dm01(folder, seed)
    write_hchs(folder, seed)
    write_staff(folder, seed)
    write_did(folder, seed)
    write_sickness(folder, seed)
    write_cdc(folder)
    write_gp(folder)
    write_codes(folder)
    write_plan(folder, seed)
