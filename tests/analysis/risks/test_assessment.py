"""Cases of risks: the study with other numbers, computed on the run's own draws without another kernel."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

from simulator.analysis.comparison import common_draws
from simulator.analysis.findings import find
from simulator.analysis.risks import assess, case_values, surprise_at
from simulator.analysis.risks.cases import resolve
from simulator.analysis.run import simulate
from simulator.beliefs import quantile
from simulator.engine import MetricKernel
from simulator.errors import StudyError, UsageError
from simulator.estimate import Number
from simulator.study import RiskCase, Study, Surprise, load_study

PATHS = 16384


def model(draws: Mapping[str, Any]) -> dict[str, Any]:
    gain, cost = draws["gain"] * draws["share"], draws["cost"] + draws["fee"]
    return {"value_created.group": gain - cost, "value_created.meta": gain + draws["noise"]}


DATA: dict[str, Any] = {
    "study": {"name": "small"},
    "priors": {
        "gain": {"family": "lognormal", "median": 3.0, "sigma": 0.5},
        "share": {"family": "logitnormal", "median": 0.7, "sigma": 0.4},
        "cost": {"family": "gamma", "shape": 3.0, "scale": 0.7},
        "fee": {"value": 0.1},
        "noise": {"family": "normal", "mean": 0.0, "sd": 1.0},
    },
    "dependence": {"spearman": [["gain", "cost", 0.6]]},
    "company": [{"name": "meta"}],
    "verdict": {"bull": {"value_created": {"min": 1.0}}, "bear": {"value_created": {"max": -0.5}}},
    "risk": [
        {
            "name": "dear",
            "title": "Dear",
            "question": "What if it costs more?",
            "companies": ["meta"],
            "case": [
                {"title": "High", "set": {"cost": "p90", "share": 0.5}},
                {"title": "A fee", "set": {"fee": 0.35}},
                {"title": "As it is", "set": {"fee": 0.1}},
            ],
        }
    ],
    "surprise": [
        {"name": "odd", "priors": ["cost"], "metric": "bear", "effect": "raises", "note": "Seen."},
        {"name": "never", "priors": ["cost"], "metric": "bear", "effect": "lowers", "note": "Not seen."},
    ],
}


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.from_dict(DATA, model)


def test_a_case_is_the_study_with_its_numbers_on_the_same_draws(study: Study) -> None:
    run = simulate(study, paths=PATHS, seed=3)
    found = assess(run)
    assert found is not None
    case = found.risks[0].cases[0]
    p90 = float(quantile(study.priors["cost"])(special.ndtri(0.9)))
    assert case.moved[0].value == p90
    other = simulate(study.override({"cost": p90, "share": 0.5}), paths=PATHS, seed=3)
    for entity in ("group", "meta"):
        outlook, effect = case.outlooks[entity], case.effects[entity]
        for name in ("bull", "base", "bear"):
            then = other.estimate(f"p_{name}({entity})").value
            assert outlook.chances[name].value == pytest.approx(then, abs=1e-12)
            change = then - run.estimate(f"p_{name}({entity})").value
            assert effect.chances[name].value == pytest.approx(change, abs=1e-12)
        # The fixed logit-normal goes through its odds in float32, which batches twice.
        mean = float(np.mean(other.metric(f"value_created.{entity}"), dtype=np.float64))
        assert outlook.value.value == pytest.approx(mean, rel=1e-6)


def test_a_shift_is_exact_and_nothing_changed_is_nothing(study: Study) -> None:
    found = assess(simulate(study, paths=PATHS, seed=3))
    assert found is not None
    _, fee, same = found.risks[0].cases
    group = fee.effects["group"]
    # Every path loses .25 up to the rounding of float32 at numbers below 32.
    assert group.value.value == pytest.approx(-0.25, abs=4e-6)
    assert group.value.error < 4e-6
    for chances, below, value in (same.effects["group"], fee.effects["meta"]):
        assert all(change.value == 0 for change in (*chances.values(), below, value))
    plain = found.to_json()["risks"][0]["cases"]
    assert plain[1]["entities"]["group"]["change"]["value"]["distinguishable"]
    assert not any(one["distinguishable"] for one in plain[2]["entities"]["group"]["change"].values())


def test_the_error_is_that_of_pairs(study: Study) -> None:
    found = assess(simulate(study, paths=PATHS, seed=3))
    assert found is not None
    case = found.risks[0].cases[1]
    assert case.effects["group"].value.error < found.believed["group"].value.error / 100


def test_what_the_rules_read_changes_as_a_run_of_the_case_has_it() -> None:
    """The change of the mean, paired, of the metrics of scorecard and rules; value is among the effects."""

    def judged(draws: Mapping[str, Any]) -> dict[str, Any]:
        return model(draws) | {"margin.group": draws["gain"] - draws["cost"], "yield.group": draws["gain"]}

    bull = {"value_created": {"min": 1.0}, "scorecard_passes": {"min": 1}, "margin": {"min": 0.0}}
    data = DATA | {
        "scorecard": [{"metric": "yield", "min": 2.0, "title": "Yield"}],
        "verdict": {"bull": bull, "bear": {"value_created": {"max": -0.5}}},
    }
    study = Study.from_dict(data, judged)
    run = simulate(study, paths=PATHS, seed=3)
    found = assess(run)
    assert found is not None
    case = found.risks[0].cases[0]
    other = simulate(study.override({"cost": case.moved[0].value, "share": 0.5}), paths=PATHS, seed=3)
    means = case.judged["group"]
    assert set(means) == {"margin", "yield"}
    for metric, change in means.items():
        pair = (np.mean(one.metric(f"{metric}.group"), dtype=np.float64) for one in (other, run))
        assert change.value == pytest.approx(float(next(pair) - next(pair)), abs=1e-12)
    # The case does not touch what is gained.
    assert means["yield"] == Number(0.0, 0.0)


def test_the_ends_of_a_risk_are_the_cases_of_most_and_least_bear(study: Study) -> None:
    """Up and down; of one sign one case alone; and where nothing is clear, the case of the widest move."""
    found = assess(simulate(study, paths=PATHS, seed=3))
    assert found is not None
    (risk,) = found.risks

    def moves(*bears: float) -> list[str]:
        cases = []
        for place, bear in enumerate(bears):
            effect = risk.cases[0].effects["group"]._replace(chances={"bear": Number(bear, 0.01)})
            case = risk.cases[0]._replace(case=RiskCase(str(place), {}), effects={"group": effect})
            cases.append(case)
        return [one.case.title for one in risk._replace(cases=tuple(cases)).ends("group")]

    assert moves(0.05, 0.2, -0.3, -0.1) == ["1", "2"]
    assert moves(0.05, 0.2, -0.01) == ["1"]
    assert moves(-0.05, -0.2, 0.01) == ["1"]
    assert moves(0.01, -0.015) == ["1"]


def test_one_kernel_serves_every_case(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    run = simulate(study, paths=8192, seed=3)
    made = []

    class Counted(MetricKernel):
        def __init__(self, *given: Any) -> None:
            made.append(self)
            super().__init__(*given)

    monkeypatch.setattr(common_draws, "metric_kernel", Counted)
    assess(run)
    assert len(made) == 1


def test_a_reason_is_given_only_for_the_sign_that_is_seen(study: Study) -> None:
    run = simulate(
        replace(study, risks=(replace(study.risks[0], cases=(RiskCase("High", {"cost": "p90"}),)),)),
        paths=PATHS,
        seed=3,
    )
    found = assess(run)
    assert found is not None
    case = found.risks[0].cases[0]
    assert [one.name for one in case.surprises["group"]] == ["odd"]
    # Of Meta nothing changes, and so nothing surprises.
    assert case.surprises["meta"] == ()


def test_a_case_as_a_whole_may_surprise_whatever_it_changes(study: Study) -> None:
    # The first case moves one belief up and another down: no sign belongs to either of them.
    odd = Surprise("whole", "bear", "raises", "Seen.", cases=("dear.1", "dear.3"))
    never = Surprise("never", "bull", "raises", "Not seen.", cases=("dear.1",))
    found = assess(simulate(replace(study, surprises=(odd, never)), paths=PATHS, seed=3))
    assert found is not None
    first, fee, same = found.risks[0].cases
    assert first.surprises["group"] == (odd,)
    # Another case is not named, and in the third nothing changes.
    assert fee.surprises["group"] == same.surprises["group"] == ()


def test_no_reason_is_given_where_other_beliefs_move_too(study: Study) -> None:
    found = assess(simulate(study, paths=PATHS, seed=3))
    assert found is not None
    assert found.risks[0].cases[0].surprises["group"] == ()


@pytest.mark.parametrize(("sign", "expected"), [(1, "up"), (-1, None), (0, None)])
def test_a_surprise_has_a_sign(sign: int, expected: str | None) -> None:
    surprises = [Surprise("up", "value_created", "raises", "Why.", ("x",))]
    found = surprise_at(surprises, "x", "value_created", sign)
    assert (found and found.name) == expected
    assert surprise_at(surprises, "y", "value_created", sign) is None
    assert surprise_at(surprises, "x", "bear", sign) is None


def test_progress_ends_with_all(study: Study) -> None:
    seen: list[tuple[int, int]] = []
    assess(simulate(study, paths=PATHS, seed=3), paths=8192, progress=lambda *at: seen.append(at))
    assert seen == [(8192 * done, 8192 * 4) for done in (1, 2, 3, 4)]


def test_a_case_that_cannot_be_computed_is_lost_alone_and_says_why() -> None:
    """Whatever becomes of one case, the others and the other risks are what they are without it."""

    def undefined_above_one(draws: Mapping[str, Any]) -> dict[str, Any]:
        return {name: jnp.where(draws["fee"] > 1, jnp.nan, value) for name, value in model(draws).items()}

    bad = {"title": "Beyond", "set": {"fee": 2}}
    (risk,) = DATA["risk"]
    alone = {**risk, "name": "alone", "case": [bad]}
    data = {**DATA, "risk": [{**risk, "case": [bad, *risk["case"]]}, alone]}
    found = assess(simulate(Study.from_dict(data, undefined_above_one), paths=8192, seed=3))
    sound = assess(simulate(Study.from_dict(DATA, undefined_above_one), paths=8192, seed=3))
    assert found is not None
    assert sound is not None
    assert found.risks[0].cases == sound.risks[0].cases
    for one in found.risks:
        ((case, reason),) = one.lost
        assert case.title == "Beyond"
        assert "8192 nan of 8192 paths" in reason
    assert found.risks[1].cases == ()
    lost = found.to_json()["risks"][1]["lost"]
    assert lost == [{"title": "Beyond", "reason": found.risks[1].lost[0].reason}]


def test_a_study_without_risks_has_none(study: Study) -> None:
    assert assess(simulate(replace(study, risks=()), paths=8192, seed=3)) is None


@pytest.mark.parametrize("name", ["hyperscalers-2026-01", "hyperscalers-2026-05"])
def test_every_case_of_a_shipped_set_can_be_computed(name: str) -> None:
    study = load_study(name)
    cases = [case for risk in study.risks for case in risk.cases]
    assert len(study.risks) >= 9
    for case in cases:
        assert resolve(study, case).moved


def test_a_number_that_the_model_cannot_mean_is_refused() -> None:
    study = load_study("hyperscalers-2026-01")
    with pytest.raises(StudyError) as refused:
        resolve(study, RiskCase("Too much", {"adoption.break_severity": 1.5}))
    assert "adoption.break_severity" in refused.value.faults[0].key


@pytest.mark.slow
def test_one_case_makes_the_capex_of_2026_the_articles_table_of_375_on_every_path():
    """Whatever is drawn, the four companies spend 375 in all, but for rounding of single precision."""
    study = load_study("hyperscalers-2026-01")
    run = simulate(study.override(case_values(study, "headline.1")), paths=8192, progress=False)
    spent = sum(run.metric(f"capex_2026.{company}") for company in study.settings.entities)
    # Four quarters of four companies are summed, each a product of a few factors.
    np.testing.assert_allclose(spent, 375, rtol=16 * np.finfo(np.float32).eps)
    np.testing.assert_allclose(run.metric("capex_2026.group"), 375, rtol=16 * np.finfo(np.float32).eps)


@pytest.mark.parametrize("name", ["hyperscalers-2026-01", "hyperscalers-2026-05"])
def test_settings_of_a_case_are_the_numbers_that_the_case_has(name: str):
    """A run of a case has each belief at the number that the report's case has, to the last digit."""
    study = load_study(name)
    for risk in study.risks:
        for number, case in enumerate(risk.cases, 1):
            settings = case_values(study, f"{risk.name}.{number}")
            moved = {one.name: one.value for one in resolve(study, case).moved}
            assert settings == moved


def test_a_case_that_is_none_and_one_that_is_set_otherwise_are_refused():
    """The message names what there is, or the belief that is given twice."""
    study = load_study("hyperscalers-2026-01")
    with pytest.raises(UsageError, match=r"(?s)found no such case.*headline.1: The table is right"):
        case_values(study, "headline.9")
    for given in ("spend.overshoot", "spend.overshoot.median"):
        with pytest.raises(UsageError, match=r"spend.overshoot: found with --case headline.1"):
            case_values(study, "headline.1", [given])


def test_a_model_that_has_no_metric_to_judge_by_is_said_to_have_none() -> None:
    """Its risks are not left out in silence: what asks for them is told why there is no answer."""
    priors = {name: DATA["priors"][name] for name in ("cost", "fee")}
    risk = {**DATA["risk"][0], "companies": []}
    data = {"priors": priors, "risk": [risk | {"case": [{"title": "High", "set": {"cost": "p90"}}]}]}
    run = simulate(
        Study.from_dict(data, lambda draws: {"left": 5 - draws["cost"] - draws["fee"]}), paths=8192
    )
    with pytest.raises(UsageError, match="this model has none"):
        assess(run)
    assert "this model has none" in find(run).unassessed


def test_a_case_reads_the_quantiles_of_a_prior_that_is_drawn_from_another() -> None:
    """P90 of N(m, 2), m ~ N(0, 1), is 1.2816 sqrt 5; where the parent is fixed the child follows."""
    level = {"family": "normal", "mean": 0.0, "sd": 1.0}
    gain = {"family": "normal", "mean": "level", "sd": 2.0}
    data = DATA | {
        "priors": DATA["priors"] | {"level": level, "gain": gain},
        "dependence": {"spearman": []},
        "risk": [DATA["risk"][0] | {"case": [{"title": "High", "set": {"gain": "p90"}}]}],
    }
    study = Study.from_dict(data, model)
    set_to = resolve(study, study.risks[0].cases[0]).study.priors["gain"].parameters["value"]
    # Probabilities of 16,384 points in two dimensions err by N^(-3/4), over the density at P90.
    error = 4 * 2.0 ** (-14 * 0.75) * math.sqrt(5) / 0.1755
    assert set_to == pytest.approx(1.28155 * math.sqrt(5), abs=error)
    one, other = (
        simulate(study.override({"level": level}), paths=PATHS, seed=3).draws(["gain"])["gain"]
        for level in (0.0, 1.0)
    )
    np.testing.assert_allclose(other - one, 1.0, atol=1e-5)
