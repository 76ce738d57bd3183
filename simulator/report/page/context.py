"""What every section on a run needs: the numbers, the language, and how the two go together."""

import math
from collections.abc import Callable, Mapping, Sequence

from simulator.analysis.display import MetricDisplay, display_of
from simulator.analysis.findings import Findings
from simulator.estimate import MetricStatistics, Number, Statistics, Summary, codes_of, parts_of, shown
from simulator.estimate.effect import Effect
from simulator.estimate.verdicts import full_name, sign_metric
from simulator.report.console import plain
from simulator.report.drawing import SMALL, WIDE, Size
from simulator.report.markup import Element
from simulator.report.page.document import Chart
from simulator.report.page.locale import Estimated, Locale, Unit
from simulator.report.page.names import Names
from simulator.study.domain import lead_metric

#: Beside a mean that a handful of paths carries.
DAGGER = "†"

#: Beside a change whose sign the study explains.
MARK = "‡"

type Draw = Callable[[Size], Element]


class Context(Names):
    """Findings in a language.

    Parameters
    ----------
    found
        The numbers.
    t
        The language.
    full
        Whether all drawings and the texts for hovering are wanted.
    """

    def __init__(self, found: Findings, t: Locale, full: bool = True) -> None:
        study, titles = found.run.study, found.run.study.settings.entities
        self.codes = codes_of(study.settings.verdicts)
        kind = study.domain.entities if study.domain and titles else "entity"
        parts = parts_of(self.codes) if sign_metric(found.run.units) else {}
        super().__init__(t, titles, tuple(shown(self.codes, parts)), kind)
        self.found, self.full = found, full

    @property
    def summary(self) -> Summary:
        """The summary of the run; a comparison has none."""
        assert self.found.summary is not None
        return self.found.summary

    @property
    def rest(self) -> str:
        """The verdict that is all else."""
        return next(name for name, code in self.codes.items() if not code)

    @property
    def leader(self) -> str:
        """The entity that comes first: the group, where there is one."""
        return next(iter(self.found.entities))

    @property
    def lead(self) -> MetricDisplay | None:
        """The metric that comes first, if any gets charts."""
        return next(iter(self.found.charted), None)

    @property
    def valued(self) -> MetricDisplay:
        """The metric that verdicts are about."""
        return display_of(lead_metric(self.found.run.units))

    @property
    def unexplained(self) -> str:
        """What explains the variance that no prior does: the model's shocks over time too, if it has any."""
        return "noise" if getattr(self.found.run.model, "shocks", None) else "interactions"

    @property
    def likeliest(self) -> str:
        """The likeliest verdict on the leader."""
        chances = self.summary.verdicts[self.leader]
        return max(self.codes, key=lambda name: chances[name].value)

    def chances(self, entity: str) -> dict[str, Number]:
        """Return the chances of the verdicts on an entity as they are listed, all else by its parts."""
        return shown(self.summary.verdicts[entity], self.summary.verdict_split.get(entity, {}))

    def statistics(self, one: MetricDisplay, entity: str) -> MetricStatistics | None:
        """Return the statistics of a metric of an entity; None where it has none."""
        return self.summary.estimates.get(full_name(one.metric, entity))

    def conditional(self, one: MetricDisplay, entity: str) -> Mapping[str, Statistics | None]:
        """Return the statistics of a metric of an entity on the paths of each verdict."""
        return self.summary.conditional.get(full_name(one.metric, entity), {})

    def label(self, metric: str) -> str:
        """Return a metric's name for a reader."""
        key = f"metric.{metric}.label"
        return self.t(key) if self.t.has(key) else plain(metric.replace("_", " "))

    def label_within(self, metric: str) -> str:
        """Return a metric's name as it stands within a sentence: an abbreviation keeps its capitals."""
        label = self.label(metric)
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def about(self, metric: str) -> str:
        """Return what a metric is, in a sentence; nothing for a user's own."""
        key = f"metric.{metric}.about"
        return self.t(key) if self.t.has(key) else ""

    def unit(self, one: MetricDisplay) -> Unit:
        """Return the unit in which a metric is displayed."""
        return self.t.unit(one.unit)

    def factor(self, one: MetricDisplay) -> float:
        """Return what brings a metric from the model's unit to the one displayed."""
        return one.factor * self.unit(one).factor

    def number(self, one: MetricDisplay, number: Estimated | None, *, unit: bool = False) -> str:
        """Return an estimate of a metric in the unit displayed, with the unit if asked."""
        return self.t.estimate(number, self.factor(one), self.unit(one) if unit else None)

    def rounded(self, one: MetricDisplay, number: Estimated) -> str:
        """Return an estimate of a metric with its unit, as a sentence has it."""
        return self.t.rounded(number, self.factor(one), self.unit(one))

    def share(self, share: Effect) -> str:
        """Return a share with its error, or that it cannot be distinguished from zero."""
        if share.distinguishable or math.isnan(share.value):
            return self.t.percent(share)
        return self.t("drivers.zero")

    def chart(
        self,
        entity: str,
        draw: Draw,
        words: str,
        *,
        points: Sequence[tuple[float, str]] = (),
        finding: str = "",
    ) -> Chart:
        """Return the chart of an entity, in both sizes where it leads or all drawings are wanted."""
        leads = entity == self.leader
        return Chart(
            entity,
            leads,
            self.entity(entity),
            draw(WIDE) if leads or self.full else None,
            draw(SMALL),
            words,
            points,
            [self.t("list.colon"), finding] if finding else (),
        )
