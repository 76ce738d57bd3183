"""What a page may do, by its content-security policy: run scripts that are named by hash, and little else."""

import base64
import hashlib
from collections.abc import Iterable, Mapping

#: What a directive lets in that lets nothing in.
NONE = "'none'"


def policy_of(style: str, scripts: Iterable[str], within: Iterable[str] = ()) -> str:
    """Return the policy of a document.

    Parameters
    ----------
    style, scripts
        All that the document itself looks like and runs.
    within
        Policies of the pages that it embeds. A frame may do what its own page states and the page around it
        allows too: the document has to allow whatever they state. What none of them states stays forbidden.
    """
    found = {
        "default-src": [NONE],
        "style-src": [hash_of(style)],
        "script-src": [hash_of(script) for script in scripts],
        "img-src": ["data:"],
        "base-uri": [NONE],
        "form-action": [NONE],
    }
    for policy in within:
        for name, sources in _directives(policy).items():
            both = dict.fromkeys([*found.get(name, []), *sources])
            found[name] = [one for one in both if one != NONE] or [NONE]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in found.items())


def hash_of(text: str) -> str:
    """Return how a policy names a text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _directives(policy: str) -> Mapping[str, list[str]]:
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name: sources for name, *sources in parts}
