"""How a mean or a chance moves with every belief: derivatives by location and scale."""

from simulator.analysis.questions.sensitivity.derivatives import sensitivity as sensitivity
from simulator.analysis.questions.sensitivity.records import Derivative as Derivative
from simulator.analysis.questions.sensitivity.records import Median as Median
from simulator.analysis.questions.sensitivity.records import Sensitivities as Sensitivities
from simulator.analysis.questions.sensitivity.records import Sensitivity as Sensitivity
