"""Both methods on the shipped study and evidence: one posterior, within the errors of each."""

from datetime import date

import pytest

import simulator
from simulator.beliefs import audit
from simulator.estimate import distinguishable
from simulator.study import load_study, priors_root

K = 5


@pytest.mark.slow
def test_the_two_methods_agree_on_the_shipped_study() -> None:
    study = simulator.load_study("hyperscalers-2026-01")
    day = date(2026, 5, 31)
    first = simulator.update(study, as_of=day, paths=2**17, method="reweighting").summary()
    second = simulator.update(study, as_of=day, paths=8192, method="tempering").summary()
    assert second.method.name == "tempering"
    pairs = [
        (first.posterior.verdicts[entity][name], chance)
        for entity, chances in second.posterior.verdicts.items()
        for name, chance in chances.items()
    ]
    means = {row.name: row.posterior.mean for row in first.moved}
    pairs += [(means[row.name], row.posterior.mean) for row in second.moved[:20]]
    pairs += [(a.posterior.p50, b.posterior.p50) for a, b in zip(first.ahead, second.ahead, strict=True)]
    for a, b in pairs:
        assert not distinguishable(a.above(b), K)


def test_the_errors_of_observations_are_priors_like_all_others() -> None:
    study = load_study(priors_root() / "likelihood" / "observed.toml")
    assert not audit(study)
    assert all(prior.note and prior.as_of for prior in study.priors.values())
