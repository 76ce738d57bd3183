"""How much sooner does randomised quasi-Monte Carlo reach a standard error than plain sampling?

The default study, the same kernel: standard errors of the mean value created, of P(bear) and of the 5%
shortfall, each held against plain Monte Carlo at equal time and against Latin hypercubes. An error is the
root of the mean of squared errors over seeds; that of a Latin hypercube is the spread of whole replicates.
It is stated at equal paths: SciPy's sampler, on the host, would only add to its time.
"""

import argparse
import math

import harness
import jax
import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

import simulator
from simulator.beliefs import compile_beliefs
from simulator.estimate import derive
from simulator.model import Buildout

STUDY = "hyperscalers-2026-01"
STATISTICS = ("mean value created", "P(bear)", "5% shortfall")
SHORTFALL = 0.05


def of_engine(
    study: simulator.Study, sampler: str, paths: int, seeds: range
) -> tuple[np.ndarray, list[float]]:
    """Root mean squared standard errors of the statistics, and seconds a run without compilation."""
    squares, seconds = np.zeros(3), []
    for seed in seeds:
        run = simulator.simulate(study, paths=paths, seed=seed, sampler=sampler)
        seconds.append(run.timings["total"] - run.timings["compile"])
        summary = run.summary()
        value = summary["estimates"]["value_created.group"]
        bear = summary["verdicts"]["group"]["bear"]
        squares += [x["mcse"] ** 2 for x in (value["mean"], bear, value["cvar05"])]
    return np.sqrt(squares / len(seeds)), seconds


def of_latin_hypercube(study: simulator.Study, paths: int, replicates: int) -> np.ndarray:
    """Standard errors of the statistics of one hypercube of so many paths, from independent ones."""
    model = Buildout(study.settings)
    wanted = {name: prior for name, prior in study.priors.items() if name in model.inputs}
    beliefs = compile_beliefs(wanted, study.dependence, model.shocks)
    normals, uniforms = len(beliefs.normal_coordinates), len(beliefs.uniform_coordinates)

    @jax.jit
    def metrics(parameters, scores, u):
        # blocks of 256 paths, as the engine has them
        def block(at):
            return model(beliefs.draws(parameters, *at))

        split = [x.reshape(x.shape[0], -1, 256).swapaxes(0, 1) for x in (scores, u)]
        return jax.lax.map(block, tuple(split))

    settings, found = study.settings, []
    for seed in range(replicates):
        points = qmc.LatinHypercube(normals + uniforms, rng=np.random.default_rng(seed)).random(paths)
        # inside the open interval after the rounding to float32
        points = np.clip(points.T, 1e-7, 1 - 1e-7)
        scores = ndtri(points[:normals]).astype(np.float32)
        made = metrics(beliefs.parameters, scores, points[normals:].astype(np.float32))
        made = {name: np.asarray(x).reshape(1, -1) for name, x in made.items()}
        bear = derive(made, settings.scorecard, settings.verdicts)["verdict.group"] == -1
        value = np.sort(made["value_created.group"].ravel().astype(float))
        found.append([value.mean(), bear.mean(), value[: int(SHORTFALL * paths)].mean()])
    return np.std(found, axis=0, ddof=1)


def main(quick: bool) -> None:
    question = harness.question(__doc__)
    study = simulator.load_study(STUDY)
    paths, seeds = (2**15, range(2)) if quick else (2**18, range(8))
    cube, replicates = (2**11, 16) if quick else (2**13, 64)
    errors, seconds = {}, {}
    for seed in seeds:
        for sampler in ("mc", "rqmc"):
            error, spent = of_engine(study, sampler, paths, range(seed, seed + 1))
            errors.setdefault(sampler, []).append(error**2)
            seconds.setdefault(sampler, []).extend(spent)
    plain, points = (np.sqrt(np.mean(errors[sampler], axis=0)) for sampler in ("mc", "rqmc"))
    slower = min(seconds["rqmc"]) / min(seconds["mc"])
    # an error of Monte Carlo and of a hypercube falls with the root of the paths
    latin = of_latin_hypercube(study, cube, replicates) * math.sqrt(cube / paths)
    result = {
        name: {
            "mc_error": plain[i],
            "rqmc_error": points[i],
            "latin_hypercube_error": latin[i],
            "mc_over_rqmc_at_equal_paths": plain[i] / points[i],
            "mc_over_rqmc_at_equal_time": plain[i] / points[i] / math.sqrt(slower),
            "latin_hypercube_over_rqmc": latin[i] / points[i],
            "mc_time_over_rqmc_time_to_an_error": (plain[i] / points[i]) ** 2 / slower,
        }
        for i, name in enumerate(STATISTICS)
    }
    head = ["", "MC error / RQMC", "at equal time", "LHS error / RQMC", "MC time / RQMC time to an error"]
    rows = [
        [name, r["mc_over_rqmc_at_equal_paths"], r["mc_over_rqmc_at_equal_time"],
         r["latin_hypercube_over_rqmc"], r["mc_time_over_rqmc_time_to_an_error"]]
        for name, r in result.items()
    ]  # fmt: skip
    harness.tell(question, head, rows)
    uncertainty = {
        "relative_error_of_rqmc_errors": 1 / math.sqrt(2 * 31 * len(seeds)),
        "relative_error_of_latin_hypercube_errors": 1 / math.sqrt(2 * (replicates - 1)),
    }
    print({name: round(value, 3) for name, value in uncertainty.items()})
    settings = {"quick": quick, "paths": paths, "seeds": len(seeds), "rqmc_time_over_mc_time": slower}
    harness.keep("accuracy", question, settings | uncertainty | {"statistics": result}, "scipy")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="262,144 paths and eight seeds: minutes")
    main(not parser.parse_args().full)
