"""A fictional integrated care system in the published file formats, with true parameters that are known.

`python -m pipeline.synthetic OUT --seed 1` writes it. Every body in it is invented (docs/sample.md).
No other room of the pipeline imports this one.
"""
