"""Running totals of capital by age: what was added, less what has outlived its life.

A vintage that is ``n`` quarters old counts in full while ``n + 1 <= life``, in part in the quarter in which
its life ends, and not after: weight ``clip(life - n, 0, 1)`` with life in quarters. So a total changes by
what enters and by two lagged entries, and costs the same however long the history is. Lagged entries are
looked up path by path, which is slow, so nothing is until the shortest life of all paths has passed.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int

from simulator.buildout.arrays import History, PerCompany, Quarter
from simulator.tracing import branch

#: Entries that a place of 32 bits tells apart.
_MOST_ENTRIES = 2**31 - 1


class Life(NamedTuple):
    """A life in quarters, split into whole quarters and the part of the last one.

    Attributes
    ----------
    whole
        Whole quarters.
    part
        Of the quarter after them, 0 to 1  [1]
    shortest
        Fewest whole quarters of all companies and paths.
    """

    whole: Int[Array, "#company #path"]
    part: PerCompany
    shortest: Int[Array, ""]

    @classmethod
    def of(cls, quarters: PerCompany) -> "Life":
        """Split a life given in quarters.

        Parameters
        ----------
        quarters
            0 or more.
        """
        whole = jnp.floor(quarters)
        return cls._split(whole.astype(jnp.int32), quarters - whole)

    @classmethod
    def _split(cls, whole: Int[Array, "#company #path"], part: PerCompany) -> "Life":
        return cls(whole, part, jnp.min(whole))

    def weight(self, age: Int[Array, "*#shape"] | int) -> PerCompany:
        """Part of a vintage of this age, in quarters, that still counts."""
        return jnp.where(age < self.whole, 1.0, jnp.where(age == self.whole, self.part, 0.0))


def shorter(first: Life, second: Life) -> Life:
    """The life whose weight at every age is the product of the two weights."""
    whole = jnp.minimum(first.whole, second.whole)
    return Life._split(whole, first.weight(whole) * second.weight(whole))


class Total(NamedTuple):
    """What is in use, and the entry that was last looked up."""

    in_use: PerCompany
    last: PerCompany


def nothing(shape: tuple[int, ...], dtype: jnp.dtype) -> Total:
    """A total before anything has been added."""
    zero = jnp.zeros(shape, dtype)
    return Total(zero, zero)


def record(entries: History, entry: PerCompany, quarter: Quarter) -> History:
    """The entries with that of this quarter set.

    Histories are written first and read after, so that the compiler may write in place.

    Parameters
    ----------
    entries
        Of all quarters.
    entry
        Of this quarter.
    quarter
        Index of the quarter, from 0.
    """
    return jax.lax.dynamic_update_index_in_dim(entries, entry, quarter, 0)


def add(total: Total, entries: History, entry: PerCompany, quarter: Quarter, life: Life) -> Total:
    """Add this quarter's entry, of age zero, and retire what has reached its life.

    Parameters
    ----------
    total
        The total at the end of the quarter before.
    entries
        All entries up to and with that of ``quarter``; later ones are not read.
    entry
        That of ``quarter``.
    quarter
        Index of the quarter.
    life
        When an entry retires.
    """
    retiring = branch(
        quarter < life.shortest,
        lambda: jnp.zeros_like(entry),
        lambda: _entry_at(entries, quarter - life.whole),
    )
    in_use = total.in_use + entry - (1 - life.part) * retiring - life.part * total.last
    return Total(in_use, retiring)


def _entry_at(entries: History, index: Int[Array, "#company #path"]) -> PerCompany:
    """``entries[index[c, p], c, p]``, and zero before the first quarter.

    Raises
    ------
    MemoryError
        There are more entries than 32 bits number: fewer paths have to be computed at once.
    """
    _, companies, paths = entries.shape
    if entries.size > _MOST_ENTRIES:
        message = f"vintages: found {entries.size:,} entries; allowed: {_MOST_ENTRIES:,}"
        raise MemoryError(message)
    index = jnp.broadcast_to(index, (companies, paths))
    company = jax.lax.broadcasted_iota(jnp.int32, (companies, paths), 0)
    path = jax.lax.broadcasted_iota(jnp.int32, (companies, paths), 1)
    position = (jnp.maximum(index, 0) * companies + company) * paths + path
    found = jnp.reshape(entries, -1).at[position].get(mode="promise_in_bounds")
    return jnp.where(index < 0, 0.0, found)
