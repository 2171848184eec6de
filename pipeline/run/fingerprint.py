"""What a stage's result depends on, as checksums: if none has changed, neither has the result.

Nothing here imports pandas, papermill or matplotlib: it decides that there is nothing to do.
"""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pipeline.plan import PLAN_FILE, Plan
from pipeline.run.checksums import Checksums
from pipeline.store import digest

PACKAGE = Path(__file__).resolve().parents[1]
"""The installed pipeline: its code, reference data and templates."""
LEFT_BEHIND = (".pyc", ".pyo", ".orig", ".rej", ".swp", "~")
"""Endings of files that tools leave in a source folder and that no run reads."""

NUMERIC = ("numpy", "pandas", "pyarrow", "scipy", "numba", "statsmodels", "duckdb", "python-calamine", "matplotlib")
"""Libraries that can change a figure. Those not installed are left out."""
RENDERING = ("nbconvert", "jinja2", "markdown-it-py", "pygments", "weasyprint", "pikepdf", "xlsxwriter", "python-pptx")
"""Libraries that can change a page."""

REASONS = {
    "notebook": "its notebook has changed",
    "parameters": "its parameters have changed",
    "plan": f"{PLAN_FILE} has changed",
    "files": "an input file has changed",
    "code": "code or reference data that it uses has changed",
    "packages": "a library it uses has another version",
    "tables": "a table it reads has changed",
    "notebooks": "a notebook it shows has changed",
    "runs": "the earlier run that it compares with is another, or what was kept of it was altered",
    "sign_offs": "a sign-off was recorded",
}
"""Why a stage runs, by the part of its fingerprint that differs; the first that differs is given."""
NEVER_RAN = "it has not been run to its end for this plan"


def why_stale(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    """Why a result made under one fingerprint does not hold under another; empty where it does."""
    if not before:
        return NEVER_RAN
    changed = [reason for part, reason in REASONS.items() if before.get(part) != now.get(part)]
    return changed[0] if changed else ""


def notebook_source(notebook: Path) -> str:
    """Checksum of what a notebook says and runs: kind, source, tags and pictures of its cells, in order.

    Outputs, execution counts, cell ids and all else that JupyterLab writes on saving leave it as it is.
    """
    try:
        return source_of(notebook.read_text(encoding="utf-8"))
    except OSError:
        return ""


def source_of(text: str) -> str:
    """The same of a notebook's text; empty where it is none."""
    try:
        return digest([_said(cell) for cell in json.loads(text)["cells"]])
    except (ValueError, KeyError, TypeError):
        return ""


def _said(cell: Mapping[str, Any]) -> list[Any]:
    source = cell.get("source", "")
    text = source if isinstance(source, str) else "".join(source)
    tags = sorted(cell.get("metadata", {}).get("tags", []))
    return [cell.get("cell_type"), text, tags, cell.get("attachments", {})]


def code_files(checksums: Checksums) -> dict[str, str]:
    """Checksum of every source, reference and template file of the pipeline, by its place in the package."""
    files = sorted(path for path in PACKAGE.rglob("*") if _is_source(path.relative_to(PACKAGE)) and path.is_file())
    return {path.relative_to(PACKAGE).as_posix(): checksums.of(path) for path in files}


def _is_source(inside: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
    return not hidden and not inside.name.endswith(LEFT_BEHIND)


@cache
def packages(names: tuple[str, ...]) -> dict[str, str]:
    """Version of each of these packages that is installed."""
    return {name: found for name in names if (found := _version(name))}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def plan_words(plan: Plan) -> str:
    """Checksum of what plan.yaml says; its comments and layout do not count."""
    return digest(json.loads(plan.file.model_dump_json()))


def source_files(plan: Plan) -> list[Path]:
    """The data files of a plan."""
    return [source.path for source in plan.sources]


def named_files(plan: Plan, kind: str) -> list[Path]:
    """The plan's own files of one kind: mapping, standards, scenarios, actions, assurance or commentary."""
    if kind == "commentary":
        return sorted((plan.folder / "commentary").glob("*.md"))
    named = getattr(plan.file, kind) or []
    return [plan.resolve(name) for name in ([named] if isinstance(named, str) else named)]


def file_name(plan: Plan, path: Path) -> str:
    """An input file as a reader would name it: by its place in the plan folder, or by its name if it lies elsewhere."""
    return path.relative_to(plan.folder).as_posix() if path.is_relative_to(plan.folder) else path.name


def files(plan: Plan, paths: Iterable[Path], checksums: Checksums) -> list[list[str]]:
    """Name and checksum of each file."""
    return [[file_name(plan, path), checksums.of(path)] for path in paths]


def can_print() -> bool:
    """Whether the system libraries that WeasyPrint needs for a PDF are there, without loading WeasyPrint."""
    return all(
        any(map(_loads, (f"lib{name}.so.0", f"lib{name}-0", f"lib{name}.dylib", f"lib{name}-0.dll")))
        for name in ("gobject-2.0", "pango-1.0", "pangoft2-1.0")
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
