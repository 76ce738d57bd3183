"""Whether a study and a model fit: every input has its prior, every prior its use, every rule its metrics."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from simulator.beliefs import StrandlineWarning
from simulator.engine import Model, as_array
from simulator.errors import Fault, StudyError, UsageError, did_you_mean, first_of, in_order, text_of
from simulator.estimate import PASSES, VERDICT, rule_faults
from simulator.study import Decision, Prior, Study, check_units
from simulator.study.hierarchy import ancestors

#: What a model may declare by attributes.
ATTRIBUTES = (
    "inputs",
    "optional_inputs",
    "shocks",
    "shock_groups",
    "refused",
    "metric_units",
    "may_be_infinite",
    "undefined",
    "series",
)


def priors_of(study: Study, model: Model) -> Mapping[str, Prior]:
    """Return the study's priors, in the units of the model's inputs where it declares them.

    A model says what it asks for by its attributes: `inputs` and `optional_inputs` (unit, range and, for a
    vector, size of each prior), `shocks`, and `refused`, which returns the faults of priors in its units. Of
    one that declares no inputs it shows when it is traced: see `warn_unread`.

    Raises
    ------
    StudyError
        An input has no prior; a prior is in another unit, out of range, of another size, or asked for by
        nothing.
    """
    priors, faults = converted(study, model)
    _refuse([*faults, *_sizes(study, model), *_unasked(study, model), *refused(priors, faults, model)])
    return priors


def priors_in_units(study: Study, model: Model) -> Mapping[str, Prior]:
    """Return the priors as `priors_of` does, whatever the model refuses of them together.

    Of two studies that are sound a mixture may be refused, such as shares of which one is changed: it is a
    step from one to the other, and the model makes of it what it can.

    Raises
    ------
    StudyError
        As there, but for what the model refuses.
    """
    priors, faults = converted(study, model)
    _refuse([*faults, *_sizes(study, model), *_unasked(study, model)])
    return priors


def misfits(study: Study, model: Model, metrics: Iterable[str]) -> list[Fault]:
    """Return all that keeps a model that declares its inputs from running a study.

    Parameters
    ----------
    study, model
        The two.
    metrics
        Full names of what the model returns, which verdicts, scorecard and payoffs are about.
    """
    given = tuple(metrics)
    priors, faults = converted(study, model)
    return [
        *faults,
        *_sizes(study, model),
        *_unasked(study, model),
        *refused(priors, faults, model),
        *rule_faults(given, study.settings.scorecard, study.settings.verdicts),
        *payoff_faults(study.decisions, given),
    ]


def payoff_faults(decisions: Iterable[Decision], metrics: Sequence[str]) -> Iterator[Fault]:
    """Give every payoff of a decision that is no metric of these."""
    for one in decisions:
        if one.payoff not in metrics:
            advice = did_you_mean(one.payoff, metrics)
            allowed = "a metric of the model, such as " + first_of(metrics)
            yield Fault(one.file, f"decision.{one.name}.payoff", text_of(one.payoff), allowed, advice)


def refuse_rules(study: Study, metrics: Iterable[str]) -> None:
    """Raise where rules of a study are about metrics that are not among these, or derive one of their names.

    Raises
    ------
    StudyError
        With all faults.
    """
    given = tuple(metrics)
    _refuse(
        [*rule_faults(given, study.settings.scorecard, study.settings.verdicts), *_derived_too(study, given)]
    )


def _derived_too(study: Study, metrics: Iterable[str]) -> Iterator[Fault]:
    """Give metrics of a model that have the name of one which the study's rules derive."""
    rules = {PASSES: study.settings.scorecard, VERDICT: study.settings.verdicts}
    for name in metrics:
        stem = name.partition(".")[0]
        if rules.get(stem):
            found = f"a metric of the model, whose name is that of the {stem} by the study's rules"
            yield Fault("", name, found, f"names that do not begin with {stem}", "Give it another name.")


def misnamed_attributes(model: Model) -> list[str]:
    """Return what to warn of: attributes of a model that nothing reads and that are nearly ones that are."""
    remarks: list[str] = []
    for name in sorted(set(getattr(model, "__dict__", {})) - set(ATTRIBUTES)):
        longer = next((known for known in ATTRIBUTES if name in known.split("_")), name)
        if not name.startswith("_") and (advice := did_you_mean(longer, ATTRIBUTES)):
            remarks.append(f"the model's attribute {name} is not read. {advice}")
    return remarks


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise StudyError(in_order(faults))


def declares_inputs(model: Model) -> bool:
    """Whether a model says which priors it asks for, rather than showing it when it is traced."""
    return getattr(model, "inputs", None) is not None


def converted(study: Study, model: Model) -> tuple[Mapping[str, Prior], list[Fault]]:
    """Return priors in the units of the inputs that a model declares, and what stands in the way."""
    return check_units(study.priors, declared(study, model)) if declares_inputs(model) else (study.priors, [])


def refused(priors: Mapping[str, Prior], faults: list[Fault], model: Model) -> list[Fault]:
    """Return what a model itself refuses of priors that are in its units, by its attribute `refused`."""
    refused = getattr(model, "refused", None)
    return [] if refused is None or faults else refused(priors)


def declared(study: Study, model: Model) -> dict[str, Any]:
    """Return the inputs of a model, with those optional ones that the study has a prior for."""
    optional: Mapping[str, Any] = getattr(model, "optional_inputs", {})
    return dict(getattr(model, "inputs", {})) | {n: w for n, w in optional.items() if n in study.priors}


def _sizes(study: Study, model: Model) -> Iterator[Fault]:
    """Give priors of another number of components than the model asks for."""
    shocks: Mapping[str, Any] = getattr(model, "shocks", {})
    for name in shocks.keys() & study.priors.keys():
        prior = study.priors[name]
        if prior.size not in (None, shocks[name].size):
            allowed = f"{shocks[name].size}, as the model asks"
            yield Fault(prior.file, f"{name}.size", str(prior.size), allowed)
    for name, wanted in declared(study, model).items():
        prior, size = study.priors.get(name), getattr(wanted, "size", None)
        if prior is None or _size(prior) == size:
            continue
        key = f"{name}.alpha" if prior.family == "dirichlet" else f"{name}.size"
        found = "one number a path" if _size(prior) is None else f"{_size(prior)} numbers a path"
        allowed = "one number a path, as the model asks" if size is None else f"{size}, as the model asks"
        yield Fault(prior.file, key, found, allowed, "Leave size out." if size is None and prior.size else "")


def _size(prior: Prior) -> int | None:
    return prior.components if prior.family == "dirichlet" else prior.size


def _unasked(study: Study, model: Model) -> Iterator[Fault]:
    """Give priors that are no input of a model which says what its inputs are."""
    if not declares_inputs(model):
        return
    shocks: Mapping[str, Any] = getattr(model, "shocks", {})
    asked = {*declared(study, model), *getattr(model, "optional_inputs", {}), *shocks}
    known = asked | ancestors(study.priors, asked)
    unasked = [(n, prior) for n, prior in study.priors.items() if n not in known and not prior.spare]
    for before, (name, prior) in enumerate(unasked):
        found, allowed = (
            "a prior that the model does not ask for",
            "an input of the model; or spare = true, for one that it need not read",
        )
        yield Fault(prior.file, name, found, allowed, did_you_mean(name, asked, before))


def warn_unread(study: Study, model: Model) -> Model:
    """Return a model that declares no inputs, such that tracing it warns of priors that it leaves unread.

    A function of named draws shows what it asks for when it is traced. Priors on which no metric, and none of
    the model's series, depends may be misspelt, or may be there to see that they change nothing.

    Warns
    -----
    StrandlineWarning
        When the model is traced, unless all such priors are spare.
    """

    def traced(draws: dict[str, Any]) -> Any:
        metrics = model(draws)
        if not isinstance(metrics, Mapping):
            return metrics
        _refuse_common(model, metrics, draws)
        outputs = [model, series] if (series := getattr(model, "series", None)) else [model]
        read = {name for output in outputs for name in _read(output, draws)}
        read |= ancestors(study.priors, read)
        unread = [name for name, prior in study.priors.items() if name not in read and not prior.spare]
        if unread:
            message = (
                f"no result of the model depends on the prior{'s' if len(unread) > 1 else ''} "
                f"{first_of(unread)}; it reads {first_of(sorted(read)) or 'none'}. Correct the name, leave "
                "the prior out, or set spare = true in its table"
            )
            warnings.warn(message, StrandlineWarning, stacklevel=2)
        return metrics

    return traced


def _refuse_common(model: Model, metrics: Mapping[Any, Any], draws: Mapping[str, Any]) -> None:
    """Raise where a metric is one number for all paths of a block although it depends on them, as a mean."""
    along_paths = {name for name, draw in draws.items() if jnp.ndim(draw)}
    for name in (name for name, value in metrics.items() if getattr(value, "ndim", 1) == 0):
        if along_paths & _read(lambda given, name=name: {name: model(given)[name]}, draws):
            message = (
                f"metric {name}: found one number for all paths, made from draws; allowed: one number a "
                "path. Means, quantiles and chances are taken of what the model returns"
            )
            raise UsageError(message)


def _read(model: Callable[..., Any], draws: Mapping[str, Any]) -> set[str]:
    """Return the names of the draws on which some result of a model depends."""
    shapes = {name: jax.ShapeDtypeStruct(jnp.shape(x), jnp.asarray(x).dtype) for name, x in draws.items()}
    closed = jax.make_jaxpr(lambda given: [as_array(*item) for item in model(given).items()])(shapes)
    needed = _needed(closed.jaxpr, [True] * len(closed.jaxpr.outvars))
    # JAX takes the items of a dictionary in the order of their names.
    return {name for name, used in zip(sorted(shapes), needed, strict=True) if used}


def _needed(jaxpr: Any, wanted: list[bool]) -> list[bool]:
    """Return which arguments of a traced function are needed for the results that are wanted."""
    needed = {id(out) for out, used in zip(jaxpr.outvars, wanted, strict=True) if used}
    for step in reversed(jaxpr.eqns):
        live = [id(out) in needed for out in step.outvars]
        if not any(live) and not step.effects:
            continue
        inner = step.params.get("jaxpr") if step.primitive.name in ("jit", "pjit") else None
        used = [True] * len(step.invars) if inner is None else _needed(inner.jaxpr, live)
        needed |= {id(argument) for argument, wants in zip(step.invars, used, strict=True) if wants}
    return [id(argument) in needed for argument in jaxpr.invars]
