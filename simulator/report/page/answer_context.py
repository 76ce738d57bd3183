"""What the section of an answer needs: names and numbers of beliefs, metrics and statistics in a language."""

from dataclasses import replace

from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.findings import Findings, entity_titles
from simulator.analysis.run import Run
from simulator.estimate import Number, Statistic, entity_of
from simulator.estimate.targets import level_of
from simulator.estimate.verdicts import MODEL, by_entity
from simulator.report.page.context import Context
from simulator.report.page.document import Inline, Inlines
from simulator.report.page.locale import RATES, Locale, Unit
from simulator.study.domain import rate_metric

#: Figures of a belief in a sentence, where its error allows them.
FIGURES = 3


class AnswerContext(Context):
    """A run in a language, for what was asked of it."""

    @classmethod
    def of_run(cls, run: Run, language: str) -> "AnswerContext":
        """Return that of a run of which nothing else is computed.

        Parameters
        ----------
        run
            Whose study, metrics and verdicts are named.
        language
            One of `simulator.report.page.locale.LANGUAGES`.
        """
        charted, tabled = displayed_metrics(run.units)
        entities = entity_titles(run, by_entity(run.units))
        return cls(Findings(run, None, entities, charted, tabled), Locale(language))

    def belief_unit(self, name: str) -> Unit:
        """Return the unit in which a belief is displayed, with the factor from its own."""
        own = self.found.run.study.priors[name.partition("[")[0]].unit
        return self.t.unit("percent_year") if own in RATES else self.t.unit(own)

    def belief_number(self, name: str, value: float | Number) -> str:
        """Return a number of a belief, given in its own unit, without the unit."""
        factor = self._factor(name)
        if isinstance(value, Number):
            return self.t.estimate(value, factor)
        return self.t.number(value * factor)

    def belief_amount(self, name: str, value: float | Number) -> str:
        """Return a number of a belief, given in its own unit, with the unit."""
        return self.t.amount(self.belief_number(name, value), self.belief_unit(name))

    def belief_rounded(self, name: str, number: Number) -> str:
        """Return an estimate of a belief with its unit, as a sentence has it: to three figures."""
        text = self.t.rounded(number, self._factor(name), figures=FIGURES)
        return self.t.amount(text, self.belief_unit(name))

    def beside_belief(self, name: str) -> Inlines:
        """Return the unit of a belief in brackets, to follow its name; nothing where it has none."""
        text = self.beside(self.belief_unit(name))
        return [text] if text else []

    def beside(self, unit: Unit) -> str:
        """Return a unit in brackets, to follow what is in it; nothing where it has none."""
        return self.t("list.open") + unit.axis + self.t("list.close") if unit.axis else ""

    def belief_head(self, name: str) -> list[Inline]:
        """Return a belief where a row begins with it: its label, its name and its unit."""
        return [*self.prior_and_name(name), *self.beside_belief(name)]

    def _factor(self, name: str) -> float:
        own = self.found.run.study.priors[name.partition("[")[0]].unit
        return 100.0 if own in RATES else self.t.unit(own).factor

    def statistic(self, one: Statistic) -> list[Inline]:
        """Return what a statistic is called in a sentence, such as "the mean of value created of Meta"."""
        if one.verdict:
            verdict, entity = self.within(one.verdict), self.of(one.name)
            return self.t.compose("asked.verdict", verdict=verdict, entity=entity)
        key, values = _key(one)
        levels = {
            place: self.metric_amount(one.name, level) for place, level in zip("ab", one.levels, strict=False)
        }
        if one.statistic == "prob_below_zero":
            levels = {"a": self.metric_amount(one.name, 0.0)}
        return self.t.compose(key, metric=list(self.metric(one.name)), **levels, **values)

    def statistic_title(self, one: Statistic) -> list[Inline]:
        """Return what a statistic is called where a line begins with it: "Mean of value created of Meta"."""
        first, *rest = self.statistic(one)
        if not isinstance(first, str):
            return [first, *rest]
        bare = first.removeprefix("the ")
        return [bare[:1].upper() + bare[1:], *rest]

    def metric(self, name: str) -> Inlines:
        """Return what a metric of an entity is called within a sentence."""
        entity = entity_of(name)
        label = self.label_within(name.rpartition(".")[0] or name)
        if entity == MODEL:
            return [label]
        return self.t.compose("asked.of", metric=label, entity=self.of(entity))

    def metric_amount(self, name: str, value: float | Number) -> str:
        """Return an amount of a metric, given in the model's unit, with the unit that is displayed."""
        one = self._display(name)
        unit, factor = self.unit(one), self.factor(one)
        if isinstance(value, Number):
            return self.t.estimate(value, factor, unit)
        return self.t.amount(self.t.number(value * factor), unit)

    def metric_unit(self, name: str) -> Unit:
        """Return the unit in which a metric is displayed."""
        return self.unit(self._display(name))

    def metric_factor(self, name: str) -> float:
        """Return what brings a metric from the model's unit to the one displayed."""
        return self.factor(self._display(name))

    def statistic_unit(self, one: Statistic) -> Unit:
        """Return the unit in which a statistic is displayed: a chance in per cent."""
        return self.t.unit("percent") if one.chance else self.unit(self._display(one.name))

    def change_unit(self, one: Statistic) -> Unit:
        """Return the unit of a change of a statistic: percentage points of what is in per cent."""
        unit, percent = self.statistic_unit(one), self.t.unit("percent")
        return self.t.unit("points") if unit == percent else unit

    def statistic_factor(self, one: Statistic) -> float:
        """Return what brings a statistic from the model's unit to the one displayed."""
        return 100.0 if one.chance else self.factor(self._display(one.name))

    def statistic_amount(self, one: Statistic, value: Number | float) -> str:
        """Return a statistic's value with its unit."""
        unit, factor = self.statistic_unit(one), self.statistic_factor(one)
        if isinstance(value, Number):
            return self.t.estimate(value, factor, unit)
        return self.t.amount(self.t.number(value * factor), unit)

    def _display(self, name: str) -> MetricDisplay:
        metric = name.rpartition(".")[0] or name
        one = next(one for one in (*self.found.charted, *self.found.tabled) if one.metric == metric)
        # What is gained per dollar is told in cents, as the report's first page has it.
        return replace(one, unit="cents") if metric == rate_metric(self.found.run.units) else one


def _key(one: Statistic) -> tuple[str, dict[str, str]]:
    """Return the message that names a statistic of a metric, and its level in per cent."""
    if one.statistic == "prob_below_zero":
        return "asked.prob_below", {}
    if one.statistic == "p50":
        return "asked.median", {}
    level = level_of(one.statistic)
    if level is None:
        return f"asked.{one.statistic}", {}
    kind, share = level
    if kind == "p":
        return "asked.quantile", {"level": f"{100 * share:g}"}
    side, size = ("lowest", share) if share <= 0.5 else ("highest", 1 - share)
    return f"asked.{side}", {"level": f"{100 * size:g}"}
