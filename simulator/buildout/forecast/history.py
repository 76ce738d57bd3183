"""Capex by quarter as evidence holds it: one basis, no gaps, nothing that was not known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from jaxtyping import Float

from simulator.errors import EvidenceError, Fault
from simulator.evidence.period import quarter_label
from simulator.evidence.records import Evidence, Observation

#: Name of all companies together.
GROUP = "group"

METRIC, DEFINITION = "capex", "cash"


@dataclass(frozen=True)
class History:
    """Quarterly capex of some companies, up to the last quarter that all of them had reported.

    Attributes
    ----------
    companies
        In the order in which the evidence names them.
    first
        The first quarter, counted from the year 0.
    capex : Float[Array, "companies quarters"]  [USD bn a quarter]
        Cash purchases.
    """

    companies: tuple[str, ...]
    first: int
    capex: Float[np.ndarray, "companies quarters"]

    @property
    def last(self) -> int:
        """The last quarter."""
        return self.first + self.capex.shape[1] - 1

    def of(self, company: str) -> Float[np.ndarray, " quarters"]:
        """Return capex of a company, or of the group [USD bn a quarter]."""
        return self.capex.sum(axis=0) if company == GROUP else self.capex[self.companies.index(company)]

    @property
    def entities(self) -> tuple[str, ...]:
        """The companies and the group."""
        return (*self.companies, GROUP)


def known_history(evidence: Evidence) -> History:
    """Return what the evidence says of quarterly cash capex, for the quarters that all companies have.

    Raises
    ------
    EvidenceError
        There is none, or a quarter is missing.
    """
    reported = _reported(evidence)
    companies = tuple(dict.fromkeys(company for company, _ in reported))
    if not companies:
        file = next(iter(evidence)).file if len(evidence) else ""
        allowed = f"quarterly actual {METRIC} by company, definition {DEFINITION}"
        raise EvidenceError([Fault(file, METRIC, "none", allowed)])
    quarters = {company: [quarter for who, quarter in reported if who == company] for company in companies}
    first = max(min(known) for known in quarters.values())
    last = min(max(known) for known in quarters.values())
    missing = [
        Fault(
            "", f"{METRIC}.{company}", f"no {quarter_label(quarter)}", "every quarter between two known ones"
        )
        for company in companies
        for quarter in range(first, last + 1)
        if (company, quarter) not in reported
    ]
    if missing or last < first:
        raise EvidenceError(missing or [Fault("", METRIC, "no quarter of all companies", "at least one")])
    capex = [[reported[company, q].value for q in range(first, last + 1)] for company in companies]
    return History(companies, first, np.array(capex))


def origins(evidence: Evidence) -> Mapping[int, date]:
    """Return, for each quarter that all companies reported, the day on which the last of them first had.

    A figure that replaces an earlier one counts from its own day, and moves no origin.
    """
    published = _published(evidence)
    history = known_history(evidence)
    return {
        quarter: max(published[company, quarter] for company in history.companies)
        for quarter in range(history.first, history.last + 1)
    }


def _published(evidence: Evidence) -> dict[tuple[str, int], date]:
    """Return the day on which each company first gave each quarter's figure."""
    days: dict[tuple[str, int], date] = {}
    for one in _actual(evidence):
        days.setdefault((one.entity, one.period.first), one.known)
    return days


def _reported(evidence: Evidence) -> dict[tuple[str, int], Observation]:
    """Return the newest figure of each company and quarter."""
    return {(one.entity, one.period.first): one for one in _actual(evidence)}


def _actual(evidence: Evidence) -> Iterator[Observation]:
    """Give the figures of companies by quarter, in the order in which they became known."""
    actual = evidence.select(metric=METRIC, kind="actual", definition=DEFINITION)
    yield from (one for one in actual if one.period.is_quarter and one.entity != GROUP)
