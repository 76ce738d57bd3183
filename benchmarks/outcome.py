"""What a study's model makes of scores and uniform numbers that a script draws itself, without a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import simulator
from simulator.beliefs import compile_beliefs
from simulator.beliefs.rotation import rotate
from simulator.buildout.model import Buildout
from simulator.engine import runtime
from simulator.estimate import derive
from simulator.estimate.verdicts import codes_of, feared
from simulator.study import check_units

#: Paths in flight at once, and in one call.
BLOCK, PATHS = 128, 8192
VALUE = "value_created.group"
#: The share of worst paths whose mean is the shortfall.
TAIL = 0.05


class Outcome:
    """A study's priors and shocks as rows of scores and of uniform numbers, and its model on them.

    Attributes
    ----------
    scores, uniforms
        Name and component of each row. A study's directions are no rows: they combine those of the scores.
    parameters
        Arrays to be passed to `metrics`.
    """

    def __init__(self, study: simulator.Study) -> None:
        self._settings, self.model = study.settings, Buildout(study.settings)
        wanted = {name: prior for name, prior in study.priors.items() if name in self.model.inputs}
        priors, _ = check_units(wanted, self.model.inputs)
        # With the directions, so that priors that they name are drawn from scores.
        self._beliefs = compile_beliefs(priors, study.dependence, self.model.shocks, study.directions)
        rows = self._beliefs.normal_coordinates
        self.scores = tuple(row for row in rows if not row[0].startswith("direction."))
        self.uniforms = self._beliefs.uniform_coordinates
        self._unread = len(rows) - len(self.scores)
        self.parameters = jax.tree.map(_single, self._beliefs.parameters)
        self._group = None

    def names(self) -> list[str]:
        """Names of the rows of the scores, as a study's directions have them."""
        shown = [f"{name}[{component}]" for name, component in self.scores]
        return [text if text.startswith("shock.") else text.removesuffix("[0]") for text in shown]

    def loadings(self, directions: Mapping[str, Sequence[float]]) -> np.ndarray:
        """A study's directions, orthonormal: [score, direction]."""
        if not directions:
            return np.zeros((len(self.scores), 0), np.float32)
        rotation, weights = rotate(directions, list(self.scores))
        placed = np.zeros((len(self.scores), weights.shape[1]), np.float32)
        placed[list(rotation.rows)] = weights
        return placed

    def random(self, rng: np.random.Generator, paths: int) -> tuple[np.ndarray, np.ndarray]:
        """Independent scores and uniform numbers of so many paths."""
        scores = rng.standard_normal((len(self.scores), paths), dtype=np.float32)
        uniforms = rng.random((len(self.uniforms), paths), dtype=np.float32)
        return scores, np.maximum(uniforms, np.float32(2**-25))  # above zero, as the engine's are

    def metrics(self, parameters: Any, scores: jax.Array, uniforms: jax.Array) -> dict[str, jax.Array]:
        """The model's metrics on [score, path] and [uniform, path], to be traced."""
        unread = jnp.zeros((self._unread, scores.shape[1]), scores.dtype)
        return self.model(self._beliefs.drawn(parameters, jnp.concatenate([scores, unread]), uniforms))

    def __call__(self, scores: np.ndarray, uniforms: np.ndarray) -> np.ndarray:
        """The group's value created, and whether its verdict is the worst: [2, path] of 8192 paths."""
        if self._group is None:
            shapes = [(len(self.scores), PATHS), (len(self.uniforms), PATHS)]
            given = [jax.ShapeDtypeStruct(shape, np.float32) for shape in shapes]
            self._group = runtime.compiled(self._of_blocks, self.parameters, *given)
        group = self._group(self.parameters, scores, uniforms)
        made = {name: np.asarray(x).reshape(1, -1) for name, x in group.items()}
        verdict = derive(made, self._settings.scorecard, self._settings.verdicts)["verdict.group"][0]
        codes = codes_of(self._settings.verdicts)
        return np.stack([made[VALUE][0].astype(float), verdict == codes[feared(codes)]])

    def _of_blocks(self, parameters: Any, scores: jax.Array, uniforms: jax.Array) -> dict[str, jax.Array]:
        def block(at: tuple[jax.Array, jax.Array]) -> dict[str, jax.Array]:
            found = self.metrics(parameters, *at)
            group = {name: x for name, x in found.items() if name.endswith(".group")}
            return {name: jnp.broadcast_to(x, (BLOCK,)) for name, x in group.items()}

        split = [x.reshape(x.shape[0], -1, BLOCK).swapaxes(0, 1) for x in (scores, uniforms)]
        return {name: x.ravel() for name, x in jax.lax.map(block, tuple(split)).items()}


def influences(outcome: np.ndarray, threshold: float) -> np.ndarray:
    """What each path adds to mean, P(bear) and 5% shortfall, whose quantile is given: [3, ..., path].

    The shortfall is the mean of its row; it does not change to first order with the quantile.
    """
    value, bear = outcome
    return np.stack([value, bear, threshold + np.minimum(value - threshold, 0) / TAIL])


def _single(leaf: np.ndarray) -> np.ndarray:
    leaf = np.asarray(leaf)
    return leaf.astype(np.float32) if np.issubdtype(leaf.dtype, np.floating) else leaf
