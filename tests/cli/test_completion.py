"""Tab completion is installed where the shell finds it, and completes verbs, options and choices."""

import shutil
import subprocess
from pathlib import Path

import pytest

from simulator import cli
from simulator.beliefs import quantile
from simulator.errors import StudyError
from simulator.study import load_study
from simulator.study.location import at_median

ASKED = [
    ("strandline ", {"run", "report", "priors", "init", "doctor", "verify"}),
    ("strandline pri", {"priors"}),
    ("strandline priors ", {"list", "show", "check", "cite"}),
    ("strandline run --sam", {"--sampler"}),
    ("strandline run --sampler ", {"rqmc", "mc"}),
]


#: What the program itself is asked for when Tab is pressed, and some of what it answers.
OFFERED = [
    (["run", ""], {"hyperscalers-2026-01", "mine.toml", "folder"}),
    (["run", "mine.toml", "--set", ""], {"load=", "load.median="}),
    (["run", "--set", ""], {"finance.wacc=", "finance.wacc.median=", "power.lead_time.ireland="}),
    (["priors", "show", "--name", ""], {"finance.wacc"}),
    (["verify", ""], {"runs/base"}),
    (["explain", ""], {"runs/base"}),
    (["merge", ""], {"shared", "runs/parted"}),
    (["diff", "runs/base", ""], {"hyperscalers-2026-05", "runs/base"}),
]


@pytest.mark.parametrize(("words", "wanted"), OFFERED, ids=[" ".join(words) for words, _ in OFFERED])
def test_studies_runs_and_priors_are_offered(
    words: list[str],
    wanted: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    prior = 'family = "normal"\nmean = 1\nsd = 1\nunit = "1"\nbasis = "judgement"\nas_of = 2026-01-28'
    (tmp_path / "mine.toml").write_text(f'study.as_of = 2026-01-28\n[load]\n{prior}\nnote = "?"\n')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "study.toml").touch()
    (tmp_path / "runs" / "base").mkdir(parents=True)
    (tmp_path / "runs" / "base" / "manifest.json").touch()
    for folder in ("shared", "runs/parted"):
        (tmp_path / folder / "parts").mkdir(parents=True)
    cli.main(["__complete", *words])
    offered = {line.partition("\t")[0] for line in capsys.readouterr().out.splitlines()}
    assert wanted <= offered


def test_a_median_is_offered_where_it_can_be_set_and_never_as_a_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is offered can be set, to the prior's own median at least, and what is not offered cannot."""
    study = load_study("hyperscalers-2026-01")
    cli.main(["__complete", "run", "--set", ""])
    offered = {line.partition("\t")[0].removesuffix("=") for line in capsys.readouterr().out.splitlines()}
    medians = {name.removesuffix(".median") for name in offered if name.endswith(".median")}
    assert medians
    for name, prior in study.priors.items():
        middle = float(quantile(prior)(0.0)) if prior.family not in ("fixed", "dirichlet") else 1.0
        try:
            at_median(prior, middle)
        except StudyError:
            assert name not in medians
        else:
            assert name in medians
    cli.main(["__complete", "priors", "show", "--name", ""])
    assert ".median" not in capsys.readouterr().out


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The completion of a shell, written by the command itself into a home of its own."""

    def install(shell: str) -> Path:
        monkeypatch.setenv("HOME", str(tmp_path))
        written = tmp_path / "_strandline"
        assert cli.main(["--install-completion", "--shell", shell, "--output", str(written)]) == 0
        return written

    return install


def asked(shell: str, *command: str) -> str:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    return subprocess.run([shell, *command], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("line", "wanted"), ASKED)
def test_bash_completes(line: str, wanted: set[str], script) -> None:
    words = f"COMP_WORDS=({line.removesuffix(' ')}{' ""' if line.endswith(' ') else ''})"
    code = f"source {script('bash')}; {words}; COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _strandline"
    offered = asked("bash", "-c", f"{code}; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    assert wanted <= {word.strip() for word in offered.splitlines()}


def test_zsh_takes_the_script(script) -> None:
    written = script("zsh")
    text = written.read_text()
    assert text.startswith("#compdef strandline")
    assert all(verb in text for verb in ("run", "priors", "init", "doctor"))
    asked("zsh", "-n", str(written))
    # Bound to the command once the shell's own completion is on.
    code = (
        f"fpath=({written.parent} $fpath); autoload -Uz compinit; compinit -u -D; print $_comps[strandline]"
    )
    assert asked("zsh", "-f", "-c", code).strip() == "_strandline"
