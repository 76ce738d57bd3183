"""The kernel as a page holds it: machine code, the numbers that it takes, and what its points are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from jax import Array
from jaxtyping import Float

from simulator.analysis.run import Run
from simulator.analysis.run.agreement import TOLERANCE
from simulator.analysis.run.program import overridden
from simulator.beliefs import Beliefs
from simulator.engine import Plan, Program
from simulator.engine.model import Named, metrics_of
from simulator.errors import StudyError
from simulator.portable.emit import Binary, binary
from simulator.portable.kernel import DTYPE, Kernel, kernel
from simulator.portable.pool import words
from simulator.portable.translate import NotPortableError
from simulator.portable.twin import Twin
from simulator.report.page.embedded import packed
from simulator.sampling import REPLICATES, STRIP, DigitalNet
from simulator.sampling.counter import stream_keys
from simulator.study import Study
from simulator.study.structures import spelled_out
from simulator.whatif.changes import changes
from simulator.whatif.nearness import distances, spread_of_metric
from simulator.whatif.series import series_names, series_rows

#: Most batches that a page computes: 65,536 paths.
BATCHES = 8
#: Paths of each replicate that are stored in a page, for the kernel to be checked against.
CHECKED = 2


class Portable(NamedTuple):
    """A study's program as a page needs it.

    Attributes
    ----------
    made
        The program.
    kernel, module
        The same without JAX, and as machine code.
    metrics, series
        What the rows of its output are: one of each metric, then so many of each series.
    """

    made: Program
    kernel: Kernel
    module: Binary
    metrics: tuple[str, ...]
    series: Mapping[str, int]


def portable(study: Study, made: Program) -> Portable:
    """Return a study's program in its portable form.

    Raises
    ------
    NotPortableError
        The model uses what has no such form.
    """
    found = kernel(made, lambda draws: _observed(study, made.model, draws))
    series = series_names(study, made.model)
    names, counts = tuple(found.rows), tuple(found.rows.values())
    first = len(names) - len(series)
    return Portable(
        made, found, binary(found.program), names[:first], dict(zip(series, counts[first:], strict=True))
    )


def by_twin(one: Portable) -> Float[np.ndarray, "metric path"]:
    """Return metrics of the paths that a page is checked by as the program makes them, executed by NumPy."""
    sampler = one.made.sampler
    tables, blocks = sampler.tables(one.kernel.coordinates, 1), sampler.blocks // REPLICATES
    points = [
        np.asarray(sampler.bits(tables, 0, block))[:, :CHECKED] for block in range(0, sampler.blocks, blocks)
    ]
    found = Twin(one.kernel.program, one.kernel.parameters)(np.concatenate(points, axis=1))
    return found[: len(one.metrics)]


def refuse_others(one: Portable, twin: Float[np.ndarray, "metric path"], run: Run) -> None:
    """Refuse a model that makes the metrics of a path of other paths, or of how many there are.

    The program knows one path. The paths that a page is checked by have to be as JAX has them.

    Parameters
    ----------
    one
        The program.
    twin
        From `by_twin`.
    run
        The first paths as JAX computes them.

    Raises
    ------
    NotPortableError
        They are not.
    """
    for name, values in zip(one.metrics, twin, strict=True):
        paths = run.metrics[name]
        known = np.asarray(paths[:, :CHECKED]).ravel()
        if (distances(values, known, spread_of_metric(paths.ravel())) > TOLERANCE).any():
            why = f"metric {name} of a path depends on other paths, or on how many are computed at once"
            raise NotPortableError(why)


def kernel_data(study: Study, one: Portable, run: Run, horizons: Mapping[int, Portable]) -> dict[str, Any]:
    """Return the kernel of a study for `portable_engine.js`, which says what the entries are.

    Parameters
    ----------
    study
        As it is written.
    one
        Its program.
    run
        The first paths as JAX computes them.
    horizons
        Programs of the same beliefs that look further ahead, or less far, by their quarters.
    """
    found = one.kernel
    for other in horizons.values():  # which takes the same numbers
        assert all(map(np.array_equal, found.parameters, other.kernel.parameters))
    return {
        "inputs": {
            "words": packed(b"".join(map(words, found.parameters))),
            "counts": [array.size for array in found.parameters],
        },
        "own": _program(one, run.plan),
        "horizons": {str(quarters): _program(other, run.plan) for quarters, other in horizons.items()},
        "changes": changes(cast(Beliefs, one.made.beliefs), study.priors),
        "structures": {structure.name: _numbers(study, structure.values) for structure in study.structures},
        "check": _check(run, one.metrics),
    }


def _program(one: Portable, plan: Plan) -> dict[str, Any]:
    """Return one program of a kernel."""
    module = one.module
    return {
        "code": packed(module.code),
        "inputs": module.inputs,
        "points": {"address": module.points, "rows": len(one.kernel.coordinates)},
        "output": {
            "address": module.output,
            "metrics": one.metrics,
            "series": one.series,
        },
        "sampler": _sampler(one, plan),
    }


def _observed(study: Study, model: Any, draws: dict[str, Array]) -> Named:
    """Return the metrics of one path, and its series where the domain has charts of them."""
    domain = study.domain
    if domain is None or not domain.made(model):
        return metrics_of(model, draws, 1, DTYPE)
    metrics, series = model.with_series(draws)
    rows = series_rows(study, model, series)
    known = metrics_of(lambda _: metrics, draws, 1, DTYPE)
    return known | {f"series {name}": row for name, row in rows.items()}  # a metric may have the same name


def _sampler(one: Portable, plan: Plan) -> dict[str, Any]:
    """Return what points are made of: keys of streams and, of a net, its columns before the scramble."""
    sampler, coordinates = one.made.sampler, one.kernel.coordinates
    purpose = "scramble" if isinstance(sampler, DigitalNet) else "paths"
    keys = stream_keys(purpose, plan.seed, coordinates)
    found: dict[str, Any] = {"name": plan.sampler, "keys": packed(words(keys))}
    if isinstance(sampler, DigitalNet):
        count = (STRIP * BATCHES - 1).bit_length()
        columns = sampler.columns(coordinates, count)[:count]
        found |= {"columns": packed(words(columns)), "count": count}
    return found


def _numbers(study: Study, values: Mapping[str, Any]) -> dict[str, float] | None:
    """Return what a structure holds priors at; None where it sets something else, or is not sound."""
    asked = spelled_out(values, study.priors)
    if not all(name in study.priors and isinstance(value, int | float) for name, value in asked.items()):
        return None
    try:
        overridden(study, asked)
    except StudyError:
        return None
    return {name: float(value) for name, value in asked.items()}


def _check(run: Run, metrics: Sequence[str]) -> dict[str, Any]:
    """Return the first paths of each replicate, and what each metric's distances are measured by."""
    values = np.stack([run.metrics[name] for name in metrics])  # [metric, replicate, point]
    spreads = [spread_of_metric(row)._asdict() for row in values.reshape(len(metrics), -1)]
    return {
        "points": CHECKED,
        "values": packed(words(values[:, :, :CHECKED])),
        "spreads": spreads,
    }
