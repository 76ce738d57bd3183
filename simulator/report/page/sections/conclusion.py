"""What evidence taught in sentences, on page and terminal: no difference that errors do not allow."""

from collections.abc import Iterator
from datetime import date

from simulator.analysis.learning.summary import UpdateSummary
from simulator.estimate import Number, distinguishable, parts_of, shown
from simulator.estimate.verdicts import full_name
from simulator.report.page.document import Code, Inline
from simulator.report.page.locale import Locale
from simulator.report.page.names import Names
from simulator.study import dated_sets, load_study
from simulator.study.domain import lead_metric, rate_metric

#: The statistics of value created that the first paragraph states.
STATED = {"mean": "mean", "p50": "median"}

#: Why guidance that became known since is left out: for what it is, or as a newer one replaced it.
GUIDANCE = ("not_actual", "restated")


class Update(Names):
    """The summary of an update in a language."""

    def __init__(self, found: UpdateSummary, t: Locale) -> None:
        parts = parts_of(found.verdicts) if found.prior.verdict_split else {}
        names = list(shown(found.verdicts, parts))
        super().__init__(t, found.titles, names, "company" if found.titles else "entity")
        self.found = found

    @property
    def leader(self) -> str:
        """The entity that comes first, the group where there is one; empty where there is no verdict."""
        return next(iter(self.found.prior.verdicts), "")


def lead(update: Update) -> list[Inline]:
    """Return how often value is below zero, before and after, what it is per dollar, and then the verdict."""
    leader, estimates = update.leader, update.found.prior.estimates
    metric, rate = (full_name(name, leader) for name in (lead_metric(estimates), rate_metric(estimates)))
    return update.sentences(
        *_below_zero(update, metric), *_rate(update, rate), _likeliest(update), *_value(update, metric)
    )


def _below_zero(update: Update, metric: str) -> Iterator[list[Inline]]:
    """Give a sentence on how often value created is below zero, where the model has it."""
    if metric not in update.found.prior.estimates:
        return
    t = update.t
    numbers = _numbers(update, metric, "prob_below_zero")
    key = f"update.lead_below_{_direction(numbers[2])}"
    yield t.compose(key, entity=update.of(update.leader), **_percents(update, *numbers))


def _rate(update: Update, metric: str) -> Iterator[str]:
    """Give a sentence on the mean per dollar, where the model has it."""
    if metric not in update.found.prior.estimates:
        return
    t, cents = update.t, update.t.unit("cents")
    before, after, change = _numbers(update, metric, "mean")
    texts = {"before": t.estimate(before, 100.0, cents), "after": t.estimate(after, 100.0, cents)}
    texts["difference"] = t.estimate(abs(change), 100.0, cents)
    yield t(f"update.lead_rate_{_direction(change)}", **texts)


def _likeliest(update: Update) -> list[Inline]:
    """Return the likeliest verdict on the group, or on the first there is, before and after."""
    t, found, leader = update.t, update.found, update.leader
    before, after, change = (part.verdicts[leader] for part in (found.prior, found.posterior, found.change))
    top = max(after, key=lambda verdict: after[verdict].value)
    return t.compose(
        f"update.lead_chance_{_direction(change[top])}",
        verdict=update.verdict(top),
        entity=update.of(leader),
        **_percents(update, before[top], after[top], change[top]),
    )


def _numbers(update: Update, metric: str, statistic: str) -> tuple[Number, Number, Number]:
    """Return a statistic before and after the evidence, and its change."""
    found = update.found
    parts = (found.prior.estimates, found.posterior.estimates, found.change.estimates)
    before, after, change = (own[metric][statistic] for own in parts)
    return before, after, change


def _percents(update: Update, before: Number, after: Number, change: Number) -> dict[str, str]:
    """Return chances with their errors, and their difference in points."""
    t = update.t
    difference = t.estimate(abs(change), 100.0, t.unit("points"))
    return {"before": t.percent(before), "after": t.percent(after), "difference": difference}


def _value(update: Update, metric: str) -> Iterator[str]:
    """Give a sentence on the mean and one on the median, where the model has the metric."""
    t, unit = update.t, update.t.unit("money")
    if metric not in update.found.prior.estimates:
        return
    for name, statistic in STATED.items():
        before, after, change = _numbers(update, metric, name)
        numbers = {"before": before, "after": after, "difference": abs(change)}
        texts = {key: t.estimate(number, unit.factor, unit) for key, number in numbers.items()}
        yield t(f"update.lead_{statistic}_{_direction(change)}", **texts)


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
