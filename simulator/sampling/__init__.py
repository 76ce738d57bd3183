"""Random numbers by name: the points of path ``i`` depend on (seed, name, component, i) alone."""

from simulator.sampling.key import DrawsKey as DrawsKey
from simulator.sampling.key import draws_key as draws_key
from simulator.sampling.key import earlier_draws_key as earlier_draws_key
from simulator.sampling.layout import BATCH as BATCH
from simulator.sampling.layout import MAX_BATCHES as MAX_BATCHES
from simulator.sampling.layout import REPLICATES as REPLICATES
from simulator.sampling.layout import STRIP as STRIP
from simulator.sampling.layout import Coordinate as Coordinate
from simulator.sampling.layout import Sampler as Sampler
from simulator.sampling.layout import join_batches as join_batches
from simulator.sampling.mixed import Mixed as Mixed
from simulator.sampling.montecarlo import MonteCarlo as MonteCarlo
from simulator.sampling.net import DigitalNet as DigitalNet
from simulator.sampling.registry import make_sampler as make_sampler
from simulator.sampling.scores import normal as normal
from simulator.sampling.scores import uniform as uniform
