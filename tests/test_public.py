"""The public names are what is documented, and cost nothing to import."""

import subprocess
import sys

import pytest

import simulator
from simulator import errors
from simulator.analysis.run import simulate


def test_the_public_names() -> None:
    for name in simulator.__all__:
        assert getattr(simulator, name) is not None
    assert simulator.simulate is simulate
    assert dir(simulator) == sorted(simulator.__all__)
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        simulator.simulat  # noqa: B018  # type: ignore[attr-defined]


def test_every_error_that_is_raised_on_purpose_is_public() -> None:
    raised = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert {name for name in raised if not name.endswith("Warning")} <= set(simulator.__all__)


def test_every_answer_is_shown_in_notebooks() -> None:
    from simulator.report.answers import QUESTIONS

    known = {one.answer.__name__: one.answer.__module__ for one in QUESTIONS}
    assert known == simulator._ANSWERS


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = (
        "import simulator, sys; simulator.__version__\n"
        "heavy = ('jax', 'scipy', 'arviz_base', 'numpy', 'pydantic', 'zarr')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
