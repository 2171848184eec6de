"""Rules that hold between the tables of a plan, by subject; `cross_rules` puts them together."""
