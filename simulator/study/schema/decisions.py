"""Decisions as they are written: ``[decision.NAME]`` with its ``[decision.NAME.action.NAME]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.study.entry import Strict
from simulator.study.schema.settings import Text
from simulator.study.schema.structures import Values


class ActionTable(Strict):
    """``[decision.NAME.action.NAME]``: what can be done, as settings of the study."""

    title: Annotated[Text, Field(description="what is done")] | None = None
    note: Annotated[str, Field(description="what it means in the model, and what that leaves out")] | None = (
        None
    )
    cost: Annotated[float, Field(description="beside what the model computes, in the payoff's unit")] = 0.0
    set: Annotated[Values, Field(default_factory=dict)]


class DecisionTable(Strict):
    """``[decision.NAME]``: a choice between actions, computed on the same draws."""

    title: Annotated[Text, Field(description="what is decided")] | None = None
    note: Annotated[str, Field(description="whose decision it is, and what it leaves out")] | None = None
    payoff: Annotated[Text, Field(description="the metric that is to be high: value_created.group")]
    action: Annotated[
        dict[str, ActionTable],
        Field(min_length=2, description="what can be done, by name"),
    ]
