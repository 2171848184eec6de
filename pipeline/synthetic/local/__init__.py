"""What the fictional system's service managers send: centres, rooms, rotas, reporting, standards and the population.

`service_returns` gives it by sender and table, `service_truth` what is true of it (docs/sample.md).
"""

from pipeline.synthetic.local.senders import service_returns
from pipeline.synthetic.local.truth import service_truth

__all__ = ["service_returns", "service_truth"]
