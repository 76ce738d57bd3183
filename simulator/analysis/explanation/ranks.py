"""Ranks: an explanation that does not change when a prior is measured on another scale."""

import numpy as np
from jaxtyping import Float, Shaped


def midranks(values: Shaped[np.ndarray, "*rest path"]) -> Float[np.ndarray, "*rest path"]:
    """Return the share of values below each, half of its equals included, along the last axis: in (0, 1)."""
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    count = values.shape[-1]
    place = np.broadcast_to(np.arange(count), values.shape)
    # Where a run of equal values starts and ends: the last start so far, the first end yet to come.
    changes = ordered[..., 1:] != ordered[..., :-1]
    edge = np.ones((*values.shape[:-1], 1), bool)
    first = np.maximum.accumulate(np.where(np.concatenate([edge, changes], axis=-1), place, 0), axis=-1)
    ends = np.where(np.concatenate([changes, edge], axis=-1), place, count)
    last = np.minimum.accumulate(ends[..., ::-1], axis=-1)[..., ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last + 1) / (2 * count), axis=-1)
    return ranks
