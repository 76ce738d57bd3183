"""Whether this machine computes what it should: what it runs on, and what stands in the way."""

import os
import shutil
from collections.abc import Callable, Mapping
from importlib import metadata
from typing import Any, NamedTuple

from simulator.errors import StrandlineError, StudyError

#: What the extras of this package bring, by extra: the first that is installed.
EXTRAS = {"cuda": ("jax-cuda13-plugin", "jax-cuda12-plugin"), "dask": ("distributed",)}
#: First parts of the environment's variables that move a number or a device.
VARIABLES = ("JAX_", "XLA_", "CUDA_VISIBLE_DEVICES")


class Finding(NamedTuple):
    """One thing that was looked at: plain values by name, and what is wrong with it, if anything is."""

    values: Mapping[str, Any]
    fault: str = ""


def examine() -> dict[str, Finding]:
    """Return what was found, by what was looked at; what fails is a fault of its finding, not an error."""
    looks: Mapping[str, Callable[[], Finding]] = {
        "versions": _versions,
        "platform": _platform,
        "devices": _devices,
        "precision": _precision,
        "cache": _cache,
        "prior_sets": _prior_sets,
        "environment": _environment,
    }
    return {name: _guarded(look) for name, look in looks.items()}


def _guarded(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except StrandlineError as error:
        return Finding({}, str(error))
    except Exception as error:  # whatever it is, the others are still to be examined
        return Finding({}, f"{type(error).__name__}: {error}")


def _versions() -> Finding:
    from simulator.engine import runtime

    installed = {one.metadata["Name"].lower() for one in metadata.distributions()}
    extras = {
        extra: next((metadata.version(name) for name in names if name in installed), None)
        for extra, names in EXTRAS.items()
    }
    return Finding({**runtime.versions(), "extras": extras})


def _platform() -> Finding:
    from simulator.engine import runtime

    host = runtime.host()
    named = {name: host[name] for name in ("system", "machine", "processor")}
    return Finding({**named, "threads": host["cores"], "disk_free_bytes": shutil.disk_usage(".").free})


def _devices() -> Finding:
    from simulator.engine import runtime

    used, accelerators = runtime.device(), runtime.accelerators()
    others = [] if used in accelerators else used.client.local_devices()
    found = [{"kind": one.device_kind, "platform": one.platform} for one in (*accelerators, *others)]
    values = {"used": used.device_kind, "backend": used.platform, "all": found}
    return Finding(values | _calls(accelerators) if accelerators else values)


def _calls(accelerators: list[Any]) -> dict[str, Any]:
    """Return what a run of the newest set has of accelerators, which are of one kind."""
    from simulator.analysis.run.devices import structure_in
    from simulator.engine import Plan, choose, measured, runtime
    from simulator.study import load_study

    plan = Plan()
    structure = structure_in(load_study("latest"), plan)
    known = measured.known(structure, accelerators)
    return {
        "memory_bytes": runtime.memory_of(accelerators[0]),
        "batches_at_once": known.width if known else None,
        "auto": choose("auto", plan.paths, lambda: structure).why,
    }


def _precision() -> Finding:
    """Find out the bits of a sum in a compiled kernel, in both precisions, on each kind of device.

    Every number is an argument: of a constant the compiler knows that it adds and takes away the same.
    """
    import numpy as np

    from simulator.engine import runtime

    used = runtime.device()  # without one, this raises
    kinds = {used.device_kind: used} | {one.device_kind: one for one in runtime.accelerators()}
    bits: dict[str, int] = {}
    wrong: list[str] = []
    for kind, device in kinds.items():
        for dtype in ("float32", "float64"):
            with runtime.precision(dtype), runtime.using(device):
                one = np.ones(79, dtype)
                arguments = (np.exp2(-np.arange(1, 80)).astype(dtype), one, one)
                rest = np.asarray(runtime.compiled(_rest_of_sum, *arguments)(*arguments))
            name = dtype if device is used else f"{dtype} on {kind}"
            # Those behind the point are counted, and one stands before it.
            bits[name] = int(np.count_nonzero(rest)) + 1
            if bits[name] != np.finfo(dtype).nmant + 1:
                wrong.append(f"{name} has {bits[name]} bits")
    advice = "results of this machine are not those of others" if wrong else ""
    return Finding({"bits": bits}, "; ".join([*wrong, advice]) if wrong else "")


def _rest_of_sum(small: Any, added: Any, taken: Any) -> Any:
    """Return what of small numbers is left when one is added and one is taken away.

    They are two arguments: that both are the same is nothing that a compiler can find in the program.
    """
    return (small + added) - taken


def _cache() -> Finding:
    from simulator.engine import runtime

    runtime.prepare()
    folder = runtime.cache_in_use()
    if folder is None:
        where = runtime.kernel_cache()
        advice = "every start compiles anew, which takes seconds. Set XDG_CACHE_HOME to a folder of yours"
        return Finding({"folder": str(where), "writable": False}, f"{where} cannot be written: {advice}")
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return Finding({"folder": str(folder), "writable": True, "files": len(files), "bytes": size})


def _prior_sets() -> Finding:
    from simulator.study import load_study, shipped_sets

    found: dict[str, int] = {}
    faults: list[str] = []
    for name in shipped_sets():
        try:
            found[name] = len(load_study(name).priors)
        except StudyError as error:
            faults.append(f"{name}: {len(error.faults)} faults (strandline priors check {name})")
    if not found and not faults:
        faults.append("no prior set came with the program; install it again")
    return Finding(found, "; ".join(faults))


def _environment() -> Finding:
    return Finding({name: os.environ[name] for name in sorted(os.environ) if name.startswith(VARIABLES)})
