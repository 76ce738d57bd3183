"""Structures and mechanisms as they are written: ``[structure.NAME]`` and ``[mechanism.NAME]``."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from simulator.study.entry import Strict
from simulator.study.schema.settings import Text

Values = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "description": "by the name of a prior or setting, as --set takes it; * for any part of it",
        }
    ),
]


class StructureTable(Strict):
    """``[structure.NAME]``: the study as another model of the world has it, computed on the same draws."""

    weight: (
        Annotated[float, Field(ge=0, description="left out: an equal part of what the others leave")] | None
    ) = None
    title: Annotated[Text, Field(description="what is so in it")] | None = None
    note: Annotated[str, Field(description="why it is an alternative, and of this weight")] | None = None
    set: Annotated[Values, Field(default_factory=dict)]


class MechanismTable(Strict):
    """``[mechanism.NAME]``: a part of the model, and what switches it off."""

    title: Annotated[Text, Field(description="what it does")] | None = None
    note: Annotated[str, Field(description="why it is in the model")] | None = None
    off: Annotated[Values, Field(min_length=1)]
