"""A run as an ArviZ tree, whose record makes it a run again when it is read back from any file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simulator.analysis.run.program import origin, priors_of, remade
from simulator.analysis.run.recomputed import draws
from simulator.analysis.run.record import RunRecord
from simulator.engine import (
    MemoryStore,
    Model,
    NonFiniteCounts,
    Plan,
    current_names,
    other_source,
    source_sha256,
)
from simulator.errors import RunError, StrandlineError, UsageError
from simulator.estimate import to_datatree
from simulator.sampling import BATCH, REPLICATES, STRIP, DrawsKey, earlier_draws_key
from simulator.study import Study
from simulator.study.canonical import plain
from simulator.study.changes import Change
from simulator.whole_numbers import whole

if TYPE_CHECKING:
    from xarray import DataTree

#: The attribute of a tree's root that holds its record. One text, since every format of files has texts.
RECORD = "run"


class TreeRecord(NamedTuple):
    """What decides the numbers of a run, the name of its model, and the units of its metrics in order."""

    study: Study
    plan: Plan
    model: str
    units: Mapping[str, str]
    draws_key: DrawsKey
    model_sha256: str


def as_tree(run: RunRecord, max_paths: int | None) -> "DataTree":
    """Return draws and metrics of a run as a tree, with the record of the run: see `Run.to_datatree`."""
    plan = run.plan
    count = plan.paths if max_paths is None else min(plan.paths, whole("max_paths", max_paths, 1))
    batches = -(-count // BATCH)
    priors = priors_of(run.study, run.model)
    fixed = {
        name: float(prior.parameters["value"]) for name, prior in priors.items() if prior.family == "fixed"
    }
    random = [name for name in priors if name not in fixed]
    drawn = draws(run, random, batches * BATCH)
    metrics = {name: run.store.read(name, batches) for name in run.names}
    verdicts = {name: codes[:, : batches * STRIP] for name, codes in run.verdicts.items()}
    tree = to_datatree(
        metrics | verdicts,
        {name: values.reshape(*values.shape[:-1], REPLICATES, -1) for name, values in drawn.items()},
        units=dict(run.units) | {name: priors[name].unit for name in random},
        attributes={
            "study": run.study.name,
            "study_hash": run.study.hash,
            "seed": plan.seed,
            "sampler": plan.sampler,
            "paths_of_run": plan.paths,
        },
        fixed=fixed,
        max_paths=count,
    )
    tree.attrs[RECORD] = _record_text(run)
    return tree


def _record_text(run: RunRecord) -> str:
    """Return the record of a run as JSON text."""
    content = {
        "study": run.study.to_dict(),
        "plan": asdict(run.plan),
        "model": origin(run.model),
        "units": dict(run.units),
        "study_hash": run.study.hash,
        "draws": run.draws_key.to_dict(),
        "overrides": plain(run.study.changes),
        "model_sha256": source_sha256(run.model),
    }
    return json.dumps(content, default=dict, allow_nan=False)


def record_of(tree: "DataTree") -> TreeRecord:
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
def _read(text: str) -> TreeRecord:
    try:
        content = json.loads(text)
        study = Study.from_dict(
            content["study"], changes=tuple(Change(**one) for one in content.get("overrides", ()))
        )
        plan = Plan(**current_names(content["plan"]))
        key = (
            DrawsKey(**content["draws"])
            if "draws" in content
            else earlier_draws_key(study, plan.seed, plan.sampler)
        )
        record = TreeRecord(
            study, plan, content["model"], content["units"], key, content.get("model_sha256", "")
        )
        same = study.hash == content["study_hash"]
    except (ValueError, KeyError, TypeError, AttributeError, StrandlineError) as error:
        message = f"the attribute {RECORD!r} of this tree is not the record of a run: {error}"
        raise RunError(message) from error
    if not same:
        message = "this version of strandline reads this tree's study as another one; give the run itself"
        raise RunError(message)
    return record


def parts_of(tree: "DataTree", model: Model | None) -> dict[str, Any]:
    """Return the fields of a run from its tree: see `Run.from_datatree`."""
    study, plan, made_by, units, key, source = record_of(tree)
    if model is not None and (other := other_source(made_by, source, model)):
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
    store, counts = MemoryStore(tuple(units), plan.dtype), NonFiniteCounts(tuple(units))
    strips = [predicted[name].to_numpy().reshape(REPLICATES, batches, STRIP) for name in units]
    for batch in range(batches):
        values = np.stack([metric[:, batch].reshape(BATCH) for metric in strips])
        store.write(batch, values)
        counts.add(values)
    return {
        "study": replace(study, model=model),
        "plan": plan.first(batches),
        "model": made,
        "store": store,
        "units": units,
        "not_finite": counts.found(),
        "recorded_key": key,
    }


def _batches(predicted: Any) -> int:
    """Return how many batches a tree has, or raise where it has not the first whole ones."""
    chains, draws = (predicted[name].to_numpy() for name in ("chain", "draw"))
    first = np.array_equal(chains, np.arange(REPLICATES)) and np.array_equal(draws, np.arange(draws.size))
    if not first or not draws.size or draws.size % STRIP:
        message = (
            f"found a DataTree of {draws.size} paths of each of {chains.size} replicates; allowed: the first "
            f"paths of all {REPLICATES}, a multiple of {STRIP} of each, as run.to_datatree() takes unless "
            f"max_paths is no multiple of {BATCH}"
        )
        raise UsageError(message)
    return draws.size // STRIP
