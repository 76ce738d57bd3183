"""A small program for the engine: two normals, a uniform, a vector, and a number that no path changes."""

from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from simulator.engine import MetricKernel, Plan, Program
from simulator.sampling import make_sampler


@dataclass(frozen=True)
class Scores:
    """Beliefs in which every draw is a score, a uniform, or a parameter."""

    normal_coordinates: tuple[tuple[str, int], ...] = (("load", 0), ("strength", 0), ("v", 0), ("v", 1))
    uniform_coordinates: tuple[tuple[str, int], ...] = (("u", 0),)
    parameters: dict[str, np.ndarray] = field(default_factory=lambda: {"fixed": np.array(3.0)})

    def draws(self, parameters: Any, scores: Any, uniforms: Any) -> dict[str, Any]:
        found = {name: scores[row] for row, (name, _) in enumerate(self.normal_coordinates) if name != "v"}
        vector = jnp.stack(
            [scores[row] for row, (name, _) in enumerate(self.normal_coordinates) if name == "v"]
        )
        product = found["load"] * parameters["fixed"]
        return found | {"v": vector, "u": uniforms[0], "fixed": parameters["fixed"], "product": product}


def margin(draws: dict[str, Any]) -> dict[str, Any]:
    load, strength = draws["load"], draws["strength"]
    return {
        "margin": jnp.exp(0.1 * strength) - load * draws["fixed"] + draws["v"].sum(axis=0),
        "above": load > strength,
        "u": draws["u"],
    }


def make(plan: Plan, model: Any = margin, beliefs: Any = None) -> Program:
    return Program(beliefs or Scores(), make_sampler(plan.sampler, plan.seed, (), plan.block_size), model)


def kernel_of(plan: Plan) -> MetricKernel:
    """The kernel of the program, as a process makes it that knows this module."""
    return MetricKernel(make(plan), plan)
