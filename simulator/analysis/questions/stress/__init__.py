"""Stress: the nearest beliefs with which a target is true, how far they are, and which of them moved."""

from simulator.analysis.questions.stress.nearest import feared_as_likely_as_not as feared_as_likely_as_not
from simulator.analysis.questions.stress.nearest import stress as stress
from simulator.analysis.questions.stress.result import MovedBelief as MovedBelief
from simulator.analysis.questions.stress.result import Refusal as Refusal
from simulator.analysis.questions.stress.result import Stress as Stress
from simulator.analysis.questions.stress.result import StressTarget as StressTarget
