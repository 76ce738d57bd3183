"""Along which combinations of its inputs does a study's answer move? Prints its `[study.directions]`.

Gradients of the group's metrics with respect to all normal scores, path by path, by differentiating the
kernel. Their outer products, averaged where they decide something (everywhere for the mean value created, in
its worst 5%, and about each threshold of the verdict and the scorecard), are summed, and the leading
eigenvectors are the directions (an active subspace). Jumps of the regime have no gradient: their uniforms
stand in the order by themselves. Rows whose loadings are small are left out.

    python benchmarks/directions.py hyperscalers-2026-01 > priors/hyperscalers-2026-01/directions.toml
"""

import argparse

import jax
import jax.numpy as jnp
import numpy as np

import simulator
from simulator.beliefs import compile_beliefs
from simulator.buildout.model import Buildout
from simulator.study import check_units

#: Paths in one call of the gradient, and calls.
PATHS, CALLS = 512, 64
#: Least length of a row of loadings that is kept.
LEAST = 0.03
#: Width of the neighbourhood of a threshold, in standard deviations of its metric.
WIDTH = 0.15
#: The share of worst paths, and how much the mean, that tail and all thresholds weigh.
TAIL, WEIGHTS = 0.05, {"mean": 1.5, "tail": 1.5, "verdict": 1.5, "scorecard": 1.5}
VALUE = "value_created.group"


def thresholds(settings: simulator.study.records.Settings) -> dict[str, list[tuple[str, float]]]:
    """Metrics of the group with the values at which they decide something."""
    verdict = [
        (f"{metric}.group", limit)
        for rule in settings.verdicts
        for metric, limits in rule.conditions.items()
        for limit in (limits.min, limits.max)
        if np.isfinite(limit) and metric != "scorecard_passes"
    ]
    scorecard = [(f"{item.metric}.group", item.min) for item in settings.scorecard]
    return {"verdict": verdict, "scorecard": scorecard}


def sample(study: simulator.Study, metrics: list[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of the scores, the metrics [metric, path], and their gradients [metric, score, path]."""
    model = Buildout(study.settings)
    priors, _ = check_units(study.priors, model.inputs)
    beliefs = compile_beliefs(priors, study.dependence, model.shocks)

    def chosen(scores, uniforms, weights):
        drawn = beliefs.draws(beliefs.parameters, scores, uniforms)
        found = model(drawn)
        values = jnp.stack([found[name] for name in metrics])
        return jnp.sum(weights[:, None] * values), values

    gradient = jax.jit(jax.grad(chosen, has_aux=True))
    rng, values, slopes = np.random.default_rng(0), [], []
    for _ in range(CALLS):
        scores = rng.standard_normal((len(beliefs.normal_coordinates), PATHS), dtype=np.float32)
        uniforms = rng.random((len(beliefs.uniform_coordinates), PATHS), dtype=np.float32)
        found = [gradient(scores, uniforms, weights) for weights in np.eye(len(metrics), dtype=np.float32)]
        values.append(np.asarray(found[0][1]))
        slopes.append(np.stack([np.asarray(one) for one, _ in found]))
    names = [f"{name}[{component}]" for name, component in beliefs.normal_coordinates]
    names = [name if name.startswith("shock.") else name.removesuffix("[0]") for name in names]
    return names, np.concatenate(values, axis=1), np.concatenate(slopes, axis=2)


def outer(slopes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted average of the outer products of gradients, at trace one."""
    weighted = slopes * np.sqrt(weights)
    product = weighted @ weighted.T
    return product / np.trace(product)


def directions(study: simulator.Study, count: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of the scores, the leading directions [score, direction], and all shares of the gradients."""
    decided = thresholds(study.settings)
    metrics = list(dict.fromkeys([VALUE, *(name for pairs in decided.values() for name, _ in pairs)]))
    names, values, slopes = sample(study, metrics)
    value, own = values[0], slopes[0]
    total = WEIGHTS["mean"] * outer(own, np.ones_like(value))
    total += WEIGHTS["tail"] * outer(own, value <= np.quantile(value, TAIL))
    for kind, pairs in decided.items():
        for name, limit in pairs:
            row = metrics.index(name)
            distance = (values[row] - limit) / (WIDTH * values[row].std())
            total += WEIGHTS[kind] / len(pairs) * outer(slopes[row], np.exp(-(distance**2) / 2))
    shares, vectors = np.linalg.eigh(total)
    leading = vectors[:, ::-1][:, :count]
    return names, leading * np.sign(leading[np.abs(leading).argmax(axis=0), range(count)]), shares[::-1]


def main(name: str, count: int) -> None:
    names, loadings, shares = directions(simulator.load_study(name), count)
    shares = ", ".join(f"{share:.3f}" for share in shares[: count + 2] / shares.sum())
    print("# Combinations of scores along which the group's answer moves, by benchmarks/directions.py: a")
    print("# row for each score, a column for each direction. Other numbers change draws, not their law.")
    print(f"# Shares of the squared gradient: {shares} ...\n\n[study.directions]")
    width = max(map(len, names)) + 2
    for row in sorted(range(len(names)), key=lambda row: -np.linalg.norm(loadings[row])):
        if np.linalg.norm(loadings[row]) >= LEAST:
            quoted = f'"{names[row]}"'
            print(f"{quoted:{width}} = [{', '.join(f'{loading:6.3f}' for loading in loadings[row])}]")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", default="hyperscalers-2026-01")
    parser.add_argument("--count", type=int, default=5, help="directions")
    given = parser.parse_args()
    main(given.study, given.count)
