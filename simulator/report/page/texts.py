"""Texts of the shipped studies in another language: notes, titles and reasons, by their original wording.

A long text is looked up sentence by sentence, so that a sentence that many notes share is translated once and
a note that changes in one place keeps the rest.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

#: Where a sentence ends: after its stop, unless that stop belongs to an initial such as "A. Damodaran".
_END = re.compile(r"(?<=[.?!])(?<!\b[A-Z]\.)\s+(?=[A-Z0-9])")


def sentences(text: str) -> list[str]:
    """Return the sentences of an original text."""
    return _END.split(text)


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return all translations into a language by original text; none where the language has none."""
    folder = resources.files("simulator.report.page") / "messages" / "texts" / language
    found: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ():
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def translated(text: str, language: str) -> str | None:
    """Return a text in a language, as a whole or sentence by sentence; None where a part is missing."""
    known = translations(language)
    if text in known:
        return known[text]
    parts = [known.get(sentence) for sentence in sentences(text)]
    return "".join(part for part in parts if part is not None) if None not in parts else None
