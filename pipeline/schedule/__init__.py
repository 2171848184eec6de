"""When plans are run without anyone asking, and who is told how that came out.

The scheduler only calls `workforce run`, as a process of its own: whatever happens to a run, the scheduler goes on.
"""
