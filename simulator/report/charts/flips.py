"""Where one belief alone changes the answer of a run, and what two of them together make of it."""

from simulator.analysis.questions.flip import Flips
from simulator.errors import UsageError
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, answer_of, note
from simulator.report.drawing import WIDE
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import text_of
from simulator.report.page.sections.flip import nearest
from simulator.report.page.sections.flip_charts import along, legend, map_title, over


def flips(found: Flips) -> Chart:
    """Return what is likeliest along each belief that is listed, and the values at which that changes.

    Parameters
    ----------
    found
        From `simulator.flip`.

    Raises
    ------
    UsageError
        It is something else.
    """
    context = AnswerContext.of_run(answer_of(found, Flips, "flip").run, "en")
    return Chart(
        LOCALE("flip.chart"),
        text_of(nearest(context, found)),
        f"{LOCALE('flip.chart_about')} {note(found.run, found.paths)}",
        along(context, found, WIDE),
        legend(context, found),
    )


def flip_map(found: Flips, number: int = 0) -> Chart:
    """Return what is likeliest over two beliefs.

    Parameters
    ----------
    found
        From `simulator.flip`.
    number
        Which of its maps, from 0.

    Raises
    ------
    UsageError
        It is something else, or has no such map.
    """
    count = len(answer_of(found, Flips, "flip").maps)
    if number not in range(count):
        message = f"number: found {number}; allowed: one of its {count} maps, from 0 (simulator.flip: pairs)"
        raise UsageError(message)
    context, one = AnswerContext.of_run(found.run, "en"), found.maps[number]
    return Chart(
        map_title(context, one),
        "",
        f"{LOCALE('flip.map_about', paths=LOCALE.count(one.paths))} {note(found.run)}",
        over(context, found, one, WIDE),
        legend(context, found),
    )
