"""A model as the engine takes it: any function of named draws that returns named metrics."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Array

from simulator.errors import UsageError, did_you_mean, first_of

#: What JAX says to Python's if, min and max, and to float and math, on an array of more than one number.
_OF_ONE_NUMBER = ("truth value of an array", "Only scalar arrays can be converted")

#: Named arrays of some paths; the last axis is paths, and a number that no path changes has no axis.
type Named = Mapping[str, Array]


@runtime_checkable
class Model(Protocol):
    """Any pure function of named draws that returns named metrics.

    It may carry `may_be_infinite`, names (or stems: `payback_years` stands for `payback_years.amazon` too) of
    metrics for which an infinity is an answer, `metric_units`, the unit of each, `undefined`, why a metric
    may be NaN on some paths, by stem, and `refused`, which returns faults of priors that exclude each other.
    """

    def __call__(self, draws: dict[str, Array], /) -> Named:
        """Return metrics, each [paths], of draws, each [..., paths] or a number that is common to all."""
        ...


def metrics_of(
    model: Callable[..., Named], draws: dict[str, Array], paths: int, dtype: str
) -> dict[str, Array]:
    """Call the model and return its metrics, each [path]; one [k, path] becomes name[0], name[1].

    Parameters
    ----------
    model
        Function of named draws that returns named metrics.
    draws
        Of some paths, each [path], or [k, path] of a vector.
    paths
        How many.
    dtype
        Precision of the metrics.

    Raises
    ------
    UsageError
        The model does not return named arrays of numbers along paths.
    """
    try:
        found = model(draws)
    except Exception as error:
        if message := misuse(error, draws):
            raise UsageError(message) from error
        raise
    if not isinstance(found, Mapping) or not found:
        message = (
            f"the model must return named metrics, as in {{'margin': ...}}; found {_kind_of_result(found)}"
        )
        raise UsageError(message)
    metrics: dict[str, Array] = {}
    for name, given in found.items():
        _check_name(name)
        value = along_paths(name, as_array(name, given), paths).astype(dtype)
        if value.ndim == 1:
            rows = {name: value}
        elif value.ndim == 2:
            rows = {f"{name}[{row}]": value[row] for row in range(value.shape[0])}
        else:
            message = f"metric {name}: found an array {jnp.shape(given)}; allowed: [paths] or [k, paths]"
            raise UsageError(message)
        if twice := rows.keys() & metrics.keys():
            message = (
                f"metric {min(twice)}: found twice, as a metric and as a row of a metric of several; "
                "allowed: each name once. Give one of the two another name"
            )
            raise UsageError(message)
        metrics |= rows
    return metrics


def _kind_of_result(found: Any) -> str:
    """Return what a model returned in place of named metrics."""
    if found is None or isinstance(found, Mapping):
        return "nothing" if found is None else "an empty dictionary"
    return "an array without a name" if hasattr(found, "ndim") else type(found).__name__


def as_array(name: Any, given: Any) -> Array:
    """Return a metric that a model gives as an array."""
    try:
        return jnp.asarray(given)
    except (TypeError, ValueError) as error:
        message = f"metric {name}: found {type(given).__name__}; allowed: an array of numbers, [paths]"
        raise UsageError(message) from error


def misuse(error: Exception, draws: Mapping[str, Any]) -> str:
    """Return what a model does that none can do, as its error shows; empty where the error is its own."""
    if isinstance(error, KeyError) and error.args and error.args[0] not in draws:
        asked = f"the model asks for the draw {error}; the study has {first_of(list(draws)) or 'none'}"
        advice = did_you_mean(str(error.args[0]), draws)
        return f"{asked}. {advice}" if advice else asked
    if _asks_for_a_number(error):
        return (
            "the model must be written with jax.numpy, without Python's if, and, or, min, max, float or math "
            "on a draw, which is an array of paths: jnp.where chooses path by path, jnp.minimum and "
            f"jnp.maximum bound, jnp.exp and the like compute ({str(error).partition('\n')[0]})"
        )
    return ""


def _asks_for_a_number(error: Exception) -> bool:
    """Whether JAX raised an error because a model wants of an array of paths what one number has."""
    kinds = (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError)
    if isinstance(error, kinds):
        return True
    return isinstance(error, (TypeError, ValueError)) and any(text in str(error) for text in _OF_ONE_NUMBER)


def _check_name(name: Any) -> None:
    """Raise where the name of a metric cannot stand in files and tables."""
    if not (isinstance(name, str) and name.strip() and name.isprintable() and "/" not in name):
        message = (
            f"metric {name!r}: found a name that files and tables cannot have; allowed: printable text "
            "without /, such as profit or profit.shop"
        )
        raise UsageError(message)


def along_paths(name: str, value: Array, paths: int) -> Array:
    """Return an output with a last axis of paths, which a number common to all paths has not.

    Parameters
    ----------
    name
        Of the output.
    value
        Of some paths: [..., path], [..., 1], or a number.
    paths
        How many.

    Raises
    ------
    UsageError
        The last axis is something else.
    """
    if value.ndim == 0 or value.shape[-1] == 1:
        return jnp.broadcast_to(value, (*value.shape[:-1], paths))
    if value.shape[-1] != paths:
        message = (
            f"metric {name}: found an array {value.shape}; allowed: one whose last axis is paths, "
            f"{paths} here"
        )
        raise UsageError(message)
    return value
