"""Tables to indicators: pure functions."""
