"""What the server answers is what a run has; what nobody waits for any more is not computed."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from simulator.analysis.run import NotFiniteError, simulate
from simulator.analysis.structures import structures
from simulator.engine import MetricKernel, Plan, metric_kernel
from simulator.errors import RunError
from simulator.estimate import to_json
from simulator.sampling import STRIP
from simulator.study import load_study
from simulator.whatif import kernels
from simulator.whatif.prepared import Prepared
from simulator.whatif.series import series_names
from tests.whatif.served import NORMAL, SEED, Served, serving, small, value

BATCH = 8192


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving(small()) as one:
        yield one


def until(condition: Callable[[], bool]) -> None:
    """Wait for what is to come: a minute is more than it takes on any machine."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_page_and_its_description_are_shown(served: Served) -> None:
    for name, content in (("", b"<p>page"), ("model.json", b'{"schema": 1}')):
        answer, found = served.ask("GET", name)
        assert (answer.status, found) == (200, content)
        head, nothing = served.ask("HEAD", name)
        assert (head.status, nothing) == (200, b"")
        assert head.headers["Content-Length"] == str(len(content))
    policies = served.ask("GET", "")[0].headers.get_all("Content-Security-Policy")
    assert policies == ["frame-ancestors 'none'", "default-src 'none'"]


@pytest.mark.parametrize(
    "values", [{}, {"x": 0.25}, {"x.median": -1.0, "level": 2}, {"x": NORMAL | {"sd": 3.0}}]
)
def test_a_run_is_that_of_the_library(served: Served, values: dict[str, Any]) -> None:
    *progress, last = served.events(set=values, paths=2 * BATCH)
    computed = [line["progress"] for line in progress if "progress" in line]
    assert computed == [{"paths": n * BATCH, "of": 2 * BATCH} for n in range(3)]
    study = small().override(values) if values else small()
    summary = simulate(study, paths=2 * BATCH, seed=SEED, progress=False).summary()
    assert to_json(last) == to_json({"result": summary})


def test_a_structure_is_the_study_with_what_it_sets(served: Served) -> None:
    run = simulate(small().override({"level": -0.5}), paths=BATCH, seed=SEED, progress=False)
    assert served.events(structure="poor", paths=BATCH)[-1]["result"] == run.summary()


def test_structures_are_part_of_a_run_where_they_are_asked_for(served: Served) -> None:
    run = simulate(small(), paths=BATCH, seed=SEED, progress=False)
    others = structures(run)
    assert others is not None
    found = served.events(structures=True)[-1]["result"]
    assert found == json.loads(to_json(run.summary() | {"structures": others.to_json()}))


@pytest.mark.parametrize(("paths", "points"), [(1024, 32), (BATCH, STRIP), (2 * BATCH, STRIP)])
def test_paths_are_those_of_the_run(served: Served, paths: int, points: int) -> None:
    answer, content = served.ask("POST", "paths", {"set": {"level": 3.0}, "paths": paths})
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) == len(content) == 2 * paths * 4
    run = simulate(small().override({"level": 3.0}), paths=paths, seed=SEED, progress=False)
    frames = np.frombuffer(content, "<f4").reshape(-1, 2, 32, points)
    for row, name in enumerate(run.names):
        sample = np.concatenate(frames[:, row], axis=1)
        np.testing.assert_array_equal(sample, run.metric(name)[:, : sample.shape[1]])


def test_a_model_without_series_has_none(served: Served) -> None:
    answer, content = served.ask("POST", "series", {"paths": 1024})
    assert (answer.status, content) == (200, b"")
    assert served.faults({"paths": 7}, "series").keys() == {"paths"}


@pytest.mark.slow
@pytest.mark.parametrize("paths", [1024, BATCH])
def test_series_are_those_of_the_run(paths: int) -> None:
    study = load_study("hyperscalers-2026-01")
    values = {"adoption.potential.median": 1500.0}
    with serving(study) as one:
        answer, content = one.ask("POST", "series", {"set": values, "paths": paths})
    assert answer.status == 200
    run = simulate(study.override(values), paths=BATCH, seed=SEED, progress=False)
    names = series_names(study, run.model)
    assert names[0] == "capex.group"
    found = np.frombuffer(content, "<f4").reshape(len(names), -1, 32, paths // 32)
    capex = run.series(paths, "capex")["capex"]
    expected = capex.reshape(*capex.shape[:2], 32, -1)
    scale = float(expected.std())
    for place, name in enumerate(study.settings.entities):
        row = found[names.index(f"capex.{name}")]
        np.testing.assert_allclose(row, expected[:, place], rtol=0, atol=1e-4 * scale)
    np.testing.assert_allclose(found[0], expected.sum(axis=1), rtol=0, atol=1e-4 * scale)


def test_what_is_not_finite_is_null_and_told() -> None:
    def broken(d: Any) -> dict[str, Any]:
        found = (d["x"] + d["level"]) ** 0.5
        return {"value_created.group": found, "value_created.meta": found}

    with serving(small(broken)) as one:
        *lines, last = one.events(paths=BATCH)
    told = [line["warning"]["message"] for line in lines if "warning" in line]
    assert any(message.startswith("not finite: value_created.group: ") for message in told)
    assert last["result"]["estimates"]["value_created.group"]["mean"] == {"value": None, "mcse": None}
    with pytest.raises(NotFiniteError) as same:
        simulate(small(broken), paths=BATCH, seed=SEED, progress=False)
    assert last["result"] == json.loads(to_json(same.value.run.summary()))


def test_all_faults_are_told_at_once(served: Served) -> None:
    question = {"set": {"y": 1, "x": None}, "structure": "rich", "paths": 8191, "colour": "red"}
    for name in ("run", "paths"):
        found = served.faults(question, name)
        assert found.keys() == {"y", "set.x", "structure", "paths", "colour"}
    assert served.faults({"set": {"x": {"family": "normal", "mean": 0, "sd": -1}}}) == {"x.sd": "-1"}
    assert served.faults({"set": {"x": "much"}}).keys() == {"x"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"set",
        b'{"set": NaN}',
        b'{"paths": 1024, "paths": 8192}',
        b'{"set": {"x": 1, "x": 2}}',
        b"[" * 100000,
        b"\xff",
        b"1" * 5000,
        b'{"set": 1}',
        b'{"paths": true}',
        b'{"structures": 1}',
    ],
)
def test_what_is_no_question_is_refused(served: Served, content: bytes) -> None:
    assert len(served.faults(content)) == 1


@pytest.mark.parametrize("found", ["\ud800", "\x00\x1b[2J", "<script>", "x" * 50_000, "a\nb"])
def test_a_hostile_name_is_told_as_it_is(served: Served, found: str) -> None:
    told = served.faults({"set": {found: 1}, "structure": found, f"{found}!": found})
    assert len(told) == 3
    assert all(len(text) < 100 for text in told.values())


def test_a_number_without_end_is_refused(served: Served) -> None:
    assert served.faults(b'{"set": {"x": 1e999}}').keys() == {"x.value"}


def test_a_model_that_fails_is_told() -> None:
    def broken(d: Any) -> dict[str, Any]:
        return {"value_created.group": d["weight"]}

    with serving(small(broken)) as other:
        answer, text = other.ask("POST", "paths", {})
    assert answer.status == 422
    assert "'weight'" in json.loads(text)["error"]["message"]


def test_a_fault_of_ours_is_told_and_printed(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Prepared, "metrics", property(lambda _: 1 // 0))
    answer, text = served.ask("POST", "paths", {})
    assert answer.status == 500
    assert "the terminal" in json.loads(text)["error"]["message"]
    until(lambda: served.server.connections == 0)
    assert "ZeroDivisionError" in capsys.readouterr().err


class Gate:
    """Stops the computing of batches until it is opened, and notes which were begun."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[int] = []
        self.open = threading.Event()
        compute = Prepared.batch

        def batch(prepared: Prepared, number: int) -> Any:
            self.begun.append(number)
            assert self.open.wait(60)
            return compute(prepared, number)

        monkeypatch.setattr(Prepared, "batch", batch)


def asking(one: Served, name: str, question: Any) -> socket.socket:
    """Return a connection on which a question is asked."""
    content = json.dumps(question)
    head = [f"POST /{one.token}/{name} HTTP/1.1", f"Host: {one.host}", f"Content-Length: {len(content)}"]
    client = socket.create_connection(("127.0.0.1", one.port), timeout=60)
    client.sendall("\r\n".join([*head, "", content]).encode())
    return client


@pytest.mark.parametrize("name", ["run", "paths"])
def test_an_answer_stops_before_its_next_batch_when_its_client_is_gone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    with serving(small(), threads=1) as one:
        with asking(one, name, {"paths": 8 * BATCH}):
            until(lambda: gate.begun == [0])
        gate.open.set()
        until(lambda: one.server.connections == 0)
    assert gate.begun == [0]


def test_an_answer_is_cut_when_the_server_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    with serving(small(), threads=1) as one:
        client = socket.create_connection(("127.0.0.1", one.port))
        question = json.dumps({"paths": 8 * BATCH})
        head = (
            f"POST /{one.token}/run HTTP/1.1\r\nHost: {one.host}\r\nContent-Length: {len(question)}\r\n\r\n"
        )
        client.sendall((head + question).encode())
        until(lambda: gate.begun == [0])
        threading.Timer(0.2, gate.open.set).start()
    with client, client.makefile("rb") as answer:
        text = answer.read()
    assert b'"progress"' in text
    assert not text.endswith(b"0\r\n\r\n")
    assert gate.begun == [0]


def test_paths_that_fail_on_the_way_break_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        message = "no memory"
        raise RunError(message)

    monkeypatch.setattr(Prepared, "batch", fail)
    question = json.dumps({"paths": BATCH})
    head = f"POST /{served.token}/paths HTTP/1.1\r\nHost: {served.host}\r\n"
    head += f"Content-Length: {len(question)}\r\n\r\n"
    answer = served.raw(head + question)
    assert answer.count(b"HTTP/1.1") == 1
    assert answer.endswith(b"\r\n\r\n")


def test_a_first_batch_is_computed_once_for_all_who_ask_for_its_study(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[int] = []
    compute = MetricKernel.__call__
    monkeypatch.setattr(MetricKernel, "__call__", lambda kernel, n: called.append(n) or compute(kernel, n))
    for paths in (1024, BATCH, 2 * BATCH):
        served.ask("POST", "paths", {"set": {"level": 0.125}, "paths": paths})
    assert called == [0, 1]


def test_a_compile_blocks_no_other_tab_and_serves_every_value(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[int] = []
    begun, may_end = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> MetricKernel:
        compiled.append(1)
        if len(compiled) > 1:
            begun.set()
            assert may_end.wait(60)
        return metric_kernel(*arguments)

    monkeypatch.setattr(kernels, "metric_kernel", slow)
    uniform = {"family": "uniform", "low": 0.0, "high": 1.0}
    answers: list[int] = []
    with serving(small()) as one:
        assert one.ask("POST", "paths", {"set": {"x.median": 1.0}})[0].status == 200

        def other_tab() -> None:
            answers.append(one.ask("POST", "paths", {"set": {"x": uniform}})[0].status)

        tabs = [threading.Thread(target=other_tab) for _ in range(2)]
        for tab in tabs:
            tab.start()
        assert begun.wait(60)
        for level in (0.0, 1.0, 2.0):
            assert one.ask("POST", "paths", {"set": {"x.median": level}})[0].status == 200
        assert answers == []
        may_end.set()
        for tab in tabs:
            tab.join()
    assert answers == [200, 200]
    assert len(compiled) == 2


def test_a_few_kernels_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[int] = []
    monkeypatch.setattr(
        kernels, "metric_kernel", lambda *arguments: compiled.append(1) or metric_kernel(*arguments)
    )
    some = kernels.Kernels(Plan(BATCH), most=2)
    studies = [small(), small().override({"x": {"family": "uniform", "low": 0.0, "high": 1.0}})]
    studies.append(small().override({"x": {"family": "exponential", "mean": 1.0}}))
    for study in (*studies, studies[2], studies[1], studies[0]):
        some.of(study, value)
    assert len(compiled) == 4
