"""One notebook runs with every change; the others take more than some seconds each."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
QUICK = "01_quickstart.ipynb"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the other notebooks as slow."""
    for item in items:
        if item.path.parent == HERE and item.path.name != QUICK:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(1200))  # one compiles two kernels on a fresh machine
