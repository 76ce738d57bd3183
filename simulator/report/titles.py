"""Titles of rows and columns on the terminal: verdicts, entities, priors."""

from collections.abc import Mapping

from rich.text import Text

from simulator.estimate import parts_of, shown
from simulator.report.console import plain
from simulator.report.metric_lines import words
from simulator.report.page.locale import Locale

type Codes = Mapping[str, int]

#: How sentences write numbers: the terminal speaks English.
LOCALE = Locale("en")


def titles_of(codes: Codes, *, split: bool) -> dict[str, str]:
    """Return the verdicts and their titles, with the two parts of all else in its place where it is split."""
    rest = next((name for name, code in codes.items() if not code), "")
    parts = parts_of(codes) if split else {}
    sides = zip(parts, ("gains", "losses"), strict=bool(parts))
    own = {name: f"{title_of(rest)},\n{side}" for name, side in sides}
    return shown({name: title_of(name) for name in codes}, own)


def title_of(verdict: str) -> str:
    """Return a verdict's name as a title."""
    return words(verdict).capitalize()


def row_title(entity: str, title: str) -> Text:
    """Return the first cell of a row: the group stands out."""
    return Text(title, style="bold" if entity == "group" else "")


def prior_title(name: str, titles: Mapping[str, str], mark: str = "") -> Text:
    """Return a prior's label over its name, or its name where it has no label; a mark follows the title.

    Parameters
    ----------
    name
        The prior's.
    titles
        Of the companies, by name.
    mark
        A sign that a legend explains.
    """
    known = LOCALE.prior(name, titles)
    below = "" if known is None else f"\n{plain(name)}"
    return Text.assemble(known or plain(name), mark, (below, "dim"))
