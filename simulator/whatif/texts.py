"""Texts in every language at once: the reader of a page changes its language without asking for another."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from simulator.report.page.catalogue import LANGUAGES as LANGUAGES
from simulator.report.page.locale import Locale

#: What is said by language, or what is the same in every language.
type InEach[T] = T | dict[str, T]
type Text = InEach[str]

#: Texts of the report that the page has too, by the name that it knows them by.
_OF_REPORT = {
    "list_between": "list.between",
    "list_last": "list.last",
    "list_comma": "list.comma",
    "list_colon": "list.colon",
    "list_space": "list.space",
    "list_open": "list.open",
    "list_close": "list.close",
    "unit_percent": "unit.percent.prose",
    "unit_points": "unit.points.prose",
}


@cache
def locales() -> Mapping[str, Locale]:
    """Return the languages of the page, by code."""
    return {language: Locale(language) for language in LANGUAGES}


def in_each[T](said: Callable[[Locale], T]) -> InEach[T]:
    """Return what is said in every language; it alone where all say the same.

    Parameters
    ----------
    said
        From a language to the text, or to a number such as the factor of a unit, in it.
    """
    found = {language: said(locale) for language, locale in locales().items()}
    same = len(set(found.values())) == 1
    return next(iter(found.values())) if same else found


def translated(text: str) -> Text:
    """Return a text of a study in every language that has it; as it is written where none has another."""
    return in_each(lambda t: t.translate(text).text) if text else ""


@cache
def own_messages(language: str) -> Mapping[str, str]:
    """Return the messages of the page alone in a language, by key.

    Parameters
    ----------
    language
        One of `LANGUAGES`.
    """
    source = resources.files("simulator.whatif") / "messages" / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def messages() -> dict[str, dict[str, str]]:
    """Return every message of the page by language and key, those that it has from the report among them."""
    return {
        language: {
            **own_messages(language),
            **{name: t.messages[key] for name, key in _OF_REPORT.items()},
        }
        for language, t in locales().items()
    }
