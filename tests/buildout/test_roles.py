"""What priors stand for where companies name them: one may have several roles, and has to suit all."""

from pathlib import Path

import pytest

from simulator.analysis.run import read_study
from simulator.analysis.run.program import misfits_of_domain
from simulator.buildout.inputs import CHIP, INPUTS
from simulator.buildout.model import Buildout
from simulator.buildout.settings import settings_of
from simulator.errors import StudyError

CHIP_X = """extends = "hyperscalers-2026-01"
[[company]]
name = "amazon"
[[company.chip]]
name = "x"
"""
PARTS = {part: f"silicon.trainium3.{part}" for part in CHIP}


def written(folder: Path, **parts: str) -> Path:
    path = folder / "mine.toml"
    lines = (f'{part} = "{prior}"\n' for part, prior in (PARTS | parts).items())
    path.write_text(CHIP_X + "".join(lines), encoding="utf-8")
    return path


def test_a_prior_in_another_unit_is_refused_where_it_is_named(tmp_path: Path) -> None:
    (fault,) = misfits_of_domain(read_study(written(tmp_path, share="silicon.shift.amazon")))
    assert fault.key == "company.amazon.chip.x.share"
    assert fault.found == '"silicon.shift.amazon", which the model asks for in 1/yr too'
    assert fault.allowed == "the name of a prior in 1"


def test_a_prior_of_two_roles_has_the_range_that_suits_both(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, share="spend.deferral_threshold"))
    wanted = Buildout(settings_of(study)).inputs["spend.deferral_threshold"]
    assert INPUTS["spend.deferral_threshold"].maximum > 1
    assert (wanted.minimum, wanted.maximum) == (CHIP["share"].minimum, CHIP["share"].maximum)


@pytest.mark.parametrize("name", ["silicon.trainium3.strat", ""])
def test_a_name_that_is_no_priors_is_one_fault(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudyError) as caught:
        read_study(written(tmp_path, start=name))
    (fault,) = caught.value.faults
    assert (fault.file, fault.key) == (str(tmp_path / "mine.toml"), "company.amazon.chip.x.start")
