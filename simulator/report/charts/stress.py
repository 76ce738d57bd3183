"""Beliefs before and after a stress."""

from simulator.analysis.questions.stress import Stress
from simulator.errors import UsageError
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import answer_of, note
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import text_of
from simulator.report.page.sections.stress import drawing, lead, shown


def stress(found: Stress) -> Chart:
    """Return the beliefs that a stress moved, before and after, each in its own standard deviations.

    Parameters
    ----------
    found
        From `simulator.stress`.

    Raises
    ------
    UsageError
        It is something else, or moved no belief.
    """
    moved = shown(answer_of(found, Stress, "stress"))
    if not moved:
        message = "stress: no belief moved by more than noise"
        raise UsageError(message)
    context = AnswerContext.of_run(found.run, "en")
    t = context.t
    return Chart(
        f"{context.prior(moved[0].name)} moves furthest, by {t.estimate(moved[0].shift)} standard deviations",
        text_of(lead(context, found)),
        f"{t('stress.picture')}. {note(found.run, found.paths)}",
        drawing(context, moved)[0],
        [("two", t("stress.before")), ("one", t("stress.after"))],
    )
