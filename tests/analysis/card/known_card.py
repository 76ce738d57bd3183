"""A small study with all that a card tells of, and the card of its run."""

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from simulator.analysis.card import Card, card
from simulator.analysis.run import Run, simulate
from simulator.study import Study

#: Standard errors that an estimate may lie from the truth.
SIGMAS = 5
DAY = date(2026, 11, 30)
HOSTILE = "<script>alert(1)</script>|`\x1b[31m"
NOTE = "Centre 1. Against: one case alone, and 3 years old."


def model(draws):
    level, noise, much = draws["level"], draws["noise"], draws["much"]
    value = 3 * level + noise
    return {
        "value_created.group": value,
        "value_created.meta": value / 2,
        "capex_2026.group": 100 * much,
        "capex_2026.meta": 50 * much,
        "centre": value,
        "centre_again": value,
    }


model.metric_units = {  # pyright: ignore[reportFunctionMemberAccess]
    "value_created.group": "USD bn",
    "value_created.meta": "USD bn",
    "capex_2026.group": "USD bn",
    "capex_2026.meta": "USD bn",
    "centre": "USD bn",
    "centre_again": "USD bn",
}


def data(title: str = "A small question") -> dict:
    """Return the study: value is 3 level + noise, nine tenths of whose variance is of the level."""
    return {
        "study": {"name": "small", "title": title, "as_of": "2026-01-28", "start": "2026Q1"},
        "company": [{"name": "meta"}],
        "verdict": {"bull": {"value_created": {"min": 1.0}}, "bear": {"value_created": {"max": -1.0}}},
        "sources": {
            "book": {"title": f"A book {title}", "date": "2020-05-01", "rank": "other"},
            "filing": {"title": "A filing", "date": "2025-10-30", "rank": "filing"},
        },
        "priors": {
            "level": {
                **{"family": "normal", "mean": 0.25, "sd": 1.0, "unit": "USD bn", "basis": "judgement"},
                **{"as_of": "2025-11-30", "note": f"{NOTE} {title}" if title == HOSTILE else NOTE},
                "sources": ["book"],
            },
            "noise": {
                **{"family": "normal", "mean": 0.0, "sd": 1.0, "unit": "USD bn", "basis": "published"},
                **{"as_of": "2026-01-28", "note": "Nothing.", "sources": ["filing"]},
            },
            "much": {
                **{"family": "uniform", "low": 0.5, "high": 1.5, "unit": "1", "basis": "reported"},
                **{"as_of": "2026-01-28", "note": "Nothing.", "sources": ["filing"]},
            },
            "fixed": {"value": 1.0, "unit": "1", "basis": "judgement", "as_of": "2024-01-01", "spare": True}
            | {"note": "Nothing."},
        },
        "check": [
            {"name": "centre", "title": f"Right {title}", "unit": "USD bn"}
            | {"low": 0.0, "high": 2.0, "statistic": "median_within", "note": "By hand."},
            {"name": "centre_again", "title": "Wrong", "unit": "USD bn"}
            | {"low": 5.0, "high": 6.0, "statistic": "median_within", "note": "By hand."},
        ],
        "contradiction": [
            {"name": "two", "title": f"One says yes {title}", "treatment": "Neither.", "priors": ["level"]}
        ],
        "structure": {
            "written": {"title": "As written"},
            "poor": {"title": f"A poorer world {title}", "set": {"level": -1.0}},
        },
        "mechanism": {"level": {"title": f"The level {title}", "off": {"level": 0.0}}},
    }


@cache
def run(paths: int = 2**15, seed: int = 1, title: str = "A small question") -> Run:
    """Return a stored run of it."""
    study = Study.from_dict(data(title), model=model)
    return simulate(study, paths=paths, seed=seed, out=Path(mkdtemp()) / "run")


@cache
def made(title: str = "A small question") -> Card:
    """Return the card of the run."""
    return card(run(title=title), DAY)


@cache
def bare() -> Card:
    """Return the card of a model of one's own about which nothing is stated, in memory."""
    priors = {name: {"family": "normal", "mean": 0.0, "sd": 1.0} for name in ("a", "b")}
    study = Study.from_dict({"priors": priors}, model=lambda d: {"f": 2 * d["a"] - d["b"]})
    return card(simulate(study, paths=2**13))
