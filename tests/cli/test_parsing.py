"""What the command line makes of its arguments before anything is computed."""

import re
import subprocess
import sys

import pytest

from simulator import cli
from simulator.cli.parameters import assignments
from simulator.errors import UsageError

#: Packages that cost more to import than help may take.
HEAVY = {"jax", "scipy", "pydantic", "arviz_base", "arviz_stats", "xarray", "zarr", "pandas", "numpy"}

VERBS = (
    [],
    ["run"],
    ["verify"],
    ["priors"],
    ["priors", "list"],
    ["priors", "show"],
    ["priors", "check"],
    ["priors", "cite"],
    ["init"],
    ["config"],
    ["config", "schema"],
    ["doctor"],
)


def fails(capsys, *arguments):
    """Run a command that cannot be parsed, and return what it said on standard error."""
    with pytest.raises(SystemExit) as exit:
        cli.main(arguments)
    captured = capsys.readouterr()
    assert exit.value.code == 2
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_has_help_on_standard_output(verb, capsys):
    assert cli.main([*verb, "--help"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("Usage: strandline")
    assert captured.err == ""


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_is_broken_by_the_terminal_alone(verb, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "2000")
    cli.main([*verb, "--help"])
    text = capsys.readouterr().out.partition("Examples:")[0]
    # On a terminal as wide as that a row is never continued on a second one, nor a paragraph.
    assert not re.search(r"(?m)^│ {3,}\S", text)
    assert not re.search(r"(?m)^\w.*\n\w", text)


def test_help_tells_the_exit_codes(capsys):
    cli.main(["--help"])
    text = capsys.readouterr().out
    assert all(
        code in text for code in ("0 done", "2 usage", "3 a study", "4 a quality gate", "130 interrupted")
    )


@pytest.mark.parametrize("command", ["import simulator", "from simulator.cli import main; main(['--help'])"])
def test_help_and_import_load_nothing_heavy(command):
    show = "import sys; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{command}; {show}"], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stderr.split())


def test_version_names_what_the_numbers_rest_on(capsys):
    assert cli.main(["--version"]) == 0
    words = capsys.readouterr().out
    assert words.startswith("strandline ")
    assert all(name in words for name in ("python", "jax", "numpy", "scipy"))


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["rnu"], 'Did you mean "run"?'),
        (["priors", "lst"], 'Did you mean "list"?'),
        (["run", "--pahts", "3"], "Did you mean --paths?"),
        (["run", "--sampler", "sobol"], '"rqmc", "mc"'),
        (["run", "a", "b"], "Too many arguments: b"),
        (["diff", "a"], "SECOND"),
    ],
)
def test_a_wrong_command_exits_2_and_says_what_is_right(arguments, hint, capsys):
    assert hint in " ".join(fails(capsys, *arguments).split())


@pytest.mark.parametrize(
    ("verb", "option", "least"),
    [
        ("run", "--paths", 1),
        ("run", "--max-paths", 1),
        ("run", "--seed", 0),
        ("run", "--threads", 1),
        ("verify", "--batches", 1),
        ("update", "--paths", 1),
        ("update", "--seed", 0),
    ],
)
@pytest.mark.parametrize("text", ["1.5", "abc", "-1", "1e-3", "inf", "nan", "", "1e999999", "0x10"])
def test_an_option_of_whole_numbers_batches_nothing_and_says_what_it_takes(verb, option, least, text, capsys):
    """Every such option refuses alike, with its name, what was found and what is allowed."""
    place = ["nowhere"] if verb == "verify" else []
    assert cli.main([verb, *place, f"{option}={text}"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{option}: found {text!r}; allowed: a whole number from {least}," in " ".join(
        captured.err.split()
    )


@pytest.mark.parametrize("setting", ["economics.pue", "=3", "economics.pue=", " = "])
def test_a_setting_that_is_no_assignment_exits_2(setting, capsys):
    assert cli.main(["run", "--set", setting]) == 2
    captured = capsys.readouterr()
    assert "NAME=VALUE" in captured.err
    assert captured.out == ""


def test_settings_are_toml_values_or_bare_words():
    given = assignments(["a=1", "b=-2.5e3", "c=delivery", 'd="in service"', "e=[1, 2]", "f = 0.1", "g=a=b"])
    assert given == {
        "a": 1,
        "b": -2500.0,
        "c": "delivery",
        "d": "in service",
        "e": [1, 2],
        "f": 0.1,
        "g": "a=b",
    }


def test_a_name_that_is_set_twice_is_refused_with_both_values():
    with pytest.raises(UsageError, match=r"--set a.b: found twice, as 1 and as 2; allowed: once"):
        assignments(["a.b=1", "c=3", "a.b=2"])


def test_a_setting_cannot_smuggle_in_a_second_one():
    assert assignments(["a=1\nb=2"]) == {"a": "1\nb=2"}


@pytest.mark.parametrize("text", ["65536", "65_536", "65536.0", "6.5536e4"])
def test_paths_are_read_as_people_write_them(text, monkeypatch, capsys):
    seen = {}
    monkeypatch.setattr(
        "simulator.analysis.run.simulate", lambda study, **options: seen.update(options) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        cli.main(["run", "--paths", text, "--out", "nowhere"])
    assert seen["paths"] == 65536


@pytest.mark.parametrize("option", ["paths", "seed", "threads"])
@pytest.mark.parametrize("text", ["1000", "1_000", "1e3", "1000.0"])
def test_whole_numbers_are_read_alike_by_every_option(option, text, monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "simulator.analysis.run.simulate", lambda study, **options: seen.update(options) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        cli.main(["run", f"--{option}", text, "--out", "nowhere"])
    assert seen[option] == 1000
    assert type(seen[option]) is int


def test_a_seed_keeps_every_digit(monkeypatch):
    """A float would round it."""
    seen = {}
    monkeypatch.setattr(
        "simulator.analysis.run.simulate", lambda study, **options: seen.update(options) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        cli.main(["run", "--seed", str(2**64 - 1), "--out", "nowhere"])
    assert seen["seed"] == 2**64 - 1
