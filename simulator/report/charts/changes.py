"""What changes do to a metric's mean, and what each part has in the difference of two studies."""

from collections.abc import Mapping, Sequence

import numpy as np

from simulator.analysis.comparison.paired import apart, both, refuse_unpaired
from simulator.analysis.comparison.record import StudyDifference
from simulator.analysis.run import Run
from simulator.errors import UsageError
from simulator.estimate import VERDICT, Number, codes_of, distinguishable, mean, pool
from simulator.estimate.verdicts import MODEL, full_name
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import (
    LOCALE,
    Subject,
    entity_title,
    label,
    note,
    run_of,
    sampler,
    titled,
    unknown,
    within,
)
from simulator.report.drawing import WIDE, Bar, End, bars
from simulator.report.page.locale import Unit
from simulator.report.statistic import verdict as verdict_of


def differences(base: Run, others: Mapping[str, Run], metric: str) -> Chart:
    """Return by how much each of several runs moves the mean of a metric against a run of the same draws.

    Parameters
    ----------
    base
        A run.
    others
        By what was changed, runs of the same draws: seed, sampler, order, directions.
    metric
        Full name of a metric, or ``bull.ENTITY`` or ``bear.ENTITY`` for the probability of a verdict.

    Raises
    ------
    UsageError
        There are no others, the draws are not the same, or there is no such metric or verdict.
    """
    if not others:
        message = "differences: found no run beside the base; allowed: one or more, by what was changed"
        raise UsageError(message)
    for other in others.values():
        refuse_unpaired(run_of(base).draws_key, run_of(other).draws_key)
    verdict, _, entity = metric.partition(".")
    if verdict in codes_of(run_of(base).study.settings.verdicts):
        name, key, factor, at = f"Probability of {verdict}", "percent", 100.0, ""
        whose = entity_title(base, entity or MODEL)
        axis = LOCALE.unit("points")
        across = titled(name, axis.axis)
    else:
        one = Subject(base, metric)
        name, key, factor, at = label(one.display.metric), one.display.unit, one.display.factor, "on average "
        whose = one.entity
        axis = LOCALE.unit("points" if key.startswith("percent") else key)
        across = titled(f"Difference of the mean of {within(name)}", axis.axis)
    samples = {what: both(_sample(base, metric), _sample(other, metric)) for what, other in others.items()}
    moves = {
        what: mean(pool(apart(*pair), sampler(base))) * (factor * axis.factor)
        for what, pair in samples.items()
    }
    rows = sorted(moves.items(), key=lambda row: -abs(row[1].value))
    first = next(iter(samples.values()))[0]
    unit = LOCALE.unit(key)
    before = LOCALE.estimate(mean(pool(first, sampler(base))), factor * unit.factor, unit)
    title = titled(name, whose)
    return Chart(
        f"{title}: {_finding(rows, axis)}",
        f"Against {before} {at}before the change.",
        "Differences are path by path, on common draws; whiskers: two standard errors of the mean of pairs. "
        f"{note(base, first.size)}",
        bars(WIDE, [_bar(*row) for row in rows], 0.0, {"label": title, "across": across}, LOCALE.tick),
    )


def _sample(run: Run, metric: str) -> np.ndarray:
    """Return a metric of a run, or whether a verdict falls, path by path."""
    verdict, _, entity = metric.partition(".")
    code_of = codes_of(run.study.settings.verdicts)
    if verdict not in code_of:
        return Subject(run, metric).values
    codes = run.verdicts.get(full_name(VERDICT, entity or MODEL))
    if codes is None:
        message = f"{metric}: there is no verdict of {entity or 'the model'}"
        raise UsageError(message)
    return (codes == code_of[verdict]).astype(np.float64)


def _bar(name: str, one: Number) -> Bar:
    kind = "unclear" if not distinguishable(one) else "up" if one.value > 0 else "down"
    text = LOCALE.estimate(one)
    return Bar(name, [End(kind, one.value, one.error, f"+{text}" if kind == "up" else text)])


def _finding(rows: Sequence[tuple[str, Number]], unit: Unit) -> str:
    """Return the largest difference, or that none is distinguishable from none."""
    name, largest = rows[0]
    if not distinguishable(largest):
        return "moved by no change beyond the error"
    size = LOCALE.estimate(abs(largest), 1.0, unit)
    return f"{'up' if largest.value > 0 else 'down'} by {size} with {name}"


def parts(found: StudyDifference, statistic: str = "p_bear(group)") -> Chart:
    """Return the shares that parts of a difference have in the change of one statistic.

    Parameters
    ----------
    found
        What `simulator.diff` returned.
    statistic
        One that it has, such as ``p_bear(group)`` or ``mean(value_created.group)``.

    Raises
    ------
    UsageError
        It does not have this statistic, or could not divide the change among parts.
    """
    if statistic not in found.statistics:
        raise UsageError(unknown("statistic", statistic, found.statistics))
    if not found.parts:
        why = found.not_attributed or "nothing changed"
        message = f"parts: the change is not divided among any: {why}"
        raise UsageError(message)
    one = found.statistics[statistic].statistic
    factor, unit = (100.0, LOCALE.unit("points")) if one.is_chance else (1.0, LOCALE.unit(one.unit))
    shares = {part.name: part.effects[statistic].share * factor for part in found.parts}
    rows = sorted(shares.items(), key=lambda row: -abs(row[1].value))
    change = found.statistics[statistic].change * factor
    end = End("whole", change.value, change.error, LOCALE.estimate(change))
    what = f"Probability of {verdict_of(one)}, {one.of}" if one.is_chance else statistic
    return Chart(
        f"{what}: {LOCALE.estimate(change, 1.0, unit)} from {found.first.study} to {found.second.study}",
        f"Of that {rows[0][0]} {LOCALE.estimate(rows[0][1], 1.0, unit)}. Shares add up to the change.",
        "A share is the mean of the part's step when parts are changed one by one, in alphabetical order and "
        f"in the reverse. Whiskers: two standard errors. {found.paths:,} paths on the same draws, seed "
        f"{found.seed}, {found.sampler}.",
        bars(
            WIDE,
            [*(_bar(*row) for row in rows), Bar("the whole change", [end])],
            0.0,
            {"label": what, "across": titled("Share in the change", unit.axis)},
            LOCALE.tick,
        ),
    )
