"""The pass in reverse is the derivative of each path, as jax.jvp and a formula have it."""

from dataclasses import replace
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from simulator.analysis.run import simulate
from simulator.beliefs import Beliefs
from simulator.beliefs.moved import rows_of
from simulator.engine import ReversePass, executables, reuse, runtime
from simulator.engine.reverse import BLOCK
from simulator.errors import NotDifferentiableError
from simulator.sampling import make_sampler
from simulator.study import Study

PRIORS = {
    "x": {"family": "normal", "mean": 1.0, "sd": 2.0},
    "y": {"family": "lognormal", "median": 3.0, "sigma": 0.5},
}


def reverse_of(model, metrics):
    run = simulate(Study.from_dict({"priors": PRIORS}, model=model), paths=16_384, seed=1)
    sampler = make_sampler(run.plan.sampler, run.plan.seed, (), BLOCK)
    return run, ReversePass(replace(run.program, sampler=sampler), run.plan, metrics)


def test_each_path_has_its_own_derivative_by_each_score():
    """Of a x^2 + b x y on each path, with a and b of its own."""
    metrics = ("square", "product")
    run, back = reverse_of(lambda d: {"square": d["x"] ** 2, "product": d["x"] * d["y"]}, metrics)
    a, b = np.random.default_rng(0).normal(size=(2, 8192))
    for batch in (0, 1):
        points = slice(256 * batch, 256 * (batch + 1))
        drawn = run.draws(["x", "y"])
        x, y = (drawn[name].reshape(32, -1)[:, points].ravel().astype(np.float64) for name in ("x", "y"))
        found = back(batch, np.stack([a, b]))
        by_x, by_y = (
            found[rows_of(cast(Beliefs, run.program.beliefs)).index((name, 0))] for name in ("x", "y")
        )
        size = np.abs(a * x).max() + np.abs(b * x * y).max()
        tolerance = 16 * np.finfo(np.float32).eps * size
        assert np.abs(by_x - 2.0 * (2 * a * x + b * y)).max() <= 4 * tolerance
        assert np.abs(by_y - b * x * 0.5 * y).max() <= tolerance


def test_what_cannot_run_backwards_is_told():
    def model(d):
        return {"f": jax.lax.while_loop(lambda v: jnp.any(v < 0), lambda v: v + 1.0, d["x"]) + d["y"]}

    with pytest.raises(NotDifferentiableError, match="while_loop"):
        reverse_of(model, ("f",))


def passed(model):
    """Return the pass of a model, from disk where it is there."""
    study = Study.from_dict({"priors": PRIORS}, model=model)
    run = simulate(study, paths=8192, seed=1)
    sampler = make_sampler(run.plan.sampler, run.plan.seed, (), BLOCK)
    return reuse.reverse_pass(replace(run.program, model=model, sampler=sampler), run.plan, ("f",))


class Product:
    """A model that says what is compiled depends on nothing else."""

    structure = "product"

    def __call__(self, draws):
        return {"f": draws["x"] * draws["y"]}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "cache_in_use", lambda: tmp_path)
    monkeypatch.setattr(reuse, "_is_ours", lambda model: isinstance(model, Product))
    return tmp_path / reuse.REVERSE


def test_machine_code_is_loaded_from_disk(folder):
    some = np.ones((1, 8192))
    first = passed(Product())
    (file,) = folder.iterdir()
    again = passed(Product())
    assert isinstance(again.code, executables.Executable)
    assert not isinstance(first.code, executables.Executable)
    assert again(0, some).tobytes() == first(0, some).tobytes()
    assert list(folder.iterdir()) == [file]


def test_machine_code_that_reads_back_as_something_else_does_not_stay(folder, monkeypatch):
    class Other(Product):
        structure = "other"

        def __call__(self, draws):
            return {"f": 2.0 * draws["x"] * draws["y"]}

    other, save = passed(Other()), executables.save
    for file in folder.iterdir():
        file.unlink()
    monkeypatch.setattr(executables, "save", lambda path, _, *about: save(path, other.code, *about))
    found = passed(Product())
    assert not isinstance(found.code, executables.Executable)
    assert list(folder.iterdir()) == []
