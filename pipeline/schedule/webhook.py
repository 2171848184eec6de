"""A message posted as JSON to an address, as Teams, Slack and most other services take one."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from pipeline.schedule.message import Message

TIMEOUT = 10.0
"""Seconds to wait for an answer."""
WAITS = (2.0, 8.0)
"""Seconds before the second and the third attempt."""
BUSY = (408, 425, 429)
"""Answers that ask to come again later; so do those from 500 on."""
_NO_MARKUP = str.maketrans("<>", "‹›")
"""Slack takes <…> for a mention or a link: whatever a label holds, it alerts nobody."""


class NotSent(Exception):
    """A message could not be delivered; the text says why, without address or password."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is posted goes to the address that was written down, and to no other."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def post(url: str, message: Message, wait: Callable[[float], None] = time.sleep) -> None:
    """Post a message, three times at most. Raises NotSent."""
    body = json.dumps({"text": message.text.translate(_NO_MARKUP), **message.facts}, ensure_ascii=False)
    request = urllib.request.Request(
        url, body.encode("utf-8"), {"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    for pause in (*WAITS, None):
        why, again = _attempt(request)
        if not why:
            return
        if not again or pause is None:
            raise NotSent(why)
        wait(pause)


def _attempt(request: urllib.request.Request) -> tuple[str, bool]:
    """Why a message did not arrive, empty where it did, and whether it may arrive another time."""
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            return "", False
    except urllib.error.HTTPError as error:
        error.close()
        return f"the address answered {error.code} ({error.reason})", error.code in BUSY or error.code >= 500
    except (OSError, http.client.HTTPException) as error:
        return f"the address could not be reached ({type(error).__name__})", True
