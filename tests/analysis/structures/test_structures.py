"""Structures of small models whose answers are known: each, their mixture, the band, and what is stored."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.analysis.comparison import common_draws
from simulator.analysis.run import open_run, simulate
from simulator.analysis.structures import Structures, likeliest, mechanisms, structures, verify
from simulator.analysis.structures.stored import FILE, write
from simulator.analysis.structures.stored import PATHS as MANY
from simulator.engine import MetricKernel
from simulator.errors import GateError, RunError, RunWarning, StudyError, UsageError
from simulator.estimate import Number
from simulator.study import Study

PATHS = 16384
#: A tolerance in standard errors: each is passed by chance once in 15,000 comparisons.
MOST = 4.0


def model(draws: Mapping[str, Any]) -> dict[str, Any]:
    value = draws["level"] + draws["slope"] * draws["x"]
    return {"value_created.group": value, "value_created.meta": value + draws["noise"]}


DATA: dict[str, Any] = {
    "study": {"name": "small"},
    "priors": {
        "level": {"value": 1.0},
        "slope": {"value": 2.0},
        "x": {"family": "normal", "mean": 0.0, "sd": 1.0},
        "noise": {"family": "normal", "mean": 0.0, "sd": 1.0},
    },
    "company": [{"name": "meta"}],
    "verdict": {"bull": {"value_created": {"min": 1.0}}, "bear": {"value_created": {"max": -0.5}}},
    "structure": {
        "written": {"title": "As written", "weight": 0.5},
        "lower": {"title": "Lower", "weight": 0.3, "set": {"level": -1.0}},
        "steep": {"title": "Steep", "weight": 0.2, "set": {"slope": 4.0}},
    },
    "mechanism": {
        "level": {"title": "Level", "off": {"level": 0.0}},
        "slope": {"title": "Slope", "off": {"slope": 0.0}},
    },
}
#: Of each structure: weight, mean and standard deviation of the group's value.
LAWS = {"written": (0.5, 1.0, 2.0), "lower": (0.3, -1.0, 2.0), "steep": (0.2, 1.0, 4.0)}


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.from_dict(DATA, model)


@pytest.fixture(scope="module")
def found(study: Study) -> Structures:
    result = structures(simulate(study, paths=PATHS, seed=3, progress=False))
    assert result is not None
    return result


def test_every_structure_and_the_mixture_are_what_two_normals_are(found: Structures) -> None:
    for one in found.structures:
        weight, mean, sd = LAWS[one.name]
        assert one.weight == weight
        for name, truth in (
            ("mean(value_created.group)", mean),
            ("prob_below_zero(value_created.group)", stats.norm.cdf(-mean / sd)),
            ("p_bear(group)", stats.norm.cdf((-0.5 - mean) / sd)),
            ("p95(value_created.group)", mean + sd * stats.norm.ppf(0.95)),
        ):
            number = one.statistics[name]
            assert abs(number.value - truth) < MOST * number.error, (one.name, name)
    below = sum(weight * stats.norm.cdf(-mean / sd) for weight, mean, sd in LAWS.values())
    mixed = found.mixture["prob_below_zero(value_created.group)"]
    assert abs(mixed.value - below) < MOST * mixed.error


def test_means_of_the_mixture_are_the_weighted_sums_to_rounding(found: Structures) -> None:
    for name in found.changes:
        own = [one.weight * one.statistics[name].value for one in found.structures]
        scale = sum(map(abs, own))
        assert found.mixture[name].value == pytest.approx(math.fsum(own), abs=4e-16 * scale)


def test_quantiles_of_the_mixture_have_its_share_of_paths_below(found: Structures) -> None:
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        number = found.mixture[f"{name}(value_created.group)"]

        def law(x: float) -> float:
            parts = (weight * stats.norm.cdf((x - mean) / sd) for weight, mean, sd in LAWS.values())
            return math.fsum(map(float, parts))

        low, high = (law(number.value + side * MOST * number.error) for side in (-1, 1))
        assert low < share < high


def test_a_run_that_keeps_a_summary_has_the_same_structures(study: Study, found: Structures) -> None:
    kept = structures(simulate(study, paths=PATHS, seed=3, progress=False, keep="summary"))
    assert kept is not None
    assert kept.to_json() == found.to_json()


def test_structures_rest_on_the_first_paths_and_the_study_as_written_on_more(study: Study) -> None:
    run = simulate(study, paths=2 * MANY, seed=3, progress=False)
    large, small = structures(run), structures(simulate(study, paths=MANY, seed=3, progress=False))
    assert large is not None
    assert small is not None
    assert (large.paths, large.paths_as_written, large.paths_of_run) == (MANY, 2 * MANY, 2 * MANY)
    assert large.structures[1:] == small.structures[1:]
    assert large.mixture == small.mixture
    for name in ("p_bear(group)", "mean(value_created.group)", "p95(value_created.meta)"):
        assert large.written[name].value == run.estimate(name).value
        assert large.structures[0].statistics[name] == large.written[name]
    assert all(one.value == 0.0 for one in large.structures[0].changes.values())


def test_a_change_that_is_a_shift_is_exact_and_none_is_none(found: Structures) -> None:
    written, lower, _ = found.structures
    shift = lower.changes["mean(value_created.group)"]
    # Every path loses 2 up to the rounding of float32 at numbers below 16.
    assert shift.value == pytest.approx(-2.0, abs=2e-6)
    assert shift.error < 2e-6
    assert all(one.value == 0.0 for one in written.changes.values())
    # 0.3 of the shift, and of the steep one 0.2 of what mean it has: errors are those of pairs.
    moved = found.changes["mean(value_created.group)"]
    assert abs(moved.value + 0.6) < MOST * moved.error
    assert moved.error < 0.3 * found.mixture["mean(value_created.group)"].error


def test_the_band_names_its_ends(found: Structures) -> None:
    band = found.band("prob_below_zero(value_created.group)")
    below, bear, mean = found.leading
    assert (bear, mean) == ("p_bear(group)", "mean(value_created.group)")
    assert (band.lowest.name, band.highest.name) == ("written", "lower")
    assert band.least.value < found.mixture[below].value < band.greatest.value


def test_structures_that_hold_priors_compile_nothing(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    run, made = simulate(study, paths=8192, progress=False), list[int]()

    def counted(*arguments: Any) -> MetricKernel:
        made.append(1)
        return MetricKernel(*arguments)

    monkeypatch.setattr(common_draws, "metric_kernel", counted)
    structures(run)
    assert len(made) == 1


def test_a_structure_is_a_run_with_the_same_settings(study: Study, found: Structures) -> None:
    other = simulate(study.override({"level": -1.0}), paths=PATHS, seed=3, progress=False)
    for statistic in ("p_bear(meta)", "mean(value_created.meta)", "p50(value_created.meta)"):
        number = other.estimate(statistic)
        own = found.structures[1].statistics[statistic]
        assert (own.value, own.error) == pytest.approx((number.value, number.error), rel=1e-9)


def test_another_belief_is_a_structure_too(study: Study) -> None:
    wide = {"x": {"family": "normal", "mean": 0.5, "sd": 3.0}}
    data = DATA | {"structure": {"wide": {"set": wide}, "written": {}}}
    found = structures(simulate(Study.from_dict(data, model), paths=PATHS, progress=False))
    assert found is not None
    mean = found.structures[0].statistics["mean(value_created.group)"]
    assert abs(mean.value - 2.0) < MOST * mean.error


def test_without_weights_all_are_equal_and_zero_leaves_one_out(study: Study) -> None:
    data = DATA | {
        "structure": {name: {"set": {"level": 1.0 + i}} for i, name in enumerate("abc")}
        | {"d": {"weight": 0}}
    }
    found = structures(simulate(Study.from_dict(data, model), paths=8192, progress=False))
    assert found is not None
    assert [(one.name, one.weight) for one in found.structures] == [(n, pytest.approx(1 / 3)) for n in "abc"]


def test_adding_structures_moves_neither_hash_nor_draw(study: Study) -> None:
    bare = Study.from_dict({k: v for k, v in DATA.items() if k not in ("structure", "mechanism")}, model)
    assert bare.hash == study.hash
    runs = [simulate(one, paths=8192, progress=False) for one in (bare, study)]
    assert runs[0].draws_key == runs[1].draws_key
    for name in runs[0].names:
        assert np.array_equal(runs[0].metric(name), runs[1].metric(name))
    assert structures(runs[0]) is None


def test_json_and_back(found: Structures) -> None:
    text = json.dumps(found.to_json(), allow_nan=False)
    assert Structures.from_json(json.loads(text)) == found


def test_what_is_stored_is_read_again_and_of_no_other_study(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = simulate(study, paths=8192, out=tmp_path / "run", progress=False)
    first = structures(run)
    assert first is not None
    assert (tmp_path / "run" / FILE).exists()
    assert not list((tmp_path / "run").glob("*.tmp"))
    again = open_run(tmp_path / "run", model)
    with monkeypatch.context() as patched:
        patched.setattr(common_draws, "metric_kernel", None)  # nothing is computed
        assert structures(again) == first
    other = study.override({"structure.lower.weight": 0.2, "structure.steep.weight": 0.3})
    moved = structures(replace(run, study=other))
    assert moved is not None
    assert moved.key != first.key
    assert moved.mixture["mean(value_created.group)"] != first.mixture["mean(value_created.group)"]
    whole = json.loads((tmp_path / "run" / FILE).read_text())
    less = [{**one, "statistics": dict(list(one["statistics"].items())[1:])} for one in whole["structures"]]
    for damaged in ("{damaged", *(json.dumps({**whole, "structures": part}) for part in ([], less))):
        (tmp_path / "run" / FILE).write_text(damaged)
        assert structures(again) == first


def test_which_verdict_is_the_likeliest_is_counted_over_structures(found: Structures) -> None:
    verdicts = ("bull", "base", "bear")
    for entity in ("group", "meta"):
        counts = found.likeliest(entity, verdicts)
        assert sum(counts.values()) == len(found.structures)
        for one in found.structures:
            chances = {name: one.statistics[f"p_{name}({entity})"].value for name in verdicts}
            assert likeliest(one.statistics, entity, verdicts) in (
                "",
                max(chances, key=lambda name: chances[name]),
            )
    level = {f"p_{name}(group)": Number(1 / 3, 0.001) for name in verdicts}
    assert likeliest(level, "group", verdicts) == ""
    assert likeliest(level | {"p_base(group)": Number(0.4, 0.001)}, "group", verdicts) == "base"


def test_verify_finds_a_number_that_is_not_what_is_computed(study: Study, tmp_path: Path) -> None:
    run = simulate(study, paths=8192, out=tmp_path / "run", progress=False)
    assert verify(run) == ()
    found = structures(run)
    assert found is not None
    assert verify(run) == ()
    first, lower, steep = found.structures
    moved = {"p_bear(meta)": Number(0.01, 0.001)}
    other = replace(lower, statistics={**lower.statistics, **moved})
    write(run, replace(found, structures=(first, other, steep)))
    assert verify(run) == ("lower",)
    file = tmp_path / "run" / FILE
    content = json.loads(file.read_text())
    content["structures"][1]["statistics"]["p_bear(meta)"]["value"] += 0.01
    for damaged in (json.dumps(content), "{damaged"):
        file.write_text(damaged)
        with pytest.raises(RunError, match="damaged"):
            verify(run)


def test_verify_on_another_kind_of_processor_compares_by_standard_errors(
    study: Study, tmp_path: Path
) -> None:
    run = simulate(study, paths=8192, out=tmp_path / "run", progress=False)
    found = structures(run)
    assert found is not None
    first, lower, steep = found.structures
    name, known = next(iter(lower.statistics.items()))
    elsewhere = replace(run, platform={**run.platform, "processor": "another"})
    for errors, here, there in ((0.09, ("lower",), ()), (0.11, ("lower",), ("lower",))):
        moved = replace(known, value=known.value + errors * known.error)
        other = replace(lower, statistics={**lower.statistics, name: moved})
        write(run, replace(found, structures=(first, other, steep)))
        assert verify(run) == here
        assert verify(elsewhere) == there
    moved = replace(found.mixture[name], value=found.mixture[name].value + found.mixture[name].error)
    write(run, replace(found, mixture={**found.mixture, name: moved}))
    assert verify(elsewhere) == ("as written",)


def test_what_cannot_be_stored_is_said(study: Study, tmp_path: Path) -> None:
    run = simulate(study, paths=8192, out=tmp_path / "run", progress=False)
    (tmp_path / "run" / FILE).mkdir()
    with pytest.warns(RunWarning, match="not stored"):
        assert structures(run) is not None


def test_a_run_of_another_model_is_not_paired_with_what_is_computed_now(study: Study) -> None:
    """Where the stored metrics are not what is computed, the study as written is computed anew too."""
    run = simulate(study, paths=8192, progress=False)

    def moved(draws: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value + 100.0 for name, value in model(draws).items()}

    found = structures(replace(run, study=replace(study, model=moved), model=moved))
    assert found is not None
    assert found.written["mean(value_created.group)"].value == pytest.approx(101.0, abs=0.1)
    assert found.structures[1].changes["mean(value_created.group)"].value == pytest.approx(-2.0, abs=1e-4)


def test_a_structure_without_finite_metrics_is_named() -> None:
    def root(draws: Mapping[str, Any]) -> dict[str, Any]:
        return {"value_created.group": draws["level"] ** 0.5 + draws["x"]}

    structure = {"fine": {}, "broken": {"set": {"level": -1.0}}}
    priors = {name: DATA["priors"][name] for name in ("level", "x")}
    run = simulate(Study.from_dict({"priors": priors, "structure": structure}, root), progress=False)
    with pytest.raises(GateError, match="structure broken"):
        structures(run)


def test_mechanisms_alone_together_and_left_out(study: Study) -> None:
    found = mechanisms(study, paths=PATHS, seed=3)
    mean, below = "mean(value_created.group)", "prob_below_zero(value_created.group)"
    level, slope = found.mechanisms
    assert found.none[mean].value == 0.0
    # Sums of float32 numbers below 8.
    assert level.alone[mean].value == pytest.approx(1.0, abs=1e-6)
    assert level.left_out[mean].value == pytest.approx(-1.0, abs=1e-6)
    assert found.together[mean].value == pytest.approx(found.written[mean].value, abs=1e-12)
    half = slope.alone[below]  # from none, where no path is below zero, to half of the paths
    assert abs(half.value - 0.5) < MOST * half.error
    assert slope.left_out[below].value == -found.written[below].value


def test_a_study_without_mechanisms_is_refused(study: Study) -> None:
    with pytest.raises(UsageError, match="mechanism"):
        mechanisms(replace(study, mechanisms=()), paths=8192)


def test_what_only_the_whole_study_refuses_is_refused(study: Study) -> None:
    data = DATA | {"structure": {"bad": {"set": {"x": {"family": "normal", "mean": 0.0, "sd": -1.0}}}}}
    with pytest.raises(StudyError, match=r"structure\.bad\.set\.x"):
        Study.from_dict(data, model)
