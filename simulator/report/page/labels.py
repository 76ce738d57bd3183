"""What a prior or a setting is called in a report: by a label for people, or else by its name."""

import re
from collections.abc import Mapping

from simulator.report.page.document import Code, Inline, Link
from simulator.report.page.speech import Speech

#: The number of a component at the end of a name.
_COMPONENT = re.compile(r"\[(\d+)\]$")


def label(say: Speech, name: str, companies: Mapping[str, str]) -> str | None:
    """Return the label of a prior, or None where the catalogue has none.

    Parameters
    ----------
    say
        The language.
    name
        The prior's, with ``[k]`` for a component.
    companies
        Titles of the study's companies by name.
    """
    bare = _COMPONENT.sub("", name)
    parts = bare.split(".")
    owner = next((part for part in parts if part in companies), None)
    pattern = ".".join("*" if part == owner else part for part in parts)
    key = next((key for key in (f"labels.{bare}", f"labels.{pattern}") if say.has(key)), None)
    if key is None:
        return None
    text = say(key, company=companies.get(owner or "", ""))
    component = _COMPONENT.search(name)
    return f"{text} {int(component[1]) + 1}" if component else text


def labelled(say: Speech, name: str, companies: Mapping[str, str]) -> list[Inline]:
    """Return a prior's label with its name beside it, or the name alone."""
    text = label(say, name, companies)
    return [Code(name)] if text is None else [text, " ", Code(name)]


def linked(say: Speech, name: str, companies: Mapping[str, str]) -> list[Inline]:
    """Return what `labelled` returns, leading to the prior's row in the table of all priors."""
    text, place = label(say, name, companies), f"#prior-{name}"
    return [Link(name, place)] if text is None else [Link(text, place), " ", Code(name)]
