"""What a study's author may not know is told: misses, far values, lost spreads; what cannot be is refused."""

import warnings
from typing import Any, NamedTuple

import pytest

from simulator.analysis.run import load_study, simulate
from simulator.beliefs import StrandlineWarning, remarks
from simulator.errors import StudyError
from simulator.study import Study

LAYER = """
extends = "hyperscalers-2026-01"
[study]
as_of = 2026-01-28
[{name}]
{belief}
unit = "{unit}"
basis = "judgement"
as_of = 2026-01-28
note = "x"
"""
MISFIT = 'family = "lognormal"\nquantiles = { p10 = 1.2, p50 = 2.9, p90 = 11.0 }'


class Asked(NamedTuple):
    unit: str = "1"
    minimum: float = 0.0
    maximum: float = 1.0
    size: int | None = None


class Share:
    """A model of one share."""

    inputs = {"s": Asked()}  # noqa: RUF012

    def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
        return {"x": draws["s"] * 1.0}


def study(prior: dict[str, Any], model: Any = lambda draws: {"x": draws["s"] * 1.0}) -> Study:
    return Study.from_dict({"priors": {"s": prior}}, model=model)


def layer(tmp_path, name: str, belief: str, unit: str) -> str:
    path = tmp_path / "layer.toml"
    path.write_text(LAYER.format(name=name, belief=belief, unit=unit))
    return str(path)


@pytest.mark.parametrize(
    "prior",
    [
        {"family": "uniform", "quantiles": {"p10": 0.05, "p90": 0.95}},
        {"family": "uniform", "low": -0.1, "high": 0.9},
        {"family": "normal", "mean": 0.9, "sd": 0.05},
        {"family": "beta", "alpha": 2.0, "beta": 2.0, "high": 1.2},
        {"family": "scipy", "distribution": "uniform", "args": {"loc": -0.06, "scale": 1.0}},
        {"family": "metalog", "quantiles": {"p10": 0.1, "p50": 0.3, "p90": 0.9}},
        {"family": "empirical", "values": [0.2, 1.06]},
        {"family": "normal", "mean": 0.5, "sd": 1.0, "bounds": [0.0, 1.1]},
        {
            "family": "mixture",
            "components": [
                {"weight": 0.9, "family": "beta", "alpha": 2.0, "beta": 2.0},
                {"weight": 0.1, "family": "uniform", "quantiles": {"p10": 0.1, "p90": 0.95}},
            ],
        },
    ],
)
def test_a_prior_that_draws_what_the_model_cannot_mean_is_refused_however_it_is_given(prior) -> None:
    with pytest.raises(
        StudyError, match=r"s: found values from .*allowed: at least 0 and at most 1"
    ) as raised:
        simulate(study(prior, Share()), paths=8192)
    assert raised.value.faults[0].file == ""


@pytest.mark.parametrize(
    "prior",
    [
        {"family": "uniform", "low": 0.0, "high": 1.0},
        {"family": "metalog", "quantiles": {"p10": 0.1, "p50": 0.3, "p90": 0.9}, "bounds": [0.0, 1.0]},
        {"family": "normal", "mean": 0.5, "sd": 0.05},
        {"family": "logitnormal", "quantiles": {"p10": 0.1, "p90": 0.9}},
        {"family": "dirichlet", "alpha": [2.0, 1.0]},
    ],
)
def test_a_prior_within_the_range_is_taken(prior) -> None:
    """An infinite support is no fault where no point of a sampler comes near the end."""

    class First(Share):
        inputs = {"s": Asked(size=2 if prior["family"] == "dirichlet" else None)}  # noqa: RUF012

        def __call__(self, draws: dict[str, Any]) -> dict[str, Any]:
            s = draws["s"]
            return {"x": s if s.ndim == 1 else s[0]}

    assert simulate(study(prior, First()), paths=8192).metric("x").min() >= 0


def test_a_fit_that_misses_is_told_wherever_a_study_is_read(tmp_path) -> None:
    path = layer(tmp_path, "power.lead_time.gas", MISFIT, "yr")
    with pytest.warns(StrandlineWarning, match=r"power\.lead_time\.gas: .*p10 0\.868\d+ \(asked for 1\.2\)"):
        load_study(path)
    prior = {"family": "lognormal", "quantiles": {"p10": 1.2, "p50": 2.9, "p90": 11.0}}
    with pytest.warns(StrandlineWarning, match=r"asked for 1\.2"):
        simulate(study(prior), paths=8192)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.35, r"finance.wacc: 0.35 1/yr is far .*median 0.088, P10 to P90"),
        ({"family": "normal", "mean": 0.2, "sd": 0.01}, r"finance.wacc: a median of 0.2 1/yr is far"),
    ],
)
def test_a_value_far_from_the_prior_that_it_replaces_is_told(value, expected) -> None:
    with pytest.warns(StrandlineWarning, match=expected):
        load_study("hyperscalers-2026-01", {"finance.wacc": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("finance.wacc", 8.8),
        ("finance.wacc", {"family": "normal", "mean": 8.8, "sd": 0.6}),
        ("finance.terminal_growth", 3.0),
        ("finance.ronic", 11.0),
        ("finance.least_spread", 1.5),
        ("finance.ronic_floor", 1.5),
    ],
)
@pytest.mark.filterwarnings("ignore::simulator.beliefs.StrandlineWarning")
def test_a_yearly_rate_beyond_what_a_valuation_can_mean_is_refused(name: str, value) -> None:
    """A number is refused with how per cent are written."""
    with pytest.raises(StudyError, match=rf"{name}: found .*allowed: .*at most 1 1/yr") as raised:
        simulate(load_study("hyperscalers-2026-01", {name: value}), paths=8192)
    if isinstance(value, float):
        assert f'"{value:g}%" is {value / 100:g}' in str(raised.value)


def test_a_layer_far_from_what_it_lies_over_is_told(tmp_path) -> None:
    path = layer(tmp_path, "finance.wacc", "value = 8.8", "1/yr")
    with pytest.warns(
        StrandlineWarning, match=r'finance\.wacc: 8\.8 1/yr is far .*write "8\.8%", which is 0\.088'
    ):
        load_study(path)


@pytest.mark.parametrize("value", [0.09, "9%", "8.5 %"])
def test_a_value_that_was_thought_possible_is_taken_in_silence(value) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", StrandlineWarning)
        load_study("hyperscalers-2026-01", {"finance.wacc": value})


def test_what_was_replaced_is_no_part_of_a_study() -> None:
    base = load_study("hyperscalers-2026-01")
    moved = base.override({"finance.wacc": 0.09})
    assert moved.replaced["finance.wacc"] == base.priors["finance.wacc"]
    again = Study.from_dict(moved.to_dict())
    assert again.hash == moved.hash
    assert not again.replaced


@pytest.mark.parametrize(
    ("mean", "sd", "expected"), [(1e9, 5.0, True), (737791.0, 0.02, True), (1e5, 30.0, False)]
)
def test_a_spread_that_single_precision_loses_is_told(mean: float, sd: float, expected: bool) -> None:
    narrow = study({"family": "normal", "mean": mean, "sd": sd})
    assert any("in float32 its values are" in one for one in remarks(narrow)) is expected
    assert list(remarks(narrow, "float64")) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("distribution", "args", "found"),
    [
        ("zipf", {"a": 2.5}, "more than the 16384 values"),
        ("zipf", {"a": 1.0001}, "more than the 16384 values"),
        ("betanbinom", {"n": 5, "a": 2, "b": 1}, "more than the 16384 values"),
        ("levy_stable", {"alpha": 1.5, "beta": 0.5}, "whose quantiles take"),
    ],
)
def test_endless_and_slow_distributions_are_refused_by_name(distribution: str, args, found: str) -> None:
    prior = {"family": "scipy", "distribution": distribution, "args": args}
    with pytest.raises(StudyError, match=found) as raised:
        simulate(study(prior), paths=8192)
    assert distribution in str(raised.value)
