"""Texts of the shipped studies in another language: notes, titles and reasons, by their original wording.

A long text is looked up sentence by sentence, so that a sentence that many notes share is translated once and
a note that changes in one place keeps the rest.
"""

import re
from collections.abc import Mapping
from functools import cache

from simulator.study.domain import domains

#: Where a sentence ends: after its stop, unless that stop belongs to an initial such as "A. Damodaran".
_END = re.compile(r"(?<=[.?!])(?<!\b[A-Z]\.)\s+(?=[A-Z0-9])")


def sentences(text: str) -> list[str]:
    """Return the sentences of an original text."""
    return _END.split(text)


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return the translations of every domain into a language by original text."""
    return {
        text: translation
        for domain in domains().values()
        for text, translation in domain.translations(language).items()
    }


def translated(text: str, language: str) -> str | None:
    """Return a text in a language, as a whole or sentence by sentence; None where a part is missing."""
    known = translations(language)
    if text in known:
        return known[text]
    parts = [known.get(sentence) for sentence in sentences(text)]
    return "".join(part for part in parts if part is not None) if None not in parts else None
