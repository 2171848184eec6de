"""The intake workbook: one for each sender of a plan, written, read back, and marked where it has to be put right."""
