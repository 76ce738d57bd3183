"""How an entry of a table is read: by a model that takes nothing but what it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Nothing is coerced, nothing unknown is let through, no number is NaN or infinite."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Reader(NamedTuple):
    """How a piece is read.

    Attributes
    ----------
    validate
        Returns what a value of plain types describes, or raises pydantic's error.
    model
        Model of the value itself; None where its tag says which of ``models`` it is.
    models
        Models by the tag or key under which their fields stand.
    """

    validate: Callable[[Any], Any]
    model: type[Strict] | None = None
    models: Mapping[str, type[Strict]] = {}


def reader(model: type[Strict], models: Mapping[str, type[Strict]] | None = None) -> Reader:
    """Return how a table of one model is read."""
    return Reader(model.model_validate, model, models or {})
