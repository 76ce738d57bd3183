"""A study simulated: `simulate` computes a run, `open_run` reads one back, and a `Run` answers questions."""

from simulator.run.opening import load_study as load_study
from simulator.run.opening import read_study as read_study
from simulator.run.outcome import Run as Run
from simulator.run.progress import Progress as Progress
from simulator.run.progress import progress_of as progress_of
from simulator.run.progress import silent as silent
from simulator.run.recomputed import Difference as Difference
from simulator.run.simulation import AccuracyError as AccuracyError
from simulator.run.simulation import Interrupted as Interrupted
from simulator.run.simulation import NotFiniteError as NotFiniteError
from simulator.run.simulation import open_run as open_run
from simulator.run.simulation import place as place
from simulator.run.simulation import simulate as simulate
