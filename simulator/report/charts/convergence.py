"""How a statistic of a run settles as paths are added."""

from simulator.analysis.questions.convergence import estimates
from simulator.analysis.run import Run
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import note, run_of
from simulator.report.drawing import WIDE
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import text_of
from simulator.report.page.sections.estimate import drawing


def convergence(run: Run, statistic: str) -> Chart:
    """Return the estimate of a statistic from more and more paths, with two standard errors to either side.

    Parameters
    ----------
    run
        As simulated or opened.
    statistic
        As `Run.estimate` takes it, such as ``prob_below(value_created.group, -500)``.

    Raises
    ------
    UsageError
        There is no such statistic, metric or entity.
    """
    (found,) = estimates(run_of(run), statistic).statistics
    context = AnswerContext.of_run(run, "en")
    name = text_of(context.statistic_title(found.statistic))
    first, last = (
        context.statistic_amount(found.statistic, step.estimate) for step in (found.steps[0], found.steps[-1])
    )
    under = f"From the first {found.steps[0].paths:,} paths it was {first}." if len(found.steps) > 1 else ""
    return Chart(
        f"{name}: {last}",
        under,
        f"The estimate, and two standard errors to either side. {note(run)}",
        drawing(context, found, WIDE),
    )
