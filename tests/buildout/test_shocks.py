"""Shocks by what they are of."""

from collections import Counter

from simulator.buildout import shocks

COMPANIES, SOURCES = ("one", "two"), ("grid",)


def test_every_shock_is_of_one_thing():
    declared = shocks.declare(COMPANIES, SOURCES, 8)
    grouped = Counter(name for names in shocks.groups(COMPANIES, SOURCES).values() for name in names)
    assert grouped == Counter(declared.keys())
