"""How one number of a path is written: the name of a prior or shock, or `name[component]`."""

import re

_COMPONENT = re.compile(r"(.+)\[(\d+)\]")


def parse_coordinate(text: str) -> tuple[str, int]:
    """Return the name and the component that an entry of a study's order or directions means."""
    match = _COMPONENT.fullmatch(text)
    return (match[1], int(match[2])) if match else (text, 0)
