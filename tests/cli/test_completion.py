"""Tab completion is installed where the shell finds it, and completes verbs, options and choices."""

import shutil
import subprocess
from pathlib import Path

import pytest

from simulator import cli

ASKED = [
    ("strandline ", {"run", "report", "priors", "init", "doctor", "verify"}),
    ("strandline pri", {"priors"}),
    ("strandline priors ", {"list", "show", "check", "cite"}),
    ("strandline run --sam", {"--sampler"}),
    ("strandline run --sampler ", {"rqmc", "mc"}),
]


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
