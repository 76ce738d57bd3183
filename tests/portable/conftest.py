"""Programs executed three ways: by JAX, by NumPy operation by operation, and as WebAssembly under node."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from javascript import node_program

from simulator.engine import runtime
from simulator.portable.emit import binary
from simulator.portable.kernel import translate
from simulator.portable.pool import words
from simulator.portable.twin import Twin


class Machine:
    """A process of node that runs modules."""

    def __init__(self, program: str) -> None:
        script = Path(__file__).with_name("machine.mjs")
        self._process = subprocess.Popen(
            [program, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, program: Any, inputs: Sequence[np.ndarray], points: np.ndarray) -> np.ndarray:
        """Return the output of a program as WebAssembly, [row, path]."""
        made = binary(program)
        paths = -(-points.shape[1] // 4) * 4
        wide = np.zeros((points.shape[0], paths), np.uint32)
        wide[:, : points.shape[1]] = points
        question = {
            "code": _text(made.code),
            "inputs": [
                {"address": address, "words": _text(words(one))}
                for address, one in zip(made.inputs, inputs, strict=True)
            ],
            "points": _text(wide.tobytes()),
            "points_at": made.points,
            "output": made.output,
            "rows": points.shape[0],
            "outputs": program.output.rows,
            "paths": paths,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        found = np.frombuffer(base64.b64decode(answer["found"]), "<f4")
        return found.reshape(-1, paths)[:, : points.shape[1]]

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """A machine that runs WebAssembly with vectors."""
    one = Machine(node_program())
    yield one
    one.close()


def by_jax(function: Callable[..., Any], points: np.ndarray, inputs: Sequence[np.ndarray]) -> np.ndarray:
    """Return the rows of a function of one path for many paths, as JAX computes them, path after path.

    Side by side JAX executes a loop in a branch for paths that do not take it too.
    """

    def rows(column: jax.Array) -> jax.Array:
        found = function(column[:, None], *map(jnp.asarray, inputs))
        return jnp.concatenate([jnp.ravel(one).astype(jnp.float32) for one in found])

    with runtime.precision("float32"):
        return np.asarray(jax.jit(lambda given: jax.lax.map(rows, given.T))(points)).T


class Three:
    """A function executed three ways on the same points."""

    def __init__(
        self, machine: Machine, function: Callable[..., Any], points: np.ndarray, inputs: Sequence[np.ndarray]
    ) -> None:
        shape = jax.ShapeDtypeStruct((points.shape[0], 1), jnp.uint32)
        with runtime.precision("float32"):
            self.program = translate(function, shape, inputs)
        self.jax = by_jax(function, points, inputs)
        self.twin = Twin(self.program, inputs)(points)
        self.machine = machine.run(self.program, inputs, points)

    def same_bits(self) -> None:
        """Check that the machine returns the bits of the twin; any of what is not a number is as good."""
        one, other = (np.where(np.isnan(found), np.nan, found) for found in (self.machine, self.twin))
        np.testing.assert_array_equal(one.view(np.uint32), other.view(np.uint32))

    def near_jax(self, rtol: float, atol: float = 0.0) -> None:
        """Check that the twin returns what JAX does."""
        np.testing.assert_allclose(self.twin, self.jax, rtol=rtol, atol=atol, equal_nan=True)


@pytest.fixture
def three(machine: Machine) -> Callable[..., Three]:
    """Execute a function three ways."""
    runtime.prepare()

    def made(function: Callable[..., Any], points: np.ndarray, *inputs: np.ndarray) -> Three:
        return Three(machine, function, points, inputs)

    return made
