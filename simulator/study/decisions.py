"""Decisions that a study is for: actions between which somebody chooses, and the metric that pays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Action:
    """One of the things that can be done: the study with some priors and settings set otherwise.

    Attributes
    ----------
    name
        By which a layer changes it.
    title
        What is done, as a reader knows it.
    values
        What it sets, as `Study.override` takes it; nothing, for going on as the study has it.
    cost
        What it costs beside what the model computes, in the unit of the payoff.
    note
        What it means in the model, and what that leaves out.
    """

    name: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    cost: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice between actions.

    Attributes
    ----------
    name
        By which a layer changes it.
    title
        What is decided, as a reader knows it.
    payoff
        The metric that is to be as high as can be, by its full name.
    actions
        In the order of the study.
    note
        Whose decision it is, and what it leaves out.
    file
        Where it was written.
    """

    name: str
    title: str
    payoff: str
    actions: tuple[Action, ...] = ()
    note: str = ""
    file: str = field(default="", compare=False)


def decisions_to_dict(decisions: Iterable[Decision]) -> dict[str, Any]:
    """Return decisions as their tables, by name."""
    return {
        one.name: {
            "title": one.title,
            "note": one.note,
            "payoff": one.payoff,
            "action": {action.name: _table(action) for action in one.actions},
        }
        for one in decisions
    }


def _table(action: Action) -> dict[str, Any]:
    given = {"title": action.title, "note": action.note, "cost": action.cost, "set": dict(action.values)}
    return {key: value for key, value in given.items() if value}
