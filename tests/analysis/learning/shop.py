"""A small study with a model of its own, and evidence files about its metric by quarter."""

from pathlib import Path
from typing import Any

import jax.numpy as jnp

from simulator import Study

HEAD = """\
[[series]]
name = "{name}"
title = "Sales"
metric = "sales"
company = "{company}"
kind = "{kind}"
definition = "all"
unit = "1"
error = {error}
sources = ["book"]
lag_days = 30

[series.values]
"""
SOURCE = '[sources.book]\ntitle = "A book"\ndate = 2026-01-01\nprovenance = "stored page"\n'


def sales(draws: dict[str, Any]) -> dict[str, Any]:
    """Level and growth, of which sales are made."""
    level, growth = draws["level"], draws["growth"]
    return {"sales": jnp.exp(level), "later": jnp.exp(level + growth)}


def study(as_of: str = "2026-01-15") -> Study:
    return Study.from_dict(
        {
            "study": {"name": "shop", "title": "A shop", "as_of": as_of},
            "priors": {
                "level": {"family": "normal", "mean": 0, "sd": 1, "as_of": as_of},
                "growth": {"family": "normal", "mean": 0, "sd": 1, "as_of": as_of},
            },
        },
        model=sales,
    )


def evidence(
    folder: Path,
    values: dict[str, float],
    *,
    error: float = 0.3,
    kind: str = "actual",
    company: str = "model",
) -> Path:
    """An evidence file of sales by period."""
    text = HEAD.format(name="sales", company=company, kind=kind, error=error)
    text += "".join(f"{period} = {value!r}\n" for period, value in values.items())
    path = folder / "sales.toml"
    path.write_text(text + "\n" + SOURCE)
    return path
