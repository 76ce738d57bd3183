"""Strandline: Monte Carlo risk of the AI-infrastructure build-out.

The names below are the library; each is imported when it is first used, so `import simulator` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.changes import diff as diff
    from simulator.run import Run as Run
    from simulator.run import open_run as open_run
    from simulator.run import simulate as simulate
    from simulator.study import Study as Study
    from simulator.study import load_study as load_study

    __version__: str

#: Public names and the modules that they come from.
_HOMES = {
    "Run": "simulator.run",
    "Study": "simulator.study",
    "diff": "simulator.changes",
    "load_study": "simulator.study",
    "open_run": "simulator.run",
    "simulate": "simulator.run",
}

__all__ = ["Run", "Study", "__version__", "diff", "load_study", "open_run", "simulate"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("strandline")
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
