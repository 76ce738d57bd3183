"""What was asked: priors with their provenance, dependence and settings, validated and immutable."""

from simulator.study.inputs import check_units as check_units
from simulator.study.inputs import unused_priors as unused_priors
from simulator.study.records import REST as REST
from simulator.study.records import VERDICTS as VERDICTS
from simulator.study.records import Check as Check
from simulator.study.records import Contradiction as Contradiction
from simulator.study.records import CopulaGroup as CopulaGroup
from simulator.study.records import Dependence as Dependence
from simulator.study.records import Limits as Limits
from simulator.study.records import Prior as Prior
from simulator.study.records import ScorecardItem as ScorecardItem
from simulator.study.records import Settings as Settings
from simulator.study.records import VerdictRule as VerdictRule
from simulator.study.risks import Risk as Risk
from simulator.study.risks import RiskCase as RiskCase
from simulator.study.risks import Surprise as Surprise
from simulator.study.shipped import priors_root as priors_root
from simulator.study.shipped import shipped_sets as shipped_sets
from simulator.study.sources import Rank as Rank
from simulator.study.sources import Source as Source
from simulator.study.sources import strongest as strongest
from simulator.study.structures import Mechanism as Mechanism
from simulator.study.structures import Structure as Structure
from simulator.study.structures import shares as shares
from simulator.study.study import Study as Study
from simulator.study.study import load_study as load_study
