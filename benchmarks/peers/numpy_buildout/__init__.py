"""The build-out model in vectorised NumPy: whole arrays of paths, float32, in place where it saves a pass.

Written from the model's equations for speed, as one would who has NumPy only: running totals instead of sums
over vintages, recursions instead of exponentials of time, sums accumulated instead of histories kept, one
array for the four cargoes of the queue. Paths are the last axis; company, source and stage come before it.
"""

from .layout import Array as Array
from .layout import Inputs as Inputs
from .layout import Layout as Layout
from .model import simulate as simulate
