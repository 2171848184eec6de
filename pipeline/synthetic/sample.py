"""A whole fictional plan, from its recipe."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.plan import SAFE_NAME
from pipeline.problems import InputRefused, Problem
from pipeline.schema import Sender
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.registers import board_returns
from pipeline.synthetic.training import training_returns
from pipeline.synthetic.workforce_returns import Frames, workforce_returns
from pipeline.synthetic.writers_cdc import write_cdc
from pipeline.synthetic.writers_codes import write_codes
from pipeline.synthetic.writers_did import write_did
from pipeline.synthetic.writers_dm01 import write_dm01
from pipeline.synthetic.writers_esr import write_esr
from pipeline.synthetic.writers_gp import write_gp
from pipeline.synthetic.writers_hchs import write_hchs
from pipeline.synthetic.writers_operational_plan import write_operational_plan
from pipeline.synthetic.writers_plan import TRUTH, write_plan
from pipeline.synthetic.writers_staff import write_sickness, write_staff

FOLDERS = (
    "cdc",
    "commentary",
    "did",
    "dm01",
    "gp",
    "ods",
    "pay",
    "plan",
    "returns",
    "scenarios",
    "sickness",
    "workforce",
)


def synthesise_plan(plans: Path, name: str, recipe: Recipe) -> Path:
    """Write a fictional plan into a folder of its name below `plans`; the folder.

    Raises InputRefused for a name that no plan can have, and as `synthesise` does.
    """
    if not SAFE_NAME.fullmatch(name):
        rule = "a plan's name starts with a letter or digit and may hold only letters, digits, - and _ (at most 64)"
        raise InputRefused([Problem(file="workforce synthesise", key="NAME", value=name, rule=rule)])
    synthesise(plans / name, recipe)
    return plans / name


def synthesise(folder: Path, recipe: Recipe) -> None:
    """Write a fictional plan into a folder, in place of one that is there. The same recipe gives the same bytes.

    Raises InputRefused for a folder that holds anything but a fictional plan: it may be somebody's.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / TRUTH).is_file():
        rule = "this folder holds files that are not a fictional plan, and they stay; choose another name"
        raise InputRefused([Problem(file=str(folder), rule=rule)])
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    write_dm01(folder, recipe)
    write_hchs(folder, recipe)
    write_staff(folder, recipe)
    write_esr(folder, recipe)
    write_operational_plan(folder, recipe)
    write_did(folder, recipe)
    write_sickness(folder, recipe)
    write_cdc(folder, recipe)
    write_gp(folder, recipe)
    write_codes(folder, recipe)
    # Last, because the plan names the kinds of file that are there.
    write_plan(folder, recipe)


def sender_frames(recipe: Recipe) -> dict[tuple[Sender, str], Frames]:
    """What each sender's workbook holds: frames by table, for each kind of sender and code.

    Every source of frames is one line here; tables of one sender from several sources come together.
    """
    sources: list[dict[tuple[Sender, str], Frames]] = [
        {("employer", code): frames for code, frames in workforce_returns(recipe).items()},
        board_returns(recipe),
        training_returns(recipe),
    ]
    together: dict[tuple[Sender, str], Frames] = {}
    for source in sources:
        for sender, frames in source.items():
            together.setdefault(sender, {}).update(frames)
    return together
