"""Which beliefs come first on the page: those on which the answer rests most."""

from simulator.analysis.explanation import explain
from simulator.analysis.run import Run
from simulator.estimate import by_entity, codes_of, feared
from simulator.estimate.verdicts import VERDICT, full_name
from simulator.study import Study

#: How many come first.
FEW = 8

#: First parts of names in the order of a study that are no beliefs.
_NO_BELIEFS = ("shock", "direction")


def first_of_order(study: Study, count: int = FEW) -> list[str]:
    """Return the beliefs to which a study gives the leading dimensions, the most important first.

    Parameters
    ----------
    study
        The study; one without an order has its beliefs that vary, as they come.
    count
        How many at most.
    """
    named = [name.partition("[")[0] for name in study.order if name.partition(".")[0] not in _NO_BELIEFS]
    varying = [name for name, prior in study.priors.items() if prior.family not in ("fixed", "dirichlet")]
    own = [name for name in dict.fromkeys((*named, *varying)) if name in varying]
    return own[:count]


def drivers_of(run: Run, count: int = FEW) -> list[str]:
    """Return the beliefs on which the likelihood of the worst verdict on the first entity rests most.

    Of a run without verdicts it is the first metric that is explained. What cannot be told apart from nothing
    is left out, and the study's own order fills its place.

    Parameters
    ----------
    run
        A run with its metrics and draws.
    count
        How many at most.
    """
    study = run.study
    codes = codes_of(study.settings.verdicts)
    entity = next(iter(by_entity(run.units)))
    target = f"{feared(codes)}.{entity}" if codes and full_name(VERDICT, entity) in run.verdicts else None
    found = next(iter(explain(run, target, top=count, total_paths=0).targets.values()))
    ranked = [one.prior.partition("[")[0] for one in found.drivers if one.share.distinguishable]
    known = [name for name in dict.fromkeys(ranked) if name in study.priors]
    return [*known, *(name for name in first_of_order(study, count) if name not in known)][:count]
