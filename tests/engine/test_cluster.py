"""An address is that of a Dask scheduler, or what is wrong with it is told."""

import sys

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
