"""Making a plan that lies in shared storage."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pipeline.commands.plans import FAILED, REFUSED
from pipeline.console import say


def with_shared(address: str, plan: str, home: Path, make: Callable[[], int]) -> int:
    """Fetch a plan into the workspace, make its strategy, and give back what was made; the exit code.

    What a failed run had done is given back as well, so that the next one goes on from there; its report is not.
    """
    from pipeline.run.shared import Shared

    place = Shared(address)
    try:
        if not place.has(plan):
            say(f"{plan}: refused. There is no plan of this name in {address}/data/raw", to=sys.stderr)
            return REFUSED
        place.fetch(plan, home)
        code = make()
        place.give_back(plan, home)
    except (OSError, ValueError) as error:
        say(f"{plan}: failed. The shared place {address} could not be used: {error}", to=sys.stderr)
        return FAILED
    return code
