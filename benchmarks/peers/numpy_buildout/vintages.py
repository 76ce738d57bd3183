"""What is bought and lives for a while: totals in use, and the opening books."""

from typing import Any

import numpy as np

from .layout import Array


class Vintages:
    """A total of what is younger than its life, by what enters and what retires.

    ``clip(life - age, 0, 1)`` of an entry counts. Entries are kept after as many rows of zeros as the horizon
    has, so that an entry before the start is read as zero.
    """

    def __init__(self, life: Array, kinds: int, companies: int, paths: int, horizon: int) -> None:
        life = np.minimum(life, np.float32(horizon))
        whole = np.floor(life)
        self.part = life - whole
        self.kept = 1 - self.part
        self.first = int(whole.min())
        self.total = np.zeros((kinds, companies, paths), np.float32)
        self._entries = np.zeros((2 * horizon, kinds, companies, paths), np.float32)
        row = kinds * companies * paths
        at = np.arange(row).reshape(kinds, companies, paths)
        self._row = row
        self._at = at + ((horizon - whole).astype(np.int64) * row)
        self._last = np.zeros_like(self.total)
        self._now = np.zeros_like(self.total)
        self._work = np.empty_like(self.total)
        self._horizon = horizon
        self._quarter = 0

    def entry(self) -> Array:
        """Where this quarter's entries are to be written, [kind, company, path]."""
        return self._entries[self._horizon + self._quarter]

    def add(self) -> Array:
        """Total after this quarter's entries and retirements."""
        self.total += self.entry()
        if self._quarter >= self.first:
            self._now, self._last = self._last, self._now
            np.take(self._entries.reshape(-1), self._at, out=self._now, mode="clip")
            np.multiply(self._now, self.kept, out=self._work)
            self.total -= self._work
            np.multiply(self._last, self.part, out=self._work)
            self.total -= self._work
        self._at += self._row
        self._quarter += 1
        return self.total


class OpeningBook:
    """The book of what stood at the start, whose purchases grew at one rate until then.

    With the newest at ``quarters - t`` to go, ``x - 1 + exp(-x)`` of it is left, where ``x`` is growth times
    what they have to go, and none below zero; growth is above zero.
    """

    def __init__(self, book: Array, quarters: Array, growth: Any) -> None:
        self._growth, self._rise = growth, np.exp(growth)
        self._to_go = growth * quarters
        self._faded = np.exp(-self._to_go)
        self._left = self._to_go + np.expm1(-self._to_go)
        self._book = book / self._left

    def charge(self) -> Array:
        """What this quarter writes off."""
        before = self._left
        self._to_go = self._to_go - self._growth
        self._faded = self._faded * self._rise
        self._left = np.maximum(self._to_go, 0) + (np.minimum(self._faded, 1) - 1)
        return self._book * (before - self._left)


def shorter(first: Array, second: Any) -> Array:
    """Life whose weight at every age is the product of the two weights."""
    one, two = np.floor(first), np.floor(second)
    whole = np.minimum(one, two)
    part = np.where(one == whole, first - one, 1) * np.where(two == whole, second - two, 1)
    return (whole + part).astype(np.float32)
