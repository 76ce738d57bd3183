"""How long does each question to the model take on the default study?

    .venv/bin/python benchmarks/questions.py [PATHS] [--repeats N]

Times by the clock in one process, of a run that is there: what an analyst waits for, with kernels compiled
(the first pass of each question is timed apart, for it may compile). Beside each time its ratio to one run of
as many paths in the same process, which a busy machine moves as much.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import simulator
from simulator.report.answers import QUESTIONS
from simulator.whole_numbers import whole


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes  [s]."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print a row for each question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="?", default="65536")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    study, paths = simulator.load_study("hyperscalers-2026-01"), whole("paths", given.paths, 1)

    def kernel() -> object:
        return simulator.simulate(study, paths=paths)

    run = simulator.simulate(study, paths=paths)
    print(f"{study.name}, {run.plan.paths:,} paths; medians of {given.repeats}")
    print(f"{'question':14s} {'first, s':>9s} {'then, s':>9s} {'of the run':>11s}")
    for question in QUESTIONS:
        first = seconds(lambda ask=question.ask: ask(run))
        pairs = [(seconds(kernel), seconds(lambda ask=question.ask: ask(run))) for _ in range(given.repeats)]
        then = statistics.median(own for _, own in pairs)
        ratio = statistics.median(own / whole_run for whole_run, own in pairs)
        print(f"{question.name:14s} {first:9.1f} {then:9.1f} {ratio:11.1f}")


if __name__ == "__main__":
    main()
