"""A page refuses the medians that a run refuses."""

from typing import Any

import pytest

from simulator.analysis.run.program import check_study, model_of
from simulator.errors import StudyError
from simulator.study import Study, load_study
from simulator.study.shipped import shipped_sets
from tests.whatif.scripts import described


def _refused(study: Study, name: str, median: float) -> bool:
    try:
        other = study.override({f"{name}.median": median})
        check_study(other, model_of(other, None), "float32")
    except StudyError:
        return True
    return False


@pytest.mark.parametrize("name", shipped_sets())
def test_medians_end_where_a_run_refuses_them(name: str) -> None:
    study = load_study(name)
    ends: list[tuple[Any, ...]] = []
    for belief in described(study)["beliefs"]:
        low, high = belief.get("medians", (None, None))
        support = belief["support"]
        for end, sign, open_end in ((low, -1, support[0]), (high, 1, support[1])):
            if end is not None:
                step = 0.01 * abs(end if open_end is None else end - open_end)
                ends.append((belief["name"], end, end + sign * step))
    assert len(ends) > 10
    for belief, end, beyond in ends[:: max(1, len(ends) // 12)]:
        assert not _refused(study, belief, end), (belief, end)
        assert _refused(study, belief, beyond), (belief, end, beyond)
