"""What data/schedule.yaml may say of who is told, and how. No password stands there, and none that does is repeated."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

About = Literal["made", "failed", "refused", "changed headline"]
ADDRESS = r"^[^\s@<>,;:\"]+@[^\s@<>,;:\"]+$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
Address = Annotated[str, Field(pattern=ADDRESS)]
Variable = Annotated[str, Field(pattern=VARIABLE)]
PORTS = {"starttls": 587, "ssl": 465, "none": 25}
"""The ports on which mail servers take mail (RFC 6409, RFC 8314, RFC 5321)."""
NO_PASSWORD = (
    "a password may not stand in this file; name an environment variable (password_env) or a file (password_file) "
    "that holds it"
)


class Section(BaseModel):
    """A part of the file: no unknown key, no space around a word."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Told(Section):
    """Someone who is told, and of what."""

    about: list[About] = Field(
        default=["made", "failed", "refused"],
        min_length=1,
        description="Of what: made (a new strategy), failed, refused (an input), changed headline (a new strategy in "
        "which a headline figure is another).",
    )


class Webhook(Told):
    """An address to which a message is posted as JSON. One of url, url_env and url_file is given."""

    url: str | None = Field(default=None, description="The address. Those of Teams and Slack are secrets: use url_env.")
    url_env: Variable | None = Field(
        default=None, description="Name of an environment variable that holds the address."
    )
    url_file: str | None = Field(default=None, description="File that holds the address, on its first line.")

    @field_validator("url")
    @classmethod
    def _is_open(cls, url: str | None) -> str | None:
        if url is not None:
            check_address(url)
        return url

    @model_validator(mode="after")
    def _has_one_address(self) -> Webhook:
        if sum(each is not None for each in (self.url, self.url_env, self.url_file)) != 1:
            raise ValueError("a webhook has one of url, url_env and url_file")
        return self


class Email(Told):
    """A mail server and who gets mail through it."""

    host: str = Field(pattern=r"^[A-Za-z0-9._-]+$", description="The mail server (SMTP).")
    port: int | None = Field(default=None, ge=1, le=65535, description="Its port; left out, the usual one.")
    security: Literal["starttls", "ssl", "none"] = Field(
        default="starttls", description="How the connection is protected; none only inside a network that you trust."
    )
    sender: Address = Field(alias="from", description="The address that the mail comes from.")
    to: list[Address] = Field(min_length=1, description="Who gets it.")
    user: str | None = Field(default=None, description="Whom to log in as; left out, nobody logs in.")
    password_env: Variable | None = Field(default=None, description="Name of an environment variable that holds it.")
    password_file: str | None = Field(default=None, description="File that holds the password, on its first line.")
    password: SkipJsonSchema[Any] = Field(default=None, exclude=True, repr=False)

    @field_validator("password")
    @classmethod
    def _is_not_here(cls, _password: Any) -> None:
        raise ValueError(NO_PASSWORD)

    @model_validator(mode="after")
    def _has_one_password(self) -> Email:
        given = sum(each is not None for each in (self.password_env, self.password_file))
        if given != (1 if self.user else 0):
            raise ValueError("a user has one of password_env and password_file, and neither stands without a user")
        if self.user and self.security == "none":
            raise ValueError("a password is not sent over a connection that is not protected; use starttls or ssl")
        return self

    @property
    def at_port(self) -> int:
        """The port of the server."""
        return self.port or PORTS[self.security]


class Notify(Section):
    """Who is told how runs came out."""

    reports_address: str | None = Field(
        default=None,
        description="Where readers find the reports folder (https://… or a file share); left out, the path on this "
        "machine is given.",
    )
    webhooks: list[Webhook] = Field(default_factory=list, description="Addresses to post to.")
    emails: list[Email] = Field(default_factory=list, description="Mail to send.")

    @property
    def everyone(self) -> list[Webhook | Email]:
        """All who are told, webhooks first."""
        return [*self.webhooks, *self.emails]


def check_address(url: str) -> None:
    """Refuse what is no web address, or one that holds a password. Raises ValueError, without the address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a webhook's address begins with https:// (or http:// inside your own network)")
    if parts.password:
        raise ValueError(NO_PASSWORD.replace("password_env", "url_env").replace("password_file", "url_file"))
