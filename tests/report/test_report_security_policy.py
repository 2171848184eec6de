from __future__ import annotations

import base64
import hashlib

import pytest

from pipeline.report.security_policy import policy_of

pytestmark = pytest.mark.unit


def checksum(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_a_page_without_style_or_script_may_only_show_pictures_inside_it() -> None:
    assert policy_of("<p>x</p>") == "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"


def test_each_style_and_script_of_the_page_is_allowed_by_its_checksum() -> None:
    policy = policy_of("<style>a{}</style><style>b{}</style><script>go()</script>")
    assert f"style-src {checksum('a{}')} {checksum('b{}')}; script-src {checksum('go()')};" in policy


def test_nothing_is_allowed_by_a_word_that_would_let_anything_in() -> None:
    policy = policy_of("<style>a{}</style><script>go()</script>")
    assert not any(word in policy for word in ("unsafe", "*", "http", "self", "strict-dynamic", "blob:"))
