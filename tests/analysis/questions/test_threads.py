"""Answers are the same bytes whatever the number of threads of linear algebra."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("many_beliefs.py")


@pytest.mark.slow
def test_answers_on_many_beliefs_are_the_same_bytes_with_one_thread_and_with_two():
    first, second = (
        subprocess.Popen(
            [sys.executable, SCRIPT],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
        )
        for threads in ("1", "2")
    )
    outputs = [one.communicate(timeout=200)[0] for one in (first, second)]
    assert first.returncode == second.returncode == 0
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 1000
