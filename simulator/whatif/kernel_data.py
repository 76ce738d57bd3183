"""The kernel as a page holds it: machine code, the numbers that it takes, and what its points are made of."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from jax import Array
from jaxtyping import Float

from simulator.analysis.run.program import model_of, overridden, program
from simulator.engine import MetricKernel, Plan, Program, metric_kernel
from simulator.engine.model import Named, metrics_of
from simulator.errors import StudyError
from simulator.portable.emit import binary
from simulator.portable.kernel import DTYPE, Kernel, kernel
from simulator.sampling import BATCH, REPLICATES, STRIP, DigitalNet
from simulator.sampling.counter import stream_keys
from simulator.study import Study
from simulator.study.structures import spelled_out
from simulator.whatif.changes import changes

#: Most batches that a page computes: 65,536 paths.
BATCHES = 8
#: Paths of each replicate that are stored in a page, for the kernel to be checked against.
CHECKED = 2
#: The name of all companies together.
_GROUP = "group"


def kernel_data(study: Study, model: Any, seed: int, sampler: str) -> dict[str, Any]:
    """Return the kernel of a study for `portable_engine.js`, which says what the entries are.

    Parameters
    ----------
    study, model
        What is computed; None for the study's own model.
    seed, sampler
        Of the draws.

    Raises
    ------
    NotPortableError
        The model uses what has no portable form.
    """
    plan = Plan(BATCHES * BATCH, seed=seed, sampler=sampler)
    made = program(study, model_of(study, model), plan)
    with ThreadPoolExecutor(1) as beside:  # XLA compiles long, and needs no Python for most of it
        known = beside.submit(metric_kernel, made, plan)
        portable = kernel(made, lambda draws: _observed(study, made.model, draws))
        module = binary(portable.program)
    series = {name: rows for name, rows in portable.rows.items() if name.startswith(_SERIES)}
    beliefs = made.beliefs
    return {
        "code": _packed(module.code),
        "inputs": {
            "words": _packed(b"".join(map(_words, portable.parameters))),
            "counts": [one.size for one in portable.parameters],
            "addresses": module.inputs,
        },
        "points": {"address": module.points, "rows": len(portable.coordinates)},
        "output": {
            "address": module.output,
            "metrics": [name for name in portable.rows if name not in series],
            "series": {name.removeprefix(_SERIES): rows for name, rows in series.items()},
        },
        "sampler": _sampler(made, portable, seed, sampler),
        "changes": changes(beliefs, study.priors),
        "structures": {one.name: _numbers(study, one.values) for one in study.structures},
        "check": _check(known.result(), portable),
    }


#: What the names of series begin with among the rows of the output.
_SERIES = "series "


def _observed(study: Study, model: Any, draws: dict[str, Array]) -> Named:
    """Return the metrics of one path, and its series where the domain has charts of them."""
    domain = study.domain
    if domain is None or not domain.made(model):
        return metrics_of(model, draws, 1, DTYPE)
    metrics, series = model.with_series(draws)
    rows = dict(metrics_of(lambda _: metrics, draws, 1, DTYPE))
    for chart in domain.charts:
        for part, make in chart.parts.items() if chart.in_page else ():
            values = make(series)
            rows[f"{_SERIES}{part}.{_GROUP}"] = values.sum(axis=1)
            for place, entity in enumerate(study.settings.entities):
                rows[f"{_SERIES}{part}.{entity}"] = values[:, place]
    return rows


def _packed(content: bytes) -> str:
    """Return bytes as text, compressed."""
    return b64encode(zlib.compress(content, 9)).decode()


def _words(array: np.ndarray) -> bytes:
    """Return an array as words of 32 bits."""
    return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()


def _sampler(made: Program, portable: Kernel, seed: int, name: str) -> dict[str, Any]:
    """Return what the points are made of: keys of streams and, of a net, its columns before they are scrambled."""
    purpose = "scramble" if isinstance(made.sampler, DigitalNet) else "paths"
    keys = stream_keys(purpose, seed, portable.coordinates)
    found: dict[str, Any] = {"name": name, "keys": _packed(_words(keys))}
    if isinstance(made.sampler, DigitalNet):
        count = (STRIP * BATCHES - 1).bit_length()
        columns = made.sampler.columns(portable.coordinates, count)[:count]
        found |= {"columns": _packed(_words(columns)), "count": count}
    return found


def _numbers(study: Study, values: Mapping[str, Any]) -> dict[str, float] | None:
    """Return what a structure holds priors at; None where it sets something else, or nothing that is sound."""
    asked = spelled_out(values, study.priors)
    if not all(name in study.priors and isinstance(value, int | float) for name, value in asked.items()):
        return None
    try:
        overridden(study, asked)
    except StudyError:
        return None
    return {name: float(value) for name, value in asked.items()}


def _check(made: MetricKernel, portable: Kernel) -> dict[str, Any]:
    """Return the first paths of each replicate as JAX computes them, and how far each metric spreads."""
    values = made(0)
    first = values.reshape(len(made.metrics), REPLICATES, STRIP)[:, :, :CHECKED]
    assert list(made.metrics) == [name for name in portable.rows if not name.startswith(_SERIES)]
    return {"points": CHECKED, "values": _packed(_words(first)), "spread": [*_spread(values)]}


def _spread(values: Float[np.ndarray, "metric path"]) -> Iterator[float]:
    """Give the standard deviation of each metric, over the paths on which it is finite."""
    for row in values.astype(np.float64):
        finite = row[np.isfinite(row)]
        yield float(finite.std()) if finite.size else 0.0
