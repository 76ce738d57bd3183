"""A browser, the page over a small engine, and its scripts under node beside the Python that they mirror."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from javascript import node_program

import simulator
from simulator.whatif.texts import LANGUAGES
from tests.report.page.browser import Tab, browser
from tests.whatif.browsing import written

ASSETS = Path(simulator.__file__).parent / "whatif" / "assets"
#: The typed array that holds numbers of this kind.
ARRAYS = {"float32": "Float32Array", "float64": "Float64Array", "int8": "Int8Array"}
#: What makes JSON of what JavaScript has and JSON has not.
PLAIN = """(key, value) =>
  value instanceof Map ? Object.fromEntries(value)
  : ArrayBuffer.isView(value) ? Array.from(value)
  : typeof value === "number" && !Number.isFinite(value) ? { number: String(value) }
  : value"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page in each language as a file."""
    folder = tmp_path_factory.mktemp("pages")
    return {language: written(folder / f"{language}.html", language=language) for language in LANGUAGES}


@pytest.fixture(scope="session")
def node() -> str:
    """Return the program: that of the wheel that comes with pyright, or else the system's."""
    return node_program()


@pytest.fixture(scope="session")
def in_javascript(node: str) -> Callable[..., Any]:
    """Return what evaluates an expression after some scripts of the page, with the names that are given.

    Arrays of NumPy are typed arrays there, and mappings objects; maps and typed arrays come back as mappings
    and lists.
    """

    def evaluate(files: str, expression: str, **given: Any) -> Any:
        scripts = [(ASSETS / f"{name}.js").read_text("utf-8") for name in files.split()]
        names = [f"const {name} = {_literal(value)};" for name, value in given.items()]
        last = f"process.stdout.write(JSON.stringify(({expression}), {PLAIN}));"
        script = "\n".join(['"use strict";', *scripts, "{", *names, last, "}"])
        ran = subprocess.run([node, "-"], input=script, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout, object_hook=_number)

    return evaluate


def _literal(value: Any) -> str:
    """Return a value as JavaScript writes it."""
    if isinstance(value, np.ndarray):
        held = base64.b64encode(value.astype(value.dtype.newbyteorder("<")).tobytes()).decode()
        kind = ARRAYS[value.dtype.name]
        return f'new {kind}(Uint8Array.from(Buffer.from("{held}", "base64")).buffer)'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {_literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    return json.dumps(value)  # with NaN and Infinity, which are names of JavaScript


def _number(found: dict[str, Any]) -> Any:
    return float(found["number"]) if found.keys() == {"number"} else found
