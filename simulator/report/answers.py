"""Answers to questions to a model, wherever they are shown: report, terminal and notebook say the same.

A question is registered in `QUESTIONS`: its name, the class of its answers, how it is asked of a run where
nothing more is said, and the section that shows an answer. An answer is a record that has the run that it is
about as ``run``, and its one form as JSON as ``to_json()``. A verb shows it by `simulator.cli.answers`; for
notebooks its class stands among the `_ANSWERS` of `simulator`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from rich.console import Console

from simulator.analysis.questions.convergence import Estimates, estimates
from simulator.analysis.questions.flip import Flips, flip
from simulator.analysis.questions.scenarios import Scenarios, scenarios
from simulator.analysis.questions.sensitivity import Sensitivities, sensitivity
from simulator.analysis.questions.stress import Stress, feared_as_likely_as_not
from simulator.analysis.questions.value import Value, value
from simulator.analysis.run import Run
from simulator.errors import StrandlineError, UsageError, did_you_mean
from simulator.estimate import codes_of
from simulator.progress import Step
from simulator.report.page.answer_context import AnswerContext
from simulator.report.page.contents import labels
from simulator.report.page.document import Code, Document, Paragraph, Section
from simulator.report.page.locale import LANGUAGES
from simulator.report.page.markdown import section_lines
from simulator.report.page.sections import estimate, stress
from simulator.report.page.sections import flip as flip_section
from simulator.report.page.sections import scenarios as scenarios_section
from simulator.report.page.sections import sensitivity as sensitivity_section
from simulator.report.page.sections import value as value_section
from simulator.report.section_text import print_section


@runtime_checkable
class Answer(Protocol):
    """What was asked of a run, and what came of it."""

    @property
    def run(self) -> Run:
        """The run that was asked."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Return all numbers for JSON."""
        ...


class Question(NamedTuple):
    """What can be asked of a run.

    Attributes
    ----------
    name
        Its verb on the command line, and the key of its section's title.
    answer
        The class of its answers.
    ask
        Asks a run where nothing more is said.
    section
        Shows an answer.
    """

    name: str
    answer: type[Any]
    ask: Callable[[Run], Any]
    section: Callable[[AnswerContext, Any], Section]


#: All questions, in the order of a report.
QUESTIONS: tuple[Question, ...] = (
    Question("estimate", Estimates, estimates, estimate.estimate),
    Question("scenarios", Scenarios, scenarios, scenarios_section.section),
    Question("flip", Flips, flip, flip_section.flip),
    Question("stress", Stress, feared_as_likely_as_not, stress.stress),
    Question("sensitivity", Sensitivities, sensitivity, sensitivity_section.sensitivity),
    Question("value", Value, value, value_section.value),
)


class Asked(NamedTuple):
    """Questions asked of a run: the answers by name, and why there is none to the others."""

    answers: Mapping[str, Answer]
    unanswered: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the answers for JSON; of a question without one the reason."""
        reasons = {name: {"unanswered": reason} for name, reason in self.unanswered.items()}
        return {name: answer.to_json() for name, answer in self.answers.items()} | reasons


def ask(run: Run, names: Sequence[str], step: Step = lambda _: None) -> Asked:
    """Return what comes of asking a run some questions.

    Parameters
    ----------
    run
        Which is asked.
    names
        Of questions; ``all`` asks every one.
    step
        Called with what is done next, in a few words.

    Raises
    ------
    UsageError
        There is no such question.
    """
    known = [one.name for one in QUESTIONS]
    for name in names:
        if name not in (*known, "all"):
            message = f"question {name!r}: allowed: {', '.join(known)}, all. {did_you_mean(name, known)}"
            raise UsageError(message.rstrip())
    answers, unanswered = dict[str, Answer](), dict[str, str]()
    for one in QUESTIONS:
        if one.name in names or "all" in names:
            step(f"asking the model: {one.name}")
            try:
                answers[one.name] = one.ask(run)
            except StrandlineError as error:
                unanswered[one.name] = str(error)
    return Asked(answers, unanswered)


def sections(asked: Asked, run: Run, language: str) -> list[Section]:
    """Return the sections of what was asked of a run, in a language."""
    context = AnswerContext.of_run(run, language)
    found = list[Section]()
    for one in QUESTIONS:
        if one.name in asked.answers:
            found.append(one.section(context, asked.answers[one.name]))
        elif one.name in asked.unanswered:
            why = Paragraph([context.t("asked.none"), Code(asked.unanswered[one.name])], "note")
            found.append(Section(one.name, context.t(f"section.{one.name}"), [why]))
    return found


def section_of(answer: Answer, language: str) -> Section:
    """Return the section that shows an answer."""
    question = next(one for one in QUESTIONS if isinstance(answer, one.answer))
    return question.section(AnswerContext.of_run(answer.run, language), answer)


def page_of(answer: Answer, language: str) -> Document:
    """Return an answer as a page of its own, with its picture."""
    run, context = answer.run, AnswerContext.of_run(answer.run, language)
    t, name = context.t, run.directory.name if run.directory else run.study.hash[:12]
    return Document(
        language=language,
        title=t.translate(run.study.title or run.study.name),
        subtitle=t("document.subtitle", study=run.study.name, day=t.day(run.study.as_of)),
        sections=[section_of(answer, language)],
        labels=labels(context, name),
        contents=False,
        verdicts=context.verdicts,
    )


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer on the terminal."""
    codes = codes_of(answer.run.study.settings.verdicts)
    print_section(console, section_of(answer, LANGUAGES[0]), codes)


def answer_markdown(answer: Answer) -> str:
    """Return an answer for a notebook: its texts and tables; its picture is in `simulator.charts`."""
    section = section_of(answer, LANGUAGES[0])
    texts = labels(AnswerContext.of_run(answer.run, LANGUAGES[0]), "")
    return "\n".join([f"**{section.title}**", "", *section_lines(section, texts)])
