"""Systems that several files of tests share."""

from __future__ import annotations

import numpy as np
import pytest
from supply_systems import random_course, random_system

from pipeline.model.supply.system import Course, System


@pytest.fixture(scope="session")
def busy() -> tuple[System, Course]:
    """A small system with every kind of flow, in 40 draws of which each has numbers of its own."""
    rng = np.random.default_rng(20)
    system = random_system(rng)
    return system, random_course(rng, system, months=36, draws=40)
