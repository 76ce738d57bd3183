"""How long is it from the command to the first verdict, against a bare import of JAX with one array?

Each figure is a process of its own, by the clock from its start to its end, or to the sentence that says
which verdict is the likeliest; processes take turns, so that load falls on all alike. A process finds the
machine code of its kernel on disk; "traced" is the same process without that, as before there were such
files: it traces the model, and JAX's own cache has what is compiled.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import harness

BARE = "import jax.numpy as jnp; jnp.ones(3).block_until_ready()"
#: A command in this process; `TRACED` before it leaves the files of machine code aside.
COMMAND = "import sys; from simulator.cli import main; sys.exit(main(sys.argv[1:]))"
TRACED = "from simulator.engine import executables; executables.file_of = lambda _: None; "
PATHS = ("--paths", "65536", "--quiet")
BELIEF = ("--set", "power.lead_time.northern_virginia=6")
#: What the first verdict says: one of two sentences.
VERDICT = ("is the likeliest verdict", "are too close to call")
#: Where the time of one process goes: each part is imported or done after those above it.
PARTS = """
import sys, time
began = last = time.perf_counter()
def done(name):
    global last
    now = time.perf_counter()
    print(f"{name}={now - last}")
    last = now
import jax.numpy as jnp
jnp.ones(3).block_until_ready()
done("import of JAX, one array")
from simulator import load_study
from simulator.analysis import structures
from simulator.analysis.run import simulate
from simulator.analysis.run.program import model_of, program
from simulator.engine import Plan, metric_kernel
from simulator.report import console, facts, terminal
done("other imports")
study = load_study("hyperscalers-2026-01")
done("reading the study")
plan = Plan(65536)
made = program(study, model_of(study, None), plan)
done("beliefs and sampler")
kernel = metric_kernel(made, plan)
done("kernel")
run = simulate(study, paths=65536, progress=False)
done("checks, and 65,536 paths")
summary = run.summarise()
terminal.print_verdict(console.errors(), summary, study)
done("statistics of the first verdict")
summary.to_json()
done("all other statistics")
found = structures.structures(run)
done("structures, 10 times 32,768 paths")
"""


def environment_with(cache: Path) -> dict[str, str]:
    """Return the environment of a user with this cache, whose modules are compiled to bytecode once."""
    own = {"XDG_CACHE_HOME": str(cache), "PYTHONPYCACHEPREFIX": str(cache / "bytecode")}
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own


def first_verdict(*arguments: str, cache: Path) -> None:
    """Run a command in a folder of its own until it says which verdict is the likeliest; then end it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", COMMAND, *arguments]
        with subprocess.Popen(
            command, cwd=folder, env=environment_with(cache), stdout=subprocess.PIPE, text=True
        ) as running:
            lines = running.stdout or ()
            found = any(text in line for line in lines for text in VERDICT)
            running.kill()
    if not found:
        message = f"strandline {' '.join(arguments)} said no verdict"
        raise RuntimeError(message)


def process(code: str, *arguments: str, cache: Path) -> str:
    """Run a process in a folder of its own, with this cache, and return what it printed."""
    environment = environment_with(cache)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, *arguments]
        found = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
    return found.stdout


def main(quick: bool) -> None:
    repeats = 2 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)

        def command(before: str, *settings: str) -> Callable[[], object]:
            return lambda: process(before + COMMAND, "run", *PATHS, *settings, cache=cache)

        began = time.perf_counter()
        process(COMMAND, "run", *PATHS, cache=cache)
        cold = time.perf_counter() - began
        calls = {
            "import of JAX, one array": lambda: process(BARE, cache=cache),
            "strandline --help": lambda: process(COMMAND, "--help", cache=cache),
            "strandline run, to the first verdict": lambda: first_verdict("run", *PATHS, cache=cache),
            "strandline run --set, to the first verdict": lambda: first_verdict(
                "run", *PATHS, *BELIEF, cache=cache
            ),
            "strandline run, to its end": command(""),
            "strandline run, to its end, traced": command(TRACED),
        }
        times = harness.interleaved(calls, repeats)
        parts = [process(PARTS, cache=cache).splitlines() for _ in range(repeats)]
    found = harness.ratios(times, dict.fromkeys(calls, 1.0), "import of JAX, one array")
    question = harness.question(__doc__)
    harness.tell(question, ["process", "ratio, median", "least", "most", "least s"], harness.rows(found))
    seconds: dict[str, list[float]] = {}
    for name, value in (line.split("=") for lines in parts for line in lines):
        seconds.setdefault(name, []).append(float(value))
    spent = {name: harness.spread(values) for name, values in seconds.items()}
    table: list[list[object]] = [[name, row["min"], row["median"]] for name, row in spent.items()]
    harness.tell("Where the time of one process goes  [s]", ["part", "least", "median"], table)
    harness.keep("start", question, {"quick": quick, "cold_s": cold, "starts": found, "parts": spent})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    main(quick=not parser.parse_args().full)
