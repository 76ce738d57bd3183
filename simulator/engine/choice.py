"""Which devices a run is computed on: the processor or the accelerators, by what was asked or is faster."""

from collections.abc import Callable, Hashable
from typing import Any, Literal, NamedTuple

import jax

from simulator.engine import measured, runtime
from simulator.errors import UsageError

#: What may be asked for.
DEVICES = ("auto", "cpu", "gpu")
#: Paths from which accelerators are taken as long as nothing is measured: about what the sixteen cores beside
#: an H200 simulate while its program compiles.
FROM_PATHS = 2**22


class Choice(NamedTuple):
    """What a run is computed on.

    Attributes
    ----------
    accelerators
        Devices of one kind; none for the processor.
    why
        How it was chosen, in one line; empty where there was nothing to choose.
    """

    accelerators: tuple[Any, ...]
    why: str = ""

    @property
    def name(self) -> Literal["cpu", "gpu"]:
        """What asks for it: cpu or gpu."""
        return "gpu" if self.accelerators else "cpu"


def choose(asked: str, paths: int, structure: Callable[[], Hashable | None]) -> Choice:
    """Return what a run is computed on.

    Parameters
    ----------
    asked
        One of `DEVICES`; by "auto" what is faster: by the times that runs of the same program took here, or,
        until both were measured, accelerators from `FROM_PATHS` paths on.
    paths
        How many there are to be.
    structure
        Returns that of the program; called where there is a choice.

    Raises
    ------
    UsageError
        It is another text, or an accelerator that is not there.
    """
    if asked not in DEVICES:
        message = f"device: found {asked!r}; allowed: {', '.join(DEVICES)}"
        raise UsageError(message)
    runtime.prepare()
    found = tuple(runtime.accelerators())
    processor = runtime.device().platform == "cpu"
    if asked == "cpu" and not processor:
        message = (
            f"device: found cpu, and this process computes on {runtime.device().device_kind} alone, by "
            "JAX_PLATFORMS or as a worker; allowed: auto, gpu"
        )
        raise UsageError(message)
    if asked == "cpu":
        return Choice(())
    if asked == "gpu" and not found:
        message = (
            f"device: found gpu, and JAX {jax.__version__} finds no accelerator here, only "
            f"{runtime.device().device_kind}; allowed: auto, cpu. An NVIDIA GPU needs its driver and "
            "pip install 'strandline[cuda]'; strandline doctor shows what is found"
        )
        raise UsageError(message)
    if asked == "gpu" or not (found and processor):
        return Choice(found)
    return _faster(found, paths, structure())


def _faster(accelerators: tuple[Any, ...], paths: int, structure: Hashable | None) -> Choice:
    """Return what computes so many paths in less time, as far as that is known."""
    named = f"{len(accelerators)} {accelerators[0].device_kind}"
    here = measured.known(structure, [runtime.device()])
    there = measured.known(structure, accelerators)
    if not (here and here.rate and there and there.rate):
        rule = f"until both are measured, an accelerator is taken from {FROM_PATHS:,} paths on"
        if paths >= FROM_PATHS:
            return Choice(accelerators, f"computing on {named}: {rule}")
        return Choice((), f"computing on the processor, not on {named}: {rule}")
    mine, others = here.seconds(paths), there.seconds(paths)
    by = f"by earlier runs {mine:.1f} s on the processor, {others:.1f} s on {named}"
    if others < mine:
        return Choice(accelerators, f"computing on {named}: {by}")
    return Choice((), f"computing on the processor: {by}")
