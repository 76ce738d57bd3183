"""strandline doctor: what this machine computes with, and what is wrong with it."""

from typing import Annotated

from simulator.cli.parameters import Flag
from simulator.errors import StrandlineError
from simulator.report.console import write_text


def doctor(*, json: Annotated[bool, Flag] = False) -> None:
    """Print what runs are computed with here: versions, devices, threads, precision, cache, prior sets.

    Exit code 0 if all of it is as it should be, else 1 with what is wrong.

    Parameters
    ----------
    json
        Print one JSON object.
    """
    from simulator.analysis.health import examine
    from simulator.report import console, health

    found = examine()
    if json:
        from simulator.estimate import to_json

        write_text(to_json(health.to_plain(found)) + "\n")
    else:
        health.print_findings(console.output(), found)
    faults = {one.fault: name for name, one in reversed(found.items()) if one.fault}
    if faults:
        lines = (f"  {name.replace('_', ' ')}: {fault}" for fault, name in reversed(faults.items()))
        message = "\n".join(["this machine is not as it should be", *lines])
        raise StrandlineError(message)
