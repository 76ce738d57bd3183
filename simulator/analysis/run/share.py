"""The share that a part has of a run: its paths, or what they add up to."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from simulator.analysis.run.outcome import Run
from simulator.analysis.run.summed import digest_of, layout_of, read_totals, write_totals
from simulator.engine import TOTALS, Manifest, MetricKernel, NonFiniteCounts, ZarrStore, differs, runtime
from simulator.errors import RunError
from simulator.estimate.totals import Totals


@dataclass(frozen=True, slots=True)
class Share(ABC):
    """The batches of a part as one kind of machine computed them, all of them.

    Attributes
    ----------
    manifest, batches
        What the part says of itself, and the numbers of its batches.
    """

    manifest: Manifest
    batches: range

    @property
    def kind(self) -> str:
        """The kind of machine that computed it."""
        return runtime.kind_of(self.manifest.platform)

    @abstractmethod
    def is_of(self, kernel: MetricKernel) -> bool:
        """Whether this machine's kernel computes the same bits, as a batch shows."""


@dataclass(frozen=True, slots=True)
class PathsShare(Share):
    """A share of which every path is there.

    Attributes
    ----------
    store, counts
        What the part stored, and what is not finite in it.
    """

    store: ZarrStore
    counts: NonFiniteCounts

    def is_of(self, kernel: MetricKernel) -> bool:
        """Whether the first batch of the part is what this machine computes."""
        values = self.store.load(self.batches.start)
        return values is not None and not differs(kernel(self.batches.start), values).any()


@dataclass(frozen=True, slots=True)
class SummaryShare(Share):
    """A share of which there is what its paths add up to; it is read when it is merged, for it is large.

    Attributes
    ----------
    path, probe
        Where the totals are, and the digest of the first batch of the run, which every part computes.
    """

    path: Path
    probe: bytes

    def is_of(self, kernel: MetricKernel) -> bool:
        """Whether the first batch of the run is what this machine computes."""
        return digest_of(kernel(0)) == self.probe

    def totals(self) -> Totals:
        """Return what the paths add up to."""
        return read_totals(self.path, self.manifest.identity)[0]


def paths_share(
    manifest: Manifest, batches: range, store: ZarrStore, counts: NonFiniteCounts
) -> PathsShare | str:
    """Return the share of a part that keeps its paths, every one looked at; or what is wrong with it."""
    missing = 0
    for batch in batches:
        values = store.load(batch)
        if values is None:
            missing += 1
        else:
            counts.add(values)
    if missing:
        return f"{missing} of its {len(batches)} batches missing or damaged"
    return PathsShare(manifest, batches, store, counts)


def summary_share(manifest: Manifest, batches: range, path: Path) -> SummaryShare | str:
    """Return the share of a part that keeps a summary; or what is wrong with it."""
    if not path.exists():
        return f"{len(batches)} of its {len(batches)} batches missing"
    try:
        totals, _, probe = read_totals(path, manifest.identity)
    except RunError as error:
        return str(error)
    if missing := set(batches) - totals.batches:
        return f"{len(missing)} of its {len(batches)} batches missing"
    return SummaryShare(manifest, batches, path, probe)


def merge_paths(run: Run, store: ZarrStore, shares: Sequence[PathsShare]) -> Mapping[str, Mapping[str, int]]:
    """Take the batches of all parts into the store of the run, and return what is not finite."""
    counts = NonFiniteCounts(run.names)
    store.prepare(run.plan.batches)
    for share in shares:
        counts.include(share.counts)
        for batch in share.batches:
            store.take(batch, share.store)
    return counts.found()


def merge_totals(run: Run, folder: Path, shares: Sequence[SummaryShare]) -> Mapping[str, Mapping[str, int]]:
    """Write what all parts add up to into the folder of the run, and return what is not finite.

    Raises
    ------
    RunError
        They are counted on different grids, though the first batch is the same.
    """
    totals = reduce(Totals.merged, (share.totals() for share in shares))
    first = shares[0]
    write_totals(folder / TOTALS, first.manifest.identity, totals, run.plan.batches, first.probe)
    return totals.not_finite(layout_of(run.names, run.plan.sampler, run.study.settings))
