"""Why a run came out as it did: which priors its variance rests on, and which way each of them pushes."""

from simulator.analysis.explanation.explanation import explain as explain
from simulator.analysis.explanation.records import Explanation as Explanation
