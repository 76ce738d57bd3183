"""A run without its paths: counts, exact sums and extremes of them, from which every statistic is made."""

from simulator.estimate.totals.layout import Layout as Layout
from simulator.estimate.totals.placing import Wanted as Wanted
from simulator.estimate.totals.placing import placed as placed
from simulator.estimate.totals.reduction import Reduced as Reduced
from simulator.estimate.totals.reduction import reduced as reduced
from simulator.estimate.totals.source import Totalled as Totalled
from simulator.estimate.totals.totals import Totals as Totals
