"""What a tree says of its run, so that the tree alone, read back from any file, brings the run back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator import engine
from simulator.analysis.run.program import origin, remade
from simulator.errors import RunError, StrandlineError, UsageError
from simulator.sampling import BATCH, REPLICATES, STRIP, DrawsKey, earlier_draws_key
from simulator.study import Study
from simulator.study.canonical import plain
from simulator.study.changes import Change

if TYPE_CHECKING:
    from xarray import DataTree

#: The attribute of a tree's root that holds its record. One text, since every format of files keeps a text.
RECORD = "run"


class Record(NamedTuple):
    """What decides the numbers of a run, the name of its model, and the units of its metrics in order."""

    study: Study
    plan: engine.Plan
    model: str
    units: Mapping[str, str]
    draws_key: DrawsKey
    model_sha256: str


class Parts(NamedTuple):
    """What a tree has of a run, named as in `Run`."""

    study: Study
    plan: engine.Plan
    model: engine.Model
    store: engine.Store
    units: Mapping[str, str]
    not_finite: Mapping[str, Mapping[str, int]]
    recorded_key: DrawsKey


def told_of_run(
    study: Study, plan: engine.Plan, model: engine.Model, units: Mapping[str, str], key: DrawsKey
) -> str:
    """Return the record of a run as JSON text."""
    content = {"study": study.to_dict(), "plan": asdict(plan), "model": origin(model), "units": dict(units)}
    content |= {"study_hash": study.hash, "draws": key.to_dict(), "overrides": plain(study.changes)}
    content |= {"model_sha256": engine.source_sha256(model)}
    return json.dumps(content, default=dict, allow_nan=False)


def record_of(tree: "DataTree") -> Record:
    """Return what a tree says of its run.

    Raises
    ------
    UsageError
        It says nothing.
    RunError
        What it says is damaged, or is another study to this version.
    """
    if RECORD not in tree.attrs:
        message = f"found a DataTree without an attribute {RECORD!r}; allowed: one from run.to_datatree()"
        raise UsageError(message)
    return _read(str(tree.attrs[RECORD]))


# All that is drawn of one tree asks for its study.
@lru_cache(maxsize=8)
def _read(text: str) -> Record:
    try:
        content = json.loads(text)
        study = Study.from_dict(
            content["study"], changes=tuple(Change(**one) for one in content.get("overrides", ()))
        )
        plan = engine.Plan(**content["plan"])
        key = (
            DrawsKey(**content["draws"])
            if "draws" in content
            else earlier_draws_key(study, plan.seed, plan.sampler)
        )
        source = content.get("model_sha256", "")
        record = Record(study, plan, content["model"], content["units"], key, source)
        same = study.hash == content["study_hash"]
    except (ValueError, KeyError, TypeError, AttributeError, StrandlineError) as error:
        message = f"the attribute {RECORD!r} of this tree is not the record of a run: {error}"
        raise RunError(message) from error
    if not same:
        message = "this version of strandline reads this tree's study as another one; give the run itself"
        raise RunError(message)
    return record


def parts_of(tree: "DataTree", model: engine.Model | None) -> Parts:
    """Return a run's parts from its tree: see `Run.from_datatree`."""
    study, plan, made_by, units, key, source = record_of(tree)
    if model is not None and (other := engine.other_source(made_by, source, model)):
        message = f"the run of this tree was {other}"
        raise RunError(message)
    made = remade(study, model, made_by)
    if made is None:
        message = (
            f"this tree's run was made by the model {made_by}, of which a tree holds the name only; give the "
            "run itself, or Run.from_datatree(tree, model=...)"
        )
        raise UsageError(message)
    predicted = tree.children.get("prior_predictive", {})
    if missing := [name for name in units if name not in predicted]:
        message = f"this tree lacks metrics of its run: {', '.join(missing)}; give the run itself"
        raise UsageError(message)
    batches = _batches(predicted)
    store, tally = engine.MemoryStore(tuple(units), plan.dtype), engine.Tally(tuple(units))
    strips = [predicted[name].to_numpy().reshape(REPLICATES, batches, STRIP) for name in units]
    for batch in range(batches):
        values = np.stack([metric[:, batch].reshape(BATCH) for metric in strips])
        store.write(batch, values)
        tally.add(values)
    return Parts(replace(study, model=model), plan.first(batches), made, store, units, tally.found(), key)


def _batches(predicted: Any) -> int:
    """Return how many batches a tree has, or raise where it has not the first whole ones."""
    chains, draws = (predicted[name].to_numpy() for name in ("chain", "draw"))
    first = np.array_equal(chains, np.arange(REPLICATES)) and np.array_equal(draws, np.arange(draws.size))
    if not first or not draws.size or draws.size % STRIP:
        message = (
            f"found a DataTree of {draws.size} paths of each of {chains.size} replicates; allowed: the first "
            f"paths of all {REPLICATES}, a multiple of {STRIP} of each, as run.to_datatree() keeps unless "
            f"max_paths is no multiple of {BATCH}"
        )
        raise UsageError(message)
    return draws.size // STRIP
