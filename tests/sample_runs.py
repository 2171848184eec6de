"""The committed sample plan and how the tests build it. Its fixtures are in conftest.py."""

from __future__ import annotations

from pathlib import Path

from pipeline.run.build import Built, build

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "raw" / "sample"


def build_sample(out: Path, stage: str | None = None) -> Built:
    """Build the sample below a folder through the real door, or only as far as one stage."""
    places = {"processed_root": out / "processed", "reports_root": out / "reports"}
    return build(SAMPLE, notebooks_folder=ROOT / "notebooks", stage=stage, **places)
