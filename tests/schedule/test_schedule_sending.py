"""Messages on their way, to a web server and a mail server of this test: that take them, refuse them, are not there."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socketserver
import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from local_web import Web, served

from pipeline.schedule import mail, webhook
from pipeline.schedule.message import Message, trial
from pipeline.schedule.notify import tell, try_out
from pipeline.schedule.notify_settings import Email, Notify
from pipeline.schedule.outcome import Outcome
from pipeline.schedule.webhook import NotSent, post

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine asks the web through has no part in it."""
    monkeypatch.setenv("no_proxy", "*")


HELLO = Message(frozenset({"made"}), "devon: made", "devon: made.\nÄ <!channel> & more", {"plan": "devon"})


class TestAWebhook:
    def test_gets_json_with_a_text_that_alerts_nobody(self) -> None:
        web = Web()
        with served(web.server) as port:
            post(f"http://127.0.0.1:{port}/hook", HELLO)
        assert web.posted == [{"text": "devon: made.\nÄ ‹!channel› & more", "plan": "devon"}]

    def test_that_is_busy_is_asked_again_with_pauses(self) -> None:
        web, pauses = Web(503, 429, 200), list[float]()
        with served(web.server) as port:
            post(f"http://127.0.0.1:{port}/hook", HELLO, pauses.append)
        assert len(web.posted) == 3
        assert pauses == [2.0, 8.0]

    @pytest.mark.parametrize(("answers", "asked"), [([404], 1), ([302], 1), ([500, 500, 500, 200], 3)])
    def test_that_refuses_is_said_and_a_redirection_is_not_followed(self, answers: list[int], asked: int) -> None:
        web = Web(*answers)
        with served(web.server) as port, pytest.raises(NotSent, match=f"the address answered {answers[0]}"):
            post(f"http://127.0.0.1:{port}/hook", HELLO, lambda _seconds: None)
        assert len(web.posted) == asked

    def test_that_is_not_there_is_said_without_its_address(self) -> None:
        web = Web()
        with served(web.server) as port:
            pass
        with pytest.raises(NotSent) as error:
            post(f"http://127.0.0.1:{port}/hook/s3cret", HELLO, lambda _seconds: None)
        assert "could not be reached" in str(error.value)
        assert "s3cret" not in str(error.value)


class Counter(socketserver.StreamRequestHandler):
    """One conversation with a client that brings mail."""

    server: PostServer

    def handle(self) -> None:
        if self.server.at_once:
            self.secure()
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            self.server.lines.append(line)
            refuse = self.server.refuse
            self.say("550 no") if refuse and line.upper().startswith(refuse) else self.answer(line.split()[0].upper())

    def answer(self, word: str) -> None:
        offers = "250-AUTH PLAIN\r\n250-STARTTLS\r\n" if self.server.tls else ""
        answers = {
            "EHLO": f"250-here\r\n{offers}250 8BITMIME",
            "STARTTLS": "220 go",
            "AUTH": "235 in",
            "DATA": "354 go",
        }
        self.say(answers.get(word, "250 ok"))
        if word == "STARTTLS":
            self.secure()
        if word == "DATA":
            self.take()

    def take(self) -> None:
        whole = b"".join(iter(self.rfile.readline, b".\r\n"))
        found = message_from_bytes(whole, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.server.mails.append(found)
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def secure(self) -> None:
        assert self.server.tls is not None
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def finish(self) -> None:
        super().finish()
        self.connection.close()


class PostServer(socketserver.ThreadingTCPServer):
    """A mail server that takes everything but what it is told to refuse, and what it was sent."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None, *, at_once: bool = False, refuse: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.tls, self.at_once, self.refuse = tls, at_once, refuse
        self.lines, self.mails = list[str](), list[EmailMessage]()

    def handle_error(self, _request: Any, _address: Any) -> None:
        return


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's and the client's side of a certificate that only they trust."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now, names = (
        dt.datetime.now(dt.UTC),
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    own = serialization.NoEncryption()
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, own)
    (folder / "key.pem").write_bytes(key.private_bytes(*shape))
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=folder / "cert.pem")


def settings(port: int, **how: Any) -> Email:
    given = {"host": "127.0.0.1", "port": port, "from": "plans@example.org", "to": ["a@example.org", "b@example.org"]}
    return Email.model_validate({**given, "security": "none", **how})


LOGIN = {"user": "plans", "password_env": "MAIL_PASSWORD"}


class TestMail:
    def test_reaches_everyone_with_subject_and_text(self) -> None:
        office = PostServer()
        with served(office) as port:
            mail.send(settings(port), "", HELLO)
        (found,) = office.mails
        assert (found["Subject"], found["From"]) == ("devon: made", "plans@example.org")
        assert found["To"] == "a@example.org, b@example.org"
        assert found["Auto-Submitted"] == "auto-generated"
        assert found["Message-ID"].endswith("@example.org>")
        assert found.get_content().splitlines() == ["devon: made.", "Ä <!channel> & more"]
        assert [line for line in office.lines if line.startswith("rcpt")] == [
            *("rcpt TO:<a@example.org>", "rcpt TO:<b@example.org>")
        ]

    @pytest.mark.parametrize("security", ["starttls", "ssl"])
    def test_logs_in_only_behind_a_protected_connection(
        self, contexts: tuple[ssl.SSLContext, ssl.SSLContext], security: str
    ) -> None:
        office = PostServer(contexts[0], at_once=security == "ssl")
        with served(office) as port:
            mail.send(settings(port, security=security, **LOGIN), "s3cret", HELLO, contexts[1])
        words = [line.split()[0] for line in office.lines]
        assert ("STARTTLS" in words) == (security == "starttls")
        assert "AUTH" in words[words.index("STARTTLS") if "STARTTLS" in words else 0 :]
        assert len(office.mails) == 1

    def test_is_not_sent_to_a_server_that_cannot_prove_who_it_is(
        self, contexts: tuple[ssl.SSLContext, ssl.SSLContext]
    ) -> None:
        office = PostServer(contexts[0])
        with served(office) as port, pytest.raises(NotSent, match="SSLCertVerificationError"):
            mail.send(settings(port, security="starttls", **LOGIN), "s3cret", HELLO)
        assert not any(line.startswith("AUTH") for line in office.lines)
        assert office.mails == []

    def test_is_not_sent_openly_where_the_server_offers_no_protection(self) -> None:
        office = PostServer()
        with served(office) as port, pytest.raises(NotSent, match="SMTPNotSupportedError"):
            mail.send(settings(port, security="starttls"), "", HELLO)
        assert office.mails == []

    @pytest.mark.parametrize(
        ("refuse", "said"),
        [
            ("MAIL", "did not take it"),
            ("RCPT", "did not take it"),
            ("RCPT TO:<B@", "did not take it for b@example.org"),
        ],
    )
    def test_that_a_server_does_not_take_is_said(self, refuse: str, said: str) -> None:
        office = PostServer(refuse=refuse)
        with served(office) as port, pytest.raises(NotSent, match=said):
            mail.send(settings(port), "", HELLO)

    def test_a_wrong_password_is_said_and_not_repeated(self, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
        office = PostServer(contexts[0], refuse="AUTH")
        with served(office) as port, pytest.raises(NotSent) as error:
            mail.send(settings(port, security="starttls", **LOGIN), "s3cret", HELLO, contexts[1])
        assert str(error.value) == "the mail server 127.0.0.1 refused the user or the password"

    @pytest.mark.parametrize("name", ["devon\r\nBcc: c@example.org", "devon\n\nbody", "de\x00von\u2028x", "a" * 5000])
    def test_a_name_makes_no_header_of_its_own(self, name: str) -> None:
        written = mail.written(settings(25), Message(frozenset(), name, "text", {}))
        again = message_from_bytes(written.as_bytes(), policy=policy.default)
        assert sorted(again.keys()) == sorted(written.keys())
        assert "Bcc" not in again
        assert "\n" not in again["Subject"]


class TestWhoIsTold:
    def outcome(self, state: Any, home: Path) -> Outcome:
        return Outcome("devon", state, "why", {}, {"run_id": "R1", "headlines": []}, home / "s.html")

    def test_each_is_told_of_what_they_asked_for(self, tmp_path: Path) -> None:
        web, said = Web(), list[str]()
        with served(web.server) as port:
            hook = f"http://127.0.0.1:{port}"
            notify = Notify.model_validate(
                {"webhooks": [{"url": f"{hook}/a", "about": ["made"]}, {"url": f"{hook}/b", "about": ["failed"]}]}
            )
            tell(
                tmp_path, notify, [self.outcome(state, tmp_path) for state in ("made", "refused", "fresh")], said.append
            )
        assert [each["outcome"] for each in web.posted] == ["made"]
        assert said == ["Told the webhook at 127.0.0.1: devon: a new strategy was made"]

    def test_secrets_come_from_the_environment_or_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        web, said = Web(), list[str]()
        with served(web.server) as port:
            monkeypatch.setenv("HOOK", f"http://127.0.0.1:{port}/s3cret")
            (tmp_path / "hook.txt").write_text(f"http://127.0.0.1:{port}/s3cret\n", encoding="utf-8")
            hooks = [{"url_env": "HOOK"}, {"url_file": "hook.txt"}]
            assert try_out(tmp_path, Notify.model_validate({"webhooks": hooks}), said.append)
        assert len(web.posted) == 2
        assert "s3cret" not in "".join(said)

    @pytest.mark.parametrize(
        ("hook", "why"),
        [
            ({"url_env": "NOT_SET"}, "the environment variable NOT_SET is not set"),
            ({"url_file": "none.txt"}, "the file none.txt cannot be read or is empty"),
            ({"url_file": "odd.txt"}, "a webhook's address begins with https://"),
        ],
    )
    def test_a_message_that_cannot_be_sent_is_said_and_harms_nobody_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: dict[str, str], why: str
    ) -> None:
        monkeypatch.delenv("NOT_SET", raising=False)
        (tmp_path / "odd.txt").write_text("file:///etc/passwd", encoding="utf-8")
        web, said = Web(), list[str]()
        with served(web.server) as port:
            notify = Notify.model_validate({"webhooks": [hook, {"url": f"http://127.0.0.1:{port}"}]})
            assert not try_out(tmp_path, notify, said.append)
        assert said[0].startswith("Not told: a webhook, of “Trial of the workforce schedule”: ")
        assert why in said[0]
        assert len(web.posted) == 1

    def test_a_fault_in_sending_harms_nobody_either(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_args: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("pipeline.schedule.notify.post", broken)
        said = list[str]()
        notify = Notify.model_validate({"webhooks": [{"url": "https://a.example"}]})
        tell(tmp_path, notify, [self.outcome("made", tmp_path)], said.append)
        assert "a fault inside the program (ZeroDivisionError)" in said[0]


def test_a_trial_holds_nothing_of_any_plan() -> None:
    assert trial().facts == {"outcome": "trial"}
    assert webhook.TIMEOUT <= 30
