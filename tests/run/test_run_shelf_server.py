"""Reading reports on a local port: what is given out, and every way to ask for what is not."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from portal_folders import report, write_report

from pipeline.run.portal import Rooms, write_portal
from pipeline.run.shelf_server import CLOSED, SAFE, UNFRAMED, Shelves, find, free_port, policy_of

pytestmark = pytest.mark.integration

SECRET = "nobody may read this"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports with a list, one plan, the version before it, and things around it that are secret."""
    home = tmp_path_factory.mktemp("served")
    rooms = Rooms.of(home)
    live = write_report(rooms, "northvale", report(1, "Northvale"))
    write_report(rooms, "north vale é", report(2, "North vale"))
    write_report(rooms, "northvale", report(1, "Northvale", made="1 March 2026"), ".previous")
    write_report(rooms, "northvale", report(1, "Northvale"), ".building")
    (live / "papers").mkdir()
    (live / "papers" / "board paper.txt").write_text("for the board", encoding="utf-8")
    (live / "own.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    (live / "tool.exe").write_bytes(b"MZ")
    (live / ".note.html").write_text(SECRET, encoding="utf-8")
    outside = home / "secret"
    outside.mkdir()
    for folder in (outside, rooms.reports / "faults", rooms.reports / ".building" / "northvale"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "secret.html").write_text(SECRET, encoding="utf-8")
    (outside / "run.json").write_text("{}", encoding="utf-8")
    (rooms.reports / "secret.html").write_text(SECRET, encoding="utf-8")
    for link, to in (
        (live / "link.html", outside / "secret.html"),
        (live / "folder", outside),
        (rooms.reports / "elsewhere", outside),
        (live / "fault.html", rooms.reports / "faults" / "secret.html"),
        (live / "built.html", rooms.reports / ".building" / "northvale" / "secret.html"),
        (rooms.reports / ".previous" / "elsewhere", outside),
        (live / "loop.html", live / "loop.html"),
    ):
        link.symlink_to(to)
    os.mkfifo(live / "pipe.html")
    write_portal(rooms)
    return rooms.reports.resolve()


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[Shelves]:
    with Shelves(root, 0) as served:
        thread = threading.Thread(target=served.serve_forever, args=(0.05,))
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def said(server: Shelves, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """What is answered to the bytes of a request: status, headers in lower case and body."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return int(first.split()[1]), headers, body


def asked(
    server: Shelves, target: str, method: str = "GET", host: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    name = f"127.0.0.1:{server.server_port}" if host is None else host
    return said(server, f"{method} {target} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode("latin-1"))


class TestWhatIsGiven:
    @pytest.mark.parametrize(
        ("target", "kind", "holds"),
        [
            ("/", "text/html; charset=utf-8", b"<title>All plans"),
            ("/index.html", "text/html; charset=utf-8", b"<title>All plans"),
            ("/index.html?x=1#plan-1", "text/html; charset=utf-8", b"<title>All plans"),
            ("/northvale/", "text/html; charset=utf-8", b"<title>northvale"),
            ("/northvale/strategy.html", "text/html; charset=utf-8", b"<title>northvale"),
            ("/northvale/strategy.pdf", "application/pdf", b"northvale"),
            ("/northvale/run.json", "application/json; charset=utf-8", b'"1 June 2026"'),
            ("/northvale/papers/board%20paper.txt", "text/plain; charset=utf-8", b"for the board"),
            ("/north%20vale%20%C3%A9/strategy.html", "text/html; charset=utf-8", b"<title>north vale"),
            ("/previous/northvale/run.json", "application/json; charset=utf-8", b'"1 March 2026"'),
        ],
    )
    def test_reports_are_given_as_what_they_are(self, server: Shelves, target: str, kind: str, holds: bytes) -> None:
        code, headers, body = asked(server, target)
        assert (code, headers["content-type"]) == (200, kind)
        assert holds in body
        assert int(headers["content-length"]) == len(body)
        assert {name: headers[name.lower()] for name in SAFE} == SAFE
        assert UNFRAMED in headers["content-security-policy"]
        assert headers["server"] == "workforce"

    def test_a_file_of_no_known_kind_is_only_handed_over(self, server: Shelves) -> None:
        _, headers, _ = asked(server, "/northvale/tool.exe")
        assert headers["content-type"] == "application/octet-stream"
        assert headers["content-disposition"] == "attachment"

    @pytest.mark.parametrize(
        ("target", "to"),
        [
            ("/northvale", "/northvale/"),
            ("/.previous/northvale/strategy.html", "/previous/northvale/strategy.html"),
            ("/previous/northvale", "/previous/northvale/"),
        ],
    )
    def test_an_address_in_short_is_led_to_the_whole_one(self, server: Shelves, target: str, to: str) -> None:
        code, headers, body = asked(server, target)
        assert (code, headers["location"], body) == (301, to, b"")

    def test_head_says_the_same_without_the_file(self, server: Shelves) -> None:
        code, headers, body = asked(server, "/northvale/strategy.html", "HEAD")
        assert (code, body) == (200, b"")
        assert int(headers["content-length"]) > 0

    def test_the_list_keeps_its_own_policy_and_anothers_page_runs_nothing(self, server: Shelves) -> None:
        _, listed, _ = asked(server, "/")
        assert "script-src 'sha256-" in listed["content-security-policy"]
        _, other, _ = asked(server, "/northvale/own.html")
        assert other["content-security-policy"] == f"{CLOSED}; {UNFRAMED}"

    def test_many_readers_are_answered_while_one_is_slow(self, server: Shelves) -> None:
        with socket.create_connection(("127.0.0.1", server.server_port)) as slow:
            slow.sendall(b"GET / HT")
            assert {asked(server, "/")[0] for _ in range(10)} == {200}

    def test_a_plan_may_itself_be_called_previous(self, tmp_path: Path) -> None:
        rooms = Rooms.of(tmp_path)
        live = write_report(rooms, "previous", report(1, "Previous"))
        found = find(rooms.reports.resolve(), "/previous/strategy.html")
        assert found is not None
        assert found.file == (live / "strategy.html").resolve()


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "target",
        [
            "/../secret/secret.html",
            "/northvale/../../secret/secret.html",
            "/northvale/../secret.html",
            "/%2e%2e/secret/secret.html",
            "/northvale/%2e%2e/%2e%2e/secret/secret.html",
            "/northvale/..%2f..%2fsecret%2fsecret.html",
            "/northvale/%2e%2e%2f%2e%2e%2fsecret%2fsecret.html",
            "/%252e%252e/secret/secret.html",
            "/northvale/..%5c..%5csecret%5csecret.html",
            "/northvale\\..\\..\\secret\\secret.html",
            "/northvale/%c0%ae%c0%ae/secret.html",
            "/northvale/%ff",
            "/northvale/strategy.html%00.txt",
            "/%00",
            "//etc/passwd",
            "///etc/passwd",
            "/northvale//etc/passwd",
            "/etc/passwd",
            "/%2fetc%2fpasswd",
            "/northvale/%2fetc/passwd",
            "/C:/Windows/win.ini",
            "/northvale/strategy.html::$DATA",
            "/northvale/strategy.html.",
            "/northvale/strategy.html%20",
            "/northvale/./strategy.html",
            "/northvale/link.html",
            "/northvale/folder/secret.html",
            "/elsewhere/secret.html",
            "/elsewhere/",
            "/previous/elsewhere/secret.html",
            "/northvale/fault.html",
            "/northvale/built.html",
            "/northvale/loop.html",
            "/northvale/pipe.html",
            "/northvale/.note.html",
            "/northvale/papers",
            "/northvale/papers/",
            "/.building/northvale/secret.html",
            "/.building/northvale/",
            "/%2ebuilding/northvale/secret.html",
            "/.portal.lock",
            "/faults/secret.html",
            "/faults/",
            "/secret.html",
            "/previous/",
            "/previous",
            "/previous/northvale/../northvale/strategy.html",
            "/northvale/" + "a" * 5000,
            "/" + "a/" * 5000,
            "/northvale/strategy.html/",
            "/northvale/strategy.html/x",
            "*",
            "http://127.0.0.1/northvale/strategy.html",
        ],
    )
    def test_no_address_leads_to_what_is_no_report(self, server: Shelves, target: str) -> None:
        code, headers, body = asked(server, target)
        assert code == 404
        assert SECRET.encode() not in body
        assert b"root:" not in body
        assert {name: headers[name.lower()] for name in SAFE} == SAFE

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"])
    def test_nothing_can_be_changed(self, server: Shelves, method: str) -> None:
        code, headers, _ = asked(server, "/northvale/strategy.html", method)
        assert (code, headers["allow"]) == (405, "GET, HEAD")

    @pytest.mark.parametrize(
        "host",
        [
            "",
            "evil.example",
            "evil.example:8765",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.example#127.0.0.1",
            "127.0.0.1@evil.example",
            "0.0.0.0",
            "127.0.0.2",
            "localhost:port",
            "localhost:8765:1",
        ],
    )
    def test_a_name_of_somewhere_else_is_refused(self, server: Shelves, host: str) -> None:
        code, _, body = asked(server, "/", host=host)
        assert code == 403
        assert b"All plans" not in body

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1", "[::1]:8765"])
    def test_the_names_of_this_computer_are_taken(self, server: Shelves, host: str) -> None:
        assert asked(server, "/", host=host)[0] == 200

    @pytest.mark.parametrize(
        "request_bytes",
        [
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.0\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        ],
    )
    def test_a_request_without_one_name_is_refused(self, server: Shelves, request_bytes: bytes) -> None:
        assert said(server, request_bytes)[0] == 403

    @pytest.mark.parametrize(
        ("request_bytes", "code"),
        [
            (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
            (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505),
            (b"\x00\x01\x02 / HTTP/x\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n", 431),
        ],
    )
    def test_what_is_no_request_is_answered_as_such(self, server: Shelves, request_bytes: bytes, code: int) -> None:
        answered, headers, body = said(server, request_bytes)
        assert answered == code
        assert headers["content-type"] == "text/plain; charset=utf-8"
        assert b"aaaa" not in body

    def test_an_address_with_a_break_cannot_write_headers(self, server: Shelves) -> None:
        code, headers, _ = asked(server, "/.previous/northvale%0d%0aX-Evil:%201/")
        assert code == 404
        assert "x-evil" not in headers

    def test_only_this_computer_is_listened_to(self, server: Shelves) -> None:
        assert server.server_address[0] == "127.0.0.1"


class TestPolicy:
    @pytest.mark.parametrize(
        "said",
        [
            "default-src *",
            "default-src 'none'; script-src 'unsafe-inline'",
            "default-src 'none'; script-src https://evil.example",
            "default-src 'none'&#13;&#10;X-Evil: 1",
            "default-src 'none'; connect-src *",
        ],
    )
    def test_a_page_cannot_give_itself_a_wider_policy(self, said: str) -> None:
        body = f'<meta http-equiv="Content-Security-Policy" content="{said}">'.encode()
        assert policy_of("text/html; charset=utf-8", body) == f"{CLOSED}; {UNFRAMED}"


def test_a_port_that_is_taken_is_an_error_and_another_is_found(server: Shelves, root: Path) -> None:
    with pytest.raises(OSError):
        Shelves(root, server.server_port)
    assert free_port(server.server_port) != server.server_port
