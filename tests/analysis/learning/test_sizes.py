"""The numbers of an update: the units that they are in, and how many of them are in memory."""

import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simulator
from simulator import Study, engine
from simulator.analysis.learning import matching, tree, updating
from simulator.analysis.learning.figures import Datum, Matched
from simulator.analysis.learning.problem import InferenceProblem, Sample
from simulator.analysis.learning.summarise import prior_updates, shifts
from simulator.analysis.run.program import model_of
from simulator.errors import EvidenceError
from simulator.evidence import load_evidence
from tests.analysis.learning.shop import evidence, study


def problem(unit: str) -> InferenceProblem:
    """A problem whose model asks for a share, and whose study states it in some unit."""
    prior = {"family": "normal", "mean": 25, "sd": 1, "unit": unit}
    stated = Study.from_dict({"priors": {"tax": prior}}, model=lambda draws: {"y": draws["tax"]})
    asked = InferenceProblem(stated, model_of(stated, None), Matched((), (), ()), engine.Plan(8192, 0))
    asked.__dict__["units"] = {"tax": "1"}
    return asked


def sample(values: np.ndarray) -> Sample:
    none = np.zeros((0, *values.shape))
    return Sample({"tax": values}, {}, none, none)


def test_priors_are_in_the_unit_that_the_study_states() -> None:
    """Means are in the study's unit, not in the model's; a move in standard deviations has no unit."""
    draws = np.random.default_rng(0).normal(0.25, 0.01, (32, 256))
    before, after = sample(draws), sample(draws + 0.01)
    found = {unit: prior_updates(problem(unit), before, after, "rqmc")[0] for unit in ("1", "%")}
    assert found["%"].unit == "%"
    for which, statistic in (("prior", "mean"), ("posterior", "mean"), ("prior", "sd"), ("prior", "p90")):
        share, per_cent = (getattr(getattr(found[unit], which), statistic).value for unit in ("1", "%"))
        np.testing.assert_allclose(per_cent, 100 * share, rtol=1e-9)
    for key in ("shift", "narrowed"):
        np.testing.assert_allclose(getattr(found["%"], key).value, getattr(found["1"], key).value, rtol=1e-9)
    again = shifts(problem("%"), [found["%"]], after)
    np.testing.assert_allclose(again["tax"].value, found["%"].shift.value, rtol=1e-9)


def test_more_figures_than_memory_takes_are_refused_before_any_work(tmp_path: Path, monkeypatch) -> None:
    found = load_evidence(evidence(tmp_path, {"2026Q1": 1.0, "2026Q2": 1.1, "2026Q3": 1.2}))
    shop = study()
    monkeypatch.setattr(matching, "MOST_FIGURES", 3)
    assert len(matching.match(found, shop, model_of(shop, None), None).used) == 3
    monkeypatch.setattr(matching, "MOST_FIGURES", 2)
    with pytest.raises(EvidenceError, match=r"(?s)3 figures to learn from.*at most 2"):
        matching.match(found, shop, model_of(shop, None), None)


def test_more_figures_times_paths_than_memory_is_given_to_are_refused_before_any_path(
    tmp_path: Path, monkeypatch
) -> None:
    """The error says what is found, what is allowed and how many paths would do, of files and mappings."""
    monkeypatch.setattr(updating, "prior_sample", lambda *_: pytest.fail("paths were computed"))
    monkeypatch.setattr(updating, "MOST_IN_MEMORY", 3 * 8192)
    files = evidence(tmp_path, {"2026Q1": 1.0, "2026Q2": 1.1})
    plain = Study.from_dict({"priors": {"u": {"family": "normal", "mean": 0, "sd": 1}}}, model=_metrics)
    for asked, given in ((study(), files), (plain, {"a": (0.0, 1.0), "b": (0.0, 1.0)})):
        with pytest.raises(EvidenceError, match=r"2 figures on 16,384 paths.*24,576.*at most 8,192 paths"):
            simulator.update(asked, given, paths=16384)


def _metrics(draws: dict[str, Any]) -> dict[str, Any]:
    return {"a": draws["u"], "b": draws["u"] + 1}


def test_weights_take_one_figure_at_a_time() -> None:
    """Ten times the figures take no more memory: each is weighed by itself."""

    def peak(figures: int) -> int:
        data = tuple(
            Datum(f"y{i}", "y", "", "", "", lambda draws, _: draws["u"], 0.0, 1.0) for i in range(figures)
        )
        asked = replace(problem("1"), matched=Matched(data, (), ()))
        values = np.zeros((figures, 8, 1024), np.float32)
        prior = Sample({}, {}, values, values + 1)
        tracemalloc.start()
        try:
            list(updating._weights(asked, prior, [range(figures)]))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)  # what is loaded once
    assert peak(100) < peak(10) + 100 * 8 * 1024


def test_many_figures_have_fewer_draws_of_the_same_order(tmp_path: Path, monkeypatch) -> None:
    """The draws of a group are the first of those that it would have of few figures."""
    path = evidence(tmp_path, {"2026Q1": 1.0, "2026Q2": 1.1})
    whole = simulator.update(study(), path, paths=8192).to_datatree()
    monkeypatch.setattr(tree, "MOST_NUMBERS", 2 * 2048)
    thin = simulator.update(study(), path, paths=8192).to_datatree()
    for group in ("prior_predictive", "posterior_predictive", "log_likelihood"):
        few, every = thin[group]["observation"].to_numpy(), whole[group]["observation"].to_numpy()
        assert few.size <= 2 * 2048
        np.testing.assert_array_equal(few, every[:, : few.shape[1]])
