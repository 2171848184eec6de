"""Telling people how runs came out. A message that does not arrive is said, and harms no run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.schedule.mail import send
from pipeline.schedule.message import Message, message, trial
from pipeline.schedule.notify_settings import Email, Notify, Told, Webhook, check_address
from pipeline.schedule.outcome import Outcome
from pipeline.schedule.webhook import NotSent, post

Say = Callable[[str], None]


def tell(home: Path, notify: Notify, outcomes: Iterable[Outcome], say: Say) -> None:
    """Tell whoever asked for it how each plan came out."""
    for outcome in outcomes:
        told = message(home, outcome, notify.reports_address)
        if told is not None:
            for someone in notify.everyone:
                if told.about & set(someone.about):
                    _deliver(home, someone, told, say)


def try_out(home: Path, notify: Notify, say: Say) -> bool:
    """Send everyone a trial message and say how that went; whether all of them took it."""
    return all([_deliver(home, someone, trial(), say) for someone in notify.everyone])


def _deliver(home: Path, someone: Told, told: Message, say: Say) -> bool:
    """Whether a message was taken; it is said either way, without secret or text."""
    who = "a webhook"
    try:
        if isinstance(someone, Webhook):
            url = _address(home, someone)
            who = f"the webhook at {urlsplit(url).hostname}"
            post(url, told)
        elif isinstance(someone, Email):
            who = f"{', '.join(someone.to)} by {someone.host}"
            send(someone, _password(home, someone), told)
    except NotSent as error:
        say(f"Not told: {who}, of “{told.subject}”: {error}")
        return False
    except Exception as error:  # Whatever is wrong with a message, the run that it is about came out as it did.
        say(f"Not told: {who}, of “{told.subject}”: a fault inside the program ({type(error).__name__})")
        return False
    say(f"Told {who}: {told.subject}")
    return True


def _address(home: Path, webhook: Webhook) -> str:
    url = webhook.url or _secret(home, webhook.url_env, webhook.url_file)
    try:
        check_address(url)
    except ValueError as error:
        raise NotSent(str(error)) from error
    return url


def _password(home: Path, email: Email) -> str:
    return _secret(home, email.password_env, email.password_file) if email.user else ""


def _secret(home: Path, variable: str | None, file: str | None) -> str:
    """A secret from the environment, or from the first line of a file. Raises NotSent where it is not there."""
    if variable is not None:
        found, place = os.environ.get(variable, ""), f"the environment variable {variable} is not set"
    else:
        found, place = _first_line(home / str(file)), f"the file {file} cannot be read or is empty"
    if not found:
        raise NotSent(place)
    return found


def _first_line(path: Path) -> str:
    try:
        return (path.read_text(encoding="utf-8-sig").splitlines() or [""])[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""
