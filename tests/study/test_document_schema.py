"""The JSON Schema of study files: it takes what the reader takes, and refuses what is plainly broken."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.buildout import starter
from simulator.families import FAMILIES
from simulator.study import Study, load_study, priors_root, shipped_sets
from simulator.study.schema.document import document_schema, schema_text
from simulator.study.toml_writer import prior_text
from tests.study.small_set import FILES
from tests.study.tables import ALL, table

COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "study.schema.json"
SCHEMA = Draft202012Validator(document_schema())
SHIPPED = sorted(path for name in shipped_sets() for path in (priors_root() / name).glob("*.toml"))
SAID = 'unit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "why"\n'


def plain(value: Any) -> Any:
    """A value of TOML as one of JSON, as editors have it: dates as text."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def complaints(text: str) -> list[str]:
    return [error.message for error in SCHEMA.iter_errors(plain(tomllib.loads(text)))]


def test_the_committed_copy_is_what_the_program_prints() -> None:
    assert COMMITTED.read_text() == schema_text(), (
        "strandline config schema > docs/reference/study.schema.json"
    )


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(document_schema())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_it_takes_every_file_of_the_shipped_sets(file: Path) -> None:
    assert complaints(file.read_text()) == []


@pytest.mark.parametrize("topic", FILES)
def test_it_takes_the_small_set(topic: str) -> None:
    assert complaints(FILES[topic]) == []


def test_it_takes_what_init_writes() -> None:
    base = load_study("hyperscalers-2026-01")
    for text in (*starter.starter(base, base.name, "x").values(), starter.company(base, "oracle", "meta")):
        assert complaints(text) == []


@pytest.mark.parametrize(("family", "index"), ALL)
def test_it_takes_every_family_in_every_way(family: str, index: int) -> None:
    prior = Study.from_dict({"priors": {"a.b": table(family, index)}}).priors["a.b"]
    printed = replace(prior, unit="1", basis="judgement", as_of=date(2026, 1, 28), note="why")
    assert complaints(prior_text("a.b", printed)) == []


def test_every_family_has_its_model() -> None:
    assert len(document_schema()["$defs"]["marginal"]["oneOf"]) == len(FAMILIES)


@pytest.mark.parametrize(
    "text",
    [
        "extends = 3\n",
        'family = "normal"\n',
        "[study]\nhorizon = 24\n",
        "[study]\nhorizon_quarters = 4\n",
        '[study]\nstart = "January"\n',
        f'[a.b]\nfamily = "norml"\nmean = 1\nsd = 1\n{SAID}',
        f'[a.b]\nfamily = "normal"\nmean = 1\n{SAID}',
        f'[a.b]\nfamily = "normal"\nmean = 1\nsd = -1\n{SAID}',
        f'[a.b]\nfamily = "normal"\nmean = "1"\nsd = 1\n{SAID}',
        f'[a.b]\nfamily = "normal"\nmean = 1\nsd = 1\nmode = 1\n{SAID}',
        f'[a.b]\nfamily = "normal"\nmean = 1\nsd = 1\nquantiles = {{ p10 = 1, p90 = 2 }}\n{SAID}',
        f'[a.b]\nfamily = "normal"\nquantiles = {{ p10 = 1 }}\n{SAID}',
        f'[a.b]\nfamily = "normal"\nquantiles = {{ low = 1, high = 2 }}\n{SAID}',
        f'[a.b]\nfamily = "lognormal"\nmedian = 1\nsd = 1\n{SAID}',
        f"[a.b]\nvalue = 1\nweight = 1\n{SAID}",
        f"[a.b]\nnumber = 1\n{SAID}",
        '["a b".c]\nvalue = 1\n' + SAID,
        '[a.b]\nvalue = 1\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "no unit"\n',
        '[a.b]\nvalue = 1\nunit = "1"\nbasis = "guess"\nas_of = 2026-01-28\nnote = "no such basis"\n',
        '[a.b]\nvalue = 1\nunit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\n',
        '[a.b]\nvalue = 1\nunit = "1"\nbasis = "published"\nas_of = 2026-01-28\nnote = "by whom?"\n',
        f'[a.b]\nfamily = "mixture"\ncomponents = [{{ value = 1 }}, {{ value = 2, weight = 0.5 }}]\n{SAID}',
        '[[company]]\ntitle = "no name"\n',
        '[[company]]\nname = "x"\n[[company.exposure]]\nkind = "luck"\n',
        '[company]\nname = "x"\n',
        "[verdict.bull]\nroic = {}\n",
        '[dependence]\nspearman = [["a", "b", 2.0]]\n',
        '[[dependence.groups]]\ncopula = "gaussian"\n',
        '[sources.a]\naddress = "https://example.org"\n',
    ],
)
def test_it_refuses_what_is_broken(text: str) -> None:
    assert complaints(text)


def test_a_layer_may_give_a_part_of_an_entry() -> None:
    assert complaints('[[power_source]]\nname = "gas"\ntitle = "Gas"\n[[check]]\nname = "x"\nlow = 1\n') == []
