"""Strandline: Monte Carlo risk of the AI-infrastructure build-out.

The names below are the library; each is imported when it is first used, so `import simulator` costs nothing.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.analysis.checks import evaluate_checks as evaluate_checks
    from simulator.analysis.comparison import diff as diff
    from simulator.analysis.comparison.paired import compare as compare
    from simulator.analysis.comparison.paired import compare_all as compare_all
    from simulator.analysis.learning import Posterior as Posterior
    from simulator.analysis.learning import open_update as open_update
    from simulator.analysis.learning import update as update
    from simulator.analysis.run import Run as Run
    from simulator.analysis.run import load_study as load_study
    from simulator.analysis.run import open_run as open_run
    from simulator.analysis.run import simulate as simulate
    from simulator.beliefs import fit_report as fit_report
    from simulator.buildout.forecast.score import score as score
    from simulator.errors import EvidenceError as EvidenceError
    from simulator.errors import ExecutorError as ExecutorError
    from simulator.errors import GateError as GateError
    from simulator.errors import OutputError as OutputError
    from simulator.errors import RunError as RunError
    from simulator.errors import StrandlineError as StrandlineError
    from simulator.errors import StudyError as StudyError
    from simulator.errors import UsageError as UsageError
    from simulator.evidence import load_evidence as load_evidence
    from simulator.report import figures as figures
    from simulator.study import Study as Study

    __version__: str

#: Public names and the modules that they come from.
_HOMES = {
    "EvidenceError": "simulator.errors",
    "ExecutorError": "simulator.errors",
    "GateError": "simulator.errors",
    "OutputError": "simulator.errors",
    "Posterior": "simulator.analysis.learning",
    "Run": "simulator.analysis.run",
    "RunError": "simulator.errors",
    "StrandlineError": "simulator.errors",
    "Study": "simulator.study",
    "StudyError": "simulator.errors",
    "UsageError": "simulator.errors",
    "compare": "simulator.analysis.comparison.paired",
    "compare_all": "simulator.analysis.comparison.paired",
    "diff": "simulator.analysis.comparison",
    "evaluate_checks": "simulator.analysis.checks",
    "fit_report": "simulator.beliefs",
    "load_evidence": "simulator.evidence",
    "load_study": "simulator.analysis.run",
    "open_run": "simulator.analysis.run",
    "open_update": "simulator.analysis.learning",
    "score": "simulator.buildout.forecast.score",
    "simulate": "simulator.analysis.run",
    "update": "simulator.analysis.learning",
}

__all__ = [
    "EvidenceError",
    "ExecutorError",
    "GateError",
    "OutputError",
    "Posterior",
    "Run",
    "RunError",
    "StrandlineError",
    "Study",
    "StudyError",
    "UsageError",
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


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("strandline")
    if name == "figures":
        return _import("simulator.report.figures")
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(_import(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
