"""What the cases of a study's risks do to its verdict: typed records, and the same ready for JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.estimate import Number, distinguishable, feared
from simulator.study import Risk, RiskCase, Surprise


class Outlook(NamedTuple):
    """The prospects of one entity under one set of beliefs.

    Attributes
    ----------
    chances
        Of each verdict, by name.
    below_zero
        Chance that value created is below zero.
    value : USD bn, or the metric's own unit
        Mean of value created.
    likeliest
        The verdict of the greatest chance.
    clear
        Whether its chance is distinguishable from that of the next.
    split
        The chances of the two parts of all else.
    """

    chances: Mapping[str, Number]
    below_zero: Number
    value: Number
    likeliest: str
    clear: bool
    split: Mapping[str, Number]


class CaseEffect(NamedTuple):
    """What a case changes of an entity's prospects: case less study, path by path; errors are of pairs."""

    chances: Mapping[str, Number]
    below_zero: Number
    value: Number


class Moved(NamedTuple):
    """A belief or setting as the study has it, and as it is in a case.

    Attributes
    ----------
    name
        Of the prior, or the path of the setting.
    unit
        Of the prior.
    asked
        What the case asks for: a number, a quantile such as ``p90``, or the value of a setting.
    value
        The number that this is; of a setting, its value as text.
    quantiles
        P10, P50 and P90 as believed; of a setting, empty.
    before
        Of a setting, its value in the study.
    """

    name: str
    unit: str
    asked: float | str
    value: float | str
    quantiles: tuple[float, ...] = ()
    before: str = ""


class CaseResult(NamedTuple):
    """One case: what was changed, and by entity what would then be and how far that is from the study.

    Attributes
    ----------
    judged
        By entity and metric, the change of the mean of what the rules of the verdict read, in its own unit.
    """

    case: RiskCase
    moved: tuple[Moved, ...]
    outlooks: Mapping[str, Outlook]
    effects: Mapping[str, CaseEffect]
    surprises: Mapping[str, tuple[Surprise, ...]]
    judged: Mapping[str, Mapping[str, Number]]


class LostCase(NamedTuple):
    """A case that could not be computed, and why."""

    case: RiskCase
    reason: str


class RiskResult(NamedTuple):
    """A risk, its cases in order, those that could not be computed, and the verdict that ranks them."""

    risk: Risk
    cases: tuple[CaseResult, ...]
    lost: tuple[LostCase, ...]
    feared: str

    def largest(self, entity: str) -> CaseResult:
        """Return the case that moves the chance of that verdict the most, up or down."""
        return max(self.cases, key=lambda one: abs(one.effects[entity].chances[self.feared].value))

    def ends(self, entity: str) -> tuple[CaseResult, ...]:
        """Return the case that raises that chance the most and the one that lowers it the most.

        Of either there is none where no case clearly does so; where there is neither, it is the largest.
        """
        changes = {place: one.effects[entity].chances[self.feared] for place, one in enumerate(self.cases)}
        order = sorted(
            (place for place in changes if distinguishable(changes[place])), key=lambda at: changes[at].value
        )
        up = [place for place in order[-1:] if changes[place].value > 0]
        down = [place for place in order[:1] if changes[place].value < 0]
        return tuple(self.cases[place] for place in (*up, *down)) or (self.largest(entity),)


class Assessment(NamedTuple):
    """All risks of a run's study.

    Attributes
    ----------
    paths, paths_of_run
        On how many paths every case is computed, the first of the run, and how many the run has.
    believed
        By entity, the prospects as the study has them, on the same paths.
    risks
        In the order of the study.
    codes
        Of the verdicts, in their order.
    """

    paths: int
    paths_of_run: int
    believed: Mapping[str, Outlook]
    risks: tuple[RiskResult, ...]
    codes: Mapping[str, int]

    @property
    def feared(self) -> str:
        """The verdict by whose chance cases are ranked."""
        return feared(self.codes)

    def to_json(self) -> dict[str, Any]:
        """Return the assessment as an object ready for JSON."""
        return {
            "paths": self.paths,
            "paths_of_run": self.paths_of_run,
            "believed": {entity: _outlook(one) for entity, one in self.believed.items()},
            "risks": [
                {
                    "name": one.risk.name,
                    "title": one.risk.title,
                    "question": one.risk.question,
                    "companies": list(one.risk.companies),
                    "sources": list(one.risk.sources),
                    "note": one.risk.note,
                    "cases": [_case(case) for case in one.cases],
                    "lost": [{"title": case.title, "reason": reason} for case, reason in one.lost],
                }
                for one in self.risks
            ],
        }


def _case(found: CaseResult) -> dict[str, Any]:
    return {
        "title": found.case.title,
        "note": found.case.note,
        "changed": [_moved(one) for one in found.moved],
        "entities": {
            entity: {
                "then": _outlook(found.outlooks[entity]),
                "change": _changes(_numbers(effect)),
                "judged": _changes(found.judged[entity]),
                "against_expectation": [
                    {"name": one.name, "metric": one.metric, "note": one.note}
                    for one in found.surprises[entity]
                ],
            }
            for entity, effect in found.effects.items()
        },
    }


def _changes(named: Mapping[str, Number]) -> dict[str, Any]:
    return {
        name: {**change.to_json(), "distinguishable": distinguishable(change)}
        for name, change in named.items()
    }


def _moved(one: Moved) -> dict[str, Any]:
    before: Any = (
        dict(zip(("p10", "p50", "p90"), one.quantiles, strict=True)) if one.quantiles else one.before
    )
    return {"name": one.name, "unit": one.unit, "asked": one.asked, "before": before, "value": one.value}


def _outlook(one: Outlook) -> dict[str, Any]:
    numbers = {name: number.to_json() for name, number in {**_numbers(one), **one.split}.items()}
    return {**numbers, "likeliest": one.likeliest, "clear": one.clear}


def _numbers(one: Outlook | CaseEffect) -> dict[str, Number]:
    return {**one.chances, "below_zero": one.below_zero, "value": one.value}
