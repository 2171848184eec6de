"""A workspace in shared storage: in a folder, and in an object store that a local server plays."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer
from tiny_workshop import Workshop, lay_out

from pipeline.commands.plans import DONE, FAILED, REFUSED
from pipeline.commands.sharing import with_shared
from pipeline.run.record import read_record
from pipeline.run.shared import VERSIONS, Shared

pytestmark = pytest.mark.notebook

BUCKETS = itertools.count(1)
ROOMS = ("data/raw", "data/kept", "data/processed")


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """The address of a server that plays an object store."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty shared place: of a folder, or of an object store."""
    if request.param == "folder":
        return f"file://{tmp_path}/shared"
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**keys, "AWS_ENDPOINT_URL": request.getfixturevalue("object_store")}.items():
        monkeypatch.setenv(name, value)
    bucket = f"plans-{next(BUCKETS)}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(bucket)
    return f"s3://{bucket}/diagnostics"


both = pytest.mark.parametrize("store", ["folder", "object store"], indirect=True)


def sent(store: str, shop: Workshop) -> None:
    """Put a workshop's plan into the shared place."""
    system, root = fsspec.core.url_to_fs(store)
    for path in shop.plan.iterdir():
        system.makedirs(f"{root}/data/raw/tiny", exist_ok=True)
        system.put_file(str(path), f"{root}/data/raw/tiny/{path.name}")


def machine(folder: Path) -> Workshop:
    """A machine that has the notebooks and no plan."""
    shop = lay_out(folder)
    for path in shop.plan.iterdir():
        path.unlink()
    return shop


def building(shop: Workshop, **how: object) -> Callable[[], int]:
    def build() -> int:
        shop.build(**how)
        return DONE

    return build


def report_in_use(store: str) -> dict[str, object]:
    """The record that readers of the shared place come to, by the page that leads there."""
    system, root = fsspec.core.url_to_fs(store)
    system.invalidate_cache()
    page = system.cat_file(f"{root}/reports/tiny/index.html").decode()
    run_id = page.partition('href="')[2].partition("/")[0]
    assert system.exists(f"{root}/reports/tiny/{run_id}/strategy.html")
    return dict(json.loads(system.cat_file(f"{root}/reports/tiny/{run_id}/run.json")))


@both
def test_another_machine_goes_on_from_what_one_has_made(store: str, tmp_path: Path) -> None:
    sent(store, lay_out(tmp_path / "author"))
    first, second = machine(tmp_path / "first"), machine(tmp_path / "second")
    assert with_shared(store, "tiny", first.root, building(first)) == DONE
    made = read_record(first.report)
    assert report_in_use(store)["run_id"] == made["run_id"]
    Shared(store).fetch("tiny", second.root)
    for room in (*ROOMS, "reports"):
        ours, theirs = ({path.name for path in (shop.root / room / "tiny").glob("*")} for shop in (first, second))
        local = {".lock", ".checksums.json", ".fetched.json"}
        assert theirs - local == ours - local
    assert read_record(second.report) == made


@both
def test_nothing_is_carried_twice_and_what_goes_there_goes_here(store: str, tmp_path: Path) -> None:
    shop = lay_out(tmp_path / "author")
    (shop.plan / "stray.csv").write_text("x", encoding="utf-8")
    sent(store, shop)
    here = machine(tmp_path / "here")
    Shared(store).fetch("tiny", here.root)
    numbers = here.plan / "numbers.csv"
    before = numbers.stat().st_mtime_ns
    system, root = fsspec.core.url_to_fs(store)
    system.rm_file(f"{root}/data/raw/tiny/stray.csv")
    Shared(store).fetch("tiny", here.root)
    assert numbers.stat().st_mtime_ns == before
    assert not (here.plan / "stray.csv").exists()
    system.pipe_file(f"{root}/data/raw/tiny/numbers.csv", b"employer,wte\nRZ1,9\n")
    Shared(store).fetch("tiny", here.root)
    assert numbers.read_text(encoding="utf-8").endswith("RZ1,9\n")


@both
def test_a_run_that_fails_leaves_the_report_there_as_it_was(store: str, tmp_path: Path) -> None:
    shop = lay_out(tmp_path / "author")
    sent(store, shop)
    here = machine(tmp_path / "here")
    assert with_shared(store, "tiny", here.root, building(here)) == DONE
    before = report_in_use(store)
    assert with_shared(store, "tiny", here.root, lambda: FAILED) == FAILED
    assert report_in_use(store) == before


@both
def test_so_many_versions_of_a_report_stay(store: str, tmp_path: Path) -> None:
    here = lay_out(tmp_path / "here")
    sent(store, here)
    Shared(store).fetch("tiny", here.root)
    here.report.mkdir(parents=True)
    for number in range(VERSIONS + 2):
        (here.report / "strategy.html").write_text(f"{number}", encoding="utf-8")
        (here.report / "run.json").write_text(json.dumps({"run_id": f"2026-{number}"}), encoding="utf-8")
        Shared(store).give_back("tiny", here.root)
    system, root = fsspec.core.url_to_fs(store)
    system.invalidate_cache()
    kept = sorted(path.rpartition("/")[2] for path in system.ls(f"{root}/reports/tiny", detail=False))
    assert kept == sorted([*(f"2026-{number}" for number in range(2, VERSIONS + 2)), "index.html", "latest.json"])
    assert report_in_use(store)["run_id"] == f"2026-{VERSIONS + 1}"


@both
def test_a_plan_that_is_not_there_is_refused_by_name(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert with_shared(store, "nowhere", tmp_path, lambda: DONE) == REFUSED
    assert "nowhere: refused. There is no plan of this name in" in capsys.readouterr().err
