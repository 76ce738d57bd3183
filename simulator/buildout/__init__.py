"""The build-out model: pure functions of named draws, paths last."""

from simulator.buildout.inputs import INPUTS as INPUTS
from simulator.buildout.inputs import Input as Input
from simulator.buildout.model import Buildout as Buildout
from simulator.buildout.predictive import Predictive as Predictive
from simulator.buildout.shocks import Shock as Shock
