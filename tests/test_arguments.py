"""Arguments that cannot be meant are refused by name, with what was found and what is allowed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jaxtyping import config

import simulator
from simulator import Run, Study, UsageError
from simulator.arguments import names_of


@pytest.fixture(autouse=True, scope="module")
def unwatched() -> Iterator[None]:
    """Calls as a user makes them, without the type checker of the tests."""
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)


@pytest.fixture(scope="module")
def study() -> Study:
    priors = {"wide": {"family": "normal", "mean": 0.0, "sd": 1.0}}
    data = {"study": {"as_of": date(2026, 1, 28)}, "priors": priors}
    return Study.from_dict(data, lambda draws: {"yield": draws["wide"], "yields": draws["wide"] ** 2})


@pytest.fixture(scope="module")
def run(study: Study) -> Run:
    return simulator.simulate(study, paths=8192, progress=False)


#: Of each argument, values of a type that it has not.
OF_SIMULATE: dict[str, list[Any]] = {
    "until": [True, 0, 1.5, b"x", [8192], {}, object(), np.array(8192)],
    "executor": [b"processes", True, 0, {}, object()],
    "model": [5, True, "margin", [], np.array([1])],
    "out": [5, False, b"x", [], object()],
    "progress": [-1, 1.5, "abc", float("nan"), {}, object()],
}


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, own in OF_SIMULATE.items() for one in own])
def test_simulate_names_an_argument_of_another_type(study: Study, name: str, value: Any) -> None:
    """The error begins with the argument, and says what was found and what is allowed."""
    with pytest.raises(UsageError, match=rf"^{name}: found .*; allowed: \w"):
        simulator.simulate(study, **{"paths": 8192, "progress": False, name: value})


CALLS: list[tuple[str, Callable[[Run], Any]]] = [
    ("statistic", lambda run: run.estimate(5)),  # pyright: ignore[reportArgumentType]
    ("statistic", lambda run: run.estimate(None)),  # pyright: ignore[reportArgumentType]
    ("name", lambda run: run.metric(5)),  # pyright: ignore[reportArgumentType]
    ("top", lambda run: simulator.explain(run, top=1.5)),  # pyright: ignore[reportArgumentType]
    ("top", lambda run: simulator.explain(run, top=None)),  # pyright: ignore[reportArgumentType]
    ("metrics", lambda run: simulator.explain(run, [])),
    ("max_paths", lambda run: run.to_datatree(1.5)),  # pyright: ignore[reportArgumentType]
    ("max_paths", lambda run: run.to_datatree("x")),  # pyright: ignore[reportArgumentType]
]


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_run_names_an_argument_of_another_type(run: Run, name: str, call: Callable[[Run], Any]) -> None:
    """As `simulate` does."""
    with pytest.raises(UsageError, match=rf"^{name}: found .*; allowed: \w"):
        call(run)


@pytest.mark.parametrize("value", [5, [5], [None], [[]], b"y", np.array(5)])
def test_names_are_text(run: Run, value: Any) -> None:
    """One name or several, wherever names are asked for; nothing else is taken for a name."""
    calls: dict[str, Callable[[], Any]] = {
        "metrics": lambda: run.to_pandas(metrics=value),
        "draws": lambda: run.to_pandas(draws=value),
        "names": lambda: run.draws(value),
    }
    for name, call in calls.items():
        with pytest.raises(UsageError, match=rf"^{name}: found .*; allowed: a name in quotes, or a list"):
            call()
    with pytest.raises(UsageError, match=r"^metrics: found"):
        simulator.explain(run, value)


def test_a_text_is_one_name(run: Run) -> None:
    """And no list of its letters."""
    assert names_of("names", "wide") == ("wide",)
    assert list(run.draws("wide")) == ["wide"]
    assert list(run.to_pandas("yield", "wide").columns) == ["yield", "wide"]
    assert list(simulator.explain(run, "yield").targets) == ["yield"]


def test_the_nearest_name_is_told(run: Run) -> None:
    """Of a metric that is none, wherever it is asked for, and of a draw."""
    for call in (run.metric, run.to_pandas):
        with pytest.raises(UsageError, match=r"no metric 'yeld'\. Did you mean yield"):
            call("yeld")
    with pytest.raises(UsageError, match=r"no draw 'wid'\. Did you mean wide"):
        run.draws("wid")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "reweight"),
        ("method", None),
        ("method", 5),
        ("paths", 0),
        ("paths", -1),
        ("paths", "x"),
        ("paths", 8193),
        ("seed", False),
        ("as_of", "2026-05-31"),
        ("as_of", datetime(2026, 5, 31)),
        ("evidence", 5),
        ("evidence", [1]),
        ("progress", "abc"),
    ],
)
def test_update_names_an_argument_that_cannot_be_meant(run: Run, name: str, value: Any) -> None:
    """A typo in a method chooses no other one; no number of paths is changed into another in silence."""
    given = {"evidence": {"yield": (0.5, 0.2)}, "progress": False, name: value}
    with pytest.raises(UsageError, match=rf"^{name}: found .*; allowed: \w"):
        simulator.update(run, **given)


def test_update_of_a_study_takes_as_many_paths_as_memory_is_given_to(study: Study) -> None:
    """No more, and not none."""
    for paths in (0, 2**18 + 1):
        with pytest.raises(
            UsageError, match=f"^paths: found {paths}; allowed: a whole number from 1 to 262144"
        ):
            simulator.update(study, {"yield": (0.5, 0.2)}, paths=paths, progress=False)


@pytest.mark.slow
def test_diff_takes_names_and_paths(tmp_path: Path) -> None:
    """A side by name is the study or the run that it stands for."""
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "study.toml").write_text(
        'extends = "hyperscalers-2026-01"\n[study]\nname = "later"\nas_of = 2026-01-28\n'
        '[finance.wacc]\nvalue = 0.09\nunit = "1/yr"\nbasis = "judgement"\nas_of = 2026-01-28\n'
        'note = "Held."\n',
        encoding="utf-8",
    )
    given = {"paths": 8192, "progress": False}
    found = simulator.diff("hyperscalers-2026-01", folder, **given)
    sides = simulator.load_study("hyperscalers-2026-01"), simulator.load_study(folder)
    assert found.to_json() == simulator.diff(*sides, **given).to_json()
    assert found.second.study == "later"
    with pytest.raises(UsageError, match=r"^second: found 5; allowed: a study"):
        simulator.diff("hyperscalers-2026-01", 5)  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match=r"^threads: found 0"):
        simulator.diff("hyperscalers-2026-01", folder, threads=0)


def test_an_override_out_of_range_is_refused_as_it_is_loaded() -> None:
    """As the command line refuses it, and not by the run after it."""
    with pytest.raises(simulator.StudyError, match=r"--set: finance.wacc: found 7.5 1/yr"):
        simulator.load_study("hyperscalers-2026-01", {"finance.wacc": 7.5})
