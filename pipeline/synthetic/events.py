"""What happens to people, as it happens: who left and why, who joined and how, and who moved inside."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.synthetic.posts import PERMANENT, Posts
from pipeline.synthetic.teams import Integers

LEAVER, JOINER, MOVE_OUT, MOVE_IN = "leaver", "joiner", "move out", "move in"
KINDS = (LEAVER, JOINER, MOVE_OUT, MOVE_IN)
PROMOTED, MERGED = "promotion", "merger (TUPE)"


@dataclass
class Events:
    """The events so far, as columns that grow."""

    columns: list[pd.DataFrame] = field(default_factory=list)

    def add(self, posts: Posts, which: Integers, step: int, kind: str, reason: str) -> None:
        """The holders of these posts leave, join or move in this month."""
        if len(which):
            self.columns.append(
                pd.DataFrame(
                    {
                        "step": step,
                        "slot": posts.slot[which],
                        "age": posts.age[which] // 12,
                        "fixed_term": posts.ends[which] != PERMANENT,
                        "worked": posts.worked[which],
                        "kind": kind,
                        "reason": reason,
                    }
                )
            )

    def frame(self) -> pd.DataFrame:
        """Every event: step, slot, age in years, fixed_term, worked (WTE), kind and reason."""
        return pd.concat(self.columns, ignore_index=True) if self.columns else pd.DataFrame()


def by_reason(which: Integers, reasons: Integers, names: tuple[str, ...]) -> list[tuple[str, Integers]]:
    """The posts of each reason, in the order of the reasons."""
    return [(name, which[np.asarray(reasons) == number]) for number, name in enumerate(names)]
