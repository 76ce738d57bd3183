"""How fast are ten correlated lognormals, one formula and three quantiles, against general-purpose tools?

Job A: X ~ ten lognormals with a Gaussian copula (every pair 0.3 in normal scores), Y = sum of products of
neighbours over their sum, quantiles 5, 50 and 95%. Through the public API (`Study.from_dict` with a model of
one's own); each peer by the idiom its documentation gives for arrays. Medians agree before anything is timed.
"""

import argparse
import contextlib
import importlib.util
import io
import warnings
from collections.abc import Callable

import harness
import numpy as np

import simulator

PEERS = ("numpyro", "squigglepy", "openturns", "qmcpy", "chaospy")
LEVELS = (0.05, 0.5, 0.95)
K, RHO = 10, 0.3
#: Seconds that each of the engine's calls compiled.
compiled: list[float] = []
MEDIANS = np.linspace(1.0, 4.0, K)
SIGMAS = np.linspace(0.2, 0.6, K)
CORRELATION = np.full((K, K), RHO) + (1 - RHO) * np.eye(K)


def formula(x):
    """One number a path from ten: [variable, path] or a list of arrays."""
    top = sum(x[i] * x[(i + 1) % K] for i in range(K))
    return top / sum(x[i] for i in range(K))


def engine(paths: int) -> Callable[[int], np.ndarray]:
    spearman = 6 / np.pi * np.arcsin(RHO / 2)
    names = [f"x{i}" for i in range(K)]
    priors = {
        name: {"family": "lognormal", "median": float(m), "sigma": float(s)}
        for name, m, s in zip(names, MEDIANS, SIGMAS, strict=True)
    }
    pairs = [[a, b, spearman] for i, a in enumerate(names) for b in names[:i]]

    def model(d):
        return {"y": formula([d[name] for name in names])}

    study = simulator.Study.from_dict({"priors": priors, "dependence": {"spearman": pairs}}, model=model)

    def run(seed: int) -> np.ndarray:
        done = simulator.simulate(study, paths=paths, seed=seed)
        compiled.append(float(done.timings["compile"]))
        return np.quantile(done.metric("y"), LEVELS)

    return run


def numpy_peer(paths: int) -> Callable[[int], np.ndarray]:
    factor = np.linalg.cholesky(CORRELATION).astype(np.float32)
    log_median, sigma = np.log(MEDIANS).astype(np.float32)[:, None], SIGMAS.astype(np.float32)[:, None]

    def run(seed: int) -> np.ndarray:
        rng, parts = np.random.Generator(np.random.SFC64(seed)), []
        for start in range(0, paths, 8192):
            z = factor @ rng.standard_normal((K, min(8192, paths - start)), dtype=np.float32)
            z *= sigma
            z += log_median
            parts.append(formula(np.exp(z, out=z)))
        return np.quantile(np.concatenate(parts), LEVELS)

    return run


def numpyro_peer(paths: int) -> Callable[[int], np.ndarray]:
    import jax
    import jax.numpy as jnp
    import numpyro  # pyright: ignore[reportMissingImports]
    import numpyro.distributions as dist  # pyright: ignore[reportMissingImports]
    from numpyro.infer import Predictive  # pyright: ignore[reportMissingImports]

    factor = jnp.asarray(np.linalg.cholesky(CORRELATION), jnp.float32)
    log_median, sigma = jnp.asarray(np.log(MEDIANS), jnp.float32), jnp.asarray(SIGMAS, jnp.float32)

    def model() -> None:
        z = numpyro.sample("z", dist.MultivariateNormal(jnp.zeros(K, jnp.float32), scale_tril=factor))
        numpyro.deterministic("y", formula(jnp.exp(log_median + sigma * z)))

    predictive = Predictive(model, num_samples=paths, parallel=True, return_sites=["y"])
    one = jax.jit(lambda key: predictive(key)["y"])
    return lambda seed: np.quantile(np.asarray(one(jax.random.key(seed))), LEVELS)


def squigglepy_peer(paths: int) -> Callable[[int], np.ndarray]:
    import squigglepy as sq  # pyright: ignore[reportMissingImports]

    def run(seed: int) -> np.ndarray:
        sq.set_seed(seed)
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = [sq.lognorm(norm_mean=np.log(m), norm_sd=s) for m, s in zip(MEDIANS, SIGMAS, strict=True)]
            spearman = 6 / np.pi * np.arcsin(CORRELATION / 2)
            tied = sq.correlate(tuple(made), spearman, tolerance=None)
            return np.quantile(formula([sq.sample(x, n=paths) for x in tied]), LEVELS)

    return run


def openturns_peer(paths: int) -> Callable[[int], np.ndarray]:
    import openturns as ot  # pyright: ignore[reportMissingImports]

    names = [f"x{i}" for i in range(K)]
    top = "+".join(f"x{i}*x{(i + 1) % K}" for i in range(K))
    function = ot.SymbolicFunction(names, [f"({top})/({'+'.join(names)})"])
    copula = ot.NormalCopula(ot.CorrelationMatrix(CORRELATION.tolist()))
    made = [ot.LogNormal(float(np.log(m)), float(s)) for m, s in zip(MEDIANS, SIGMAS, strict=True)]
    joint = ot.JointDistribution(made, copula)

    def run(seed: int) -> np.ndarray:
        ot.RandomGenerator.SetSeed(seed)
        values = function(joint.getSample(paths))
        return np.array([values.computeQuantile(level)[0] for level in LEVELS])

    return run


def qmcpy_peer(paths: int) -> Callable[[int], np.ndarray]:
    import qmcpy  # pyright: ignore[reportMissingImports]

    power = 2 ** round(np.log2(paths))
    covariance = CORRELATION * np.outer(SIGMAS, SIGMAS)

    def run(seed: int) -> np.ndarray:
        points = qmcpy.Gaussian(qmcpy.DigitalNetB2(K, seed=seed), mean=np.log(MEDIANS), covariance=covariance)
        return np.quantile(formula(np.exp(points(power)).T), LEVELS)

    return run


def chaospy_peer(paths: int) -> Callable[[int], np.ndarray]:
    import chaospy  # pyright: ignore[reportMissingImports]

    joint = chaospy.MvNormal(np.log(MEDIANS), CORRELATION * np.outer(SIGMAS, SIGMAS))

    def run(seed: int) -> np.ndarray:
        return np.quantile(formula(np.exp(joint.sample(paths, seed=seed))), LEVELS)

    return run


def main(quick: bool) -> None:
    question = harness.question(__doc__)
    paths = 10**5 if quick else 10**6
    small = paths // 10
    made = {
        "engine": (engine, paths),
        "numpy": (numpy_peer, paths),
        "numpyro": (numpyro_peer, paths),
        "qmcpy": (qmcpy_peer, 2 ** round(np.log2(paths))),
        "openturns": (openturns_peer, paths),
        "squigglepy": (squigglepy_peer, small),
        "chaospy": (chaospy_peer, small),
    }
    made = {
        name: peer
        for name, peer in made.items()
        if name not in PEERS or importlib.util.find_spec(name) is not None
    }
    seeds = iter(range(2, 10**6))
    calls, quantiles = {}, {}
    for name, (make, n) in made.items():
        run = make(n)
        quantiles[name] = run(1)
        # the error of a median is at most that of a normal with the sample's 5 to 95% range
        spread = (quantiles["engine"][2] - quantiles["engine"][0]) / 3.29
        error = 5 * 1.2533 * spread / np.sqrt(small)
        if abs(quantiles[name][1] - quantiles["engine"][1]) > error:
            raise SystemExit(f"{name}: median {quantiles[name][1]} against {quantiles['engine'][1]}")
        calls[name] = lambda run=run: run(next(seeds))
    # Each of the engine's calls compiles its model anew: told with and without.
    calls["engine, compiled"] = lambda: (calls["engine"](), compiled[-1])[1]
    made["engine, compiled"] = made["engine"]
    quantiles["engine, compiled"] = quantiles["engine"]
    times = harness.interleaved(calls, 3 if quick else 9)
    found = harness.ratios(times, {name: n for name, (_, n) in made.items()}, "engine, compiled")
    rows = [
        [name, row["ratio"]["median"], row["ratio"]["min"], row["ratio"]["max"], row["ratio_of_least"],
         *(float(q) for q in quantiles[name])]
        for name, row in found.items()
    ]  # fmt: skip
    harness.tell(
        question, ["", "time over engine's", "least", "most", "of least times", *map(str, LEVELS)], rows
    )
    harness.keep("job_a", question, {"quick": quick, "paths": paths, "peers": found}, *PEERS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million paths, on a quiet machine")
    main(not parser.parse_args().full)
