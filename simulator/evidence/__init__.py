"""What happened: observations with the day on which each was known, and forecasts scored against them."""

from simulator.evidence.period import Period as Period
from simulator.evidence.reading import evidence_root as evidence_root
from simulator.evidence.reading import load_evidence as load_evidence
from simulator.evidence.records import Evidence as Evidence
from simulator.evidence.records import Observation as Observation
from simulator.evidence.records import Series as Series
