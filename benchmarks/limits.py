"""What does a path cost in operations and bytes, and how near is it to what the device can do?

Operations and bytes are counted in the compiled program: each loop that the compiler made (a fusion), each
element once, the loop over quarters and that over blocks as often as they run. The device's limits are those of
two small kernels: a chain of multiply-adds on numbers that stay in registers, and a copy within the cache. On a
GPU the same counts stand against the same kernels there, at the size that fills it.
"""

import argparse
import math
import re
import time
from collections import Counter
from collections.abc import Callable

import harness
import jax
import jax.numpy as jnp
import numpy as np

import simulator
from simulator import engine
from simulator.engine import runtime
from simulator.run.program import model_of, program
from simulator.sampling import ROUND

STUDY = "hyperscalers-2026-01"
#: What moves or names numbers and computes none.
MOVES = {
    "parameter", "constant", "broadcast", "bitcast", "tuple", "get-tuple-element", "reshape", "slice", "iota", "copy",
    "dynamic-slice", "dynamic-update-slice", "gather", "concatenate", "transpose", "convert", "bitcast-convert",
}  # fmt: skip
#: Functions that the compiler spells out as a polynomial, in multiply-adds and the like, roughly.
COST = {"exponential": 14, "exponential-minus-one": 25, "log": 20, "divide": 1, "erf": 30, "sqrt": 1}
_LINE = re.compile(r"\s+(?:ROOT )?%?([\w.\-]+) = (.*?) ([\w\-]+)\((.*)")


def elements(shape: str) -> int:
    """Elements of an array or of all arrays of a tuple."""
    return sum(math.prod(int(n) for n in dims.split(",") if n) for dims in re.findall(r"\w+\[([\d,]*)\]", shape))


def computations(text: str) -> dict[str, list[tuple[str, str, str, str]]]:
    """Name, shape, operation and the rest of every instruction, by computation."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    inside = ""
    for line in re.sub(r"/\*.*?\*/", "", text).splitlines():
        if not line.startswith(" "):
            start = re.match(r"(?:ENTRY )?%?([\w.\-]+) \(.*\{", line)
            inside = start[1] if start else ""
            found.setdefault("ENTRY" if line.startswith("ENTRY") else inside, [])
            inside = "ENTRY" if line.startswith("ENTRY") else inside
        elif inside and (parts := _LINE.match(line)):
            found[inside].append((parts[1], parts[2], parts[3], parts[4]))
    return found


def counted(text: str) -> Counter[str]:
    """Operations, bytes and loops of one call of a compiled program."""
    inside = computations(text)

    def of(name: str) -> Counter[str]:
        total: Counter[str] = Counter()
        shapes = {one: shape for one, shape, _, _ in inside[name]}
        for _, shape, operation, rest in inside[name]:
            called = re.search(r"(?:calls|to_apply|body)=%?([\w.\-]+)", rest)
            if operation == "while" and called:
                times = int((re.search(r'"n":"(\d+)"', rest) or ["", "1"])[1])
                for key, count in of(called[1]).items():
                    total[key] += times * count
            elif operation == "call" and called:
                total += of(called[1])
            elif operation == "fusion" and called:
                body = inside[called[1]]
                total["loops"] += 1
                total["operations"] += sum(
                    elements(s) * COST.get(o, 1) for _, s, o, _ in body if o not in MOVES
                )
                # A slice of an array is read or written, not all of it: so no operand counts for more than
                # the result, and an update for what it puts in.
                updates = [elements(shapes_of[part]) for shapes_of in [{n: s for n, s, _, _ in body}]
                           for _, _, o, r in body if o == "dynamic-update-slice"
                           for part in re.findall(r"%([\w.\-]+)", r)[1:2]]  # fmt: skip
                made = min([elements(shape), *updates])
                read = sum(min(elements(shapes.get(part, "")), made)
                           for part in re.findall(r"%([\w.\-]+)", rest.split("kind=")[0]))  # fmt: skip
                total["bytes"] += 4 * (read + made)
            elif operation == "copy":
                total["loops"] += 1
                total["bytes"] += 8 * elements(shape)
        return total

    return of("ENTRY")


def best(call: Callable[[], object], repeats: int) -> float:
    """Least processor seconds of a call on a CPU, and least seconds on anything else."""
    clock = time.process_time if jax.default_backend() == "cpu" else time.perf_counter
    times = []
    for _ in range(repeats):
        began = clock()
        jax.block_until_ready(call())
        times.append(clock() - began)
    return min(times)


def limits(size: int, repeats: int) -> tuple[float, float]:
    """Multiply-adds a second (as two operations each), and bytes a second of a copy, for arrays of this size."""
    rounds, chain = 200, 256

    def multiply_add(x: jax.Array) -> jax.Array:
        def step(_: int, x: jax.Array) -> jax.Array:
            for _ in range(chain):
                x = x * np.float32(0.999) + np.float32(1e-3)
            return x

        return jax.lax.fori_loop(0, rounds, step, x)

    def moved(x: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, rounds, lambda _, x: jax.lax.optimization_barrier(-x), x)

    x = jnp.ones(size, jnp.float32)
    fast, copy = (runtime.compiled(f, x) for f in (multiply_add, moved))
    operations = 2 * size * rounds * chain / best(lambda: fast(x), repeats)
    return operations, 8 * size * rounds / best(lambda: copy(x), repeats)


def main(quick: bool) -> None:
    question = harness.question(__doc__)
    runtime.prepare()
    gpu = jax.default_backend() != "cpu"
    repeats = 10 if quick else 40
    study = simulator.load_study(STUDY)
    plan = engine.Plan(paths=ROUND)
    made = engine.MetricKernel(program(study, model_of(study, None), plan), plan)
    count = counted(made.compiled_text)
    seconds = best(lambda: made(0), repeats)
    # On a CPU as much as one block's array of companies and sources, which stays in the cache next to the core.
    peak, bandwidth = limits(2**24 if gpu else 4 * 7 * plan.lanes, repeats)
    found = {
        "paths_per_second": ROUND / seconds,
        "seconds_per_path": seconds / ROUND,
        "operations_per_path": count["operations"] / ROUND,
        "bytes_per_path": count["bytes"] / ROUND,
        "loops_per_round": count["loops"],
        "peak_operations_per_second": peak,
        "peak_bytes_per_second": bandwidth,
        "fraction_of_peak_operations": count["operations"] / seconds / peak,
        "fraction_of_peak_bytes": count["bytes"] / seconds / bandwidth,
    }
    harness.tell(question, ["", ""], [[name.replace("_", " "), value] for name, value in found.items()])
    harness.keep("limits", question, {"quick": quick, "device": runtime.host(), **found})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="more repeats, on a quiet machine")
    main(not parser.parse_args().full)
