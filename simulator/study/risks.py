"""Risks that a study names, and signs that surprise: what is asked of the model beside its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

type Effect = Literal["raises", "lowers"]


@dataclass(frozen=True, slots=True)
class RiskCase:
    """One way in which a risk may turn out: some beliefs and settings as they would then be.

    Attributes
    ----------
    title
        What is so in this case, as a reader knows it.
    values
        By the name of a prior of one number: a number in the prior's unit, or ``p10``, ``p97.5``, a quantile
        of the prior itself. By the path of a setting, such as ``study.depreciation_policy``: its value.
    note
        Why these values.
    """

    title: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    note: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk by name: the study is also computed with each of its cases, on the same draws.

    Attributes
    ----------
    name
        By which a layer replaces it.
    title, question
        What the risk is, and what a reader wants to know of it.
    cases
        What may come of it.
    companies
        Those that it is about, beside the group.
    sources, note
        Where the risk is named, and what the cases leave out.
    file
        Where it was written.
    """

    name: str
    title: str
    question: str
    cases: tuple[RiskCase, ...] = ()
    companies: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    note: str = ""
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Surprise:
    """Why a metric may move the other way than a reader expects; given only where it does.

    Attributes
    ----------
    name
        By which a layer replaces it.
    priors
        Names of the priors that move it, each by itself.
    metric
        Short name of what is moved, without its entity.
    effect
        ``raises`` or ``lowers``: what higher values of the priors do to the metric, or what the cases do to
        it, against expectation.
    note
        Why.
    cases
        Cases that move it as a whole, whatever they change: ``headline.1`` is the first of the risk headline.
    """

    name: str
    metric: str
    effect: Effect
    note: str
    priors: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


def case_name(risk: str, number: int) -> str:
    """Return the name of a case: that of its risk and its place there, from 1 on."""
    return f"{risk}.{number}"
