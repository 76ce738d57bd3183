"""The risks that a study names: what the verdict would be in each of their cases, on the same draws."""

from simulator.risks.assessment import assess as assess
from simulator.risks.cases import case_settings as case_settings
from simulator.risks.result import STATISTICS as STATISTICS
from simulator.risks.result import Assessment as Assessment
from simulator.risks.result import CaseResult as CaseResult
from simulator.risks.result import Effect as Effect
from simulator.risks.result import LostCase as LostCase
from simulator.risks.result import Moved as Moved
from simulator.risks.result import Outlook as Outlook
from simulator.risks.result import RiskResult as RiskResult
from simulator.risks.result import to_plain as to_plain
from simulator.risks.surprise import surprise_at as surprise_at
from simulator.risks.surprise import surprise_of as surprise_of
