"""What is printed may hold words of somebody's file: a terminal is never commanded by them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from small_files import write_good_plan

from pipeline import console
from pipeline.cli import main
from pipeline.commands.plans import REFUSED

pytestmark = pytest.mark.integration

COMMANDS = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\u202e"
SOURCES = [*Path(console.__file__).parent.glob("commands/*.py"), Path(console.__file__).with_name("cli.py")]


def test_what_is_said_is_written_out_where_a_terminal_would_obey_it(capsys: pytest.CaptureFixture[str]) -> None:
    console.say(f"a{COMMANDS}b", "c", sep="\n")
    assert capsys.readouterr().out == "a\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\x0d\\u202eb\nc\n"


def test_words_of_every_language_are_said_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    console.say("Ysbyty Dyffryn “Nant” — £5, µm, Ω, 診断, مستشفى")
    assert capsys.readouterr().out == "Ysbyty Dyffryn “Nant” — £5, µm, Ω, 診断, مستشفى\n"


def test_no_command_prints_but_through_the_one_door() -> None:
    printing = [
        f"{path.name}, line {node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


@pytest.mark.parametrize("argument", [f"no{COMMANDS}plan", f"--{COMMANDS}"])
def test_an_argument_that_commands_a_terminal_is_refused_harmlessly(
    argument: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", argument]) == REFUSED
    said = capsys.readouterr()
    assert not any(sign in said.out + said.err for sign in COMMANDS if not sign.isprintable())


def test_a_file_that_commands_a_terminal_is_refused_harmlessly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write_good_plan(tmp_path / "data" / "raw" / "northvale")
    monkeypatch.chdir(tmp_path)
    core5 = plan / "core5.csv"
    core5.write_text(core5.read_text(encoding="utf-8").replace("Band 6", f"Band 6{COMMANDS[:-2]}"), encoding="utf-8")
    assert main(["check", "northvale"]) == REFUSED
    said = capsys.readouterr()
    assert "core5.csv" in said.err
    assert not any(sign in said.out + said.err for sign in "\x1b\x07\x9b\r\u202e")
