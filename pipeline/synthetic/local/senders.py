"""Who sends which of the tables: frames by sender and table."""

from __future__ import annotations

from pipeline.schema import Sender
from pipeline.synthetic.local.capacity import room_rows, rota_rows, skill_mix, standards
from pipeline.synthetic.local.centres import centre_frames
from pipeline.synthetic.local.frames import Frames, filled_frames
from pipeline.synthetic.local.population import population_projection, practices
from pipeline.synthetic.local.reporting import reporting_rows
from pipeline.synthetic.local.system import Employer, board, employers_of
from pipeline.synthetic.recipe import Recipe


def service_returns(recipe: Recipe) -> dict[tuple[Sender, str], Frames]:
    """Frames by sender and table, with the columns that a sender fills in."""
    employers: dict[tuple[Sender, str], Frames] = {
        ("employer", one.code): _employer_frames(recipe.seed, one) for one in employers_of(recipe)
    }
    hosts: dict[tuple[Sender, str], Frames] = {
        ("cdc_host", code): frames for code, frames in centre_frames(recipe).items()
    }
    return {**employers, **hosts, ("icb", board(recipe)): _board_frames(recipe)}


def _employer_frames(seed: int, employer: Employer) -> Frames:
    return filled_frames(
        rooms=room_rows(employer), rota_posts=rota_rows(employer), reporting=reporting_rows(seed, employer)
    )


def _board_frames(recipe: Recipe) -> Frames:
    return {
        "skill_mix": skill_mix(),
        "standards": standards(),
        "population_projection": population_projection(recipe),
        "practices": practices(recipe),
    }
