"""Forms that text has to have, and how each is described to a reader."""

from collections.abc import Mapping
from types import MappingProxyType

QUARTER = r"^[0-9]{4}Q[1-4]$"
NAME_PART = r"^[A-Za-z0-9_-]+$"
#: Of what a parameter is drawn from: a number in quotes is none.
PRIOR_NAME = r"^(?![0-9.]+([eE]-?[0-9]+)?$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
VERDICT_NAME = r"^[a-z][a-z0-9_]*$"
STUDY_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
#: Figures of a metric and a time: of a quarter, some quarters, a year, or the end of a month.
FIGURES = r"^[A-Za-z0-9_-]+:[0-9]{4}(Q[1-4](\.\.[0-9]{4}Q[1-4])?|-(0[1-9]|1[0-2]))?$"

#: What is allowed, in words, by pattern.
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        QUARTER: "a quarter such as 2026Q1",
        NAME_PART: "letters, digits, _ and -",
        VERDICT_NAME: "small letters, digits and _, beginning with a letter",
        FIGURES: "a metric and a time, such as capex:2026Q1",
        STUDY_NAME: "letters, digits, ., _ and -, beginning with a letter or a digit",
    }
)
