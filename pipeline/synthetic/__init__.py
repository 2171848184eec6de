"""A fictional integrated care system of any size in the formats of real plans, with true parameters that are known.

`workforce synthesise NAME --staff 4000 --employers 5 --seed 1` writes it. Every body in it is invented
(docs/sample.md). No other room of the pipeline imports this one, but for the command line.
"""
