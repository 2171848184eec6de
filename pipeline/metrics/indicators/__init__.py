"""Indicators: what each is, and its parts by organisation, pillar and month."""
