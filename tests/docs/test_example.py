"""The example of another domain gives what its source publishes, and its page says how long it is."""

import sys
from pathlib import Path

import pytest

import simulator
from tests.docs.pages import PAGES, ROOT, follow

WIND = ROOT / "docs" / "examples" / "wind"
PAGE = PAGES["docs/how-to/model-from-the-command-line.md"]
#: Inputs at which the source publishes results.
INPUTS = {
    "cost.turbine": 1093,
    "cost.balance": 517,
    "cost.operation": 43.56,
    "finance.charge_rate": 0.07921664,
    "energy.turbine": 9915950,
    "energy.wake_loss": 0.15,
}
#: Half a unit of the last digit of the charge rate, and what it makes of the cost: capital over energy.
ROUNDED = 0.5e-8 * (1093 + 517) * 87 * 2320 / 7.33284502e8
#: Its results, USD/MWh and GWh/yr, with half a unit of their last digit and of the charge rate's.
PUBLISHED = {"lcoe": (1000 * 0.04709575, 1000 * (0.5e-8 + ROUNDED)), "energy": (733.284502, 0.5e-6)}


@pytest.fixture(autouse=True)
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "path", list(sys.path))


def test_published_results_are_those_of_the_published_inputs() -> None:
    model = simulator.load_model(f"{WIND / 'plant.py'}:cost")
    study = simulator.load_study(WIND / "plant.toml", overrides=INPUTS, model=model)
    run = simulator.simulate(study, paths=8192, dtype="float64", progress=False)
    for name, (value, rounding) in PUBLISHED.items():
        # The mean of equal numbers is rounded too: some ten operations in float64.
        assert abs(run.estimate(f"mean({name})").value - value) <= rounding + 1e-14 * value


def test_medians_of_the_study_are_the_published_inputs() -> None:
    study = simulator.load_study(WIND / "plant.toml")
    for name, value in INPUTS.items():
        parameters = study.priors[name].parameters
        assert parameters.get("median", parameters.get("mean")) == value


@pytest.mark.slow
def test_the_page_is_followed_to_the_letter() -> None:
    follow(PAGE)
    reports = ["runs/wind/report.html", "runs/wind/report.zh-Hant.html", "runs/read/report.html"]
    assert all(Path(name).is_file() for name in reports)


def test_the_page_says_how_many_lines_its_two_files_are() -> None:
    lines = {name: (WIND / name).read_text().count("\n") for name in ("plant.py", "plant.toml")}
    assert f"{lines['plant.py']} lines of Python and {lines['plant.toml']} of TOML" in PAGE.read_text()
