"""Staff over time: who leaves, moves, arrives and is hired, month by month (docs/method.md, section 14)."""
