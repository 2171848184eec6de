"""What a browser may do with a page: show it, and nothing else (a Content-Security-Policy in the page itself).

Nothing is loaded from anywhere, nothing runs, no form is sent and no picture comes from outside the page, whatever a
cell of somebody's file holds. Allowed are only the page's own style sheets and scripts, each by the checksum of its
text, and pictures inside the page. What a plan's files hold could bring a script of its own into a finished page if
some other door failed; it would have no checksum here and would not run.
"""

from __future__ import annotations

import base64
import hashlib
import re

_PARTS = {kind: re.compile(rf"<{kind}>(.*?)</{kind}>", re.DOTALL) for kind in ("style", "script")}
_NEVER = "base-uri 'none'; form-action 'none'"


def policy_of(html: str) -> str:
    """The policy of a page, from its own style sheets and scripts (`<style>…</style>`, `<script>…</script>`).

    Give the page as it stands in the code, before anything of a plan is put into it: whatever is in `html` is allowed.
    Inline `style` and `on…` attributes are not, wherever they come from.
    """
    allowed = {f"{kind}-src": found for kind in _PARTS if (found := _checksums(html, kind))}
    own = "; ".join(f"{what} {checksums}" for what, checksums in allowed.items())
    return "; ".join(part for part in ("default-src 'none'; img-src data:", own, _NEVER) if part)


def _checksums(html: str, kind: str) -> str:
    return " ".join(dict.fromkeys(f"'{source(text)}'" for text in _PARTS[kind].findall(html)))


def source(text: str) -> str:
    """A style sheet or script inside a page as a policy names it: by its checksum."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"
