"""Assumptions that are varied together."""

from __future__ import annotations

from typing import get_args

import pytest
from small_settings import rich

from pipeline.assumptions import Assumption, StaffKind, WorkKind, default_assumptions
from pipeline.evidence.groups import group_of, groups, numbers, streams_by_group
from pipeline.model.draws import streams_of
from pipeline.model.plan_setting import NEVER_DRAWN

pytestmark = pytest.mark.unit


def assumption(kind: str, **more: object) -> Assumption:
    words = {"label": kind, "unit": "x", "grade": "published", "source": "made up", "from": "2025-01-01"}
    return Assumption.model_validate({"kind": kind, "value": 0.5, "low": 0.4, "high": 0.6, **words, **more})


class TestGroups:
    def test_every_kind_of_assumption_that_is_drawn_has_one(self) -> None:
        named = [name for group in groups() for name in group.kinds]
        assert len(named) == len(set(named))
        kinds = {*get_args(WorkKind), *get_args(StaffKind)} - set(NEVER_DRAWN)
        assert kinds == {name.split(" / ")[0] for name in named}
        assert kinds == {name for name in named if " / " not in name}

    def test_every_assumption_that_ships_or_is_measured_is_in_exactly_one(self) -> None:
        every = {**default_assumptions(), **rich().assumptions}
        for each in every.values():
            if each.kind not in NEVER_DRAWN:
                holding = [
                    group.name for group in groups() if {each.kind, f"{each.kind} / {each.item}"} & {*group.kinds}
                ]
                assert group_of(each).name in holding

    def test_an_item_goes_before_its_kind(self) -> None:
        assert group_of(assumption("exit_rate", item="retirement")).name == "Retirement"
        assert group_of(assumption("exit_rate", item="career break")).name == "Leaving"

    def test_no_two_have_the_same_name_or_words(self) -> None:
        assert len({group.name for group in groups()}) == len({group.says for group in groups()}) == len(groups())

    def test_what_is_in_none_is_an_error(self) -> None:
        with pytest.raises(LookupError, match="waiting_standard is in no group"):
            group_of(assumption("waiting_standard"))


class TestStreams:
    def test_each_stream_behind_a_range_is_in_one_group(self) -> None:
        assumptions = rich().assumptions
        found = [stream for streams in streams_by_group(assumptions).values() for stream in streams]
        assert len(found) == len(set(found))
        assert set(found) == {stream for each in assumptions.values() for stream in streams_of(each, assumptions)}

    def test_growth_of_tests_has_the_part_that_all_share(self) -> None:
        assert "activity_growth / all / " in streams_by_group(rich().assumptions)["Growth of tests"]

    def test_groups_that_would_not_be_independent_are_an_error(self) -> None:
        one, other = assumption("exit_rate", item="retirement"), assumption("exit_rate", item="leaving")
        together = assumption("correlation", item="exit_rate", low=None, high=None)
        with pytest.raises(LookupError, match=r"exit_rate / all / .* two groups"):
            streams_by_group({each.key: each for each in (one, other, together)})


def test_a_list_of_numbers_is_read_in_its_order() -> None:
    assert numbers("leaving_changes")[:2] == (-0.3, -0.2)
    assert numbers("points") == (32,)
