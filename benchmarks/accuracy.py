"""How much sooner does randomised quasi-Monte Carlo reach a standard error than plain sampling?

The default study, the same kernel: standard errors of the mean value created, of P(bear) and of the 5%
shortfall, each held against plain Monte Carlo at equal time, against the same points without the study's
directions, and against Latin hypercubes. An error is the root of the mean of squared errors over seeds; that
of a Latin hypercube is the spread of whole replicates. It is stated at equal paths: SciPy's sampler, on the
host, would only add to its time.
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
from simulator.buildout.model import Buildout
from simulator.estimate import derive

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


def without_directions(study: simulator.Study) -> simulator.Study:
    """The study with its priors and shocks drawn one by one, in the same order."""
    order = [name for name in study.order if not name.startswith("direction.")]
    return study.override({"study.directions": {}, "study.order": order})


def main(quick: bool) -> None:
    question = harness.question(__doc__)
    study = simulator.load_study(STUDY)
    ways = {"mc": (study, "mc"), "rqmc": (study, "rqmc"), "one by one": (without_directions(study), "rqmc")}
    sizes, seeds = ([2**16], range(2)) if quick else ([2**16, 2**18, 2**20], range(8))
    cube, replicates = (2**11, 16) if quick else (2**13, 64)
    latin = of_latin_hypercube(study, cube, replicates)
    rows, results = [], {}
    for paths in sizes:
        squares: dict[str, list[np.ndarray]] = {way: [] for way in ways}
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for seed in seeds:
            for way, (asked, sampler) in ways.items():
                error, spent = of_engine(asked, sampler, paths, range(seed, seed + 1))
                squares[way].append(error**2)
                seconds[way].extend(spent)
        errors = {way: np.sqrt(np.mean(found, axis=0)) for way, found in squares.items()}
        slower = min(seconds["rqmc"]) / min(seconds["mc"])
        for i, name in enumerate(STATISTICS):
            plain, own = errors["mc"][i], errors["rqmc"][i]
            found = {
                "mc_error": plain,
                "rqmc_error": own,
                "mc_over_rqmc_at_equal_paths": plain / own,
                "mc_over_rqmc_at_equal_time": plain / own / math.sqrt(slower),
                "mc_over_rqmc_without_directions": plain / errors["one by one"][i],
                # an error of a hypercube falls with the root of the paths
                "latin_hypercube_over_rqmc": latin[i] * math.sqrt(cube / paths) / own,
                "mc_time_over_rqmc_time_to_an_error": (plain / own) ** 2 / slower,
            }
            results[f"{name}, {paths} paths"] = found | {"rqmc_time_over_mc_time": slower}
            rows.append([f"{paths:,}", name, *list(found.values())[2:]])
    head = ["Paths", "", "MC error / RQMC", "at equal time", "without directions", "LHS error / RQMC"]
    head.append("MC time / RQMC time to an error")
    harness.tell(question, head, rows)
    uncertainty = {
        "relative_error_of_rqmc_errors": 1 / math.sqrt(2 * 31 * len(seeds)),
        "relative_error_of_latin_hypercube_errors": 1 / math.sqrt(2 * (replicates - 1)),
    }
    print({name: round(value, 3) for name, value in uncertainty.items()})
    settings = {"quick": quick, "paths": sizes, "seeds": len(seeds)}
    harness.keep("accuracy", question, settings | uncertainty | {"statistics": results}, "scipy")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="to 1,048,576 paths, eight seeds")
    main(not parser.parse_args().full)
