"""What one server serves: a page, what it knows of a study, and answers to its questions."""

import secrets
from dataclasses import dataclass, field

from simulator.whatif.answers import Answers


@dataclass(frozen=True, slots=True)
class Site:
    """Everything below one address.

    Attributes
    ----------
    page
        The page, as HTML.
    policy
        Its content security policy; that nobody may frame it, every answer says.
    description
        What the page knows of the study, as JSON.
    answers
        Answers questions about the study.
    token
        The first segment of the address, which nobody can guess.
    """

    page: bytes
    policy: str
    description: bytes
    answers: Answers
    token: str = field(default_factory=secrets.token_urlsafe, repr=False)
