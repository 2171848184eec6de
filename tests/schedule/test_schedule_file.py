"""data/schedule.yaml: what it may say, and how everything wrong with it is said at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.plan_schema import schema_text
from pipeline.problems import InputRefused
from pipeline.schedule.file import load_schedule
from pipeline.schedule.schema import SCHEMA_FILE, schedule_schema

pytestmark = pytest.mark.unit

Write = Callable[[str], Path]
GOOD = """\
runs:
  - {name: Monday mornings, plans: all, when: 0 7 * * mon}
  - {name: Statistics day, plans: [eastmere, northvale], when: last Thursday at 09:30}
  - {name: New files, plans: eastmere, watch: true, quiet_seconds: 60}
notify:
  reports_address: https://reports.example.org
  webhooks:
    - {url_env: TEAMS_ADDRESS, about: [changed headline]}
  emails:
    - {host: mail.example.org, from: plans@example.org, to: [board@example.org], user: plans, password_env: MAIL}
"""


def refusal(home: Path) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        load_schedule(home)
    return [f"{problem.key}: {problem.rule} [{problem.value}]" for problem in refused.value.problems]


def test_a_schedule_says_what_is_run_when_and_who_is_told(home: Path, write: Write) -> None:
    write(GOOD)
    schedule = load_schedule(home)
    raw = home / "data" / "raw"
    assert [entry.plans_now(raw) for entry in schedule.runs] == [
        *(["eastmere", "northvale"], ["eastmere", "northvale"], ["eastmere"])
    ]
    assert [entry.said for entry in schedule.runs] == [
        *("0 7 * * mon", "last Thursday at 09:30", "when a file has changed and been quiet for 60 s")
    ]
    assert (schedule.time_zone, schedule.grace_hours) == ("Europe/London", 24)
    mail = schedule.notify.emails[0]
    assert (mail.at_port, mail.security, mail.about) == (587, "starttls", ["made", "failed", "refused"])


def test_all_means_the_plans_that_are_there_when_the_time_comes(home: Path, write: Write) -> None:
    write("runs: [{name: a, plans: all, watch: true}]")
    entry = load_schedule(home).runs[0]
    (home / "data" / "raw" / "westmarch").mkdir()
    (home / "data" / "raw" / "westmarch" / "plan.yaml").touch()
    (home / "data" / "raw" / "no plan").mkdir()
    assert entry.plans_now(home / "data" / "raw") == ["eastmere", "northvale", "westmarch"]


def test_without_a_file_it_says_where_one_belongs(home: Path) -> None:
    assert refusal(home) == [": there is no schedule here; docs/schedule.md says how to write one []"]


def test_everything_wrong_is_said_at_once_with_key_value_and_rule(home: Path, write: Write) -> None:
    write("""\
        time_zone: Europe/Londn
        grace: 3
        runs:
          - {name: one, plans: [eastmere, nowhere], when: 0 7 * * 9}
          - {name: two, plans: all}
          - {name: three, plans: [], when: every Monday at 07:00, watch: true}
          - {name: "../four", plans: all, when: 31st day of February at 07:00}
        """)
    said = "\n".join(refusal(home))
    for each in (
        "time_zone: there is no time zone of this name; write it as Europe/London [Europe/Londn]",
        "grace: this key is not known; check its spelling against docs/schedule.schema.json [3]",
        "runs.0.plans.1: there is no plan of this name; the plans in data/raw are: eastmere, northvale [nowhere]",
        "runs.0.when: “9” is no day of the week of a cron expression",
        "runs.1: an entry has either `when: …` or `watch: true`, and not both []",
        "runs.2.plans: name at least one plan, or write all []",
        "runs.3.name: a name has letters, digits, spaces, - and _ (at most 60) [../four]",
        "runs.3.when: such a day never comes [31st day of February at 07:00]",
    ):
        assert each in said


def test_two_entries_of_one_name_are_refused(home: Path, write: Write) -> None:
    write("runs: [{name: One, plans: all, watch: true}, {name: one, plans: all, watch: true}]")
    assert refusal(home) == ["runs: two entries have the same name: one []"]


@pytest.mark.parametrize("secret", ["s3cret", "12345", "[s3cret, 12345]"])
def test_a_password_in_the_file_is_refused_and_not_repeated(home: Path, write: Write, secret: str) -> None:
    write(f"""\
        runs: [{{name: a, plans: all, watch: true}}]
        notify:
          emails: [{{host: mail.example.org, from: a@example.org, to: [b@example.org], user: a, password: {secret}}}]
        """)
    said = "\n".join(refusal(home))
    assert "notify.emails.0.password: a password may not stand in this file; name an environment variable" in said
    assert "s3cret" not in said
    assert "12345" not in said


@pytest.mark.parametrize(
    ("webhook", "rule"),
    [
        ("{}", "a webhook has one of url, url_env and url_file"),
        ("{url: 'https://a.example', url_env: A}", "a webhook has one of url, url_env and url_file"),
        ("{url: 'file:///etc/passwd'}", "a webhook's address begins with https:// (or http:// inside"),
        ("{url: 'https://me:s3cret@a.example'}", "a password may not stand in this file; name an environment variable"),
        ("{url_env: 'https://a.example/s3cret'}", "the name of an environment variable has letters, digits and _"),
        ("{url_env: A, about: [maid]}", "should be 'made', 'failed', 'refused' or 'changed headline'"),
    ],
)
def test_a_webhook_that_cannot_be_used(home: Path, write: Write, webhook: str, rule: str) -> None:
    write(f"runs: [{{name: a, plans: all, watch: true}}]\nnotify: {{webhooks: [{webhook}]}}\n")
    said = "\n".join(refusal(home))
    assert rule in said
    assert "me:s3cret" not in said


MAIL = {"host": "mail.example.org", "from": "a@example.org", "to": "[b@example.org]"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"to": r'["b@example.org\nBcc: c@example.org"]'}, "an e-mail address is written as name@example.org"),
        ({"from": '"a b@example.org"'}, "an e-mail address is written as name@example.org"),
        ({"to": "[]"}, "should not be empty"),
        ({"host": '"mail.example.org/x"'}, "the name of a mail server is written as mail.example.org"),
        ({"user": "a"}, "a user has one of password_env and password_file"),
        ({"password_env": "A"}, "neither stands without a user"),
        ({"user": "a", "password_env": "A", "security": "none"}, "is not sent over a connection that is not protected"),
        ({"port": "70000"}, "should be 65535 or less"),
    ],
)
def test_mail_that_cannot_be_sent(home: Path, write: Write, change: dict[str, str], rule: str) -> None:
    mail = ", ".join(f"{key}: {value}" for key, value in {**MAIL, **change}.items())
    write(f"runs: [{{name: a, plans: all, watch: true}}]\nnotify: {{emails: [{{{mail}}}]}}\n")
    assert rule in "\n".join(refusal(home))


def test_the_published_schema_is_the_one_the_code_checks_with() -> None:
    said = "run: python -m pipeline.schedule.schema"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(schedule_schema()), said


def test_the_schema_offers_no_place_for_a_password() -> None:
    mail = schedule_schema()["$defs"]["Email"]["properties"]
    assert "password" not in mail
    assert {"from", "password_env", "password_file"} <= mail.keys()
