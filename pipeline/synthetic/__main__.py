"""`python -m pipeline.synthetic OUT --seed 1`: write the fictional sample plan."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.synthetic.sample import make_sample


def main() -> None:
    """Read the command line and write the sample."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.synthetic", description="Write the fictional sample plan."
    )
    parser.add_argument("out", type=Path, help="folder to write; its files are replaced")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files (default: 1)")
    chosen = parser.parse_args()
    try:
        make_sample(chosen.out, chosen.seed)
    except FileExistsError as error:
        parser.error(str(error))
    print(f"The sample is in {chosen.out}.")


if __name__ == "__main__":
    main()
