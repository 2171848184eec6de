"""docs/levers.md, written from the levers, the assumptions that they move and the scenarios that ship."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from pipeline.assumptions import Assumption, Scale, default_assumptions, of_kind
from pipeline.model.draws import shifted
from pipeline.model.levers import Lever, levers
from pipeline.model.scenarios import TARGETS, Change, Scenario, shipped_scenarios
from pipeline.plan_schema import SCHEMA_FILE

GUIDE_FILE = SCHEMA_FILE.with_name("levers.md")
SIDES = {"demand": "Demand: staff needed", "supply": "Supply: staff there are", "both": "Demand and supply"}
STAND_IN = {"activity_growth": "unmeasured_growth"}
"""Levers that are measured for every plan, and the assumption that stands in where a plan's files cannot give them."""
ADDED: Mapping[Scale, tuple[str, float, float]] = {
    "linear": ("The amount is added as it is", 0.02, 0.01),
    "log": ("The value is multiplied by exp(add), so add 0.1 is about 10 % more and add -0.1 about 10 % less", 20, 0.1),
    "logit": ("The odds, share / (1 - share), are multiplied by exp(add), so a share stays between 0 and 1", 0.4, 0.1),
    "cloglog": ("The hazard is multiplied by exp(add), so a chance in a year stays between 0 and 1", 0.042, -0.1),
}
"""What `add` does on each scale, with a value and an amount to show it on."""
BY_PART = "[by part](#values-by-part)"
LIMITED_TO = {"staff": "any staff", "employer": "an employer", "profession": "a profession", "nobody": "no"}

OPENING = """# Levers and scenarios

What a scenario may change, and how to write one. This page is written from the code (`python -m pipeline.lever_guide`)
and a test keeps it current.

A scenario is a YAML file with a `name` (small letters, digits and _), a `label` that readers see, `why` it might come
true, and its `changes`. Each change says six things:

| What it says | Keys | Left out |
|---|---|---|
| Which lever | `kind`, one of those below | never |
| Which part of it | `item`, `test`, `profession` | every part |
| For whom alone | `employer` (its code), `pillar`, `profession` | everybody |
| How much | exactly one of `add`, `moves_to` and `at_least` | never |
| When | `after_months` until it begins, `over_months` to build up, `lasts_months` until it ends | at once, for good |
| Where the figure comes from | `because` | not said |

A complete file, `growth.yaml` in the folder of a plan:

```yaml
{example}```

Name the file in `plan.yaml` (`scenarios: [growth.yaml]`), try it with `workforce check`, and run the plan: the strategy
has the scenario beside the six that ship. The first line lets an editor that knows YAML schemas, such as Visual Studio
Code with its YAML extension, offer the levers and check as you type; it is the way from the file to
[scenario.schema.json](scenario.schema.json), so a file one folder further down needs one more `../`.

- The base month is the same in every scenario. A change holds from the month after it, or after more `after_months`.
- `moves_to` takes a number or a word. A word that has no value, such as `low` without a range, changes nothing.
{targets}- `at_least` moves a value up to a number, and leaves it where it is there already.
- Changes of the same part add up, from first to last; `moves_to` and `at_least` reckon with those before them.
- All draws are moved alike, so a range stays as wide as it was on its scale.
- A file is refused, with the reason, if a change reaches nothing, leads beyond the bounds of its lever, or gives times
  to a lever that has none.

## Scales

What `add` means depends on the scale of the lever.

| Scale | What `add` does | For example |
|---|---|---|
{scales}
## Try a lever in the notebook

The first code cell of the scenario notebook has `levers`, which takes the same changes and adds them to every scenario:

```python
levers = [{{"kind": "exit_rate", "item": "leaving", "add": -0.1, "after_months": 6, "over_months": 12}}]
```

Here about 10 % fewer resign or leave otherwise; it begins after six months and builds up over a year. `levers = []` is
none.
"""

EXAMPLE = """# yaml-language-server: $schema=../../../docs/scenario.schema.json
name: ct_doubles_and_more_stay
label: CT doubles in five years and more staff stay
why: The national review of diagnostics of 2020 is carried out, and a programme to keep staff works.
changes:
  - kind: activity_growth
    test: CT
    at_least: 0.1386
    because: "ln(2) / 5: twice as many in five years (Diagnostics: Recovery and Renewal, 2020)."
  - kind: exit_rate
    item: leaving
    add: -0.1
    after_months: 6
    over_months: 12
    because: About 10 % fewer leave, a choice of this scenario.
"""

LEVERS = """
## Levers

*Value* is the default, with its range (10th to 90th percentile) in brackets where it has one. Where a plan's own files
or its standards give another value, that is used: the strategy lists every value in use, with its source and how good
it is. *Bounds* are what a value may not pass, changes included. *Over time* says whether a change may begin later,
build up and end; the others hold from the beginning. *For some* says whether it may be limited: to an employer, or to
any staff of an employer, a pillar or a profession.
"""

COLUMNS = ("Lever", "What it does", "Unit", "Scale", "Value", "Bounds", "Over time", "For some")
HEAD = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|\n"


def guide() -> str:
    """The whole guide as Markdown."""
    targets = "".join(f"  - `{word}`: {meaning}\n" for word, meaning in TARGETS.items())
    opening = OPENING.format(example=EXAMPLE, targets=targets, scales="".join(map(_scale, ADDED)))
    shipped = "\n".join(_scenario(scenario) for scenario in shipped_scenarios())
    return f"{opening}{LEVERS}\n{_sides()}\n{_parts()}\n## The scenarios that ship\n\n{shipped}"


def _scale(scale: Scale) -> str:
    says, value, add = ADDED[scale]
    after = float(shifted(np.asarray(value), add, scale))
    return f"| {scale} | {says}. | {value:g} with `add: {add:g}` becomes {after:.3g} |\n"


def _sides() -> str:
    return "\n".join(
        f"### {heading}\n\n{HEAD}" + "".join(_lever(kind, each) for kind, each in levers().items() if each.side == side)
        for side, heading in SIDES.items()
    )


def _lever(kind: str, lever: Lever) -> str:
    parts = _assumptions(kind)
    values = _value(parts[0]) if len(parts) == 1 else BY_PART
    if kind in STAND_IN:
        values = f"measured; where that cannot be, {values}"
    unit = parts[0].unit if len({each.unit for each in parts}) == 1 else BY_PART
    scale = parts[0].scale
    cells = [f"`{kind}`", lever.does, unit, scale, values, _bounds(lever, scale), "yes" if lever.timed else "no"]
    cells.append(LIMITED_TO[lever.placed])
    return f"| {' | '.join(cells)} |\n"


def _assumptions(kind: str) -> list[Assumption]:
    return of_kind(default_assumptions(), STAND_IN.get(kind, kind))


def _value(assumption: Assumption) -> str:
    if assumption.low is None or assumption.high is None:
        return f"{assumption.value:g}"
    return f"{assumption.value:g} ({assumption.low:g} to {assumption.high:g})"


def _bounds(lever: Lever, scale: Scale) -> str:
    """What a value may not pass; a scale without a place for 0 or 1 leaves them out."""
    if lever.least is None:
        return "none" if lever.most is None else f"{lever.most:g} or less"
    least = "above 0" if scale != "linear" and lever.least == 0 else f"{lever.least:g}"
    if lever.most is None:
        return least if least == "above 0" else f"{least} or more"
    most = "below 1" if scale in ("logit", "cloglog") and lever.most == 1 else f"{lever.most:g}"
    return f"{least} and {most}" if most == "below 1" else f"{least} to {most}"


def _parts() -> str:
    """The values of levers that have more than one part."""
    several = {kind: parts for kind in levers() if len(parts := _assumptions(kind)) > 1}
    rows = "".join(_part(kind, each) for kind, parts in several.items() for each in parts)
    return f"### Values by part\n\n| Lever | Part | Unit | Value |\n|---|---|---|---|\n{rows}"


def _part(kind: str, assumption: Assumption) -> str:
    return f"| `{kind}` | {_of(assumption) or 'all others'} | {assumption.unit} | {_value(assumption)} |\n"


def _of(which: Assumption | Change) -> str:
    named = {"item": which.item, "test": which.test, "profession": which.profession}
    if isinstance(which, Change):
        named |= {"pillar": which.pillar, "employer": which.employer}
    return ", ".join(f"`{key}: {part}`" for key, part in named.items() if part)


def _scenario(scenario: Scenario) -> str:
    told = f"### {scenario.label}\n\n`{scenario.name}`. {scenario.why}\n"
    if not scenario.changes:
        return f"{told}\nIt changes nothing: the others are set against it.\n"
    head = "\n| Lever | Change | Because |\n|---|---|---|\n"
    return f"{told}{head}{''.join(_change(change) for change in scenario.changes)}"


def _change(change: Change) -> str:
    lever = ", ".join(part for part in (f"`{change.kind}`", _of(change)) if part)
    said = "; ".join([_amount(change), *_times(change)])
    return f"| {lever} | {said} | {change.because} |\n"


def _amount(change: Change) -> str:
    if change.add is not None:
        return f"`add: {change.add:g}`"
    if change.at_least is not None:
        return f"`at_least: {change.at_least:g}`"
    target = change.moves_to if isinstance(change.moves_to, str) else f"{change.moves_to:g}"
    return f"`moves_to: {target}`"


def _times(change: Change) -> Iterable[str]:
    times = {name: getattr(change, name) for name in ("after_months", "over_months", "lasts_months")}
    return (f"`{name}: {months}`" for name, months in times.items() if months)


if __name__ == "__main__":
    GUIDE_FILE.write_text(guide(), encoding="utf-8")
