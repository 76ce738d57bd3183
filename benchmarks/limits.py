"""What does a path cost in operations and bytes, and how near is it to what the device can do?

Operations and bytes are counted in the compiled program: each loop that the compiler made (a fusion), each
element once, the loop over quarters and that over blocks as often as they run. The device's limits are
those of two small kernels: a chain of multiply-adds on numbers that stay in registers, and a copy within the
cache.

A GPU is measured likewise, where JAX finds one: many batches at once in place of a loop over blocks, the
loop over quarters and all else in one compiled function, the kernels at a size that fills the device. With
`--wide`, anywhere.
"""

import argparse
import math
import re
import time
from collections import Counter
from collections.abc import Callable
from functools import partial, reduce

import harness
import jax
import jax.numpy as jnp
import numpy as np

import simulator
from simulator.analysis.run.program import model_of, program
from simulator.engine import MetricKernel, Plan, Program, runtime
from simulator.sampling import BATCH, normal, uniform

STUDY = "hyperscalers-2026-01"
#: Rounds of 8192 paths that fill a GPU: 2.7 kB of draws a path.
BATCHES_AT_ONCE = 128
#: What moves or names numbers and computes none.
MOVES = {
    "parameter", "constant", "broadcast", "bitcast", "tuple", "get-tuple-element", "reshape", "slice", "iota",
    "copy", "dynamic-slice", "dynamic-update-slice", "gather", "concatenate", "transpose", "convert",
    "bitcast-convert",
}  # fmt: skip
#: Functions that the compiler spells out as a polynomial, in multiply-adds and the like, roughly.
COST = {"exponential": 14, "exponential-minus-one": 25, "log": 20, "divide": 1, "erf": 30, "sqrt": 1}
_LINE = re.compile(r"\s+(?:ROOT )?%?([\w.\-]+) = (.*?) ([\w\-]+)\((.*)")


def elements(shape: str) -> int:
    """Elements of an array or of all arrays of a tuple."""
    return sum(
        math.prod(int(n) for n in dims.split(",") if n) for dims in re.findall(r"\w+\[([\d,]*)\]", shape)
    )


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


def written(shape: str, body: list[tuple[str, str, str, str]]) -> int:
    """Elements that a loop writes: of an array that it updates in place, what it puts in."""
    shapes = {name: shape for name, shape, _, _ in body}
    put = [
        re.findall(r"%([\w.\-]+)", rest)[1]
        for _, _, operation, rest in body
        if operation == "dynamic-update-slice"
    ]
    return min([elements(shape), *(elements(shapes[name]) for name in put)])


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
                made = written(shape, body)
                # Of an array that it takes a slice of, a loop reads no more elements than it writes.
                operands = re.findall(r"%([\w.\-]+)", rest.split("kind=")[0])
                read = sum(min(elements(shapes.get(operand, "")), made) for operand in operands)
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
    """Operations a second of multiply-adds, and bytes a second of a copy, for arrays of this size."""
    batches, chains, links = 200, 8, 32

    def multiply_add(x: jax.Array) -> jax.Array:
        def step(_: int, x: jax.Array) -> jax.Array:
            # Side by side, so that none waits for the one before it.
            values = [x + np.float32(n) for n in range(chains)]
            for _ in range(links):
                values = [value * np.float32(0.999) + x for value in values]
            return reduce(jnp.add, values) * np.float32(1e-3)

        return jax.lax.fori_loop(0, batches, step, x)

    def moved(x: jax.Array) -> jax.Array:
        return jax.lax.fori_loop(0, batches, lambda _, x: jax.lax.optimization_barrier(-x), x)

    x = jnp.ones(size, jnp.float32)
    fast, copy = (runtime.compiled(f, x) for f in (multiply_add, moved))
    operations = 2 * size * batches * chains * links / best(lambda: fast(x), repeats)
    return operations, 8 * size * batches / best(lambda: copy(x), repeats)


def blocks(made: Program, plan: Plan) -> tuple[Callable[[], object], str]:
    """One batch as the engine computes it, block after block; and its HLO."""
    kernel = MetricKernel(made, plan)
    return lambda: kernel(0), kernel.code.as_text() or ""


def wide(made: Program, plan: Plan) -> tuple[Callable[[], object], str]:
    """All batches of a plan side by side; and its HLO."""
    beliefs, sampler = made.beliefs, made.sampler
    scored = len(beliefs.normal_coordinates)
    coordinates = (*beliefs.normal_coordinates, *beliefs.uniform_coordinates)

    def whole(parameters: object, tables: object, first: jax.Array) -> jax.Array:
        batches = first + jnp.arange(plan.batches, dtype=jnp.uint32)
        every = jnp.arange(sampler.blocks, dtype=jnp.uint32)
        of_batch = jax.vmap(partial(sampler.bits, tables), in_axes=(None, 0))
        bits = jax.vmap(of_batch, in_axes=(0, None))(batches, every)
        bits = jnp.moveaxis(bits, 2, 0).reshape(len(coordinates), -1)
        scores, uniforms = jax.lax.optimization_barrier((normal(bits[:scored]), uniform(bits[scored:])))
        metrics = made.model(dict(beliefs.draws(parameters, scores, uniforms)))
        return jnp.stack([jnp.broadcast_to(metric, (plan.paths,)) for metric in metrics.values()])

    parameters = jax.tree.map(
        lambda leaf: np.asarray(leaf, np.float32) if np.asarray(leaf).dtype == np.float64 else leaf,
        beliefs.parameters,
    )
    arguments = jax.device_put((parameters, sampler.tables(coordinates, plan.batches)), runtime.device())
    compiled = runtime.compiled(whole, *arguments, np.uint32(0))
    return lambda: compiled(*arguments, np.uint32(0)), compiled.as_text() or ""


def main(quick: bool, batches: int | None) -> None:
    question = harness.question(__doc__)
    runtime.prepare()
    gpu = jax.default_backend() != "cpu"
    repeats = 10 if quick else 40
    batches = batches or (BATCHES_AT_ONCE if gpu else None)
    study = simulator.load_study(STUDY)
    plan = Plan(paths=(batches or 1) * BATCH)
    made = program(study, model_of(study, None), plan)
    call, text = wide(made, plan) if batches else blocks(made, plan)
    count = counted(text)
    jax.block_until_ready(call())
    seconds = best(call, repeats)
    # On a CPU half a megabyte read and written, which stays in the cache next to the core.
    peak, bandwidth = limits(2**24 if gpu else 2**16, repeats)
    found = {
        "paths a second": plan.paths / seconds,
        "seconds a path": seconds / plan.paths,
        "operations a path": count["operations"] / plan.paths,
        "bytes a path": count["bytes"] / plan.paths,
        "loops (kernels) a call": count["loops"],
        "paths a call": plan.paths,
        "peak operations a second": peak,
        "peak bytes a second": bandwidth,
        "fraction of peak operations": count["operations"] / seconds / peak,
        "fraction of peak bytes": count["bytes"] / seconds / bandwidth,
    }
    harness.tell(question, ["", ""], [[name, value] for name, value in found.items()])
    harness.keep("limits", question, {"quick": quick, "device": runtime.host(), "found": found})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="more repeats, on a quiet machine")
    parser.add_argument("--wide", type=int, metavar="ROUNDS", help="so many batches at once, as on a GPU")
    given = parser.parse_args()
    with runtime.using(jax.local_devices()[0]):
        main(not given.full, given.wide)
