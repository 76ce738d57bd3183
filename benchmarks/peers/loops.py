"""The default study in NumPyro, monaco and EMA Workbench, each as its documentation would have it."""

import contextlib
import io
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import stats

from simulator.beliefs import quantile
from simulator.buildout.model import Buildout
from simulator.study import Study

from .numpy_buildout import simulate
from .priors import FAMILIES, Numbers, simulated

Metrics = dict[str, np.ndarray]


def case_of(numbers: Numbers) -> Callable[[Mapping[str, float], int], dict[str, float]]:
    """Return the NumPy model for one case: the tool draws the priors, the case its own shocks."""

    def case(draws: Mapping[str, float], seed: int) -> dict[str, float]:
        rng = np.random.Generator(np.random.SFC64(seed))
        _, z, u = simulated(rng, 1, numbers)
        given = {name: np.full(1, value, np.float32) for name, value in draws.items()}
        metrics = simulate(numbers.constants | given, z, u, numbers.layout)
        return {name: float(value[0]) for name, value in metrics.items()}

    return case


def marginals(study: Study, numbers: Numbers) -> dict[str, Any]:
    """Every random prior as a SciPy distribution."""
    kinds = dict(zip(numbers.names, np.repeat(FAMILIES, numbers.counts), strict=True))
    made = {}
    for row, name in enumerate(numbers.names):
        place, spread = float(numbers.location[row]), float(numbers.scale[row])
        if kinds[name] == "lognormal":
            made[name] = (stats.lognorm, {"s": spread, "scale": float(np.exp(place))})
        elif kinds[name] == "normal":
            made[name] = (stats.norm, {"loc": place, "scale": spread})
        elif kinds[name] == "triangular":
            low, mode, high = numbers.triangular[row - sum(numbers.counts[:3])]
            made[name] = (stats.triang, {"c": (mode - low) / (high - low), "loc": low, "scale": high - low})
        else:
            # SciPy has no logit-normal; its quantiles on a grid make one.
            levels = np.linspace(0.0005, 0.9995, 1000)
            values = quantile(study.priors[name])(stats.norm.ppf(levels))
            made[name] = (stats.rv_histogram((np.diff(levels), values), density=False), {})
    return made


def monaco_runner(study: Study, numbers: Numbers) -> Callable[[int, int], Metrics]:
    """Return monaco's loop over cases; priors independent, which is all that it can do."""
    import monaco as mc  # pyright: ignore[reportMissingImports]

    case, priors = case_of(numbers), marginals(study, numbers)
    names = list(priors)

    def before(case_: Any) -> tuple:
        return ([case_.invals[name].val for name in names], case_.ncase)

    def run(values: list[float], seed: int) -> tuple:
        return (case(dict(zip(names, values, strict=True)), seed),)

    def after(case_: Any, metrics: dict[str, float]) -> None:
        for name, value in metrics.items():
            case_.addOutVal(name, value)

    def simulate_cases(cases: int, seed: int) -> Metrics:
        fcns = {"preprocess": before, "run": run, "postprocess": after}
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            sim = mc.Sim("buildout", cases, fcns, seed=seed, singlethreaded=True, verbose=False, debug=True)
            for name, (dist, kwargs) in priors.items():
                sim.addInVar(name, dist, kwargs)
            sim.runSim()
        return {name: np.array(out.nums) for name, out in sim.outvars.items()}

    return simulate_cases


def ema_runner(study: Study, numbers: Numbers) -> Callable[[int, int], Metrics]:
    """Return EMA Workbench's loop over experiments, by its sequential evaluator."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ema_workbench as ema  # pyright: ignore[reportMissingImports]

    case, priors = case_of(numbers), marginals(study, numbers)
    keys = {name: name.replace(".", "__") for name in priors}
    back = {key: name for name, key in keys.items()}
    count = iter(range(10**9))

    def experiment(**draws: float) -> dict[str, float]:
        metrics = case({back[key]: value for key, value in draws.items()}, next(count))
        return {name.replace(".", "__"): value for name, value in metrics.items()}

    def simulate_cases(cases: int, seed: int) -> Metrics:
        model = ema.Model("buildout", function=experiment)
        model.uncertainties = [
            ema.RealParameter.from_dist(keys[name], dist(**kwargs)) for name, (dist, kwargs) in priors.items()
        ]
        metrics = Buildout(study.settings).metric_units
        model.outcomes = [ema.ScalarOutcome(name.replace(".", "__")) for name in metrics]
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            with ema.SequentialEvaluator(model) as evaluator:
                _, found = evaluator.perform_experiments(scenarios=cases)
        return {name.replace("__", "."): np.asarray(values) for name, values in found.items()}

    return simulate_cases


def numpyro_runner(study: Study, numbers: Numbers, batch: int, plate: bool) -> Callable[[int, int], Metrics]:
    """Return NumPyro's Predictive over the engine's own JAX model, jitted.

    Parameters
    ----------
    batch
        Paths of one call.
    plate
        True: one sample of a plate of paths, last axis paths. False: paths as samples of a parallel
        Predictive, which vmaps.
    """
    import jax
    import jax.numpy as jnp
    import numpyro  # pyright: ignore[reportMissingImports]
    import numpyro.distributions as dist  # pyright: ignore[reportMissingImports]
    from numpyro.infer import Predictive  # pyright: ignore[reportMissingImports]

    buildout = Buildout(study.settings)
    width = batch if plate else 1
    spans, layout = numbers.spans(), numbers.layout
    correlated = [numbers.names[row] for row in numbers.correlated]
    low, mode, high = numbers.triangular[0]
    to_number = {"lognormal": jnp.exp, "logitnormal": jax.nn.sigmoid, "normal": lambda v: v}

    def model() -> None:
        draws: dict[str, Any] = {name: jnp.asarray(v) for name, v in numbers.constants.items()}
        pull = dist.MultivariateNormal(
            jnp.zeros(len(correlated), jnp.float32), scale_tril=jnp.asarray(numbers.factor)
        )
        scores = numpyro.sample("correlated", pull.expand([width]))
        scores = dict(zip(correlated, jnp.moveaxis(scores, -1, 0), strict=True))
        for family, span in spans.items():
            for row in range(span.start, span.stop):
                name = numbers.names[row]
                if family == "triangular":
                    v = numpyro.sample(name, dist.Uniform(0.0, 1.0).expand([width]))
                    rising = low + jnp.sqrt(v * (high - low) * (mode - low))
                    falling = high - jnp.sqrt((1 - v) * (high - low) * (high - mode))
                    draws[name] = jnp.where(v < (mode - low) / (high - low), rising, falling)
                    continue
                place, spread = numbers.location[row], numbers.scale[row]
                if name in scores:
                    score = place + spread * scores[name]
                else:
                    score = numpyro.sample(name, dist.Normal(place, spread).expand([width]))
                draws[name] = to_number[family](score)
        for name in layout.normals:
            draws[name] = numpyro.sample(name, dist.Normal(0.0, 1.0).expand([layout.horizon, width]))
        for name in layout.uniforms:
            draws[name] = numpyro.sample(name, dist.Uniform(0.0, 1.0).expand([layout.horizon, width]))
        for name, value in buildout(draws).items():
            numpyro.deterministic(name, value)

    predictive = Predictive(
        model, num_samples=1 if plate else batch, parallel=not plate, return_sites=list(buildout.metric_units)
    )
    one = jax.jit(lambda key: predictive(key))

    def simulate_paths(paths: int, seed: int) -> Metrics:
        keys = jax.random.split(jax.random.key(seed), max(1, paths // batch))
        found = [{k: np.asarray(v).reshape(-1) for k, v in one(key).items()} for key in keys]
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}

    return simulate_paths
