"""strandline serve, from the command to the exit code: it answers as run --json does, and Ctrl-C ends it."""

import json
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest

from simulator import cli
from simulator.whatif.server import Server
from tests.cli.test_model import STUDY

MODEL = """
def margin(d):
    return {"margin": d["strength"] - d["load"] / 3e-4}

margin.metric_units = {"margin": "Pa"}
"""

#: Takes longer to compile than a test may, once it is told to.
SLOW = """
from pathlib import Path
from time import sleep

def margin(d):
    if Path("be_slow").exists():
        Path("compiling").touch()
        sleep(3600)
    return {"margin": d["strength"] - d["load"] / 3e-4}
"""


OWN = ("--model", "my_model.py:margin")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "my_model.py").write_text(MODEL)
    (tmp_path / "my.toml").write_text(STUDY)
    return tmp_path


@pytest.fixture
def strandline(folder: Path, capsys: pytest.CaptureFixture[str]):
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out, " ".join(captured.err.split())

    return run


class Process:
    """A server in a process of its own."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-m", "simulator.cli", "serve", *words]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def get(self, name: str, question: Any = None) -> str:
        content = None if question is None else json.dumps(question).encode()
        with urlopen(self.address + name, content, timeout=60) as answer:
            return answer.read().decode()

    def ended(self) -> tuple[int, str, str]:
        """Return what it ends with on Ctrl-C: the code, and what else it printed."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def serve(folder: Path, heeded: None) -> Iterator[Any]:
    started: list[Process] = []

    def start(*words: str) -> Process:
        started.append(Process(*words))
        return started[-1]

    yield start
    for one in started:
        with one.process:
            one.process.kill()


def test_it_answers_as_run_does_and_ends_with_ctrl_c(serve, strandline) -> None:
    one = serve("my.toml", *OWN, "--seed", "7")
    assert one.address.startswith("http://127.0.0.1:"), one.process.communicate()
    assert "<!DOCTYPE html>" in one.get("")
    about = json.loads(one.get("model.json"))
    assert (about["schema"], about["mode"], about["seed"]) == (1, "served", 7)
    assert about["metrics"][0]["name"] == "margin"
    for settings, values in (
        ((), {}),
        (("load=800",), {"load": 800}),
        (("load.median=800", "strength=3e6"), {"load.median": 800, "strength": 3e6}),
    ):
        words = [word for setting in settings for word in ("--set", setting)]
        same = ["my.toml", *OWN, "--seed", "7", "--paths", "16384", "--json", "--quiet"]
        code, out, _ = strandline("run", *same, *words)
        assert code == 0
        last = one.get("run", {"set": values, "paths": 16384}).splitlines()[-1]
        assert last == f'{{"result": {out.strip()}}}'
    assert one.ended() == (130, "", "serving my on this machine; Ctrl-C stops it\nstopped\n")


@pytest.mark.slow
def test_ctrl_c_does_not_wait_for_a_compile(serve, folder: Path) -> None:
    (folder / "slow.py").write_text(SLOW)
    one = serve("my.toml", "--model", "slow.py:margin", "--quiet")
    (folder / "be_slow").touch()
    question = {"set": {"load": {"family": "uniform", "low": 700, "high": 800}}}

    def ask() -> None:
        with pytest.raises(OSError, match=r"closed|reset"):
            one.get("paths", question)

    asking = Thread(target=ask)
    asking.start()
    while not (folder / "compiling").exists():
        assert one.process.poll() is None
    assert one.ended() == (130, "", "stopped\n")
    asking.join()


@pytest.mark.slow
def test_a_run_is_served_with_its_own_study_seed_and_sampler(serve, strandline) -> None:
    asked = ["my.toml", *OWN, "--seed", "3", "--sampler", "mc", "--set", "load=700", "--paths", "8192"]
    code, out, _ = strandline("run", *asked, "--out", "stored", "--json", "--quiet")
    assert code == 0
    one = serve("stored", *OWN, "--quiet")
    assert one.get("run", {}).splitlines()[-1] == f'{{"result": {out.strip()}}}'
    assert one.ended() == (130, "", "stopped\n")


def test_a_run_of_another_model_needs_it(strandline) -> None:
    words = ["my.toml", *OWN, "--paths", "8192", "--out", "stored", "--quiet", "--json"]
    assert strandline("run", *words)[0] == 0
    code, out, err = strandline("serve", "stored")
    assert (code, out) == (2, "")
    assert err.endswith("strandline serve stored --model my_model.py:margin")


def test_a_port_in_use_is_told(strandline) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = strandline("serve", "my.toml", *OWN, "--port", str(port))
    assert (code, out) == (2, "")
    assert err == (
        f"error: --port: found {port}, which is in use; allowed: another, or 0 for any that is free"
    )


def test_the_page_is_opened_where_that_is_asked_for(strandline, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Queue[str]()
    monkeypatch.setattr(webbrowser, "open", opened.put)
    shown: list[str] = []

    def interrupted(server: Server) -> None:
        shown.append(opened.get(timeout=60))
        server.server_close()
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "serve", interrupted)
    code, out, err = strandline("serve", "my.toml", *OWN, "--open", "--quiet")
    assert (code, out, err) == (130, f"{shown[0]}\n", "stopped")


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_number(strandline, port: str) -> None:
    code, out, err = strandline("serve", "my.toml", *OWN, "--port", port)
    assert (code, out) == (2, "")
    assert "--port" in err


def test_a_study_with_faults_is_not_served(strandline, folder: Path) -> None:
    (folder / "my.toml").write_text(STUDY.replace("sd = 50", "sd = -50").replace("sd = 3e5", "sd = -1"))
    code, out, err = strandline("serve", "my.toml", *OWN)
    assert (code, out) == (3, "")
    assert "the study is not valid: 2 faults" in err
    assert strandline("serve", "nowhere")[0] == 3


def test_a_study_without_its_model_learns_where_to_name_one(strandline) -> None:
    code, out, err = strandline("serve", "my.toml")
    assert (code, out) == (2, "")
    assert err.endswith("strandline serve my.toml --model FILE.py:FUNCTION")


@pytest.mark.slow
def test_the_default_study_is_answered_as_it_is_run(serve, strandline) -> None:
    one = serve("hyperscalers-2026-01")
    for settings, values in (
        (("economics.pue=1.2",), {"economics.pue": 1.2}),
        (("study.depreciation_policy=delivery",), {"study.depreciation_policy": "delivery"}),
    ):
        words = [word for setting in settings for word in ("--set", setting)]
        code, out, _ = strandline("run", "--paths", "16384", "--json", "--quiet", *words)
        assert code == 0
        wanted = json.loads(out)
        del wanted["structures"]
        found = json.loads(one.get("run", {"set": values, "paths": 16384}).splitlines()[-1])
        assert found == {"result": wanted}
    assert one.ended()[0] == 130
