"""How do time and memory grow with threads, paths, horizon and companies, and how long is a start?

Each figure is a process of its own: peak memory is the child's, and a start is cold (no compilation cache) or
warm. The small model is a difference of two lognormals.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import harness

import simulator

STUDY = "hyperscalers-2026-01"

#: What a child process does: one run, its times and its peak memory as JSON.
CHILD = """
import json, resource, sys, tempfile, time
start = time.perf_counter()
import simulator
asked = json.loads(sys.argv[1])
if asked["model"] == "small":
    priors = {n: {"family": "lognormal", "median": m, "sigma": 0.3} for n, m in (("a", 3.0), ("b", 2.0))}
    study = simulator.Study.from_dict({"priors": priors}, model=lambda d: {"y": d["a"] - d["b"]})
else:
    study = simulator.Study.from_dict(json.loads(sys.stdin.read()))
with tempfile.TemporaryDirectory() as folder:
    out = folder + "/run" if asked["stored"] else None
    run = simulator.simulate(study, paths=asked["paths"], threads=asked["threads"], out=out)
    if asked["summary"]:
        run.summary()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"compile_s": run.timings["compile"], "run_s": run.timings["total"] - run.timings["compile"],
                  "process_s": time.perf_counter() - start, "peak_bytes": peak}))
"""


def child(document: dict[str, Any] | None, **asked: Any) -> dict[str, float]:
    """Run a simulation in a process of its own."""
    asked = {
        "model": "study" if document else "small",
        "threads": None,
        "stored": False,
        "summary": False,
    } | asked
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(asked)],
        input=json.dumps(document, default=str) if document else "",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def repeated(count: int, document: dict[str, Any] | None, **asked: Any) -> dict[str, float]:
    """Least times and greatest memory of some repeats."""
    runs = [child(document, **asked) for _ in range(count)]
    return {
        key: (max if key == "peak_bytes" else min)(run[key] for run in runs)
        for key in ("compile_s", "run_s", "process_s", "peak_bytes")
    }


def with_companies(document: dict[str, Any], count: int) -> dict[str, Any]:
    """The study with so many companies: the first ones, or clones of them with priors of their own."""
    names = [company["name"] for company in document["company"]]
    owners = [c for c in names if any(key.endswith(f".{c}") for key in document["priors"])]
    made = json.loads(json.dumps(document, default=str))
    made["company"] = made["company"][:count]
    for k in range(len(names), count):
        old, new = owners[k % len(owners)], f"clone_{k}"
        made["company"].append({"name": new, "title": new, "exposure": []})
        for key, prior in list(made["priors"].items()):
            parts = key.split(".")
            if old in parts:
                clone = ".".join(new if part == old else part for part in parts)
                made["priors"][clone] = prior
    # evidence is about the four companies, and is not what is timed
    return {key: value for key, value in made.items() if key not in ("check", "contradiction")}


def start(command: list[str], cache: Path, repeats: int) -> dict[str, float]:
    """Seconds of a command from its start to its end, with this cache of compiled programs."""
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return {"min": min(times), "median": statistics.median(times), "max": max(times)}


def main(quick: bool) -> None:
    question = harness.question(__doc__)
    document = simulator.load_study(STUDY).to_dict()
    document = {key: value for key, value in document.items() if key not in ("check", "contradiction")}
    repeats, base = (1, 2**15) if quick else (5, 2**18)
    found: dict[str, dict[str, dict[str, float]]] = {}

    found["threads"] = {str(n): repeated(repeats, document, paths=base, threads=n) for n in (1, 2)}
    powers = (4, 5) if quick else (4, 5, 6, 7)
    found["paths, default study"] = {
        f"1e{p}": repeated(1 if p > 5 else repeats, document, paths=10**p, stored=True, summary=True)
        for p in powers
    }
    powers = (4, 5, 6) if quick else (4, 5, 6, 7, 8)
    found["paths, small model"] = {
        f"1e{p}": repeated(1 if p > 6 else repeats, None, paths=10**p, stored=True, summary=True)
        for p in powers
    }
    found["horizon"] = {}
    for quarters in (12, 24) if quick else (12, 24, 36, 48, 60):
        study = document["study"] | {"horizon_quarters": quarters}
        order = [name for name in study["order"] if not name.startswith("shock.")]
        longer = document | {"study": study | {"order": order}}
        found["horizon"][str(quarters)] = repeated(repeats, longer, paths=base)
    found["companies"] = {
        str(n): repeated(repeats, with_companies(document, n), paths=base)
        for n in ((2, 4) if quick else (2, 4, 8))
    }
    rows = []
    for what, by_size in found.items():
        first = next(iter(by_size.values()))
        for size, row in by_size.items():
            rows.append([what, size, row["run_s"] / first["run_s"], row["run_s"], row["compile_s"],
                         row["peak_bytes"] / 2**30])  # fmt: skip
    harness.tell(question, ["", "", "run over the first's", "run s", "compile s", "peak GiB"], rows)

    strandline = [sys.executable, "-m", "simulator.cli"]
    paths = ["run", "--quiet", "--json", "--paths", "65536"]
    starts = {}
    with tempfile.TemporaryDirectory() as cold, tempfile.TemporaryDirectory() as warm:
        starts["--help"] = start([*strandline, "--help"], Path(warm), 5)
        starts["run, cold"] = start([*strandline, *paths], Path(cold), 1)
        starts["run, warm"] = start([*strandline, *paths], Path(cold), 2 if quick else 5)
        if not quick:
            paths[-1] = "1000000"
            starts["a million paths, warm"] = start([*strandline, *paths], Path(cold), 3)
    table = [[name, row["min"], row["median"], row["max"]] for name, row in starts.items()]
    harness.tell("From command to result, in seconds", ["", "least", "median", "most"], table)
    harness.keep("scaling", question, {"quick": quick, "sizes": found, "starts": starts})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="to 1e8 paths, on a quiet machine: an hour or less"
    )
    main(not parser.parse_args().full)
