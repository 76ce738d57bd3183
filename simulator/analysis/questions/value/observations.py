"""Samples that could be taken of a belief: so many observations, of which only the mean matters."""

import math
import re
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import numpy as np
from jaxtyping import Float, Shaped
from scipy import special

from simulator.errors import UsageError
from simulator.sampling.counter import stream_keys, threefry

type Law = Literal["normal", "binomial"]

#: How a sample is written.
GRAMMAR = "'BELIEF n=8 sd=0.5' (normal, sd in the belief's unit) or 'BELIEF n=200 binomial' (yes or no)"
#: Most observations: beyond, single precision does not tell them from the truth.
MOST = 10**9

_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?"
_TEXT = re.compile(rf"(?P<belief>\S+) +n=(?P<size>[0-9]+) +(?:sd=(?P<sd>{_NUMBER})|(?P<law>binomial))", re.I)


@dataclass(frozen=True, slots=True)
class Sample:
    """Observations of a belief.

    Attributes
    ----------
    belief
        Of which the observations are.
    size
        How many.
    sd
        Of one observation about the truth, in the belief's unit; None for yes or no, of which the belief is
        the chance.
    """

    belief: str
    size: int
    sd: float | None

    @property
    def law(self) -> Law:
        """Normal about the truth, or binomial."""
        return "binomial" if self.sd is None else "normal"

    @property
    def text(self) -> str:
        """As it is asked for."""
        spread = "binomial" if self.sd is None else f"sd={self.sd:.15g}"
        return f"{self.belief} n={self.size} {spread}"

    def observed(
        self, truth: Shaped[np.ndarray, "replicate point"], seed: int
    ) -> Float[np.ndarray, "replicate point"]:
        """Return the mean of the observations on every path, whose number is the truth there.

        Both laws have no more to tell than their mean, so that to know it is to know the sample (Strong,
        Oakley, Brennan, Breeze 2015, Estimating the expected value of sample information using the
        probabilistic sensitivity analysis sample, Medical Decision Making 35). Its noise hangs on seed,
        belief and path.

        Raises
        ------
        UsageError
            The belief is a chance of yes or no, and some path has a number that is none.
        """
        noise = _uniforms(self.belief, seed, truth.size).reshape(truth.shape)
        exact = truth.astype(np.float64)
        if self.sd is not None:
            return exact + self.sd / math.sqrt(self.size) * special.ndtri(noise)
        if exact.min() < 0 or exact.max() > 1:
            message = (
                f"sample {self.text}: found draws from {exact.min():.4g} to {exact.max():.4g}; "
                "allowed: for yes or no, a belief between 0 and 1; for others, sd="
            )
            raise UsageError(message)
        from scipy import stats

        return stats.binom.ppf(noise, self.size, exact) / self.size

    def to_json(self) -> dict[str, Any]:
        """Return the sample for JSON."""
        return {"belief": self.belief, "n": self.size, "law": self.law, "sd": self.sd}


def parse_sample(text: str) -> Sample:
    """Return the sample that a text asks for.

    Raises
    ------
    UsageError
        It is none by the `GRAMMAR`, or has no observations, too many, or a spread of nothing.
    """
    found = _TEXT.fullmatch(" ".join(text.split()))
    if found is None:
        _refuse(text, "no sample")
    size = int(found["size"][:12])
    if not 1 <= size <= MOST:
        _refuse(text, f"n={size}", f"1 to {MOST:,} observations")
    sd = None if found["law"] else float(found["sd"])
    if sd is not None and not (0 < sd < math.inf):
        _refuse(text, f"sd={found['sd']}", "a spread above 0; without noise, a sample is the belief itself")
    return Sample(found["belief"], size, sd)


def _refuse(text: str, found: str, allowed: str = GRAMMAR) -> NoReturn:
    message = f"sample {text!r}: found {found}; allowed: {allowed}"
    raise UsageError(message)


def _uniforms(belief: str, seed: int, count: int) -> Float[np.ndarray, " path"]:
    """Return a number between 0 and 1 for each path, the same for a seed, belief and path."""
    keys = stream_keys("observations", seed, [(belief, 0)])
    path = np.arange(count, dtype=np.uint32)
    words, _ = threefry((keys[0], keys[1]), (path, np.zeros(1, np.uint32)))
    return (words.astype(np.float64) + 0.5) * 2.0**-32
