"""Whether an update can be trusted: how it was computed, what its draws are worth, and what had to hold."""

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

from simulator.report.page.document import Block, Column, Paragraph, Row, Table
from simulator.report.page.speech import Speech

type Summary = Mapping[str, Any]


def trust(found: Summary, say: Speech) -> Iterator[Block]:
    """Give the method, its draws and its gates, and those of the method that was given up."""
    method = found["method"]
    asked = "_asked" if method["name"] == "tempering" and method["asked"] == "tempering" else ""
    yield Paragraph([say(f"update.method_{method['name']}{asked}")])
    yield Paragraph([say("update.likelihood")])
    yield Paragraph([_draws(found, say)], "note")
    columns = [
        Column(say("update.gate"), numeric=False),
        Column(say("update.reached")),
        Column(say("update.asked")),
        Column(say("update.outcome"), numeric=False),
    ]
    rows: list[Row] = []
    for name, gates in method["tried"].items():
        rows.append(Row([say(f"update.{name}")], []))
        rows += [_gate(gate, say) for gate in gates]
    yield Table(say("update.gates_caption"), columns, rows)


def _draws(found: Summary, say: Speech) -> str:
    """Return how many draws there are, what they are worth, and how well their errors are known."""
    method = found["method"]
    worth = next((gate["value"] for gate in method["gates"] if gate["name"] == "ess"), None)
    texts = {
        "draws": say.count(method["draws"]),
        "chains": say.count(method["chains"]),
        "paths": say.count(found["paths"]),
        "seed": str(found["seed"]),
        "doubt": say.rough_percent({"value": doubt(method["chains"]), "mcse": 0.0}),
    }
    if worth is None:
        return say("update.draws", **texts)
    return say("update.draws_worth", worth=say.count(round(worth)), **texts)


def doubt(chains: int) -> float:
    """Return the relative standard error of an error that is read from the spread of so many chains.

    To first order, for means that are normal: the variance of a sample variance of n is 2 / (n - 1) of its
    square.
    """
    return 1 / sqrt(2 * (chains - 1))


def _gate(gate: Mapping[str, Any], say: Speech) -> Row:
    reached = "∞" if gate["value"] is None else say.given(gate["value"])
    limit = say("update.most" if gate["most"] else "update.least", limit=say.given(gate["limit"]))
    outcome = say("update.passed" if gate["passed"] else "update.failed")
    return Row([say(f"update.gate_{gate['name']}")], [[reached], [limit], [outcome]])
