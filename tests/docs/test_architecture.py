"""What the page on architecture names is there."""

import re
from importlib import import_module
from importlib.util import find_spec

import simulator
from simulator.beliefs.lowering import lower
from simulator.families.member import Member
from simulator.study.document import Piece
from simulator.study.load import read_study
from simulator.study.reading import read_priors
from simulator.study.records import Prior
from simulator.study.schema.marginal import Marginal
from tests.docs.pages import PAGES

NAME = "power.lead_time.northern_virginia"
WALK = PAGES["docs/explanation/architecture.md"].read_text().partition("## A reader's walk")[2]


def test_every_module_and_type_of_the_walk_exists() -> None:
    named = re.findall(r"`(simulator(?:\.\w+)+)`", WALK)
    assert len(named) >= 8
    for name in named:
        module, _, last = name.rpartition(".")
        assert hasattr(import_module(module), last) if last[0].isupper() else find_spec(name), name
    assert len(re.findall(r"(?m)^\d\.", WALK)) <= 8


def test_the_walk_is_the_one_that_a_prior_takes() -> None:
    piece = read_study("hyperscalers-2026-01").document["priors"][NAME]
    (table,) = read_priors({NAME: piece}).values()
    assert isinstance(piece, Piece)
    assert isinstance(table, Marginal)
    prior = simulator.load_study("hyperscalers-2026-01").priors[NAME]
    lowered = lower(prior, alone=True)
    assert isinstance(prior, Prior)
    assert isinstance(lowered.member, Member)
    assert lowered.kind == "lognormal"
    assert lowered.rows == ((4.5, 0.17),)
