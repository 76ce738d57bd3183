"""A language of the report: its messages, its units, its format of numbers, names of priors."""

import math
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator.estimate import Number, round_to_error
from simulator.report.console import plain
from simulator.report.page.catalogue import LANGUAGES as LANGUAGES
from simulator.report.page.catalogue import catalogue, translated
from simulator.report.page.document import Code, Inline, Inlines, Link, Quoted, text_of

#: Units of beliefs that are given in per cent a year.
RATES = ("1/yr",)

#: Of a number that is given and not estimated, such as a prior's quantile.
GIVEN_DIGITS = 4

#: A Chinese character beside a letter, a digit or a sign, in either order; and the place between two such.
_HAN, _OTHER = "[\u4e00-\u9fff]", "[A-Za-z0-9−+±%]"
_SCRIPTS = re.compile(f"{_HAN}{_OTHER}|{_OTHER}{_HAN}")
_BETWEEN = re.compile(f"(?<={_HAN})(?={_OTHER})|(?<={_OTHER})(?={_HAN})")

#: A space within Chinese text, which a message may leave before a value that begins with a character.
_WITHIN = re.compile(f"(?<={_HAN}) +(?={_HAN})")

#: The number of a component at the end of a prior's name.
_COMPONENT = re.compile(r"\[(\d+)\]$")

#: An estimate: as a summary has it (``value``, ``mcse`` and, where it is infinite, ``infinite``), or itself.
type Estimated = Mapping[str, Any] | Number


@dataclass(frozen=True, slots=True)
class Unit:
    """How an amount is written.

    Attributes
    ----------
    axis
        The unit beside an axis or in the head of a table.
    prose
        An amount in running text, with {n} for the number.
    factor
        From the unit of the model to this one.
    """

    axis: str
    prose: str
    factor: float


class Locale:
    """One language.

    Parameters
    ----------
    language
        One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.messages = catalogue(language)

    def __call__(self, key: str, /, **values: str) -> str:
        """Return a message, with texts of our own in its places."""
        return self._spaced(self._message(key).format(**values))

    def has(self, key: str) -> bool:
        """Whether there is a message of this key."""
        return key in self.messages

    def compose(self, key: str, /, **values: Inline | list[Inline]) -> list[Inline]:
        """Return a message as inline pieces, with pieces in its places."""
        pieces: list[Inline] = []
        for text, place, _, _ in string.Formatter().parse(self._message(key)):
            if text:
                pieces.append(text)
            if place is not None:
                value = values[place]
                pieces.extend(value if isinstance(value, list) else [value])
        return self.joined(pieces)

    def joined(self, pieces: list[Inline]) -> list[Inline]:
        """Return pieces with the space that this language has between its own script and another."""
        if self.language == "en":
            return pieces
        done: list[Inline] = []
        for piece in pieces:
            text, before = text_of(piece), done[-1] if done else ""
            last = text_of(before)[-1:]
            if isinstance(before, str) and _WITHIN.search(before[-2:] + text[:1]):
                done[-1] = before.rstrip(" ")
            elif isinstance(piece, str) and _WITHIN.search(last + text[:2]):
                piece = piece.lstrip(" ")
            if _SCRIPTS.fullmatch(last + text[:1]):
                done.append(" ")
            done.append(piece)
        return [self._spaced(piece) if isinstance(piece, str) else piece for piece in done]

    def list_of(self, items: list[Inlines]) -> list[Inline]:
        """Return items as a list in running text."""
        pieces: list[Inline] = []
        for index, item in enumerate(items):
            if index:
                pieces.append(self("list.last") if index == len(items) - 1 else self("list.between"))
            pieces.extend(item)
        return self.joined(pieces)

    def translate(self, text: str) -> Quoted:
        """Return a text of the study's files, in this language where there is a translation.

        One that is translated by itself, such as the title of a book, stays in its own language.
        """
        if self.language == "en":
            return Quoted(plain(text))
        known = self.messages.get(f"texts.{text}") or translated(text, self.language)
        if known is None or known == text:
            return Quoted(plain(text), foreign=any(c.isalpha() and c.isascii() for c in text))
        return Quoted(self._spaced(known))

    def prior(self, name: str, companies: Mapping[str, str]) -> str | None:
        """Return the label of a prior, or None where the catalogue has none.

        Parameters
        ----------
        name
            The prior's, with ``[k]`` for a component.
        companies
            Titles of the study's companies by name.
        """
        bare = _COMPONENT.sub("", name)
        parts = bare.split(".")
        owner = next((part for part in parts if part in companies), None)
        pattern = ".".join("*" if part == owner else part for part in parts)
        key = next((key for key in (f"labels.{bare}", f"labels.{pattern}") if self.has(key)), None)
        if key is None:
            return None
        text = self(key, company=companies.get(owner or "", ""))
        component = _COMPONENT.search(name)
        return f"{text} {int(component[1]) + 1}" if component else text

    def prior_and_name(self, name: str, companies: Mapping[str, str], *, link: bool = False) -> list[Inline]:
        """Return a prior's label, if asked as a link to its row, with its name beside it; or its name."""
        text, place = self.prior(name, companies), f"#prior-{name}"
        if text is None:
            return [Link(name, place) if link else Code(name)]
        return [Link(text, place) if link else text, " ", Code(name)]

    def unit(self, name: str) -> Unit:
        """Return a unit by its key in the catalogue; one that is not there is written as it is."""
        if self.has(f"unit.{name}.axis"):
            axis, prose, factor = (
                self.messages[f"unit.{name}.{part}"] for part in ("axis", "prose", "factor")
            )
            return Unit(axis, prose, float(factor))
        if name in ("", "1"):
            return Unit("", "{n}", 1.0)
        text = plain(name).replace("{", "{{").replace("}", "}}")
        return Unit(plain(name), f"{{n}} {text}", 1.0)

    def estimate(self, number: Estimated | None, factor: float = 1.0, unit: Unit | None = None) -> str:
        """Return an estimate with its error and no digit beyond it.

        Parameters
        ----------
        number
            The estimate.
        factor
            From the number's unit to the one displayed.
        unit
            Makes it an amount in running text.
        """
        if number is None:
            return "–"
        value, error, infinite = _read(number)
        if value is None:
            return "–" if infinite is None else ("∞" if infinite > 0 else "−∞")
        digits, spread = round_to_error(factor * value, math.nan if error is None else abs(factor) * error)
        text = grouped(digits) + (f" ± {grouped(spread)}" if spread else "")
        return text if unit is None else self.amount(text, unit)

    def concise(self, number: Estimated, factor: float = 1.0) -> str:
        """Return an estimate with its error, or to four figures alone where it is known beyond them."""
        known = number if isinstance(number, Number) else Number.from_json(number)
        if known.beyond_use:
            return self.number(factor * float(f"{known.value:.4g}"))
        return self.estimate(number, factor)

    def rounded(
        self, number: Estimated, factor: float = 1.0, unit: Unit | None = None, *, figures: int = 2
    ) -> str:
        """Return an estimate as a sentence has it: two digits or a whole per cent, none beyond its error.

        Parameters
        ----------
        number, factor, unit
            As for `estimate`.
        figures
            Digits, where it is no whole per cent.
        """
        value, error, _ = _read(number)
        if value is None:
            return self.estimate(number, factor, unit)
        value, error = factor * value, abs(factor) * (error or 0.0)
        whole = unit is not None and "%" in unit.prose
        place = 0 if whole or value == 0 else _place(abs(value)) - figures + 1
        if error > 0 and math.isfinite(error):
            place = max(place, _place(error))
        text = grouped(f"{round(value, -place) + 0.0:.{max(-place, 0)}f}")
        return text if unit is None else self.amount(text, unit)

    def percent(self, number: Estimated | None) -> str:
        """Return a share as a percentage with its error."""
        return self.estimate(number, 100.0, self.unit("percent"))

    def rounded_percent(self, number: Estimated | float) -> str:
        """Return a share as a sentence has it: a whole per cent, and never 0 or 100 of what is not."""
        number = Number(number, 0.0) if isinstance(number, int | float) else number
        return self._bound(number) or self.rounded(number, 100.0, self.unit("percent"))

    def about_percent(self, number: Estimated) -> str:
        """Return the same with "about" before it, where it is no bound."""
        return self._bound(number) or self("rough.about", n=self.rounded_percent(number))

    def _bound(self, number: Estimated) -> str:
        """Return "less than 1%" or "more than 99%" of a share that rounds to 0 or 100 and is neither."""
        unit, (share, error, _) = self.unit("percent"), _read(number)
        text = self.rounded(number, 100.0, unit)
        step = 10 ** max(0, _place(100 * (error or 0.0)))
        if share is not None and share > 0 and text == self.amount("0", unit):
            return self("rough.below", n=self.amount(f"{step}", unit))
        if share is not None and share < 1 and text == self.amount("100", unit):
            return self("rough.above", n=self.amount(f"{100 - step}", unit))
        return ""

    def short_verdict(self, name: str) -> str:
        """Return a verdict's name where there is little room: of a part of all else with its sign."""
        short = f"verdict.short_{name}"
        return self(short if self.has(short) else f"verdict.{name}")

    def amount(self, number: str, unit: Unit) -> str:
        """Return a written number as an amount in running text."""
        return self._spaced(unit.prose.format(n=number))

    def bound(self, key: str, number: str, unit: Unit) -> str:
        """Return a bound on an amount by its message, such as "more than USD 5 bn".

        In Chinese the words of comparison stand right before the number: once a year comes before both.
        """
        if self.language == "en":
            return self(key, n=self.amount(number, unit))
        return self.amount(self(key, n=number), unit)

    def number(self, value: float) -> str:
        """Return a number that is given and not estimated."""
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if value != 0 and not 1e-4 <= abs(value) < 1e9:
            return f"{value:.{GIVEN_DIGITS - 1}g}".replace("-", "−")
        text = f"{value:.{GIVEN_DIGITS}g}"
        return grouped(f"{float(text):.0f}" if "e" in text else text)

    def count(self, number: int) -> str:
        """Return a whole number."""
        return grouped(str(number))

    def tick(self, value: float, step: float) -> str:
        """Return a number beside an axis, with as many decimals as its step needs."""
        decimals = len(f"{step:.3g}".partition(".")[2]) if step < 100 else 0
        return grouped(f"{round(value, decimals) + 0.0:.{decimals}f}")

    def day(self, day: date | None) -> str:
        """Return a date in words."""
        if day is None:
            return self("date.none")
        month = self.messages[f"date.months.{day.month}"]
        return self("date.form", day=str(day.day), month=month, year=str(day.year))

    def _message(self, key: str) -> str:
        """Return a message; of a verdict of the study's own its name."""
        if key not in self.messages and key.startswith("verdict."):
            name = plain(key.removeprefix("verdict.").replace("_", " "))
            return name.removeprefix("the ") if name.startswith("the ") else name.capitalize()
        return self.messages[key]

    def _spaced(self, text: str) -> str:
        """Return a text with a space between Chinese characters and others only; in English as it is."""
        return text if self.language == "en" else _BETWEEN.sub(" ", _WITHIN.sub("", text))


def grouped(number: str) -> str:
    """Return plain digits with thousands set apart and a true minus."""
    sign = "−" if number.startswith("-") else ""
    whole, point, part = number.removeprefix("-").partition(".")
    return sign + (f"{int(whole):,}" if whole.isdigit() else whole) + point + part


def _read(number: Estimated) -> tuple[float | None, float | None, float | None]:
    """Return the value and the error of an estimate, None where it has none, and the sign of an infinity."""
    found = number.to_json() if isinstance(number, Number) else number
    return found["value"], found["mcse"], found.get("infinite")


def _place(size: float) -> int:
    """Return the decimal place of a number's first digit: 0 for ones, 1 for tens; 0 where it has none."""
    return math.floor(math.log10(size)) if size > 0 and math.isfinite(size) else 0
