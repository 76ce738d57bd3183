"""The structures and mechanisms of the shipped studies, run: each sets what the model asks for."""

import pytest

from simulator import load_study, mechanisms, simulate, structures
from simulator.analysis.comparison import common_draws
from simulator.engine import MetricKernel
from simulator.study import shares, shipped_sets

SHIPPED = [name for name in shipped_sets() if load_study(name).structures]


@pytest.mark.parametrize("name", SHIPPED)
def test_weights_are_equal_and_one_structure_is_the_study_as_written(name: str) -> None:
    study = load_study(name)
    weights = set(shares(study.structures).values())
    assert len(weights) == 1
    assert [one.name for one in study.structures if not one.values] == ["written"]
    assert all(one.note for one in study.structures)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_structures_are_paired_with_the_run_on_one_kernel(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run, made = simulate(name, paths=8192, progress=False), list[int]()

    def counted(*arguments: object) -> MetricKernel:
        made.append(1)
        return MetricKernel(*arguments)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(common_draws, "metric_kernel", counted)
    found = structures(run)
    assert found is not None
    assert len(made) == 1
    written, *others = found.structures
    doubt = 4 / (2 * (run.summarise().replicates - 1)) ** 0.5
    for statistic in found.leading:
        assert written.statistics[statistic] == found.written[statistic]
        assert run.estimate(statistic).value == pytest.approx(found.written[statistic].value, rel=1e-12)
        for one in others:
            # Paired: the error of a change is below that of two independent runs. That is plain in a mean. Of
            # chances far from each other few paths are shared, and the errors, of so many replicates, are
            # themselves known to four of their own standard errors.
            change, own = one.changes[statistic], one.statistics[statistic]
            known = 0.0 if statistic.startswith("mean(") else doubt
            independent = (own.error**2 + found.written[statistic].error ** 2) ** 0.5
            assert change.error < (1 + known) * independent


@pytest.mark.slow
def test_mechanisms_end_at_the_study_as_written() -> None:
    study = load_study(SHIPPED[0])
    found = mechanisms(study, paths=8192)
    run = simulate(study, paths=8192, progress=False)
    for statistic in found.leading:
        change = found.none[statistic].value + found.together[statistic].value
        assert change == pytest.approx(run.estimate(statistic).value, rel=1e-9, abs=1e-9)
    assert len(found.mechanisms) == len(study.mechanisms)
