"""Which ways of choosing paths, or of reading them, come nearer to the answer than today's at equal time?

Standard errors of the group's mean value created, of P(bear) and of the 5% shortfall, held against those of
plain Monte Carlo: a gain of 2 needs a quarter of the paths. An error is the spread of replicates' means over
seeds (each replicate is independent and unbiased, so this is the true error, without that of an estimate of
it); "at equal time" divides by the root of processor time a path over that of plain Monte Carlo, points and
model together, in the same run.

    python benchmarks/accuracy_per_path.py hyperscalers-2026-10 benchmarks/directed/hyperscalers-2026-10

The second study is the first with directions and order of its own, from `directions.py`. Its directions were
found on other draws than those measured here.
"""

import argparse
import math
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from typing import NamedTuple

import harness
import numpy as np
from outcome import PATHS, TAIL, Outcome, influences
from points import Fan, Importance, Lead, Nested, Points
from scipy.special import ndtr, ndtri

import simulator
from simulator.engine import runtime
from simulator.sampling import REPLICATES, STRIP
from simulator.study.coordinates import parse_coordinate

STATISTICS = ("mean value created", "P(bear)", "5% shortfall")
#: Batches of a run, and of one as long by replicate as a quarter of the replicates would make it.
BATCHES, LONGER = 8, 32
#: How much of the density stays even where it is drawn for the shortfall, in mean spreads of a stratum.
DEFENSIVE = 3.0
#: Uniforms and scores beside the directions whose products are control variates, and runs they are fitted on.
VARIATES, FITTED = (4, 20), 3
THREADS = 2


class Measured(NamedTuple):
    """What one way gave: [value or bear, replicate, point] by seed, weights alike, and seconds a path."""

    outcomes: list[np.ndarray]
    weights: list[np.ndarray]
    seconds: float


def pilot(outcome: Outcome, lead: Lead, batches: int) -> tuple[np.ndarray, np.ndarray]:
    """Plain Monte Carlo of another generator: values along the directions, and outcomes, by path."""
    rng, along, found = np.random.default_rng(2), [], []
    for _ in range(batches):
        scores, uniforms = outcome.random(rng, PATHS)
        along.append(lead.loadings.T @ scores)
        found.append(outcome(scores, uniforms))
    return np.concatenate(along, axis=1), np.concatenate(found, axis=1)


def towards_tail(outcome: Outcome, lead: Lead) -> tuple[Lead, np.ndarray]:
    """The same directions turned so that the first leads to the worst values, and how often to draw it where.

    A stratum of it is drawn by the spread of what its paths add to the shortfall, which would be best for it
    alone, with an even part for the sake of the rest.
    """
    along, (value, _) = pilot(outcome, lead, BATCHES)
    shortfall = np.minimum(value - np.quantile(value, TAIL), 0)
    first = along @ (shortfall - shortfall.mean())
    turn, _ = np.linalg.qr(np.column_stack([first, np.eye(len(first))[:, :-1]]))
    turn *= np.sign(turn[:, 0] @ first)
    strata = len(Importance.masses)
    stratum = np.minimum((ndtr(turn[:, 0] @ along) * strata).astype(int), strata - 1)
    spread = np.array([shortfall[stratum == one].std() for one in range(strata)])
    masses = spread + DEFENSIVE * spread.mean()
    return Lead((lead.loadings @ turn).astype(np.float32), lead.order), masses / masses.sum()


def run(outcome: Outcome, points: Points, batches: int) -> tuple[np.ndarray, float]:
    """Outcomes [value or bear, replicate, point], and processor seconds a path."""
    points(0)[0].block_until_ready()  # compiled
    started = time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda batch: outcome(*points(batch)), range(batches)))
    seconds = (time.process_time() - started) / (batches * PATHS)
    return np.concatenate([one.reshape(2, REPLICATES, STRIP) for one in made], axis=2), seconds


def measured(outcome: Outcome, ways: dict, seeds: range, batches: int) -> dict[str, Measured]:
    """Outcomes of every way under every seed, one seed of all after the other, and their processor time."""
    found = {name: Measured([], [], 0.0) for name in ways}
    for seed in seeds:
        for name, make in ways.items():
            points = make(seed, batches)
            made, seconds = run(outcome, points, batches)
            weights = [points.weights(batch).reshape(REPLICATES, STRIP) for batch in range(batches)]
            before = found[name]
            before.outcomes.append(made)
            before.weights.append(np.concatenate(weights, axis=1))
            found[name] = before._replace(seconds=before.seconds + seconds / len(seeds))
    return found


class Reference(NamedTuple):
    """Quantile of the shortfall, means of the statistics, and what a path of plain Monte Carlo spreads."""

    threshold: float
    means: np.ndarray
    spreads: np.ndarray


def reference(found: Measured) -> Reference:
    pooled = np.concatenate([one.reshape(2, -1) for one in found.outcomes], axis=1)
    threshold = float(np.quantile(pooled[0], TAIL))
    each = influences(pooled, threshold)
    return Reference(threshold, each.mean(axis=1), each.std(axis=1))


def replicates(found: Measured, known: Reference) -> np.ndarray:
    """Each replicate's estimate of the statistics, less what is known: [3, replicate]."""
    centre = known.means[:, None, None]
    pairs = zip(found.outcomes, found.weights, strict=True)
    made = [((influences(one, known.threshold) - centre) * weight).mean(axis=2) for one, weight in pairs]
    return np.concatenate(made, axis=1)


def gains(estimates: np.ndarray, known: Reference, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Plain Monte Carlo's error over that of replicates of so many points, and its standard error."""
    rng, count = np.random.default_rng(3), estimates.shape[1]
    drawn = [estimates[:, rng.integers(0, count, count)].std(axis=1, ddof=1) for _ in range(400)]
    gain = known.spreads / math.sqrt(points) / estimates.std(axis=1, ddof=1)
    return gain, gain * np.log(drawn).std(axis=0)


def by_regression(
    outcome: Outcome, drawn: Lead, lead: Lead, found: Measured, seeds: range, known: Reference
) -> np.ndarray:
    """Replicates' estimates less fitted products of leading numbers, whose means are known to be zero.

    Coefficients are those of the first runs; the estimates are of the others. The paths were drawn by one
    lead, and the numbers are those of another.
    """
    leading = [parse_coordinate(text) for text in lead.order]
    rows = [outcome.scores.index(name) for name in leading if name in outcome.scores][: VARIATES[1]]
    events = [outcome.uniforms.index(name) for name in leading if name in outcome.uniforms][: VARIATES[0]]

    def products(seed: int) -> np.ndarray:
        points, made = Points(outcome, drawn, seed, BATCHES), []
        for batch in range(BATCHES):
            scores, uniforms = (np.asarray(one) for one in points(batch))
            numbers = np.concatenate([lead.loadings.T @ scores, ndtri(uniforms[events]), scores[rows]])
            pairs = combinations_with_replacement(range(len(numbers)), 2)
            each = [*numbers, *(numbers[i] * numbers[j] - (i == j) for i, j in pairs)]
            made.append(np.array(each, np.float32).reshape(len(each), REPLICATES, STRIP))
        return np.concatenate(made, axis=2)

    gram, moments = 0.0, 0.0
    for one, seed in zip(found.outcomes[:FITTED], seeds, strict=False):
        variates = products(seed)
        flat = variates.reshape(len(variates), -1)
        about = influences(one, known.threshold).reshape(3, -1) - known.means[:, None]
        gram, moments = gram + flat @ flat.T, moments + flat @ about.T.astype(np.float32)
    fit = np.linalg.solve(gram, moments)
    left = []
    for one, seed in list(zip(found.outcomes, seeds, strict=True))[FITTED:]:
        own = influences(one, known.threshold).mean(axis=2) - known.means[:, None]
        left.append(own - fit.T @ products(seed).mean(axis=2))
    return np.concatenate(left, axis=1)


def main(name: str, directed_name: str, seeds: range, longer: range) -> None:
    question = harness.question(__doc__)
    runtime.prepare()
    study, directed = simulator.load_study(name), simulator.load_study(directed_name)
    outcome = Outcome(study)
    shipped, refitted = (Lead(outcome.loadings(one.directions), one.order) for one in (study, directed))
    turned, masses = towards_tail(outcome, refitted)
    drawn_for_tail = type("DrawnForTail", (Importance,), {"masses": masses})
    ways = {
        "plain Monte Carlo": lambda seed, n: Points(outcome, shipped, seed, n, "mc"),
        "today's points": lambda seed, n: Points(outcome, shipped, seed, n),
        "nested scramble": lambda seed, n: Nested(outcome, shipped, seed, n),
        "refitted": lambda seed, n: Points(outcome, refitted, seed, n),
        "refitted, turned to the tail": lambda seed, n: Points(outcome, turned, seed, n),
        "importance sampling of that tail": lambda seed, n: drawn_for_tail(outcome, turned, seed, n),
        "16 values of the first direction": lambda seed, n: Fan(outcome, refitted, seed, n),
    }
    found = measured(outcome, ways, seeds, BATCHES)
    known = reference(found["today's points"])
    plain = found["plain Monte Carlo"].seconds
    estimates = {way: (replicates(one, known), BATCHES, one.seconds / plain) for way, one in found.items()}
    for way, drawn in (("today's points", shipped), ("refitted", refitted)):
        left = by_regression(outcome, drawn, refitted, found[way], seeds, known)
        estimates[f"{way}, products as control variates"] = left, BATCHES, math.nan
    chosen = ("today's points", "refitted", "16 values of the first direction")
    for way, one in measured(outcome, {way: ways[way] for way in chosen}, longer, LONGER).items():
        name_of = f"{way}, {LONGER // BATCHES} times the points"
        estimates[name_of] = replicates(one, known), LONGER, one.seconds / plain
    rows, results = [], {}
    for way, (each, batches, slower) in estimates.items():
        gain, error = gains(each, known, batches * STRIP)
        at_equal_time = gain / math.sqrt(slower)
        shown = [f"{a:.2f} ± {b:.2f}" for a, b in zip(gain, error, strict=True)]
        rows.append([way, each.shape[1], *shown, slower, *at_equal_time.tolist()])
        results[way] = {"replicates": each.shape[1], "points": batches * STRIP, "time": slower}
        results[way] |= {
            "gain": gain.tolist(),
            "error": error.tolist(),
            "at_equal_time": at_equal_time.tolist(),
        }
    head = ["", "Replicates", *STATISTICS, "Time a path", *(f"{one}, equal time" for one in STATISTICS)]
    harness.tell(question, head, rows)
    fans = [one[1].reshape(-1, Fan.count) for one in found["16 values of the first direction"].outcomes]
    once = np.mean(np.abs(np.diff(np.concatenate(fans), axis=1)).sum(axis=1) <= 1)
    effective = 1 / np.mean(np.concatenate(found["importance sampling of that tail"].weights) ** 2)
    extra = {"verdict_changes_at_most_once": once, "effective_share": effective}
    print(extra)
    record = extra | {"paths": BATCHES * PATHS, "ways": results}
    harness.keep(f"accuracy_per_path_{study.name}", question, record, "scipy")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", help="as it is shipped")
    parser.add_argument("directed", help="the same with other directions and order")
    parser.add_argument("--full", action="store_true", help="16 seeds, and 8 of four times the points")
    given = parser.parse_args()
    counts = (16, 8) if given.full else (5, 2)
    main(given.study, given.directed, *(range(1000, 1000 + count) for count in counts))
