"""What every test runs under: strict JAX promotion, and hypothesis without deadlines.

Shapes and types are checked at run time too: pyproject.toml has pytest install the jaxtyping and beartype
import hook on `simulator`.
"""

import math
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

# By the environment rather than jax.config: JAX stays unimported where a test does not need it, and the
# processes that tests start are held to the same rules.
os.environ["JAX_NUMPY_RANK_PROMOTION"] = "raise"
os.environ["JAX_NUMPY_DTYPE_PROMOTION"] = "strict"

import jaxtyping
import typecheck
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

jaxtyping.jaxtyped = typecheck.jaxtyped  # which the hook puts on what is imported from here on

settings.register_profile("thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("thorough"), max_examples=10)
# A change is judged by the same examples each time; the search for new ones is for whoever develops.
settings.register_profile("repeatable", settings.get_profile("thorough"), derandomize=True)
settings.load_profile(
    "fast" if os.environ.get("FAST") else "repeatable" if os.environ.get("CI") else "thorough"
)


#: Folders whose tests share a costly fixture of the whole session.
SHARING = ("tests/report/charts", "tests/report/page")


class Together(LoadFileScheduling):
    """Gives one process all tests of a file, or of a folder that shares fixtures, which are then made once.

    A mark (`xdist_group`) would say so too, but pytest 9.2 leaves it without effect:
    https://github.com/pytest-dev/pytest-xdist/issues/1386.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        folder = file.rpartition("/")[0]
        return folder if folder in SHARING else file


@pytest.hookimpl(optionalhook=True)  # of xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadfile" else None


#: How long a slow test may take where it does not say itself  [s]
SLOW = 900


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a machine with little time say by when the last slow test may begin."""
    parser.addoption("--slow-until", type=float, default=math.inf, metavar="SECONDS_SINCE_1970")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out, and count as skipped, the slow tests for which no time is left."""
    until: Any = item.config.getoption("--slow-until")
    if item.get_closest_marker("slow") and time.time() > until:
        pytest.skip("no time is left for it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave slow tests the time that they take on a busy machine, and begin with those that may take longest.

    So no process is left with a long one when the others have ended.
    """
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW))
    items.sort(key=_longest, reverse=True)


def _longest(item: pytest.Item) -> float:
    """Return how long a slow test may take  [s]; 0 of any other."""
    timeout = item.get_closest_marker("timeout") if item.get_closest_marker("slow") else None
    return timeout.args[0] if timeout else 0.0


@pytest.fixture(autouse=True)
def checked_anew() -> None:
    """Have each test check the first calls of every function, whichever tests were before it."""
    typecheck.calls.clear()


@pytest.fixture
def heeded() -> Iterator[None]:
    """Let processes started here heed Ctrl-C, which those started in the background are told to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
