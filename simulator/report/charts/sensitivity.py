"""How fast a mean or a chance changes with each belief."""

from simulator.analysis.questions.sensitivity import Sensitivities
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import answer_of, note
from simulator.report.drawing import WIDE
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import Paragraph, text_of
from simulator.report.page.sections.sensitivity import drawing
from simulator.report.page.sections.sensitivity import sensitivity as section


def sensitivity(found: Sensitivities) -> Chart:
    """Return the leading beliefs by the rate at which a target changes with each, with errors.

    Parameters
    ----------
    found
        What `simulator.sensitivity` returned.

    Raises
    ------
    UsageError
        It is something else.
    """
    context = AnswerContext.of_run(answer_of(found, Sensitivities, "sensitivity").run, "en")
    lead = section(context, found).blocks[0]
    assert isinstance(lead, Paragraph)
    return Chart(
        text_of(lead.text),
        "Rates per standard deviation of each belief alone, for small moves; whiskers: two standard errors.",
        note(found.run, found.paths),
        drawing(context, found, WIDE),
        [("low", "goes down"), ("high", "goes up")],
    )
