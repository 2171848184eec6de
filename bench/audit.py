"""The locked packages looked up in the database of known weaknesses, by pip-audit, where that can be reached.

`python -m bench.audit` ends with 0 where none is known, 1 where some are, and 75 where nothing could be checked. A
database that cannot be reached, or a copy of it without weaknesses, says nothing about the packages, and pip-audit
then ends as if all were well: so a package that is known to be weak is looked up first. pip-audit is put in an
environment of its own when it is asked for, and is no part of the lock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".venv-audit"
LOCK = ROOT / "requirements.lock"
KNOWN_TO_BE_WEAK = "jinja2==2.10"
"""Its sandbox can be left (CVE-2019-10906); any database of weaknesses has that."""
NONE_KNOWN, KNOWN, NOT_CHECKED = 0, 1, 75
SECONDS = 900
"""Longer than looking all packages up takes on a slow line."""
Report = dict[str, list[dict[str, Any]]]


def main() -> int:
    """Look the packages up and say what was found; the exit code."""
    try:
        PLACE.mkdir(exist_ok=True)
        weak = PLACE / "known-to-be-weak.txt"
        weak.write_text(f"{KNOWN_TO_BE_WEAK}\n", encoding="utf-8")
        if not weaknesses(_report(weak, "--no-deps")):
            return _not_checked(
                f"the database does not know of {KNOWN_TO_BE_WEAK}, so it cannot be reached or is empty"
            )
        return said(_report(LOCK, "--require-hashes"))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return _not_checked(str(getattr(error, "stderr", "") or error))


def weaknesses(report: Report) -> list[str]:
    """A line for each known weakness of a report of pip-audit's."""
    return [
        f"{package['name']} {package['version']}: {each['id']}, mended in {', '.join(each['fix_versions']) or '(none)'}"
        for package in report["dependencies"]
        for each in package.get("vulns", [])
    ]


def said(report: Report) -> int:
    """Say what a report holds; the exit code."""
    found, skipped = weaknesses(report), [each["name"] for each in report["dependencies"] if "skip_reason" in each]
    print(
        *found, f"{len(report['dependencies']) - len(skipped)} packages looked up, {len(found)} weaknesses.", sep="\n"
    )
    if skipped:
        print(f"NOT CHECKED: {', '.join(skipped)}")
    return KNOWN if found else NOT_CHECKED if skipped else NONE_KNOWN


def _report(requirements: Path, *how: str) -> Report:
    """What pip-audit says of the packages of a file. Raises ValueError, with its last words, where it says nothing."""
    out = PLACE / "report.json"
    out.unlink(missing_ok=True)
    asked = ["--disable-pip", *how, "--requirement", str(requirements), "--format", "json", "--output", str(out)]
    ended = _run(str(_tool()), *asked, "--progress-spinner", "off")
    # It ends with 1 for a weakness and for a database that it cannot reach; only the former leaves a report.
    if not out.is_file():
        raise ValueError(ended.stderr)
    report: Report = json.loads(out.read_text(encoding="utf-8"))
    return report


def _tool() -> Path:
    tools = PLACE / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    if not any(tools.glob("pip-audit*")):
        venv.create(tools.parent, with_pip=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"]
        _run(str(next(tools.glob("python*"))), *install).check_returncode()
    return next(tools.glob("pip-audit*"))


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def _not_checked(why: str) -> int:
    last = next((line.strip() for line in reversed(why.splitlines()) if line.strip()), "no reason was given")
    print(f"NOT CHECKED: {last[:300]}. Try again where there is internet.")
    return NOT_CHECKED


if __name__ == "__main__":
    sys.exit(main())
