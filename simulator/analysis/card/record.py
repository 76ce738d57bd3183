"""The card of a run, and its one form as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from simulator.analysis.card.challenge import Challenge, challenge
from simulator.analysis.card.data import Data, data
from simulator.analysis.card.limits import Limits, limits
from simulator.analysis.card.materiality import Materiality, materiality
from simulator.analysis.card.monitoring import Monitoring, monitoring
from simulator.analysis.card.needed import numbers
from simulator.analysis.card.outcomes import Outcomes, outcomes
from simulator.analysis.card.purpose import Purpose, purpose
from simulator.analysis.card.soundness import Soundness, soundness
from simulator.analysis.findings import Findings, plain_values
from simulator.analysis.run import Run, Verification
from simulator.arguments import checked
from simulator.progress import cell_steps

SCHEMA = 1

#: The guidance after whose words the headings are, and its day.
GUIDANCE, ISSUED = "SR 26-2", date(2026, 4, 17)


@dataclass(frozen=True, slots=True)
class Card:
    """What whoever answers for a model has to say of a run of it, every figure from the run.

    The headings follow the words of the guidance on model risk management that the US banking supervisors
    issued as `GUIDANCE`; the form is this program's own.

    Attributes
    ----------
    purpose, materiality, soundness, data, outcomes, monitoring, challenge, limits
        Under one heading each, in this order.
    found
        The numbers of the run that all of it comes from.
    """

    purpose: Purpose
    materiality: Materiality
    soundness: Soundness
    data: Data
    outcomes: Outcomes
    monitoring: Monitoring
    challenge: Challenge
    limits: Limits
    found: Findings = field(repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the card for JSON, heading by heading; null for what is not known or not finite."""
        headings = {name: getattr(self, name) for name in _HEADINGS}
        return {
            "schema": SCHEMA,
            "guidance": GUIDANCE,
            **{name: plain_values(one) for name, one in headings.items()},
        }


_HEADINGS = ("purpose", "materiality", "soundness", "data", "outcomes", "monitoring", "challenge", "limits")


def card(
    run: Run,
    today: date | None = None,
    *,
    verified: Verification | None = None,
    scores: Mapping[str, Any] | None = None,
) -> Card:
    """Return the model card of a run.

    Parameters
    ----------
    run
        With all its paths.
    today
        The day of the card, from which ages are counted; None leaves them out, and says so.
    verified
        What ``run.verification()`` returned: whether the run computed again is the same.
    scores
        What `simulator.score` returned: how forecasts of the domain's equations on past days fared.

    Raises
    ------
    UsageError
        The run has more paths than a report takes, or keeps a summary.
    """
    checked("today", today, date | None, "a day, such as date.today()")
    with cell_steps() as step:
        return card_of(numbers(run, step), today, verified=verified, scores=scores)


def card_of(
    found: Findings,
    today: date | None,
    *,
    verified: Verification | None = None,
    scores: Mapping[str, Any] | None = None,
) -> Card:
    """Return the card of a run's findings; see `card`."""
    return Card(
        purpose=purpose(found),
        materiality=materiality(found),
        soundness=soundness(found),
        data=data(found),
        outcomes=outcomes(found, scores),
        monitoring=monitoring(found, today),
        challenge=challenge(found, verified),
        limits=limits(found),
        found=found,
    )
