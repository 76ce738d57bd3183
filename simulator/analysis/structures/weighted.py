"""Every structure of a run's study on the run's own draws, and the mixture of all by their weights."""

from collections.abc import Sequence
from itertools import count

from simulator.analysis.comparison.common_draws import CommonDraws
from simulator.analysis.run import Progress, Run
from simulator.analysis.run.agreement import alike
from simulator.analysis.run.program import with_model
from simulator.analysis.structures.figures import Measured, Structural, figures
from simulator.analysis.structures.result import Numbers, StructureResult, Structures
from simulator.analysis.structures.stored import FILE, PATHS, WRITTEN, key_of, stored, write
from simulator.engine import differs, runtime
from simulator.errors import RunError
from simulator.estimate import Number
from simulator.estimate.replicated import Replicated
from simulator.sampling import BATCH, STRIP
from simulator.study import Structure, shares


def structures(
    run: Run, *, threads: int | None = None, progress: Progress | None = None
) -> Structures | None:
    """Return what the structures of a run's study make of it; None where it has none.

    Each is computed on the first paths of the run, at most 2^15: a path is the same world but for the
    structure, so that changes have the errors of pairs. The study as written is measured on more of them, at
    most 2^18, for they are computed. The mixture takes every structure by its weight, with no noise from a
    choice. Where a structure holds priors at numbers no kernel is compiled for it. What was computed is
    stored with the run, as ``structures.json``, and read from there by the next call.

    Parameters
    ----------
    run
        The run.
    threads
        Cores to use; all by default. Changes no bit of a result.
    progress
        Called with the paths finished and the paths to be computed in all.

    Raises
    ------
    StudyError
        What a structure sets is not valid together with the rest of the study.
    GateError
        Some metric is not a number on some path of a structure.
    """
    if (known := stored(run)) is not None:
        return known
    found = computed(run, PATHS, threads, progress)
    if found is not None:
        write(run, found)
    return found


def verify(run: Run, *, threads: int | None = None, progress: Progress | None = None) -> tuple[str, ...]:
    """Compute the stored structures of a run again, and return the names of those that differ.

    Nothing where none are stored. They are computed on processors: on the kind that computed the run every
    bit is compared, and on another kind each number, by its standard error.

    Raises
    ------
    RunError
        What is stored is damaged, or of another study.
    """
    if run.directory is None or not (run.directory / FILE).exists():
        return ()
    known, again = stored(run), computed(run, PATHS, threads, progress)
    if known is None or again is None:
        message = f"{run.directory / FILE} is damaged, or not of this run; remove it"
        raise RunError(message)
    if known.to_json() == again.to_json():
        return ()
    pairs = list(zip(known.structures, again.structures, strict=True))
    host = runtime.host()
    if all(run.platform.get(key, host[key]) == host[key] for key in ("machine", "processor")):
        return tuple(one.name for one, other in pairs if one.to_json() != other.to_json()) or ("as written",)
    whole = _agree(again.written, known.written) and _agree(again.mixture, known.mixture)
    found = tuple(one.name for one, other in pairs if not _agree(other.statistics, one.statistics))
    return found or (() if whole else ("as written",))


def _agree(ours: Numbers, theirs: Numbers) -> bool:
    """Whether all numbers are as near as two kinds of processor compute them."""
    return ours.keys() == theirs.keys() and all(alike(one, theirs[name]) for name, one in ours.items())


def computed(
    run: Run, paths: int, threads: int | None = None, progress: Progress | None = None
) -> Structures | None:
    """Return structures as `structures` does, but stored nowhere.

    Parameters
    ----------
    run, threads, progress
        As `structures` takes them.
    paths
        Most paths of each structure.

    Raises
    ------
    StudyError, GateError
        As `structures` does.
    """
    study = with_model(run.study, run.model)
    weights = shares(study.structures)
    if not weights:
        return None
    asked = [one for one in study.structures if one.name in weights]
    batches = min(paths // BATCH, run.plan.batches)
    jobs, done = sum(bool(one.values) for one in asked) * batches + 1, count(1)

    def counted() -> None:
        finished = next(done)
        if progress is not None:
            progress(min(finished, jobs) * BATCH, jobs * BATCH)

    draws = CommonDraws(run.plan, study, threads or runtime.cores(), counted)
    structural = Structural(study, draws, figures(run.units, study.settings))
    written = _written(run, structural, max(batches, min(WRITTEN // BATCH, run.plan.batches)))
    first = structural.first(written, batches)
    parts = [structural.measured(one.name, one.values, batches) if one.values else first for one in asked]
    return _together(run, structural, written, first, asked, parts)


def mixed(parts: Sequence[Replicated], weights: Sequence[float]) -> Replicated:
    """Return statistics that are means over a mixture: the weighted sum, replicate by replicate."""
    value = sum(weight * part.value for weight, part in zip(weights, parts, strict=True))
    without = sum(weight * part.without for weight, part in zip(weights, parts, strict=True))
    return Replicated(value, without)  # pyright: ignore[reportArgumentType]


def _written(run: Run, structural: Structural, batches: int) -> Measured:
    """Return the study as written: as the run has it, where it has it and that is what is computed now."""
    if run.keep == "summary":
        return structural.measured("as written", {}, batches)
    settings, first = structural.sample({}, 1)
    sample = {name: run.metric(name)[:, : batches * STRIP] for name in first}
    if any(differs(sample[name][:, :STRIP], first[name]).any() for name in first):
        return structural.measured("as written", {}, batches)
    return structural.measure(settings, sample)


def _together(
    run: Run,
    structural: Structural,
    written: Measured,
    first: Measured,
    asked: Sequence[Structure],
    parts: Sequence[Measured],
) -> Structures:
    """Return the record of everything measured, changes from the study as written on the same paths."""
    weights = shares(run.study.structures)
    own = [weights[one.name] for one in asked]
    mixture = mixed([part.found for part in parts], own)

    def levels(one: Measured) -> dict[str, Number]:
        return structural.numbers(one.found, one.paths) | structural.quantiles([one], [1.0])

    results = tuple(
        StructureResult(
            one.name,
            one.title,
            weights[one.name],
            one.values,
            levels(part if one.values else written),
            structural.numbers(part.found - first.found, first.paths),
        )
        for one, part in zip(asked, parts, strict=True)
    )
    together = structural.numbers(mixture, first.paths) | structural.quantiles(parts, own)
    return Structures(
        key_of(run),
        first.paths,
        written.paths,
        run.plan.paths,
        structural.figures.leading,
        {name: one.unit for name, one in together.items()},
        levels(written),
        together,
        structural.numbers(mixture - first.found, first.paths),
        results,
    )
