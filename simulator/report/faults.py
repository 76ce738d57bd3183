"""Errors on standard error: what is wrong, where, and what to do; all faults of a study at once."""

from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from simulator.errors import Fault, StudyError
from simulator.report.console import plain


def print_error(console: Console, error: BaseException) -> None:
    """Print an error that was raised for the user to read."""
    if isinstance(error, StudyError):
        print_faults(console, error.faults, error.subject)
        return
    first, *rest = str(error).splitlines() or [type(error).__name__]
    console.print(Text.assemble(("error: ", "bold red"), plain(first)), soft_wrap=True)
    for line in rest:
        console.print(Text(f"  {plain(line)}"), soft_wrap=True)


def print_faults(console: Console, faults: tuple[Fault, ...], subject: str = "study") -> None:
    """Print the faults of a study, or of what is named, by file; keys with the same fault share its text."""
    count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
    console.print(Text.assemble(("error: ", "bold red"), f"the {subject} is not valid: {count}"))
    for file, members in groupby(faults, key=lambda fault: fault.file):
        console.print()
        if file:
            console.print(Text(plain(file), style="bold"), soft_wrap=True)
        for texts, alike in groupby(members, key=lambda fault: (fault.found, fault.allowed, fault.advice)):
            for fault in alike:
                console.print(Text(f"  {plain(fault.key)}"), soft_wrap=True)
            for name, text in zip(("found: ", "allowed: ", ""), texts, strict=True):
                if text:
                    line = Text.assemble((name, "dim"), plain(text))
                    console.print(Padding(line, (0, 0, 0, 4), expand=False))
