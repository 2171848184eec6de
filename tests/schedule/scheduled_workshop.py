"""Two programs for a test: a scheduler of a tiny workshop, and what it calls in the place of `workforce run`.

`python scheduled_workshop.py stay HOME` and `python scheduled_workshop.py run PLAN…` (in the workshop).
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))

from tiny_workshop import Workshop

from pipeline.schedule.daemon import Daemon


def say(text: str) -> None:
    print(text, flush=True)


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def stay(home: Path) -> None:
    signal.signal(signal.SIGTERM, stop)
    with Daemon(home, [sys.executable, __file__, "run"], say) as daemon:
        say("at work")
        daemon.stay()


if __name__ == "__main__":
    if sys.argv[1] == "stay":
        stay(Path(sys.argv[2]))
    else:
        say(str(Workshop(Path.cwd()).build().status))
