"""What the batches of a call add to totals, made where they were computed: pure functions of JAX.

They count and add what `reduced` does, of all batches of a call at once. Whole numbers alone go from call to
call, sums in fixed point, so that neither order nor division among devices moves a bit. Values are counted by
their bits; in rules, and there alone, a subnormal number is zero where the device takes it for that.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Shaped

from simulator.estimate.totals import fixed_point
from simulator.estimate.totals.grid import Grid
from simulator.estimate.totals.layout import Layout
from simulator.estimate.totals.ranks import in_double, not_numbers, of_ranks, ranks
from simulator.estimate.totals.reduction import DEPTHS, POWERS, powers
from simulator.estimate.totals.totals import Totals, exponents
from simulator.sampling import REPLICATES, STRIP

#: So many values of a metric and call are taken into the most extreme alone; where there are more, all are.
FEW = 8192

type Places = Mapping[str, Array]


class Tally(NamedTuple):
    """What the batches of some calls add up to, on a device.

    Attributes
    ----------
    counts, bins, sums, cells, passed
        As `Totals` has them.
    lowest, highest
        The `ranks` of the most extreme values of each metric, and their complements for the highest; both
        ascending.
    """

    counts: Int[Array, "metric cell replicate interval"]
    bins: Int[Array, " bin"]
    sums: Int[Array, "limb metric cell replicate term"]
    lowest: Int[Array, "metric extreme"]
    highest: Int[Array, "metric extreme"]
    cells: Int[Array, "judged cell replicate"]
    passed: Int[Array, "scored count replicate"]

    @classmethod
    def of(cls, totals: Totals) -> "Tally":
        """Return totals as they are added to on a device."""
        found = {name: jnp.asarray(getattr(totals, name)) for name in cls._fields}
        extremes = {"lowest": ranks(found["lowest"]), "highest": ~ranks(found["highest"])[:, ::-1]}
        return cls(**(found | extremes))

    def totals(self, grid: Grid, batches: set[int]) -> Totals:
        """Return the totals of these batches, on the host."""
        kind = grid.edges.dtype
        extremes = {
            "lowest": of_ranks(self.lowest, kind),
            "highest": of_ranks(~self.highest, kind)[:, ::-1],
        }
        found = {name: np.asarray(value) for name, value in (self._asdict() | extremes).items()}
        return Totals(grid, batches, **found)


def places_of(grid: Grid, layout: Layout) -> dict[str, np.ndarray]:
    """Return what `tallied` takes: the arrays of a grid by name, and the `exponent` of the unit of a sum."""
    return grid.arrays() | {"exponent": exponents(grid, layout.sampler)}


def tallied(
    layout: Layout,
    places: Places,
    tally: Tally,
    values: Float[Array, "batch metric path"],
    count: Int[Any, ""],
) -> tuple[Tally, Bool[Array, " metric"]]:
    """Return what there is with the first batches of a call, and of which metrics a sum does not fit.

    Parameters
    ----------
    layout
        The metrics and the cells of the run.
    places
        Where values are counted, as `places_of` has it.
    tally
        What there is without them.
    values
        The metrics of the call, each in the unit of the model.
    count
        How many of its batches are added; whatever the others are, it adds nothing.
    """
    sorts, passed = jax.vmap(layout.sort)(values)
    rows, added = jnp.moveaxis(values, 1, 0), jnp.arange(len(values)) < count
    here = jnp.broadcast_to(added[None, :, None], rows.shape)
    cell, interval = _cells(layout, sorts, rows), _intervals(places["edges"], rows)
    slot = _strip(layout, cell) * tally.counts.shape[-1] + interval
    sums, beyond = _sums(layout, places, rows, cell)
    bins = _bins(places, rows, cell, interval)
    low, high = _from_below(rows, here)
    found = Tally(
        counts=_counted(tally.counts, slot, here),
        bins=_counted(tally.bins, bins, here & (bins >= 0)),
        sums=tally.sums + _total(sums, added),
        lowest=_lowest(tally.lowest, low, ranks(places["lowest"])),
        highest=_lowest(tally.highest, high, ~ranks(places["highest"])),
        cells=_more(tally.cells, _by_cell(layout, sorts), added),
        passed=_more(tally.passed, [passed[entity] for entity in layout.scored], added),
    )
    return found, _total(beyond, added).any(axis=(1, 2, 3))


def _cells(
    layout: Layout, sorts: Mapping[str, Array], rows: Float[Array, "metric batch path"]
) -> Int[Array, "metric batch path"]:
    """Return the cell of each value, by the verdict on its entity; 0 where there is none."""
    own = [sorts.get(entity, jnp.zeros(rows.shape[1:], jnp.int64)) for entity in layout.entities]
    return jnp.stack(own)


def _strip(layout: Layout, cell: Int[Array, "metric batch path"]) -> Int[Array, "metric batch path"]:
    """Return the metric, cell and replicate of each value as one number."""
    metric = jnp.arange(len(cell))[:, None, None]
    replicate = jnp.repeat(jnp.arange(REPLICATES), STRIP)[None, None, :]
    return (metric * layout.cells + cell) * REPLICATES + replicate


def _intervals(
    edges: Float[Array, "metric edge"], rows: Float[Array, "metric batch path"]
) -> Int[Array, "metric batch path"]:
    """Return the interval of each value, that of what is not a number included."""
    flat = ranks(rows).reshape(len(rows), -1)
    found = jax.vmap(partial(jnp.searchsorted, side="right"))(ranks(edges), flat).reshape(rows.shape)
    return jnp.where(not_numbers(rows), edges.shape[1] + 1, found.astype(jnp.int64))


def _bins(
    places: Places,
    rows: Float[Array, "metric batch path"],
    cell: Int[Array, "metric batch path"],
    interval: Int[Array, "metric batch path"],
) -> Int[Array, "metric batch path"]:
    """Return the bin of each value, -1 where it is in none."""
    base, per_unit = places["base"], places["per_unit"]
    metric = jnp.arange(len(rows))[:, None, None]
    first = base[metric, cell, interval].astype(jnp.int64)
    start = in_double(places["edges"])[metric, jnp.maximum(interval - 1, 0)]
    above = (in_double(rows) - start) * per_unit[metric, interval]
    return jnp.where(first < 0, -1, first + above.astype(jnp.int64))


def _counted(
    counts: Int[Array, "*shape"],
    slot: Int[Array, "metric batch path"],
    counted: Bool[Array, "metric batch path"],
) -> Int[Array, "*shape"]:
    """Return counts with one more in the slot of each value that is counted."""
    slot = jnp.where(counted, slot, counts.size)
    return counts.ravel().at[slot.ravel()].add(1, mode="drop").reshape(counts.shape)


def _sums(
    layout: Layout,
    places: Places,
    rows: Float[Array, "metric batch path"],
    cell: Int[Array, "metric batch path"],
) -> tuple[
    Int[Array, "batch limb metric cell replicate term"], Bool[Array, "batch metric cell replicate term"]
]:
    """Return the sums of strips in limbs, and where one does not fit."""
    by = (*rows.shape[:2], REPLICATES, STRIP)
    own, terms = cell.reshape(by), [term.reshape(by) for term in _terms(layout, places, rows, cell)]
    sums = [[jnp.where(own == one, term, 0.0).sum(axis=-1) for term in terms] for one in range(layout.cells)]
    strips = jnp.stack([jnp.stack(of_cell, axis=-1) for of_cell in sums], axis=2)
    return jax.vmap(fixed_point.limbs, (1, None))(strips, places["exponent"][:, :, None])


def _terms(
    layout: Layout,
    places: Places,
    rows: Float[Array, "metric batch path"],
    cell: Int[Array, "metric batch path"],
) -> Iterator[Float[Array, "metric batch path"]]:
    """Give the terms of each value in the order of `orders`; those of what is not finite are 0."""
    exact = jnp.where(jnp.isfinite(rows), in_double(rows), jnp.nan)
    centre = places["centre"][jnp.arange(len(rows))[:, None, None], cell]
    terms = [(exact - centre, POWERS[layout.sampler])]
    for sign, threshold in zip(places["signs"].astype(jnp.float64), places["thresholds"].T, strict=True):
        depth = jnp.minimum(sign * (exact - threshold[:, None, None]), 0.0)
        terms.append((depth, DEPTHS[layout.sampler]))
    for term, most in terms:
        yield from powers(jnp.where(jnp.isnan(term), 0.0, term), most)


def _from_below(
    rows: Float[Array, "metric batch path"], here: Bool[Array, "metric batch path"]
) -> tuple[Int[Array, "metric value"], Int[Array, "metric value"]]:
    """Return ranks that ascend from the lowest, and from the highest value; of what is none of them, last."""
    rank, number = ranks(rows), here & ~not_numbers(rows)
    last = jnp.iinfo(rank.dtype).max
    low, high = (jnp.where(number, one, last).reshape(len(rows), -1) for one in (rank, ~rank))
    return low, high


def _lowest(
    extremes: Int[Array, "metric extreme"], rank: Int[Array, "metric value"], bound: Int[Array, " metric"]
) -> Int[Array, "metric extreme"]:
    """Return the lowest of those that there are and of others, as far as these are within a bound."""
    taken = (rank <= bound[:, None]) & (rank < extremes[:, -1:])
    last = jnp.iinfo(rank.dtype).max

    def of(found: Int[Array, "metric some"]) -> Int[Array, "metric extreme"]:
        return jnp.sort(jnp.concatenate([extremes, found], axis=1), axis=1)[:, : extremes.shape[1]]

    def few() -> Int[Array, "metric extreme"]:
        place = jnp.where(taken, jnp.cumsum(taken, axis=1) - 1, FEW)
        metric = jnp.arange(len(rank))[:, None]
        return of(jnp.full((len(rank), FEW), last, rank.dtype).at[metric, place].set(rank, mode="drop"))

    def many() -> Int[Array, "metric extreme"]:
        return of(jnp.where(taken, rank, last))

    return jax.lax.cond(taken.sum(axis=1).max() <= FEW, few, many)


def _by_cell(layout: Layout, sorts: Mapping[str, Array]) -> list[Int[Array, "batch cell replicate"]]:
    """Return by entity the paths of each batch in each cell."""
    one = jnp.arange(layout.cells)[None, :, None, None]
    parts = [sorts[entity].reshape(-1, 1, REPLICATES, STRIP) for entity in layout.judged]
    return [(part == one).sum(axis=-1) for part in parts]


def _total(found: Shaped[Array, "batch *shape"], added: Bool[Array, " batch"]) -> Int[Array, "*shape"]:
    """Return the sum over the batches that are added."""
    among = added.reshape(-1, *[1] * (found.ndim - 1))
    return jnp.where(among, found.astype(jnp.int64), 0).sum(axis=0)


def _more(
    counts: Int[Array, "entity *shape"], found: list[Array], added: Bool[Array, " batch"]
) -> Int[Array, "entity *shape"]:
    """Return counts by entity with those of the batches that are added."""
    return counts + jnp.stack([_total(one, added) for one in found]) if found else counts
