"""What every section needs: the numbers, the language, and how the two go together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.estimate import codes_of
from simulator.estimate.verdicts import MODEL
from simulator.report.console import plain
from simulator.report.estimates import Number
from simulator.report.page.document import Coloured, Inline, Quoted
from simulator.report.page.findings import Findings
from simulator.report.page.labels import label, labelled, linked
from simulator.report.page.shown import Shown, known
from simulator.report.page.speech import Speech, Unit

#: Beside a mean that a handful of paths carries.
DAGGER = "†"


@dataclass(frozen=True)
class Context:
    """Findings told in a language.

    Attributes
    ----------
    found
        The numbers.
    say
        The language.
    full
        Whether all drawings and the texts for hovering are wanted.
    """

    found: Findings
    say: Speech
    full: bool = True

    @property
    def summary(self) -> Mapping[str, Any]:
        """The summary of the run."""
        return self.found.summary

    @property
    def codes(self) -> Mapping[str, int]:
        """The codes of the verdicts, in the order in which they are told."""
        return codes_of(self.found.run.study.settings.verdicts)

    @property
    def rest(self) -> str:
        """The verdict that is all else."""
        return next(name for name, code in self.codes.items() if not code)

    @property
    def leader(self) -> str:
        """The entity that is told first: the group, where there is one."""
        return next(iter(self.found.entities))

    def entity(self, name: str) -> Inline:
        """Return an entity's title."""
        if name in ("group", MODEL):
            return self.say(f"entity.{name}")
        return Quoted(self.say.told(self.found.entities.get(name, name)).text)

    def of(self, name: str) -> Inline:
        """Return an entity's title as it stands within a sentence."""
        return self.say(f"entity.the_{name}") if name in ("group", MODEL) else self.entity(name)

    def entity_text(self, name: str) -> str:
        """Return an entity's title as text."""
        title = self.entity(name)
        return title if isinstance(title, str) else title.text

    def verdict(self, name: str) -> Coloured:
        """Return a verdict's name in its colour."""
        return Coloured(self.say(f"verdict.{name}"), name)

    def within(self, name: str) -> Coloured:
        """Return a verdict's name as it stands within a sentence."""
        return Coloured(self.say(f"verdict.the_{name}"), name)

    def prior(self, name: str) -> str:
        """Return what a prior is called: its label, or else its name."""
        return label(self.say, name, self._companies) or plain(name)

    def prior_and_name(self, name: str) -> list[Inline]:
        """Return a prior's label with its name beside it."""
        return labelled(self.say, name, self._companies)

    def prior_and_place(self, name: str) -> list[Inline]:
        """Return a prior's label, which leads to its row in the table of priors, with its name beside it."""
        return linked(self.say, name, self._companies)

    @property
    def _companies(self) -> Mapping[str, str]:
        entities = self.found.run.study.settings.entities
        return {name: self.say.told(title).text for name, title in entities.items()}

    def label(self, metric: str) -> str:
        """Return a metric's name for a reader."""
        key = f"metric.{metric}.label"
        return self.say(key) if self.say.has(key) else plain(metric.replace("_", " "))

    def label_within(self, metric: str) -> str:
        """Return a metric's name as it stands within a sentence: an abbreviation keeps its capitals."""
        label = self.label(metric)
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def about(self, metric: str) -> str:
        """Return what a metric is, in a sentence; nothing for a user's own."""
        key = f"metric.{metric}.about"
        return self.say(key) if self.say.has(key) else ""

    def unit(self, one: Shown) -> Unit:
        """Return the unit in which a metric is shown."""
        return self.say.unit(one.unit)

    def factor(self, one: Shown) -> float:
        """Return what brings a metric from the model's unit to the one shown."""
        return one.factor * self.unit(one).factor

    def number(self, one: Shown, number: Number | None, *, unit: bool = False) -> str:
        """Return an estimate of a metric in the unit shown, with the unit if asked."""
        return self.say.estimate(number, self.factor(one), self.unit(one) if unit else None)

    def rough(self, one: Shown, number: Number) -> str:
        """Return an estimate of a metric with its unit, as a sentence has it."""
        return self.say.rough(number, self.factor(one), self.unit(one))

    def finding(self, text: str) -> list[Inline]:
        """Return what a chart shows, to follow the chart's title."""
        return [self.say("list.colon"), text] if text else []

    def estimate(self, one: Shown, entity: str) -> Mapping[str, Any] | None:
        """Return the statistics of a metric of an entity; None where it has none."""
        return self.summary["estimates"].get(self.found.name(one.metric, entity))

    def given(self, one: Shown, entity: str) -> Mapping[str, Any]:
        """Return the statistics of a metric of an entity on the paths of each verdict."""
        return self.summary["conditional"].get(self.found.name(one.metric, entity), {})

    def written(self, unit: Unit) -> Callable[[float, float], str]:
        """Return how a number beside an axis is written."""
        return self.say.tick


def shown(metric: str) -> Shown:
    """Return how one of our metrics is shown."""
    return known().get(metric) or Shown(metric, "1")
