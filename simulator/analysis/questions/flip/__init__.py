"""At which value of a belief the likeliest verdict changes, or a statistic reaches a level."""

from simulator.analysis.questions.flip.answer import flip as flip
from simulator.analysis.questions.flip.grid import Cell as Cell
from simulator.analysis.questions.flip.grid import FlipMap as FlipMap
from simulator.analysis.questions.flip.records import BeliefFlips as BeliefFlips
from simulator.analysis.questions.flip.records import Flips as Flips
from simulator.analysis.questions.flip.records import FlipValue as FlipValue
from simulator.analysis.questions.flip.records import Place as Place
from simulator.analysis.questions.flip.records import Screened as Screened
