"""The packages that the engine is timed against, run in a virtual environment of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.timing import ROOT

HERE = Path(__file__).parent
WANTED = HERE / "peers.txt"
FOLDER = ROOT / ".venv-bench"
# What is run, and the package of peers.txt that it needs. Draws are enough for a second or so: less is mostly noise.
RUNS = (
    ("neworder", "peer_neworder.py", "1000", "1"),
    ("neworder", "peer_neworder.py", "2000", "2"),
    ("pysd", "peer_pysd.py", "600"),
)
# A right simulation is further out than this once in 16,000 runs.
MOST_STANDARD_ERRORS = 4.0
ROUNDING = 1e-9


def peer_results() -> list[dict[str, Any]]:
    """One line for each run of a peer.

    Each has name and either the figures that the script prints (person_months_per_second, seconds, people, months,
    draws, processes, check) or not_measured, the reason why there are none. No peer is left out.
    """
    reasons = {package: install(package) for package in dict.fromkeys(package for package, *_ in RUNS)}
    return [_result(reasons[package], script, *words) for package, script, *words in RUNS]


def install(package: str) -> str:
    """Put one package of peers.txt in the peers' environment, made if missing; why it could not be, or nothing."""
    wanted = next(line for line in WANTED.read_text(encoding="utf-8").split() if line.startswith(f"{package}=="))
    done = FOLDER / f"{wanted}.ready"
    if done.exists():
        return ""
    make = [sys.executable, "-m", "venv", str(FOLDER)]
    add = [str(_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted]
    for command in (add,) if _python().exists() else (make, add):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            return f"{wanted} could not be installed: {_last(ran)}"
    done.touch()
    return ""


def wrong(check: dict[str, float]) -> str:
    """What is wrong with a peer's check, or nothing: a fast wrong answer is no figure to compare with."""
    if abs(check.get("standard_errors", 0.0)) > MOST_STANDARD_ERRORS:
        return f"{check['survivors']} people are left, where {check['expected']:.0f} were expected"
    wanted = {key.removeprefix("expected_"): value for key, value in check.items() if key.startswith("expected_")}
    far = [key for key, value in wanted.items() if abs(check[key] / value - 1) > ROUNDING]
    return "; ".join(f"{key} is {check[key]}, where {wanted[key]} was expected" for key in far)


def _result(reason: str, script: str, *words: str) -> dict[str, Any]:
    name = " ".join((script, *words))
    if reason:
        return {"name": name, "not_measured": reason}
    ran = subprocess.run([str(_python()), str(HERE / script), *words], capture_output=True, text=True, check=False)
    if ran.returncode:
        return {"name": name, "not_measured": _last(ran)}
    line: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    mistake = wrong(line["check"])
    return {"name": line["name"], "not_measured": mistake} if mistake else line


def _python() -> Path:
    return FOLDER / "bin" / "python"


def _last(ran: subprocess.CompletedProcess[str]) -> str:
    return (ran.stderr.strip() or ran.stdout.strip() or f"it stopped with code {ran.returncode}").splitlines()[-1]


if __name__ == "__main__":
    for each in peer_results():
        print(json.dumps(each))
