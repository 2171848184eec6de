"""Where labels go so that none lies on another: pure geometry in shares of the axes, from (0, 0) to (1, 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

STEPS = 40
"""Places tried across the axes and up them when there is no room beside a point."""
COVERED = 0.02
"""What covering one other dot costs, as the length of a leader line: better a little further off than on top."""
LONG = 2.0
"""How much faster than its length the cost of a leader line grows."""
CROSSED = 0.15
"""What crossing a leader line or another label costs, in the same measure."""
SAMPLES = 24
"""Places looked at along a leader line to see what it runs over."""
Place = tuple[float, float]
Line = tuple[Place, Place]


class Box(NamedTuple):
    """A rectangle by its edges."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )  # fmt: skip

    def holds(self, place: Place) -> bool:
        """Whether a place lies inside."""
        return self.left < place[0] < self.right and self.bottom < place[1] < self.top

    def nearest(self, place: Place) -> Place:
        """The place of the box that is nearest to one outside, where a leader line begins."""
        return min(max(place[0], self.left), self.right), min(max(place[1], self.bottom), self.top)

    def distance(self, place: Place) -> float:
        """From the nearest edge to a place, nothing where it lies inside."""
        x, y = self.nearest(place)
        return float(((x - place[0]) ** 2 + (y - place[1]) ** 2) ** 0.5)


def place_labels(points: Sequence[Place], sizes: Sequence[Place], others: Sequence[Place], gap: float) -> list[Box]:
    """A box of each size (width, height) for each point: as near as can be, on no other label and no labelled point.

    Points from left to right choose in turn: right, left, above, below, then the nearest free place, with a small cost
    for each of `others` covered and a larger one where a leader line would cross another, a label or a labelled point.
    `gap` is what stays clear about such a point. The same input gives the same boxes. Where there is no free place at
    all, the label lies where it meets the fewest.
    """
    marks = [Box(x - gap, y - gap, x + gap, y + gap) for x, y in points]
    placed: dict[int, Box] = {}
    for number in sorted(range(len(points)), key=lambda one: (points[one], one)):
        point, drawn = points[number], [(box, (box.nearest(points[one]), points[one])) for one, box in placed.items()]
        tried = _ranked(_candidates(point, sizes[number], gap), point, [*placed.values(), *marks], others)
        placed[number] = _best(tried, point, drawn, marks)
    return [placed[number] for number in range(len(points))]


def _best(
    tried: Sequence[tuple[int, float, Box]], point: Place, drawn: Sequence[tuple[Box, Line]], marks: Sequence[Box]
) -> Box:
    """The cheapest place with what its leader line crosses; they come cheapest first, so that the rest can be left."""
    least, best = (len(marks) * 2 + 1, 0.0), tried[0][2]
    for met, cost, box in tried:
        if (met, cost) >= least:
            break
        whole = (met, cost + CROSSED * _crossings(box, point, drawn, marks))
        if whole < least:
            least, best = whole, box
    return best


def _ranked(
    boxes: Sequence[Box], point: Place, taken: Sequence[Box], others: Sequence[Place]
) -> list[tuple[int, float, Box]]:
    """Each box with how many it meets and what it costs by itself, best first."""
    costs = [
        (
            sum(box.meets(other) for other in taken),
            _reach(box.distance(point)) + COVERED * sum(box.holds(other) for other in others),
            box,
        )
        for box in boxes
    ]
    return sorted(costs, key=lambda cost: cost[:2])


def _reach(distance: float) -> float:
    """What a leader line of a length costs: a long one is harder to follow than two short ones."""
    return distance + LONG * distance**2


def _crossings(box: Box, point: Place, drawn: Sequence[tuple[Box, Line]], marks: Sequence[Box]) -> int:
    """How often the line from a box to its point, or the box itself, lies over labels, lines and other points."""
    line = (box.nearest(point), point)
    over_labels = sum(_over(label, line) + _over(box, leader) + _cross(line, leader) for label, leader in drawn)
    return over_labels + sum(_over(mark, line) for mark in marks if not mark.holds(point))


def _over(box: Box, line: Line) -> bool:
    (x, y), (to_x, to_y) = line
    steps = [step / SAMPLES for step in range(SAMPLES + 1)]
    return any(box.holds((x + (to_x - x) * step, y + (to_y - y) * step)) for step in steps)


def _cross(one: Line, other: Line) -> bool:
    return _sides(one, other) and _sides(other, one)


def _sides(line: Line, other: Line) -> bool:
    """Whether the ends of the other line lie on different sides of this one."""
    (x, y), (to_x, to_y) = line
    first, second = ((to_x - x) * (end[1] - y) - (to_y - y) * (end[0] - x) for end in other)
    return first * second < 0


def _candidates(point: Place, size: Place, gap: float) -> list[Box]:
    (x, y), (width, height) = point, size
    beside = [
        (x + gap, y - height / 2),
        (x - gap - width, y - height / 2),
        (x - width / 2, y + gap),
        (x - width / 2, y - gap - height),
    ]
    across, up = max(1 - width, 0.0) / STEPS, max(1 - height, 0.0) / STEPS
    anywhere = [(column * across, row * up) for column in range(STEPS + 1) for row in range(STEPS + 1)]
    boxes = [Box(left, bottom, left + width, bottom + height) for left, bottom in [*beside, *anywhere]]
    return [box for box in boxes if _inside(box)] or boxes[-1:]


def _inside(box: Box) -> bool:
    edge = 1e-9
    return box.left >= -edge and box.bottom >= -edge and box.right <= 1 + edge and box.top <= 1 + edge


def spread_out(heights: Sequence[float], apart: float) -> list[float]:
    """The heights, each moved no more than it must so that neighbours stand `apart`; their order stays.

    Neighbours that are too near form a block about the mean of what they wanted, as in isotonic regression.
    """
    order = sorted(range(len(heights)), key=lambda number: (heights[number], number))
    blocks: list[list[float]] = []
    for step, number in enumerate(order):
        blocks.append([heights[number] - step * apart])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    moved = [_mean(block) for block in blocks for _ in block]
    placed = [0.0] * len(heights)
    for step, number in enumerate(order):
        placed[number] = moved[step] + step * apart
    return placed


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
