"""Charts as static SVG in two sizes: readable without scripts, in print, in light and dark."""

from simulator.report.drawing.band import Band as Band
from simulator.report.drawing.band import band as band
from simulator.report.drawing.bars import Bar as Bar
from simulator.report.drawing.bars import bars as bars
from simulator.report.drawing.chance import chance as chance
from simulator.report.drawing.frame import SMALL as SMALL
from simulator.report.drawing.frame import WIDE as WIDE
from simulator.report.drawing.frame import Size as Size
from simulator.report.drawing.pairs import Pair as Pair
from simulator.report.drawing.pairs import pairs as pairs
from simulator.report.drawing.shape import Strip as Strip
from simulator.report.drawing.shape import shape as shape
from simulator.report.drawing.spark import spark as spark
from simulator.report.drawing.stack import stack as stack
from simulator.report.drawing.stacks import Stack as Stack
from simulator.report.drawing.stacks import stacks as stacks
