"""The warning that a study was changed to make sense of it, or may not mean what was intended."""

import warnings
from collections.abc import Iterable


class StrandlineWarning(UserWarning):
    """What was asked for could not be had exactly, and by how much it was missed; or looks like a slip."""


def warn(messages: Iterable[str]) -> None:
    """Warn of each, all from this one place: Python then shows one that comes again only once."""
    for message in messages:
        warnings.warn(message, StrandlineWarning, stacklevel=1)
