"""The findings of `strandline doctor` on the terminal, a line each."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from simulator.analysis.health import Finding
from simulator.report.console import count
from simulator.report.terminal import print_facts


def print_findings(console: Console, found: Mapping[str, Finding]) -> None:
    """Print what was found, a line for each thing that was looked at."""
    lines = {name.replace("_", " ").capitalize(): _line(name, finding) for name, finding in found.items()}
    print_facts(console, lines, "This machine")


def to_plain(found: Mapping[str, Finding]) -> dict[str, Any]:
    """Return what was found as one object: what `--json` prints."""
    faults = {name: finding.fault for name, finding in found.items() if finding.fault}
    values = {name: dict(finding.values) for name, finding in found.items()}
    return {"schema": 1, "healthy": not faults, "faults": faults, **values}


def _line(name: str, finding: Finding) -> str:
    value = finding.values
    if not value:
        return "not found out" if finding.fault else "nothing set"
    match name:
        case "versions":
            extras = [f"{extra} {version or 'not installed'}" for extra, version in value["extras"].items()]
            packages = [f"{package} {value[package]}" for package in value if package != "extras"]
            return f"{', '.join(packages)}; extras: {', '.join(extras)}"
        case "platform":
            size = f"{value['disk_free_bytes'] / 2**30:.0f} GiB free here"
            processor = value["processor"] or value["machine"]
            return f"{value['system']}, {processor}, {count(value['threads'], 'thread')}, {size}"
        case "devices":
            return _devices(value)
        case "precision":
            return ", ".join(f"{dtype} of {bits} bits" for dtype, bits in value["bits"].items())
        case "cache":
            if not value["writable"]:
                return f"{value['folder']}, not writable"
            size = f"{count(value['files'], 'file')}, {value['bytes'] / 2**20:.1f} MiB"
            return f"{value['folder']}, writable, {size}"
        case "prior_sets":
            return ", ".join(f"{study} ({priors} priors)" for study, priors in value.items())
        case _:
            return ", ".join(f"{variable}={text}" for variable, text in value.items())


def _devices(value: Mapping[str, Any]) -> str:
    """Return which devices there are, and what runs have of those that are no processor."""
    if "auto" not in value:
        return f"{count(len(value['all']), 'device')} on {value['backend']}; runs use {value['used']}"
    counts = Counter(one["kind"] for one in value["all"])
    memory = value["memory_bytes"]
    facts = [", ".join(f"{number} {kind}" for kind, number in counts.items())]
    facts.append("memory not known" if memory is None else f"{memory / 2**30:.1f} GiB each for runs")
    width = value["batches_at_once"]
    facts.append(f"{width} batches at once" if width else "batches at once not tuned yet")
    return f"{'; '.join(facts)}; with --device auto: {value['auto']}"
