"""Strategic workforce planning for NHS diagnostics: everything the notebooks call."""

from importlib.metadata import version

__version__ = version("diagnostic-workforce")

import os
import sys

# Matrices here are small. Threads of the linear algebra library wait for one another longer than they work: a fit of
# exponential smoothing takes ten times as long with them. It reads this when it is loaded, so it is said first.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Arrow's own pool keeps what tables of source files leave behind; the system's gives it back.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

# jsonschema, by which notebooks are checked, loads this package for the formats of one kind of address, which no
# notebook has. It works out a grammar as it is loaded, which takes longer than loading all else that a run needs.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
