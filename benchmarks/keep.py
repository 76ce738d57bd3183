"""What does a run cost that keeps a summary, against one that keeps its paths: time a path, memory, disk?

Each run is a process of its own, all paths and a summary in turns; of each the most memory that it had, what
is in its folder at its end, and the time of `simulate` with its kernel compiled. With `--full` also a billion
paths of the small model and 1e8 of the default study, which keep a summary alone: hours on two cores.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import harness

#: A run in a process of its own: what it prints is read back.
RUN = """
import json, resource, sys, time
from simulator import Study, load_study, simulate
study, paths, keep, folder = sys.argv[1], int(float(sys.argv[2])), sys.argv[3], sys.argv[4]
if study == "small":
    def value(draws):
        return {"value": draws["gain"] * draws["years"] - 3.0}
    priors = {"gain": {"family": "normal", "mean": 1.0, "sd": 0.5},
              "years": {"family": "lognormal", "median": 3.0, "sigma": 0.5}}
    rules = {"bull": {"value": {"min": 1.0}}, "bear": {"value": {"max": -1.0}}}
    asked = Study.from_dict({"priors": priors, "verdict": rules}, model=value)
else:
    asked = load_study(study)
simulate(asked, paths=8192, progress=False)  # compiled, and all imported
began, processor = time.perf_counter(), time.process_time()
run = simulate(asked, paths=paths, keep=keep, out=folder, progress=False)
simulated = time.perf_counter() - began, time.process_time() - processor
began = time.perf_counter()
summary = run.summarise()
bound = summary.to_json().get("quantile_bound", {})
print(json.dumps({
    "paths": run.plan.paths, "wall_s": simulated[0], "cpu_s": simulated[1],
    "summary_s": time.perf_counter() - began, **bound,
    "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10,
}))
"""
DEFAULT = "hyperscalers-2026-01"


def measured(study: str, paths: float, keep: str) -> dict[str, float]:
    """Return what a run of so many paths took."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "run"
        command = [sys.executable, "-c", RUN, study, str(paths), keep, str(place)]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ)
        disk = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return json.loads(found.stdout.splitlines()[-1]) | {"disk_mb": disk / 1e6}


def row(study: str, keep: str, one: dict[str, float]) -> list[object]:
    """Return the row of a run in the table."""
    return [
        study,
        keep,
        f"{one['paths']:,}",
        1e6 * one["wall_s"] / one["paths"],
        1e6 * one["cpu_s"] / one["paths"],
        one["summary_s"],
        one["memory_mib"],
        one["disk_mb"],
        one.get("metrics", float("nan")),
        one.get("conditional", float("nan")),
    ]


def main(quick: bool, default: float, small: float, repeats: int) -> None:
    runs = [(study, paths, keep) for study, paths in (("small", small), (DEFAULT, default)) for keep in KEEPS]
    turns = [[(one, keep, measured(one, paths, keep)) for one, paths, keep in runs] for _ in range(repeats)]
    if not quick:
        turns.append([(study, "summary", measured(study, paths, "summary")) for study, paths in LARGE])
    found = [one for turn in turns for one in turn]
    question = harness.question(__doc__)
    head = ["study", "keep", "paths", "wall us/path", "cpu us/path", "summary s", "MiB", "MB on disk"]
    head += ["bound / error", "given a verdict"]
    harness.tell(question, head, [row(*one) for one in found])
    results = [{"study": study, "keep": keep, **one} for study, keep, one in found]
    harness.keep("keep", question, {"quick": quick, "runs": results})


KEEPS = ("all", "summary")
#: Runs that keep a summary alone.
LARGE = (("small", 1e9), (DEFAULT, 1e8))

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--default", type=float, default=2**20, help="paths of the default study")
    parser.add_argument("--small", type=float, default=2**22, help="paths of the small model")
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    main(not given.full, given.default, given.small, given.repeats)
