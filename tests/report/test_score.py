"""Scores on the terminal: what is told, that it fits, and that no number claims more than it knows."""

from io import StringIO

import pytest
from rich.console import Console

from simulator.report import score


def number(value, error: float | None = 0.05):
    return {"value": value, "error": error}


@pytest.fixture
def summary():
    scopes = ("group", "companies", "amazon")
    return {
        "what": "cash capex, quarterly",
        "method": "buildout",
        "titles": {"buildout": "ours", "random_walk": "theirs", "guidance": "said"},
        "windows": {"1": 22.0, "4": 8.0},
        "inputs": {
            "dated": "hyperscalers-2026-01",
            "estimated": ["spend.overshoot"],
            "believed_before": ["spend.vol"],
            "look_ahead": ["cycle.boom_years"],
            "switched_off": ["spend.discipline"],
        },
        "origins": [
            {"quarter": "2020Q4", "as_of": "2021-02-04"},
            {"quarter": "2021Q1", "as_of": "2021-05-05"},
        ],
        "scores": [
            {"scope": scope, "horizon": h, "method": method, "cases": 2, "crps": 0.0512, "log_score": 1.0}
            for scope in scopes
            for h in (1, 4, None)
            for method in ("buildout", "random_walk")
        ],
        "skill": [
            {"scope": scope, "horizon": h, "against": "random_walk", "cases": 21, "crps": number(0.1834)}
            for scope in scopes
            for h in (1, 4, None)
        ]
        + [{"scope": "group", "horizon": 1, "against": "guidance", "cases": 1, "crps": number(0.4, None)}],
        "coverage": {
            scope: {p: number(0.8123, 0.043) for p in ("50", "80", "95")} for scope in (*scopes, "all")
        },
        "pit": {scope: [0, 1, 2, 3, 4, 4, 3, 2, 1, 8] for scope in scopes},
        "outlook": {
            "as_of": "2021-05-05",
            "quarters": [
                {"entity": entity, "quarter": quarter, "p10": 8.2, "p50": 10.4, "p90": 13.9}
                for entity in ("amazon", "group")
                for quarter in ("2021Q2", "2021Q3")
            ],
        },
    }


def printed(summary, width=120):
    out = StringIO()
    score.print_scores(Console(file=out, width=width, color_system=None), summary)
    return out.getvalue()


def test_skill_stands_with_its_error_and_its_cases(summary):
    lines = printed(summary).splitlines()
    (first,) = [line for line in lines if line.startswith("1 ") and "(1)" in line]
    assert first.split() == [
        "1",
        "(22",
        "windows)",
        "0.051",
        "0.18",
        "±",
        "0.05",
        "(21)",
        "0.4",
        "±",
        "?",
        "(1)",
    ]
    (amazon,) = [line for line in lines if line.startswith("Amazon") and "±" in line]
    assert amazon.split() == ["Amazon", *["0.18", "±", "0.05"] * 3, "81", "±", "4"]
    assert "–" in "".join(lines)  # guidance has nothing four quarters ahead


def test_who_is_who_and_what_looks_ahead_is_said(summary):
    text = " ".join(printed(summary).split())
    assert "buildout: ours." in text
    assert "Look ahead: from a set later than the origins, hyperscalers-2026-01: cycle.boom_years." in text


def test_the_outlook_gives_median_and_range(summary):
    assert "10 (8 to 14)" in printed(summary)


def test_a_histogram_is_as_high_as_its_counts():
    text = score.histogram([0, 4, 8], "Group").plain
    assert " ▄█" in text


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal(summary, width):
    assert all(len(line) <= width for line in printed(summary, width).splitlines())
