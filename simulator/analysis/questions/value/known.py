"""What could be known: beliefs of a run, alone and in groups, as standard scores."""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float, Shaped
from scipy import special

from simulator.analysis.explanation.random_inputs import GROUPINGS, RandomInput, random_inputs
from simulator.analysis.explanation.ranks import midranks
from simulator.analysis.run import Run
from simulator.engine import runtime
from simulator.errors import UsageError, did_you_mean

#: Ways in which beliefs are put together: what a person could learn of at once.
KINDS = ("mechanism", "company")


class Known:
    """The beliefs of a run that vary.

    Attributes
    ----------
    inputs
        Numbers that vary, in the order of the study.
    scores
        Of each: standard normal by rank among all paths, so that what is known does not hang on its scale.
    """

    def __init__(self, run: Run) -> None:
        self.inputs: Sequence[RandomInput] = random_inputs(run)
        with ThreadPoolExecutor(runtime.cores()) as executor:
            found = list(executor.map(lambda one: standard(one.values), self.inputs))
        self.scores: Float[np.ndarray, "input replicate point"] = (
            np.stack(found) if found else np.zeros((0, 1, 1))
        )

    def named(self, name: str) -> list[int]:
        """Return the places of a belief with its components; of a name with a star, of all it stands for.

        Raises
        ------
        UsageError
            Nothing of that name varies.
        """
        pattern = re.compile(".+".join(map(re.escape, name.split("*"))))
        places = [
            place
            for place, one in enumerate(self.inputs)
            if pattern.fullmatch(one.prior.name) or name == one.name
        ]
        if not places:
            names = dict.fromkeys(one.prior.name for one in self.inputs)
            message = f"{name}: found no belief of that name that varies. {did_you_mean(name, names)}"
            raise UsageError(message.rstrip())
        return places

    def single(self, name: str) -> int:
        """Return the place of a belief that is one number.

        Raises
        ------
        UsageError
            Nothing of that name varies, or it has several numbers.
        """
        places = self.named(name)
        if len(places) > 1:
            message = (
                f"{name}: found {len(places)} numbers; allowed: one, such as {self.inputs[places[0]].name}"
            )
            raise UsageError(message)
        return places[0]

    def together(self, names: Iterable[str]) -> list[int]:
        """Return the places of several names, in the order of the study."""
        return sorted({place for name in names for place in self.named(name)})

    def groups(self, kind: str) -> dict[str, list[int]]:
        """Return the groups of a kind that have several beliefs."""
        found: dict[str, list[int]] = {}
        for place, one in enumerate(self.inputs):
            found.setdefault(GROUPINGS[kind](one), []).append(place)
        return {name: places for name, places in found.items() if len(places) > 1}


def standard(values: Shaped[np.ndarray, "replicate point"]) -> Float[np.ndarray, "replicate point"]:
    """Return the standard normal scores of values by their ranks; equal values have one score."""
    return special.ndtri(midranks(values.ravel())).reshape(values.shape)
