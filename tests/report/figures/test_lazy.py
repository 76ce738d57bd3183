"""Who draws nothing pays nothing, and who lacks the extra is told its name."""

import subprocess
import sys

HEAVY = ("matplotlib", "arviz_plots", "arviz_base", "jax", "scipy")


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_library_imports_no_drawing():
    code = f"import sys, simulator; print([name for name in {HEAVY} if name in sys.modules])"
    assert python(code) == "[]"


def test_a_run_imports_no_drawing():
    drawing = "[n for n in ('matplotlib', 'arviz_plots') if n in sys.modules]"
    code = f"import sys, simulator.analysis.run; print({drawing})"
    assert python(code) == "[]"


def test_without_the_extra_the_message_names_it():
    code = """
import importlib.util as util
found = util.find_spec
util.find_spec = lambda name, *rest: None if name == "matplotlib" else found(name, *rest)
from simulator.errors import UsageError
from simulator.analysis.run import Run
try:
    Run.plot.fget(None)
except UsageError as error:
    print(error)
"""
    assert python(code) == "figures need matplotlib, not installed here: pip install 'strandline[plot]'"
