"""What it is worth to know more before a decision: of everything, of a belief, of a group, of a sample."""

from simulator.analysis.questions.value.observations import Sample as Sample
from simulator.analysis.questions.value.reading import read_decision as read_decision
from simulator.analysis.questions.value.records import ActionResult as ActionResult
from simulator.analysis.questions.value.records import SampleWorth as SampleWorth
from simulator.analysis.questions.value.records import Value as Value
from simulator.analysis.questions.value.records import Worth as Worth
from simulator.analysis.questions.value.value import PATHS as PATHS
from simulator.analysis.questions.value.value import value as value
