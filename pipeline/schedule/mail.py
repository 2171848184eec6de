"""A message sent as e-mail."""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from pipeline.schedule.message import Message, one_line
from pipeline.schedule.notify_settings import Email
from pipeline.schedule.webhook import TIMEOUT, NotSent


def send(settings: Email, password: str, message: Message, context: ssl.SSLContext | None = None) -> None:
    """Send a message through the mail server. Raises NotSent.

    The server has to prove who it is, by a certificate that this machine trusts (or `context` does).
    """
    try:
        with closing(_connected(settings, context or ssl.create_default_context())) as server:
            if settings.user:
                server.login(settings.user, password)
            refused = server.send_message(written(settings, message), settings.sender, list(settings.to))
            # It was taken: whatever the server says to a farewell changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"the mail server {settings.host} refused the user or the password") from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(f"the mail server {settings.host} did not take it ({type(error).__name__})") from error
    if refused:
        raise NotSent(f"the mail server {settings.host} did not take it for {', '.join(refused)}")


def written(settings: Email, message: Message) -> EmailMessage:
    """A message as e-mail. Whatever a plan is called, nothing of it becomes a header of its own."""
    mail = EmailMessage()
    mail["Subject"] = one_line(message.subject)
    mail["From"] = settings.sender
    mail["To"] = ", ".join(settings.to)
    mail["Date"] = format_datetime(dt.datetime.now().astimezone())
    mail["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{message.text}\n")
    return mail


def _connected(settings: Email, context: ssl.SSLContext) -> smtplib.SMTP:
    where = (settings.host, settings.at_port)
    if settings.security == "ssl":
        return smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(*where, timeout=TIMEOUT)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
