"""Statistics of a run with their standard errors, verdicts, and the summary that everything else reads.

Pure functions of NumPy arrays ``[replicate, path]``, in float64 where numbers are added.
"""

from simulator.estimate.datatree import to_datatree as to_datatree
from simulator.estimate.distinguishable import AMONG_MANY as AMONG_MANY
from simulator.estimate.distinguishable import apart as apart
from simulator.estimate.distinguishable import distinguishable as distinguishable
from simulator.estimate.distinguishable import is_clear_of as is_clear_of
from simulator.estimate.grammar import parse_statistic as parse_statistic
from simulator.estimate.grammar import parse_targets as parse_targets
from simulator.estimate.number import Number as Number
from simulator.estimate.number import round_to_error as round_to_error
from simulator.estimate.observed import Observed as Observed
from simulator.estimate.observed import SamplerName as SamplerName
from simulator.estimate.pool import Pool as Pool
from simulator.estimate.pool import pool as pool
from simulator.estimate.replicated import Replicated as Replicated
from simulator.estimate.source import Sampled as Sampled
from simulator.estimate.source import Source as Source
from simulator.estimate.statistics import Curve as Curve
from simulator.estimate.statistics import exceedance as exceedance
from simulator.estimate.statistics import expected_shortfall as expected_shortfall
from simulator.estimate.statistics import mean as mean
from simulator.estimate.statistics import probability as probability
from simulator.estimate.statistics import probability_above as probability_above
from simulator.estimate.statistics import probability_below as probability_below
from simulator.estimate.statistics import quantile as quantile
from simulator.estimate.statistics import standard_deviation as standard_deviation
from simulator.estimate.summary import MetricStatistics as MetricStatistics
from simulator.estimate.summary import ScorecardChances as ScorecardChances
from simulator.estimate.summary import Statistics as Statistics
from simulator.estimate.summary import Summary as Summary
from simulator.estimate.summary import summarise as summarise
from simulator.estimate.summary import summary_of as summary_of
from simulator.estimate.summary import to_json as to_json
from simulator.estimate.tail import HEAVY as HEAVY
from simulator.estimate.tail import TailIndex as TailIndex
from simulator.estimate.tail import pareto_shape as pareto_shape
from simulator.estimate.tail import tail_index as tail_index
from simulator.estimate.targets import Achieved as Achieved
from simulator.estimate.targets import Target as Target
from simulator.estimate.targets import achieved as achieved
from simulator.estimate.verdicts import NO_VERDICT as NO_VERDICT
from simulator.estimate.verdicts import PASSES as PASSES
from simulator.estimate.verdicts import VERDICT as VERDICT
from simulator.estimate.verdicts import by_entity as by_entity
from simulator.estimate.verdicts import codes_of as codes_of
from simulator.estimate.verdicts import derive as derive
from simulator.estimate.verdicts import entity_of as entity_of
from simulator.estimate.verdicts import feared as feared
from simulator.estimate.verdicts import parts_of as parts_of
from simulator.estimate.verdicts import rule_faults as rule_faults
from simulator.estimate.verdicts import shown as shown
from simulator.estimate.verdicts import split as split
