"""What evidence taught in sentences, on page and terminal: no difference that errors do not allow."""

from collections.abc import Iterator
from datetime import date

from simulator.analysis.learning.summary import UpdateSummary
from simulator.estimate import Number, distinguishable
from simulator.estimate.verdicts import full_name
from simulator.report.page.document import Code, Inline
from simulator.report.page.locale import Locale
from simulator.report.page.names import Names
from simulator.study import dated_sets, load_study
from simulator.study.domain import lead_metric

#: The statistics of value created that the first paragraph states.
STATED = {"mean": "mean", "p50": "median"}

#: Why guidance that became known since is left out: for what it is, or as a newer one replaced it.
GUIDANCE = ("not_actual", "restated")


class Update(Names):
    """The summary of an update in a language."""

    def __init__(self, found: UpdateSummary, t: Locale) -> None:
        super().__init__(t, found.titles, list(found.verdicts), "company" if found.titles else "entity")
        self.found = found

    @property
    def leader(self) -> str:
        """The entity that comes first, the group where there is one; empty where there is no verdict."""
        return next(iter(self.found.prior.verdicts), "")


def lead(update: Update) -> list[Inline]:
    """Return the likeliest verdict on the group, or on the first there is, and its value before and after."""
    t, found, leader = update.t, update.found, update.leader
    before, after, change = (part.verdicts[leader] for part in (found.prior, found.posterior, found.change))
    top = max(after, key=lambda verdict: after[verdict].value)
    chance = t.compose(
        f"update.lead_chance_{_direction(change[top])}",
        verdict=update.verdict(top),
        entity=update.of(leader),
        before=t.rounded_percent(before[top]),
        after=t.rounded_percent(after[top]),
        difference=t.rounded(abs(change[top]), 100.0, t.unit("points")),
    )
    return update.sentences(chance, *_value(update, full_name(lead_metric(found.prior.estimates), leader)))


def _value(update: Update, metric: str) -> Iterator[str]:
    """Give a sentence on the mean and one on the median, where the model has the metric."""
    t, found, unit = update.t, update.found, update.t.unit("money")
    if metric not in found.prior.estimates:
        return
    before, after, change = (part.estimates[metric] for part in (found.prior, found.posterior, found.change))
    for name, statistic in STATED.items():
        numbers = {"before": before[name], "after": after[name], "difference": abs(change[name])}
        texts = {key: t.rounded(number, unit.factor, unit) for key, number in numbers.items()}
        yield t(f"update.lead_{statistic}_{_direction(change[name])}", **texts)


def unobserved(update: Update) -> list[Inline]:
    """Return how much was only announced since the study's day, and where it is found; else nothing."""
    t, found = update.t, update.found
    guidance = [row for row in found.left_out if row.kind != "actual" and row.reason in GUIDANCE]
    if not guidance:
        return []
    where: list[Inline] = []
    if later := _later_study(found.study, found.prior_as_of, found.as_of):
        command = Code(f"strandline diff {found.study} {later}")
        where = t.compose("update.unheard_diff", command=command)
    return update.sentences(t("update.unheard", count=t.count(len(guidance))), where)


def _later_study(name: str, own: date | None, until: date | None) -> str:
    """Return the newest dated study that was written after another and by a day; empty where none was."""
    if not own or not until or name not in dated_sets():
        return ""
    days = {one: load_study(one).as_of or date.min for one in dated_sets()}
    later = [one for one, day in days.items() if own < day <= until]
    return max(later, key=lambda one: days[one], default="")


def _direction(change: Number) -> str:
    """Return whether a change is up, down, or not distinguishable from none."""
    if not distinguishable(change):
        return "same"
    return "up" if change.value > 0 else "down"
