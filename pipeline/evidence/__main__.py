"""`python -m pipeline.evidence [folder]`: write docs/evidence.md from published files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pipeline.evidence import published_series as published
from pipeline.evidence.evidence_page import PAGE_FILE, Chapter, count_methods, page, stock_methods


def chapters(folder: Path, workers: int) -> list[Chapter]:
    """The chapters that the files of a folder allow."""
    found = []
    workforce, tests = published.newest_workforce(folder), published.imaging_tests(folder)
    if workforce is not None:
        stocks = stock_methods(workers)
        trusts, groups = published.trust_totals(workforce), published.england_groups(workforce)
        joined = (
            f"{len(trusts.joined)} bodies joined one of them in that time, as the stocks and the organisations show."
        )
        what = f"WTE of all staff of every trust that has some in every month. {joined}"
        found.append(Chapter("Trusts: all staff", what, trusts, "trusts", stocks, "Region"))
        what = "WTE of England by staff group; no group is part of another."
        found.append(Chapter("England: staff groups", what, groups, "groups", stocks))
    if tests is not None:
        counts = count_methods(workers)
        what = "Imaging tests of a month, by kind. The pandemic lies in nearly all that the methods learn from."
        found.append(Chapter("England: imaging tests", what, published.england_tests(tests), "kinds", counts))
        what = "The same by provider, where there was a test in every month. Theta is left out for its time."
        some = {name: method for name, method in counts.items() if name != "theta"}
        providers = published.provider_tests(tests)
        found.append(Chapter("Providers: imaging tests", what, providers, "series", some))
    return found


def main(arguments: list[str]) -> int:
    """Write the page; 0 where that is done, 3 where there is nothing to write it from."""
    folder = Path(arguments[0] if arguments else os.environ.get("WORKFORCE_REALDATA", ""))
    found = chapters(folder, os.cpu_count() or 1) if arguments or "WORKFORCE_REALDATA" in os.environ else []
    if not found:
        print("No published series to try. Name a folder that holds NHS Workforce Statistics or imaging workbooks:")
        print("WORKFORCE_REALDATA=folder make evidence")
        return 3
    PAGE_FILE.write_text(page(found, published.waiting_months(folder)), encoding="utf-8")
    print(f"Written: {PAGE_FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
