"""Recording that a strategy was approved, and showing how two runs differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.commands.plans import CHECKOUT, workspace, workspace_of
from pipeline.console import Stages, counted, say, short
from pipeline.run.stages import BY_NAME


def approve_one(folder: Path, out: Path | None, asked: dict[str, Any]) -> None:
    """Record the sign-off of one plan's strategy and say where it is."""
    from pipeline.run.approve import Asked, approve

    home = workspace_of(folder)
    with Stages(folder.resolve().name, len(BY_NAME)) as stages:
        done = approve(
            folder,
            Asked(**asked),
            processed_root=home / "data" / "processed",
            reports_root=out or home / "reports",
            notebooks_folder=CHECKOUT / "notebooks",
            progress=stages.tell,
        )
    signed = done.sign_off
    say(f"{done.built.plan}: approved by {signed.by}, {signed.role}, on {signed.date} (minute {signed.minute}).")
    if signed.placeholders:
        say(f"  With      {counted(len(signed.placeholders), 'placeholder')} in use, listed in chapter 2")
    say(f"  Strategy  {short(done.built.html or '')}")


def print_comparison(plan: str, first: str, second: str, html: Path | None) -> None:
    """Print how two runs differ, and write the page if asked."""
    from pipeline.report.comparison_page import comparison_page, terminal_lines
    from pipeline.run.compare import compare, kept_plan
    from pipeline.store import write_text_atomic

    kept = kept_plan(workspace() / "data" / "kept", plan, [first, second])
    found = compare(kept, first, second, CHECKOUT / "notebooks")
    say(*terminal_lines(found), sep="\n")
    if html:
        write_text_atomic(html, comparison_page(found))
        say(f"\nWrote {short(html)}")
