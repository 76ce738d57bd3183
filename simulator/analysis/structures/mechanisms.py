"""What each mechanism of a model does: alone, left out of all, and all together, on the same draws."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from simulator.analysis.comparison.common_draws import CommonDraws
from simulator.analysis.run import Progress
from simulator.analysis.run.program import check_study, model_of
from simulator.analysis.structures.figures import Structural, figures
from simulator.analysis.structures.result import Numbers
from simulator.engine import Plan, runtime
from simulator.errors import UsageError
from simulator.estimate import Number
from simulator.estimate.replicated import Replicated
from simulator.study import Mechanism, Study
from simulator.study.canonical import plain


@dataclass(frozen=True, slots=True)
class MechanismResult:
    """One mechanism.

    Attributes
    ----------
    name, title
        What it is.
    values
        What switches it off.
    alone
        Changes from none to it alone, path by path.
    left_out
        Changes from all to all but it, path by path.
    """

    name: str
    title: str
    values: Mapping[str, Any]
    alone: Numbers
    left_out: Numbers

    def to_json(self) -> dict[str, Any]:
        """Return the mechanism for JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "off": plain(self.values),
            "alone": plain(self.alone),
            "left_out": plain(self.left_out),
        }


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """The mechanisms of a study.

    Attributes
    ----------
    leading
        The statistics that come first.
    none, written
        Statistics with all mechanisms off, and of the study as written, which has all.
    together
        Changes from none to all, path by path.
    mechanisms
        In the order of the study.
    """

    leading: tuple[str, ...]
    none: Numbers
    written: Numbers
    together: Numbers
    mechanisms: tuple[MechanismResult, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the numbers for JSON, each with its error."""
        return {
            **{name: plain(getattr(self, name)) for name in ("leading", "none", "written", "together")},
            "mechanisms": [one.to_json() for one in self.mechanisms],
        }


def off(mechanisms: Iterable[Mechanism]) -> dict[str, Any]:
    """Return what switches mechanisms off, all at once."""
    return {name: value for one in mechanisms for name, value in one.values.items()}


def mechanisms(
    study: Study,
    *,
    paths: int,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Mechanisms:
    """Return what each mechanism of a study does to its statistics.

    Parameters
    ----------
    study
        Its mechanisms say what switches them off.
    paths
        Of every variant, made up to whole batches of 8192.
    seed
        Of the common draws.
    threads
        Cores to use; all by default. Changes no bit of a result.
    progress
        Called with the paths finished and the paths to be computed in all.

    Raises
    ------
    UsageError
        The study names no mechanism.
    StudyError
        It is not valid, or not with some of them off.
    GateError
        Some metric is not a number on some path.
    """
    asked = study.mechanisms
    if not asked:
        message = f"found no [mechanism.NAME] in the study {study.name}; allowed: a study that names some"
        raise UsageError(message)
    plan, done = Plan(paths, seed), count(1)
    model = model_of(study, None)
    check_study(study, model, plan.dtype)
    variants = [off(asked), {}]
    variants += [off(other for other in asked if other is not one) for one in asked]
    variants += [dict(one.values) for one in asked]
    distinct = [values for i, values in enumerate(variants) if values not in variants[:i]]

    def counted() -> None:
        finished, each = next(done), plan.paths // plan.batches
        if progress is not None:
            progress(finished * each, len(distinct) * plan.paths)

    draws = CommonDraws(plan, study, threads or runtime.cores(), counted)
    units = getattr(model, "metric_units", {})
    names = draws.names(study)
    chosen = figures({name: units.get(name, "") for name in names}, study.settings)
    structural = Structural(study, draws, chosen)
    known = [structural.measured(", ".join(values), values, plan.batches).found for values in distinct]
    found = [known[distinct.index(values)] for values in variants]
    none, every, *others = found
    alone, left_out = others[: len(asked)], others[len(asked) :]

    def numbers(found: Replicated) -> dict[str, Number]:
        return structural.numbers(found, plan.paths)

    return Mechanisms(
        chosen.leading,
        numbers(none),
        numbers(every),
        numbers(every - none),
        tuple(
            MechanismResult(
                one.name,
                one.title,
                one.values,
                numbers(own - none),
                numbers(without - every),
            )
            for one, own, without in zip(asked, alone, left_out, strict=True)
        ),
    )
