"""What single beliefs are worth to learn before a decision."""

from simulator.analysis.questions.value import Value
from simulator.errors import UsageError
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import answer_of, note
from simulator.report.drawing import WIDE
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import text_of
from simulator.report.page.sections.value import drawing


def value(found: Value) -> Chart:
    """Return a bar of each belief that is worth something to learn, the most first, with errors.

    Parameters
    ----------
    found
        From `simulator.value`.

    Raises
    ------
    UsageError
        It is something else, or no belief by itself has a value clearly above zero.
    """
    if not answer_of(found, Value, "value").worthwhile:
        message = f"{found.decision}: no belief by itself has a value clearly above zero"
        raise UsageError(message)
    context, first = AnswerContext.of_run(found.run, "en"), found.worthwhile[0]
    everything = context.metric_amount(found.payoff, found.perfect)
    worth = context.metric_amount(found.payoff, first.value)
    return Chart(
        f"{text_of(context.t.translate(found.title))}: {context.prior(first.name)} is worth {worth} to learn",
        f"To know everything would be worth {everything}.",
        f"Whiskers: two standard errors. {note(found.run, found.paths)}",
        drawing(context, found, WIDE),
    )
