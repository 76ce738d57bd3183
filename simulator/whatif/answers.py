"""Questions answered: the study that is asked for, its paths batch by batch, and the run that they make."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.analysis import structures
from simulator.analysis.run import Run
from simulator.analysis.run.program import model_of, remarks_on
from simulator.analysis.run.requirements import refuse_rules
from simulator.analysis.run.simulation import refuse_early
from simulator.engine import MemoryStore, NonFiniteCounts, Plan, non_finite_faults, on_threads
from simulator.errors import Fault, StudyError, did_you_mean, in_order, text_of
from simulator.sampling import BATCH, REPLICATES, STRIP
from simulator.study import Study
from simulator.whatif.kernels import Kernels
from simulator.whatif.prepared import Prepared
from simulator.whatif.questions import Question, QuestionError
from simulator.whatif.recent import Recent
from simulator.whatif.series import series_names
from simulator.whole_numbers import PATHS

#: Studies that are remembered, each with its first batch, some 2.5 MB of the build-out.
REMEMBERED = 16
#: Of each number of an answer by path.
FLOAT = np.dtype("<f4")

#: Called before each batch, in any thread: raises where nobody waits for the answer any more.
type Wanted = Callable[[], None]
#: Called with the paths finished and the paths asked for.
type Progress = Callable[[int, int], None]


class Asked(NamedTuple):
    """A question whose study is ready to be computed.

    Attributes
    ----------
    question
        What is asked.
    prepared
        Computes it.
    plan
        On which draws: whole batches.
    """

    question: Question
    prepared: Prepared
    plan: Plan

    @property
    def size(self) -> int:
        """Bytes of the whole answer by path."""
        return len(self.prepared.metrics) * self.question.paths * FLOAT.itemsize


class Answers:
    """Answers to questions about one study, on the same draws.

    Parameters
    ----------
    study
        As written, with its model if that is not its domain's.
    plan
        Seed, sampler, size of a block and precision.
    threads
        On which each answer is computed.
    """

    def __init__(self, study: Study, plan: Plan, threads: int) -> None:
        self.study = study.override({})  # the same, and its parts need not be taken apart for every question
        self._plan, self._threads = plan, threads
        self._kernels = Kernels(plan.first(PATHS // BATCH))
        self._studies, self._structures = Recent[Prepared](REMEMBERED), Recent[Study](REMEMBERED)

    def as_written(self) -> Prepared:
        """Return the study as written, ready to be computed.

        Raises
        ------
        StudyError
            It does not fit its model.
        StrandlineError
            The model cannot compute it.
        """
        return self._studies.get(_key(Question()), lambda: self._prepared(self.study))

    def ask(self, question: Question) -> Asked:
        """Return what a question asks for, ready to be computed: compiled, where it has to be.

        Raises
        ------
        QuestionError
            With all faults of the question and of the study that it asks for.
        StrandlineError
            The model cannot compute that study.
        """
        faults = question.faults
        try:
            if not faults:
                prepared = self._studies.get(_key(question), lambda: self._prepared(self._study_of(question)))
                return Asked(question, prepared, self._plan.first(-(-question.paths // BATCH)))
            refuse_early(None, self._study_of(question), None)
        except StudyError as error:
            faults = (*faults, *error.faults)
        raise QuestionError(in_order(faults))

    def run(self, asked: Asked, wanted: Wanted, progress: Progress) -> Run:
        """Return the run of a question, whose numbers are those of `simulate`."""
        prepared, plan = asked.prepared, asked.plan
        store, counts = MemoryStore(prepared.metrics, plan.dtype), NonFiniteCounts(prepared.metrics)

        def take(batch: int, metrics: Float[np.ndarray, "metric path"]) -> None:
            store.write(batch, metrics)
            counts.add(metrics)
            progress((batch + 1) * BATCH, plan.paths)

        self._compute(asked, wanted, take)
        known: Mapping[str, str] = getattr(prepared.model, "metric_units", {})
        units = {name: known.get(name, "") for name in prepared.metrics}
        return Run(prepared.study, plan, prepared.model, store, units, not_finite=counts.found())

    def summary(
        self, asked: Asked, wanted: Wanted, progress: Progress
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the object that ``strandline run --json`` prints, and what is to be known of it.

        Parameters
        ----------
        asked
            From `ask`. The structures of the study are part of the object where the question wants them.
        wanted, progress
            Called before and after each batch.

        Raises
        ------
        StrandlineError
            A structure of the study cannot be computed.
        """
        run = self.run(asked, wanted, progress)
        faults = non_finite_faults(run.not_finite, run.model, run.plan.paths)
        found = run.summary()
        if asked.question.structures and not faults:
            others = structures.structures(run, threads=self._threads, progress=lambda *_: wanted())
            found |= {} if others is None else {"structures": others.to_json()}
        return found, (*asked.prepared.remarks, *(f"not finite: {fault}" for fault in faults))

    def send_paths(self, asked: Asked, wanted: Wanted, send: Callable[[bytes], object]) -> None:
        """Hand on the metrics of every path, batch by batch: float32, little-endian, [metric, path].

        Parameters
        ----------
        asked, wanted
            As above.
        send
            Called with each batch. Of fewer paths than a batch those are the first points of each replicate.
        """
        points = min(asked.question.paths // REPLICATES, STRIP)

        def take(_: int, metrics: Float[np.ndarray, "metric path"]) -> None:
            send(metrics.reshape(-1, REPLICATES, STRIP)[..., :points].astype(FLOAT).tobytes())

        self._compute(asked, wanted, take)

    def series(self, asked: Asked, wanted: Wanted) -> bytes:
        """Return what the page charts over time, of the first batch at most: float32, little-endian.

        Parameters
        ----------
        asked, wanted
            As above.

        Returns
        -------
        bytes
            [series, quarter, path], series in the order of `series_names`.
        """
        study, model = asked.prepared.study, asked.prepared.model
        if not (names := series_names(study, model)):
            return b""
        kernel = self._kernels.over_time(study, model)
        wanted()
        found, points = kernel(0), min(asked.question.paths // REPLICATES, STRIP)
        rows = (found[name].reshape(-1, REPLICATES, STRIP)[..., :points] for name in names)
        return b"".join(row.astype(FLOAT).tobytes() for row in rows)

    def _compute(
        self, asked: Asked, wanted: Wanted, take: Callable[[int, Float[np.ndarray, "metric path"]], None]
    ) -> None:
        def work(batch: int) -> Float[np.ndarray, "metric path"]:
            wanted()
            return asked.prepared.batch(batch)

        on_threads(work, range(asked.plan.batches), take, min(self._threads, asked.plan.batches))

    def _prepared(self, study: Study) -> Prepared:
        refuse_early(None, study, None)
        model = model_of(study, None)
        remarks = remarks_on(study, model, self._plan.dtype)
        kernel = self._kernels.of(study, model)
        refuse_rules(study, kernel.metrics)
        return Prepared(study, model, kernel, remarks)

    def _study_of(self, question: Question) -> Study:
        """Return the study that a question asks for, or raise with all that keeps it from being one."""
        study, faults = self.study, list[Fault]()
        known = {one.name: one.values for one in self.study.structures}
        if question.structure in known:
            values = known[question.structure]
            study = self._structures.get(question.structure, lambda: self.study.override(values))
        elif question.structure is not None:
            allowed = ", ".join(known) or "null: the study has no structures"
            advice = did_you_mean(question.structure, known)
            faults.append(Fault("", "structure", text_of(question.structure), allowed, advice))
        try:
            study = study.override(question.values) if question.values else study
        except StudyError as error:
            faults += error.faults
        if faults:
            raise StudyError(faults)
        return study


def _key(question: Question) -> tuple[str | None, str]:
    """Return what decides the study that a question asks for."""
    return question.structure, json.dumps(question.values, sort_keys=True)
