"""Strategic workforce planning for NHS diagnostics: everything the notebooks call."""

from importlib.metadata import version

__version__ = version("diagnostic-workforce")

import os

# Matrices here are small. Threads of the linear algebra library wait for one another longer than they work: a fit of
# exponential smoothing takes ten times as long with them. It reads this when it is loaded, so it is said first.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Arrow's own pool keeps what tables of source files leave behind; the system's gives it back.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
