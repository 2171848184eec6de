"""What the audit of packages says of what pip-audit found, and that it takes no silence for good news."""

from __future__ import annotations

from typing import Any

import pytest

from bench import audit

pytestmark = pytest.mark.unit

FINE = {"name": "fine", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "2.0", "vulns": [{"id": "CVE-2019-10906", "fix_versions": ["2.1"]}]}
ABSENT = {"name": "absent", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([FINE], audit.NONE_KNOWN, "1 packages looked up, 0 weaknesses."),
        ([FINE, WEAK], audit.KNOWN, "weak 2.0: CVE-2019-10906, mended in 2.1"),
        ([FINE, ABSENT], audit.NOT_CHECKED, "NOT CHECKED: absent"),
        ([WEAK, ABSENT], audit.KNOWN, "NOT CHECKED: absent"),
    ],
)
def test_an_audit_says_what_was_found_and_what_was_not_looked_up(
    packages: list[dict[str, Any]], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.said({"dependencies": packages}) == code
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("found", [[FINE], [ABSENT]])
def test_a_database_that_knows_no_weakness_is_not_believed(
    found: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_report", lambda *_: {"dependencies": found})
    assert audit.main() == audit.NOT_CHECKED
    assert "NOT CHECKED: the database does not know of jinja2==2.10" in capsys.readouterr().out


def test_a_database_that_is_not_there_is_said_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreachable(*_: object) -> None:
        raise ValueError("a long story\nConnectionError: Name or service not known\n")

    monkeypatch.setattr(audit, "_report", unreachable)
    assert audit.main() == audit.NOT_CHECKED
    assert "ConnectionError: Name or service not known" in capsys.readouterr().out
