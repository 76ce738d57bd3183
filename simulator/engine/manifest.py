"""The manifest of a run directory: what was asked, what with, how far it came. Written whole, status last."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field, TypeAdapter, ValidationError

from simulator.engine import files
from simulator.engine.non_finite import Counts
from simulator.engine.plan import Plan, current_names
from simulator.errors import RunError, StrandlineError
from simulator.sampling import DrawsKey, earlier_draws_key
from simulator.study import Study
from simulator.study.canonical import plain
from simulator.study.changes import Change

#: Version of the manifest's keys; those of the first edition are read too.
SCHEMA = 2
#: Of the faults of a manifest, how many its message lists, and how much of each value.
MOST_FAULTS, LONGEST_VALUE = 5, 60
#: Digits of a hash by which a message names a source.
SHORT = 16

type Finite = Annotated[float, Field(ge=-sys.float_info.max, le=sys.float_info.max)]


class Reached(TypedDict):
    """What was achieved of one target: null where it is not known or not finite.

    Attributes
    ----------
    target
        As it was asked for.
    value, mcse
        The statistic and its standard error, in the unit of its metric.
    achieved
        The error by the target's measure: the standard error, or its share of the value.
    met
        Whether that is below the limit.
    """

    target: str
    value: Finite | None
    mcse: Finite | None
    achieved: Finite | None
    met: bool


class Accuracy(TypedDict):
    """What accuracy a run was asked for, and what it achieved."""

    targets: Annotated[list[str], Field(min_length=1)]
    paths: Annotated[int, Field(ge=1)]
    max_paths: Annotated[int, Field(ge=1)]
    achieved: list[Reached]


type Keep = Literal["all", "summary"]
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
        Which function made the metrics, by module and name, or as it was named on the command line.
    metrics
        The stored metrics in the order of their rows, each with its unit.
    versions, platform
        Of the packages and of the host that computed last.
    created
        When the run was started first (UTC, ISO 8601).
    batches_done
        Whole batches in the store when this was written; of a run that was killed, the store knows better.
    timings
        Of the process that computed last  [s]
    not_finite
        Per metric that has any, the number of paths that are NaN and that are infinite.
    draws
        What decides its draws, as `DrawsKey.to_dict` has it; empty in runs of earlier versions.
    accuracy
        Of a run that goes on until it is accurate: the ``targets``, the ``paths`` that it begins with, its
        ``max_paths``, and at the end what was ``achieved`` of each target.
    overrides
        What the command line or ``overrides=`` set in the study, in order: `Study.changes`.
    fixed_from
        Distributions in whose place the study has numbers, as `Study.fixed_from_dict` has them: they decide
        the kernel, and so the last bits.
    model_sha256
        Of the source of a model that was loaded by its name; empty of any other.
    may_be_infinite
        Metrics, or stems of them, that the model allows to be infinite.
    keep
        Whether all paths are kept, or a summary of them.
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
    batches_done: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    not_finite: Counts = field(default_factory=dict)
    draws: Mapping[str, Any] = field(default_factory=dict)
    accuracy: Mapping[str, Any] = field(default_factory=dict)
    overrides: tuple[Change, ...] = ()
    fixed_from: Mapping[str, Any] = field(default_factory=dict)
    model_sha256: str = ""
    may_be_infinite: Sequence[str] = field(default_factory=list[str])
    keep: Keep = "all"
    status: Status = "running"

    @property
    def draws_key(self) -> DrawsKey:
        """What decides its draws, as recorded; of a run that recorded nothing, as its study says."""
        if self.draws:
            return DrawsKey(**self.draws)
        return earlier_draws_key(Study.from_dict(self.study), self.plan.seed, self.plan.sampler)

    @property
    def limit(self) -> int:
        """The most paths that the run may come to."""
        return self.accuracy.get("max_paths", self.plan.paths)

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do, not even for more paths towards a target."""
        return self.status == "complete" and all(one["met"] for one in self.accuracy.get("achieved", ()))

    @property
    def identity(self) -> str:
        """What distinguishes a run from all others, however far it goes: part of the tag of its shards."""
        plan = self.plan
        more = [part for part in (self.model_sha256, self.fixed_from) if part]
        return json.dumps([self.study_hash, plan.seed, plan.sampler, plan.dtype, plan.block_size, *more])

    def write(self, path: Path) -> None:
        """Write the manifest: a reader finds the one before or this one, never a part."""
        content = {"schema": SCHEMA} | {one.name: getattr(self, one.name) for one in fields(self)}
        content |= {
            "plan": asdict(self.plan),
            "overrides": plain(self.overrides),
            "status": content.pop("status"),
        }
        if self.keep == "all":  # which is what a manifest without the key says
            del content["keep"]
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False, default=dict)
        files.write_whole(path, [text.encode() + b"\n"], flush=True)

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest, or raise with what is wrong with it."""
        if not path.exists():
            message = f"{path.parent} holds no run: there is no {path.name} in it"
            raise RunError(message)
        with files.access(path, "read"):
            text = path.read_bytes()
        try:
            content = json.loads(text)
            match content.pop("schema"):
                case 1:
                    content["batches_done"] = content.pop("rounds_done")
                    content["plan"] = current_names(content["plan"])
                case found if found != SCHEMA:
                    message = f"{path}: found a run of another schema; allowed: 1 or {SCHEMA}"
                    raise RunError(message)
            if unknown := content.keys() - {one.name for one in fields(cls)}:
                message = f"it has keys of another version: {', '.join(sorted(unknown))}"
                raise ValueError(message)
            return cls._checked(json.dumps(content))
        except RunError:
            raise
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            StrandlineError,
        ) as error:
            message = f"{path} is not a manifest of a run: {_first_faults(error)}"
            raise RunError(message) from error

    @classmethod
    def _checked(cls, text: str) -> "Manifest":
        """Return the manifest that a JSON text is, with every value of the type that it has to have."""
        found = TypeAdapter(cls).validate_json(text, strict=True)
        if found.accuracy:
            asked = TypeAdapter(Accuracy).validate_json(json.dumps(found.accuracy), strict=True)
            reached = [one["target"] for one in asked["achieved"]]
            if reached != asked["targets"] and (reached or found.status == "complete"):
                message = "accuracy.achieved: found other targets than were asked for; allowed: the same"
                raise ValueError(message)
        if found.draws:
            TypeAdapter(DrawsKey).validate_json(json.dumps(found.draws), strict=True)
            DrawsKey(**found.draws)  # which refuses what it does not know
        if not found.metrics:
            message = "metrics: found none; allowed: one or more"
            raise ValueError(message)
        return found

    def differences(self, other: "Manifest") -> list[str]:
        """Return what makes `other` another run, so that the two cannot share batches."""
        pairs = {
            "study": (self.study_hash[:8], other.study_hash[:8]),
            "source of the model, SHA-256": (self.model_sha256[:SHORT], other.model_sha256[:SHORT]),
            "numbers in the place of distributions": (self._fixed(), other._fixed()),
            "metrics": (tuple(self.metrics), tuple(other.metrics)),
            **{
                key: (getattr(self.plan, key), getattr(other.plan, key))
                for key in ("seed", "sampler", "dtype", "block_size")
            },
            "targets": (self._targets(), other._targets()),
            "keep": (self.keep, other.keep),
        }
        found = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
        if not found and self.fixed_from != other.fixed_from:
            return [f"distributions in whose place it has numbers ({self._fixed()})"]
        if not found and self.draws != other.draws:
            reasons = self.draws_key.differences(other.draws_key)
            return [f"draws ({reason})" for reason in reasons]
        if "metrics" in found:
            mine, others = (set(names) for names in found.pop("metrics"))
            changed = ", ".join(sorted(mine ^ others)) or "their order"
            return [*(f"{key} {a} against {b}" for key, (a, b) in found.items()), f"metrics ({changed})"]
        return [f"{key} {a} against {b}" for key, (a, b) in found.items()]

    def _fixed(self) -> str:
        """Return which numbers stand in the place of which distributions."""
        families = (
            f"{name} ({table.get('family', 'by quantiles')})" for name, table in self.fixed_from.items()
        )
        return ", ".join(families) or "none"

    def _targets(self) -> str:
        """Return the targets and the first look as text: what decides at which number of paths to stop."""
        if not self.accuracy:
            return "none"
        return f"{', '.join(self.accuracy['targets'])} from {self.accuracy['paths']} paths"


def _first_faults(error: Exception) -> str:
    """Return what was found wrong with a manifest, in one line."""
    if not isinstance(error, ValidationError):
        return f"there is no key {error}" if isinstance(error, KeyError) else str(error)
    faults: list[str] = []
    for one in error.errors(include_url=False):
        key = ".".join(map(str, one["loc"])) or "manifest"
        faults.append(f"{key}: found {str(one['input'])[:LONGEST_VALUE]!r}; allowed: {one['msg']}")
    more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
    return "; ".join(faults[:MOST_FAULTS]) + more
