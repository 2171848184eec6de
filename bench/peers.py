"""The packages that the engine is timed against, in a virtual environment of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent


@contextmanager
def peers_python() -> Iterator[Path | None]:
    """A Python that has the packages of peers.txt while the block lasts; None, and why is printed, where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(HERE / "peers.txt")]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"The packages of bench/peers.txt could not be installed, so they are not measured:\n{done.stderr}")
        yield None if done.returncode else python


def run(python: Path, script: str, *words: str) -> dict[str, float]:
    """What a peer prints."""
    done = subprocess.run([str(python), str(HERE / script), *words], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_together(python: Path, script: str, words: Sequence[str], times: int) -> list[dict[str, float]]:
    """What several runs of a peer at the same time print, one on each core."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: run(python, script, *words), range(times)))
