"""A notebook shows a run as a table in which a study's texts can only be read."""

import importlib
import sys
import xml.etree.ElementTree as xml
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.formatters import HTMLFormatter, MarkdownFormatter

import simulator
from simulator import simulate
from simulator.estimate import Number
from simulator.report.notebook import MOST, run_html
from simulator.sampling import BATCH
from simulator.study import Study

HOSTILE = "<script>alert(1)</script>\x1b[31m"
PRIORS = {"gain": {"family": "normal", "mean": 0.1, "sd": 1.0}}


def rows(html: str) -> list[list[str]]:
    """The texts of the table; raises where the markup is not well formed."""
    tree = xml.fromstring(f"<div>{html}</div>")
    return [["".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]


def metrics(draws: dict[str, Any]) -> dict[str, Any]:
    return {f"gain_{index}.{HOSTILE[:8]}": draws["gain"] + index for index in range(MOST + 3)}


def test_metrics_stand_with_their_errors_and_say_how_many_are_left_out() -> None:
    run = simulate(Study.from_dict({"priors": PRIORS}, metrics), paths=BATCH)
    head, *shown, more = rows(run_html(run))
    assert head == ["Metric", "P5", "P50", "P95", "Mean"]
    assert len(shown) == MOST
    assert more == ["and 3 more"]
    mean = run.summary()["estimates"][run.names[0]]["mean"]
    assert shown[0][-1] == str(Number.from_json(mean))


def test_verdicts_stand_by_entity_as_the_summary_has_them() -> None:
    data = {
        "priors": PRIORS,
        "study": {"title": HOSTILE},
        "verdict": {"bull": {"gain": {"min": 1.0}}, "bear": {"gain": {"max": -1.0}}},
    }
    run = simulate(Study.from_dict(data, lambda d: {"gain": d["gain"]}), paths=BATCH)
    html = run_html(run)
    head, *shown = rows(html)
    (chances,) = run.summary()["verdicts"].values()
    assert [name.lower() for name in head[1:]] == list(chances)
    assert shown[0][1:] == [str(Number.from_json(one) * 100) for one in chances.values()]
    assert "<script>" not in html
    assert "\x1b" not in html


def test_a_study_is_one_line() -> None:
    study = Study.from_dict({"priors": PRIORS}, metrics)
    assert repr(study) == "<Study study: 1 priors, model metrics>"


def test_ipython_is_told_how_to_show_a_run_where_it_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the type's name: nothing is imported for it before a run is shown."""
    formatter = HTMLFormatter()
    formatters = {"text/html": formatter, "text/markdown": MarkdownFormatter()}
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    importlib.reload(simulator)
    run = simulate(Study.from_dict({"priors": PRIORS}, metrics), paths=BATCH)
    assert formatter(run) == run_html(run)
    assert formatter("anything else") is None
