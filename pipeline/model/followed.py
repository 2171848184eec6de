"""Staff who were followed before: scenarios that differ in need alone have the same staff in the same draws."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.system import Course

LATEST = 2
"""Of how many courses, beside the first, staff are kept: each takes tens of MB in 1,000 draws."""


class Followed:
    """The staff of one system by block of draws, for the first course that was followed and the latest few.

    The first is the baseline, to which scenarios come back most often. What is kept is only read.
    """

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], dict[bytes, Drawn]] = {}

    def drawn(self, course: Course, seed: int, first: int, follow: Callable[[], Drawn]) -> Drawn:
        """The staff of a course from draw number `first` on: those kept, or as `follow` finds them."""
        kept = self._blocks.setdefault((seed, first), {})
        mark = _mark(course)
        found = kept.get(mark)
        if found is None:
            found = follow()
            for array in found:
                array.flags.writeable = False
        elif mark != next(iter(kept)):
            # What was asked for last stands last.
            del kept[mark]
        kept.setdefault(mark, found)
        while len(kept) > 1 + LATEST:
            del kept[list(kept)[1]]
        return found


def _mark(course: Course) -> bytes:
    """What tells a course from any other: its numbers and their shapes."""
    seen = hashlib.blake2b()
    for array in course:
        seen.update(f"{array.shape} {array.dtype}".encode())
        seen.update(np.ascontiguousarray(array).data)
    return seen.digest()
