"""Reading reports on a port of this computer: the list of all plans, the reports in use and those before them.

Nothing can be changed by it, nothing but reports is given out, and only this computer is answered.
"""

from __future__ import annotations

import html
import os
import re
import socket
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pipeline.run.portal import PAGE
from pipeline.run.record import RECORD

ADDRESS = "127.0.0.1"
PREVIOUS, KEPT_AS = "previous", ".previous"
"""The first part of the address of a report before the one in use, and the folder in which it is."""
STRATEGY = "strategy.html"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""What a file is, by the end of its name; of any other it is said that nothing is known of it."""
UNKNOWN = "application/octet-stream"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of every answer: taken as what it is said to be, shown in no other page, read by no other, not kept."""
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
"""The policy of a page that has none of its own: it may be looked at, and runs nothing."""
UNFRAMED = "frame-ancestors 'none'"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"<>]{1,2000})">')
_HEAD = 4000
_DIRECTIVE = (
    r"(?:(?:default-src|base-uri|form-action) 'none'|img-src data:|(?:style|script)-src(?: 'sha256-[\w+/=]+')+)"
)
_STRICT = re.compile(rf"{_DIRECTIVE}(?:; {_DIRECTIVE})*", re.ASCII)
"""What the policy of a page of ours may say. Another's page beside a report cannot give itself a wider one."""
_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_ODD = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]|[. ]$')
"""Signs that no name of a report's files has, and that some systems take for something else."""
READS = ("GET", "HEAD")
"""What may be asked."""
MOST_WAIT = 10
"""Seconds that a reader may take to ask."""


@dataclass(frozen=True)
class Found:
    """What an address stands for: a file, or another address."""

    file: Path | None = None
    moved_to: str = ""


def find(root: Path, target: str) -> Found | None:
    """What a request's address stands for in a folder of reports; None where that is nothing that may be read.

    Read are the list of all plans, and the files of folders that hold the record of a run: of the reports in use as
    /plan/…, of those before them as /previous/plan/…. No address leads to a hidden file or out of the folder.
    """
    parts = _parts(target)
    if parts is None:
        return None
    if parts in ([""], [PAGE]):
        return _file(root, root / PAGE)
    if parts[0] == KEPT_AS:
        return Found(moved_to=_address([PREVIOUS, *parts[1:]]))
    if any(part.startswith(".") for part in parts):
        return None
    shelf, (plan, *inside) = _shelf(root, parts)
    if not _is_report(shelf / plan) or (len(inside) > 1 and not inside[-1]):
        return None
    if not inside:
        return Found(moved_to=_address([*parts, ""]))
    return _file(shelf, shelf.joinpath(plan, *(inside if inside != [""] else [STRATEGY])))


def _parts(target: str) -> list[str] | None:
    """The parts of a request's address, decoded once; None for one that is not plain."""
    path = target.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or path.startswith("//"):
        return None
    try:
        decoded = [unquote_to_bytes(part).decode("utf-8") for part in path[1:].split("/")]
    except UnicodeDecodeError:
        return None
    odd = any(_ODD.search(part) or "/" in part for part in decoded) or "" in decoded[:-1]
    return None if odd else decoded


def _shelf(root: Path, parts: list[str]) -> tuple[Path, list[str]]:
    """The folder of reports that an address is in, and the rest of it. A plan may itself be called previous."""
    if parts[0] == PREVIOUS and len(parts) > 1 and _is_report(root / KEPT_AS / parts[1]):
        return root / KEPT_AS, parts[1:]
    return root, parts


def _is_report(folder: Path) -> bool:
    try:
        return (folder / RECORD).is_file()
    except OSError:
        return False


def _file(shelf: Path, path: Path) -> Found | None:
    """A plain file that really lies in a report of a folder of reports, or is its list, wherever links lead."""
    try:
        real = path.resolve(strict=True)
        inside = real.relative_to(shelf)
    except (OSError, ValueError, RuntimeError):
        return None
    hidden = any(part.startswith(".") for part in inside.parts)
    in_report = inside == Path(PAGE) or _is_report(shelf / inside.parts[0])
    return Found(file=real) if real.is_file() and in_report and not hidden else None


def _address(parts: list[str]) -> str:
    return "/" + "/".join(quote(part, safe="") for part in parts)


def policy_of(kind: str, body: bytes) -> str:
    """The content security policy of an answer: the page's own where it has one, and a closed one otherwise."""
    if kind == TYPES[".pdf"]:
        # Browsers show a PDF by pages of their own, which a stricter policy would stop.
        return UNFRAMED
    said = _POLICY.search(body[:_HEAD].decode("utf-8", errors="replace")) if kind == TYPES[".html"] else None
    own = html.unescape(said[1]) if said else ""
    return f"{own if _STRICT.fullmatch(own) else CLOSED}; {UNFRAMED}"


class Reader(BaseHTTPRequestHandler):
    """Answers one request to read."""

    server: Shelves
    timeout = MOST_WAIT
    default_request_version = "HTTP/1.0"
    """So that what is no request is answered with headers as well."""

    def version_string(self) -> str:
        """What answers, without the versions of anything."""
        return "workforce"

    def do_GET(self) -> None:
        """Give a file."""
        self._give(with_body=True)

    def do_HEAD(self) -> None:
        """Say what a file is."""
        self._give(with_body=False)

    def parse_request(self) -> bool:
        """Take a request to read and refuse every other."""
        taken = super().parse_request()
        if taken and self.command not in READS:
            self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)
            return False
        return taken

    def _give(self, *, with_body: bool) -> None:
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0].strip()):
            # A name of somewhere else that leads here is how a page from elsewhere would come to read reports.
            self.send_error(HTTPStatus.FORBIDDEN, explain="Only requests to this computer itself are answered.")
            return
        found = find(self.server.root, self.path)
        if found is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif found.file is None:
            self._answer(HTTPStatus.MOVED_PERMANENTLY, b"", TYPES[".txt"], {"Location": found.moved_to}, with_body)
        else:
            self._give_file(found.file, with_body)

    def _give_file(self, path: Path, with_body: bool) -> None:
        try:
            # Read whole, so that a report that is being replaced is not held up by its readers.
            body = path.read_bytes()
        except OSError:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        kind = TYPES.get(path.suffix.lower(), UNKNOWN)
        more = {"Content-Disposition": "attachment"} if kind == UNKNOWN else {}
        self._answer(HTTPStatus.OK, body, kind, more, with_body)

    def _answer(self, code: HTTPStatus, body: bytes, kind: str, more: dict[str, str], with_body: bool) -> None:
        self.send_response(code)
        length = {"Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in {**length, **SAFE, "Content-Security-Policy": policy_of(kind, body), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse in plain words, repeating nothing of what was asked."""
        status = HTTPStatus(code)
        self.close_connection = True
        said = explain or status.description or message or status.phrase
        more = {"Allow": ", ".join(READS)} if status is HTTPStatus.METHOD_NOT_ALLOWED else {}
        self._answer(status, f"{status.phrase}. {said}\n".encode(), TYPES[".txt"], more, self.command != "HEAD")

    def log_message(self, *_words: object) -> None:
        """Say nothing of who reads what."""


class Shelves(ThreadingHTTPServer):
    """Serves a folder of reports on this computer alone, each reader in a thread of its own.

    Raises OSError where the port is taken or not to be had.
    """

    daemon_threads = True
    allow_reuse_address = os.name != "nt"
    """Elsewhere than on Windows, where it would let another program take the same port."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root.resolve()
        super().__init__((ADDRESS, port), Reader)

    def handle_error(self, *_of: object) -> None:
        """A reader that goes away in the middle is no news."""

    @property
    def address(self) -> str:
        """Where the list of all plans is read."""
        return f"http://{ADDRESS}:{self.server_port}/"


def free_port(after: int) -> int:
    """A port above one that is taken which can be had at this moment."""
    for port in range(after + 1, min(after + 50, 65535)):
        with socket.socket() as tried:
            try:
                tried.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    with socket.socket() as tried:
        tried.bind((ADDRESS, 0))
        return int(tried.getsockname()[1])
