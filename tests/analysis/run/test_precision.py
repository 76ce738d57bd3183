"""float32 is enough: the same paths in float64 give the same answers to a part of their errors."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import pytest

from simulator import Run, Study, load_study, simulate

MILLION = 1_000_000
#: A tenth of a standard error adds half a per cent to the total error.
ENOUGH = 0.1


def numbers(found: Any, *place: str) -> Iterator[tuple[tuple[str, ...], dict[str, float | None]]]:
    """Give every number of a summary that has an error, with its place."""
    if isinstance(found, list):
        found = {str(index): one for index, one in enumerate(found)}
    if isinstance(found, dict):
        if "mcse" in found:
            yield place, found
        else:
            for key, value in found.items():
                yield from numbers(value, *place, key)


def moved(single: Run, double: Run) -> dict[tuple[str, ...], float]:
    """Return by how much of its standard error at a million paths each number moves with the precision.

    Errors of scrambled nets fall by up to the power 3/2 of paths for smooth functions; the power is measured
    between a quarter of the paths and all. Where a quarter of them have no error, such as a median that
    lies where half of the paths are at a limit, the most is taken that it can be.
    """
    quarter = replace(single, plan=single.plan.first(single.plan.batches // 4))
    in_single, in_double, in_quarter = (dict(numbers(run.summary())) for run in (single, double, quarter))
    found = {}
    for place, ours in in_single.items():
        theirs, fewer = in_double[place], in_quarter.get(place)
        if ours["value"] is None or not ours["mcse"] or not fewer or fewer["value"] is None:
            found[place] = 0.0 if ours["value"] == theirs["value"] else math.inf
            continue
        rate = min(max(math.log(fewer["mcse"] / ours["mcse"], 4), 0.5), 1.5) if fewer["mcse"] else 1.5
        error = ours["mcse"] * min(1.0, (single.plan.paths / MILLION) ** rate)
        assert theirs["value"] is not None
        found[place] = abs(ours["value"] - theirs["value"]) / error
    return found


def both(study: Study, paths: int) -> tuple[Run, Run]:
    return simulate(study, paths=paths), simulate(study, paths=paths, dtype="float64")


@pytest.mark.slow
def test_no_number_of_the_default_study_moves_by_a_part_of_its_error() -> None:
    found = moved(*both(load_study("hyperscalers-2026-01"), 2**16))
    assert len(found) > 500
    assert {place: one for place, one in found.items() if one > ENOUGH} == {}


def test_a_balance_of_large_numbers_is_found() -> None:
    # The sum has steps of 2 in float32, a fifth of the difference's spread of 10: with 32 bits its mean and
    # its quantiles are off by more than the 0.01 that is known of them at a million paths.
    study = Study.from_dict(
        {"priors": {"x": {"family": "normal", "mean": 0, "sd": 10}}},
        model=lambda draws: {
            "plain": draws["x"],
            "balance": (draws["x"] + 2.0**24 * jnp.pi) - 2.0**24 * jnp.pi,
        },
    )
    found = moved(*both(study, 2**15))
    failing = {place[1] for place, one in found.items() if one > ENOUGH}
    assert failing == {"balance"}
