"""What span of time a figure refers to: a quarter, a year, several quarters, or an instant."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")

#: What a period may look like.
FORMS = "2025Q4, 2025, 2024Q3..2025Q2, or 2026-03 for the end of a month"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of calendar quarters, or the end of a month.

    Attributes
    ----------
    first, last
        Quarters that it begins and ends in, counted from the year 0: ``4 * year + quarter - 1``.
    end
        Its last day.
    label
        As it was written.
    """

    first: int
    last: int
    end: date
    label: str

    @classmethod
    def parse(cls, label: str) -> "Period":
        """Return the period that a text names.

        Raises
        ------
        ValueError
            It names none.
        """
        opening, dots, closing = label.partition("..")
        if dots:
            first, last = _quarter(opening), _quarter(closing)
            if last <= first:
                message = f"{label} does not end after it begins"
                raise ValueError(message)
        elif _YEAR.fullmatch(label):
            first, last = 4 * int(label), 4 * int(label) + 3
        elif month := _MONTH.fullmatch(label):
            year, number = int(month[1]), int(month[2])
            first = last = 4 * year + (number - 1) // 3
            return cls(first, last, _month_end(year, number), label)
        else:
            first = last = _quarter(label)
        return cls(first, last, _month_end(last // 4, 3 * (last % 4) + 3), label)

    @classmethod
    def of_quarter(cls, quarter: int) -> "Period":
        """Return the period of one quarter, counted from the year 0."""
        return cls.parse(quarter_label(quarter))

    @property
    def is_quarter(self) -> bool:
        """Whether it is one quarter, as a flow is reported."""
        return _QUARTER.fullmatch(self.label) is not None

    @property
    def is_instant(self) -> bool:
        """Whether it is the end of a month, as a rate is reported: it has no flow."""
        return _MONTH.fullmatch(self.label) is not None

    @property
    def quarters(self) -> range:
        """Its quarters, counted from the year 0."""
        return range(self.first, self.last + 1)


def quarter_label(quarter: int) -> str:
    """Return "2025Q4" for a quarter counted from the year 0."""
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def _quarter(text: str) -> int:
    match = _QUARTER.fullmatch(text)
    if match is None:
        message = f"{text} is no quarter"
        raise ValueError(message)
    return 4 * int(match[1]) + int(match[2]) - 1


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
