"""What a sensitivity analysis consists of: derivatives with their errors, and their form as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simulator.analysis.run import Run
from simulator.estimate import Number, Statistic
from simulator.estimate.effect import Effect
from simulator.estimate.number import finite

#: How a derivative was obtained: by the pass in reverse, as a difference of paired paths, or as a slope of
#: the run's own paths.
type Way = Literal["pathwise", "paired", "slope"]


@dataclass(frozen=True, slots=True)
class Derivative:
    """The derivative of a target by one thing.

    Attributes
    ----------
    value
        In the unit of the target: by one prior standard deviation of the score for a location, by the scale
        of 1 for a scale.
    way
        How it was obtained; None where it is not known.
    pathwise, paired, slope
        By each way; None where it was not computed or cannot be.
    smoothing
        Of the pathwise one of a chance: what half the width of the smoothed step changed.
    """

    value: Effect
    way: Way | None
    pathwise: Number | None
    paired: Number | None
    slope: Number | None
    smoothing: Number | None = None

    def to_json(self) -> dict[str, Any]:
        """Return value and error, the way, and what each way gave."""
        others = {
            "pathwise": self.pathwise,
            "paired": self.paired,
            "slope": self.slope,
            "smoothing": self.smoothing,
        }
        given = {name: None if one is None else one.to_json() for name, one in others.items()}
        return {**self.value.to_json(), "way": self.way, **given}


@dataclass(frozen=True, slots=True)
class Median:
    """A location in a belief's own unit.

    Attributes
    ----------
    value
        The median of the belief, in its unit.
    by_unit
        The derivative of the target where the median goes up by one unit.
    by_percent
        The same where it goes up by one per cent of its size.
    """

    value: float
    by_unit: Effect
    by_percent: Effect

    def to_json(self) -> dict[str, Any]:
        """Return the fields."""
        return {
            "value": self.value,
            "by_unit": self.by_unit.to_json(),
            "by_percent": self.by_percent.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How a target moves with one belief, all others left where they are.

    Attributes
    ----------
    belief
        Its name, with ``[k]`` for a component.
    unit
        Of the belief.
    location, scale
        The derivatives.
    median
        The location in the belief's own unit; None of a belief of single values, of one whose parameters are
        drawn, and of shares of a whole.
    agrees
        Whether the pathwise location agrees with the paired difference and the slope; None where the
        difference was not computed, or a step leads to what is not finite.
    """

    belief: str
    unit: str
    location: Derivative
    scale: Derivative
    median: Median | None
    agrees: bool | None

    @property
    def checked(self) -> bool:
        """Whether the paired difference was computed."""
        return self.agrees is not None

    def to_json(self) -> dict[str, Any]:
        """Return the fields, and the change by a tenth of the scale."""
        return {
            "belief": self.belief,
            "unit": self.unit,
            "location": self.location.to_json(),
            "scale": {**self.scale.to_json(), "by_tenth": finite(self.scale.value.value / 10)},
            "median": self.median and self.median.to_json(),
            "checked": self.checked,
            "agrees": self.agrees,
        }


@dataclass(frozen=True)
class Sensitivities:
    """Derivatives of a target by every belief of a run.

    Attributes
    ----------
    run
        Whose paths they are of.
    target
        The mean or the chance.
    value
        Of the target on the paths.
    unit
        Of the target.
    paths
        On which slopes rest, the first of the run.
    paths_of_pass
        On which pathwise derivatives and paired differences rest.
    beliefs
        The leading ones first, those that were checked among them by the size of the location; then the rest.
    refused
        Why the model has no pathwise derivatives; empty where it has.
    """

    run: Run
    target: Statistic
    value: Number
    unit: str
    paths: int
    paths_of_pass: int
    beliefs: Sequence[Sensitivity]
    refused: str

    @property
    def checked(self) -> list[Sensitivity]:
        """Those of which the paired difference was computed."""
        return [one for one in self.beliefs if one.checked]

    @property
    def ways(self) -> Mapping[Way, int]:
        """How many locations were obtained each way."""
        ways: tuple[Way, ...] = ("pathwise", "paired", "slope")
        return {way: sum(one.location.way == way for one in self.beliefs) for way in ways}

    def of(self, belief: str) -> Sensitivity:
        """Return the derivatives by one belief."""
        return next(one for one in self.beliefs if one.belief == belief)

    def to_json(self) -> dict[str, Any]:
        """Return all of it for JSON; a number is ``{"value", "mcse"}``, null where there is none."""
        return {
            **self.run.about(),
            "target": str(self.target),
            "value": self.value.to_json(),
            "unit": self.unit,
            "paths": self.paths,
            "paths_of_pass": self.paths_of_pass,
            "not_differentiable": self.refused or None,
            "ways": dict(self.ways),
            "beliefs": [one.to_json() for one in self.beliefs],
        }
