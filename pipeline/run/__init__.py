"""Running a plan: one notebook, the stages, the record."""
