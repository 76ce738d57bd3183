"""What a user changes by TOML or by --set alone, through the public API and the shipped set."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

import simulator
from tests.twin import SHIPPED, worked_cases

PATHS = 8192
#: A quiet path: no regime ends, nothing breaks, and no normal shock moves.
QUIET = {"shock.sojourn": 1.0, "shock.break_time": 1.0, "shock.contagion": 1.0}
NORMAL = ["price", "spend_common", "demand_common", "power_common", "ads"]
NORMAL += [f"{kind}.{c.name}" for kind in ("spend", "demand") for c in SHIPPED.companies]
NORMAL += [f"power.{source.name}" for source in SHIPPED.sources]


def _point_masses(folder: Path, inputs: dict[str, float], policy: str) -> Path:
    """A TOML file that holds every prior of the shipped set, and every shock, at a number."""
    fixed = {**inputs, **QUIET, **{f"shock.{name}": 0.0 for name in NORMAL}}
    shared = 'basis = "judgement"\nnote = "worked case"\nas_of = 2026-01-28\n'
    text = 'extends = "hyperscalers-2026-01"\n[study]\nname = "case"\ntitle = "A worked case"\n'
    text += f'depreciation_policy = "{policy}"\n'
    study = simulator.load_study("hyperscalers-2026-01")
    off = {name: value for one in study.mechanisms for name, value in one.values.items()}
    for name, value in (off | fixed).items():
        unit = study.priors[name].unit if name in study.priors else "1"
        text += f'[{name}]\nvalue = {float(value)!r}\nunit = "{unit}"\n{shared}'
    path = folder / "case.toml"
    path.write_text(text)
    return path


@pytest.mark.slow
def test_a_worked_case_as_a_study_of_point_masses(tmp_path: Path) -> None:
    """Case B, which has feedback; case A is below."""
    case = worked_cases()[1]
    inputs = dict(case.inputs)
    study = simulator.load_study(_point_masses(tmp_path, inputs, case.structure.policy))
    for dtype, digits, floor in (("float64", 0.5e-9, 1e-10), ("float32", 0.5e-4, 1e-3)):
        run = simulator.simulate(study, paths=PATHS, dtype=dtype)
        for name, printed in case.metrics.items():
            if name in run.names:
                found = run.metric(name)
                np.testing.assert_allclose(found, printed, rtol=digits, atol=floor, err_msg=name)


@pytest.mark.slow
def test_case_a_by_set_alone() -> None:
    """Case A has no feedback and sells all it has: no shock moves it, so --set suffices."""
    case = worked_cases()[0]
    study = simulator.load_study("hyperscalers-2026-01")
    fixed = {name: value for name, value in case.inputs.items() if name in study.priors}
    off = {name: value for one in study.mechanisms for name, value in one.values.items()}
    overrides = {**off, **fixed, "study.depreciation_policy": case.structure.policy}
    # In the case nothing is ever lost to the cycle; here regimes change, and must cost no demand.
    overrides |= {"adoption.drift_plateau": 0.0, "adoption.drift_bust": 0.0}
    run = simulator.simulate(study.override(overrides), paths=PATHS)
    for name, printed in case.metrics.items():
        if name in run.names:
            np.testing.assert_allclose(run.metric(name), printed, rtol=0.5e-4, atol=1e-3, err_msg=name)


FRICTIONLESS = {
    **{f"power.lead_time.{source.name}": 0.1 for source in SHIPPED.sources},
    "power.equipment": 0.1,
    "power.shell": 0.1,
    "power.dispersion": 0.0,
    "power.cancel_grid": 0.0,
    "power.cancel_nuclear": 0.0,
    "power.cancel_smr": 0.0,
    "power.opening_idle": 0.0,
}


@pytest.mark.slow
def test_power_on_time_strands_and_writes_down_nothing() -> None:
    run = simulator.simulate(
        simulator.load_study("hyperscalers-2026-01", overrides=FRICTIONLESS), paths=PATHS
    )
    for name in run.names:
        if name.startswith(("stranded_share", "stranded_value", "eps_drag")):
            assert (run.metric(name) == 0).all(), name
    assert (run.series()["writedown"] == 0).all()


FIFTH = """
extends = "hyperscalers-2026-01"
[study]
name = "with-oracle"
title = "Five companies, eight sources"
[[company]]
name = "oracle"
title = "Oracle"
[[company.exposure]]
kind = "price_gap"
rate = "core.aws_price_gap"
years = "core.price_gap_years"
[[power_source]]
name = "texas"
title = "Texas, behind the meter"
cancellation = "power.cancel_grid"
"""


def _fifth_company(study: simulator.Study) -> str:
    """Every input that a fifth company and an eighth source need: Meta's and the US grid's, renamed."""
    text = FIFTH
    shared = 'basis = "judgement"\nnote = "for a test"\nas_of = 2026-01-28\n'
    # The new source takes half of the orders of the one that it is like.
    half = study.priors["power.mix.us_grid"].parameters["value"] / 2
    for source in ("us_grid", "texas"):
        text += f'[power.mix.{source}]\nvalue = {half!r}\nunit = "1"\n{shared}'
    for name, prior in study.priors.items():
        if name == "power.mix.us_grid":
            continue
        if not name.endswith((".meta", ".us_grid")) and ".meta." not in name:
            continue
        renamed = name.replace(".meta", ".oracle").replace(".us_grid", ".texas")
        names = {renamed}
        if ".meta." in name or (name.startswith("power.tilt.") and name.endswith(".us_grid")):
            owner = name.split(".")[2]
            names = {name.replace(".meta.", ".oracle.")} if owner == "meta" else set()
            if name.endswith(".us_grid"):
                names |= {f"power.tilt.{c}.texas" for c in (owner, "oracle" if owner == "meta" else owner)}
        body = "".join(f"{key} = {value!r}\n" for key, value in prior.parameters.items())
        family = "" if prior.family == "fixed" else f'family = "{prior.family}"\n'
        for new in sorted(names):
            if new not in study.priors:
                text += f'[{new}]\n{family}{body}unit = "{prior.unit}"\n{shared}'
    return text


@pytest.mark.slow
def test_a_fifth_company_and_an_eighth_source_by_toml_alone(tmp_path: Path) -> None:
    base = simulator.load_study("hyperscalers-2026-01")
    path = tmp_path / "oracle.toml"
    path.write_text(_fifth_company(base))
    study = simulator.load_study(path)
    run = simulator.simulate(study, paths=PATHS, seed=7)
    before = simulator.simulate(base, paths=PATHS, seed=7)
    assert "value_created.oracle" in run.names
    assert np.isfinite(run.metric("value_created.oracle")).all()
    assert "oracle" in run.summary()["verdicts"]
    # Every draw of the four companies is the same to the bit, but for the share that the new source takes.
    stored, new = before.draws(), run.draws()
    for name, draw in stored.items():
        if name == "power.mix.us_grid":
            continue
        np.testing.assert_array_equal(draw, new[name], err_msg=name)


@pytest.mark.slow
def test_the_difference_that_a_fifth_company_makes(tmp_path: Path) -> None:
    base = simulator.load_study("hyperscalers-2026-01")
    path = tmp_path / "oracle.toml"
    hookup = '[power.hookup]\nfamily = "lognormal"\nmedian = 15.0\nsigma = 0.2\nunit = "GW/yr"\n'
    words = 'basis = "judgement"\nnote = "for a test"\nas_of = 2026-01-28\n'
    path.write_text(_fifth_company(base) + hookup + words)
    found = simulator.diff(base, simulator.load_study(path), paths=PATHS)
    assert found.not_attributed is None
    # The company, its source of power and their priors go together; what both have is a part of its own.
    parts = {part.name: part for part in found.parts}
    assert list(parts) == ["power", "settings"]
    assert parts["power"].changes == 2
    added = {change.name for change in found.changes if change.kind == "added"}
    assert {"spend.capex_2026.oracle", "company.oracle", "power_source.texas"} <= added
    assert "oracle" in found.second.entities
    assert "oracle" not in found.first.entities
    assert not any(one.statistic.entity == "oracle" for one in found.statistics.values())
    for name, one in found.statistics.items():
        total = sum(part.effects[name].share.value for part in parts.values())
        assert total == pytest.approx(one.change.value, rel=1e-9, abs=1e-9), name
    assert {one.name for one in found.priors} == {"power.hookup", "power.mix.us_grid"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hyperscalers-2026-01", "hyperscalers-2026-05", "hyperscalers-2026-10"])
def test_value_hangs_little_on_where_the_horizon_is_put(name: str) -> None:
    """Means at 24, 32 and 40 quarters lie within an eighth of the standard deviation over paths.

    A density is at most about 0.4 over its standard deviation where it is near a normal one, so that an
    eighth of it moves the chance of a loss by at most 5 points. Four standard errors are allowed on top.
    """
    group = {}
    for quarters in (24, 32, 40):
        study = simulator.load_study(name, overrides={"study.horizon_quarters": quarters})
        group[quarters] = simulator.simulate(study, paths=PATHS, seed=0)
    means = [run.summarise().estimates["value_created.group"]["mean"] for run in group.values()]
    spread = group[24].metric("value_created.group").std()
    for one, other in itertools.combinations(means, 2):
        error = np.hypot(one.error, other.error)
        assert abs(one.value - other.value) <= spread / 8 + 4 * error
