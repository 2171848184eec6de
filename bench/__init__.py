"""Timings of the pipeline against plain tools, in one run."""
