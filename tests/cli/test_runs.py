"""strandline run and verify, from the command to the exit code."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jax
import pytest

from simulator import cli
from simulator.analysis.run import NotFiniteError, open_run
from simulator.buildout.settings import settings_of
from simulator.engine import cluster, runtime

BATCH = 8192
SMALL = ["run", "--paths", str(BATCH), "--seed", "7"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def strandline(home, monkeypatch, capsys):
    """Return a function that runs a command in the module's folder, and gives its exit code and words."""
    monkeypatch.chdir(home)

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture(scope="module")
def stored(home):
    """Return the directory of a small run of the default study."""
    folder = home / "stored"
    assert cli.main([*SMALL, "--out", str(folder), "--quiet", "--json"]) == 0
    return folder


@pytest.fixture
def simulated(stored, monkeypatch):
    """Let a command find the small run, as if it had computed it: for what it prints and nothing else."""
    monkeypatch.setattr("simulator.analysis.run.simulate", lambda *_, **__: open_run(stored))


def started(arguments, cwd):
    return subprocess.Popen(
        [sys.executable, "-m", "simulator.cli", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_run_tells_the_verdict_and_names_the_run_at_the_end(strandline, home):
    code, out, err = strandline(*SMALL)
    assert code == 0
    assert err == ""
    assert "verdict on the group" in out or "too close to call" in out
    (folder,) = re.findall(r"^Stored in +(\S+)$", out, re.MULTILINE)
    assert (home / folder / "manifest.json").is_file()
    assert Path(folder).parent == Path("runs")
    assert re.search(r"of it to compile; [\d.]+ s more for its structures", " ".join(out.split()))
    (again,) = re.findall(r"^Again +strandline (.+)$", out, re.MULTILINE)
    assert again == f"run hyperscalers-2026-01 --paths {BATCH} --seed 7 --sampler rqmc"
    # What a run does not look at: the command that does, on a line of its own, however narrow the terminal.
    assert re.search(
        r"^Check +strandline priors check hyperscalers-2026-01 --predictive  # its 17 facts", out, re.M
    )


@pytest.mark.slow
def test_json_is_one_document_with_the_same_bytes_on_any_number_of_threads(strandline):
    code, first, err = strandline(*SMALL, "--json")
    assert code == 0
    assert first.count("\n") == 1
    summary = json.loads(first)
    assert summary["schema"] == 1
    assert (summary["seed"], summary["paths"], summary["sampler"]) == (7, BATCH, "rqmc")
    assert err.startswith("stored in runs")
    assert strandline(*SMALL, "--json", "--quiet", "--threads", "1") == (0, first, "")


def test_settings_reach_the_study(strandline, stored, monkeypatch):
    asked = []

    def simulate(study, **_):
        asked.append(study)
        return open_run(stored)

    monkeypatch.setattr("simulator.analysis.run.simulate", simulate)
    strandline(*SMALL, "--set", "study.horizon_quarters=8", "--set", "economics.pue=1.0")
    (study,) = asked
    assert settings_of(study).horizon_quarters == 8
    assert study.priors["economics.pue"].parameters == {"value": 1.0}


@pytest.mark.slow
def test_the_command_to_have_it_again_holds_the_settings(strandline, stored, monkeypatch):
    def simulate(study, **_):
        return replace(open_run(stored), study=study, directory=None)

    monkeypatch.setattr("simulator.analysis.run.simulate", simulate)
    _, out, _ = strandline(*SMALL, "--set", "study.depreciation_policy=delivery")
    assert "--sampler rqmc --set 'study.depreciation_policy=\"delivery\"'\n" in out


def test_an_unknown_study_exits_3_with_a_hint(strandline):
    code, out, err = strandline("run", "hyperscaler-2026-01")
    assert (code, out) == (3, "")
    assert "hyperscalers-2026-01" in err


def test_an_unknown_setting_exits_3_with_a_hint(strandline):
    code, out, err = strandline("run", "--set", "economics.peu=1.2")
    assert (code, out) == (3, "")
    assert "economics.pue" in err


def test_all_faults_of_a_study_are_told_at_once(strandline, tmp_path):
    (tmp_path / "study.toml").write_text('extends = "hyperscalers-2026-01"\n[study]\nhorizon_quarters = -3\n')
    (tmp_path / "economics.toml").write_text('[economics.pue]\nfamily = "normal"\nmean = 1\nsd = -1\n')
    (tmp_path / "power.toml").write_text("this is not TOML")
    code, out, err = strandline("run", tmp_path)
    assert (code, out) == (3, "")
    assert {"study.toml", "economics.toml", "power.toml"} <= set(re.findall(r"\w+\.toml", err))


def test_another_run_in_the_directory_exits_3(strandline, stored):
    code, out, err = strandline("run", "--paths", BATCH, "--seed", "8", "--out", stored)
    assert (code, out) == (3, "")
    assert "seed" in err


def test_paths_that_are_not_finite_exit_4_after_the_result(strandline, stored, monkeypatch):
    def ends_badly(*_, **__):
        raise NotFiniteError("roic.group: 3 paths are NaN", open_run(stored))

    monkeypatch.setattr("simulator.analysis.run.simulate", ends_badly)
    code, out, err = strandline(*SMALL, "--json")
    assert code == 4
    assert json.loads(out)["paths"] == BATCH
    assert "roic.group: 3 paths are NaN" in err


@pytest.mark.slow
def test_a_run_goes_on_until_it_is_as_accurate_as_asked(strandline):
    code, out, err = strandline("run", "--paths", BATCH, "--until", "mean(capex_2026.group) rel < 0.01")
    assert (code, err) == (0, "")
    assert re.search(r"^mean\(capex_2026.group\) rel < 0.01 +0.00\d+ +yes$", out, re.MULTILINE)
    (again,) = re.findall(r"^Again +strandline (.+)$", out, re.MULTILINE)
    assert f"--until 'mean(capex_2026.group) rel < 0.01' --paths {BATCH} --max-paths 16777216" in again


@pytest.mark.slow
def test_an_accuracy_not_reached_exits_4_after_the_result_and_keeps_the_run(strandline, tmp_path):
    asked = ["--until", "p_bear(group) mcse < 1e-9", "--paths", BATCH, "--max-paths", 2 * BATCH]
    code, out, err = strandline("run", *asked, "--out", tmp_path, "--json")
    assert code == 4
    (captured,) = json.loads(out)["targets"]
    assert captured["target"] == "p_bear(group) mcse < 1e-09"
    assert not captured["met"]
    assert f"p_bear(group) mcse < 1e-09: achieved {captured['achieved']:.3g}, not met" in err
    printed = json.loads(out)
    assert printed.pop("structures") == json.loads((tmp_path / "structures.json").read_text())
    assert open_run(tmp_path).summary() == printed


@pytest.mark.parametrize(
    ("targets", "hint"),
    [
        ("p_bare(group) mcse < 0.001", "Did you mean p_bear?"),
        ("p_bear(amazn) mcse < 0.001", "Did you mean amazon?"),
        ("p05(roic.grup) rel < 0.01", "Did you mean roic.group?"),
        ("p_bear(group) mcse < 0.001;", "found ';'"),
    ],
)
def test_a_target_that_cannot_be_meant_exits_2_before_anything_is_made(
    targets, hint, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simulator.analysis.run.simulation.kernel_on", None)  # to compile would fail
    code = cli.main([*SMALL, "--until", targets])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert hint in captured.err
    assert not list(tmp_path.iterdir())


def test_a_fault_of_the_program_exits_1_with_its_traceback():
    broken = "import simulator.study as s; s.load_study = lambda *a, **k: 1 / 0"
    command = f"{broken}; import sys; from simulator.cli import main; sys.exit(main(['run']))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_verify_finds_a_run_identical(strandline, stored):
    assert strandline("verify", stored) == (0, f"identical: {stored}\n", "computing 1 of 1 batches again\n")


@pytest.mark.slow
def test_verify_of_a_run_of_another_machine_says_that_it_compared_within_tolerances(
    strandline, stored, tmp_path
):
    copied = tmp_path / "copied"
    shutil.copytree(stored, copied)
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["platform"] |= {"backend": "gpu", "device": "NVIDIA H200", "processor": "another"}
    (copied / "manifest.json").write_text(json.dumps(manifest))
    code, out, _ = strandline("verify", copied)
    assert code == 0
    assert out.startswith(f"equal: {copied}, within tolerances: it was computed on ")
    assert "another, NVIDIA H200, gpu, and now on" in out
    assert out.endswith("0.0001 of its spread, but for 0.1% of the paths of a batch\n")
    assert out.count("\n") == 1


@pytest.mark.skipif(bool(runtime.accelerators()), reason="there is an accelerator")
def test_a_gpu_that_is_not_there_exits_2_and_says_how_to_install_it(strandline, home):
    before = set(home.rglob("*"))
    code, out, err = strandline(*SMALL, "--device", "gpu")
    assert (code, out) == (2, "")
    assert "finds no accelerator here" in err
    assert "strandline[cuda]" in err
    assert set(home.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.usefixtures("simulated")
def test_the_choice_of_a_device_is_told_in_one_line_where_there_is_one(strandline, monkeypatch):
    assert strandline(*SMALL)[2] == ""
    monkeypatch.setattr(runtime, "accelerators", lambda: [jax.devices()[0]])
    for paths, on in ((BATCH, "the processor, not on 1 cpu"), (2**22, "1 cpu")):
        err = strandline("run", "--paths", paths)[2]
        assert err.startswith(f"computing on {on}: until both are measured")
        assert err.count("\n") == 1
        assert strandline("run", "--paths", paths, "--quiet")[2] == ""
        for device in ("cpu", "gpu"):
            assert strandline("run", "--paths", paths, "--device", device)[2] == ""


def test_verify_of_a_damaged_run_exits_3_and_says_where(strandline, stored, tmp_path):
    damaged = tmp_path / "damaged"
    shutil.copytree(stored, damaged)
    shard = max(
        (path for path in (damaged / "store").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size
    )
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    code, out, err = strandline("verify", damaged)
    assert (code, out) == (3, "")
    assert "batch" in err


def test_verify_of_no_run_exits_3(strandline, tmp_path):
    code, out, err = strandline("verify", tmp_path)
    assert (code, out) == (3, "")
    assert "no run" in err


@pytest.mark.slow
@pytest.mark.usefixtures("simulated")
def test_colour_only_where_it_is_wanted(strandline, monkeypatch):
    assert "\x1b" not in strandline(*SMALL)[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[1;3" in strandline(*SMALL)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[(\d;)?3\d", strandline(*SMALL)[1])


@pytest.mark.usefixtures("simulated")
@pytest.mark.parametrize("width", [80, 120])
def test_the_real_study_fits(strandline, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    captured = strandline(*SMALL)[1]
    assert "…" not in captured
    assert max(map(len, captured[: captured.index("\nThe run")].splitlines())) <= width


def test_a_reader_who_has_enough_is_no_error(home):
    with started(["priors", "show"], home) as shown:
        assert shown.stdout
        assert shown.stderr
        shown.stdout.readline()
        shown.stdout.close()
        assert shown.stderr.read() == ""
    assert shown.returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("heeded")
def test_interrupted_exits_130_keeps_what_is_done_and_goes_on(home):
    command = ["run", "--paths", 600_000, "--json", "--out", "long"]
    manifest = home / "long" / "manifest.json"
    shards = home / "long" / "store" / "metrics" / "c" / "0"
    first = started(command, home)
    deadline = time.monotonic() + 240
    while not any(path.name.isdecimal() for path in shards.glob("*")):
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGINT)
    out, err = first.communicate(timeout=120)
    assert first.returncode == 130
    assert out == ""
    assert "paths stored in long. The same command goes on" in err
    assert "Traceback" not in err
    done = json.loads(manifest.read_text())
    assert done["status"] == "interrupted"

    again = started(command, home)
    resumed, _ = again.communicate(timeout=240)
    assert again.returncode == 0
    straight = started([*command[:-1], "straight"], home)
    assert straight.communicate(timeout=240)[0] == resumed


@pytest.mark.parametrize("lock", [None, "my lock data\n"])
def test_a_folder_of_something_else_is_refused_before_anything_is_touched(strandline, tmp_path, lock):
    content = {"notes.tmp": "precious", "keep.txt": "x"} | ({"lock": lock} if lock else {})
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    code, out, err = strandline(*SMALL, "--out", tmp_path, "--quiet")
    assert (code, out) == (3, "")
    assert "holds no run" in err
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == content


def test_a_lock_that_leads_elsewhere_is_not_followed(strandline, tmp_path):
    theirs = tmp_path / "theirs"
    theirs.write_text("precious")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "lock").symlink_to(theirs)
    code, _, err = strandline(*SMALL, "--out", tmp_path / "run", "--quiet")
    assert code == 3
    assert "found a link" in err
    assert theirs.read_text() == "precious"


@pytest.mark.parametrize("more", [[], ["--out", "runs-of-mine"]])
def test_a_command_that_is_refused_leaves_nothing(strandline, tmp_path, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    code, _, err = strandline(*SMALL, "--executor", "dask://127.0.0.1:1", *more)
    assert code == 1
    assert "no Dask scheduler answers" in err
    assert not [path for path in tmp_path.rglob("*") if path.name != "runs"]
