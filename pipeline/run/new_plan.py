"""Writing a first plan.yaml from a folder of downloads: what `workforce new` does."""

from __future__ import annotations

import datetime as dt
import fnmatch
import glob
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import pandas as pd

from pipeline.plan import PILLARS, PLAN_FILE, SAFE_NAME, PlanFile
from pipeline.problems import InputRefused, Problem
from pipeline.reference import source_cards
from pipeline.run.plan_text import Draft, SourceFound, plan_text, relative
from pipeline.sources import catalogue
from pipeline.sources.discover import Discovery, discover
from pipeline.sources.ods_trusts import readable_name
from pipeline.sources.organisations import codes_of, combine
from pipeline.sources.reading import Tables
from pipeline.store import atomic_path
from pipeline.yaml_file import read_yaml

COMMAND = "workforce new"
MONTH_FROM = ("staff", "staff_groups", "waiting", "activity", "absence")
"""Tables that can say which month a plan starts from, the best first."""


def new_plan(plans: Path, name: str, ics: Sequence[str], downloads: Path, *, replace: bool = False) -> Draft:
    """Write the plan.yaml of a new plan, in a folder of its name below `plans`, from a folder of downloads.

    Raises InputRefused where the name or a code cannot be used, nothing is recognised, no file knows the
    integrated care board or its trusts, or there is a plan already. The file is written whole or not at all.
    """
    problems = list(_request_problems(plans, name, ics, downloads, replace))
    if problems:
        raise InputRefused(problems)
    draft = draft_plan((plans / name).resolve(), ics, downloads.resolve())
    with atomic_path(draft.path) as partial:
        partial.write_text(plan_text(draft), encoding="utf-8")
        PlanFile.model_validate(read_yaml(partial))
    return draft


def draft_plan(folder: Path, ics: Sequence[str], downloads: Path) -> Draft:
    """What a plan for the boards would say, from the files in a folder. Reads the staff and organisation files.

    Raises InputRefused as `new_plan` does.
    """
    found = discover(downloads)
    if not found.found:
        rule = "no file here is one the pipeline reads; `workforce sources` lists those it does and where to get them"
        raise InputRefused([Problem(file=str(downloads), rule=rule)])
    tables = _read(found, {"organisations", *MONTH_FROM[:2]})
    boards, employers = _boards_and_employers(tables, ics, downloads)
    base_month, month_file = _base_month(tables, found, downloads)
    return Draft(
        folder=folder,
        ics=tuple(ics),
        name=" and ".join(boards),
        employers=employers,
        without_staff=_without_staff(employers, tables.get("staff")),
        base_month=base_month,
        month_file=month_file,
        sources=tuple(_sources(found, folder)),
        absent=tuple(name for name in source_cards() if name not in dict(found.found)),
        unrecognised=tuple(relative(path, folder) for path in found.unrecognised if path != folder / PLAN_FILE),
    )


def _request_problems(plans: Path, name: str, ics: Sequence[str], downloads: Path, replace: bool) -> Iterator[Problem]:
    if not SAFE_NAME.fullmatch(name):
        rule = "a plan's name starts with a letter or digit and may hold only letters, digits, - and _ (at most 64)"
        yield Problem(file=COMMAND, key="NAME", value=name, rule=rule)
    elif (plans / name / PLAN_FILE).exists() and not replace:
        rule = "there is a plan here already; add --replace to write it anew (what you changed in it will be lost)"
        yield Problem(file=str(plans / name / PLAN_FILE), rule=rule)
    for code in ics:
        if not (code.isascii() and code.isalnum() and code == code.upper() and 3 <= len(code) <= 9):
            rule = "an ICS code is 3 to 9 capital letters and digits, such as QJK"
            yield Problem(file=COMMAND, key="--ics", value=code, rule=rule)
    if not downloads.is_dir():
        rule = "there is no folder here; give the folder that holds your downloads"
        yield Problem(file=COMMAND, key="--from", value=str(downloads), rule=rule)


def _read(found: Discovery, wanted: set[str]) -> Tables:
    """The wanted tables, as far as the files found hold them."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in wanted}
    problems: list[Problem] = []
    useful = [(reader, path) for reader, paths in found.found for path in paths if _yields(reader) & wanted]
    for reader, path in useful:
        try:
            tables = catalogue.reader(reader).read(path)
        except InputRefused as refused:
            problems += refused.problems
            continue
        for name in wanted & tables.keys():
            parts[name].append(tables[name])
    if problems:
        raise InputRefused(problems)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items() if frames}


def _yields(reader: str) -> set[str]:
    return set(source_cards()[reader].yields)


def _supplying(table: str) -> str:
    return ", ".join(name for name in source_cards() if table in _yields(name))


def _boards_and_employers(tables: Tables, ics: Sequence[str], downloads: Path) -> tuple[list[str], dict[str, str]]:
    """Names of the boards, and code and name of every current trust under any vintage of their codes."""
    if "organisations" not in tables:
        rule = f"no file here says which trusts belong to an ICS; add one of {_supplying('organisations')}"
        raise InputRefused([Problem(file=str(downloads), rule=rule)])
    organisations, _ = combine([tables["organisations"]])
    boards = organisations[organisations["kind"] == "icb"].drop_duplicates("code", keep="last").set_index("code")
    unknown = [code for code in ics if code not in boards.index]
    if unknown:
        rule = f"no file here knows an integrated care board of this code; those known are {', '.join(boards.index)}"
        raise InputRefused(Problem(file=COMMAND, key="--ics", value=code, rule=rule) for code in unknown)
    current = organisations[(organisations["kind"] == "trust") & organisations["valid_to"].isna()]
    trusts = current[current["parent"].isin(codes_of(organisations, list(ics)))].sort_values("code")
    if trusts.empty:
        rule = f"no file here has a trust under {', '.join(ics)}; add one of {_supplying('organisations')}"
        raise InputRefused([Problem(file=str(downloads), rule=rule)])
    names = dict(zip(trusts["code"], map(readable_name, trusts["name"]), strict=True))
    return [readable_name(boards.loc[code, "name"]) for code in ics], names


def _without_staff(employers: dict[str, str], staff: pd.DataFrame | None) -> frozenset[str]:
    """Trusts with no diagnostic staff in the staff files, such as ambulance trusts; none where no trust has any."""
    if staff is None:
        return frozenset()
    with_staff = set(staff.loc[staff["pillar"].isin(PILLARS), "employer"]) & set(employers)
    return frozenset(set(employers) - with_staff) if with_staff else frozenset()


def _base_month(tables: Tables, found: Discovery, downloads: Path) -> tuple[dt.date, str]:
    """The latest month of the best table there is, and the file that has it."""
    for name in MONTH_FROM:
        frame = tables[name] if name in tables else _read(found, {name}).get(name)
        if frame is not None and len(frame):
            latest = frame.loc[frame["month"].idxmax()]
            return latest["month"].date(), str(latest["file"])
    rule = f"no file here has a month to start from; add a staff file: one of {_supplying('staff')}"
    raise InputRefused([Problem(file=str(downloads), rule=rule)])


def _sources(found: Discovery, folder: Path) -> Iterator[SourceFound]:
    everything = {path for _, paths in found.found for path in paths} | set(found.unrecognised)
    for reader, paths in found.found:
        for parent in sorted({path.parent for path in paths}):
            own = [path for path in paths if path.parent == parent]
            others = [path.name for path in everything - set(own) if path.parent == parent]
            pattern = _pattern([path.name for path in own], others)
            if pattern:
                yield SourceFound(reader, f"{glob.escape(relative(parent, folder))}/{pattern}", len(own))
            else:
                yield from (SourceFound(reader, relative(path, folder), 1) for path in own)


def _pattern(own: Sequence[str], others: Sequence[str]) -> str | None:
    """A pattern that names all the files of a folder that are alike and none of its others, if there is one."""
    endings = {Path(name).suffix for name in own}
    if len(own) == 1 or len(endings) > 1:
        return None
    start, ending = _common_start(own).rstrip("0123456789"), endings.pop()
    patterns = [f"{glob.escape(letters)}*{ending}" for letters in ("", start.rstrip("0123456789 _-."), start)]
    return next((each for each in patterns if not any(fnmatch.fnmatch(name, each) for name in others)), None)


def _common_start(names: Sequence[str]) -> str:
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike)
