"""What changed between two studies or runs, and what each part of it does to the verdict."""

from simulator.analysis.comparison.difference import PATHS as PATHS
from simulator.analysis.comparison.difference import diff as diff
from simulator.analysis.comparison.hybrid import Hybrids as Hybrids
from simulator.analysis.comparison.listing import Change as Change
from simulator.analysis.comparison.listing import changes as changes
from simulator.analysis.comparison.record import StudyDifference as StudyDifference
