"""Strategic workforce planning for NHS diagnostics: everything the notebooks call."""

from importlib.metadata import version

__version__ = version("diagnostic-workforce")
