"""A study has what its model asks for and nothing else, or all that is wrong is said before any path."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import pytest

from simulator.analysis.run import open_run, simulate
from simulator.analysis.run.program import misfits_of_domain
from simulator.beliefs import StrandlineWarning
from simulator.buildout.settings import settings_of
from simulator.errors import StudyError
from simulator.study import Study, load_study, shipped_sets

NORMAL: Mapping[str, Any] = {"family": "normal", "mean": 0.0, "sd": 1.0}


def made(model, priors: Mapping[str, Any], **tables: Any) -> Study:
    return Study.from_dict({"priors": priors, **tables}, model=model)


def refused(study: Study) -> list[str]:
    with pytest.raises(StudyError) as caught:
        simulate(study, paths=8192)
    return [str(fault) for fault in caught.value.faults]


def layer(folder, text: str) -> Study:
    path = folder / "layer.toml"
    path.write_text(
        f'extends = "hyperscalers-2026-01"\n[study]\nas_of = 2026-01-28\n{text}', encoding="utf-8"
    )
    return load_study(path)


PROVENANCE = 'unit = "1"\nbasis = "judgement"\nas_of = 2026-01-28\nnote = "n"\n'


def test_a_misspelt_prior_is_a_fault_with_the_nearest_name(tmp_path):
    study = layer(tmp_path, f"[finance.wac]\nvalue = 0.05\n{PROVENANCE}")
    (fault,) = misfits_of_domain(study)
    assert (fault.key, fault.advice) == ("finance.wac", "Did you mean finance.wacc?")
    assert fault.file.endswith("layer.toml")
    with pytest.raises(StudyError, match=r"finance\.wac: "):
        simulate(study, paths=8192)


def test_a_spare_prior_is_no_fault_and_stays_spare(tmp_path):
    study = layer(tmp_path, f"[finance.wac]\nvalue = 0.05\nspare = true\n{PROVENANCE}")
    assert not misfits_of_domain(study)
    again = Study.from_dict(study.to_dict())
    assert again.priors["finance.wac"].spare
    assert again.hash == study.hash
    for value in (0.06, {"family": "uniform", "low": 0, "high": 1}):
        assert study.override({"finance.wac": value}).priors["finance.wac"].spare


@pytest.mark.parametrize("name", shipped_sets())
def test_shipped_studies_have_no_prior_that_nothing_asks_for(name):
    assert not misfits_of_domain(load_study(name))


def test_a_prior_of_an_exposure_is_asked_for_and_of_no_company_is_not(tmp_path):
    study = layer(tmp_path, "")
    named = [
        n for c in settings_of(study).companies for parts in c.exposures.values() for n in parts.values()
    ]
    assert named
    bare = replace(
        study,
        settings=replace(
            study.settings, companies=tuple(replace(c, exposures={}) for c in settings_of(study).companies)
        ),
    )
    assert {fault.key for fault in misfits_of_domain(bare)} == set(named)


@pytest.mark.parametrize(
    "model",
    [
        lambda d: {"y": d["x"]},
        jax.jit(lambda d: {"y": d["x"]}),
        lambda d: {"y": {**d}["x"]},
        lambda d: {"y": d["x"], "n": jnp.asarray(float(len(d)))},
    ],
)
def test_a_prior_on_which_no_result_depends_is_warned_of_however_the_model_reads(model):
    with pytest.warns(StrandlineWarning, match="depends on the prior z; it reads x"):
        simulate(made(model, {"x": NORMAL, "z": NORMAL}), paths=8192)
    assert simulate(made(model, {"x": NORMAL, "z": {**NORMAL, "spare": True}}), paths=8192).names


@pytest.mark.parametrize(
    "model",
    [
        lambda d: {"y": sum(d.values())},
        lambda d: {"y": jax.tree.reduce(jnp.add, d)},
        lambda d: {"y": jax.tree.map(jnp.multiply, d, {"x": 1.0, "z": 2.0})["x"] + max(1, 2) * d["z"]},
        lambda d: {name: value for name, value in d.items()},
    ],
)
def test_a_model_may_read_its_draws_in_any_way(model):
    assert simulate(made(model, {"x": NORMAL, "z": NORMAL}), paths=8192).status == "complete"


def test_what_only_the_series_of_a_model_read_is_read():
    def model(d):
        return {"y": d["x"]}

    model.series = lambda d: {"s": jnp.stack([d["z"], d["x"]])}  # type: ignore[attr-defined]
    assert simulate(made(model, {"x": NORMAL, "z": NORMAL}), paths=8192).series()["s"].shape[0] == 2


class Declared:
    """A model that declares its inputs, one of them a vector."""

    inputs: ClassVar = {
        "x": SimpleNamespace(unit="1", minimum=-9e9, maximum=9e9),
        "v": SimpleNamespace(unit="1", minimum=-9e9, maximum=9e9, size=3),
    }

    def __len__(self) -> int:
        return 0

    def __call__(self, draws, /):
        return {"y": draws["x"] + draws["v"].sum(axis=0)}


def test_every_prior_has_the_size_that_the_model_asks_for():
    texts = refused(made(Declared(), {"x": {**NORMAL, "size": 2}, "v": NORMAL}))
    assert texts == [
        "v.size: found one number a path; allowed: 3, as the model asks",
        "x.size: found 2 numbers a path; allowed: one number a path, as the model asks. Leave size out.",
    ]
    shares = {"family": "dirichlet", "alpha": [1.0, 2.0]}
    assert refused(made(Declared(), {"x": NORMAL, "v": shares})) == [
        "v.alpha: found 2 numbers a path; allowed: 3, as the model asks"
    ]


def test_a_model_may_be_falsy():
    study = made(Declared(), {"x": NORMAL, "v": {**NORMAL, "size": 3}})
    assert simulate(study, paths=8192).names == ("y",)
    assert simulate(replace(study, model=None), model=Declared(), paths=8192).names == ("y",)


def test_a_rule_on_a_metric_that_is_not_there_is_refused_before_any_path(tmp_path):
    rules = {"verdict": {"bull": {"profits": {"min": 1}}, "bear": {"profit": {"max": 0}}}}
    study = made(lambda d: {"profit.a": d["x"]}, {"x": NORMAL}, **rules)
    with pytest.raises(StudyError, match=r"verdict\.bull\.profits.*Did you mean profit\?"):
        simulate(study, paths=8192, out=tmp_path / "run")
    with pytest.raises(Exception, match="run"):
        open_run(tmp_path / "run", model=study.model)
    (fault,) = misfits_of_domain(layer(tmp_path, "[verdict.bull]\nroics = { min = 1 }\n"))
    assert (fault.key, fault.advice) == ("verdict.bull.roics", "Did you mean roic?")
