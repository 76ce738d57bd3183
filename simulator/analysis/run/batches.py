"""How the batches of a run are computed and kept: every path of them, or what they add to a summary."""

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from simulator.analysis.run.record import RunRecord
from simulator.engine import DeviceBatches, NonFiniteCounts, RemoteBatches, Store, Work, leading, resume


@runtime_checkable
class Batches(Protocol):
    """The batches of a run, as far as they are computed."""

    @property
    def asked(self) -> int:
        """How many were to be computed when the run was stopped, where that was more than at first."""
        ...

    @property
    def machine(self) -> Mapping[str, str | int]:
        """What computed them, where that is not this process; else nothing."""
        ...

    def bring(self, batches: int, first: int, progress: Callable[[int], None]) -> None:
        """Bring them to so many from batch 0; those below `first` are known to be there."""
        ...

    def done(self) -> int:
        """Return how many there are from batch 0 without a gap."""
        ...

    def not_finite(self) -> Mapping[str, Mapping[str, int]]:
        """Return per metric that has any how many numbers are not finite: "nan" and "infinite"."""
        ...

    def shown[Record: RunRecord](self, run: Record) -> Record:
        """Return the run with what is known of it now."""
        ...


def machine_of(work: Work) -> Mapping[str, str | int]:
    """Return what computes batches, where that is not this process's processor; else nothing."""
    return work.machine if isinstance(work, RemoteBatches | DeviceBatches) else {}


class StoredBatches:
    """Batches of which every path is kept in a store.

    Parameters
    ----------
    work
        Computes batches.
    store
        Where they are kept.
    """

    asked = 0

    def __init__(self, work: Work, store: Store) -> None:
        self._work, self._store = work, store
        self._counts = NonFiniteCounts(store.metrics)

    @property
    def machine(self) -> Mapping[str, str | int]:
        """What computed them, where that is not this process; else nothing."""
        return machine_of(self._work)

    def bring(self, batches: int, first: int, progress: Callable[[int], None]) -> None:
        """Bring the store to so many batches; those below `first` are known to be in it."""
        if first:
            self._store.prepare(batches)
        resume(self._work, self._store, batches, self._counts, progress, first)

    def done(self) -> int:
        """Return how many there are from batch 0 without a gap."""
        return leading(self._store.done())

    def not_finite(self) -> Mapping[str, Mapping[str, int]]:
        """Return per metric that has any how many numbers are not finite."""
        return self._counts.found()

    def shown[Record: RunRecord](self, run: Record) -> Record:
        """Return the run, which has its store."""
        return run
