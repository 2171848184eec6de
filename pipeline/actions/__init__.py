"""The plan's actions."""
