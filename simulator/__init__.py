"""Strandline: Monte Carlo risk of the AI-infrastructure build-out.

The names below are the library; each is imported when it is first used, so `import simulator` costs nothing.
"""

import sys as _sys
from importlib import import_module as _import
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.analysis.checks import evaluate_checks as evaluate_checks
    from simulator.analysis.comparison import diff as diff
    from simulator.analysis.comparison.paired import compare as compare
    from simulator.analysis.comparison.paired import compare_all as compare_all
    from simulator.analysis.explanation import explain as explain
    from simulator.analysis.learning import Posterior as Posterior
    from simulator.analysis.learning import open_update as open_update
    from simulator.analysis.learning import update as update
    from simulator.analysis.run import Run as Run
    from simulator.analysis.run import load_study as load_study
    from simulator.analysis.run import merge as merge
    from simulator.analysis.run import open_run as open_run
    from simulator.analysis.run import simulate as simulate
    from simulator.analysis.run import simulate_part as simulate_part
    from simulator.analysis.structures import mechanisms as mechanisms
    from simulator.analysis.structures import structures as structures
    from simulator.beliefs import fit_report as fit_report
    from simulator.buildout.forecast.score import score as score
    from simulator.engine import load_model as load_model
    from simulator.errors import EvidenceError as EvidenceError
    from simulator.errors import ExecutorError as ExecutorError
    from simulator.errors import GateError as GateError
    from simulator.errors import ModelNeededError as ModelNeededError
    from simulator.errors import OutputError as OutputError
    from simulator.errors import RunError as RunError
    from simulator.errors import StrandlineError as StrandlineError
    from simulator.errors import StudyError as StudyError
    from simulator.errors import UsageError as UsageError
    from simulator.evidence import load_evidence as load_evidence
    from simulator.report import charts as charts
    from simulator.study import Study as Study
    from simulator.whatif.notebook import WhatIf as WhatIf

    __version__: str

#: Public names and the modules that they come from.
_HOMES = {
    "EvidenceError": "simulator.errors",
    "ExecutorError": "simulator.errors",
    "GateError": "simulator.errors",
    "ModelNeededError": "simulator.errors",
    "OutputError": "simulator.errors",
    "Posterior": "simulator.analysis.learning",
    "Run": "simulator.analysis.run",
    "RunError": "simulator.errors",
    "StrandlineError": "simulator.errors",
    "Study": "simulator.study",
    "StudyError": "simulator.errors",
    "UsageError": "simulator.errors",
    "WhatIf": "simulator.whatif.notebook",
    "compare": "simulator.analysis.comparison.paired",
    "compare_all": "simulator.analysis.comparison.paired",
    "diff": "simulator.analysis.comparison",
    "evaluate_checks": "simulator.analysis.checks",
    "explain": "simulator.analysis.explanation",
    "fit_report": "simulator.beliefs",
    "load_evidence": "simulator.evidence",
    "load_model": "simulator.engine",
    "load_study": "simulator.analysis.run",
    "mechanisms": "simulator.analysis.structures",
    "merge": "simulator.analysis.run",
    "open_run": "simulator.analysis.run",
    "open_update": "simulator.analysis.learning",
    "score": "simulator.buildout.forecast.score",
    "simulate": "simulator.analysis.run",
    "simulate_part": "simulator.analysis.run",
    "structures": "simulator.analysis.structures",
    "update": "simulator.analysis.learning",
}

__all__ = [
    "EvidenceError",
    "ExecutorError",
    "GateError",
    "ModelNeededError",
    "OutputError",
    "Posterior",
    "Run",
    "RunError",
    "StrandlineError",
    "Study",
    "StudyError",
    "UsageError",
    "WhatIf",
    "__version__",
    "charts",
    "compare",
    "compare_all",
    "diff",
    "evaluate_checks",
    "explain",
    "fit_report",
    "load_evidence",
    "load_model",
    "load_study",
    "mechanisms",
    "merge",
    "open_run",
    "open_update",
    "score",
    "simulate",
    "simulate_part",
    "structures",
    "update",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("strandline")
    if name == "charts":
        return _import("simulator.report.charts")
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(_import(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


def _show_runs_as_tables() -> None:
    """Let IPython, where the library is imported under it, show a run as a table."""
    shell = _sys.modules["IPython"].get_ipython() if "IPython" in _sys.modules else None
    if shell is not None:
        formatter = shell.display_formatter.formatters["text/html"]
        run = _HOMES["Run"] + ".outcome", "Run"
        formatter.for_type_by_name(*run, lambda run: _import("simulator.report.notebook").run_html(run))


_show_runs_as_tables()
