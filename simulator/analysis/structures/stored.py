"""Structures stored with their run, in ``structures.json``: whole or not there, and of no other run."""

import contextlib
import hashlib
import json
import warnings

from simulator.analysis.run import Run
from simulator.analysis.structures.result import Structures
from simulator.engine import files, runtime, source_sha256
from simulator.errors import RunError, RunWarning
from simulator.estimate import to_json
from simulator.study.canonical import structures_to_dict

#: Name of the file in the folder of a run.
FILE = "structures.json"

#: Most paths on which each structure is computed, and on which the study as written is measured.
PATHS, WRITTEN = 2**15, 2**18


def key_of(run: Run) -> str:
    """Return the SHA-256 of what decides the numbers of a run's structures."""
    plan = run.plan
    decided = [
        run.study.hash,
        structures_to_dict(run.study.structures),
        [PATHS, WRITTEN],
        [plan.paths, plan.seed, plan.sampler, plan.dtype, plan.block_size],
        run.draws_key.to_dict(),
        source_sha256(run.model),
        runtime.versions()["strandline"],
    ]
    return hashlib.sha256(json.dumps(decided, sort_keys=True, default=str).encode()).hexdigest()


def stored(run: Run) -> Structures | None:
    """Return the structures that are stored with a run; None where there are none of this very run."""
    if run.directory is None or not run.study.structures:
        return None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        found = Structures.from_json(json.loads((run.directory / FILE).read_bytes()))
        return found if found.key == key_of(run) else None
    return None


def write(run: Run, found: Structures) -> None:
    """Store structures with their run, where that has a directory; a warning where it cannot be written."""
    if run.directory is None:
        return
    text = to_json(found.to_json()) + "\n"
    try:
        files.write_whole(run.directory / FILE, [text.encode()], flush=True)
    except RunError as error:
        warnings.warn(f"the structures of this run are not stored: {error}", RunWarning, stacklevel=4)
