"""A manifest comes back as it was written, or says why it is none; its status is the last thing in it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.engine import Manifest, Plan
from simulator.errors import RunError

MANIFEST = Manifest(
    study={"name": "s", "priors": {"a": {"family": "normal", "mean": 0.1, "sd": 1.0}}},
    study_hash="ab" * 32,
    plan=Plan(20_000, 7, "mc", 128, "float64"),
    model="m.f",
    metrics={"npv.group": "USD bn", "a": ""},
    versions={"jax": "0"},
    platform={"cores": 2},
    not_finite={"a": {"nan": 1, "infinite": 0}},
)


def test_it_comes_back_as_written(tmp_path: Path) -> None:
    MANIFEST.write(tmp_path / "manifest.json")
    assert Manifest.read(tmp_path / "manifest.json") == MANIFEST


def test_the_status_is_last_and_the_schema_first(tmp_path: Path) -> None:
    MANIFEST.write(tmp_path / "manifest.json")
    keys = list(json.loads((tmp_path / "manifest.json").read_text()))
    assert (keys[0], keys[-1]) == ("schema", "status")


def test_a_manifest_of_the_first_edition_is_the_same_run(tmp_path: Path) -> None:
    """It had other names for two keys; by its identity the shards of its store are known."""
    content = {
        "schema": 1,
        "study": MANIFEST.study,
        "study_hash": "ab" * 32,
        "plan": {"paths": 24576, "seed": 7, "sampler": "mc", "lanes": 128, "dtype": "float64"},
        "model": "m.f",
        "metrics": {"npv.group": "USD bn", "a": ""},
        "versions": {"jax": "0"},
        "platform": {"cores": 2},
        "created": "2026-01-28T09:00:00+00:00",
        "rounds_done": 2,
        "timings": {"total": 1.5},
        "not_finite": {},
        "draws": {},
        "accuracy": {},
        "may_be_infinite": [],
        "status": "interrupted",
    }
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    found = Manifest.read(tmp_path / "manifest.json")
    assert (found.batches_done, found.plan) == (2, MANIFEST.plan)
    assert found.differences(MANIFEST) == []
    assert found.identity == f'["{"ab" * 32}", 7, "mc", "float64", 128]'
    found.write(tmp_path / "manifest.json")
    written = json.loads((tmp_path / "manifest.json").read_text())
    assert (written["schema"], written["batches_done"], written["plan"]["block_size"]) == (2, 2, 128)


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=f"{tmp_path} holds no run"):
        Manifest.read(tmp_path / "manifest.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema": 1}',
        '{"schema": 1, "plan": {"paths": -1}}',
        '{"schema": 1, "plan": 3}',
        '{"schema": 2, "plan": 3}',
        "\xff",
    ],
)
def test_what_is_no_manifest(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_bytes(content.encode("latin1"))
    with pytest.raises(RunError, match="is not a manifest of a run"):
        Manifest.read(tmp_path / "manifest.json")


def test_another_schema(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"schema": 99}')
    with pytest.raises(RunError, match="another schema"):
        Manifest.read(tmp_path / "manifest.json")


def test_what_makes_another_run() -> None:
    same = replace(MANIFEST, plan=Plan(10**6, 7, "mc", 128, "float64"), versions={}, status="complete")
    assert MANIFEST.differences(same) == []
    other = replace(
        MANIFEST, study_hash="cd" * 32, plan=Plan(20_000, 8, "rqmc", 64, "float32"), metrics={"a": ""}
    )
    assert MANIFEST.differences(other) == [
        "study abababab against cdcdcdcd",
        "seed 7 against 8",
        "sampler mc against rqmc",
        "dtype float64 against float32",
        "block_size 128 against 64",
        "metrics (npv.group)",
    ]
    assert MANIFEST.differences(replace(MANIFEST, metrics={"a": "", "npv.group": ""})) == [
        "metrics (their order)"
    ]
