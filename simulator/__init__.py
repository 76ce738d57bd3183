"""Strandline: Monte Carlo risk of the AI-infrastructure build-out.

The names below are the library; each is imported when it is first used, so `import simulator` costs nothing.
"""

import sys as _sys
from importlib import import_module as _import
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.analysis.card import card as card
    from simulator.analysis.checks import evaluate_checks as evaluate_checks
    from simulator.analysis.comparison import diff as diff
    from simulator.analysis.comparison.paired import compare as compare
    from simulator.analysis.comparison.paired import compare_all as compare_all
    from simulator.analysis.explanation import explain as explain
    from simulator.analysis.learning import Posterior as Posterior
    from simulator.analysis.learning import open_update as open_update
    from simulator.analysis.learning import update as update
    from simulator.analysis.questions.convergence import estimates as estimates
    from simulator.analysis.questions.flip import flip as flip
    from simulator.analysis.questions.scenarios import scenarios as scenarios
    from simulator.analysis.questions.sensitivity import sensitivity as sensitivity
    from simulator.analysis.questions.stress import stress as stress
    from simulator.analysis.questions.value import value as value
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
    from simulator.errors import NotDifferentiableError as NotDifferentiableError
    from simulator.errors import OutputError as OutputError
    from simulator.errors import RunError as RunError
    from simulator.errors import StrandlineError as StrandlineError
    from simulator.errors import StudyError as StudyError
    from simulator.errors import UsageError as UsageError
    from simulator.evidence import load_evidence as load_evidence
    from simulator.report import charts as charts
    from simulator.report.export import export as export
    from simulator.study import Study as Study
    from simulator.whatif.notebook import WhatIf as WhatIf

    __version__: str

#: Public names and the modules that they come from.
_HOMES = {
    "EvidenceError": "simulator.errors",
    "ExecutorError": "simulator.errors",
    "GateError": "simulator.errors",
    "ModelNeededError": "simulator.errors",
    "NotDifferentiableError": "simulator.errors",
    "OutputError": "simulator.errors",
    "Posterior": "simulator.analysis.learning",
    "Run": "simulator.analysis.run",
    "RunError": "simulator.errors",
    "StrandlineError": "simulator.errors",
    "Study": "simulator.study",
    "StudyError": "simulator.errors",
    "UsageError": "simulator.errors",
    "WhatIf": "simulator.whatif.notebook",
    "card": "simulator.analysis.card",
    "compare": "simulator.analysis.comparison.paired",
    "compare_all": "simulator.analysis.comparison.paired",
    "diff": "simulator.analysis.comparison",
    "estimates": "simulator.analysis.questions.convergence",
    "evaluate_checks": "simulator.analysis.checks",
    "explain": "simulator.analysis.explanation",
    "export": "simulator.report.export",
    "fit_report": "simulator.beliefs",
    "flip": "simulator.analysis.questions.flip",
    "load_evidence": "simulator.evidence",
    "load_model": "simulator.engine",
    "load_study": "simulator.analysis.run",
    "mechanisms": "simulator.analysis.structures",
    "merge": "simulator.analysis.run",
    "open_run": "simulator.analysis.run",
    "open_update": "simulator.analysis.learning",
    "scenarios": "simulator.analysis.questions.scenarios",
    "score": "simulator.buildout.forecast.score",
    "sensitivity": "simulator.analysis.questions.sensitivity",
    "simulate": "simulator.analysis.run",
    "simulate_part": "simulator.analysis.run",
    "stress": "simulator.analysis.questions.stress",
    "structures": "simulator.analysis.structures",
    "update": "simulator.analysis.learning",
    "value": "simulator.analysis.questions.value",
}

__all__ = [
    "EvidenceError",
    "ExecutorError",
    "GateError",
    "ModelNeededError",
    "NotDifferentiableError",
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
    "card",
    "charts",
    "compare",
    "compare_all",
    "diff",
    "estimates",
    "evaluate_checks",
    "explain",
    "export",
    "fit_report",
    "flip",
    "load_evidence",
    "load_model",
    "load_study",
    "mechanisms",
    "merge",
    "open_run",
    "open_update",
    "scenarios",
    "score",
    "sensitivity",
    "simulate",
    "simulate_part",
    "stress",
    "structures",
    "update",
    "value",
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


#: Classes of answers to questions to a model, and the modules that they come from.
_ANSWERS = {
    "Estimates": "simulator.analysis.questions.convergence",
    "Flips": "simulator.analysis.questions.flip.records",
    "Scenarios": "simulator.analysis.questions.scenarios.records",
    "Sensitivities": "simulator.analysis.questions.sensitivity.records",
    "Stress": "simulator.analysis.questions.stress.result",
    "Value": "simulator.analysis.questions.value.records",
}


def _show_in_notebooks() -> None:
    """Let IPython, where the library is imported under it, show runs as tables, answers and cards as text."""
    shell = _sys.modules["IPython"].get_ipython() if "IPython" in _sys.modules else None
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    as_table, as_text = (formatters[f"text/{kind}"].for_type_by_name for kind in ("html", "markdown"))
    run = _HOMES["Run"] + ".outcome", "Run"
    as_table(*run, lambda run: _import("simulator.report.notebook").run_html(run))
    card = _HOMES["card"] + ".record", "Card"
    as_text(*card, lambda found: _import("simulator.report.page.card").card_markdown(found))
    for answer, home in _ANSWERS.items():
        as_text(home, answer, lambda found: _import("simulator.report.answers").answer_markdown(found))


_show_in_notebooks()
