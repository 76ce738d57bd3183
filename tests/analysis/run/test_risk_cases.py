"""Numbers of cases that the model cannot mean are refused before anything is computed, by file and key."""

from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.run import read_study, simulate
from simulator.analysis.run.program import misfits_of_domain
from simulator.errors import Fault, StudyError
from simulator.study import Study

LAYER = """extends = "hyperscalers-2026-01"
[study]
name = "mine"
as_of = 2026-01-28
[[risk]]
name = "mine"
title = "Mine"
question = "What if?"
[[risk.case]]
title = "Sound"
set = {{ "power.lead_time.gas" = 2, "finance.wacc" = "p90" }}
[[risk.case]]
title = "Unsound"
set = {{ "{name}" = {value} }}
"""


def written(folder: Path, name: str, value: object) -> Path:
    path = folder / "mine.toml"
    path.write_text(LAYER.format(name=name, value=value), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "value"), [("power.lead_time.gas", -2), ("power.cancel_smr", 2), ("finance.wacc", 1e30)]
)
def test_a_case_is_refused_where_the_prior_set_to_its_number_is(
    tmp_path: Path, name: str, value: float
) -> None:
    """The fault of `--set` of the same prior, at the file and the key of the case."""
    path = written(tmp_path, name, value)
    with pytest.raises(StudyError) as refused:
        simulate(path, paths=8192, progress=False)
    (fault,) = refused.value.faults
    (fixed,) = misfits_of_domain(read_study("hyperscalers-2026-01", {name: value}))
    assert fault == Fault(
        str(path), f"risk.mine.case[1].set.{name}", fixed.found, fixed.allowed, fixed.advice
    )
    changed = read_study(path, {"study.horizon_quarters": 24})
    assert [one.file for one in misfits_of_domain(changed)] == [str(path)]


def test_what_only_the_paths_show_is_not_refused(tmp_path: Path) -> None:
    """A number in range that gives no value on some paths is for these paths to tell."""
    assert not misfits_of_domain(read_study(written(tmp_path, "finance.wacc", 0.0001)))


def test_a_model_of_ones_own_refuses_by_what_it_declares() -> None:
    """Its inputs are the ranges of cases too; a model that declares none refuses none."""

    class Wanted:
        unit, minimum, maximum, size = "1", 0.0, 1.0, None

    class Declared:
        inputs = {"share": Wanted()}  # noqa: RUF012

        def __call__(self, draws: Any) -> dict[str, Any]:
            return {"gain": draws["share"]}

    case = {"title": "Too much", "set": {"share": 1.5}}
    data = {
        "priors": {"share": {"family": "uniform", "low": 0, "high": 1}},
        "risk": [{"name": "mine", "title": "Mine", "question": "What if?", "case": [case]}],
    }
    with pytest.raises(StudyError, match=r"risk.mine.case\[0\].set.share: found 1.5; allowed: at least 0"):
        simulate(Study.from_dict(data, Declared()), paths=8192, progress=False)
    simulate(Study.from_dict(data, lambda draws: {"gain": draws["share"]}), paths=8192, progress=False)


@pytest.mark.parametrize(
    ("value", "key", "found"),
    [
        ('"spend.makeup_years" = { family = "normal", mean = 1, sd = 0.1, unit = "GW" }', "unit", '"GW"'),
        ('"power.cancel_smr" = { family = "normal", mean = 0.5, sd = 5.0 }', "", "values from -"),
    ],
)
def test_a_belief_that_a_structure_states_is_refused_by_its_file_and_key(
    tmp_path: Path, value: str, key: str, found: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        f'extends = "hyperscalers-2026-01"\n[structure.sound]\ntitle = "Sound"\n'
        'set = { "silicon.inflation.median" = 0.1 }\n'
        f'[structure.mine]\ntitle = "Mine"\nset = {{ {value} }}\n',
        encoding="utf-8",
    )
    (fault,) = misfits_of_domain(read_study(path))
    name = value.partition('"')[2].partition('"')[0]
    assert fault.file == str(path)
    assert fault.key == ".".join(filter(None, ["structure.mine.set", name, key]))
    assert fault.found.startswith(found)
