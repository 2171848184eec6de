"""One large extract of staff records, of any number of rows, to measure the reader with.

Unlike the sample's own extracts it follows nobody's career: a post is held by one person after another, who are drawn
from the teams and careers of the sample. DuckDB writes it row by row, so that a hundred million rows take no more
memory than a thousand.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipeline.months import add_months
from pipeline.plan import SAFE_NAME
from pipeline.problems import InputRefused, Problem
from pipeline.synthetic.careers import careers
from pipeline.synthetic.chance import apportion
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import ROW_LIMITS, Recipe
from pipeline.synthetic.records import AGE_STEP, FIXED_TERM, PERMANENT
from pipeline.synthetic.settings import DOCTORS, group, plain, settings

FILE = "extract.csv"
_DRAW = "CREATE MACRO draw(who, what, of_many) AS (hash(who, what) % of_many::UBIGINT)::INTEGER"
# Holders change every $tenure months, in each post at another time. What a post or its holder is like is drawn by a
# hash of them, so that every row can be made without the others.
_COPY = """
COPY (
  WITH posts AS (
    SELECT i // $a_month AS step, hash(i % $a_month, $seed) AS post FROM range($rows) numbers(i)
  ), turns AS (
    SELECT step, post, step + draw(post, 'turn', $tenure) AS turn FROM posts
  ), holders AS (
    SELECT step, post, turn % $tenure AS held, hash(post, turn // $tenure) AS person FROM turns
  ), drawn AS (
    SELECT step, draw(post, 'employer', $draws) AS employer, draw(post, 'cell', $draws) AS place,
      $ages[1 + draw(person, 'age', $draws)] + (draw(person, 'birthday', $step * 12) + held) // 12 AS age,
      draw(person, 'contract', $draws) AS contract, draw(person, 'hours', $draws) AS hours,
      draw(person, 'second', $draws) < $seconds AS second
    FROM holders
  )
  SELECT $days[1 + step] AS "Effective Date", $employers[1 + employer] AS "Employer", staff_group AS "Staff Group",
    area AS "Area of Work", role AS "Role", band AS "Pay Band",
    CASE WHEN age < 20 THEN 'Under 20' WHEN age >= 75 THEN '75+'
      ELSE concat(age // $step * $step, '-', age // $step * $step + $step - 1) END AS "Age Band",
    CASE WHEN contract < len($not_in_post) THEN $not_in_post[1 + contract]
      WHEN contract < len($not_in_post) + fixed_term THEN $fixed_term ELSE $permanent END AS "Assignment Category",
    CASE WHEN second THEN $second_wte WHEN doctor THEN $doctors[1 + hours] ELSE $standard[1 + hours] END AS "FTE",
    CASE WHEN second THEN 'N' ELSE 'Y' END AS "Primary Assignment"
  FROM drawn JOIN cells USING (place)
) TO $path (FORMAT csv, HEADER true)
"""


def extract_of(plans: Path, name: str, rows: int, seed: int) -> Path:
    """Write an extract into a folder of this name below `plans`; its path.

    Raises InputRefused for a name that no plan can have, a folder that holds anything else, and too small a disk.
    """
    path = plans / name / FILE
    if not SAFE_NAME.fullmatch(name):
        rule = "a name starts with a letter or digit and may hold only letters, digits, - and _ (at most 64)"
        raise InputRefused([Problem(file="workforce synthesise", key="NAME", value=name, rule=rule)])
    if path.parent.is_dir() and any(each != path for each in path.parent.iterdir()):
        rule = "this folder holds other files than an extract, and they stay; choose another name"
        raise InputRefused([Problem(file=str(path.parent), rule=rule)])
    path.parent.mkdir(parents=True, exist_ok=True)
    needed, free = rows * parameters("extract")["bytes_a_row"], shutil.disk_usage(path.parent).free
    if needed > free:
        rule = f"{rows:,} rows take about {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free; ask for fewer rows"
        raise InputRefused([Problem(file=str(path), rule=rule)])
    write_extract(path, rows, seed)
    return path


def write_extract(path: Path, rows: int, seed: int) -> None:
    """Write an extract of this many assignment-months, in the order of months, as `esr_extract` reads it.

    The same rows and seed give the same bytes with the same version of DuckDB. Raises ValueError beyond ROW_LIMITS.
    """
    if not ROW_LIMITS[0] <= rows <= ROW_LIMITS[1]:
        raise ValueError(f"rows should be from {ROW_LIMITS[0]:,} to {ROW_LIMITS[1]:,}, not {rows:,}")
    with duckdb.connect(":memory:") as connection:
        connection.register("cells", _cells())
        connection.execute(_DRAW)
        connection.execute(_COPY, {"path": str(path), **_chance(rows, seed)})


def _chance(rows: int, seed: int) -> dict[str, Any]:
    """What the rows are drawn from, by its name in the query."""
    given = parameters("extract")
    months, hours = given["months"], careers()["hours"]
    trusts = places(Recipe(employers=given["employers"])).employers
    return {
        "rows": rows,
        "seed": seed,
        "a_month": math.ceil(rows / months),
        "tenure": given["tenure"],
        "draws": given["draws"],
        "step": AGE_STEP,
        "days": [f"{add_months(base_month(), step - months + 1):%Y-%m-%d}" for step in range(months)],
        "employers": _drawn({trust.code: trust.population for trust in trusts}),
        "ages": _drawn(given["ages"]),
        "not_in_post": [
            name for name, share in given["not_in_post"].items() for _ in range(round(share * given["draws"]))
        ],
        "fixed_term": FIXED_TERM,
        "permanent": PERMANENT,
        "standard": _drawn(hours["standard"]),
        "doctors": _drawn(hours[DOCTORS]),
        "seconds": round(careers()["second_role"]["share"] * given["draws"]),
        "second_wte": careers()["second_role"]["wte"],
    }


def _drawn(weights: Mapping[Any, float]) -> list[Any]:
    """Every value as often as its weight says, as many in all as there are draws."""
    shares = apportion(parameters("extract")["draws"], list(weights.values()))
    return [value for value, times in zip(weights, shares, strict=True) for _ in range(times)]


def _cells() -> pd.DataFrame:
    """The levels and bands of every setting as records write them, each in as many rows as its share of the draws."""
    rows = [
        {
            "staff_group": group(setting.group)["esr"],
            "area": setting.label,
            "role": plain(cell.level),
            "band": cell.band,
            "doctor": setting.kind == DOCTORS,
            "fixed_term": round(careers()["kinds"][setting.kind]["fixed_term"] * parameters("extract")["draws"]),
            "weight": setting.posts * cell.weight / sum(each.weight for each in setting.cells),
        }
        for setting in settings()
        for cell in setting.cells
    ]
    cells = pd.DataFrame(rows)
    drawn = cells.loc[_drawn(cells["weight"].to_dict())].drop(columns="weight")
    return drawn.assign(place=range(len(drawn)))
