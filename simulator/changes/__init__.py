"""What changed between two studies or runs, and what each part of it does to the verdict."""

from simulator.changes.difference import PATHS as PATHS
from simulator.changes.difference import diff as diff
from simulator.changes.listing import Change as Change
from simulator.changes.listing import changes as changes
from simulator.changes.swap import Swap as Swap
