"""One figure a function: axes in, axes out, with alt text and the data behind it."""
