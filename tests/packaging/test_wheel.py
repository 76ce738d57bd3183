"""The wheel holds what a user needs, and runs the default study where there is nothing else."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("strandline-*.whl")
    return built


def test_wheel_holds_the_package_and_every_shipped_prior(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "simulator").rglob("*.py")}
    shipped = {path.relative_to(ROOT / "priors").as_posix() for path in (ROOT / "priors").rglob("*.toml")}
    assert shipped
    assert modules | {f"simulator/_priors/{name}" for name in shipped} | {"simulator/py.typed"} <= names
    roots = {name.split("/")[0] for name in names}
    assert roots == {"simulator", next(name for name in roots if name.endswith(".dist-info"))}


def test_wheel_has_the_command_and_the_licence(wheel):
    archive = zipfile.ZipFile(wheel)
    (points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "strandline = simulator.cli:main" in archive.read(points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_wheel_runs_the_default_study_in_an_empty_environment(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    # The locked versions as constraints: what is installed is what the wheel itself says that it needs.
    locked = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line[:80]]
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(line.removesuffix("\\").strip() for line in locked if line[0] != " "))
    quiet = ["--quiet", "--disable-pip-version-check"]
    install = [python, "-m", "pip", "install", *quiet, "--constraint", constraints, wheel]
    subprocess.run(install, check=True, cwd=tmp_path)
    subprocess.run([python, "-m", "pip", "check", *quiet], check=True, cwd=tmp_path)

    bare = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JAX_", "VIRTUAL"))
    }
    bare["HOME"] = str(tmp_path)
    where = "import simulator.study as s; print(s.priors_root())"
    found = subprocess.run(
        [python, "-c", where], check=True, cwd=tmp_path, env=bare, capture_output=True, text=True
    )
    assert Path(found.stdout.strip()).parts[-2:] == ("simulator", "_priors")
    assert Path(found.stdout.strip()).is_relative_to(tmp_path / "env")

    strandline = tmp_path / "env" / "bin" / "strandline"
    run = [strandline, "run", "--paths", "8192", "--json", "--quiet"]
    printed = subprocess.run(run, check=True, cwd=tmp_path, env=bare, capture_output=True, text=True)
    assert not printed.stderr
    summary = json.loads(printed.stdout)
    assert summary["paths"] == 8192
    assert sum(chance["value"] for chance in summary["verdicts"]["group"].values()) == pytest.approx(1)
