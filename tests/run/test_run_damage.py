"""What was damaged between two runs is noticed, and made again or named; the plan's own files are only ever read."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tiny_workshop import Workshop

from pipeline.report.track_record_words import damage_sentences
from pipeline.run import state
from pipeline.run.checksums import Checksums
from pipeline.run.kept import Kept
from pipeline.run.past_runs import PastRuns
from pipeline.run.record import clock_note, new_run_id, read_record
from pipeline.run.tasks import DEPENDENCIES
from pipeline.store import Store, StoreError, file_sha256, sealed, unsealed

pytestmark = pytest.mark.integration


def flip(path: Path, place: int) -> None:
    """Turn one bit of a file over."""
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.write_bytes(content)


def sums(folder: Path) -> dict[str, str]:
    return {path.name: file_sha256(path) for path in folder.rglob("*") if path.is_file()}


def made_by(built: Workshop) -> list[Path]:
    """Every file of a run's tables, records, notebooks and report."""
    tables = [
        *built.processed.glob("*.parquet"),
        *(path for path in built.processed.glob("*.json") if path.name[0] != "."),
    ]
    books = built.processed.glob("notebooks/*.ipynb")
    return [path for path in sorted([*tables, *books, *built.report.iterdir()]) if path != built.processed / "run.json"]


def test_a_bit_that_turned_over_in_anything_that_a_run_made_is_noticed_and_made_again(built: Workshop) -> None:
    whole = {path: path.read_bytes() for path in made_by(built)}
    assert len(whole) > 20
    for place, path in enumerate(whole):
        flip(path, 11 * place + 7)
    assert "built" in built.statuses().values()
    again = {path.name: path for path in made_by(built)}
    assert again.keys() == {path.name for path in whole}
    tables = {path: content for path, content in whole.items() if path.suffix in (".parquet", ".ipynb")}
    assert {path.name for path, content in tables.items() if path.read_bytes() != content} == set()
    assert set(built.statuses().values()) == {"fresh"}


def test_a_bit_that_turned_over_in_one_table_makes_only_what_hangs_on_it_again(built: Workshop) -> None:
    flip(built.processed / "headlines.parquet", 100)
    stages = built.statuses()
    assert stages["action_plan"] == "built"
    assert stages["ingest"] == stages["metrics"] == stages["evidence"] == "fresh"


def test_a_record_of_a_table_that_says_something_else_is_noticed(built: Workshop) -> None:
    record = built.processed / "pay.json"
    said = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps({**said, "rows": said["rows"] + 1}), encoding="utf-8")
    with pytest.raises(StoreError, match=r"pay .* is damaged or was altered"):
        Store(built.processed).record("pay")
    assert built.statuses()["ingest"] == "built"


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_memory_of_stages_or_checksums_only_makes_work(built: Workshop, seed: int) -> None:
    chance = random.Random(seed)
    for name in (DEPENDENCIES, ".checksums.json"):
        path = built.processed / name
        content = path.read_bytes()
        harm: list[Callable[[], object]] = [
            lambda path=path, content=content: path.write_bytes(content[: chance.randrange(len(content))]),
            lambda path=path, content=content: flip(path, chance.randrange(len(content))),
            lambda path=path: path.write_bytes(
                chance.choice([b"", b"[]", b"null", b"{}", b"\xff\xfe", b'{"ingest": 5}'])
            ),
        ]
        harm[seed]()
    built.build()
    assert read_record(built.report)["plan"] == "tiny"
    assert set(built.statuses().values()) == {"fresh"}


def test_every_letter_of_a_sealed_record_counts() -> None:
    text = json.dumps(sealed({"files": {"a": [1, "x"]}, "rows": 3}), separators=(",", ":"))
    assert unsealed(text) == {"files": {"a": [1, "x"]}, "rows": 3}
    turned = [text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :] for place in range(len(text))]
    for odd in (*turned, text[:-1], "", "[]", "null", "5", '"x"', "{}", '{"seal": 1}'):
        with pytest.raises(ValueError):
            unsealed(odd)


def test_a_report_whose_record_is_damaged_is_made_again_and_not_taken_for_somebody_elses(built: Workshop) -> None:
    (built.report / "run.json").write_text("{", encoding="utf-8")
    assert built.statuses()["document"] == "built"
    assert read_record(built.report)["plan"] == "tiny"


def test_a_kept_run_that_was_altered_is_named_and_not_compared_with(built: Workshop) -> None:
    runs = PastRuns(Kept.beside(built.processed).folder)
    (path,) = (runs.folder / "runs").glob("*.json")
    flip(path, 200)
    assert (runs.runs(), runs.altered()) == ([], [path.name])
    (built.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n", encoding="utf-8")
    assert built.statuses()["changes"] == "built"
    assert path.name in (built.processed / "notebooks" / "changes.ipynb").read_text(encoding="utf-8")


def test_kept_forecasts_that_were_altered_are_left_out_and_named(tmp_path: Path) -> None:
    store = Store(tmp_path / "processed" / "tiny")
    kept, base = Kept.beside(store.folder), dt.date(2025, 10, 31)
    later, made = dt.date(2026, 1, 31), dt.datetime(2025, 11, 3, tzinfo=dt.UTC)
    for value in (1.0, 2.0):
        store.write("forecasts", pd.DataFrame({"p50": [value]}))
        assert kept.keep(store, base, "a-run", made)
    first, second = kept.files()
    flip(first, 300)
    assert len(kept.read(later)) == 1
    assert kept.damaged(later) == [first.name]
    (said,) = damage_sentences(kept.damaged(later))
    assert said.startswith("1 file of forecasts cannot be used")
    assert damage_sentences([]) == []
    flip(first, 300)
    assert sorted(kept.read(later)["p50"]) == [1.0, 2.0]
    assert second in kept.files()


OPENED: list[tuple[str, Any]] = []
_watching = {"folder": ""}


def _watch(event: str, args: tuple[Any, ...]) -> None:
    named = [str(each) for each in args[:2] if isinstance(each, str | bytes | os.PathLike)]
    writes = event in (
        "os.remove",
        "os.rename",
        "os.mkdir",
        "os.rmdir",
        "os.truncate",
        "os.chmod",
        "os.utime",
        "shutil.rmtree",
    )
    writes |= event == "open" and isinstance(args[1], str) and bool(set(args[1]) & set("wax+"))
    if _watching["folder"] and writes and any(_watching["folder"] in name for name in named):
        OPENED.append((event, args[:2]))


@pytest.fixture
def watched(workshop: Workshop) -> Iterator[Workshop]:
    """A workshop of which everything that would change a file of the plan is written down."""
    sys.addaudithook(_watch)
    _watching["folder"] = str(workshop.plan)
    yield workshop
    _watching["folder"] = ""
    OPENED.clear()


def test_the_files_of_a_plan_are_only_read(watched: Workshop) -> None:
    for path in [*watched.plan.iterdir(), watched.plan]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ctime_ns) for path in watched.plan.rglob("*")}
    content = sums(watched.plan)
    OPENED.clear()
    watched.build()
    watched.build(force=True)
    assert OPENED == []
    assert sums(watched.plan) == content
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ctime_ns) for path in watched.plan.rglob("*")} == before
    watched.plan.chmod(0o755)


def at(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    """Runs begin at this time."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return now.astimezone(tz)

    monkeypatch.setattr(state, "dt", SimpleNamespace(datetime=Clock))


def changed(built: Workshop, wte: int) -> str:
    """The plan with another number, built; the id of the run."""
    (built.plan / "numbers.csv").write_text(f"employer,wte\nRZ1,{wte}\n", encoding="utf-8")
    built.build()
    return str(read_record(built.report)["run_id"])


def test_a_run_after_the_clock_was_put_back_is_still_the_newest_and_says_so(
    built: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = changed(built, 10)
    at(monkeypatch, dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    second, third = changed(built, 11), changed(built, 12)
    monkeypatch.undo()
    runs = PastRuns(Kept.beside(built.processed).folder)
    assert [run.id for run in runs.runs()][:3] == [third, second, first]
    assert runs.runs()[0].headlines["value"].iloc[0] == 12.0
    record = read_record(built.report)
    assert "The computer's clock says 01 January 2001" in record["clock"]
    assert record["seconds"] >= 0


def test_inputs_from_the_future_are_read_again_and_nothing_else_happens(built: Workshop) -> None:
    ahead = dt.datetime.now().timestamp() + 10 * 365 * 24 * 3600
    for path in [*built.plan.iterdir(), *built.processed.glob("*.parquet")]:
        os.utime(path, (ahead, ahead))
    assert set(built.statuses().values()) == {"fresh"}
    remembered = Checksums(built.processed / ".checksums.json")
    (built.plan / "numbers.csv").write_text("employer,wte\nRZ1,4\nRZ1,3\n", encoding="utf-8")
    os.utime(built.plan / "numbers.csv", (ahead, ahead))
    assert remembered.of(built.plan / "numbers.csv") == file_sha256(built.plan / "numbers.csv")
    assert built.statuses()["ingest"] == "built"


def test_ids_go_up_whatever_the_clock_does() -> None:
    ids, before = [], ""
    chance = random.Random(1)
    for _ in range(200):
        started = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=chance.randrange(-(10**8), 10**8))
        before = new_run_id(started, before)
        ids.append(before)
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", each) for each in ids)


@pytest.mark.parametrize("after", ["", "99991231T235959Z-000000", "nonsense", "20260101T000000Z-3f9a1c"])
def test_no_id_before_stops_a_run(after: str) -> None:
    assert new_run_id(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), after)


def test_a_clock_that_differs_by_a_moment_is_not_spoken_of() -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert clock_note(now, "20260101T000100Z-3f9a1c") == ""
    assert clock_note(now, "") == ""
    assert "before the last run of this plan (01 February 2026" in clock_note(now, "20260201T000000Z-3f9a1c")


def test_a_record_that_says_nothing_certain_stops_no_stage_that_looks_at_all_of_them(workshop: Workshop) -> None:
    reads = "import pandas as pd\nstore.write('pay', pd.read_csv(desk.plan.sources[0].path));"
    workshop.rewrite("ingest", reads, "store.records();")
    workshop.build()
    record = workshop.processed / "headlines.json"
    facts = json.loads(record.read_text(encoding="utf-8"))
    del facts["seal"]
    record.write_text(json.dumps(facts), encoding="utf-8")
    statuses = workshop.statuses(force=True)
    assert set(statuses.values()) == {"built"}
    assert workshop.statuses() == dict.fromkeys(statuses, "fresh")
