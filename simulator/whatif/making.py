"""A study's page in either of its modes."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from simulator.analysis.run import Run
from simulator.analysis.run.program import check_study, model_of, of_domain, program
from simulator.engine import Model, Plan
from simulator.progress import Step
from simulator.sampling import BATCH
from simulator.study import Study
from simulator.whatif.description import Mode, describe
from simulator.whatif.drivers import drivers_of
from simulator.whatif.first_paths import first_paths, kernel_of
from simulator.whatif.horizons import other_horizons
from simulator.whatif.kernel_data import (
    BATCHES,
    Portable,
    by_twin,
    kernel_data,
    portable,
    refuse_others,
)
from simulator.whatif.page import Page, asset, page
from simulator.whatif.prepared import Prepared
from simulator.whatif.series import series_names

#: Scripts of a worker of the portable engine; the first one has constants that they share with the page.
_WORKER = ("statistics.js", "net.js", "kernel.js", "kernel_worker.js")


def portable_page(
    study: Study, model: Model | None, plan: Plan, language: str, step: Step, given: str = ""
) -> Page:
    """Return the page of a study with its kernel inside.

    Parameters
    ----------
    study
        What is computed.
    model
        Its model, where it is not the study's own.
    plan
        Seed and sampler.
    language
        The one that the page opens in.
    step
        Told what is being done.
    given
        What the study is asked for by, where that is not its name.

    Raises
    ------
    NotPortableError
        The model uses what has no portable form, or makes a path's metrics of other paths.
    StudyError
        The study does not fit its model.
    """
    meant = model_of(study, model)
    check_study(study, meant, plan.dtype)
    whole = Plan(BATCHES * BATCH, seed=plan.seed, sampler=plan.sampler)
    step("putting the model into a page")
    with ThreadPoolExecutor(1) as beside:
        # XLA compiles long, and needs no Python for it. A model of one's own may have no portable form: that
        # is said before anything is compiled.
        asked = beside.submit(_computed, study, meant, whole) if of_domain(study) else None
        one = portable(study, program(study, meant, whole))
        asked = asked or beside.submit(_computed, study, meant, whole)
        horizons = horizons_of(study, meant, whole)
        twin = by_twin(one)
        known = asked.result()
    refuse_others(one, twin, known)
    step("looking for what matters most")
    found = _described(study, meant, plan, known, "portable", language, given, [*horizons])
    return page(
        {**found, "kernel": kernel_data(study, one, known, horizons)},
        texts={"kernel-worker": "\n".join(['"use strict";', *map(asset, _WORKER)])},
    )


def served_page(
    written: Prepared, plan: Plan, language: str, given: str = ""
) -> tuple[Page, Mapping[str, Any]]:
    """Return the page of a study with a kernel behind it, and its description.

    Parameters
    ----------
    written
        The study, ready to be computed.
    plan
        Seed and sampler.
    language
        The one that the page opens in.
    given
        What the study is asked for by, where that is not its name.
    """
    known = first_paths(written.study, written.model, plan, written.batch(0), written.metrics)
    horizons = [*other_horizons(written.study, written.model)]
    found = _described(written.study, written.model, plan, known, "served", language, given, horizons)
    return page(found), found


def horizons_of(study: Study, model: Model, plan: Plan) -> dict[int, Portable]:
    """Return a study's program under the other horizons that a page offers, by their quarters.

    Parameters
    ----------
    study, model, plan
        What is computed.
    """
    return {
        quarters: portable(other, program(other, model_of(other, None), plan))
        for quarters, other in other_horizons(study, model).items()
    }


def _computed(study: Study, model: Model, plan: Plan) -> Run:
    """Return the first paths of a study."""
    kernel = kernel_of(program(study, model, plan), plan)
    return first_paths(study, model, plan, kernel(0), kernel.metrics)


def _described(
    study: Study,
    model: Model,
    plan: Plan,
    run: Run,
    mode: Mode,
    language: str,
    given: str,
    horizons: Sequence[int],
) -> dict[str, Any]:
    return describe(
        study,
        model,
        given=given or study.name,
        seed=plan.seed,
        sampler=plan.sampler,
        mode=mode,
        language=language,
        drivers=drivers_of(run),
        units=run.units,
        series=series_names(study, model),
        horizons=horizons,
    )
