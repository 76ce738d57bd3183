"""Along which combinations of its inputs does a study's answer move? Prints a study that draws along them.

Gradients of the group's metrics with respect to all normal scores, path by path, by differentiating the
kernel. Their outer products, averaged where they decide something (everywhere for the mean value created, in
its worst 5%, and about each threshold of the verdict and the scorecard), are summed, and the leading
eigenvectors are the directions (an active subspace). Rows whose loadings are small are left out. Jumps of the
regime have no gradient: their uniforms stand in the order by themselves. Directions and uniforms lead the
order by their total effect on mean, worst verdict and shortfall; then comes the study's own order.

The study that is printed extends the one that is given: same beliefs, same law, other draws.

    python benchmarks/directions.py hyperscalers-2026-10 > my-study/study.toml
"""

import argparse

import jax
import jax.numpy as jnp
import numpy as np
from outcome import PATHS, TAIL, VALUE, Outcome, influences

import simulator
from simulator.engine import runtime
from simulator.study.coordinates import parse_coordinate

#: Paths in one call of the gradient, and calls; calls of the model for each total effect.
GRADIENTS, CALLS, EFFECT_CALLS = 512, 40, 2
#: Least length of a row of loadings that is kept, and least total effect of a uniform that leads.
LEAST, LEAST_EFFECT = 0.03, 0.01
#: Width of the neighbourhood of a threshold, in standard deviations of its metric.
WIDTH = 0.15


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


def sample(outcome: Outcome, metrics: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The metrics [metric, path], and their gradients [metric, score, path]."""

    def chosen(scores, uniforms, weights):
        found = outcome.metrics(outcome.parameters, scores, uniforms)
        values = jnp.stack([found[name] for name in metrics])
        return jnp.sum(weights[:, None] * values), values

    gradient = jax.jit(jax.grad(chosen, has_aux=True))
    rng, values, slopes = np.random.default_rng(0), [], []
    for _ in range(CALLS):
        scores, uniforms = outcome.random(rng, GRADIENTS)
        found = [gradient(scores, uniforms, weights) for weights in np.eye(len(metrics), dtype=np.float32)]
        values.append(np.asarray(found[0][1]))
        slopes.append(np.stack([np.asarray(one) for one, _ in found]))
    return np.concatenate(values, axis=1), np.concatenate(slopes, axis=2)


def outer(slopes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted average of the outer products of gradients, at trace one."""
    weighted = slopes * np.sqrt(weights)
    product = weighted @ weighted.T
    return product / np.trace(product)


def directions(study: simulator.Study, outcome: Outcome, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The leading directions [score, direction], and all shares of the gradients."""
    decided = thresholds(study.settings)
    metrics = list(dict.fromkeys([VALUE, *(name for pairs in decided.values() for name, _ in pairs)]))
    values, slopes = sample(outcome, metrics)
    value, own = values[0], slopes[0]
    total = outer(own, np.ones_like(value)) + outer(own, value <= np.quantile(value, TAIL))
    for pairs in decided.values():
        for name, limit in pairs:
            row = metrics.index(name)
            distance = (values[row] - limit) / (WIDTH * values[row].std())
            total += outer(slopes[row], np.exp(-(distance**2) / 2)) / len(pairs)
    shares, vectors = np.linalg.eigh(total)
    leading = vectors[:, ::-1][:, :count]
    return leading * np.sign(leading[np.abs(leading).argmax(axis=0), range(count)]), shares[::-1]


def total_effects(outcome: Outcome, loadings: np.ndarray) -> dict[str, float]:
    """Of each direction and each uniform, the mean over the statistics of its total effect.

    That is half of the mean squared change when it alone is drawn anew, over the variance.
    """
    rng, changes, variances = np.random.default_rng(1), [], []
    threshold = None
    for _ in range(EFFECT_CALLS):
        (scores, uniforms), (_, others) = outcome.random(rng, PATHS), outcome.random(rng, PATHS)
        found = outcome(scores, uniforms)
        threshold = np.quantile(found[0], TAIL) if threshold is None else threshold
        base = influences(found, threshold)
        redrawn = []
        for column in loadings.T:
            moved = rng.standard_normal(PATHS, dtype=np.float32) - column @ scores
            redrawn.append(outcome(scores + column[:, None] * moved, uniforms))
        for row in range(len(uniforms)):
            moved = uniforms.copy()
            moved[row] = others[row]
            redrawn.append(outcome(scores, moved))
        changes.append([((influences(one, threshold) - base) ** 2).mean(axis=1) / 2 for one in redrawn])
        variances.append(base.var(axis=1))
    effects = (np.mean(changes, axis=0) / np.mean(variances, axis=0)).mean(axis=1)
    names = [f"direction.{number}" for number in range(loadings.shape[1])]
    names += [f"{name}[{component}]" for name, component in outcome.uniforms]
    return dict(zip(names, effects.tolist(), strict=True))


def order(study: simulator.Study, effects: dict[str, float]) -> list[str]:
    """The study's order, led by all directions and by the uniforms that matter."""
    leading = sorted(effects, key=lambda name: -effects[name])
    leading = [name for name in leading if name.startswith("direction.") or effects[name] >= LEAST_EFFECT]
    taken = {parse_coordinate(name) for name in leading}
    own = [name for name in study.order if not name.startswith("direction.")]
    return leading + [name for name in own if parse_coordinate(name) not in taken]


def main(name: str, count: int) -> None:
    runtime.prepare()
    study = simulator.load_study(name)
    outcome = Outcome(study)
    loadings, shares = directions(study, outcome, count)
    shown = ", ".join(f"{share:.3f}" for share in shares[: count + 2] / shares.sum())
    print(
        f"# {study.name} with directions and order of its own, by benchmarks/directions.py: other draws, the"
    )
    print("# same law. A row for each score, a column for each direction.")
    print(f"# Shares of the squared gradient: {shown} ...\n")
    print(
        f'extends = "{name}"\n\n[study]\nname = "{study.name}-directed"\ntitle = "{study.title}"\norder = ['
    )
    print("\n".join(f'    "{name}",' for name in order(study, total_effects(outcome, loadings))))
    print("]\n\n[study.directions]")
    names = outcome.names()
    width = max(map(len, names)) + 2
    for row in sorted(range(len(names)), key=lambda row: -np.linalg.norm(loadings[row])):
        if np.linalg.norm(loadings[row]) >= LEAST:
            quoted = f'"{names[row]}"'
            print(f"{quoted:{width}} = [{', '.join(f'{loading:6.3f}' for loading in loadings[row])}]")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", default="hyperscalers-2026-10")
    parser.add_argument("--count", type=int, default=12, help="directions")
    given = parser.parse_args()
    main(given.study, given.count)
