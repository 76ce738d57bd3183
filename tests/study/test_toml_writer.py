"""Whatever a prior says is read back from its TOML."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.study import load_study, shipped_sets
from simulator.study.toml_writer import prior_text, toml_text

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.dates() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(VALUES)
def test_any_value_is_read_back(value: object) -> None:
    assert tomllib.loads(f"value = {toml_text(value)}")["value"] == value


@pytest.mark.parametrize("name", shipped_sets())
def test_every_shipped_prior_is_read_back(name: str, tmp_path: Path) -> None:
    base = load_study(name)
    again = tmp_path / "again"
    again.mkdir()
    (again / "study.toml").write_text(f'extends = "{name}"\n[study]\nname = "{name}"\n')
    text = "\n".join(prior_text(prior.name, prior) for prior in base.priors.values())
    (again / "priors.toml").write_text(text)
    study = load_study(again)
    assert study.hash == base.hash
    for prior in base.priors.values():
        found = study.priors[prior.name]
        assert (found.note, found.sources, found.as_of) == (prior.note, prior.sources, prior.as_of)
        # A prior's file is the layer that gave it.
        assert found.file == f"{again}/priors.toml"
