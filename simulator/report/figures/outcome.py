"""One metric of a run, or of the tree that `Run.to_datatree` makes of it, as a figure needs it."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
from jaxtyping import Int8, Shaped
from xarray import DataTree

from simulator.analysis.comparison.paired import apart, both, refuse_unpaired
from simulator.analysis.display import MetricDisplay, displayed_metrics
from simulator.analysis.run import Run
from simulator.analysis.run.tree import RECORD, record_of
from simulator.errors import UsageError
from simulator.estimate import CODES, VERDICT, Pool, SamplerName, mean, pool, probability
from simulator.estimate import Number as Estimate
from simulator.estimate.verdicts import MODEL, by_entity, full_name
from simulator.report.page.locale import Locale
from simulator.sampling import DrawsKey
from simulator.study import Study

type Source = Run | DataTree

SAY = Locale("en")

#: The least share of paths to either side of zero for it to count as being among the outcomes.
AMONG = 0.01


@dataclass(frozen=True)
class Outcome:
    """A metric path by path, with its words.

    Attributes
    ----------
    values
        In the model's unit, ``[replicate, point]``.
    codes
        The verdict of every path; None where there is none.
    sampler
        How the paths were drawn, which decides the rule for errors.
    shown
        How the report shows the metric.
    entity
        As the report writes it; nothing for a model without entities.
    note
        Of which run, and how many paths.
    """

    values: Shaped[np.ndarray, "replicate point"]
    codes: Int8[np.ndarray, "replicate point"] | None
    sampler: SamplerName
    shown: MetricDisplay
    entity: str
    note: str

    @cached_property
    def pool(self) -> Pool:
        """The paths together."""
        return pool(self.values, self.sampler)

    @property
    def factor(self) -> float:
        """What brings the metric from the model's unit to the one shown."""
        return self.shown.factor * SAY.unit(self.shown.unit).factor

    @property
    def unit(self) -> str:
        """The unit shown, beside an axis."""
        return SAY.unit(self.shown.unit).axis

    @property
    def axis(self) -> str:
        """The metric with its unit, beside an axis."""
        return f"{label(self.shown.metric)}, {self.unit}" if self.unit else label(self.shown.metric)

    @property
    def name(self) -> str:
        """The metric as a title begins with it."""
        return titled(label(self.shown.metric), self.entity)

    def amount(self, estimate: Estimate) -> str:
        """Return an estimate of the metric in a sentence."""
        return SAY.estimate(estimate.to_json(), self.factor, SAY.unit(self.shown.unit))

    @property
    def crosses_zero(self) -> bool:
        """Whether zero lies well within the paths, so that its side is what there is to say."""
        return AMONG < float(np.mean(self.values < 0)) < 1 - AMONG


def label(metric: str) -> str:
    """Return a metric's name for a reader."""
    key = f"metric.{metric}.label"
    return SAY(key) if SAY.has(key) else metric.replace("_", " ")


def within(name: str) -> str:
    """Return a name as it stands within a sentence: an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def titled(what: str, entity: str) -> str:
    """Return what a title is about, such as "Value created, group"."""
    return f"{what}, {entity}" if entity else what


def percent(estimate: Estimate) -> str:
    """Return a chance or a share as a percentage with its error."""
    return SAY.percent(estimate.to_json())


def outcome(source: Source, metric: str) -> Outcome:
    """Return a metric of a run or of its tree.

    Raises
    ------
    UsageError
        It is neither, or has no such metric.
    """
    units, about = _known(source)
    if metric not in units:
        raise UsageError(unknown("metric", metric, units))
    short, entity = _parts(metric)
    charted, tabled = displayed_metrics(units)
    shown = next(one for one in (*charted, *tabled) if one.metric == short)
    verdict = full_name(VERDICT, entity)
    codes = _codes(source, verdict)
    return Outcome(
        _values(source, metric),
        codes,
        cast(SamplerName, about["sampler"]),
        shown,
        entity_title(source, entity),
        note(about),
    )


class Pair(NamedTuple):
    """A metric, or whether a verdict falls, on two sets of paths that have the same draws.

    Attributes
    ----------
    kind
        ``metric`` or ``verdict``.
    metric
        Its short name, or that of the verdict.
    entity
        As the report writes it.
    unit, factor
        The catalogue's key of the unit shown, and what brings the model's to it.
    before, difference
        Mean on the first, and mean of the second less the first path by path, in the model's unit.
    note
        Of which run, and how many paths both have.
    """

    kind: str
    metric: str
    entity: str
    unit: str
    factor: float
    before: Estimate
    difference: Estimate
    note: str


def paired(first: Source, second: Source, metric: str) -> Pair:
    """Return the difference of two runs, or of their trees, path by path.

    Raises
    ------
    UsageError
        They have not the same draws, or one has no such metric or verdict.
    """
    _, about = _known(first)
    _known(second)
    refuse_unpaired(_draws_key(first), _draws_key(second))
    verdict, _, entity = metric.partition(".")
    sampler = cast(SamplerName, about["sampler"])
    if verdict in CODES:
        name = full_name(VERDICT, entity or MODEL)
        codes = [_codes(source, name) for source in (first, second)]
        if codes[0] is None or codes[1] is None:
            message = f"{metric}: there is no verdict of {entity or 'the model'}"
            raise UsageError(message)
        samples = [(held == CODES[verdict]).astype(np.float64) for held in codes]
        kind, short, unit, factor = "verdict", f"Probability of {verdict}", "percent", 100.0
        whose = entity_title(first, entity or MODEL)
    else:
        one = outcome(first, metric)
        samples = [one.values, outcome(second, metric).values]
        kind, short, unit, factor = "metric", one.shown.metric, one.shown.unit, one.shown.factor
        whose = one.entity
    before, after = both(*samples)
    return Pair(
        kind,
        short,
        whose,
        unit,
        factor,
        mean(pool(before, sampler)),
        mean(pool(apart(before, after), sampler)),
        note({**about, "paths_kept": before.size}),
    )


def verdict_chances(source: Source) -> tuple[dict[str, dict[str, Estimate]], str]:
    """Return the probability of each verdict by entity, and of which paths.

    Raises
    ------
    UsageError
        There are no verdicts.
    """
    units, about = _known(source)
    found: dict[str, dict[str, Estimate]] = {}
    for entity in by_entity(units):
        codes = _codes(source, full_name(VERDICT, entity))
        if codes is not None:
            found[entity] = {
                name: probability(pool(codes == code, cast(SamplerName, about["sampler"])))
                for name, code in CODES.items()
            }
    if not found:
        message = "this run has no verdicts: its study has no rules for them, or its metrics are not theirs"
        raise UsageError(message)
    return found, note(about)


def run_of(source: Source) -> Run:
    """Return the run, brought back where it is a tree, for what is computed again.

    Raises
    ------
    UsageError
        It is neither, or a tree that does not bring its run back: see `Run.from_datatree`.
    """
    _known(source)
    return source if isinstance(source, Run) else Run.from_datatree(source)


def _draws_key(source: Source) -> DrawsKey:
    return source.draws_key if isinstance(source, Run) else record_of(source).draws_key


def study_of(source: Source) -> Study:
    """Return the study of a run or of its tree."""
    return source.study if isinstance(source, Run) else record_of(source).study


def entity_title(source: Source, entity: str) -> str:
    """Return an entity as the report writes it; nothing for a model without any."""
    if entity == MODEL:
        return ""
    titles = dict(study_of(source).settings.entities)
    return titles.get(entity, entity)


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return that there is no such name, and which there are."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known)}"
    return f"there is no {kind} {name!r}; {hint}"


def note(about: Mapping[str, Any]) -> str:
    """Return of which run a figure is, and of how many of its paths."""
    kept, every = int(about["paths_kept"]), int(about["paths_of_run"])
    paths = SAY.count(kept) + ("" if kept == every else f" of {SAY.count(every)}")
    return f"Study {about['study']}, {paths} paths, seed {about['seed']}, {about['sampler']}."


def about_run(source: Source) -> dict[str, Any]:
    """Return what is told of a run: the attributes of its tree, or those of a tree of all its paths."""
    if isinstance(source, DataTree):
        return {str(key): value for key, value in source.attrs.items()}
    plan = source.plan
    return {
        "study": source.study.name,
        "seed": plan.seed,
        "sampler": plan.sampler,
        "paths_of_run": plan.paths,
        "paths_kept": plan.paths,
    }


def _known(source: object) -> tuple[dict[str, str], Mapping[str, Any]]:
    """Return the units of the metrics, in the model's order, and what is told of the run."""
    if isinstance(source, Run):
        return dict(source.units), about_run(source)
    if isinstance(source, DataTree) and "prior_predictive" in source.children and RECORD in source.attrs:
        held = source["prior_predictive"].data_vars
        units = {name: unit for name, unit in record_of(source).units.items() if name in held}
        return units, about_run(source)
    message = f"found a {type(source).__name__}; allowed: a Run, or a DataTree from run.to_datatree()"
    raise UsageError(message)


def _values(source: Source, metric: str) -> np.ndarray:
    return source.metric(metric) if isinstance(source, Run) else source["prior_predictive"][metric].to_numpy()


def _codes(source: Source, verdict: str) -> np.ndarray | None:
    if isinstance(source, Run):
        return source.verdicts.get(verdict)
    held = source["prior_predictive"].data_vars
    return held[verdict].to_numpy() if verdict in held else None


def _parts(name: str) -> tuple[str, str]:
    """Return the short name and the entity of a metric."""
    ((entity, own),) = by_entity([name]).items()
    return next(iter(own)), entity
