"""What is believed, made exact: marginals, their fits to quantiles, and their dependence.

Every prior becomes a quantile function of one standard-normal score. SciPy is the oracle in float64; the
kernel computes in JAX, exactly where that is cheap and by measured tables elsewhere.
"""

from simulator.beliefs.compilation import compile_beliefs as compile_beliefs
from simulator.beliefs.compiled import Beliefs as Beliefs
from simulator.beliefs.constant import can_be as can_be
from simulator.beliefs.laws import laws as laws
from simulator.beliefs.layout import Shock as Shock
from simulator.beliefs.notice import StrandlineWarning as StrandlineWarning
from simulator.beliefs.notice import warn as warn
from simulator.beliefs.redrawn import Redrawn as Redrawn
from simulator.beliefs.resolve import quantile as quantile
from simulator.beliefs.review import FitReport as FitReport
from simulator.beliefs.review import SummaryRow as SummaryRow
from simulator.beliefs.review import audit as audit
from simulator.beliefs.review import fit_report as fit_report
from simulator.beliefs.review import range_faults as range_faults
from simulator.beliefs.review import remarks as remarks
from simulator.beliefs.review import summary_rows as summary_rows
from simulator.beliefs.shifted import IndependentScores as IndependentScores
from simulator.beliefs.shifted import Shifted as Shifted
