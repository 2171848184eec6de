"""What axe finds wrong with a page by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = "color-contrast"
ALWAYS = {"document-title", "html-has-lang", "link-name", "target-size"}
"""Rules that have something to look at on every page, so that one that did not run is noticed."""
VIOLATIONS = {"resultTypes": ["violations"]}
"""Every rule looks at every element all the same. Elements that pass are not listed: to hand 27,000 of them over takes
longer than to look at them."""
THIN = """
document.querySelectorAll('.wf-scroll').forEach(box => box.style.background = 'white');
document.querySelectorAll('tbody').forEach(body => {
  const seen = new Set();
  [...body.rows].forEach(row => {
    const parts = [row, ...row.querySelectorAll('*')];
    const drawn = parts.map(each => each.tagName + each.className + each.style.cssText).join();
    row.nextElementSibling && seen.has(drawn) ? row.remove() : seen.add(drawn);
  });
});
"""
"""Leaves one row of those of a table that are drawn alike and differ in their words alone, and takes away the shading
at the ends of a wide table, before which axe cannot tell the contrast of anything."""


def breaches(page: Any) -> list[tuple[str, list[str]]]:
    """Every rule that an open page breaks, with the beginnings of the elements that break it.

    Opens all details of the page, and at last takes rows out of it.
    """
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    rules = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "rules": {CONTRAST: {"enabled": False}}}
    every = _found(page, rules, ALWAYS)
    page.evaluate(THIN)
    return every + _found(page, {"runOnly": {"type": "rule", "values": [CONTRAST]}}, {CONTRAST})


def _found(page: Any, rules: dict[str, Any], sure: set[str]) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options={**rules, **VIOLATIONS}).response
    ran = {rule["id"] for kind in ("passes", "violations", "incomplete") for rule in found[kind]}
    assert ran >= sure, sure - ran
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]]
