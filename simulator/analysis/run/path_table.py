"""Metrics, verdicts and draws of a run side by side, a row for each path, batch by batch."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Int8, Shaped

from simulator.analysis.run.progress import Progress, silent
from simulator.analysis.run.recomputed import observing, points_of
from simulator.analysis.run.record import RunRecord, refuse_name
from simulator.analysis.run.requirements import priors_of
from simulator.arguments import names_of
from simulator.engine import Kernel, on_threads, runtime
from simulator.errors import RunError, UsageError
from simulator.estimate import VERDICT, codes_of, derive
from simulator.sampling import REPLICATES, STRIP
from simulator.whole_numbers import whole

type Kind = Literal["key", "metric", "passes", "verdict", "draw"]
#: The values of the columns for some paths, in the order of the columns.
type Rows = list[Shaped[np.ndarray, " path"]]

#: The columns that say which path a row is.
KEYS = ("replicate", "point")


class Column(NamedTuple):
    """One column.

    Attributes
    ----------
    name
        As in its header; of a draw of several numbers there is one for each, ``name[0]`` and so on.
    kind
        What it has.
    unit
        Of its numbers; empty where there is none or none is known.
    dtype
        Of its values.
    codes
        Of a verdict, the name of each code; empty of any other.
    """

    name: str
    kind: Kind
    unit: str
    dtype: np.dtype
    codes: Mapping[int, str] = {}

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of verdicts, in the order of the rules."""
        return tuple(self.codes.values())

    def places(self, values: Shaped[np.ndarray, " path"]) -> Int8[np.ndarray, " path"]:
        """Return for each path the place of its verdict in `texts`, and -1 of a path without one."""
        found = np.full(values.shape, -1, np.int8)
        for place, code in enumerate(self.codes):
            found[values == code] = place
        return found


@dataclass(frozen=True)
class PathTable:
    """Some columns of the first points of each replicate.

    Attributes
    ----------
    columns
        Those that say which path it is, then metrics and what is derived of them, then draws.
    points
        Points of each of the 32 replicates.
    batch
        Returns the values of all columns in a batch, its paths in the order of their numbers: point by point
        of the first replicate's strip, then of the next.
    """

    columns: tuple[Column, ...]
    points: int
    batch: Callable[[int], Rows]

    @property
    def paths(self) -> int:
        """How many rows there are."""
        return REPLICATES * self.points

    def each(self, consume: Callable[[Rows], None], progress: Progress = silent) -> None:
        """Compute all batches on the cores of this machine, and hand them on one after the other.

        Memory does not grow with their number: few are computed ahead. After an interrupt none is handed on:
        a part of the paths is of no use, and writing it can take long.
        """
        done = 0

        def taken(_: int, rows: Rows) -> None:
            nonlocal done
            consume(rows)
            done += rows[0].size
            progress(done, self.paths)

        batches = range(-(-self.points // STRIP))
        on_threads(self.batch, batches, taken, runtime.cores(), rest=lambda *_: None)


def path_table(
    run: RunRecord,
    metrics: str | Iterable[str] | None,
    draws: str | Iterable[str] | None,
    paths: int | None,
) -> PathTable:
    """Return columns of a run: see `Run.to_pandas`, whose parameters these are.

    Raises
    ------
    UsageError
        There is no such metric or draw, or two columns would have the same name.
    """
    points = points_of(run.plan.paths if paths is None else whole("paths", paths, 1, run.plan.paths))
    settings = run.study.settings
    some = {name: np.zeros((1, 1)) for name in run.names}
    derived = derive(some, settings.scorecard, settings.verdicts)
    wanted = (*run.names, *derived) if metrics is None else names_of("metrics", metrics)
    for name in wanted:
        if name not in derived and name not in run.names:
            refuse_name("metric", name, [*run.names, *derived])
    random = [name for name, prior in run.study.priors.items() if prior.family != "fixed"]
    kernel = _kernel(run, tuple(random) if draws is None else names_of("draws", draws), points)
    columns = (
        *(Column(name, "key", "", np.dtype(np.int64)) for name in KEYS),
        *(_metric_column(run, name, derived) for name in wanted),
        *_draw_columns(run, kernel),
    )
    _refuse_twins(columns)
    judged = not derived.keys().isdisjoint(wanted)
    return PathTable(columns, points, partial(_rows, run, columns, points, kernel, judged))


def _kernel(run: RunRecord, names: tuple[str, ...], points: int) -> Kernel | None:
    """Return what computes named draws; None where none is wanted, and no model is needed."""
    if not names:
        return None
    return Kernel(run.program, run.plan.first(-(-points // STRIP)), observing("draw", names))


def _metric_column(run: RunRecord, name: str, derived: Mapping[str, object]) -> Column:
    if name not in derived:
        return Column(name, "metric", run.units[name], run.store.dtype)
    if name.split(".")[0] == VERDICT:
        codes = {code: verdict for verdict, code in codes_of(run.study.settings.verdicts).items()}
        return Column(name, "verdict", "", np.dtype(np.int8), codes)
    return Column(name, "passes", "", np.dtype(np.int8))


def _draw_columns(run: RunRecord, kernel: Kernel | None) -> Iterator[Column]:
    """Give the columns of draws, in the units of the model: how many numbers a shock has, a batch shows."""
    if kernel is None:
        return
    priors = priors_of(run.study, run.model)
    for drawn, values in kernel(0).items():
        unit = priors[drawn].unit if drawn in priors else ""
        yield from (Column(name, "draw", unit, values.dtype) for name in _flat({drawn: values}))


def _flat(drawn: Mapping[str, Shaped[np.ndarray, "*size path"]]) -> dict[str, Shaped[np.ndarray, " path"]]:
    """Return draws with a name for each number of those that have several."""
    flat: dict[str, np.ndarray] = {}
    for name, values in drawn.items():
        flat |= {name: values} if values.ndim == 1 else {f"{name}[{i}]": row for i, row in enumerate(values)}
    return flat


def _refuse_twins(columns: Iterable[Column]) -> None:
    twins = [name for name, times in Counter(column.name for column in columns).items() if times > 1]
    if twins:
        message = (
            f"columns: found {twins[0]!r} twice; name the metrics and draws wanted, each once; "
            f"{' and '.join(KEYS)} say which path a row is"
        )
        raise UsageError(message)


def _rows(
    run: RunRecord,
    columns: tuple[Column, ...],
    points: int,
    kernel: Kernel | None,
    judged: bool,
    batch: int,
) -> Rows:
    """Return the values of all columns in a batch, as far as its points are wanted."""
    replicates, strip = np.indices((REPLICATES, STRIP))
    found: dict[str, np.ndarray] = {KEYS[0]: replicates, KEYS[1]: batch * STRIP + strip}
    if any(column.kind not in ("key", "draw") for column in columns):
        settings, metrics = run.study.settings, _stored(run, batch)
        found |= metrics
        found |= derive(metrics, settings.scorecard, settings.verdicts) if judged else {}
    found |= {} if kernel is None else _flat(kernel(batch))
    width = min(STRIP, points - batch * STRIP)
    by_strip = (found[column.name].reshape(REPLICATES, STRIP) for column in columns)
    return [values[:, :width].ravel() for values in by_strip]


def _stored(run: RunRecord, batch: int) -> dict[str, Shaped[np.ndarray, "replicate point"]]:
    """Return all metrics of a batch."""
    values = run.store.load(batch)
    if values is None:
        message = (
            f"cannot read batch {batch} of {run.directory or 'this run'}: it is missing or damaged; give "
            "this run's command again: the batch is recomputed"
        )
        raise RunError(message)
    return dict(zip(run.store.metrics, values.reshape(-1, REPLICATES, STRIP), strict=True))
