"""A study simulated: `simulate` computes a run, `open_run` reads one back, and a `Run` answers questions."""

import contextlib
import difflib
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from jaxtyping import Float, Int8, Shaped

from simulator import engine
from simulator.beliefs import compile_beliefs
from simulator.engine import runtime
from simulator.errors import Fault, GateError, RunError, StudyError, UsageError
from simulator.estimate import SamplerName, derive, summarise, to_datatree
from simulator.sampling import ROUND, STRIP, by_replicate, make_sampler
from simulator.study import Prior, Study, check_units

if TYPE_CHECKING:
    from xarray import DataTree

#: A run without a directory that is larger than this streams to a scratch directory  [bytes]
MEMORY_LIMIT = 2**28

#: Called with the paths finished and the paths asked for.
type Progress = Callable[[int, int], None]


class Interrupted(KeyboardInterrupt):
    """A run was interrupted; `run` holds the rounds that were finished, or None where there were none."""

    exit_code = 130

    def __init__(self, message: str, run: "Run | None") -> None:
        super().__init__(message)
        self.run = run


class NotFiniteError(GateError):
    """A run is complete, and some metric has paths that are not numbers; `run` is that run."""

    def __init__(self, message: str, run: "Run") -> None:
        super().__init__(message)
        self.run = run


class Difference(NamedTuple):
    """Where a stored run is not what is computed again; without a metric, a round missing or damaged."""

    round: int
    metric: str
    paths: int


@dataclass(frozen=True, eq=False)
class Run:
    """The outcome of a study: its metrics path by path, and anything else by computing it again.

    Parameters
    ----------
    study
        As resolved.
    plan
        Number of paths, seed, sampler, lanes, precision.
    model
        The function of named draws that made the metrics.
    store
        Holds the metrics.
    units
        Of every metric, by name, in the model's order.
    directory
        Where the run is kept, if it is.
    status
        "complete", or "interrupted" for the part of a run that was finished.
    not_finite
        Per metric that has any, the number of its paths that are "nan" and "infinite".
    """

    study: Study
    plan: engine.Plan
    model: engine.Model
    store: engine.Store
    units: Mapping[str, str]
    directory: Path | None = None
    status: str = "complete"
    not_finite: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the metrics, in the model's order."""
        return tuple(self.units)

    def metric(self, name: str) -> Shaped[np.ndarray, "replicate point"]:
        """Return one metric of every path, [replicate, point]."""
        return by_replicate(self.store.read(name, self.plan.rounds))

    @property
    def metrics(self) -> Mapping[str, Shaped[np.ndarray, "replicate point"]]:
        """All metrics by name, each read when it is asked for."""
        return _Metrics(self)

    @cached_property
    def verdicts(self) -> dict[str, Int8[np.ndarray, "replicate point"]]:
        """The passes of the scorecard and the verdict of every path, by the study's rules.

        `scorecard_passes.<entity>` is a number of items; `verdict.<entity>` is 1 for bull, 0 for base and -1
        for bear.
        """
        return derive(self.metrics, self.study.settings.scorecard, self.study.settings.verdicts)

    def summary(self) -> dict[str, Any]:
        """Return every metric's statistics with their errors, and the verdicts: what `--json` prints."""
        return summarise(
            self.metrics,
            units=self.units,
            study=self.study.name,
            study_hash=self.study.hash,
            seed=self.plan.seed,
            sampler=cast(SamplerName, self.plan.sampler),
            scorecard=self.study.settings.scorecard,
            rules=self.study.settings.verdicts,
        )

    def to_datatree(self, max_paths: int | None = 2**18) -> "DataTree":
        """Return draws and metrics as an ArviZ-ready tree, replicates as chains.

        Parameters
        ----------
        max_paths
            Paths kept at most, the first of every replicate; None keeps all, in memory.
        """
        kept = self.plan.paths if max_paths is None else min(self.plan.paths, max_paths)
        priors = _priors(self.study, self.model)
        fixed = {
            name: float(prior.parameters["value"])
            for name, prior in priors.items()
            if prior.family == "fixed"
        }
        random = [name for name in priors if name not in fixed]
        drawn = self.draws(random, -(-kept // ROUND) * ROUND)
        plan = self.plan
        return to_datatree(
            {**self.metrics, **self.verdicts},
            {name: by_replicate(values) for name, values in drawn.items()},
            units=dict(self.units) | {name: priors[name].unit for name in random},
            attributes={
                "study": self.study.name,
                "study_hash": self.study.hash,
                "seed": plan.seed,
                "sampler": plan.sampler,
            },
            fixed=fixed,
            max_paths=kept,
        )

    def draws(
        self, names: Iterable[str] | None = None, paths: int | None = None
    ) -> dict[str, Shaped[np.ndarray, "*size path"]]:
        """Return named draws of the first paths, computed again: [path], or [size, path].

        Parameters
        ----------
        names
            Of priors and shocks; every prior by default.
        paths
            How many; those of the run by default.
        """
        wanted = tuple(self.study.priors if names is None else names)

        def observe(draws: Mapping[str, Any]) -> dict[str, Any]:
            for name in wanted:
                if name not in draws:
                    raise UsageError(_unknown("draw", name, draws))
            return {name: draws[name] for name in wanted}

        return self._observed(observe, self.plan.paths if paths is None else paths)

    def series(self, paths: int = ROUND) -> dict[str, Float[np.ndarray, "quarter *row path"]]:
        """Return the model's series by quarter for the first paths, computed again.

        Raises
        ------
        UsageError
            The model has none: no attribute `series`.
        """
        series = getattr(self.model, "series", None)
        if series is None:
            message = (
                "this run's model has no series; a model has them by an attribute `series`, called as it is"
            )
            raise UsageError(message)
        return self._observed(series, paths)

    def verify(self, rounds: int | None = None) -> tuple[Difference, ...]:
        """Compute stored rounds again, and return where they differ in any bit: nowhere, if all is well.

        Parameters
        ----------
        rounds
            How many, spread evenly over the run; all by default.
        """
        kernel = engine.MetricKernel(self._program, self.plan)
        count = self.plan.rounds if rounds is None else min(rounds, self.plan.rounds)
        found = []
        for round in sorted(set(np.linspace(0, self.plan.rounds - 1, count).round().astype(int).tolist())):
            stored = self.store.load(round)
            if stored is None:
                found.append(Difference(round, "", ROUND))
                continue
            paths = engine.differs(kernel(round), stored).sum(axis=1)
            found += [Difference(round, self.names[row], int(paths[row])) for row in np.flatnonzero(paths)]
        return tuple(found)

    @cached_property
    def _program(self) -> engine.Program:
        return _program(self.study, self.model, self.plan)

    def _observed(self, observe: Callable[..., Any], paths: int) -> dict[str, np.ndarray]:
        plan = self.plan.first(-(-paths // ROUND))
        kernel = engine.Kernel(self._program, plan, observe)
        rounds = [kernel(round) for round in range(plan.rounds)]
        return {
            name: np.concatenate([round[name] for round in rounds], axis=-1)[..., :paths]
            for name in kernel.outputs
        }


class _Metrics(Mapping[str, Shaped[np.ndarray, "replicate point"]]):
    """A run's metrics, read one at a time, so that memory does not grow with their number."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, name: str) -> Shaped[np.ndarray, "replicate point"]:
        if name not in self._run.units:
            raise KeyError(name)
        return self._run.metric(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.units)

    def __len__(self) -> int:
        return len(self._run.units)


def simulate(
    study: Study,
    *,
    model: engine.Model | None = None,
    paths: int = 2**18,
    seed: int = 0,
    sampler: str = "rqmc",
    threads: int | None = None,
    out: str | Path | None = None,
    lanes: int = STRIP,
    dtype: str = "float32",
    progress: Progress | None = None,
) -> Run:
    """Run a study: draw its priors, compute the model's metrics on every path, keep them.

    A path's draws follow from the seed, the prior's name and the path's number alone. With `out`, the same
    call after a run was stopped, in whatever way, computes what is missing and ends with the same bytes.

    Parameters
    ----------
    study
        From `load_study` or `Study.from_dict`.
    model
        Function of named draws, each with a last axis of paths, that returns named metrics; the study's own
        by default, and the build-out model where it has none.
    paths
        How many; made up to whole rounds of 8192.
    seed
        Which draws.
    sampler
        "rqmc": scrambled Sobol points in 32 replicates. "mc": plain Monte Carlo.
    threads
        Cores to use; all by default. Changes no bit of a result.
    out
        Run directory, new or of this very run. None keeps a small run in memory and a large one in a scratch
        directory that goes when the run does.
    lanes
        Paths in flight at once in a thread: 64, 128 or 256. Moves no draw; of a large model's metrics it may
        move the last bits.
    dtype
        "float32" or "float64".
    progress
        Called with the paths finished and the paths asked for, after each round.

    Raises
    ------
    NotFiniteError
        At the end, if a metric has a NaN, or an infinity that its model does not allow.
    Interrupted
        On Ctrl-C, with what was finished kept.
    """
    started = time.perf_counter()
    plan = engine.Plan(paths, seed, sampler, lanes, dtype)
    if threads is not None and threads < 1:
        message = f"threads: found {threads}; allowed: 1 or more"
        raise UsageError(message)
    model = _model(study, model)
    directory = None if out is None else Path(out)
    with engine.held(directory) if directory else contextlib.nullcontext():
        kernel = engine.MetricKernel(_program(study, model, plan), plan)
        manifest, store = _begun(directory, _manifest(study, model, plan, kernel.metrics))
        journal = engine.Journal(directory, manifest)
        tally = engine.Tally(kernel.metrics)

        def kept(rounds: int) -> None:
            journal.note(rounds)
            if progress is not None:
                progress(rounds * ROUND, plan.paths)

        def closed(status: engine.Status, rounds: int) -> Run:
            timings = {"compile": kernel.seconds, "total": time.perf_counter() - started}
            found = tally.found()
            journal.close(status, timings, found)
            part = plan.first(rounds)
            return Run(study, part, model, store, manifest.metrics, directory, status, found, timings)

        try:
            engine.fill(kernel, store, plan.rounds, threads or runtime.cores(), tally, kept)
        except KeyboardInterrupt as error:
            rounds = engine.leading(store.done())
            message = f"interrupted after {rounds * ROUND} of {plan.paths} paths"
            part = closed("interrupted", max(rounds, 1))
            raise Interrupted(message, part if rounds else None) from error
        except BaseException:
            with contextlib.suppress(RunError):
                closed("failed", plan.rounds)
            raise
        run = closed("complete", plan.rounds)
    allowed = getattr(model, "may_be_infinite", ())
    if faults := engine.faults(run.not_finite, allowed, plan.paths):
        raise NotFiniteError("\n  ".join(["metrics that are not finite:", *faults]), run)
    return run


def open_run(path: str | Path, model: engine.Model | None = None) -> Run:
    """Return the run in a run directory; of one that was not finished, the part that was.

    Parameters
    ----------
    path
        The run directory.
    model
        The function that made it, where that was not the build-out model: a manifest holds its name only. It
        is needed for what is computed again (draws, series, verify), not for the metrics.
    """
    directory = Path(path)
    manifest, store = engine.reopen(directory)
    whole = manifest.status == "complete"
    rounds = manifest.plan.rounds if whole else engine.leading(store.done())
    if rounds == 0:
        message = f"{directory} holds a run of which no round was finished; give its command again"
        raise RunError(message)
    study = Study.from_dict(manifest.study, model=model)
    return Run(
        study,
        manifest.plan.first(rounds),
        _remade(study, model, manifest.model),
        store,
        manifest.metrics,
        directory,
        "complete" if whole else "interrupted",
        manifest.not_finite,
        manifest.timings,
    )


def place(root: str | Path, study: Study, **plan: Any) -> Path:
    """Return where a run belongs under `root`: an unfinished one of the same study and plan, or a new folder.

    Parameters
    ----------
    root
        Folder of run directories.
    study
        The study to be run.
    plan
        Of `simulate`'s arguments: paths, seed, sampler, dtype.
    """
    return engine.place(Path(root), study.name, study.hash, engine.Plan(**plan))


def _manifest(
    study: Study, model: engine.Model, plan: engine.Plan, metrics: tuple[str, ...]
) -> engine.Manifest:
    units = getattr(model, "metric_units", {})
    return engine.Manifest(
        study=study.to_dict(),
        study_hash=study.hash,
        plan=plan,
        model=_origin(model),
        metrics={name: units.get(name, "") for name in metrics},
        versions=runtime.versions(),
        platform=runtime.host(),
    )


def _begun(directory: Path | None, manifest: engine.Manifest) -> tuple[engine.Manifest, engine.Store]:
    """Return the manifest and the store of a run: on disk, in memory, or in a scratch directory."""
    if directory is not None:
        return engine.begin(directory, manifest)
    metrics, plan = tuple(manifest.metrics), manifest.plan
    if len(metrics) * plan.paths * np.dtype(plan.dtype).itemsize <= MEMORY_LIMIT:
        return manifest, engine.MemoryStore(metrics, plan.dtype)
    scratch = tempfile.mkdtemp(prefix="strandline-")
    store = engine.ZarrStore(Path(scratch), metrics, plan.dtype)
    weakref.finalize(store, shutil.rmtree, scratch, ignore_errors=True)
    store.prepare(plan.rounds)
    return manifest, store


def _model(study: Study, model: engine.Model | None) -> engine.Model:
    if model is not None or study.model is not None:
        return cast(engine.Model, model or study.model)
    from simulator.model import Buildout

    if not study.settings.companies:
        message = "the study has neither a model nor companies: give a model, a function of named draws"
        raise UsageError(message)
    return Buildout(study.settings)


def _remade(study: Study, model: engine.Model | None, origin: str) -> engine.Model:
    """Return the model of a stored run, or one that says which is missing when it is called."""
    if model is not None:
        return model
    if study.settings.companies and origin == _origin(made := _model(study, None)):
        return made

    def missing(draws: Mapping[str, Any]) -> dict[str, Any]:
        message = f"this run was made by the model {origin}; pass it: open_run(path, model=...)"
        raise UsageError(message)

    return missing


def _program(study: Study, model: engine.Model, plan: engine.Plan) -> engine.Program:
    beliefs = compile_beliefs(_priors(study, model), study.dependence, _own_shocks(study, model))
    return engine.Program(beliefs, make_sampler(plan.sampler, plan.seed, study.order, plan.lanes), model)


def _priors(study: Study, model: engine.Model) -> Mapping[str, Prior]:
    """Return the study's priors, in the units of the model's inputs where it declares them."""
    inputs = getattr(model, "inputs", None)
    if inputs is None:
        return study.priors
    priors, faults = check_units(study, inputs)
    if faults:
        raise StudyError(faults)
    return priors


def _own_shocks(study: Study, model: engine.Model) -> dict[str, Any]:
    """Return the shocks that the study leaves to the model: a prior of a shock's name takes its place."""
    shocks: Mapping[str, Any] = getattr(model, "shocks", {})
    given = [study.priors[name] for name in shocks.keys() & study.priors.keys()]
    faults = [
        Fault(prior.file, f"{prior.name}.size", str(prior.size), f"{shocks[prior.name].size}, one a quarter")
        for prior in given
        if prior.size not in (None, shocks[prior.name].size)
    ]
    if faults:
        raise StudyError(faults)
    return {name: shock for name, shock in shocks.items() if name not in study.priors}


def _origin(model: engine.Model) -> str:
    """Return a model's module and name, as far as it has any."""
    name = getattr(model, "__qualname__", type(model).__qualname__)
    return f"{model.__module__}.{name}"


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known)}"
    return f"there is no {kind} {name!r}; {hint}"
