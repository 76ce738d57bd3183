"""Charts as static SVG in two sizes: readable without scripts, in print, in light and dark."""

from simulator.report.page.charts.band import Band as Band
from simulator.report.page.charts.band import band as band
from simulator.report.page.charts.bars import Bar as Bar
from simulator.report.page.charts.bars import bars as bars
from simulator.report.page.charts.chance import chance as chance
from simulator.report.page.charts.frame import SMALL as SMALL
from simulator.report.page.charts.frame import WIDE as WIDE
from simulator.report.page.charts.frame import Size as Size
from simulator.report.page.charts.pairs import Pair as Pair
from simulator.report.page.charts.pairs import pairs as pairs
from simulator.report.page.charts.shape import Strip as Strip
from simulator.report.page.charts.shape import shape as shape
from simulator.report.page.charts.spark import spark as spark
from simulator.report.page.charts.stack import stack as stack
from simulator.report.page.charts.stacks import Stack as Stack
from simulator.report.page.charts.stacks import stacks as stacks
