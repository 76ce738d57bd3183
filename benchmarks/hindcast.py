"""Would the model have called the rents of chips? Changes of H100 rents against those of its own price.

Not timed. The price of compute in the first study is a process in time: changes over as many quarters as lie
between two figures, over all quarters and paths, are what the model calls possible. A rent that is published
is a spot or short contract of one chip; the price in the model is of everything that is sold and used.

    python benchmarks/hindcast.py
    python benchmarks/hindcast.py --set economics.price_vol=0.4
"""

import argparse
import itertools

import numpy as np

import simulator
from simulator.evidence import load_evidence

STUDY, PATHS, MONTHS = "hyperscalers-2026-01", 2**14, 3
LOW, HIGH = 0.1, 0.9


def month(period: simulator.evidence.Period) -> int:
    """Months since year 0 of a period's end."""
    return 12 * period.end.year + period.end.month


def main() -> None:
    """Print each change, the model's 80 % interval for it, and where in its distribution it lies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a belief held")
    given = (one.partition("=") for one in parser.parse_args().set)
    study = simulator.load_study(STUDY, overrides={name: float(value) for name, _, value in given})
    run = simulator.simulate(study, paths=PATHS, seed=0)
    price = np.log(run.series(PATHS, ["price"])["price"])
    rents = sorted(
        (o for o in load_evidence().observations if o.metric == "gpu_rent"), key=lambda o: month(o.period)
    )
    inside = 0
    for first, second in itertools.pairwise(rents):
        quarters = max(1, round((month(second.period) - month(first.period)) / MONTHS))
        changes = price[quarters:] - price[:-quarters]
        change = np.log(second.value / first.value)
        low, middle, high = np.quantile(changes, [LOW, 0.5, HIGH])
        inside += low <= change <= high
        print(
            f"{first.period.label} to {second.period.label}: {change:+.2f}; model {middle:+.2f} "
            f"[{low:+.2f}, {high:+.2f}], percentile {100 * (changes < change).mean():.1f}"
        )
    print(f"{inside} of {len(rents) - 1} inside the 80 % interval")


if __name__ == "__main__":
    main()
