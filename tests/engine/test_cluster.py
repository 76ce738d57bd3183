"""An address is that of a Dask scheduler, or what is wrong with it is told."""

import contextlib
import socket
import sys
import threading

import pytest

from simulator.engine import cluster
from simulator.errors import ExecutorError, UsageError


@pytest.mark.parametrize("address", ["dask://10.0.0.1:8786", "dask://node-7.cluster.local:8786/"])
def test_the_address_that_dask_knows(address: str) -> None:
    assert cluster.scheduler(address) == "tcp" + address.removeprefix("dask").rstrip("/")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "local",
        "10.0.0.1:8786",
        "tcp://a:1",
        "dask://",
        "dask://a",
        "dask://a:b",
        "dask://a:99999",
        "dask://a:1/b",
    ],
)
def test_what_is_no_address(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"executor: found .*; allowed: dask://HOST:PORT"):
        cluster.scheduler(wrong)


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with (
        pytest.raises(ExecutorError, match=r"no Dask scheduler answers at dask://127\.0\.0\.1:9"),
        cluster.connected("dask://127.0.0.1:9"),
    ):
        pytest.fail("connected to nothing")


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"pip install 'strandline\[dask\]'"),
        cluster.connected("dask://127.0.0.1:9"),
    ):
        pytest.fail("connected without Dask")


@pytest.mark.parametrize("sent", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"\x08\x00\x00\x00\x00\x00\x00\x00"])
def test_a_port_that_is_silent_or_speaks_otherwise_is_not_waited_for(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever accepts and does not greet as a scheduler does is given up on as one who does not accept."""
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with socket.socket() as listening, contextlib.ExitStack() as accepted:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    accepted.enter_context(listening.accept()[0]).sendall(sent)

        threading.Thread(target=answer, daemon=True).start()
        with (
            pytest.raises(ExecutorError, match=r"no Dask scheduler answers at dask://127\.0\.0\.1:.*: ."),
            cluster.connected(f"dask://127.0.0.1:{listening.getsockname()[1]}"),
        ):
            pytest.fail("connected to what is no scheduler")
        listening.shutdown(socket.SHUT_RDWR)
