"""Boxes in which an event is likely: where they lie on their beliefs, how pure they are and how large."""

from simulator.analysis.questions.scenarios import Scenarios
from simulator.analysis.questions.scenarios.records import Scenario
from simulator.errors import UsageError
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, answer_of, note
from simulator.report.drawing import WIDE
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.document import text_of
from simulator.report.page.sections.scenario_conditions import in_words
from simulator.report.page.sections.scenario_pictures import ranges_of, trade_of


def scenarios(found: Scenarios) -> Chart:
    """Return the boxes as ranges of the quantiles of their beliefs.

    Parameters
    ----------
    found
        From `simulator.scenarios`.

    Raises
    ------
    UsageError
        It is something else, or no box is better than chance.
    """
    found = answer_of(found, Scenarios, "scenarios")
    context, best = _context(found), _best(found)
    return Chart(
        _finding(context, found, best),
        f"{text_of(in_words(context, best.conditions))}.",
        f"{LOCALE('scenarios.chart_about')} {_note(found)}",
        ranges_of(context, found, WIDE),
        [("one", LOCALE("scenarios.recommended")), ("two", LOCALE("scenarios.others").lower())],
    )


def trajectory(found: Scenarios) -> Chart:
    """Return how likely the event is inside of ever smaller boxes, against how much of it they hold.

    Parameters
    ----------
    found
        From `simulator.scenarios`.

    Raises
    ------
    UsageError
        It is something else, or no box is better than chance.
    """
    found = answer_of(found, Scenarios, "scenarios")
    context, best = _context(found), _best(found)
    return Chart(
        _finding(context, found, best),
        LOCALE("scenarios.conditions", command="--set"),
        f"{LOCALE('scenarios.trade_about')} {_note(found)}",
        trade_of(context, found, WIDE),
        [("one", LOCALE("scenarios.recommended")), ("two", LOCALE("scenarios.others").lower())],
    )


def _context(found: Scenarios) -> AnswerContext:
    return AnswerContext.of_run(found.run, LOCALE.language)


def _best(found: Scenarios) -> Scenario:
    if not found.boxes:
        message = f"{found.event.text}: no box is better than chance; there is nothing to draw"
        raise UsageError(message)
    return found.boxes[0]


def _finding(context: AnswerContext, found: Scenarios, best: Scenario) -> str:
    statistic = text_of(context.statistic(found.event.statistic))
    inside, everywhere = LOCALE.percent(best.share.purity), LOCALE.percent(found.probability)
    return f"{statistic[:1].upper()}{statistic[1:]}: {inside} inside the box, {everywhere} on all paths"


def _note(found: Scenarios) -> str:
    return note(found.run, found.paths)
