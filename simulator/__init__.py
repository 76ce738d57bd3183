"""Strandline: Monte Carlo risk of the AI-infrastructure build-out.

The names below are the library; each is imported when it is first used, so `import simulator` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.beliefs import fit_report as fit_report
    from simulator.changes import diff as diff
    from simulator.checks import evaluate_checks as evaluate_checks
    from simulator.errors import StudyError as StudyError
    from simulator.evidence import load_evidence as load_evidence
    from simulator.evidence.score import score as score
    from simulator.posterior import Posterior as Posterior
    from simulator.posterior import open_update as open_update
    from simulator.posterior import update as update
    from simulator.report import figures as figures
    from simulator.report.page import compare as compare
    from simulator.report.page import compare_all as compare_all
    from simulator.run import Run as Run
    from simulator.run import open_run as open_run
    from simulator.run import simulate as simulate
    from simulator.study import Study as Study
    from simulator.study import load_study as load_study

    __version__: str

#: Public names and the modules that they come from.
_HOMES = {
    "Posterior": "simulator.posterior",
    "Run": "simulator.run",
    "Study": "simulator.study",
    "StudyError": "simulator.errors",
    "compare": "simulator.report.page",
    "compare_all": "simulator.report.page",
    "diff": "simulator.changes",
    "evaluate_checks": "simulator.checks",
    "fit_report": "simulator.beliefs",
    "load_evidence": "simulator.evidence",
    "load_study": "simulator.study",
    "open_run": "simulator.run",
    "open_update": "simulator.posterior",
    "score": "simulator.evidence.score",
    "simulate": "simulator.run",
    "update": "simulator.posterior",
}

__all__ = [
    "Posterior",
    "Run",
    "Study",
    "StudyError",
    "__version__",
    "compare",
    "compare_all",
    "diff",
    "evaluate_checks",
    "figures",
    "fit_report",
    "load_evidence",
    "load_study",
    "open_run",
    "open_update",
    "score",
    "simulate",
    "update",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("strandline")
    if name == "figures":
        return import_module("simulator.report.figures")
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
