"""The manifest of a run directory: what was asked, what with, how far it came. Written whole, status last."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from simulator.engine import files
from simulator.engine.plan import Plan
from simulator.errors import RunError, StrandlineError

#: Version of the manifest's keys and of the store's layout.
SCHEMA = 1

#: Per metric, how many paths are "nan" and how many "infinite".
type Counts = Mapping[str, Mapping[str, int]]
type Status = Literal["running", "interrupted", "failed", "complete"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run directory says of itself.

    Parameters
    ----------
    study, study_hash
        The study as resolved, in the form of `Study.to_dict`, and its hash.
    plan
        What decides the numbers, beside the study.
    model
        Which function made the metrics, by module and name.
    metrics
        The stored metrics in the order of their rows, each with its unit.
    versions, platform
        Of the packages and of the host that computed last.
    created
        When the run was started first (UTC, ISO 8601).
    rounds_done
        Whole rounds in the store when this was written; of a run that was killed, the store knows better.
    timings
        Of the process that computed last  [s]
    not_finite
        Per metric that has any, the number of paths that are NaN and that are infinite.
    accuracy
        Of a run that goes on until it is accurate: the ``targets``, the ``paths`` that it begins with, its
        ``max_paths``, and at the end what was ``achieved`` of each target.
    may_be_infinite
        Metrics, or stems of them, that the model allows to be infinite.
    status
        "complete" is written after everything else is.
    """

    study: Mapping[str, Any]
    study_hash: str
    plan: Plan
    model: str
    metrics: Mapping[str, str]
    versions: Mapping[str, str]
    platform: Mapping[str, str | int]
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    rounds_done: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    not_finite: Counts = field(default_factory=dict)
    accuracy: Mapping[str, Any] = field(default_factory=dict)
    may_be_infinite: Sequence[str] = field(default_factory=list[str])
    status: Status = "running"

    @property
    def limit(self) -> int:
        """The most paths that the run may come to."""
        return self.accuracy.get("max_paths", self.plan.paths)

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do, not even for more paths towards a target."""
        return self.status == "complete" and all(one["met"] for one in self.accuracy.get("achieved", ()))

    def write(self, path: Path) -> None:
        """Write the manifest: a reader finds the one before or this one, never a part."""
        content = {"schema": SCHEMA} | {one.name: getattr(self, one.name) for one in fields(self)}
        content |= {"plan": asdict(self.plan), "status": content.pop("status")}
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, default=dict)
        files.write_whole(path, [text.encode() + b"\n"], flush=True)

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest, or say what is wrong with it."""
        if not path.exists():
            message = f"{path.parent} holds no run: there is no {path.name} in it"
            raise RunError(message)
        try:
            with files.access(path, "read"):
                content = json.loads(path.read_bytes())
            if content.pop("schema") != SCHEMA:
                message = f"{path}: found a run of another schema; allowed: {SCHEMA}, that of this version"
                raise RunError(message)
            content["plan"] = Plan(**content["plan"])
            return cls(**content)
        except RunError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, StrandlineError) as error:
            message = f"{path} is not a manifest of a run: {error}"
            raise RunError(message) from error

    def differences(self, other: "Manifest") -> list[str]:
        """Return what makes `other` another run, so that the two cannot share rounds."""
        pairs = {
            "study": (self.study_hash[:8], other.study_hash[:8]),
            "metrics": (tuple(self.metrics), tuple(other.metrics)),
            **{
                key: (getattr(self.plan, key), getattr(other.plan, key))
                for key in ("seed", "sampler", "dtype", "lanes")
            },
            "targets": (self._asked(), other._asked()),
        }
        found = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
        if "metrics" in found:
            mine, others = (set(names) for names in found.pop("metrics"))
            changed = ", ".join(sorted(mine ^ others)) or "their order"
            return [*(f"{key} {a} against {b}" for key, (a, b) in found.items()), f"metrics ({changed})"]
        return [f"{key} {a} against {b}" for key, (a, b) in found.items()]

    def _asked(self) -> str:
        """Return the targets and the first look in words: what decides at which number of paths to stop."""
        if not self.accuracy:
            return "none"
        return f"{', '.join(self.accuracy['targets'])} from {self.accuracy['paths']} paths"
