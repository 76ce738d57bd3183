"""The study under other structures of the model, on the same draws: each, their mixture, and their band."""

from simulator.analysis.structures.mechanisms import Mechanisms as Mechanisms
from simulator.analysis.structures.mechanisms import mechanisms as mechanisms
from simulator.analysis.structures.result import Band as Band
from simulator.analysis.structures.result import StructureResult as StructureResult
from simulator.analysis.structures.result import Structures as Structures
from simulator.analysis.structures.result import likeliest as likeliest
from simulator.analysis.structures.tables import Tables as Tables
from simulator.analysis.structures.tables import tables as tables
from simulator.analysis.structures.weighted import structures as structures
from simulator.analysis.structures.weighted import verify as verify
