"""The build-out model: pure functions of named draws, paths last."""

from simulator.model.buildout import Buildout as Buildout
from simulator.model.inputs import INPUTS as INPUTS
from simulator.model.inputs import Input as Input
from simulator.model.predictive import Predictive as Predictive
from simulator.model.shocks import Shock as Shock
