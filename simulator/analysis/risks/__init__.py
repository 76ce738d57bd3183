"""The risks that a study names: what the verdict would be in each of their cases, on the same draws."""

from simulator.analysis.risks.assessment import assess as assess
from simulator.analysis.risks.cases import case_values as case_values
from simulator.analysis.risks.result import Assessment as Assessment
from simulator.analysis.risks.result import CaseEffect as CaseEffect
from simulator.analysis.risks.result import CaseResult as CaseResult
from simulator.analysis.risks.result import LostCase as LostCase
from simulator.analysis.risks.result import Moved as Moved
from simulator.analysis.risks.result import Outlook as Outlook
from simulator.analysis.risks.result import RiskResult as RiskResult
from simulator.analysis.risks.surprise import surprise_at as surprise_at
from simulator.analysis.risks.surprise import surprise_of as surprise_of
