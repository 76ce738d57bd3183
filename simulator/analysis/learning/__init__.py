"""What evidence teaches: a study's draws conditioned on what was observed after its date."""

from simulator.analysis.learning.result import Posterior as Posterior
from simulator.analysis.learning.result import is_update as is_update
from simulator.analysis.learning.result import open_update as open_update
from simulator.analysis.learning.result import read_summary as read_summary
from simulator.analysis.learning.result import refuse_occupied as refuse_occupied
from simulator.analysis.learning.updating import NotConvergedError as NotConvergedError
from simulator.analysis.learning.updating import place as place
from simulator.analysis.learning.updating import update as update
