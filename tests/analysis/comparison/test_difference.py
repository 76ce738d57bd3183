"""Two studies whose difference is known: effects exact, shares adding up, identical studies exactly alike."""

import json
import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from simulator import Study, diff, simulate
from simulator.analysis.comparison.attribution import PartEffect
from simulator.analysis.comparison.common_draws import CommonDraws
from simulator.analysis.comparison.hybrid import Hybrids
from simulator.analysis.comparison.listing import changes
from simulator.analysis.comparison.statistics import Statistic
from simulator.engine import Plan
from simulator.errors import GateError, UsageError
from simulator.estimate import Number, to_json

PATHS = 8192
#: Standard errors by which a statistical test may be off; with fixed seeds it passes or fails for good.
WIDE = 5


def linear(draws):
    """Return a sum with the coefficients 1, 2 and -3."""
    return {"x": draws["spend.a"] + 2 * draws["spend.b"] - 3 * draws["power.c"], "idle": draws["power.c"] * 0}


def product(draws):
    return {"x": draws["one.a"] * draws["two.b"] + draws["three.c"]}


def normal(mean: float, sd: float = 1.0, **more) -> dict:
    return {"family": "normal", "mean": mean, "sd": sd, "spare": True, **more}


def study(priors: dict, model=linear, name: str = "study") -> Study:
    rules = {"bull": {"x": {"min": 1.0}}, "bear": {"x": {"max": -1.0}}}
    return Study.from_dict({"study": {"name": name}, "priors": priors, "verdict": rules}, model=model)


def numbers(effect: PartEffect[Number]) -> tuple[Number, Number, Number]:
    return effect.into_first, effect.out_of_second, effect.share


BEFORE = {"spend.a": normal(0.0), "spend.b": normal(1.0), "power.c": normal(0.5)}
AFTER = {"spend.a": normal(0.25), "spend.b": normal(0.5), "power.c": normal(1.0)}


@pytest.fixture(scope="module")
def found():
    return diff(study(BEFORE), study(AFTER, name="later"), paths=PATHS)


def test_effects_of_shifted_means_are_exact_and_have_no_error(found) -> None:
    parts = {part.name: part.effects["mean(x)"] for part in found.parts}
    assert list(parts) == ["power", "spend"]
    # spend: 0.25 - 2 x 0.5; power: -3 x 0.5. Every path moves by it, to the rounding of a float32 near 10.
    for name, truth in (("power", -1.5), ("spend", -0.75)):
        for number in numbers(parts[name]):
            assert number.value == pytest.approx(truth, abs=1e-6)
            assert number.error < 1e-6
    priors = {one.name: one.effects["mean(x)"].share.value for one in found.priors}
    assert priors == pytest.approx({"power.c": -1.5, "spend.b": -1.0, "spend.a": 0.25}, abs=1e-6)
    assert next(iter(priors)) == "power.c"
    assert found.together["mean(x)"].beyond_alone.value == pytest.approx(0, abs=1e-6)


def test_effects_on_a_verdict_are_those_of_the_normal_law(found) -> None:
    sd = math.sqrt(1 + 4 + 9)
    mean = {"before": 2 - 1.5, "power": 0.5 - 1.5, "spend": 0.5 - 0.75, "after": 0.5 - 2.25}
    bear = {name: stats.norm.cdf((-1 - middle) / sd) for name, middle in mean.items()}
    parts = {part.name: part.effects["p_bear(model)"] for part in found.parts}
    for name in ("power", "spend"):
        other = "spend" if name == "power" else "power"
        into, out = bear[name] - bear["before"], bear["after"] - bear[other]
        for number, truth in zip(numbers(parts[name]), (into, out, (into + out) / 2), strict=True):
            assert abs(number.value - truth) < WIDE * number.error
            # Paired: the error is below that of two samples apart, even of plain Monte Carlo.
            assert 0 < number.error < math.sqrt(2 * 0.25 / PATHS)


def test_shares_add_up_to_the_change(found) -> None:
    for name, one in found.statistics.items():
        total = sum(part.effects[name].share.value for part in found.parts)
        assert total == pytest.approx(one.change.value, abs=1e-12)
        assert one.change.value == pytest.approx(one.second.value - one.first.value, abs=1e-12)


def test_two_parts_that_act_together_get_half_of_it_each() -> None:
    first = study({"one.a": {"value": 1.0}, "two.b": {"value": 2.0}, "three.c": normal(0.0)}, product)
    second = study({"one.a": {"value": 4.0}, "two.b": {"value": 8.0}, "three.c": normal(0.5)}, product)
    found = diff(first, second, paths=PATHS)
    parts = {part.name: part.effects["mean(x)"] for part in found.parts}
    # 1 x 2 becomes 4 x 8: into the first 6 and 6, out of the second 24 and 24, together 18.
    for name, truths in (("one", (6, 24, 15)), ("two", (6, 24, 15)), ("three", (0.5, 0.5, 0.5))):
        values = [number.value for number in numbers(parts[name])]
        assert values == pytest.approx(truths, abs=1e-5)
    assert found.together["mean(x)"].beyond_alone.value == pytest.approx(18, abs=1e-5)
    assert found.together["mean(x)"].beyond_pairs.value == pytest.approx(0, abs=1e-5)


def test_identical_studies_differ_by_exactly_nothing() -> None:
    reworded = {name: {**table, "note": "Said again."} for name, table in reversed(BEFORE.items())}
    found = diff(study(BEFORE), study(reworded, name="again"), paths=PATHS)
    assert (found.parts, found.priors, found.not_attributed) == ((), (), None)
    assert {change.kind for change in found.changes} == {"reworded"}
    for one in found.statistics.values():
        assert one.change == Number(0.0, 0.0)
        assert one.first == one.second


def test_an_effect_that_turns_no_verdict_is_known_to_the_resolution_of_the_paths() -> None:
    after = BEFORE | {"spend.a": normal(1e-6)}
    (part,) = diff(study(BEFORE), study(after), paths=PATHS).parts
    assert part.effects["p_bear(model)"].share == Number(0.0, 1.5 / PATHS)


def test_the_order_of_the_file_does_not_matter() -> None:
    one = diff(study(BEFORE), study(AFTER), paths=PATHS)
    other = diff(
        study(dict(reversed(BEFORE.items()))), study(dict(sorted(AFTER.items()))), paths=PATHS, threads=1
    )
    assert one == other
    assert json.loads(to_json(one.to_json())) == one.to_json()


def test_everything_taken_is_the_second_study_bit_for_bit() -> None:
    first, second = study(BEFORE), study(AFTER)
    hybrids = Hybrids(first, second)
    draws = CommonDraws(Plan(PATHS), first, 1, lambda: None)
    for taken, own in ((hybrids.parts, second), ((), first)):
        found = draws.sample(hybrids.study(taken), [Statistic("mean", "x", "")], 1)
        assert np.array_equal(found["x"], simulate(own, paths=PATHS).metric("x"))


def test_a_prior_that_one_study_alone_has_belongs_to_its_part() -> None:
    def model(draws):
        return {"x": sum(value for name, value in draws.items() if name.startswith("spend."))}

    first = study({"spend.a": normal(0.0), "power.c": normal(0.0)}, model)
    second = study({"spend.a": normal(0.0), "spend.b": normal(2.0), "power.c": normal(1.0)}, model)
    found = diff(first, second, paths=PATHS)
    shares = {part.name: part.effects["mean(x)"].share for part in found.parts}
    assert abs(shares["spend"].value - 2.0) < WIDE * shares["spend"].error
    assert shares["power"].value == 0
    assert [one.name for one in found.priors] == ["power.c"]
    kinds = {change.name: change.kind for change in found.changes}
    assert kinds == {"spend.b": "added", "power.c": "changed"}


def test_a_model_that_differs_goes_with_the_priors_that_it_alone_asks_for() -> None:
    first = study({"a": normal(0.0), "c": normal(0.0)}, lambda draws: {"x": draws["a"]})
    second = study({"b": normal(3.0), "c": normal(1.0)}, lambda draws: {"x": draws["b"] + draws["c"]})
    found = diff(first, second, paths=PATHS)
    parts = {part.name: part.effects["mean(x)"] for part in found.parts}
    # c counts in the second model only: out of the second it takes 1, into the first it brings nothing.
    assert list(parts) == ["c", "settings"]
    assert [round(number.value, 4) for number in numbers(parts["c"])] == [0, 1, 0.5]


def test_rules_of_the_verdict_are_a_part_and_move_no_metric() -> None:
    first = study(BEFORE)
    second = Study.from_dict(
        first.to_dict() | {"verdict": {"bull": {"x": {"min": 1.0}}, "bear": {"x": {"max": 0.0}}}},
        model=linear,
    )
    found = diff(first, second, paths=PATHS)
    (part,) = found.parts
    assert (part.name, part.changes) == ("rules", 1)
    assert part.effects["mean(x)"].share == Number(0.0, 0.0)
    assert part.effects["p_bear(model)"].share.value > 0


def test_a_correlation_is_a_part() -> None:
    first = study(BEFORE)
    tied = {"dependence": {"spearman": [["spend.a", "spend.b", 0.8]]}}
    found = diff(first, Study.from_dict(first.to_dict() | tied, model=linear), paths=PATHS)
    assert [part.name for part in found.parts] == ["dependence"]
    assert found.parts[0].effects["p_bear(model)"].share.value > 0


def test_the_order_and_directions_of_the_sampler_are_listed_and_move_nothing() -> None:
    directions = {"power.c": [1.0], "spend.a": [-0.5]}
    ordered = {"study": {"name": "ordered", "order": ["power.c", "spend.a"], "directions": directions}}
    found = diff(study(BEFORE), Study.from_dict(study(BEFORE).to_dict() | ordered, model=linear))
    assert [change.part for change in found.changes] == ["order", "order"]
    assert found.statistics["p_bear(model)"].change == Number(0.0, 0.0)


def test_a_belief_in_another_unit_is_the_same_belief() -> None:
    first = study(BEFORE | {"spend.a": normal(1.0, 0.25, unit="GW")})
    second = study(BEFORE | {"spend.a": normal(1000.0, 250.0, unit="MW")})
    assert {change.kind for change in diff(first, second, paths=PATHS).changes} == {"reworded"}


def test_studies_of_other_quarters_are_compared_and_not_divided() -> None:
    first, second = (
        Study.from_dict({**study(priors).to_dict(), "study": {"start": start, "name": start}}, model=linear)
        for start, priors in (("2026Q1", BEFORE), ("2026Q2", AFTER))
    )
    found = diff(first, second, paths=PATHS)
    assert "2026Q1 and 2026Q2" in str(found.not_attributed)
    assert (found.parts, found.priors) == ((), ())
    assert found.statistics["mean(x)"].change.value == pytest.approx(-2.25, abs=1e-6)
    assert {change.name for change in found.changes} == {*BEFORE, "study.start"}


def test_a_hybrid_that_cannot_be_computed_is_the_reason_for_no_parts() -> None:
    def model(draws):
        return {"x": jnp.log(1.5 - draws["a.one"] + draws["b.two"])}

    first = study({"a.one": {"value": 0.0}, "b.two": {"value": 0.0}}, model)
    second = study({"a.one": {"value": 2.0}, "b.two": {"value": 2.0}}, model)
    found = diff(first, second, paths=PATHS)
    assert found.parts == ()
    assert "x: 8192 nan" in str(found.not_attributed)
    assert found.statistics["mean(x)"].change.value == 0


def test_what_was_set_in_a_study_is_listed_with_it() -> None:
    first = study(BEFORE)
    found = diff(first, first.override({"spend.a": 0.5}), paths=PATHS)
    sides = found.to_json()["first"], found.to_json()["second"]
    assert "overrides" not in sides[0]
    ((one,), (change,)) = sides[1]["overrides"], found.second.overrides
    assert (one["name"], one["value"]) == (change.name, change.value) == ("spend.a", 0.5)


def test_each_side_by_name_may_have_a_model_of_its_own(tmp_path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        '[study]\nas_of = 2026-01-28\n[a]\nfamily = "normal"\nmean = 1.0\nsd = 1.0\nunit = "1"\n'
        'basis = "judgement"\nas_of = 2026-01-28\nnote = "A test."\n'
    )

    def single(draws):
        return {"x": draws["a"]}

    def double(draws):
        return {"x": 2 * draws["a"]}

    found = diff(file, file, model=(single, double), paths=PATHS)
    assert found.statistics["mean(x)"].change.value == pytest.approx(1.0, abs=1e-3)
    assert [part.name for part in found.parts] == ["settings"]
    same = diff(file, file, model=double, paths=PATHS)
    assert same.statistics["mean(x)"].first.value == pytest.approx(2.0, abs=1e-3)
    assert same.parts == ()


def test_an_end_that_is_not_finite_fails_the_gate() -> None:
    with pytest.raises(GateError, match="later that are not finite"):
        diff(study(BEFORE), study(AFTER, lambda draws: {"x": jnp.log(-jnp.exp(draws["spend.a"]))}, "later"))


def test_what_has_nothing_in_common_is_refused() -> None:
    other = Study.from_dict({"priors": {"a": normal(0.0)}}, model=lambda draws: {"y": draws["a"]})
    with pytest.raises(UsageError, match="nothing can be compared"):
        diff(study(BEFORE), other, paths=PATHS)
    with pytest.raises(UsageError, match="threads: found 0"):
        diff(study(BEFORE), study(AFTER), threads=0)


def test_progress_ends_with_all_paths() -> None:
    seen: list[tuple[int, int]] = []
    diff(study(BEFORE), study(AFTER), paths=PATHS, progress=lambda done, whole: seen.append((done, whole)))
    assert [done for done, _ in seen] == list(range(PATHS, seen[-1][0] + 1, PATHS))
    assert {whole for _, whole in seen} == {seen[-1][0]}


def test_a_belief_in_months_is_the_same_belief_in_years() -> None:
    """5 months in years is 5/12 but for the rounding of the factor."""
    for first, second in ((5.0, 5 / 12), (7.0, 7 / 12)):
        one, other = (
            study(BEFORE | {"spend.a": normal(x, x / 4, unit=unit)})
            for x, unit in ((first, "months"), (second, "yr"))
        )
        assert {change.kind for change in changes(one, other)} == {"reworded"}
        moved = study(BEFORE | {"spend.a": normal(second * (1 + 1e-12), second / 4, unit="yr")})
        assert {change.kind for change in changes(one, moved)} == {"changed"}
