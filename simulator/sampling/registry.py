"""Which sampler a name stands for."""

from collections import Counter

from simulator.errors import UsageError
from simulator.sampling.layout import STRIP, Sampler
from simulator.sampling.montecarlo import MonteCarlo
from simulator.sampling.net import DigitalNet
from simulator.study.coordinates import parse_coordinate


def make_sampler(kind: str, seed: int, order: tuple[str, ...] = (), block_size: int = STRIP) -> Sampler:
    """Return the sampler of a run.

    Parameters
    ----------
    kind
        ``rqmc`` (scrambled Sobol points) or ``mc`` (independent points).
    seed
        Any integer.
    order
        The names, or components ``name[k]``, that take the leading Sobol dimensions; of no effect on ``mc``.
    block_size
        Paths in a compute block: a power of two up to 256. It changes speed, never a draw.
    """
    if block_size < 1 or STRIP % block_size:
        text = f"block_size: found {block_size}; allowed: a power of two up to {STRIP}"
        raise UsageError(text)
    counts = Counter(parse_coordinate(text) for text in order)
    if twice := [f"{name}[{component}]" for (name, component), count in counts.items() if count > 1]:
        text = f"order: found {', '.join(twice)} more than once; allowed: each coordinate once"
        raise UsageError(text)
    match kind:
        case "rqmc":
            return DigitalNet(seed, tuple(order), block_size)
        case "mc":
            return MonteCarlo(seed, block_size)
        case _:
            text = f"sampler: found {kind!r}; allowed: rqmc, mc"
            raise UsageError(text)
