"""What a reader takes away from the page works where it is pasted: a shell, a study, a table."""

import csv
import io
import json
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import load_study
from simulator.cli.parameters import assignments
from simulator.study import Study
from tests.whatif.scripts import CHANGES, RULES, STATE, described, evaluated, state, study

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
    return study().override({"study.horizon_quarters": 40} | values | RULES)


def test_the_command_sets_what_the_page_has() -> None:
    text = evaluated(
        STATE,
        "commandOf(one, known, 8192)",
        one=state(changes=CHANGES, rules=RULES, horizon=40),
        known=described(),
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
    assert words[3:5] == ["--paths", "8192"]
    assert set(words[5::2]) == {"--set"}
    values = {
        name: tomllib.loads(f"x = {value}")["x"]
        for name, value in (word.split("=", 1) for word in words[6::2])
    }
    assert study().override(values).hash == changed_study().hash


def test_the_file_of_beliefs_makes_the_same_study(tmp_path: Path) -> None:
    given = {
        "one": state(changes=CHANGES, rules=RULES, horizon=40),
        "known": described(),
        "note": 'by "hand"\\',
    }
    found = evaluated(STATE, "beliefsFile(one, known, note)", **given)
    assert found["missing"] == []
    file = tmp_path / "beliefs.toml"
    file.write_text(found["text"], encoding="utf-8")
    loaded, expected = load_study(file), changed_study()
    for name in expected.priors:
        assert loaded.priors[name].parameters == expected.priors[name].parameters, name
        assert loaded.priors[name].family == expected.priors[name].family, name
    assert loaded.settings.keys() == expected.settings.keys()
    assert loaded.settings.verdicts == expected.settings.verdicts
    assert [item.min for item in loaded.settings.scorecard] == [
        item.min for item in expected.settings.scorecard
    ]


def test_a_structure_is_in_the_command_and_in_the_file(tmp_path: Path) -> None:
    one = load_study("hyperscalers-2026-01")
    known = described(one)
    asked = state(structure="late_curve", changes={"adoption.potential": {"to": 1500, "held": False}})
    command = evaluated(STATE, "commandOf(asked, known, 8192)", asked=asked, known=known)
    assert (
        command == "strandline run hyperscalers-2026-01 --paths 8192 --set adoption.curve=2.0"
        " --set adoption.potential.median=1500"
    )
    found = evaluated(STATE, "beliefsFile(asked, known, 'x')", asked=asked, known=known)
    file = tmp_path / "beliefs.toml"
    file.write_text(found["text"], encoding="utf-8")
    expected = one.override({"adoption.curve": 2.0, "adoption.potential.median": 1500})
    loaded = load_study(file)
    assert {name: prior.parameters for name, prior in loaded.priors.items()} == {
        name: prior.parameters for name, prior in expected.priors.items()
    }


def test_what_the_study_was_set_to_is_set_once_and_gives_way(tmp_path: Path) -> None:
    one = study().override({"finance.wacc": 0.08, "spend.overshoot.median": 0.2, "economics.pue": 1.3})
    known = described(one)
    asked = state(
        changes={"finance.wacc": {"to": 0.09, "held": True}, "spend.overshoot": {"to": 0.1, "held": True}}
    )
    words = shlex.split(evaluated(STATE, "commandOf(asked, known, 8192)", asked=asked, known=known))
    values = assignments(words[6::2])
    assert values == {"economics.pue": 1.3, "finance.wacc": 0.09, "spend.overshoot": 0.1}
    found = evaluated(STATE, "beliefsFile(asked, known, 'x')", asked=asked, known=known)
    assert found["missing"] == ["economics.pue"]


def test_what_a_structure_sets_over_what_the_study_was_set_to_is_not_missing() -> None:
    one = load_study("hyperscalers-2026-01").override({"adoption.curve": 1.5})
    asked = state(structure="late_curve")
    found = evaluated(STATE, "beliefsFile(asked, known, 'x')", asked=asked, known=described(one))
    assert found["missing"] == []
    assert tomllib.loads(found["text"])["adoption"]["curve"]["value"] == 2.0


@pytest.mark.parametrize("horizon", [None, 16])
def test_the_horizon_that_a_study_was_set_to_is_in_the_file(horizon: int | None) -> None:
    known = described(study().override({"study.horizon_quarters": 40}))
    found = evaluated(STATE, "beliefsFile(asked, known, 'x')", asked=state(horizon=horizon), known=known)
    assert found["missing"] == []
    assert tomllib.loads(found["text"])["study"] == {"horizon_quarters": horizon or 40}


def test_a_table_of_paths_holds_no_formula() -> None:
    script = """csvOf({ paths: 2, perReplicate: 1 }, new Map([
      ["=cmd|'/c calc'!A1", Float32Array.of(0.1, NaN)], ['a,"b', Float32Array.of(-Infinity, 1e-30)]]))"""
    rows = list(csv.reader(io.StringIO(evaluated(STATE, script))))
    assert rows[0] == ["replicate", "point", "'=cmd|'/c calc'!A1", 'a,"b']
    assert rows[1][:2] == ["0", "0"]
    assert np.float32(rows[1][2]) == np.float32(0.1)
    assert rows[1][3] == "-inf"
    assert rows[2][2] == ""
    assert np.float32(rows[2][3]) == np.float32(1e-30)


#: What is asked of a state, and a sample of two paths that has its metric.
ASKED = {"metric": "value_created", "relation": "below", "numbers": [-500]}
SAMPLE = """{ paths: 2, perReplicate: 1, metrics: new Map(
  known.metrics.map(({ name }) => [name, Float32Array.of(-501, -500)])) }"""


def test_a_chance_that_is_asked_for_is_a_column_of_the_table_of_paths() -> None:
    script = f"(() => {{ const sample = {SAMPLE}; return csvOf(sample, columnsOf(sample, one, known)); }})()"
    given = {"known": described(), "one": state(entity="meta", asked=ASKED)}
    first, *rows = csv.reader(io.StringIO(evaluated(STATE, script, **given)))
    assert first[-1] == "prob_below(value_created.meta, -500)"
    assert [row[-1] for row in rows] == ["1", "0"]
    assert len(first) == 2 + len(given["known"]["metrics"]) + 1


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["strandline", "estimate", "--of", "prob_below(value_created.meta, -500)"]),
        (
            {"estimate": ["strandline", "estimate", "--model", "my plant.py:cost"]},
            [
                "strandline",
                "estimate",
                "--model",
                "my plant.py:cost",
                "--of",
                "prob_below(value_created.meta, -500)",
            ],
        ),
    ],
)
def test_a_chance_that_is_asked_for_has_a_command_of_its_own(
    more: dict[str, Any], expected: list[str]
) -> None:
    known = described()
    known["study"] |= more
    one = state(entity="meta", asked=ASKED)
    assert shlex.split(evaluated(STATE, "estimateOf(one, known)", one=one, known=known)) == expected


def test_a_metric_whose_name_the_command_line_cannot_read_has_no_command() -> None:
    known = described()
    for one in known["metrics"]:
        one["name"] = f"a, b {one['name']}"
    assert evaluated(STATE, "estimateOf(one, known)", one=state(asked=ASKED), known=known) == ""
    assert evaluated(STATE, "estimateOf(one, known)", one=state(), known=known) == ""


def test_a_chance_that_is_asked_for_changes_neither_the_command_nor_the_file() -> None:
    script = "[commandOf(one, known, 8192), beliefsFile(one, known, 'x').text]"
    plain, asking = (
        evaluated(STATE, script, one=one, known=described())
        for one in (state(changes=CHANGES), state(changes=CHANGES, asked=ASKED))
    )
    assert plain == asking
