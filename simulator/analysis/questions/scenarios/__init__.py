"""Scenarios: boxes of beliefs in which an event is likely."""

from simulator.analysis.questions.scenarios.discovery import scenarios as scenarios
from simulator.analysis.questions.scenarios.records import Scenarios as Scenarios
