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
            if isinstance(value, dict):
                add(value, f"{above}{key}.")
            else:
                found[above + key] = value

    for name in (language, f"labels.{language}"):
        source = resources.files("simulator.report.page") / "messages" / f"{name}.toml"
        add(tomllib.loads(source.read_text(encoding="utf-8")), "")
    return found


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return all translations of studies' texts into a language by original text; none where it has none."""
    folder = resources.files("simulator.report.page") / "messages" / "texts" / language
    found: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ():
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


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
