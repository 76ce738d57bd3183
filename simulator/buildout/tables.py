"""Data that ships with the build-out: its table of metrics, labels of its priors, and translations."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from simulator.study.metric import Metric


@cache
def metrics() -> Mapping[str, Metric]:
    """Return every metric by name, in the order of metrics.toml."""
    return {name: Metric.from_table(name, table) for name, table in _read("metrics.toml").items()}


@cache
def labels(language: str) -> Mapping[str, Any]:
    """Return what priors are called and about, and how log ratios are given, by name; a star is a company."""
    return _read(f"labels.{language}.toml")


@cache
def translations(language: str) -> Mapping[str, str]:
    """Return texts of the shipped studies in a language, by their wording in English."""
    folder = resources.files("simulator.buildout") / "translations" / language
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else ()
    return {text: own for name in names for text, own in _read(f"translations/{language}/{name}").items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("simulator.buildout") / name).read_text(encoding="utf-8"))
