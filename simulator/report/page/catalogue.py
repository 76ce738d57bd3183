"""The messages of the report by language, and translations of what the shipped studies say.

Texts of studies (notes, titles, reasons) are translated by their original wording: a long one sentence by
sentence, so that a sentence that many notes share is translated once and a note that changes in one place
keeps the rest.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from simulator.study.domain import domains

LANGUAGES = ("en", "zh-Hant")

#: Where a sentence ends: after its stop, unless that stop belongs to an initial such as "A. Damodaran".
_END = re.compile(r"(?<=[.?!])(?<!\b[A-Z]\.)\s+(?=[A-Z0-9])")


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Return all messages of a language by dotted key.

    Those of ``texts`` go by the text that they translate, those of ``labels`` by a prior's name.
    """
    found: dict[str, Any] = {}

    def add(table: Mapping[str, Any], above: str) -> None:
        for key, value in table.items():
            if isinstance(value, Mapping):
                add(value, f"{above}{key}.")
            else:
                found[above + key] = value

    source = resources.files("simulator.report.page") / "messages" / f"{language}.toml"
    own = tomllib.loads(source.read_text(encoding="utf-8"))
    for table in (own, *(domain.messages(language) for domain in domains().values())):
        add(table, "")
    return found


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return the translations of every domain into a language by original text."""
    return {
        text: translation
        for domain in domains().values()
        for text, translation in domain.translations(language).items()
    }


def sentences(text: str) -> list[str]:
    """Return the sentences of an original text."""
    return _END.split(text)


def translated(text: str, language: str) -> str | None:
    """Return a text in a language, as a whole or sentence by sentence; None where a part is missing."""
    known = translations(language)
    if text in known:
        return known[text]
    parts = [known.get(sentence) for sentence in sentences(text)]
    return "".join(part for part in parts if part is not None) if None not in parts else None
