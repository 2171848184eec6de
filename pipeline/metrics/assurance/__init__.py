"""Assurance triggers: what has passed a threshold, where, since when, and who is to be told."""
