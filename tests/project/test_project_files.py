"""The project's own files agree with each other and say nothing they should not."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bench.plans import EMPLOYERS, SIZES, STAFF
from pipeline import scenario_schema
from pipeline.lever_guide import GUIDE_FILE, guide
from pipeline.plan_schema import SCHEMA_FILE, plan_schema, schema_text
from pipeline.synthetic.recipe import Recipe

pytestmark = pytest.mark.unit

CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "pandera": "pandera-pandas",
}
LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+?)(?: ; (?P<marker>.+?))?(?: \\)?$")
INDEX_HOSTS = ["py" + "pi.org", "python" + "hosted.org", "conda." + "anaconda.org", "registry." + "npmjs.org"]
INDEX_OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host"]


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return dict(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"])


@pytest.fixture(scope="module")
def environment(root: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def asked_for(project: dict[str, Any]) -> set[str]:
    requirements = project["dependencies"] + project["optional-dependencies"]["dev"]
    return {canonicalize_name(Requirement(requirement).name) for requirement in requirements}


def locked_versions(root: Path, python: str) -> dict[str, str]:
    """The version of every package that the lock gives for a Python version on Linux."""
    where = {"python_version": python, "python_full_version": f"{python}.0"}
    versions = {}
    for line in (root / "requirements.lock").read_text(encoding="utf-8").splitlines():
        found = LOCKED.match(line)
        if found and (found["marker"] is None or Marker(found["marker"]).evaluate(where)):
            versions[canonicalize_name(found["name"])] = found["version"]
    return versions


def conda_versions(environment: dict[str, Any]) -> dict[str, str]:
    """The version of every package in environment.yml, by its name in pyproject.toml."""
    python_names = {conda: name for name, conda in CONDA_NAMES.items()}
    versions = {}
    for entry in environment["dependencies"]:
        if isinstance(entry, str) and "=" in entry:
            name, version = entry.split("=")
            versions[python_names.get(name, name)] = version
    return versions | dict(line.split("==") for line in pip_lines(environment) if "==" in line)


def pip_lines(environment: dict[str, Any]) -> list[str]:
    return [line for entry in environment["dependencies"] if isinstance(entry, dict) for line in entry["pip"]]


def tracked_files(root: Path) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def test_environment_yml_lists_the_packages_of_pyproject_and_no_others(
    environment: dict[str, Any], asked_for: set[str]
) -> None:
    assert conda_versions(environment).keys() - {"python"} == asked_for


def test_environment_yml_pins_the_versions_of_the_lock(
    root: Path, environment: dict[str, Any], asked_for: set[str]
) -> None:
    conda = conda_versions(environment)
    locked = locked_versions(root, conda["python"])
    assert {name: conda[name] for name in asked_for} == {name: locked[name] for name in asked_for}


def test_environment_yml_installs_the_project_itself(environment: dict[str, Any]) -> None:
    assert "--editable ." in pip_lines(environment)
    assert environment["channels"] == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_has_every_package_of_pyproject_for_each_python(root: Path, asked_for: set[str], python: str) -> None:
    assert asked_for <= locked_versions(root, python).keys()


def test_this_environment_was_installed_from_the_lock(root: Path, asked_for: set[str]) -> None:
    from importlib.metadata import version

    locked = locked_versions(root, f"{sys.version_info.major}.{sys.version_info.minor}")
    assert {name: version(name) for name in asked_for} == {name: locked[name] for name in asked_for}


def test_every_locked_package_has_a_checksum(root: Path) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert len(packages) > 100
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []


def test_the_lock_holds_no_address(root: Path) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert [option for option in INDEX_OPTIONS if option in text] == []


def test_no_file_names_a_package_index(root: Path) -> None:
    configured = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    hosts = INDEX_HOSTS + re.findall(r"https?://(?:[^@/\s]*@)?([^/:'\s]+)", configured.stdout)
    found = [
        f"{path.relative_to(root)}: {host}"
        for path in tracked_files(root)
        for host in hosts + INDEX_OPTIONS
        if host.encode() in path.read_bytes()
    ]
    assert found == []


def test_no_file_names_a_folder_of_this_machine(root: Path) -> None:
    here = str(root).encode()
    assert [str(path.relative_to(root)) for path in tracked_files(root) if here in path.read_bytes()] == []


def test_the_published_schema_is_the_one_the_code_checks_with() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(plan_schema()), "run: python -m pipeline.plan_schema"
    of_scenarios = scenario_schema.SCHEMA_FILE.read_text(encoding="utf-8")
    assert of_scenarios == schema_text(scenario_schema.scenario_schema()), "run: python -m pipeline.scenario_schema"


def test_the_guide_to_levers_says_what_the_levers_are() -> None:
    assert GUIDE_FILE.read_text(encoding="utf-8") == guide(), "run: python -m pipeline.lever_guide"


def test_the_citation_names_this_version_and_licence(root: Path, project: dict[str, Any]) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    assert {"message", "title", "authors"} <= citation.keys()


def test_the_changelog_has_this_version(root: Path, project: dict[str, Any]) -> None:
    assert f"\n## [{project['version']}]" in (root / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_covers_code_documents_and_published_data(root: Path) -> None:
    text = (root / "LICENCE").read_text(encoding="utf-8")
    assert "MIT License" in text
    assert "Contains public sector information licensed under the Open Government Licence v3.0." in text


def test_every_file_that_a_document_points_to_is_there(root: Path) -> None:
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    missing = [
        f"{document.relative_to(root)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert missing == []


def test_rap_answers_all_eighteen_criteria(root: Path) -> None:
    text = (root / "docs" / "rap.md").read_text(encoding="utf-8")
    answers = re.findall(r"^\| (\d+) \| [^|]+ \| (Yes|In part|Not yet)\. ", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in answers] == list(range(1, 19))


def test_the_readme_gives_the_two_commands_and_what_to_type_without_make(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    for command in ("make report", "make test", "-m pipeline run sample", "-m pytest", "conda env create"):
        assert command in text


@pytest.mark.parametrize("staff", [STAFF, *SIZES])
def test_the_plans_of_the_benchmark_can_be_made(staff: int) -> None:
    assert Recipe(staff, EMPLOYERS, 1).staff == staff
