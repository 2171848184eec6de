"""Labels find places: near their points, never on one another, the same each time."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from pipeline.charts.placement import Box, place_labels, spread_out

pytestmark = pytest.mark.unit

SIZE = (0.2, 0.08)


def test_a_label_alone_stands_to_the_right_of_its_point() -> None:
    assert place_labels([(0.3, 0.5)], [SIZE], [], 0.02) == [Box(0.32, 0.46, 0.52, 0.54)]


def test_a_label_at_the_right_edge_stands_to_the_left_of_its_point() -> None:
    (box,) = place_labels([(0.95, 0.5)], [SIZE], [], 0.02)
    assert (round(box.left, 3), round(box.right, 3)) == (0.73, 0.93)


@pytest.mark.parametrize("count", [2, 5, 8])
def test_labels_of_points_in_one_place_lie_on_no_label_and_no_point(count: int) -> None:
    points = [(0.5 + 0.001 * number, 0.5) for number in range(count)]
    boxes = place_labels(points, [SIZE] * count, [], 0.02)
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert not any(box.holds(point) for box in boxes for point in points)
    assert all(box.left >= -1e-6 and box.right <= 1 + 1e-6 for box in boxes)
    assert place_labels(points, [SIZE] * count, [], 0.02) == boxes


def test_a_label_goes_where_it_covers_fewer_other_dots() -> None:
    crowd = [(0.4, 0.5), (0.45, 0.51), (0.5, 0.49)]
    (box,) = place_labels([(0.3, 0.5)], [SIZE], crowd, 0.02)
    assert not any(box.holds(dot) for dot in crowd)


def test_a_label_larger_than_the_axes_still_has_a_place() -> None:
    assert len(place_labels([(0.5, 0.5)], [(1.5, 0.1)], [], 0.02)) == 1


def test_heights_that_are_apart_stay_and_others_move_as_little_as_they_must() -> None:
    assert spread_out([0.1, 0.5, 0.9], 0.2) == pytest.approx([0.1, 0.5, 0.9])
    assert spread_out([0.5, 0.5], 0.2) == pytest.approx([0.4, 0.6])
    assert spread_out([0.9, 0.5, 0.5], 0.2) == pytest.approx([0.9, 0.4, 0.6])


def test_neighbours_are_apart_in_the_order_they_were() -> None:
    placed = spread_out([0.3, 0.31, 0.33, 0.6], 0.1)
    assert placed == sorted(placed)
    assert all(upper - lower >= 0.1 - 1e-9 for lower, upper in pairwise(placed))


def test_nothing_to_place_gives_nothing() -> None:
    assert place_labels([], [], [], 0.02) == []
    assert spread_out([], 0.1) == []


def test_a_leader_line_does_not_run_over_another_labelled_point() -> None:
    points = [(0.5, 0.5), (0.56, 0.5), (0.62, 0.5), (0.68, 0.5)]
    boxes = place_labels(points, [SIZE] * 4, [], 0.02)
    for point, box in zip(points, boxes, strict=True):
        x, y = box.nearest(point)
        along = [(x + (point[0] - x) * step / 50, y + (point[1] - y) * step / 50) for step in range(51)]
        others = [Box(a - 0.02, b - 0.02, a + 0.02, b + 0.02) for a, b in points if (a, b) != point]
        assert not any(other.holds(place) for other in others for place in along)
