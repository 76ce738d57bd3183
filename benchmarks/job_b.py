"""How fast is a loop of forty quarters of capex, power queue and adoption, against general-purpose tools?

Job B: six priors (lognormal, normal, beta, gamma) and two shocks a quarter; capex grows, what is bought waits
for power, demand follows Bass; value and peak of what waits. The engine runs it through its public API with a
model of one's own; peers in their fastest idiom (NumPy, NumPyro) or their documented one (a function a path).
Medians agree before anything is timed.
"""

import argparse
import contextlib
import importlib.util
import io
from collections.abc import Callable

import harness
import numpy as np

import simulator

PEERS = ("numpyro", "squigglepy", "openturns", "qmcpy", "chaospy")
T, H = 40, 0.25
NAMES = ("capex", "growth", "lead", "share", "market", "margin")
#: Medians and log-sds of lognormals, mean and sd of the normal, shapes of the beta and the gamma.
CAPEX, MARKET, MARGIN, GROWTH = (100.0, 0.1), (400.0, 0.3), (0.4, 0.2), (0.1, 0.05)
SHARE, LEAD = (8.0, 3.0), (6.0, 0.3)


def quarters(d, z, exp, least, most):
    """Value and peak idle of paths: d by name, z [2, quarter, path] or a pair of sequences of quarters."""
    capex, level = d["capex"] * H, 0.0
    drain = 1 - exp(-H / d["lead"])
    idle = live = value = peak = adopted = 0.0
    for t in range(T):
        level = level + H * d["growth"] + 0.08 * z[0][t]
        spent = capex * exp(level)
        idle = idle + d["share"] * spent
        out = drain * idle
        idle = idle - out
        live = 0.96 * live + out + (1 - d["share"]) * spent
        adopted = adopted + H * (0.03 + 0.5 * adopted) * (1 - adopted)
        demand = d["market"] * H * adopted * exp(0.1 * z[1][t])
        earned = least(demand, d["margin"] * H * live)
        value = value + (earned - spent) * 0.98**t
        peak = most(peak, idle)
    return value, peak


def engine(paths: int) -> Callable[[int], np.ndarray]:
    import jax
    import jax.numpy as jnp

    priors = {
        "capex": {"family": "lognormal", "median": CAPEX[0], "sigma": CAPEX[1]},
        "market": {"family": "lognormal", "median": MARKET[0], "sigma": MARKET[1]},
        "margin": {"family": "lognormal", "median": MARGIN[0], "sigma": MARGIN[1]},
        "growth": {"family": "normal", "mean": GROWTH[0], "sd": GROWTH[1]},
        "share": {"family": "beta", "alpha": SHARE[0], "beta": SHARE[1]},
        "lead": {"family": "gamma", "shape": LEAD[0], "scale": LEAD[1]},
        "spend_shock": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": T},
        "demand_shock": {"family": "normal", "mean": 0.0, "sd": 1.0, "size": T},
    }

    def model(d):
        start = jnp.zeros_like(d["capex"])
        drain, capex = 1 - jnp.exp(-H / d["lead"]), d["capex"] * H

        def quarter(state, shock):
            level, idle, live, value, peak, adopted, discount = state
            level = level + H * d["growth"] + 0.08 * shock[0]
            spent = capex * jnp.exp(level)
            idle = idle + d["share"] * spent
            out = drain * idle
            idle = idle - out
            live = 0.96 * live + out + (1 - d["share"]) * spent
            adopted = adopted + H * (0.03 + 0.5 * adopted) * (1 - adopted)
            demand = d["market"] * H * adopted * jnp.exp(0.1 * shock[1])
            earned = jnp.minimum(demand, d["margin"] * H * live)
            value = value + (earned - spent) * discount
            return (level, idle, live, value, jnp.maximum(peak, idle), adopted, discount * 0.98), None

        state = (start, start, start, start, start, start, jnp.ones_like(start))
        last, _ = jax.lax.scan(quarter, state, (d["spend_shock"], d["demand_shock"]))
        return {"value": last[3], "peak": last[4]}

    study = simulator.Study.from_dict({"priors": priors}, model=model)

    def run(seed: int) -> np.ndarray:
        done = simulator.simulate(study, paths=paths, seed=seed)
        compiled.append(float(done.timings["compile"]))
        return np.array([np.median(done.metric(name)) for name in ("value", "peak")])

    return run


#: Seconds that each of the engine's calls compiled.
compiled: list[float] = []


def drawn(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    def lognormal(median: float, sigma: float) -> np.ndarray:
        return np.float32(median) * np.exp(np.float32(sigma) * rng.standard_normal(n, dtype=np.float32))

    return {
        "capex": lognormal(*CAPEX),
        "market": lognormal(*MARKET),
        "margin": lognormal(*MARGIN),
        "growth": np.float32(GROWTH[0]) + np.float32(GROWTH[1]) * rng.standard_normal(n, dtype=np.float32),
        "share": rng.beta(*SHARE, n).astype(np.float32),
        "lead": rng.gamma(*LEAD, n).astype(np.float32),
    }


def numpy_peer(paths: int) -> Callable[[int], np.ndarray]:
    def run(seed: int) -> np.ndarray:
        rng, parts = np.random.Generator(np.random.SFC64(seed)), []
        for start in range(0, paths, 8192):
            n = min(8192, paths - start)
            z = rng.standard_normal((2, T, n), dtype=np.float32)
            parts.append(np.stack(quarters(drawn(rng, n), z, np.exp, np.minimum, np.maximum)))
        return np.median(np.concatenate(parts, axis=1), axis=1)

    return run


def numpyro_peer(paths: int) -> Callable[[int], np.ndarray]:
    import jax
    import jax.numpy as jnp
    import numpyro  # pyright: ignore[reportMissingImports]
    import numpyro.distributions as dist  # pyright: ignore[reportMissingImports]
    from numpyro.contrib.control_flow import scan  # pyright: ignore[reportMissingImports]
    from numpyro.infer import Predictive  # pyright: ignore[reportMissingImports]

    def model() -> None:
        made = {name: (np.log(pair[0]), pair[1]) for name, pair in zip(
            ("capex", "market", "margin"), (CAPEX, MARKET, MARGIN), strict=True)}  # fmt: skip
        d = {name: numpyro.sample(name, dist.LogNormal(*pair)) for name, pair in made.items()}
        d["growth"] = numpyro.sample("growth", dist.Normal(*GROWTH))
        d["share"] = numpyro.sample("share", dist.Beta(*SHARE))
        d["lead"] = numpyro.sample("lead", dist.Gamma(LEAD[0], 1 / LEAD[1]))
        drain, capex = 1 - jnp.exp(-H / d["lead"]), d["capex"] * H

        def quarter(state, _):
            level, idle, live, value, peak, adopted, discount = state
            a = numpyro.sample("spend_shock", dist.Normal(0.0, 1.0))
            b = numpyro.sample("demand_shock", dist.Normal(0.0, 1.0))
            level = level + H * d["growth"] + 0.08 * a
            spent = capex * jnp.exp(level)
            idle = idle + d["share"] * spent
            out = drain * idle
            idle = idle - out
            live = 0.96 * live + out + (1 - d["share"]) * spent
            adopted = adopted + H * (0.03 + 0.5 * adopted) * (1 - adopted)
            demand = d["market"] * H * adopted * jnp.exp(0.1 * b)
            earned = jnp.minimum(demand, d["margin"] * H * live)
            value = value + (earned - spent) * discount
            return (level, idle, live, value, jnp.maximum(peak, idle), adopted, discount * 0.98), None

        zero = jnp.float32(0)
        last, _ = scan(quarter, (zero, zero, zero, zero, zero, zero, jnp.float32(1)), None, length=T)
        numpyro.deterministic("value", last[3])
        numpyro.deterministic("peak", last[4])

    predictive = Predictive(model, num_samples=paths, parallel=True, return_sites=["value", "peak"])
    one = jax.jit(lambda key: predictive(key))

    def run(seed: int) -> np.ndarray:
        made = one(jax.random.key(seed))
        return np.array([np.median(np.asarray(made[name])) for name in ("value", "peak")])

    return run


def path(d: dict[str, float], rng: np.random.Generator) -> tuple:
    """One path in plain Python numbers: what a function a path has to be."""
    return quarters(d, rng.standard_normal((2, T)).tolist(), float_exp, min, max)


def float_exp(x: float) -> float:
    return 2.718281828459045**x


def squigglepy_peer(paths: int) -> Callable[[int], np.ndarray]:
    import squigglepy as sq  # pyright: ignore[reportMissingImports]

    made = {
        "capex": sq.lognorm(norm_mean=np.log(CAPEX[0]), norm_sd=CAPEX[1]),
        "market": sq.lognorm(norm_mean=np.log(MARKET[0]), norm_sd=MARKET[1]),
        "margin": sq.lognorm(norm_mean=np.log(MARGIN[0]), norm_sd=MARGIN[1]),
        "growth": sq.norm(mean=GROWTH[0], sd=GROWTH[1]),
        "share": sq.beta(*SHARE),
        "lead": sq.gamma(*LEAD),
    }

    def run(seed: int) -> np.ndarray:
        sq.set_seed(seed)
        rng = np.random.default_rng(seed)
        with contextlib.redirect_stderr(io.StringIO()):
            out = sq.sample(
                lambda: path({name: float(sq.sample(x)) for name, x in made.items()}, rng)[0], n=paths
            )
        return np.array([np.median(out)])

    return run


def joint_of(tool: str, paths: int) -> Callable[[int], dict[str, np.ndarray]]:
    """Priors and shocks by a tool that makes samples, in the order of NAMES, for the NumPy loop."""
    medians = (CAPEX, MARKET, MARGIN)
    if tool == "openturns":
        import openturns as ot  # pyright: ignore[reportMissingImports]

        log = [ot.LogNormal(float(np.log(m)), s) for m, s in medians]
        parts = [*log, ot.Normal(*GROWTH), ot.Beta(*SHARE, 0.0, 1.0), ot.Gamma(LEAD[0], 1 / LEAD[1])]
        joint = ot.JointDistribution(parts + [ot.Normal()] * (2 * T))

        def sample(seed: int) -> np.ndarray:
            ot.RandomGenerator.SetSeed(seed)
            return np.asarray(joint.getSample(paths)).T

    elif tool == "chaospy":
        import chaospy  # pyright: ignore[reportMissingImports]

        log = [chaospy.LogNormal(np.log(m), s) for m, s in medians]
        parts = [*log, chaospy.Normal(*GROWTH), chaospy.Beta(*SHARE), chaospy.Gamma(*LEAD)]
        joint = chaospy.J(*parts, *(chaospy.Normal() for _ in range(2 * T)))

        def sample(seed: int) -> np.ndarray:
            return joint.sample(paths, seed=seed)

    else:
        import qmcpy  # pyright: ignore[reportMissingImports]
        from scipy.special import betaincinv, gammaincinv, ndtri

        def sample(seed: int) -> np.ndarray:
            u = qmcpy.DigitalNetB2(6 + 2 * T, seed=seed)(2 ** round(np.log2(paths))).T
            z = ndtri(u)
            log = [m * np.exp(s * z[i]) for i, (m, s) in enumerate(medians)]
            growth, share = GROWTH[0] + GROWTH[1] * z[3], betaincinv(*SHARE, u[4])
            return np.stack([*log, growth, share, LEAD[1] * gammaincinv(LEAD[0], u[5]), *z[6:]])

    names = ("capex", "market", "margin", "growth", "share", "lead")

    def draws(seed: int) -> dict[str, np.ndarray]:
        rows = sample(seed)
        return dict(zip(names, rows, strict=False)) | {"z": rows[6:].reshape(2, T, -1)}

    return draws


def sampling_peer(tool: str) -> Callable[[int], Callable[[int], np.ndarray]]:
    """The tool's sample, then the loop in NumPy over whole arrays."""

    def make(paths: int) -> Callable[[int], np.ndarray]:
        draws = joint_of(tool, paths)

        def run(seed: int) -> np.ndarray:
            d = draws(seed)
            return np.median(np.stack(quarters(d, d["z"], np.exp, np.minimum, np.maximum)), axis=1)

        return run

    return make


def main(quick: bool) -> None:
    question = harness.question(__doc__)
    paths = 2**15 if quick else 200_000
    small = 1000 if quick else 2000
    made = {
        "engine": (engine, paths),
        "numpy": (numpy_peer, paths),
        "numpyro": (numpyro_peer, paths),
        "openturns": (sampling_peer("openturns"), paths),
        "chaospy": (sampling_peer("chaospy"), paths),
        "qmcpy": (sampling_peer("qmcpy"), 2 ** round(np.log2(paths))),
        "squigglepy": (squigglepy_peer, small),
    }
    made = {k: v for k, v in made.items() if k not in PEERS or importlib.util.find_spec(k) is not None}
    seeds = iter(range(2, 10**6))
    calls, medians, first = {}, {}, {}
    for name, (make, n) in made.items():
        run = make(n)
        first[name], _ = harness.timed(lambda run=run, name=name: medians.update({name: run(1)}))
        # the value's sd is near 300 and the error of a median 1.25 sd / sqrt(n)
        error = 5 * 1.2533 * 400 * (1 / np.sqrt(n) + 1 / np.sqrt(paths))
        if abs(medians[name][0] - medians["engine"][0]) > error:
            raise SystemExit(f"{name}: median {medians[name]} against {medians['engine']}")
        calls[name] = lambda run=run: run(next(seeds))
    # Each of the engine's calls compiles its model anew: told with and without.
    calls["engine, compiled"] = lambda: (calls["engine"](), compiled[-1])[1]
    made["engine, compiled"], medians["engine, compiled"] = made["engine"], medians["engine"]
    first["engine, compiled"] = first["engine"]
    times = harness.interleaved(calls, 3 if quick else 9)
    found = harness.ratios(times, {name: n for name, (_, n) in made.items()}, "engine, compiled")
    rows = [
        [name, row["ratio"]["median"], row["ratio"]["min"], row["ratio"]["max"], row["ratio_of_least"],
         first[name], float(medians[name][0])]
        for name, row in found.items()
    ]  # fmt: skip
    head = ["", "time over engine's", "least", "most", "of least times", "first s", "median value"]
    harness.tell(question, head, rows)
    harness.keep("job_b", question, {"quick": quick, "paths": paths, "peers": found}, *PEERS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="200,000 paths, on a quiet machine")
    main(not parser.parse_args().full)
