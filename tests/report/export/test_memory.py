"""Memory does not grow with the number of paths."""

import subprocess
import sys
from pathlib import Path

import jax.numpy as jnp
import pytest

from simulator.analysis.run import simulate
from simulator.sampling import BATCH
from simulator.study import Study

ROOT = str(Path(__file__).parents[3])
FEW, MANY = 8 * BATCH, 64 * BATCH
#: Beside the keys, of 8 bytes each; as many as make the table far larger than what a process takes anyway.
METRICS = 60
PEAK = """
import resource, sys
from simulator import export, open_run
run = open_run(sys.argv[1])
export(run, sys.argv[2], paths=int(sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(run: Path, file: Path, paths: int) -> int:
    """Return the most memory that a process takes that writes so many paths  [bytes]."""
    command = [sys.executable, "-c", PEAK, str(run), str(file), str(paths)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return int(found.stdout) * 1024


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_many_paths_take_no_more_memory_than_some(tmp_path: Path, ending: str) -> None:
    """Eight times the paths add less than an eighth of their own size."""
    prior = {"family": "normal", "mean": 0.0, "sd": 1.0}

    def model(draws: dict) -> dict:
        return {f"metric.{place}": jnp.cos(place * draws["load"]) for place in range(METRICS)}

    simulate(Study.from_dict({"priors": {"load": prior}}, model=model), paths=MANY, out=tmp_path / "run")
    few, many = (peak(tmp_path / "run", tmp_path / f"paths.{ending}", paths) for paths in (FEW, MANY))
    added = (MANY - FEW) * (4 * (METRICS + 1) + 16)
    assert many - few < added / 8, (few, many, added)


@pytest.mark.slow
def test_nor_do_they_in_a_workbook(tmp_path: Path) -> None:
    """Ten times the paths add less than half of a hundred bytes each, and a row of a sheet has more."""
    prior = {"family": "normal", "mean": 0.0, "sd": 1.0}
    study = Study.from_dict({"priors": {"load": prior}}, model=lambda draws: {"twice": 2 * draws["load"]})
    simulate(study, paths=40 * BATCH, out=tmp_path / "run")
    few, many = (peak(tmp_path / "run", tmp_path / "paths.xlsx", paths) for paths in (4 * BATCH, 40 * BATCH))
    assert many - few < 36 * BATCH * 100 / 2, (few, many)
