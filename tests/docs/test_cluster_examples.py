"""Files for clusters, which no test runs on one: they can be read, and ask for all parts of one run."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import cli
from simulator.engine import Part
from simulator.engine.slurm import slurm
from tests.docs.pages import ROOT
from tests.engine import slurm as of_test

EXAMPLES = ROOT / "docs" / "examples" / "cluster"
DOCKERFILE = EXAMPLES / "Dockerfile"
#: Instructions of a Dockerfile that these files may use.
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "ENTRYPOINT", "CMD"}
LINTER = shutil.which("hadolint", path=Path(sys.executable).parent)


def instructions() -> Iterator[tuple[str, str]]:
    """Give each instruction of the Dockerfile with its arguments, on one line."""
    text = re.sub(r"(?m)^#.*\n", "", DOCKERFILE.read_text()).replace("\\\n", " ")
    for line in filter(None, text.splitlines()):
        name, _, rest = line.partition(" ")
        yield name, rest.strip()


def job(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a Job is to do, and its one container."""
    found = yaml.safe_load((EXAMPLES / name).read_text())
    assert (found["apiVersion"], found["kind"]) == ("batch/v1", "Job")
    (container,) = found["spec"]["template"]["spec"]["containers"]
    return found["spec"], container


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let scripts find a strandline that only says what it was asked; return where."""
    stub, said = tmp_path / "strandline", tmp_path / "said"
    stub.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {said}\n')
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return said


def parts_of(said: Path) -> list[Part]:
    """Return the parts that were asked for, by commands that are the same in all else."""
    commands = [shlex.split(line) for line in said.read_text().splitlines()]
    for command in commands:
        cli.app.parse_args(command, exit_on_error=False, print_error=False)
    parts = [command.pop(command.index("--part") + 1) for command in commands]
    assert all(command == commands[0] for command in commands)
    return [Part.read(part) for part in parts]


def test_the_array_of_slurm_is_all_parts_of_a_run(said: Path) -> None:
    script = EXAMPLES / "parts.sbatch"
    subprocess.run(["bash", "-n", script], check=True)
    (last,) = re.findall(r"(?m)^#SBATCH --array=1-(\d+)$", script.read_text())
    for index in range(1, int(last) + 1):
        environment = os.environ | {"SLURM_ARRAY_TASK_ID": str(index), "SLURM_CPUS_PER_TASK": "8"}
        subprocess.run(["bash", script], env=environment, check=True)
    assert parts_of(said) == [Part(index, int(last)) for index in range(1, int(last) + 1)]


def test_the_indexed_job_is_all_parts_of_a_run(said: Path) -> None:
    spec, container = job("parts.yaml")
    assert spec["completionMode"] == "Indexed"
    for index in range(spec["completions"]):
        environment = os.environ | {"JOB_COMPLETION_INDEX": str(index), "THREADS": "4"}
        subprocess.run(container["command"], env=environment, check=True)
    assert parts_of(said) == [Part(index + 1, spec["completions"]) for index in range(spec["completions"])]
    (variable,) = container["env"]
    assert variable["name"] == "THREADS"


def test_the_job_that_merges_takes_the_folder_of_the_parts() -> None:
    (parts, part), (merge, container) = job("parts.yaml"), job("merge.yaml")
    cli.app.parse_args(container["args"], exit_on_error=False, print_error=False)
    assert f"--out {container['args'][1]}" in part["command"][-1]
    assert part["volumeMounts"] == container["volumeMounts"]
    assert part["image"] == container["image"]
    claims = [
        one["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] for one in (parts, merge)
    ]
    assert claims == ["strandline"] * 2


@pytest.mark.skipif(LINTER is None, reason="hadolint is not installed")
def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run([str(LINTER), DOCKERFILE], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_dockerfile_copies_what_is_there_and_ends_as_a_user() -> None:
    found = list(instructions())
    assert {name for name, _ in found} <= KNOWN
    bases = {rest.split()[0] for name, rest in found if name == "FROM"}
    assert all(re.fullmatch(r"[a-z]+:[\w.-]+", base) for base in bases)  # with a tag, and from nowhere else
    for sources in (rest.split()[:-1] for name, rest in found if name == "COPY" and "--from" not in rest):
        assert all((ROOT / source).exists() for source in sources)
    users = [rest for name, rest in found if name == "USER"]
    assert users[-1:] == ["1000"]
    assert ("ENTRYPOINT", '["strandline"]') in found


def test_the_versions_that_the_dockerfile_takes_from_the_lock_are_all_of_them(tmp_path: Path) -> None:
    (run,) = (rest for name, rest in instructions() if name == "RUN" and "requirements.lock" in rest)
    command = run.partition("&&")[0]
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    pinned = re.findall(r"(?m)^[\w.-]+==\S+", (ROOT / "requirements.lock").read_text())
    assert (tmp_path / "constraints.txt").read_text().splitlines() == pinned


def test_the_settings_of_slurm_are_options_that_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("submitit")
    for name, value in of_test.install(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    with slurm(EXAMPLES / "slurm.toml") as queue:
        assert (queue.most, queue.batches) == (20, 512)
        assert queue.executor.parameters["cpus_per_task"] == 8


def test_the_page_shows_every_file() -> None:
    pages = [(ROOT / "docs" / "how-to" / name).read_text() for name in ("cluster.md", "parts.md")]
    for path in EXAMPLES.iterdir():
        assert any(f"{{literalinclude}} ../examples/cluster/{path.name}\n" in page for page in pages)
