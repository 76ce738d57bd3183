"""What evidence teaches: a study's draws conditioned on what was observed after its date."""

from simulator.posterior.result import Posterior as Posterior
from simulator.posterior.result import is_update as is_update
from simulator.posterior.result import open_update as open_update
from simulator.posterior.result import read_summary as read_summary
from simulator.posterior.result import refuse_occupied as refuse_occupied
from simulator.posterior.updating import NotConvergedError as NotConvergedError
from simulator.posterior.updating import place as place
from simulator.posterior.updating import update as update
