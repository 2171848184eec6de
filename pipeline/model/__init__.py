"""Demand, supply and the gap between them: pure functions on tables and arrays."""
