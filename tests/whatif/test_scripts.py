"""The scripts of the page: numbers as the report writes them, addresses that come back, exports that work."""

from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import load_study
from simulator.analysis.run.program import check_study, model_of, overridden
from simulator.errors import StudyError
from simulator.estimate.number import round_to_error
from simulator.families.scale import within
from simulator.report.page.locale import Locale, grouped
from tests.whatif.scripts import CHANGES, NUMBERS, RULES, STATE, described, evaluated, state, study


def numbers() -> list[tuple[float, float]]:
    generator = np.random.default_rng(5)
    sizes = 10.0 ** generator.uniform(-6, 7, 400)
    errors = sizes * 10.0 ** generator.uniform(-5, 1, 400)
    signs = generator.choice([-1.0, 1.0], 400)
    own = [(0.0, 0.96), (5.0, 1.96), (123456.0, 0.0), (1.5, np.inf), (0.04, 0.1), (-0.001, 1.0)]
    return [*zip((signs * sizes).tolist(), errors.tolist(), strict=True), *own]


def test_an_estimate_is_written_as_the_report_writes_it() -> None:
    pairs = [pair for pair in numbers() if np.isfinite(pair[1])]
    found = evaluated(NUMBERS, "pairs.map(([value, error]) => roundToError(value, error))", pairs=pairs)
    for (value, error), texts in zip(pairs, found, strict=True):
        expected = round_to_error(value, error)
        assert texts == [grouped(expected[0]), grouped(expected[1]) if expected[1] else ""], (value, error)


def test_what_is_no_number_or_infinite_is_said_so() -> None:
    script = "[[NaN, 1], [Infinity, NaN], [-Infinity, 1], [1.5, NaN]].map(([a, b]) => roundToError(a, b))"
    assert evaluated(NUMBERS, script) == [["–", ""], ["∞", ""], ["\u2212∞", ""], ["1.5", "?"]]


def test_a_given_number_is_written_as_the_report_writes_it() -> None:
    values = [0.0, 1.0, 0.03, 1234.5678, -0.000123456, 17.0, 1e-7, 2.5e12, 99999.0, 0.1 + 0.2]
    t = Locale("en")
    expected = [t.number(value) for value in values]
    found = evaluated(NUMBERS, "values.map((value) => givenText(value))", values=values)
    assert [
        text for text, value in zip(found, values, strict=True) if 1e-4 <= abs(value) < 1e9 or not value
    ] == [text for text, value in zip(expected, values, strict=True) if 1e-4 <= abs(value) < 1e9 or not value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((" 1,200 ", 1200), ("1 200.5", 1200.5), ("−3.5", -3.5), ("+2e-3", 0.002), (".5", 0.5), ("7.", 7)),
        *(("", None), ("1,2", None), ("12,00", None), ("1.2.3", None), ("0x10", None), ("Infinity", None)),
        *(("1e999", None), ("five", None), ("1 2", None), ("--1", None)),
    ],
)
def test_a_number_is_read_strictly(text: str, value: float | None) -> None:
    assert evaluated(NUMBERS, "readNumber(text)", text=text) == value


def test_a_field_holds_every_digit_that_matters() -> None:
    values = [0.1, 1400.0, 1234567.25, 1e-9, -0.0883123456, 3e10]
    found = evaluated(NUMBERS, "values.map((value) => readNumber(fieldText(value)))", values=values)
    assert found == values


@pytest.mark.parametrize("ends", [[None, None], [0.0, None], [None, 5.0], [0.0, 1.0], [-2.0, 3.0]])
def test_the_scale_is_the_one_that_priors_move_on(ends: list[float | None]) -> None:
    low, high = (
        side if side is not None else default for side, default in zip(ends, (-np.inf, np.inf), strict=True)
    )
    scale = within(low, high)
    inside = [value for value in (-1.9, -0.3, 0.2, 0.5, 0.99, 2.9, 4.0) if low < value < high]
    script = "values.map((value) => [placeOf(value, ends), valueAt(placeOf(value, ends), ends)])"
    for value, (place, back) in zip(
        inside, evaluated("number_text scale", script, values=inside, ends=ends), strict=True
    ):
        assert place == pytest.approx(scale.there(value), rel=1e-12, abs=1e-12)
        assert back == pytest.approx(value, rel=1e-12)


def test_a_slider_reaches_from_p1_to_p99_and_stands_on_the_shipped_median() -> None:
    beliefs = [belief for belief in described()["beliefs"] if belief["varies"]]
    script = """beliefs.map((belief) => {
      const travel = new Travel(belief);
      return [travel.value(0), travel.value(travel.step(belief.value)), travel.value(SLIDER_STEPS),
        [...Array(SLIDER_STEPS + 1).keys()].every((step) => travel.step(travel.value(step)) === step)];
    })"""
    for belief, (low, middle, high, back) in zip(
        beliefs, evaluated("number_text scale", script, beliefs=beliefs), strict=True
    ):
        wide = belief["quantiles"]["p99"] - belief["quantiles"]["p01"]
        assert low == pytest.approx(belief["quantiles"]["p01"], abs=0.02 * wide)
        assert middle == belief["value"]
        assert high == pytest.approx(belief["quantiles"]["p99"], abs=0.02 * wide)
        assert back, belief["name"]


@pytest.mark.parametrize(
    "one",
    [
        state(),
        state(changes=CHANGES, horizon=40),
        state(changes=CHANGES, rules=RULES, entity="meta", metric="roic"),
        state(asked={"metric": "roic", "relation": "below", "numbers": [0.07]}),
        state(
            changes=CHANGES,
            asked={"metric": "value_created", "relation": "between", "numbers": [-1e-7, 1e22]},
        ),
    ],
)
def test_an_address_brings_back_the_state(one: dict[str, Any]) -> None:
    found = evaluated(STATE, "readAddress(addressOf(one, known), known)", one=one, known=described())
    assert found == {"state": one, "study": None, "unknown": [], "refused": []}


def test_an_address_of_another_study_is_known_and_what_is_not_here_is_named() -> None:
    address = (
        "~study=0123456789ab&~horizon=7&adoption.potential=1939&no.such=3&finance.wacc=many"
        "&spend.ai_share.meta=7!&%E0=1"
    )
    found = evaluated(STATE, "readAddress(address, known)", address=address, known=described())
    assert found["study"] == "0123456789ab"
    assert found["state"]["changes"] == {"adoption.potential": {"to": 1939, "held": False}}
    assert found["unknown"] == ["horizon=7", "no.such", "%E0"]
    assert found["refused"] == ["finance.wacc", "spend.ai_share.meta"]


def test_an_address_with_two_values_of_one_name_or_a_name_of_the_language_sets_none_of_them() -> None:
    address = "~horizon=16&~horizon=24&finance.wacc=0.1&finance.wacc=0.12&~constructor=1&valueOf=2&~structure"
    found = evaluated(STATE, "readAddress(address, known)", address=address, known=described())
    assert found["state"] == state()
    assert found["refused"] == ["~horizon", "finance.wacc"]
    assert found["unknown"] == ["", "constructor", "valueOf"]
    for text in ("~study=", "~study=c", "~study=aaaabbbbcccc&~study=ddddeeeeffff"):
        assert evaluated(STATE, "readAddress(a, known).study", a=text, known=described()) is not None


@pytest.mark.parametrize(
    ("address", "unknown", "refused"),
    [
        ("~prob_below.no.such=3", ["no.such"], []),
        *((f"~prob_below.roic={text}", [], ["prob_below.roic"]) for text in ("", "many", "1..2", "1e39")),
        *((f"~between.roic={text}", [], ["between.roic"]) for text in ("1", "2..1", "1..2..3", "..")),
        ("~prob_below.roic=1&~prob_above.roic=2", [], ["~prob_below.roic", "~prob_above.roic"]),
        ("~between.roic=1..2&~between.roic=1..2", [], ["~between.roic"]),
        ("~prob_below=1", ["prob_below"], []),
    ],
)
def test_a_chance_in_an_address_that_cannot_be_is_named_and_not_asked_for(
    address: str, unknown: list[str], refused: list[str]
) -> None:
    found = evaluated(STATE, "readAddress(address, known)", address=address, known=described())
    assert found == {"state": state(), "study": None, "unknown": unknown, "refused": refused}


@pytest.mark.parametrize(
    ("name", "to", "held", "refused"),
    [
        ("adoption.potential", 0, False, True),
        ("adoption.potential", -1, True, True),
        ("adoption.potential", 1e-9, False, False),
        ("spend.ai_share.meta", 1, False, True),
        ("spend.ai_share.meta", 1, True, False),
        ("spend.ai_share.meta", 1.01, True, True),
        ("spend.ai_share.meta", 0.3, False, False),
        ("adoption.realised", 1.01, True, False),
        ("spend.overshoot", -0.5, False, False),
        ("adoption.curve", 2.0, False, True),
        ("adoption.curve", 2.0, True, False),
        ("finance.wacc", 0.005, False, True),
    ],
)
def test_a_number_is_refused_where_set_refuses_it(name: str, to: float, held: bool, refused: bool) -> None:
    belief = next(one for one in described()["beliefs"] if one["name"] == name)
    found = evaluated(STATE, "refusalOf(belief, { to, held })", belief=belief, to=to, held=held)
    assert (found is not None) is refused
    try:
        other = overridden(study(), {name if held else f"{name}.median": to})
        check_study(other, model_of(other, None), "float32")
    except StudyError:
        assert refused
    else:
        assert not refused


def test_undo_goes_back_and_redo_on_and_a_step_that_changes_nothing_is_none() -> None:
    script = """(() => {
      const past = new Past({ a: 1 });
      past.goTo({ a: 2 });
      past.goTo({ a: 2 });
      past.goTo({ a: 3 });
      past.undo();
      const after = [past.state.a, past.canUndo, past.canRedo];
      past.goTo({ a: 4 });
      past.redo();
      return [after, past.state.a, past.states.length];
    })()"""
    assert evaluated(STATE, script) == [[2, True, True], 4, 3]


SOLVE = "number_text scale solve"
ERROR_OF_CHANCE = 0.0005
BELIEF = {"scale": [0, None], "value": 10, "quantiles": {"p01": 1, "p99": 100}}


def solved(chance: str, target: float) -> dict[str, Any]:
    script = f"""solveFor({{ travel: new Travel(belief), target: {target},
      chanceAt: async (value) => ({{ value: {chance}, error: {ERROR_OF_CHANCE} }}) }})"""
    return evaluated(SOLVE, script, belief=BELIEF)


def test_what_must_be_true_is_found_from_either_side() -> None:
    assert solved("1 / (1 + value / 20)", 0.4)["value"] == pytest.approx(30, rel=5e-3)
    # By the slope of 1 / (1 + value / 20) there, 1/125, as far as the last halving is straight.
    assert solved("1 / (1 + value / 20)", 0.4)["error"] == pytest.approx(ERROR_OF_CHANCE * 125, rel=0.1)
    assert solved("1 - 1 / (1 + value / 20)", 0.4)["value"] == pytest.approx(40 / 3, rel=5e-3)


def test_nothing_within_what_is_believed_is_an_answer() -> None:
    found = solved("1 / (1 + value / 20)", 0.05)
    assert found["value"] is None
    assert [end["value"] for end in found["ends"]] == pytest.approx([1, 100], rel=1e-2)
    assert solved("NaN", 0.4)["value"] is None


def test_the_first_paths_of_a_sample_are_the_first_of_each_replicate() -> None:
    script = """(() => {
      const values = Float32Array.from({ length: 8192 }, (_, path) => path);
      const series = Float32Array.from({ length: 2 * 8192 }, (_, place) => place);
      const all = { metrics: new Map([["x", values]]), series: new Map([["s", series]]) };
      const sample = { paths: 8192, perReplicate: 256, ...all };
      const { perReplicate, metrics, series: own } = firstPaths(sample, 1024);
      return [perReplicate, [...metrics.get("x").slice(30, 35)], [...own.get("s").slice(1022, 1027)]];
    })()"""
    found = evaluated("asking", script)
    assert found == [32, [30, 31, 256, 257, 258], [31 * 256 + 30, 31 * 256 + 31, 8192, 8193, 8194]]


def test_what_a_kernel_in_the_page_cannot_do_is_marked() -> None:
    known = described(load_study("hyperscalers-2026-01"))
    both, held, neither = ("adoption.potential", "finance.wacc", "spend.overshoot")
    changes = {both: {"hold": [], "move": []}, held: {"hold": []}}
    known["kernel"] = {
        "changes": changes,
        "structures": {"late_curve": {"adoption.curve": 2.0}, "swift": None},
    }
    script = """(() => {
      const { beliefs, structures } = withLimits(known);
      const marks = ({ held_only, no_hold, no_change }) => [held_only, no_hold, no_change];
      return [names.map((name) => marks(beliefs.find((one) => one.name === name))),
        structures.filter((one) => !one.elsewhere).map((one) => one.name)];
    })()"""
    beliefs, structures = evaluated(STATE, script, known=known, names=[both, held, neither])
    assert beliefs == [[False, False, False], [True, False, False], [True, True, True]]
    assert structures == ["late_curve"]


def test_a_belief_that_a_structure_holds_can_only_be_held() -> None:
    known = described(load_study("hyperscalers-2026-01"))
    moved = {"adoption.curve": {"to": 0.7, "held": False}, "finance.wacc": {"to": 0.09, "held": False}}
    script = "[settled({ ...one, structure: 'late_curve' }, known), settled(one, known)]"
    under, written = evaluated(STATE, script, one=state(changes=moved), known=known)
    assert under["changes"]["adoption.curve"] == {"to": 0.7, "held": True}
    assert under["changes"]["finance.wacc"] == {"to": 0.09, "held": False}
    assert written["changes"]["finance.wacc"] == {"to": 0.09, "held": False}


def test_a_verdict_that_moves_is_found_behind_a_larger_one_that_is_no_difference() -> None:
    script = """(() => {
      const say = (key, values) => [key, values?.verdict];
      const words = { say, amount: () => "", of: (one) => one, messages: {} };
      const shipped = { value: 0.3, error: 0.01 };
      const one = (title, value, error) => ({ verdict: { title }, change: { value, error }, shipped });
      const said = (...whole) => contrastOf({ words, state: { rules: {} } }, { whole }, true);
      return [said(one("base", -0.05, 0.03), one("bear", 0.03, 0.01)), said(one("base", -0.05, 0.03))[0]];
    })()"""
    found = evaluated("statistics words number_text sentences", script)
    assert found == [["verdict_moves", "bear"], "no_verdict_moves"]


def test_a_structure_may_set_the_horizon_and_a_reader_another() -> None:
    known = described()
    known["structures"] = [{"name": "short", "settings": {"study.horizon_quarters": "12"}, "numbers": {}}]
    asked = [state(), state(structure="short"), state(structure="short", horizon=24), state(horizon=40)]
    assert evaluated(STATE, "asked.map((one) => horizonOf(one, known))", asked=asked, known=known) == [
        24,
        12,
        24,
        40,
    ]
