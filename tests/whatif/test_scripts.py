"""The scripts of the page: numbers as the report writes them, addresses that come back, exports that work."""

import csv
import io
import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import load_study
from simulator.analysis.run.program import overridden
from simulator.errors import StudyError
from simulator.estimate.number import round_to_error
from simulator.families.scale import within
from simulator.report.page.locale import Locale, grouped
from simulator.study import Study
from tests.whatif.scripts import described, evaluated, study

NUMBERS = "words number_text"
STATE = f"{NUMBERS} scale state address exports"


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


CHANGES = {
    "adoption.potential": {"to": 1939.5, "held": False},
    "finance.wacc": {"to": 0.09, "held": True},
    "spend.overshoot": {"to": -0.04, "held": False},
}
RULES = {"verdict.bear.value_per_dollar.max": -0.1, "scorecard.gross_margin.min": 0.4}


def state(**more: Any) -> dict[str, Any]:
    return {
        "changes": {},
        "structure": None,
        "entity": "group",
        "metric": "value_created",
        "rules": {},
    } | more


@pytest.mark.parametrize(
    "one",
    [state(), state(changes=CHANGES), state(changes=CHANGES, rules=RULES, entity="meta", metric="roic")],
)
def test_an_address_brings_back_the_state(one: dict[str, Any]) -> None:
    found = evaluated(STATE, "readAddress(addressOf(one, known), known)", one=one, known=described())
    assert found == {"state": one, "study": None, "unknown": [], "refused": []}


def test_an_address_of_another_study_is_known_and_what_is_not_here_is_named() -> None:
    address = (
        "~study=0123456789ab&adoption.potential=1939&no.such=3&finance.wacc=many&spend.ai_share.meta=7!&%E0=1"
    )
    found = evaluated(STATE, "readAddress(address, known)", address=address, known=described())
    assert found["study"] == "0123456789ab"
    assert found["state"]["changes"] == {"adoption.potential": {"to": 1939, "held": False}}
    assert found["unknown"] == ["no.such", "%E0"]
    assert found["refused"] == ["finance.wacc", "spend.ai_share.meta"]


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
    ],
)
def test_a_number_is_refused_where_set_refuses_it(name: str, to: float, held: bool, refused: bool) -> None:
    belief = next(one for one in described()["beliefs"] if one["name"] == name)
    found = evaluated(STATE, "refusalOf(belief, { to, held })", belief=belief, to=to, held=held)
    assert (found is not None) is refused
    try:
        overridden(study(), {name if held else f"{name}.median": to})
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


HOSTILE = [
    "plain",
    "it's",
    "a b",
    "$(touch struck)",
    "`id`",
    '"q"',
    "a\\b",
    "*",
    "~",
    "=x",
    "",
    "é;\n&",
    "-n",
]


def test_a_command_comes_out_of_a_shell_as_it_went_in() -> None:
    text = evaluated(STATE, "words.map(shellQuoted).join(' ')", words=HOSTILE)
    program = "import json, sys; print(json.dumps(sys.argv[1:]))"
    ran = subprocess.run(
        ["sh", "-c", f"python3 -c '{program}' {text}"], capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == HOSTILE


def changed_study() -> Study:
    values: dict[str, Any] = {
        (name if one["held"] else f"{name}.median"): one["to"] for name, one in CHANGES.items()
    }
    return study().override(values | RULES)


def test_the_command_sets_what_the_page_has() -> None:
    text = evaluated(
        STATE, "commandOf(one, known)", one=state(changes=CHANGES, rules=RULES), known=described()
    )
    program = "import json, sys; print(json.dumps(sys.argv[1:]))"
    ran = subprocess.run(
        ["sh", "-c", f"set -- {text}; python3 -c '{program}' \"$@\""],
        capture_output=True,
        text=True,
        check=True,
    )
    words = json.loads(ran.stdout)
    assert words[:3] == ["strandline", "run", study().name]
    assert set(words[3::2]) == {"--set"}
    values = {
        name: tomllib.loads(f"x = {value}")["x"]
        for name, value in (word.split("=", 1) for word in words[4::2])
    }
    assert study().override(values).hash == changed_study().hash


def test_the_file_of_beliefs_makes_the_same_study(tmp_path: Path) -> None:
    given = {"one": state(changes=CHANGES, rules=RULES), "known": described(), "note": 'by "hand"\\'}
    found = evaluated(STATE, "beliefsFile(one, known, note)", **given)
    assert found["missing"] == []
    file = tmp_path / "beliefs.toml"
    file.write_text(found["text"], encoding="utf-8")
    loaded, expected = load_study(file), changed_study()
    for name in expected.priors:
        assert loaded.priors[name].parameters == expected.priors[name].parameters, name
        assert loaded.priors[name].family == expected.priors[name].family, name
    assert loaded.settings.verdicts == expected.settings.verdicts
    assert [item.min for item in loaded.settings.scorecard] == [
        item.min for item in expected.settings.scorecard
    ]


def test_a_structure_is_in_the_command_and_in_the_file(tmp_path: Path) -> None:
    one = load_study("hyperscalers-2026-01")
    known = described(one)
    asked = state(structure="late_curve", changes={"adoption.potential": {"to": 1500, "held": False}})
    command = evaluated(STATE, "commandOf(asked, known)", asked=asked, known=known)
    assert (
        command
        == "strandline run hyperscalers-2026-01 --set adoption.curve=2.0 --set adoption.potential.median=1500"
    )
    found = evaluated(STATE, "beliefsFile(asked, known, 'x')", asked=asked, known=known)
    file = tmp_path / "beliefs.toml"
    file.write_text(found["text"], encoding="utf-8")
    expected = one.override({"adoption.curve": 2.0, "adoption.potential.median": 1500})
    loaded = load_study(file)
    assert {name: prior.parameters for name, prior in loaded.priors.items()} == {
        name: prior.parameters for name, prior in expected.priors.items()
    }


def test_a_table_of_paths_holds_no_formula() -> None:
    script = """csvOf({ paths: 2, perReplicate: 1, metrics: new Map([
      ["=cmd|'/c calc'!A1", Float32Array.of(0.1, NaN)], ['a,"b', Float32Array.of(-Infinity, 1e-30)]]) },
      ["=cmd|'/c calc'!A1", 'a,"b'])"""
    rows = list(csv.reader(io.StringIO(evaluated(STATE, script))))
    assert rows[0] == ["replicate", "point", "'=cmd|'/c calc'!A1", 'a,"b']
    assert rows[1][:2] == ["0", "0"]
    assert np.float32(rows[1][2]) == np.float32(0.1)
    assert rows[1][3] == "-inf"
    assert rows[2][2] == ""
    assert np.float32(rows[2][3]) == np.float32(1e-30)


SOLVE = "number_text scale solve"
BELIEF = {"scale": [0, None], "value": 10, "quantiles": {"p01": 1, "p99": 100}}


def solved(chance: str, target: float) -> dict[str, Any]:
    script = f"""solveFor({{ travel: new Travel(belief), target: {target},
      chanceAt: async (value) => ({{ value: {chance}, error: 0.0005 }}) }})"""
    return evaluated(SOLVE, script, belief=BELIEF)


def test_what_must_be_true_is_found_from_either_side() -> None:
    assert solved("1 / (1 + value / 20)", 0.4)["value"] == pytest.approx(30, rel=5e-3)
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


SERVED = """
  const frames = (paths, batches) => {
    // Two metrics: a path's place in its batch, and 10,000 times its batch more than that.
    const bytes = new Uint8Array(batches * 2 * paths * 4);
    const numbers = new DataView(bytes.buffer);
    for (let batch = 0, at = 0; batch < batches; batch++)
      for (const metric of [0, 1])
        for (let path = 0; path < paths; path++, at += 4)
          numbers.setFloat32(at, path + metric * 10000 * (batch + 1), true);
    return bytes;
  };
  const asked = [];
  globalThis.fetch = async (address, { body }) => {
    asked.push([address, JSON.parse(body)]);
    const { paths } = JSON.parse(body);
    const bytes = frames(Math.min(paths, 8192), Math.max(1, paths / 8192));
    const parts = [];
    for (let at = 0; at < bytes.length; at += 5003) parts.push(bytes.subarray(at, at + 5003));
    return new Response(new ReadableStream({ pull(stream) {
      if (parts.length) stream.enqueue(parts.shift());
      else stream.close();
    } }));
  };
  const engine = makeEngine({ series: [], metrics: [{ name: "a" }, { name: "b" }] });
"""


def test_frames_of_the_server_become_arrays_in_the_order_of_replicates() -> None:
    script = f"""(async () => {{ {SERVED}
      const steps = [];
      const changes = {{ x: {{ to: 2, held: true }}, y: {{ to: 3, held: false }} }};
      const progress = (done, of) => steps.push([done, of]);
      const sample = await engine.simulate({{ changes, structure: "s", paths: 16384, progress }});
      const few = await engine.simulate({{ changes: {{}}, structure: null, paths: 1024 }});
      return [asked, steps, sample.perReplicate, [...sample.metrics.get("a").slice(254, 258)],
        [...sample.metrics.get("b").slice(255, 257)], sample.metrics.get("a")[512], few.perReplicate,
        few.metrics.get("a")[33]];
    }})()"""
    asked, steps, per_replicate, first, second, next_replicate, few, place = evaluated(
        "statistics asking server_engine", script
    )
    assert asked[0] == ["paths", {"set": {"x": 2, "y.median": 3}, "structure": "s", "paths": 16384}]
    assert steps == [[8192, 16384], [16384, 16384]]
    assert per_replicate == 512
    assert first == [254, 255, 0, 1]
    assert second == [10255, 20000]
    assert next_replicate == 256
    assert [few, place] == [32, 33]


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    script = f"""(async () => {{ {SERVED}
      globalThis.fetch = async () => new Response(new Uint8Array(100));
      try {{
        await engine.simulate({{ changes: {{}}, structure: null, paths: 1024 }});
      }} catch (error) {{
        return error.message;
      }}
    }})()"""
    assert evaluated("statistics asking server_engine", script) == "cut_off"


def test_what_the_server_refuses_is_said_with_its_faults() -> None:
    script = f"""(async () => {{ {SERVED}
      const error = {{ message: "no", faults: [{{ key: "x", allowed: "at least 0" }}] }};
      globalThis.fetch = async () => new Response(JSON.stringify({{ error }}), {{ status: 422 }});
      try {{
        await engine.simulate({{ changes: {{}}, structure: null, paths: 1024 }});
      }} catch (found) {{
        return [found.message, found.faults];
      }}
    }})()"""
    found = evaluated("statistics asking server_engine", script)
    assert found == ["no", [{"key": "x", "allowed": "at least 0"}]]


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
