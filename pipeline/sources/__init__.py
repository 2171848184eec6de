"""One module a published or local file format, each a plain function from a path to canonical tables."""
