"""Who signed a strategy off, and with what still open: the part of the sign-off chapter that no notebook can know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.report import document, words
from pipeline.report.display import Shown, say, table

COLUMNS = ["approved by", "role", "minute", "date", "version"]


def sign_offs_shown(facts: Mapping[str, Any]) -> list[Shown]:
    """The sign-offs of this report and the placeholders accepted with it, or the last one of an earlier report.

    Nothing where nothing was ever signed off.
    """
    signed, before = facts.get("approval") or [], facts.get("last_approved")
    told = [_sentence(signed[-1]), *_accepted_sentence(signed[-1])] if signed else _before_sentence(before)
    if facts.get("sign_offs_refused"):
        told = [f"**No sign-off counts.** {words.plain(facts['sign_offs_refused'])}"]
    return [say(*told), *_tables(signed)] if told else []


def _sentence(sign_off: Mapping[str, Any]) -> str:
    return (
        f"**Approved** by {words.plain(document.approved_by(sign_off))} as version {words.plain(sign_off['version'])}. "
        f"What was read is the report of run {words.plain(sign_off['run_id'])}; this page is the same but for the "
        "sign-off."
    )


def _accepted_sentence(sign_off: Mapping[str, Any]) -> list[str]:
    number = len(sign_off["placeholders"])
    if not number:
        return []
    are = "is" if number == 1 else "are"
    return [
        f"It was approved knowing that {words.plural(number, 'value')} {are} standing in for a figure that nobody has "
        "supplied."
    ]


def _before_sentence(before: Mapping[str, Any] | None) -> list[str]:
    if not before:
        return []
    return [
        f"This report is not approved. The last one that was is version {words.plain(before['version'])}, approved by "
        f"{words.plain(document.approved_by(before))}."
    ]


def _tables(signed: list[Mapping[str, Any]]) -> list[Shown]:
    if not signed:
        return []
    rows = [[each["by"], each["role"], each["minute"], words.date(each["date"]), each["version"]] for each in signed]
    history = table(pd.DataFrame(rows, columns=COLUMNS), caption="Sign-offs of this report")
    accepted = pd.DataFrame({"placeholder": signed[-1]["placeholders"]})
    caption = "Placeholder values accepted with the approval"
    return [history, *([table(accepted, caption=caption)] if len(accepted) else [])]
