"""A chart of an answer is given that answer, and refuses anything else."""

from inspect import unwrap

import pytest

from simulator import UsageError, charts


@pytest.mark.parametrize(
    ("chart", "verb"),
    [
        (charts.scenarios, "scenarios"),
        (charts.trajectory, "scenarios"),
        (charts.flips, "flip"),
        (charts.flip_map, "flip"),
        (charts.stress, "stress"),
        (charts.sensitivity, "sensitivity"),
        (charts.value, "value"),
    ],
)
@pytest.mark.parametrize("found", [None, "bear.group", {"boxes": []}])
def test_what_is_no_answer_is_refused(chart, verb, found):
    kind = type(found).__name__
    with pytest.raises(UsageError, match=rf"{verb}: found a {kind}; allowed: what simulator\.{verb} returns"):
        unwrap(chart)(found)
