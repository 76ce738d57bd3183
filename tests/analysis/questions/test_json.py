"""The JSON of every answer begins alike: its form, the study, and of which paths it is."""

from functools import cache

import pytest
from analysis.questions.decided import DECISION
from analysis.questions.small_runs import STANDARD

from simulator.analysis.run import Run, simulate
from simulator.report.answers import QUESTIONS
from simulator.sampling import BATCH
from simulator.study import Study


@cache
def run() -> Run:
    """A decision, and verdicts that are not far from even."""
    study = Study.from_dict(
        {
            "priors": {"x": STANDARD, "y": STANDARD, "go": {"value": 1.0}},
            "verdict": {"bull": {"net": {"min": 0.5}}, "bear": {"net": {"max": 0.0}}},
            "decision": {"build": DECISION},
        },
        model=lambda d: {"net": d["go"] * (0.25 + d["x"] + d["y"])},
    )
    return simulate(study, paths=2 * BATCH, seed=5)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.name)
def test_the_json_of_an_answer_begins_with_its_form_and_its_run(question):
    found = question.ask(run())
    assert list(found.to_json().items())[:6] == [
        ("schema", 1),
        ("study", run().study.name),
        ("study_hash", run().study.hash),
        ("seed", 5),
        ("sampler", "rqmc"),
        ("paths_of_run", 2 * BATCH),
    ]
