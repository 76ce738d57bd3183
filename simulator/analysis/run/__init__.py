"""A study simulated: `simulate` computes a run, `open_run` reads one back, and a `Run` answers questions."""

from simulator.analysis.run.computation import AccuracyError as AccuracyError
from simulator.analysis.run.computation import Interrupted as Interrupted
from simulator.analysis.run.computation import NotFiniteError as NotFiniteError
from simulator.analysis.run.devices import choose_device as choose_device
from simulator.analysis.run.merging import merge as merge
from simulator.analysis.run.opening import load_study as load_study
from simulator.analysis.run.opening import read_study as read_study
from simulator.analysis.run.outcome import Run as Run
from simulator.analysis.run.part import FinishedPart as FinishedPart
from simulator.analysis.run.part import simulate_part as simulate_part
from simulator.analysis.run.program import reference as reference
from simulator.analysis.run.progress import Progress as Progress
from simulator.analysis.run.progress import progress_of as progress_of
from simulator.analysis.run.progress import silent as silent
from simulator.analysis.run.recomputed import Difference as Difference
from simulator.analysis.run.recomputed import Verification as Verification
from simulator.analysis.run.simulation import run_folder as run_folder
from simulator.analysis.run.simulation import simulate as simulate
from simulator.analysis.run.stored import open_run as open_run
